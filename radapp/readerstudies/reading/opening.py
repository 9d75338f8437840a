"""Opening the next case in the stored order, resting, and going on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from radapp.readerstudies.models import Assignment, Reading, ReadingEvent, Session
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.reading import places, refusals
from radapp.readerstudies.reading.acts import READER, Act, Attendance, act_on, attend
from radapp.readerstudies.reading.independence import grounds
from radapp.readerstudies.reading.places import Place, Stand, stand_of
from radapp.readerstudies.reading.seats import hold
from radapp.readerstudies.terms import protocol_in_force

Kind = ReadingEvent.Kind


@dataclass(frozen=True)
class Next:
    """What may be opened next, and what had to be set aside before it, each with its grounds."""

    place: Place | None
    assignment: Assignment | None
    aside: Mapping[Assignment, tuple[str, ...]] = field(default_factory=dict)


def open_next(admitted: Admitted, seat: str) -> str:
    """Open the next case, or go on with the one that is open; its assignment's key.

    Raises ApiError 409: study_not_open, washout, session_not_locked, seat_taken, set_aside, finished.
    """
    known = _looked_at_beforehand(admitted)
    with transaction.atomic():
        attendance = attend(admitted)
        attendance.demand_open()
        stand = stand_of(attendance.reader, attendance.protocol)
        if stand.open is not None:
            return _go_on(attendance, stand.open.key, seat)
        session = session_to_read(attendance, stand)
        found, ahead = _next_two(stand, session, known)
        for assignment, why in {**found.aside, **ahead.aside}.items():
            _note_aside(attendance, assignment, why)
        if found.assignment is not None:
            _open(attendance, found.assignment, seat)
    # Outside the transaction: what was set aside stays noted.
    if found.assignment is None:
        raise refusals.set_aside()
    return found.assignment.key


def _looked_at_beforehand(admitted: Admitted) -> dict[int, tuple[str, ...]]:
    """Grounds by assignment, of what will probably be opened: asking takes long, and others wait while a study is locked."""
    known: dict[int, tuple[str, ...]] = {}
    stand = stand_of(admitted.membership(READER), protocol_in_force(admitted.study))
    if stand.open is None and stand.session is not None:
        _next_two(stand, stand.session, known)
    return known


def _next_two(stand: Stand, session: Session, known: dict[int, tuple[str, ...]]) -> tuple[Next, Next]:
    """What is opened, and what comes ahead of its turn."""
    left = stand.left(session.number)
    found = next_of(left, session, known)
    if found.place is None:
        return found, Next(None, None)
    return found, next_of(left[left.index(found.place) + 1 :], session, known)


def session_to_read(attendance: Attendance, stand: Stand) -> Session:
    """The session whose turn it is; refused while nothing is left, its washout lasts, or the one before is not locked."""
    session = stand.session
    if session is None:
        raise refusals.finished()
    if stand.is_lockable(session.number):
        raise refusals.session_not_locked(session.number)
    ends = places.opens_at(session)
    if ends is not None and attendance.now < ends:
        raise refusals.washout(ends)
    return session


def next_of(left: Sequence[Place], session: Session, known: dict[int, tuple[str, ...]] | None = None) -> Next:
    """The first of these places that its reader may be given; what stands before it is set aside. `known`: grounds by
    assignment that were asked for a moment ago; what is asked for here is added.
    """
    known = {} if known is None else known
    aside: dict[Assignment, tuple[str, ...]] = {}
    for place in left:
        assignment = Assignment.objects.select_related("case__study", "case__examination", "session").get(pk=place.pk)
        if place.pk not in known:
            known[place.pk] = grounds(session.reader, assignment.case)
        why = known[place.pk]
        if not why:
            return Next(place, assignment, aside)
        aside[assignment] = why
    return Next(None, None, aside)


def pause(admitted: Admitted, seat: str) -> None:
    """Stop the clock of the case that is open, if one is."""
    with transaction.atomic():
        attendance = attend(admitted)
        attendance.demand_open()
        place = stand_of(attendance.reader, attendance.protocol).open
        if place is None:
            return
        act = act_on(attendance, place.key)
        hold(act, seat)
        if act.reading.state == Reading.State.OPENED:
            act.note(Kind.PAUSED)
            _set(act.reading, Reading.State.PAUSED)


def _go_on(attendance: Attendance, key: str, seat: str) -> str:
    act = act_on(attendance, key)
    hold(act, seat)
    if act.reading.state == Reading.State.PAUSED:
        act.note(Kind.RESUMED)
        _set(act.reading, Reading.State.OPENED)
    return key


def _set(reading: Reading, state: Reading.State) -> None:
    reading.state = state
    reading.save(update_fields=["state"])


def _open(attendance: Attendance, assignment: Assignment, seat: str) -> None:
    now = attendance.now
    reading = Reading(assignment=assignment, opened_at=now, seat=seat, seat_seen_at=now)
    act = Act(attendance, assignment, reading, frozenset())
    reading.stage = act.stages[0]
    reading.save()
    place = {"session": assignment.session.number, "position": assignment.position}
    act.note(Kind.OPENED, {**place, "arm": assignment.arm, "seat": seat})


def _note_aside(attendance: Attendance, assignment: Assignment, why: tuple[str, ...]) -> None:
    """Once for each reason: the page asks again and again."""
    detail = {"grounds": list(why)}
    last = ReadingEvent.objects.filter(assignment=assignment, kind=Kind.SET_ASIDE).order_by("-id").first()
    if last is None or last.detail != detail:
        Act(attendance, assignment, Reading(assignment=assignment), frozenset()).note(Kind.SET_ASIDE, detail)
