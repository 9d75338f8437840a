"""GET /console/events/ as ASGI: the console's table at once and at every change, and a beat, by which a screen knows that it
still hears the server: a screen that hears none voids what it shows.
"""

import asyncio
import json
import logging
import time
from dataclasses import dataclass, field

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from radapp.console import examinations
from radapp.console.shapes import TableSerializer
from radapp.live.door import refusal
from radapp.live.feed import Listener, in_thread
from radapp.live.stream import COMMON_HEADERS, FEED, Receive, Scope, Send, end_when_gone, headers_of, refuse, write

logger = logging.getLogger(__name__)

PATH = "/console/events/"
URL_NAME = "console-events"
LOOK_EVERY_S = 0.5
BEAT_EVERY_S = 1.0
ADMIT_EVERY_S = 5.0
"""A kiosk whose token was revoked loses its stream within this time."""


def is_console_stream(scope: Scope) -> bool:
    """Whether this module answers."""
    return bool(scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == PATH)


@dataclass
class _Seen:
    """The table as this process saw it last; one look serves every screen."""

    at: float = float("-inf")
    told: bytes | None = None
    facts: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> tuple[bytes | None, str]:
        """The table's event and what it depends on; None while the database cannot be read."""
        async with self.lock:
            if time.monotonic() - self.at >= LOOK_EVERY_S * 0.8:
                try:
                    self.told, self.facts = await in_thread(_present)
                except DatabaseError as error:
                    logger.warning("the console's table cannot be read: %s", error)
                    self.told = None
                self.at = time.monotonic()
            return self.told, self.facts


def _present() -> tuple[bytes, str]:
    """The event, and its text without what passes by itself."""
    found = TableSerializer(examinations.present()).data
    text = json.dumps(found, cls=DjangoJSONEncoder)
    lasting = [{**one, "quiet_s": 0} for one in found["examinations"]]
    return f"event: table\ndata: {text}\n\n".encode(), json.dumps({**found, "examinations": lasting}, cls=DjangoJSONEncoder)


_seen: dict[int, _Seen] = {}


def _shared() -> _Seen:
    """This event loop's: a lock belongs to one."""
    return _seen.setdefault(id(asyncio.get_running_loop()), _Seen())


async def console_events(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one stream request."""
    headers = headers_of(scope)
    refused = await in_thread(refusal, headers, URL_NAME)
    if refused is not None:
        await refuse(send, refused)
        return
    listener = await FEED.join()
    watcher = asyncio.create_task(end_when_gone(receive, listener))
    try:
        start = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"), *COMMON_HEADERS]
        await send({"type": "http.response.start", "status": 200, "headers": start})
        await write(send, b"retry: 1000\n: listening\n\n")
        await _tell(send, listener, headers)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        watcher.cancel()
        FEED.leave(listener)


async def _tell(send: Send, listener: Listener, headers: dict[str, str]) -> None:
    """The table when it changes, a beat when it does not, until the client leaves or may no longer listen."""
    known, beat_at, admitted_at = "", 0.0, time.monotonic()
    while True:
        told, facts = await _shared().look()
        now = time.monotonic()
        if told is None:
            known = ""
            await write(send, b"event: trouble\ndata: {}\n\n")
        elif facts != known:
            known, beat_at = facts, now + BEAT_EVERY_S
            await write(send, told)
        elif now >= beat_at:
            beat_at = now + BEAT_EVERY_S
            await write(send, b"event: beat\ndata: {}\n\n")
        if now - admitted_at >= ADMIT_EVERY_S:
            admitted_at = now
            if await in_thread(refusal, headers, URL_NAME) is not None:
                return
        if await _ended(listener):
            return


async def _ended(listener: Listener) -> bool:
    """Wait until it is time to look again; True where the stream is to end. What the feed tells of studies is not for it."""
    until = time.monotonic() + LOOK_EVERY_S
    while (left := until - time.monotonic()) > 0:
        try:
            if await asyncio.wait_for(listener.inbox.get(), timeout=left) is None:
                return True
        except TimeoutError:
            return False
    return False
