"""Corrections before a session's lock, and that lock. An unaided answer that was followed by aid is never corrected."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404

from radapp.accounts.errors import ApiError
from radapp.readerstudies import chain
from radapp.readerstudies.models import Answer, Assignment, Case, Reading, Session, SessionLock
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.protocol import Design
from radapp.readerstudies.reading import refusals
from radapp.readerstudies.reading.acts import Act, attend, take_up
from radapp.readerstudies.reading.places import stand_of
from radapp.readerstudies.reading.submission import (
    check_complete,
    moment_of,
    note_query,
    record_answer,
    repeated,
    was_lost,
)


@dataclass(frozen=True)
class Correction:
    """As a page sends it."""

    stage: str
    answers: Mapping[str, Any]
    submission: uuid.UUID
    reason: str
    contradiction_confirmed: bool = False


def correct(admitted: Admitted, key: str, sent: Correction) -> Answer:
    """Store the next version of the last stage's answer; sent again, find it.

    Raises ApiError 409 (stage_locked, session_locked, contradiction, study_not_open, case_withdrawn), 400 (invalid).
    """
    try:
        with transaction.atomic():
            found = _correct(take_up(admitted, key), sent)
    except IntegrityError as error:
        if not was_lost(key, sent.stage, sent.submission):
            raise
        raise refusals.stage_locked() from error
    if isinstance(found, ApiError):
        raise found
    return found


def _correct(act: Act, sent: Correction) -> Answer | ApiError:
    earlier = repeated(act, sent.stage, sent.answers, sent.submission)
    if earlier is not None:
        return earlier
    act.demand_in_study()
    last = Answer.objects.filter(assignment=act.assignment, stage=act.stages[-1]).order_by("-version").first()
    if last is None or last.stage != sent.stage:
        raise refusals.not_correctable()
    if SessionLock.objects.filter(session=act.assignment.session).exists():
        raise refusals.session_locked()
    if not is_correctable(act.attendance.protocol.design, act.assignment):
        raise refusals.not_correctable()
    checked = check_complete(act, sent.answers)
    if checked.contradictions and not sent.contradiction_confirmed:
        note_query(act, checked)
        return refusals.contradiction(checked.contradictions)
    answer = Answer.objects.create(
        assignment=act.assignment,
        stage=sent.stage,
        version=last.version + 1,
        answers=checked.answers,
        reason=sent.reason,
        submission=sent.submission,
        timing=last.timing,
        submitted_by=act.attendance.user,
        submitted_at=moment_of(act),
    )
    record_answer(act, answer, contradicts=bool(checked.contradictions))
    return answer


def is_correctable(design: Design, assignment: Assignment) -> bool:
    """Whether an answered reading may still be corrected, in a study that is open."""
    if design.lock != "session" or assignment.practice or assignment.case.state != Case.State.INCLUDED:
        return False
    return not SessionLock.objects.filter(session_id=assignment.session_id).exists()


def lock_session(admitted: Admitted, number: int) -> None:
    """Make a session's answers final; done twice it is done once.

    Raises ApiError 409 (session_unfinished, study_not_open), Http404 for a session that the reader does not have, or
    that the protocol does not lock by itself.
    """
    with transaction.atomic():
        attendance = attend(admitted)
        stand = stand_of(attendance.reader, attendance.protocol)
        session = Session.objects.filter(reader=attendance.reader, number=number).first()
        if session is None or not stand.locks_sessions:
            raise Http404
        if number in stand.locked:
            return
        attendance.demand_open()
        if not stand.is_lockable(number):
            raise refusals.session_unfinished(number)
        lock = SessionLock.objects.create(session=session, locked_by=attendance.user, locked_at=attendance.now)
        answered = Reading.objects.filter(assignment__session=session, state=Reading.State.ANSWERED)
        answered.update(state=Reading.State.LOCKED, locked_at=attendance.now)
        chain.record(
            attendance.study,
            actor=attendance.user,
            action=chain.Action.SESSION_LOCKED,
            target=session.key,
            after={"session": number, "locked_at": attendance.now.isoformat()},
            rows=[lock],
        )
