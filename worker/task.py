"""The one decorator for tasks: a name, a queue, and what happens at the outermost boundary."""

import functools
import logging
from collections.abc import Callable

from celery.app.task import Task

from worker.app import app

logger = logging.getLogger(__name__)


def task(name: str, *, queue: str) -> Callable[[Callable[..., object]], Task]:
    """Register a task under `name`, routed to `queue`: acknowledged late, idempotent by the rows that it works on.

    What escapes is logged with its traceback and goes no further: the row it was about is still there, and the beat rings
    again for whatever is unfinished.
    """

    def register(work: Callable[..., object]) -> Task:
        @functools.wraps(work)
        def outermost(*args: object) -> None:
            try:
                work(*args)
            except Exception:  # the outermost boundary of a task: the beat rings again for what is unfinished
                logger.exception("task %s%r failed", name, args)

        return app.task(name=name, queue=queue, ignore_result=True)(outermost)

    return register
