"""GET /console/events/ as ASGI: the console's table when a screen joins and at every change, and a beat, by which a screen
knows that it still hears the server: a screen that hears none voids what it shows.
"""

import json
import time
from collections.abc import Mapping

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from radapp.console import examinations
from radapp.console.shapes import TableSerializer
from radapp.live.feed import Feed, Listener, in_thread
from radapp.live.stream import Receive, Scope, Send, answer, heard, write

PATH = "/console/events/"
URL_NAME = "console-events"
LOOK_EVERY_S = 0.5
"""Slices, percents and the quiet that completes a series are no changes that are announced: the table is looked at."""
BEAT_EVERY_S = 1.0
ADMIT_EVERY_S = 5.0
"""A kiosk whose token was revoked loses its stream within this time."""
QUEUED_AT_MOST = 4
"""A screen that is further behind comes back: what it would hear no longer holds."""
BEAT, TROUBLE = b"event: beat\ndata: {}\n\n", b"event: trouble\ndata: {}\n\n"


def is_console_stream(scope: Scope) -> bool:
    """Whether this module answers."""
    return bool(scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == PATH)


def _present() -> tuple[bytes, str]:
    """The event, and its text without what passes by itself."""
    found = TableSerializer(examinations.present()).data
    text = json.dumps(found, cls=DjangoJSONEncoder)
    lasting = [{**one, "quiet_s": 0} for one in found["examinations"]]
    return f"event: table\ndata: {text}\n\n".encode(), json.dumps({**found, "examinations": lasting}, cls=DjangoJSONEncoder)


class TableFeed(Feed[bytes]):
    """The table as events; one look serves every screen of this process."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        super().__init__(LOOK_EVERY_S, QUEUED_AT_MOST)
        self._begin()

    def _begin(self) -> None:
        self._known, self._told_at = "", float("-inf")

    async def join(self) -> Listener[bytes]:
        """A new listener, to whom the next look tells the table."""
        self._known = ""
        return await super().join()

    async def _look(self) -> None:
        try:
            table, facts = await in_thread(_present)
        except DatabaseError:
            self._known = ""
            self._tell(TROUBLE)
            raise
        if facts == self._known and time.monotonic() - self._told_at < BEAT_EVERY_S:
            return
        self._tell(BEAT if facts == self._known else table)
        self._known, self._told_at = facts, time.monotonic()


FEED = TableFeed()


async def console_events(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one stream request."""

    async def pass_on(listener: Listener[bytes], headers: Mapping[str, str]) -> None:
        await write(send, b"retry: 1000\n: listening\n\n")
        async for event in heard(listener, headers, URL_NAME, ADMIT_EVERY_S):
            if event is not None:
                await write(send, event)

    await answer(scope, receive, send, URL_NAME, FEED, pass_on)
