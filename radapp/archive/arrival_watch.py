"""The clock behind completeness: looks often, completes what has been quiet, and follows up whatever nobody has heard of.

It remembers by a clock that cannot be set back since when it has seen nothing new of each series. Killed, it knows nothing
and begins to count anew, so that a series waits at most as long again. Of the processes on one machine one watches; several
at once do no harm, for rows are judged and written under a lock.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from radapp.archive import arrivals
from radapp.archive.completeness import QUIET_S, SHORT_QUIET_S
from radapp.held import Held, try_hold

logger = logging.getLogger(__name__)

EVERY_S = 0.25
FOLLOWS_FOR_S = 0.5
RESTS_S = 5.0
"""After a study could not be followed, it is left alone this long: others go on."""


class Watch:
    """What one process has seen of the series that are still arriving."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Having seen nothing yet."""
        self._clock = clock
        self._seen: dict[int, tuple[int, float]] = {}
        self._asked: dict[int, tuple[int, float]] = {}
        self._rests: dict[str, float] = {}

    def tick(self) -> None:
        """Look once. Of hundreds of old studies that a PACS sends, a few at a time; today's go first."""
        self._settle(arrivals.versions())
        until = self._clock() + FOLLOWS_FOR_S
        for study_uid in arrivals.due():
            self._follow(study_uid)
            if self._clock() > until:
                break

    def _settle(self, versions: dict[int, int]) -> None:
        """Complete what has been quiet. A row is asked about once at each of the two times that may decide it."""
        now = self._clock()
        self._seen = {
            row: (version, self._seen[row][1] if self._seen.get(row, (None,))[0] == version else now)
            for row, version in versions.items()
        }
        self._asked = {row: asked for row, asked in self._asked.items() if row in self._seen}
        due = {}
        for row, (version, since) in self._seen.items():
            passed = max((limit for limit in (QUIET_S, SHORT_QUIET_S) if now - since >= limit), default=None)
            if passed is not None and self._asked.get(row) != (version, passed):
                due[row] = (version, now - since, passed)
        if due:
            arrivals.settle_quiet({row: (version, seconds) for row, (version, seconds, _) in due.items()})
            self._asked |= {row: (version, passed) for row, (version, _, passed) in due.items()}
        if versions:
            arrivals.heed_performed()

    def _follow(self, study_uid: str) -> None:
        if self._rests.get(study_uid, float("-inf")) > self._clock():
            return
        self._rests.pop(study_uid, None)
        try:
            arrivals.follow(study_uid)
        except DatabaseError:
            raise
        except Exception:  # whatever one study holds must not keep the others from being followed
            logger.exception("a study that is arriving could not be weighed; it is tried again in %.0f s", RESTS_S)
            self._rests[study_uid] = self._clock() + RESTS_S


class Turn:
    """Which process of this machine watches: who holds the lock, which the kernel takes from one that ends or is killed."""

    def __init__(self) -> None:
        """Not held yet."""
        self._held: Held | None = None

    def mine(self) -> bool:
        """Whether this process watches, from now on if nobody else does."""
        self._held = self._held or try_hold(settings.VAR_DIR / "arrivals.lock")
        return self._held is not None

    def give_up(self) -> None:
        """Let another process watch."""
        if self._held is not None:
            self._held.release()
            self._held = None


def keep_watch(then: Callable[[], None] = lambda: None) -> None:
    """Tick for ever where it is this process's turn, then do `then`; a database that is away for a while is waited for."""
    watch, turn, troubled = Watch(), Turn(), False
    while True:
        try:
            if turn.mine():
                close_old_connections()
                watch.tick()
                then()
            troubled = False
        except DatabaseError as error:
            if not troubled:
                logger.warning("arrivals cannot be read: %s; tried again every second", error)
            troubled = True
            time.sleep(1.0)
        except Exception:  # the outermost boundary of a thread that must not end
            logger.exception("watching arrivals failed; it goes on, here or in another process")
            turn.give_up()
            time.sleep(1.0)
        time.sleep(EVERY_S)


def start(then: Callable[[], None] = lambda: None) -> threading.Thread:
    """Keep watch in a thread of this process, which ends with it."""
    thread = threading.Thread(target=keep_watch, args=(then,), name="arrivals", daemon=True)
    thread.start()
    return thread
