"""Runs: claimed by a conditional UPDATE, renewed by a heartbeat, written only by the holder of the lease (fencing token).

The database is the truth and Redis the bell. Whatever dies (a worker, the broker, its data), `ring_again` finds the row and
rings again; a holder that was taken for dead finds its lease gone and writes nothing. Times are the database's own, so
that workers on other machines need no common clock.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from ml.tactic import fuse, tier
from radapp.archive import changes, generated
from radapp.archive.generated import Kept
from radapp.triage import dispatch, reports, standing
from radapp.triage.models import Heatmap, Result, Run
from radapp.triage.protocols import bundles_of, cutoffs_of

ATTEMPTS = 3
STALE_AFTER = timedelta(seconds=15)
LOST_AFTER = timedelta(seconds=10)
"""A queued run whose bell rang this long ago is rung anew when fewer bells lie in the queue than runs wait."""
GAVE_UP = "The worker stopped {attempts} times in mid-run."
TROUBLED = "The run was interrupted {attempts} times, the last time by {trouble}."
GAVE_UP_REMEDY = "Look at the worker's log and memory, then retry."


class LeaseLost(RuntimeError):  # noqa: N818 - an event, not a mistake
    """The run is another's by now (its lease expired, or the study's images changed): stop, nothing more is written."""


@dataclass(frozen=True)
class Lease:
    """The right to write to one run. `token` changes with every claim."""

    run_id: int
    token: uuid.UUID
    attempt: int


@dataclass(frozen=True)
class Findings:
    """What the networks said of one study: scores by role (T1WIC may be missing), and what a reader should know of them."""

    scores: Mapping[str, float]
    series: Sequence[Mapping[str, object]]
    preprocessing: Mapping[str, object]
    guards: Sequence[str]
    notes: Sequence[str]
    synthetic: bool


@dataclass(frozen=True)
class StoredHeatmap:
    """One Parametric Map in the archive; `peak` in LPS mm or None, `cell_size` (slice, row, column) in mm."""

    sequence: str
    sop_instance_uid: str
    series_instance_uid: str
    peak: Sequence[float] | None
    cell_size: Sequence[float]


@dataclass(frozen=True)
class Written:
    """All that a run wrote: bytes in the archive whose rows come with the run's end."""

    kept: Kept
    heatmaps: Sequence[StoredHeatmap]
    segmentations: Sequence[reports.StoredSegmentation]
    draft: reports.Draft
    report: Sequence[reports.Written]


def claim(run_id: int, worker: str) -> Lease | None:
    """Take a queued run; None when it is not queued (done, or another's), a second ring of the bell and no error."""
    token = uuid.uuid4()
    with transaction.atomic():
        claimed = Run.objects.filter(pk=run_id, state=Run.State.QUEUED, attempts__lt=ATTEMPTS).update(
            state=Run.State.RUNNING,
            lease=token,
            heartbeat_at=Now(),
            started_at=Now(),
            worker=worker,
            stage="reading",
            percent=0,
            attempts=F("attempts") + 1,
        )
        if not claimed:
            return None
        run = Run.objects.select_related("study").get(pk=run_id)
        standing.keep_run(run)
        return Lease(run_id, token, run.attempts)


def claim_waiting(count: int, worker: str) -> list[Lease]:
    """Take up to `count` queued runs, those on the table and then the longest waiting first, to be read with another.

    Only such as no worker has tried yet: a run that killed its worker is tried again alone, lest it take others with it.
    """
    waiting = Run.objects.filter(state=Run.State.QUEUED, attempts=0).order_by("-urgent", "pk").values_list("pk", flat=True)
    claimed = (claim(run_id, worker) for run_id in list(waiting[: max(count, 0)]))
    return [lease for lease in claimed if lease is not None]


def _held(lease: Lease) -> Run:
    """The run, locked until the transaction ends; LeaseLost unless the lease holds."""
    held = Run.objects.select_for_update(of=("self",)).select_related("study", "protocol")
    run = held.filter(pk=lease.run_id, lease=lease.token, state=Run.State.RUNNING).first()
    if run is None:
        raise LeaseLost(f"run {lease.run_id} is no longer held by attempt {lease.attempt}")
    return run


def heartbeat(lease: Lease) -> None:
    """Renew the lease; raises LeaseLost when it is another's."""
    held = Run.objects.filter(pk=lease.run_id, lease=lease.token, state=Run.State.RUNNING)
    if not held.update(heartbeat_at=Now()):
        raise LeaseLost(f"run {lease.run_id} is no longer held by attempt {lease.attempt}")


def progress(lease: Lease, stage: str, percent: int) -> None:
    """Say how far the run is (0–100), which renews the lease too."""
    with transaction.atomic():
        run = _held(lease)
        Run.objects.filter(pk=run.pk).update(stage=stage, percent=percent, heartbeat_at=Now())
        changes.announce(run.study.study_instance_uid)


def record_result(lease: Lease, findings: Findings) -> Result:
    """Commit the tier, readable from now on; heatmaps follow. A second attempt at the same run keeps the first's result."""
    with transaction.atomic():
        run = _held(lease)
        result = Result.objects.filter(run=run).first() or _new_result(run, findings)
        standing.keep_run(run)
        return result


def _new_result(run: Run, findings: Findings) -> Result:
    protocol = run.protocol
    t1wi, t2wi = findings.scores["T1WI"], findings.scores["T2WI"]
    score = fuse(t1wi, t2wi, (protocol.weight_t1wi, protocol.weight_t2wi))
    return Result.objects.create(
        run=run,
        score_t1wi=t1wi,
        score_t2wi=t2wi,
        score_t1_t2=score,
        score_t1wic=findings.scores.get("T1WIC"),
        tier=tier(score, cutoffs_of(protocol)).value,
        series=list(findings.series),
        bundles={role: sha256 for role, sha256 in bundles_of(protocol).items() if role in findings.scores},
        preprocessing=dict(findings.preprocessing),
        guards=list(findings.guards),
        notes=list(findings.notes),
        synthetic=findings.synthetic,
    )


def complete(lease: Lease, written: Written) -> None:
    """Write the rows of everything a run wrote, and end it: done means the tier, its heatmaps and the first report.

    One transaction: whoever finds one of the objects finds all of them. reports.Overtaken where another report was written
    since this one was drafted.
    """
    with transaction.atomic():
        run = _held(lease)
        result = Result.objects.get(run=run)
        generated.record(written.kept)
        for heatmap in written.heatmaps:
            Heatmap.objects.update_or_create(
                result=result,
                sequence=heatmap.sequence,
                defaults={
                    "sop_instance_uid": heatmap.sop_instance_uid,
                    "series_instance_uid": heatmap.series_instance_uid,
                    "peak": None if heatmap.peak is None else list(heatmap.peak),
                    "cell_size": list(heatmap.cell_size),
                },
            )
        reports.record_segmentations(result, written.segmentations)
        reports.record(written.draft, written.report)
        Result.objects.filter(pk=result.pk).update(heatmaps_at=Now())
        _end(run, Run.State.DONE)


def refuse(lease: Lease, reason: str, remedy: str) -> None:
    """End the run as not assessable: the images are at fault, another attempt would say the same."""
    with transaction.atomic():
        _end(_held(lease), Run.State.NOT_ASSESSABLE, reason, remedy)


def fail(lease: Lease, reason: str, remedy: str = "") -> None:
    """End the run as failed; a person may retry it."""
    with transaction.atomic():
        _end(_held(lease), Run.State.FAILED, reason, remedy)


def release(lease: Lease, trouble: str) -> None:
    """Give the run back after a passing trouble; it is rung again until its attempts are used up."""
    with transaction.atomic():
        _requeue(_held(lease), TROUBLED.format(attempts=lease.attempt, trouble=trouble))


def _end(run: Run, state: Run.State, reason: str = "", remedy: str = "") -> None:
    percent = 100 if state == Run.State.DONE else run.percent
    Run.objects.filter(pk=run.pk).update(
        state=state, reason=reason, remedy=remedy, percent=percent, lease=None, finished_at=Now()
    )
    run.refresh_from_db()
    standing.keep_run(run)


def _requeue(run: Run, trouble: str) -> None:
    """Back into the queue, or to failed with the trouble once the attempts are used up."""
    if run.attempts >= ATTEMPTS:
        _end(run, Run.State.FAILED, trouble, GAVE_UP_REMEDY)
        return
    Run.objects.filter(pk=run.pk).update(state=Run.State.QUEUED, lease=None, sent_at=None, stage="", percent=0)
    run.refresh_from_db()
    standing.keep_run(run)


def reopen(run: Run) -> None:
    """Queue a run with fresh attempts (a person's retry, or its input is in force again) and ring on commit."""
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.QUEUED,
        lease=None,
        sent_at=None,
        finished_at=None,
        attempts=0,
        stage="",
        percent=0,
        reason="",
        remedy="",
    )
    run.refresh_from_db()
    dispatch.send_on_commit(run.pk)


def reclaim_stale() -> int:
    """Take back the runs whose worker has not been heard for STALE_AFTER; how many."""
    stale = Run.objects.filter(state=Run.State.RUNNING, heartbeat_at__lt=Now() - STALE_AFTER)
    reclaimed = 0
    for run_id in list(stale.values_list("pk", flat=True)):
        with transaction.atomic():
            run = stale.select_for_update(of=("self",)).select_related("study").filter(pk=run_id).first()
            if run is not None:  # else it was heard or ended meanwhile
                _requeue(run, GAVE_UP.format(attempts=run.attempts))
                reclaimed += 1
    return reclaimed


def ring_again() -> int:
    """Take stale runs back, and ring for every queued run that nobody will hear of otherwise; how many rang."""
    reclaim_stale()
    return sum(_ring_again(urgent=urgent) for urgent in (True, False))


def _ring_again(*, urgent: bool) -> int:
    queued = Run.objects.filter(state=Run.State.QUEUED, urgent=urgent)
    return sum(dispatch.send(run.pk) for run in dispatch.unheard(queued, dispatch.queue_of(urgent=urgent), LOST_AFTER))
