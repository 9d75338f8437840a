"""Threads for the event loop's questions to the database or the disk."""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from django.db import close_old_connections

Answer = TypeVar("Answer")
Question = Callable[[], None]


class Threads:
    """Some threads that answer questions in turn, started as they are needed.

    Who ended last is asked next: its database connection is open and warm. Daemons: an executor's threads are joined at
    exit, so that a database or broker that does not answer would hold the server's end up until it is killed.
    """

    def __init__(self, name: str, count: int) -> None:
        self._name = name
        self._count = count
        self._lock = threading.Lock()
        self._waiting: deque[Question] = deque()
        self._idle: list[queue.SimpleQueue[Question]] = []
        self._started = 0

    def _put(self, question: Question) -> None:
        with self._lock:
            if self._idle:
                self._idle.pop().put(question)
                return
            self._waiting.append(question)
            if self._started == self._count:
                return
            self._started += 1
            number = self._started
        threading.Thread(target=self._answer_for_ever, name=f"{self._name}-{number}", daemon=True).start()

    def _answer_for_ever(self) -> None:
        own: queue.SimpleQueue[Question] = queue.SimpleQueue()
        while True:
            with self._lock:
                question = self._waiting.popleft() if self._waiting else None
                if question is None:
                    self._idle.append(own)
            (question or own.get())()

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

        self._put(ask)
        return await asyncio.wrap_future(answer)
