"""Threads for the event loop's questions to the database or the disk."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.db import close_old_connections

Answer = TypeVar("Answer")


@dataclass
class Threads:
    """Some threads that answer questions in turn, started at the first one.

    Daemons: an executor's threads are joined at exit, so that a database or broker that does not answer would hold the
    server's end up until it is killed.
    """

    name: str
    count: int

    @cached_property
    def _questions(self) -> "queue.SimpleQueue[Callable[[], None]]":
        waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

        def ask_for_ever() -> None:
            while True:
                waiting.get()()

        for number in range(self.count):
            threading.Thread(target=ask_for_ever, name=f"{self.name}-{number}", daemon=True).start()
        return waiting

    async def run(self, question: Callable[..., Answer], *arguments: object) -> Answer:
        """Run one question in a thread, with its database connections tidied before and after as Django's requests do."""
        answer: Future[Answer] = Future()

        def ask() -> None:
            if not answer.set_running_or_notify_cancel():
                return  # whoever asked has gone
            close_old_connections()
            try:
                found = question(*arguments)
            except BaseException as error:  # noqa: BLE001 - passed on to whoever asked, as an executor does
                answer.set_exception(error)
            else:
                answer.set_result(found)
            finally:
                close_old_connections()

        self._questions.put(ask)
        return await asyncio.wrap_future(answer)
