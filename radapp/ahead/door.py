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
from radapp.ahead.reading import Plan, filled
from radapp.ahead.ready_metadata import ReadyMetadata
from radapp.ahead.standing import Headers, standing_headers
from radapp.archive.errors import StorageUnreachable
from radapp.dicomweb import choices
from radapp.live.stream import Scope, Send
from radapp.live.threads import Threads

logger = logging.getLogger(__name__)

THREADS = 4
# Answers that are put together once: each is some lines of text about one instance.
ANSWERS_AT_MOST, KEY_AT_MOST = 8192, 500
# Other answers than these go to Django with whatever befell; it will say so in its own words.
_LEFT_TO_DJANGO = (DatabaseError, OSError, StorageUnreachable)


@dataclass
class Door:
    """One for each process."""

    admissions: Admissions = field(default_factory=Admissions)
    holdings: Holdings = field(default_factory=Holdings)
    threads: Threads = field(default_factory=lambda: Threads("ahead", THREADS))
    _refreshing: "asyncio.Task[None] | None" = None
    _frames: dict[tuple[str, ...], tuple[HeldSeries, Answer]] = field(default_factory=dict)

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
            stretches = found.stretches()
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
        return self._frames_of(asked, series) if asked.url_name == FRAMES else series_answer(asked, series)

    def _frames_of(self, asked: Asked, series: HeldSeries) -> Answer | None:
        """The same answer as last time while the series in memory is the same one."""
        accepted = (asked.accept, asked.headers.get("accept-encoding", ""))
        key = (asked.study_uid, asked.series_uid, asked.instance_uid, asked.numbers, *accepted)
        known = self._frames.get(key)
        if known is not None and known[0] is series:
            return known[1]
        one = series.by_uid.get(asked.instance_uid)
        found = None if one is None else frames_answer(asked, one)
        if found is not None and sum(map(len, key)) <= KEY_AT_MOST:
            if len(self._frames) >= ANSWERS_AT_MOST:
                self._frames.clear()
            self._frames[key] = (series, found)
        return found

    async def _filled(self, stretch: Plan) -> bytearray | bytes:
        if len(stretch) == 1 and isinstance(stretch[0], bytes):
            return stretch[0]
        body = filled(stretch, wait=False)
        if body is None:
            body = await self.threads.run(_filled_waiting, stretch)
        return body

    async def _send(self, asked: Asked, found: Answer, send: Send, first: bytes | bytearray, rest: Iterator[Plan]) -> None:
        """The whole answer; what fails from here on ends the connection, so that nobody takes a part for the whole."""
        standing = standing_headers(asked.scheme, asked.headers.get("x-forwarded-proto", ""))
        if _holds(asked, found.etag):
            await send({"type": "http.response.start", "status": 304, "headers": _unchanged(found) + standing})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": found.head + standing})
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
    """Whether the client holds this answer already."""
    return choices.client_holds(asked.headers.get("if-none-match", ""), etag)


def _unchanged(found: Answer) -> Headers:
    return [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"0"), *found.common]


DOOR = Door()
