"""Maps on demand: asked for by a person, made by a worker when no examination waits, written by the lease's holder alone.

The row is the truth and the queue a bell, as with runs. An examination that waits goes first: the explanation under way is
given back without counting as an attempt, and rung for again when nothing waits any more.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from ml.explanation import ON_DEMAND
from radapp import broker
from radapp.accounts import audit
from radapp.accounts.models import AuditEntry, User
from radapp.archive import changes
from radapp.archive.models import Study
from radapp.triage import dispatch
from radapp.triage.models import Explanation, Result, Run, StudyTriage

ATTEMPTS = 3
STALE_AFTER = timedelta(seconds=90)
"""Longer than two passes of the largest network on a slow CPU, with its series loaded beforehand."""
LOST_AFTER = timedelta(seconds=10)
MOST_OPEN_OF_ONE = 6
"""As many maps as one study can have (three networks, two methods)."""
MOST_OPEN = 30

NO_RESULT = "There is no result to explain yet."
STALE = "A newer run is open: ask for its explanation when it has finished."
NOT_READ = "The result has no {sequence}: its network did not read the study. It read {read}."
TOO_MANY_OF_ONE = "{count} of your explanations are still being made; {most} are allowed at once. Wait for one of them."
TOO_MANY = "{count} explanations are waiting for a worker; {most} are allowed at once. Try again later."
POSTPONED = "Waits: examinations are read first."
GAVE_UP = "The worker stopped {attempts} times while it made this map."
TROUBLED = "Making this map was interrupted {attempts} times, the last time by {trouble}."
GAVE_UP_REMEDY = "Look at the worker's log and memory, then ask again."
OPEN = (Explanation.State.QUEUED, Explanation.State.RUNNING)


class ExplanationRefused(ValueError):  # noqa: N818 - a refusal
    """A map that cannot be asked for; `code` for programs, the text for people, `busy` where later will do."""

    def __init__(self, code: str, detail: str, *, busy: bool = False) -> None:
        super().__init__(detail)
        self.code, self.busy = code, busy


class LeaseLost(RuntimeError):  # noqa: N818 - an event
    """The explanation is another's by now: nothing more is written."""


class Postponed(RuntimeError):  # noqa: N818 - an event
    """An examination waits: the explanation was given back."""


@dataclass(frozen=True)
class Lease:
    """The right to write one explanation; `token` changes with every claim."""

    explanation_id: int
    token: uuid.UUID
    attempt: int


@dataclass(frozen=True)
class StoredMap:
    """One Parametric Map in the archive; `peak` in LPS mm or None, `cell_size` (slice, row, column) in mm."""

    sop_instance_uid: str
    series_instance_uid: str
    peak: Sequence[float] | None
    cell_size: Sequence[float]


def of_study(study: Study) -> list[Explanation]:
    """The explanations of the study's current result, oldest first."""
    row = StudyTriage.objects.filter(study=study).first()
    if row is None or row.result_id is None:
        return []
    return list(Explanation.objects.filter(result_id=row.result_id).select_related("asked_by"))


def ask(*, study: Study, sequence: str, method: str, user: User) -> tuple[Explanation, bool]:
    """Ask for a map of the study's current result: the row, and whether anything is to be made that was not.

    The same again is the same row; one that failed is tried anew. ExplanationRefused where there is nothing to explain or
    too much is asked for.
    """
    if method not in ON_DEMAND:
        raise ValueError(f"Method {method!r} is not made on demand; expected one of {', '.join(ON_DEMAND)}.")
    with transaction.atomic():
        result = _explainable(study, sequence)
        found = Explanation.objects.select_for_update(of=("self",)).filter(result=result, sequence=sequence, method=method)
        known = found.select_related("asked_by").first()
        if known is not None and known.state != Explanation.State.FAILED:
            return known, False
        _refuse_too_many(user)
        before = None if known is None else {"state": known.state, "reason": known.reason}
        if known is None:
            known = Explanation.objects.create(result=result, sequence=sequence, method=method, asked_by=user)
        else:
            found.update(state=Explanation.State.QUEUED, attempts=0, percent=0, reason="", remedy="", sent_at=None)
            known.refresh_from_db()
        audit.record(
            actor=user,
            action=AuditEntry.Action.EXPLANATION_ASKED,
            study_uid=study.study_instance_uid,
            target=f"{method} of {sequence}, run {result.run_id}",
            before=before,
            after={"state": known.state},
        )
        changes.announce(study.study_instance_uid)
        number = known.pk
        transaction.on_commit(lambda: send(number))
        return known, True


def _explainable(study: Study, sequence: str) -> Result:
    # Locked, so that no newer result slips in between.
    row = StudyTriage.objects.select_for_update(of=("self",)).filter(study=study).first()
    if row is None or row.result_id is None:
        raise ExplanationRefused("nothing_to_explain", NO_RESULT)
    result = Result.objects.get(pk=row.result_id)
    if result.run_id != row.run_id:
        raise ExplanationRefused("result_is_stale", STALE)
    if sequence not in result.bundles:
        raise ExplanationRefused("not_read", NOT_READ.format(sequence=sequence, read=", ".join(result.bundles)))
    return result


def _refuse_too_many(user: User) -> None:
    waiting = Explanation.objects.filter(state__in=OPEN)
    own, everyone = waiting.filter(asked_by=user).count(), waiting.count()
    if own >= MOST_OPEN_OF_ONE:
        text = TOO_MANY_OF_ONE.format(count=own, most=MOST_OPEN_OF_ONE)
        raise ExplanationRefused("too_many_explanations", text, busy=True)
    if everyone >= MOST_OPEN:
        raise ExplanationRefused("too_many_explanations", TOO_MANY.format(count=everyone, most=MOST_OPEN), busy=True)


def send(explanation_id: int) -> bool:
    """Ring for one queued explanation; False when the broker is down (no error)."""
    if not broker.ring(broker.EXPLANATION_TASK, explanation_id, queue=broker.EXPLANATION_QUEUE):
        return False
    Explanation.objects.filter(pk=explanation_id, state=Explanation.State.QUEUED).update(sent_at=Now())
    return True


def claim(explanation_id: int) -> Lease | None:
    """Take a queued explanation; None when it is not queued, or an examination waits (it stays queued)."""
    if examinations_wait():
        Explanation.objects.filter(pk=explanation_id, state=Explanation.State.QUEUED).update(sent_at=None)
        return None
    token = uuid.uuid4()
    with transaction.atomic():
        queued = Explanation.objects.filter(pk=explanation_id, state=Explanation.State.QUEUED, attempts__lt=ATTEMPTS)
        if not queued.update(
            state=Explanation.State.RUNNING,
            lease=token,
            heartbeat_at=Now(),
            reason="",
            percent=0,
            attempts=F("attempts") + 1,
        ):
            return None
        row = Explanation.objects.select_related("result__run__study").get(pk=explanation_id)
        _announce(row)
        return Lease(explanation_id, token, row.attempts)


def examinations_wait() -> bool:
    """Whether a run is queued: it goes first."""
    return Run.objects.filter(state=Run.State.QUEUED).exists()


def _announce(row: Explanation) -> None:
    changes.announce(row.result.run.study.study_instance_uid)


def _held(lease: Lease) -> Explanation:
    held = Explanation.objects.select_for_update(of=("self",)).select_related("result__run__study")
    row = held.filter(pk=lease.explanation_id, lease=lease.token, state=Explanation.State.RUNNING).first()
    if row is None:
        raise LeaseLost(f"explanation {lease.explanation_id} is no longer held by attempt {lease.attempt}")
    return row


def progress(lease: Lease, percent: int) -> None:
    """Say how far it is (0–100) and renew the lease; Postponed, and given back, where an examination waits.

    The page hears of it at every tenth.
    """
    with transaction.atomic():
        row = _held(lease)
        if not examinations_wait():
            if percent // 10 != row.percent // 10:
                _announce(row)
            Explanation.objects.filter(pk=row.pk).update(percent=percent, heartbeat_at=Now())
            return
        _requeue(row, POSTPONED, attempts=row.attempts - 1)
    raise Postponed(f"explanation {lease.explanation_id} waits for an examination")


def complete(lease: Lease, stored: StoredMap) -> None:
    """Name the stored map; done."""
    with transaction.atomic():
        row = _held(lease)
        Explanation.objects.filter(pk=row.pk).update(
            state=Explanation.State.DONE,
            percent=100,
            lease=None,
            finished_at=Now(),
            sop_instance_uid=stored.sop_instance_uid,
            series_instance_uid=stored.series_instance_uid,
            peak=None if stored.peak is None else list(stored.peak),
            cell_size=list(stored.cell_size),
        )
        _announce(row)


def fail(lease: Lease, reason: str, remedy: str = "") -> None:
    """End it as failed; a person may ask again."""
    with transaction.atomic():
        _end_failed(_held(lease), reason, remedy)


def _end_failed(row: Explanation, reason: str, remedy: str) -> None:
    Explanation.objects.filter(pk=row.pk).update(
        state=Explanation.State.FAILED, reason=reason, remedy=remedy, lease=None, finished_at=Now()
    )
    _announce(row)


def release(lease: Lease, trouble: str) -> None:
    """Give it back after a passing trouble; it is rung for again until its attempts are used up."""
    with transaction.atomic():
        row = _held(lease)
        _requeue_or_fail(row, TROUBLED.format(attempts=row.attempts, trouble=trouble))


def _requeue_or_fail(row: Explanation, trouble: str) -> None:
    if row.attempts >= ATTEMPTS:
        _end_failed(row, trouble, GAVE_UP_REMEDY)
    else:
        _requeue(row, "", attempts=row.attempts)


def _requeue(row: Explanation, reason: str, attempts: int) -> None:
    Explanation.objects.filter(pk=row.pk).update(
        state=Explanation.State.QUEUED, lease=None, sent_at=None, percent=0, reason=reason, attempts=attempts
    )
    _announce(row)


def ring_again() -> int:
    """Take stale ones back and, while no examination waits, ring for the queued ones nobody will hear of; how many rang."""
    stale = Explanation.objects.filter(state=Explanation.State.RUNNING, heartbeat_at__lt=Now() - STALE_AFTER)
    for number in list(stale.values_list("pk", flat=True)):
        with transaction.atomic():
            locked = stale.select_for_update(of=("self",)).select_related("result__run__study")
            row = locked.filter(pk=number).first()
            if row is not None:  # else it was heard meanwhile
                _requeue_or_fail(row, GAVE_UP.format(attempts=row.attempts))
    if examinations_wait():
        return 0
    queued = Explanation.objects.filter(state=Explanation.State.QUEUED)
    return sum(send(row.pk) for row in dispatch.unheard(queued, broker.EXPLANATION_QUEUE, LOST_AFTER))
