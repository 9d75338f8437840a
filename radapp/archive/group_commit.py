"""Instances that come one by one from many senders at once: those that wait together become durable together.

A sender of C-STORE waits for its answer before it sends the next instance, and the answer may only be given once the bytes
and the row are durable. So what many senders wait for is written in one round: one transaction, one look at what is known.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from radapp.archive.comparison import settle_conflict
from radapp.archive.outcomes import Outcome
from radapp.archive.plain_instances import PlainInstances
from radapp.archive.recording import Candidate, Origin, record_candidates

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 64
IDLE_S = 30.0


class CommitFailedError(RuntimeError):
    """The database could not be written; nothing of the instance is in."""


@dataclass
class _Waiting:
    """One instance and whoever waits for it."""

    candidate: Candidate
    origin: Callable[[], Origin]
    settled: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None
    error: str = ""


class GroupCommit:
    """One thread that records what others bring. Use one in a process, and `close` it."""

    def __init__(self) -> None:
        self._plain = PlainInstances()
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    def settle(self, candidate: Candidate, origin: Callable[[], Origin]) -> Outcome:
        """Record the instance and return what became of it, when it is durable. Raises CommitFailedError.

        `origin` is asked in the thread that records, the only one that needs the database.
        """
        waiting = _Waiting(candidate, origin)
        self._queue.put(waiting)
        waiting.settled.wait()
        if waiting.outcome is None:
            raise CommitFailedError(waiting.error)
        return waiting.outcome

    def close(self) -> None:
        """Record what waits, then end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            while (group := self._next()) is not None:
                if group:
                    self._record(group)
                else:
                    close_old_connections()
        finally:
            connections.close_all()

    def _next(self) -> list[_Waiting] | None:
        """What waits now, an empty list after a quiet time, or None at the end."""
        try:
            first = self._queue.get(timeout=IDLE_S)
        except queue.Empty:
            return []
        if first is None:
            return None
        group = [first]
        while len(group) < MOST_AT_ONCE:
            try:
                one = self._queue.get_nowait()
            except queue.Empty:
                break
            if one is None:
                self._queue.put(None)
                break
            group.append(one)
        return group

    def _record(self, group: Sequence[_Waiting]) -> None:
        """Settle a group. A database that cannot be written fails the rest of it, and is asked again next time."""
        try:
            for one in self._record_plain(group):
                one.outcome = _settled(one)
                one.settled.set()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("instances could not be recorded: %s", error)
            self._fail(group, "the database cannot be written: nothing was stored")
            connections.close_all()
        except Exception as error:  # the outermost boundary of a thread that must go on: whoever waits is told
            logger.exception("an instance could not be recorded")
            self._fail(group, f"{type(error).__name__}: nothing was stored")

    def _record_plain(self, group: Sequence[_Waiting]) -> list[_Waiting]:
        """Settle what can go the short way; the rest."""
        stored = self._plain.record([(one.candidate, one.origin()) for one in group])
        rest = []
        for one in group:
            one.outcome = stored.pop(one.candidate.inspected.identity.sop_instance_uid, None)
            if one.outcome is None:
                rest.append(one)
            else:
                one.settled.set()
        return rest

    def _fail(self, group: Sequence[_Waiting], error: str) -> None:
        for one in group:
            if not one.settled.is_set():
                one.error = error
                one.settled.set()


def _settled(waiting: _Waiting) -> Outcome:
    origin = waiting.origin()
    outcomes, conflicting = record_candidates([waiting.candidate], origin)
    outcomes += [settle_conflict(candidate, origin) for candidate in conflicting]
    return outcomes[0]
