"""Runs, from stored images to tier and heatmaps; several at once where a batch pays. Errors are decided here, once.

A worker that reads several studies in one forward pass claims what else waits, and each run keeps its own lease, heartbeat
and outcome: one that fails leaves the others alone.

Retriable: database, disk or memory did not suffice; the run goes back and is rung again while it has attempts left.
Fatal: the images (not assessable), or anything else (failed, a person may retry).
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import InterfaceError, OperationalError

from ml.bundle import BundleRefused
from ml.guard import acquired_as
from ml.memory import is_out_of_memory
from ml.parametric_map import HeatmapOrigin
from ml.prediction import PreparedSeries, SequencePrediction
from ml.protocol import ROLES
from ml.results.telling import Mapped
from ml.series import Role
from ml.volume import SeriesVolume, VolumeRefused
from radapp.archive.errors import StorageFull
from radapp.archive.generated import keep
from radapp.archive.models import Series
from radapp.triage import reports, runs
from radapp.triage.models import Heatmap, InstalledBundle, Run
from worker import devices, report
from worker.heartbeat import Heartbeat
from worker.results import Maps, named_in_report, replaced_heatmaps, write_maps, write_report
from worker.sources import source_of

logger = logging.getLogger(__name__)

NEEDED = ("T1WI", "T2WI")
PERCENT = {"T1WI": 10, "T2WI": 35, "T1WIC": 60, "heatmaps": 80}
DRAFTS = 3
"""How often a report is drafted anew because another one was written meanwhile."""
MISSING_FILE = "A stored image cannot be found: {error}."
MISSING_FILE_REMEDY = "Restore the archive's folder from its backup, then retry."
UNEXPECTED = "The run met an error nobody foresaw: {error} Reference {reference}."
POLL_S = 0.01
UNEXPECTED_REMEDY = "Retry; if it fails again, report the reference, which stands beside the cause in the worker's log."
SATURATION = "{role} is {found}, but its network was trained on images that are {trained}."


@dataclass(frozen=True)
class Reading:
    """One sequence of a run, read: its series and voxels, its bundle, and what the network said."""

    series: Series
    bundle: InstalledBundle
    source: SeriesVolume
    prediction: SequencePrediction


@dataclass(frozen=True)
class Prepared:
    """The same before the network looked."""

    series: Series
    bundle: InstalledBundle
    source: SeriesVolume
    given: PreparedSeries

    def read(self, prediction: SequencePrediction) -> Reading:
        """With what the network said."""
        return Reading(self.series, self.bundle, self.source, prediction)


class Attempt:
    """One claimed run on its way: what was read of it so far; `over` as soon as its outcome is decided."""

    def __init__(self, lease: runs.Lease, heart: Heartbeat | None = None) -> None:
        """Reads the run's facts. `heart` is stopped when the run is over, for others of a batch may go on."""
        self.lease = lease
        self._heart = heart
        known = Run.objects.select_related("study", "protocol__t1wi", "protocol__t2wi", "protocol__t1wic")
        self.run = known.get(pk=lease.run_id)
        self.prepared: dict[str, Prepared] = {}
        self.readings: dict[str, Reading] = {}
        self.notes: list[str] = []
        self.over = False

    def bundle(self, role: str) -> InstalledBundle:
        """The network that reads this role."""
        protocol = self.run.protocol
        return {"T1WI": protocol.t1wi, "T2WI": protocol.t2wi, "T1WIC": protocol.t1wic}[role]

    def end(self) -> None:
        """Nothing more is done for this run."""
        self.over = True
        if self._heart is not None:
            self._heart.end()

    def do(self, step: Callable[["Attempt"], None]) -> None:
        """Take a step unless the run is over; an error decides the run's outcome and goes no further."""
        if self.over:
            return
        try:
            step(self)
        except runs.LeaseLost as lost:
            self.end()
            logger.warning("%s; nothing more is written", lost)
        except Exception as error:  # noqa: BLE001 - a run's outermost boundary: what it was is told by its outcome
            try:
                _decide(self.lease, error)
            except runs.LeaseLost as lost:
                logger.warning("%s; nothing more is written", lost)
            self.end()


def work(run_id: int, worker: str) -> None:
    """Claim and carry out a run, and with it what else waits where batches pay. Returns at once when it is not to be had."""
    lease = runs.claim(run_id, worker)
    if lease is None:
        return
    with ExitStack() as hearts:
        leases = [(lease, hearts.enter_context(_heart(lease)))]
        leases += [(company, hearts.enter_context(_heart(company))) for company in _company(lease, worker)]
        for one, _ in leases:
            logger.info("run %d: attempt %d", one.run_id, one.attempt)
        with report.REPORT.working_on([one.run_id for one, _ in leases]):
            carry_out([Attempt(one, heart) for one, heart in leases])


def _heart(lease: runs.Lease) -> Heartbeat:
    return Heartbeat(f"run {lease.run_id}", partial(runs.heartbeat, lease))


def _company(lease: runs.Lease, worker: str) -> Iterator[runs.Lease]:
    """Runs to read together with this one: what waits now, and what comes within the bound that a study may wait."""
    on = devices.device()
    wanted = on.batch - 1 if lease.attempt == 1 else 0
    deadline = time.monotonic() + on.wait_s
    while wanted > 0:
        for company in runs.claim_waiting(wanted, worker):
            wanted -= 1
            yield company
        left = deadline - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(POLL_S, left))


def carry_out(attempts: Sequence[Attempt]) -> None:
    """The journey: read and predict each sequence, commit the tiers, then write what is kept of them as DICOM."""
    for role in ROLES:
        for attempt in attempts:
            if role in attempt.run.inputs:
                attempt.do(partial(_prepare, role=role))
        _predict(role, [attempt for attempt in attempts if role in attempt.prepared and not attempt.over])
    for attempt in attempts:
        attempt.do(_record)
    for attempt in attempts:
        attempt.do(_store_results)


def _decide(lease: runs.Lease, error: Exception) -> None:
    """What an error makes of a run."""
    if isinstance(error, VolumeRefused):
        runs.refuse(lease, error.reason, error.remedy)
    elif isinstance(error, BundleRefused):
        runs.fail(lease, str(error))
        report.REPORT.note_error(f"Run {lease.run_id}: {error}")
    elif isinstance(error, FileNotFoundError):
        runs.fail(lease, MISSING_FILE.format(error=error), MISSING_FILE_REMEDY)
        report.REPORT.note_error(f"Run {lease.run_id}: {MISSING_FILE.format(error='of a series')}")
    elif isinstance(error, OperationalError | InterfaceError | OSError | StorageFull) or is_out_of_memory(error):
        trouble = f"{type(error).__name__}: {error}"
        logger.warning("run %d: %s; it goes back into the queue", lease.run_id, trouble)
        report.REPORT.note_error(f"Run {lease.run_id}: {trouble}")
        runs.release(lease, trouble)
    else:
        reference = secrets.token_hex(4)
        logger.error("run %d failed, reference %s", lease.run_id, reference, exc_info=error)
        words = UNEXPECTED.format(error=f"{type(error).__name__}: {error}.", reference=reference)
        report.REPORT.note_error(f"Run {lease.run_id}: {words}")
        runs.fail(lease, words, UNEXPECTED_REMEDY)


def _prepare(attempt: Attempt, role: str) -> None:
    """Load and prepare one sequence. The tier stands without T1WIC; a suspicious call stays pending and says why."""
    runs.progress(attempt.lease, role, PERCENT[role])
    try:
        attempt.prepared[role] = _load(attempt.run.inputs[role], attempt.bundle(role))
    except VolumeRefused as refused:
        if role in NEEDED:
            raise VolumeRefused(f"{role}: {refused.reason}", refused.remedy) from refused
        attempt.notes.append(f"{role} was left out: {refused.reason} {refused.remedy}")


def _load(series_uid: str, bundle: InstalledBundle) -> Prepared:
    series = Series.objects.get(series_instance_uid=series_uid)
    source = source_of(series)
    # What recognition said, not a role given by hand: the guard compares the images with it.
    one = acquired_as(source, Role(series.recognised_role) if series.recognised_role else None)
    return Prepared(series, bundle, source, devices.predictor(bundle).prepare(source.volume, one=one))


def _predict(role: str, attempts: Sequence[Attempt]) -> None:
    """One forward pass for all runs that one network reads; where it fails, each is read alone and answers for itself."""

    def alone(attempt: Attempt) -> None:
        one = attempt.prepared[role]
        attempt.readings[role] = one.read(devices.predictor(one.bundle).predict_all([one.given])[0])

    by_bundle: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        by_bundle.setdefault(attempt.prepared[role].bundle.sha256, []).append(attempt)
    for company in by_bundle.values():
        if len(company) == 1 or not _together(role, company):
            for attempt in company:
                attempt.do(alone)


def _together(role: str, company: Sequence[Attempt]) -> bool:
    """Whether all were read in one pass."""
    prepared = [attempt.prepared[role] for attempt in company]
    try:
        said = devices.predictor(prepared[0].bundle).predict_all([one.given for one in prepared])
    except Exception:  # whatever one of them holds: alone, each answers for itself
        logger.exception("%d runs could not be read together; each is read alone", len(company))
        return False
    for attempt, one, prediction in zip(company, prepared, said, strict=True):
        attempt.readings[role] = one.read(prediction)
    return True


def _record(attempt: Attempt) -> None:
    """Commit the tier."""
    runs.record_result(attempt.lease, _findings(attempt.run, attempt.readings, attempt.notes))


def _store_results(attempt: Attempt) -> None:
    """Write heatmaps, segmentations and the first report, and end the run: all their rows in one transaction."""
    runs.progress(attempt.lease, "heatmaps", PERCENT["heatmaps"])
    run, replaced = attempt.run, replaced_heatmaps(attempt.run)
    maps = [_maps(run, role, reading, replaced.get(role)) for role, reading in attempt.readings.items()]
    for left in reversed(range(DRAFTS)):
        drafted = reports.draft(run.study)
        report_objects = write_report(drafted, maps, [])
        runs.heartbeat(attempt.lease)  # a holder that lost the run keeps no bytes either
        kept = keep([*(one for each in maps for one in each.objects), *report_objects], study=run.study)
        written = runs.Written(
            kept=kept,
            heatmaps=[_stored_heatmap(reading, one) for reading, one in zip(attempt.readings.values(), maps, strict=True)],
            segmentations=[one.stored_segmentation for one in maps if one.stored_segmentation],
            draft=drafted,
            report=named_in_report(report_objects),
        )
        try:
            runs.complete(attempt.lease, written)
        except reports.Overtaken:
            if not left:
                raise
        else:
            break
    attempt.end()


def _findings(run: Run, readings: Mapping[str, Reading], notes: Sequence[str]) -> runs.Findings:
    said = [f"{role}: {note}." for role, reading in readings.items() for note in reading.prediction.notes]
    return runs.Findings(
        scores={role: reading.prediction.score for role, reading in readings.items()},
        series=[
            {
                "uid": reading.series.series_instance_uid,
                "role": role,
                "evidence": reading.series.evidence,
                "resampled": reading.prediction.resampled,
            }
            for role, reading in readings.items()
        ],
        preprocessing={role: reading.bundle.manifest.get("preprocessing", {}) for role, reading in readings.items()},
        guards=[words for role, reading in readings.items() for words in _guards(role, reading)],
        notes=[*said, *notes],
        synthetic=run.study.synthetic or any(reading.bundle.synthetic for reading in readings.values()),
    )


def _maps(run: Run, role: str, reading: Reading, replaced: Heatmap | None) -> Maps:
    """One network's heatmap and segmentation on its source's own grid."""
    heatmap, score = reading.prediction.heatmap, reading.prediction.score
    values = heatmap.on_grid(reading.source.volume)
    origin = HeatmapOrigin(
        sequence=role,
        score=score,
        bundle_name=reading.bundle.name,
        bundle_sha256=reading.bundle.sha256,
        synthetic=run.study.synthetic or reading.bundle.synthetic,
        software_version=settings.VERSION,
    )
    return write_maps(run, Mapped(role, reading.source, values, score, heatmap.cell_size), origin, replaced)


def _stored_heatmap(reading: Reading, maps: Maps) -> runs.StoredHeatmap:
    return runs.StoredHeatmap(
        sequence=maps.mapped.sequence,
        sop_instance_uid=str(maps.heatmap.SOPInstanceUID),
        series_instance_uid=str(maps.heatmap.SeriesInstanceUID),
        peak=reading.prediction.heatmap.peak,
        cell_size=reading.prediction.heatmap.cell_size,
    )


def _guards(role: str, reading: Reading) -> list[str]:
    """Why no advice may stand on this series: what its network's bundle says of it, and fat saturation."""
    return [*_saturation_guard(role, reading), *(f"{role}: {words}" for words in reading.prediction.guards)]


def _saturation_guard(role: str, reading: Reading) -> list[str]:
    """Fat saturation belongs to a series' role and must match what its network was trained on (DOMAIN, "DICOM")."""
    found, trained = reading.series.fat_saturated, reading.bundle.fat_saturated
    if found is None or trained is None or found is trained:
        return []
    named = {True: "fat-saturated", False: "not fat-saturated"}
    return [SATURATION.format(role=role, found=named[found], trained=named[trained])]
