"""The act that locks a stage: atomic, append-only, and the same act however often it is sent."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from radapp.accounts.errors import ApiError
from radapp.readerstudies import chain
from radapp.readerstudies.canonical import canonical
from radapp.readerstudies.form import Checked, check
from radapp.readerstudies.models import Answer, ChainEntry, Draft, Reading, ReadingEvent
from radapp.readerstudies.models.readings import Stage
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.reading import refusals
from radapp.readerstudies.reading.acts import Act, take_up
from radapp.readerstudies.reading.seats import hold
from radapp.readerstudies.reading.timing import measure

Kind = ReadingEvent.Kind


@dataclass(frozen=True)
class Submission:
    """As a page sends it."""

    seat: str
    stage: str
    answers: Mapping[str, Any]
    submission: uuid.UUID
    contradiction_confirmed: bool = False


def submit(admitted: Admitted, key: str, sent: Submission) -> Answer:
    """Store the answer and lock its stage; sent again, find it. Of two at once exactly one wins.

    Raises ApiError 409 (stage_locked, contradiction, seat_taken, paused, study_not_open, case_withdrawn), 400 (invalid).
    """
    try:
        with transaction.atomic():
            found = _submit(take_up(admitted, key), sent)
    except IntegrityError as error:
        # The last word is the database's: one answer of each version, one act of each UUID.
        if not was_lost(key, sent.stage, sent.submission):
            raise
        raise refusals.stage_locked() from error
    # Outside the transaction: that a contradiction was queried stays noted.
    if isinstance(found, ApiError):
        raise found
    return found


def _submit(act: Act, sent: Submission) -> Answer | ApiError:
    earlier = repeated(act, sent.stage, sent.answers, sent.submission)
    if earlier is not None:
        return earlier
    act.demand_stage(sent.stage)
    hold(act, sent.seat)
    if act.reading.state == Reading.State.PAUSED:
        raise refusals.paused()
    checked = check_complete(act, sent.answers)
    if checked.contradictions and not sent.contradiction_confirmed:
        note_query(act, checked)
        return refusals.contradiction(checked.contradictions)
    return _lock(act, sent, checked)


def was_lost(key: str, stage: str, submission: uuid.UUID) -> bool:
    """Whether another answer stands where one was refused by the database."""
    there = Q(assignment__key=key, stage=stage) | Q(submission=submission)
    return Answer.objects.filter(there).exists()


def repeated(act: Act, stage: str, answers: Mapping[str, Any], submission: uuid.UUID) -> Answer | None:
    """The answer that this UUID has made already; refused where it was another act, or says something else now."""
    earlier = Answer.objects.filter(submission=submission).first()
    if earlier is None:
        return None
    if earlier.assignment_id != act.assignment.pk or earlier.stage != stage:
        raise refusals.submission_known()
    if canonical(check_complete(act, answers).answers) != canonical(earlier.answers):
        raise refusals.stage_locked()
    return earlier


def check_complete(act: Act, answers: Mapping[str, Any]) -> Checked:
    """Answers as the form wants them; 400 for what is missing or does not fit."""
    checked = check(act.form, answers, complete=True, forced_point=act.attendance.protocol.design.lroc)
    if checked.problems:
        raise refusals.invalid(checked.problems)
    return checked


def note_query(act: Act, checked: Checked) -> None:
    """That a contradiction was queried; once for the same answers, however often they are sent."""
    detail = {"answers": checked.answers}
    last = ReadingEvent.objects.filter(assignment=act.assignment, kind=Kind.CONTRADICTION_QUERIED).order_by("-id").first()
    if last is None or canonical(last.detail) != canonical(detail):
        act.note(Kind.CONTRADICTION_QUERIED, detail)


def moment_of(act: Act) -> datetime:
    """When an answer counts as given: now, but never before what the study's chain knows already.

    A washout runs from here, so that a clock that was set back while somebody read does not shorten it.
    """
    latest: datetime | None = ChainEntry.objects.filter(study=act.attendance.study).aggregate(latest=Max("at"))["latest"]
    now = act.attendance.now
    return max(now, latest) if latest is not None else now


def _lock(act: Act, sent: Submission, checked: Checked) -> Answer:
    is_last = act.stages[-1].value == sent.stage
    answer = Answer.objects.create(
        assignment=act.assignment,
        stage=sent.stage,
        answers=checked.answers,
        submission=sent.submission,
        timing=_timing(act, sent.stage),
        submitted_by=act.attendance.user,
        submitted_at=moment_of(act),
    )
    record_answer(act, answer, contradicts=bool(checked.contradictions))
    Draft.objects.filter(assignment=act.assignment, stage=sent.stage).delete()
    if is_last and act.assignment.practice:
        act.note(Kind.FEEDBACK_SHOWN, stage=sent.stage)
    _move_on(act, sent.stage, is_last=is_last)
    return answer


def record_answer(act: Act, answer: Answer, *, contradicts: bool) -> None:
    """The answer's entry in the chain: all that its row says."""
    corrects = answer.version > 1
    chain.record(
        act.attendance.study,
        actor=act.attendance.user,
        action=chain.Action.ANSWER_CORRECTED if corrects else chain.Action.ANSWERED,
        target=act.assignment.key,
        before=_before(answer) if corrects else None,
        after={
            "stage": answer.stage,
            "version": answer.version,
            "answers": answer.answers,
            "submission": str(answer.submission),
            "timing": answer.timing,
            "submitted_at": answer.submitted_at.isoformat(),
            "contradiction_confirmed": contradicts,
        },
        reason=answer.reason,
        rows=[answer],
    )


def _before(answer: Answer) -> dict[str, Any]:
    last = Answer.objects.get(assignment=answer.assignment, stage=answer.stage, version=answer.version - 1)
    return {"stage": last.stage, "version": last.version, "answers": last.answers}


def _timing(act: Act, stage: str) -> dict[str, int | None]:
    unaided = Answer.objects.filter(assignment=act.assignment, stage=Stage.UNAIDED).first() if stage == Stage.AIDED else None
    began = unaided.submitted_at if unaided is not None else act.reading.opened_at
    events = ReadingEvent.objects.filter(assignment=act.assignment, stage=stage).order_by("id")
    return measure(began, act.attendance.now, events)


def _move_on(act: Act, stage: str, *, is_last: bool) -> None:
    """The reading's own row, and the lock's entry in the chain where this answer can no longer be corrected."""
    reading, is_final = act.reading, not is_last or locks_at_once(act)
    if is_last:
        reading.state = Reading.State.LOCKED if is_final else Reading.State.ANSWERED
        reading.locked_at = act.attendance.now if is_final else None
    else:
        reading.stage = act.stages[act.stages.index(Stage(stage)) + 1]
    reading.save(update_fields=["state", "stage", "locked_at"])
    if is_final:
        chain.record(
            act.attendance.study,
            actor=act.attendance.user,
            action=chain.Action.READING_LOCKED,
            target=act.assignment.key,
            after={"stage": stage},
        )


def locks_at_once(act: Act) -> bool:
    """Whether the last answer of this reading is final when it is submitted. Practice always is: feedback follows."""
    return act.assignment.practice or act.attendance.protocol.design.lock == "reading"
