"""A series' metadata as it is sent: gzipped, in memory for those who ask again, on disk for those who ask first."""

import gzip
from collections import OrderedDict
from dataclasses import dataclass, field

from radapp.ahead.answers import Answer, ranges_of
from radapp.ahead.asked import Asked
from radapp.ahead.holdings import HeldSeries, rows_of
from radapp.dicomweb import choices, metadata
from radapp.dicomweb.formats import format_under
from radapp.dicomweb.negotiation import welcomes_gzip
from radapp.live.threads import Threads

MOST_BYTES = 64 * 1024 * 1024


@dataclass
class ReadyMetadata:
    """Bodies by digest; the least recently asked for go first."""

    threads: Threads
    _size: int = 0
    _bodies: "OrderedDict[str, bytes]" = field(default_factory=OrderedDict)

    async def answer(self, asked: Asked, series: HeldSeries) -> Answer | None:
        """DICOM JSON of every instance of the series."""
        wanted = format_under(ranges_of(asked.accept))
        if wanted is None or wanted.xml:
            return None
        digest = series.metadata_digest
        body = self._bodies.get(digest)
        if body is None:
            body = await self.threads.run(_series_json, series)
            if body is None:
                return None
            self._keep(digest, body)
        else:
            self._bodies.move_to_end(digest)
        zipped = welcomes_gzip(asked.headers.get("accept-encoding", ""))
        headers = ((b"content-encoding", b"gzip"),) if zipped else ()
        plan = [body if zipped else await self.threads.run(gzip.decompress, body)]
        return Answer(wanted.media_type, digest[:32], choices.REVALIDATED, plan, headers)

    def _keep(self, digest: str, body: bytes) -> None:
        if digest not in self._bodies:
            self._bodies[digest] = body
            self._size += len(body)
        while self._size > MOST_BYTES and len(self._bodies) > 1:
            self._size -= len(self._bodies.popitem(last=False)[1])


def _series_json(series: HeldSeries) -> bytes | None:
    """From where it is kept ready, or made now; None where the series has changed meanwhile."""
    kept = metadata.kept_series_json(series.metadata_digest)
    if kept is not None:
        return kept
    instances = list(rows_of(series.study_uid, series.series_uid))
    if metadata.series_digest(instances) != series.metadata_digest:
        return None
    return metadata.series_json(instances, series.study_uid, series.series_uid)
