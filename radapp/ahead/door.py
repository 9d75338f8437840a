"""The way through: what is asked, who may, what is held, and the answer; False wherever Django is to answer instead."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import Error as DatabaseError

from radapp.ahead.admission import Admissions
from radapp.ahead.answers import Answer, frames_answer, series_answer
from radapp.ahead.asked import FRAMES, METADATA, Asked, asked_in
from radapp.ahead.holdings import HeldSeries, Holdings
from radapp.ahead.reading import Piece, Plan, chunks, filled, length_of
from radapp.ahead.ready_metadata import ReadyMetadata
from radapp.ahead.standing import Headers, standing_headers
from radapp.archive.errors import StorageUnreachable
from radapp.dicomweb import choices
from radapp.live.stream import Scope, Send
from radapp.live.threads import Threads

logger = logging.getLogger(__name__)

THREADS = 4
# Other answers than these go to Django with whatever befell; it will say so in its own words.
_LEFT_TO_DJANGO = (DatabaseError, OSError, StorageUnreachable)


@dataclass
class Door:
    """One for each process."""

    admissions: Admissions = field(default_factory=Admissions)
    holdings: Holdings = field(default_factory=Holdings)
    threads: Threads = field(default_factory=lambda: Threads("ahead", THREADS))
    _refreshing: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self._metadata = ReadyMetadata(self.threads)

    async def answer(self, scope: Scope, send: Send) -> bool:
        """Answer a request; False where nothing was sent and Django is to answer it."""
        asked = asked_in(scope)
        if asked is None:
            return False
        try:
            series = await self._series(asked)
            found = None if series is None else await self._found(asked, series)
            if found is None:
                return False
            stretches = chunks(found.plan)
            first = await self._filled(next(stretches)) if not _holds(asked, found.etag) else bytearray()
        except _LEFT_TO_DJANGO:
            logger.warning("left to Django: a retrieval could not be answered ahead of it", exc_info=True)
            return False
        await self._send(asked, found, send, first, stretches)
        return True

    async def _series(self, asked: Asked) -> HeldSeries | None:
        """The series, for someone who may have it; None for Django's refusal."""
        if not self.holdings.fresh:
            await self._refresh()
        if not self.admissions.holds(asked) and not await self.threads.run(self.admissions.admit, asked):
            return None
        found = self.holdings.get(asked.study_uid, asked.series_uid)
        if found is not None:
            return found
        return await self.threads.run(self.holdings.load, asked.study_uid, asked.series_uid)

    async def _refresh(self) -> None:
        """Ask the change counter, once for all who wait for it."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.ensure_future(self.threads.run(self.holdings.refresh))
        await asyncio.shield(self._refreshing)

    async def _found(self, asked: Asked, series: HeldSeries) -> Answer | None:
        if asked.url_name == METADATA:
            return await self._metadata.answer(asked, series)
        if asked.url_name == FRAMES:
            one = series.by_uid.get(asked.instance_uid)
            return None if one is None else frames_answer(asked, one)
        return series_answer(asked, series)

    async def _filled(self, stretch: Plan) -> bytearray | bytes:
        if len(stretch) == 1 and isinstance(stretch[0], bytes):
            return stretch[0]
        body = filled(stretch, wait=False)
        if body is None:
            body = await self.threads.run(_filled_waiting, stretch)
        return body

    async def _send(
        self, asked: Asked, found: Answer, send: Send, first: bytes | bytearray, rest: Iterator[list[bytes | Piece]]
    ) -> None:
        """The whole answer; what fails from here on ends the connection, so that nobody takes a part for the whole."""
        standing = standing_headers(asked.scheme, asked.headers.get("x-forwarded-proto", ""))
        if _holds(asked, found.etag):
            await send({"type": "http.response.start", "status": 304, "headers": _unchanged(found) + standing})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": _headers(found) + standing})
        body = first
        for stretch in rest:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            body = await self._filled(stretch)
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _filled_waiting(stretch: Plan) -> bytearray:
    body = filled(stretch, wait=True)
    assert body is not None
    return body


def _holds(asked: Asked, etag: str) -> bool:
    """Whether the client holds this answer already, as radapp.dicomweb tells it."""
    text = asked.headers.get("if-none-match", "")
    held = [item.strip().removeprefix("W/").strip('"') for item in text.split(",")] if text else []
    return etag in held or "*" in held


def _common(found: Answer) -> Headers:
    return [
        (b"etag", f'"{found.etag}"'.encode()),
        (b"cache-control", found.cache_control.encode()),
        (b"vary", choices.VARY.encode()),
    ]


def _headers(found: Answer) -> Headers:
    return [
        (b"content-type", found.content_type.encode()),
        (b"content-length", str(length_of(found.plan)).encode()),
        *found.headers,
        *_common(found),
    ]


def _unchanged(found: Answer) -> Headers:
    return [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"0"), *_common(found)]


DOOR = Door()
