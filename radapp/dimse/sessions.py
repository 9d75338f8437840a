"""What a peer sends in one go: an intake, though some scanners open an association for each image."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connections

from radapp.archive import intakes
from radapp.archive.models import Intake, Source
from radapp.archive.outcomes import Already, IntakeReport, Outcome, PutAside, Refused, StoredInstance
from radapp.archive.recording import Origin
from radapp.archive.signals import association_released

logger = logging.getLogger(__name__)

ENDS_AFTER_S = 10.0
"""A peer that has no association open and has sent nothing for so long has finished; what comes then is another intake."""
NOTED_EVERY_S = 5.0
REFUSED_AT_MOST = 1000
"""Reasons that are kept of one intake; a peer that sends rubbish all night would fill its row with them."""
TICK_S = 1.0


class Session:
    """One peer's intake. Its counts are written every few seconds; the instances themselves are durable at once."""

    def __init__(self, ae_title: str, clock: Callable[[], float]) -> None:
        self.ae_title = ae_title
        self._clock = clock
        self._lock = threading.Lock()
        self._intake: Intake | None = None
        self._origin: Origin | None = None
        self._unwritten = IntakeReport()
        self._written_at = self.active_at = clock()
        self._refused = 0
        self.open = 0

    def origin(self) -> Origin:
        """Who sends, for the rows; opens the intake at the first instance. Raises DatabaseError."""
        with self._lock:
            return self._opened()[1]

    def _opened(self) -> tuple[Intake, Origin]:
        if self._intake is None or self._origin is None:
            self._intake = intakes.open_intake(source=Source.DIMSE, user=None)
            self._origin = Origin(Source.DIMSE, None, f"dimse {self.ae_title}", str(self._intake.id))
        return self._intake, self._origin

    def note(self, outcome: Outcome) -> None:
        """Count what became of an instance."""
        with self._lock:
            self.active_at = self._clock()
            if isinstance(outcome, Refused):
                self._refused += 1
                if self._refused > REFUSED_AT_MOST:
                    return
            self._unwritten.add([outcome])
            self._unwritten.outcomes.clear()

    def touch(self, change: int) -> None:
        """An association of the peer has begun (1) or ended (-1)."""
        with self._lock:
            self.open += change
            self.active_at = self._clock()

    def write(self, *, at_once: bool) -> None:
        """Add what was counted to the intake's row. Raises DatabaseError; it is tried again then."""
        with self._lock:
            due = at_once or self._clock() - self._written_at >= NOTED_EVERY_S
            if not due or self._unwritten == IntakeReport():
                return
            intakes.note_batch(self._opened()[0], self._unwritten)
            self._unwritten, self._written_at = IntakeReport(), self._clock()

    def is_over(self) -> bool:
        """Whether the peer has been quiet, without an association, for long enough."""
        return self.open == 0 and self._clock() - self.active_at >= ENDS_AFTER_S

    def finish(self) -> None:
        """End the intake."""
        self.write(at_once=True)
        if self._intake is not None:
            intakes.finish_intake(self._intake)


class Sessions:
    """The sessions of one process, and the thread that keeps their rows up to date."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sessions", daemon=True)

    def start(self) -> None:
        """Begin to keep them."""
        self._thread.start()

    def join(self, ae_title: str) -> Session:
        """The session of this peer, with one association more."""
        with self._lock:
            session = self._sessions.get(ae_title)
            if session is None:
                session = self._sessions[ae_title] = Session(ae_title, self._clock)
            session.touch(1)
            return session

    def leave(self, session: Session, study_uids: list[str], series_uids: list[str]) -> None:
        """One association of the session has ended; what it stored into is announced. Raises DatabaseError."""
        try:
            if study_uids:
                session.write(at_once=True)
                association_released.send_robust(sender=Intake, study_uids=study_uids, series_uids=series_uids)
        finally:
            session.touch(-1)

    def close(self) -> None:
        """Finish all of them."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(TICK_S):
            self.tick()
        self.tick(all_of_them=True)
        connections.close_all()

    def tick(self, *, all_of_them: bool = False) -> None:
        """Write what is due, and finish what is over. What the database does not take now is tried again."""
        with self._lock:
            over = {name: one for name, one in self._sessions.items() if all_of_them or one.is_over()}
            for name in over:
                del self._sessions[name]
            going_on = list(self._sessions.values())
        for session in (*over.values(), *going_on):
            try:
                session.finish() if session.ae_title in over else session.write(at_once=False)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("the intake of %s could not be written: %s", session.ae_title, error)
                connections.close_all()
                if session.ae_title in over and not all_of_them:
                    with self._lock:
                        self._sessions.setdefault(session.ae_title, session)


def touched(outcome: Outcome) -> bool:
    """Whether the instance is in the archive."""
    return isinstance(outcome, StoredInstance | Already | PutAside)
