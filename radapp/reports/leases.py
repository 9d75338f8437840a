"""Reports are made by a worker when no examination waits, and written by the lease's holder alone.

The row is the truth and the queue a bell, as with runs. An examination that waits goes first: the report under way is given
back without counting as an attempt, and rung for again when nothing waits any more.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from radapp import broker
from radapp.reports.making import GATHERING, Made
from radapp.reports.models import ReportFile, SavedReport
from radapp.triage import dispatch
from radapp.triage.explanations import examinations_wait

ATTEMPTS = 3
STALE_AFTER = timedelta(seconds=20)
"""Ten heartbeats (worker.heartbeat)."""
LOST_AFTER = timedelta(seconds=10)
POSTPONED = "Waits: examinations are read first."
GAVE_UP = "The worker stopped {attempts} times while it made this report. Look at its log and memory, then ask again."
TROUBLED = "Making this report was interrupted {attempts} times, the last time by {trouble}. Look at that, then ask again."
State = SavedReport.State
OPEN = (State.WAITING, State.RUNNING)


class LeaseLost(RuntimeError):  # noqa: N818 - an event
    """The report is another's by now: nothing more is written."""


class Postponed(RuntimeError):  # noqa: N818 - an event
    """An examination waits: the report was given back."""


@dataclass(frozen=True)
class Lease:
    """The right to write one report; `token` changes with every claim."""

    report_id: int
    token: uuid.UUID
    attempt: int


def send(report_id: int) -> bool:
    """Ring for one waiting report; False when the broker is down (no error)."""
    if not broker.ring(broker.ANALYSIS_TASK, report_id, queue=broker.ANALYSIS_QUEUE):
        return False
    SavedReport.objects.filter(pk=report_id, state=State.WAITING).update(sent_at=Now())
    return True


def claim(report_id: int) -> Lease | None:
    """Take a waiting report; None when it is not waiting, or an examination waits (it stays waiting)."""
    waiting = SavedReport.objects.filter(pk=report_id, state=State.WAITING)
    if examinations_wait():
        waiting.update(sent_at=None)
        return None
    token = uuid.uuid4()
    with transaction.atomic():
        taken = waiting.filter(attempts__lt=ATTEMPTS).update(
            state=State.RUNNING,
            lease=token,
            heartbeat_at=Now(),
            step=GATHERING,
            progress=0.0,
            error="",
            attempts=F("attempts") + 1,
        )
        return Lease(report_id, token, SavedReport.objects.get(pk=report_id).attempts) if taken else None


def _held(lease: Lease) -> SavedReport:
    held = SavedReport.objects.select_for_update(of=("self",))
    row = held.filter(pk=lease.report_id, lease=lease.token, state=State.RUNNING).first()
    if row is None:
        raise LeaseLost(f"report {lease.report_id} is no longer held by attempt {lease.attempt}")
    return row


def heartbeat(lease: Lease) -> None:
    """Renew it; LeaseLost where it is another's."""
    held = SavedReport.objects.filter(pk=lease.report_id, lease=lease.token, state=State.RUNNING)
    if not held.update(heartbeat_at=Now()):
        raise LeaseLost(f"report {lease.report_id} is no longer held by attempt {lease.attempt}")


def tell(lease: Lease, step: str, progress: float) -> None:
    """Say what is being done (0 to 1) and renew the lease; Postponed, and given back, where an examination waits."""
    with transaction.atomic():
        row = _held(lease)
        if not examinations_wait():
            SavedReport.objects.filter(pk=row.pk).update(step=step, progress=progress, heartbeat_at=Now())
            return
        _give_back(row, POSTPONED, attempts=row.attempts - 1)
    raise Postponed(f"report {lease.report_id} waits for an examination")


def complete(lease: Lease, files: Iterable[Made]) -> None:
    """Keep the files; done. Both or neither."""
    with transaction.atomic():
        row = _held(lease)
        ReportFile.objects.bulk_create(
            ReportFile(
                report=row, name=one.name, format=one.format, sha256=one.sha256, size=len(one.content), content=one.content
            )
            for one in files
        )
        _end(row, state=State.DONE, progress=1.0, error="")


def fail(lease: Lease, error: str) -> None:
    """End it as failed; a person may ask again."""
    with transaction.atomic():
        _end(_held(lease), state=State.FAILED, progress=0.0, error=error)


def release(lease: Lease, trouble: str) -> None:
    """Give it back after a passing trouble; it is rung for again until its attempts are used up."""
    with transaction.atomic():
        row = _held(lease)
        _give_back_or_fail(row, TROUBLED.format(attempts=row.attempts, trouble=trouble))


def _end(row: SavedReport, *, state: str, progress: float, error: str) -> None:
    SavedReport.objects.filter(pk=row.pk).update(
        state=state, step="", progress=progress, error=error, lease=None, finished_at=Now()
    )


def _give_back_or_fail(row: SavedReport, trouble: str) -> None:
    if row.attempts >= ATTEMPTS:
        _end(row, state=State.FAILED, progress=0.0, error=trouble)
    else:
        _give_back(row, "", attempts=row.attempts)


def _give_back(row: SavedReport, error: str, attempts: int) -> None:
    SavedReport.objects.filter(pk=row.pk).update(
        state=State.WAITING, lease=None, sent_at=None, step="", progress=0.0, error=error, attempts=attempts
    )


def ring_again() -> int:
    """Take stale ones back and, while no examination waits, ring for those nobody will hear of; how many rang."""
    stale = SavedReport.objects.filter(state=State.RUNNING, heartbeat_at__lt=Now() - STALE_AFTER)
    for number in list(stale.values_list("pk", flat=True)):
        with transaction.atomic():
            row = stale.select_for_update(of=("self",)).filter(pk=number).first()
            if row is not None:  # else it was heard meanwhile
                _give_back_or_fail(row, GAVE_UP.format(attempts=row.attempts))
    if examinations_wait():
        return 0
    waiting = SavedReport.objects.filter(state=State.WAITING)
    return sum(send(row.pk) for row in dispatch.unheard(waiting, broker.ANALYSIS_QUEUE, LOST_AFTER))
