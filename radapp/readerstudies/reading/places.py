"""One reader's stored order, and where in it they stand. Questions only; cases that were withdrawn are left out."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from radapp.readerstudies.models import Answer, Assignment, Case, Membership, ReadingEvent, Session, SessionLock
from radapp.readerstudies.models.readings import LAST_STAGES
from radapp.readerstudies.protocol import Protocol


@dataclass(frozen=True)
class Place:
    """One assignment: `number` counts practice cases and the others of a session apart, from 1. `aside`: when its turn came,
    or the turn before it, its reader might not be given it; asked again whenever the next case is opened.
    """

    pk: int
    key: str
    session: int
    number: int
    practice: bool
    begun: bool
    answered: frozenset[str]
    aside: bool = False

    @property
    def done(self) -> bool:
        """Every stage is answered."""
        return bool(self.answered & LAST_STAGES)


@dataclass(frozen=True)
class Stand:
    """All sessions and places of one reader in stored order. `locked`: numbers of the sessions whose answers are final."""

    sessions: tuple[Session, ...]
    places: tuple[Place, ...]
    locked: frozenset[int]
    locks_sessions: bool

    def of(self, session: int, *, practice: bool | None = None) -> tuple[Place, ...]:
        """The places of one session; of practice or of the others alone, if asked."""
        found = (place for place in self.places if place.session == session)
        return tuple(place for place in found if practice is None or place.practice == practice)

    @property
    def session(self) -> Session | None:
        """The first that is not over: something is to be read in it, or it is to be locked."""
        return next((session for session in self.sessions if not self._is_over(session.number)), None)

    def _is_over(self, number: int) -> bool:
        places = self.of(number)
        return all(place.done for place in places) and (not places or not self.locks_sessions or number in self.locked)

    def is_lockable(self, number: int) -> bool:
        """Whether all is answered and only the lock is missing."""
        places = self.of(number)
        return self.locks_sessions and bool(places) and number not in self.locked and all(place.done for place in places)

    @property
    def open(self) -> Place | None:
        """The place that is being read, or paused."""
        return next((place for place in self.places if place.begun and not place.done), None)

    def left(self, session: int) -> tuple[Place, ...]:
        """What nobody has begun in a session."""
        return tuple(place for place in self.of(session) if not place.begun and not place.done)


def stand_of(reader: Membership, protocol: Protocol) -> Stand:
    """Where this reader stands; five queries."""
    sessions = tuple(Session.objects.filter(reader=reader).order_by("number"))
    locked = SessionLock.objects.filter(session__reader=reader).values_list("session__number", flat=True)
    return Stand(sessions, _places(reader), frozenset(locked), protocol.design.lock == "session")


def _places(reader: Membership) -> tuple[Place, ...]:
    answered: dict[int, set[str]] = defaultdict(set)
    for assignment, stage in Answer.objects.filter(assignment__session__reader=reader).values_list("assignment_id", "stage"):
        answered[assignment].add(stage)
    aside = set(
        ReadingEvent.objects.filter(assignment__session__reader=reader, kind=ReadingEvent.Kind.SET_ASIDE).values_list(
            "assignment_id", flat=True
        )
    )
    rows = (
        Assignment.objects.filter(session__reader=reader)
        .exclude(case__state=Case.State.WITHDRAWN)
        .order_by("session__number", "position")
        .values_list("pk", "key", "session__number", "practice", "reading__state")
    )
    counted: dict[tuple[int, bool], int] = defaultdict(int)
    found = []
    for pk, key, session, practice, state in rows:
        counted[session, practice] += 1
        number = counted[session, practice]
        found.append(Place(pk, key, session, number, practice, state is not None, frozenset(answered[pk]), pk in aside))
    return tuple(found)


def opens_at(session: Session) -> datetime | None:
    """When the washout before a session ends; None where none is due.

    It runs from the last answer of any session before, corrections included. An answer's time is never earlier than
    what the study's chain knew when it was given (submission.py), so that a clock set back gains nothing.
    """
    before = Answer.objects.filter(
        assignment__session__reader=session.reader_id, assignment__session__number__lt=session.number
    )
    last: datetime | None = before.aggregate(last=Max("submitted_at"))["last"]
    return last + timedelta(days=session.washout_days) if last is not None and session.washout_days else None
