"""The courier: one process that does for the sources what nobody waits for. Several are safe, one is enough.

A process of its own rather than tasks of the worker: errands wait for other systems, sometimes for minutes, and a worker
that waits reads no examination.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import close_old_connections

from radapp.upstream import cache, circuit, delivering, outbox, prefetching, retrieval, sources

logger = logging.getLogger(__name__)

PAUSE_S = 2.0


@dataclass
class Errand:
    """Something done every so often; `next_at` by the monotonic clock."""

    name: str
    every_s: float
    act: Callable[[], object]
    next_at: float = 0.0


class Courier:
    """Does what is due, again and again; prefetching goes on series by series between the others."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._ahead: Iterator[str] | None = None
        self._errands = [
            Errand("sending results", 0.0, delivering.deliver_due),
            Errand("taking studies in", 0.0, retrieval.carry_out_due),
            Errand("looking for forgotten results", 60.0, outbox.queue_forgotten),
            Errand("looking after sources", 15.0, look_after_sources),
            Errand("fetching ahead", 300.0, self._begin_ahead),
            Errand("sweeping the cache", 1800.0, cache.sweep),
        ]

    def stop(self) -> None:
        """End after the errand at hand."""
        self._stopped.set()

    def run(self) -> None:
        """Until stopped."""
        logger.info("the courier is up")
        while not self._stopped.is_set():
            close_old_connections()
            self.run_once(ahead=False)
            if not self._go_on_ahead():
                self._stopped.wait(PAUSE_S)

    def run_once(self, *, ahead: bool = True) -> None:
        """Everything that is due; with `ahead`, prefetching to its end."""
        for errand in self._errands:
            if time.monotonic() >= errand.next_at and not self._stopped.is_set():
                self._do(errand.name, errand.act)
                errand.next_at = time.monotonic() + errand.every_s
        while ahead and self._go_on_ahead():
            pass

    def _begin_ahead(self) -> None:
        if self._ahead is None:
            self._ahead = prefetching.steps()

    def _go_on_ahead(self) -> bool:
        """One series more; whether there may be another."""
        if self._ahead is None or self._stopped.is_set():
            return False
        ahead = self._ahead
        more = self._do("fetching ahead", lambda: next(ahead, None))
        if more is None:
            self._ahead = None
        return more is not None

    def _do(self, name: str, act: Callable[[], object]) -> object:
        """An errand that fails is said and tried again, and keeps no other from its turn."""
        try:
            return act()
        except DatabaseError:
            logger.warning("%s: the database did not answer; trying again", name)
            self._stopped.wait(PAUSE_S)
        except Exception:  # the outermost boundary of a process that must not end
            logger.exception("%s failed", name)
        return None


def look_after_sources() -> int:
    """Try the sources whose pause is over, so that no reader has to; how many answer again."""
    paused = [source for source in circuit.sources() if source.retry_at is not None and circuit.admit(source)]
    return sum(sources.test(source).answers for source in paused)
