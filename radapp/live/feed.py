"""One polling task a process and feed, whatever the number of open streams: database facts in, server-sent events out."""

import asyncio
import json
import logging
import signal
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import FrameType
from typing import Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from radapp.live.changes import Change, ChangeReader
from radapp.live.facts import Status, status
from radapp.live.threads import Threads

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
STATUS_EVERY_POLLS = 2
QUEUED_AT_MOST = 1000
THREADS = 4

Answer = TypeVar("Answer")
News = TypeVar("News")


_threads = Threads("live", THREADS)


async def in_thread(question: Callable[..., Answer], *arguments: object) -> Answer:
    """Run one question to the database in a thread."""
    return await _threads.run(question, *arguments)


def study_event(change: Change, last_id: int) -> bytes:
    """The event for one changed study; the id never steps back, or a client would resume too early."""
    return f"id: {max(change.id, last_id)}\nevent: study\ndata: {json.dumps({'uid': change.uid})}\n\n".encode()


def status_event(found: Status) -> bytes:
    """The event that carries the status line's facts."""
    return f"event: status\ndata: {json.dumps(asdict(found), cls=DjangoJSONEncoder)}\n\n".encode()


@dataclass(eq=False)
class Listener(Generic[News]):
    """One open stream's inbox. None in the queue ends the stream (the client left, or could not keep up)."""

    inbox: asyncio.Queue[News | None]

    def put(self, news: News) -> bool:
        """False where the inbox is full: the stream ends, and the client comes back."""
        try:
            self.inbox.put_nowait(news)
        except asyncio.QueueFull:
            return False
        return True

    def end(self) -> None:
        """End the stream at its next step; what else waits is old by then, or told again to whoever comes back."""
        while not self.inbox.empty():
            self.inbox.get_nowait()
        self.inbox.put_nowait(None)


class Feed(ABC, Generic[News]):
    """The listeners of this process and the task that looks for news while there are any."""

    def __init__(self, every_s: float, queued_at_most: int) -> None:
        """Looks every `every_s`; a stream that has `queued_at_most` news before it ends."""
        self._every_s, self._queued_at_most = every_s, queued_at_most
        self._listeners: set[Listener[News]] = set()
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._ends_with_process = False

    @abstractmethod
    def _begin(self) -> None:
        """Forget what was seen before: nobody has listened since."""

    @abstractmethod
    async def _look(self) -> None:
        """Ask the database, and tell what is new."""

    def _end_with_process(self) -> None:
        """At SIGTERM or SIGINT end every stream first; a graceful stop would wait for them until the server kills itself."""
        if self._ends_with_process or threading.current_thread() is not threading.main_thread():
            return
        self._ends_with_process = True
        loop = asyncio.get_running_loop()
        then = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def stop(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.end)
            handler = then[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        for number in then:
            signal.signal(number, stop)

    def end(self) -> None:
        """End every open stream; clients come back to the next process by themselves."""
        for listener in list(self._listeners):
            listener.end()

    async def join(self) -> Listener[News]:
        """A new listener that misses nothing from here on."""
        self._end_with_process()
        listener: Listener[News] = Listener(asyncio.Queue(self._queued_at_most))
        self._listeners.add(listener)
        if self._task is None or self._task.done():
            self._ready = asyncio.Event()
            self._task = asyncio.create_task(self._poll())
        await self._ready.wait()
        return listener

    def leave(self, listener: Listener[News]) -> None:
        """Forget a listener; the polling ends with the last one."""
        self._listeners.discard(listener)

    def _tell(self, news: News) -> None:
        for listener in [listener for listener in self._listeners if not listener.put(news)]:
            self.leave(listener)
            listener.end()

    async def _poll(self) -> None:
        """Until nobody listens. A database that is away for a while is waited for."""
        self._begin()
        while self._listeners:
            try:
                await self._look()
            except DatabaseError as error:
                logger.warning("a feed cannot read the database: %s; it tries again in %g s", error, self._every_s)
            self._ready.set()
            await asyncio.sleep(self._every_s)


class StudyFeed(Feed[Change | Status]):
    """Which studies changed, and the status line's facts."""

    def __init__(self, every_s: float = POLL_SECONDS) -> None:
        """`status` is as it was seen last."""
        super().__init__(every_s, QUEUED_AT_MOST)
        self.status: Status | None = None
        self._begin()

    def _begin(self) -> None:
        self._reader: ChangeReader | None = None
        self._polls = 0

    async def _look(self) -> None:
        polls, self._polls = self._polls, self._polls + 1
        if self._reader is None:
            self._reader = await in_thread(ChangeReader.from_now)
        for change in await in_thread(self._reader.new):
            self._tell(change)
        if polls % STATUS_EVERY_POLLS == 0:
            await self._look_at_status()

    async def _look_at_status(self) -> None:
        found = await in_thread(status)
        if self.status is None or found.without_times() != self.status.without_times():
            self._tell(found)
        self.status = found
