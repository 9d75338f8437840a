"""One run, from stored images to tier and heatmaps. The outcome of every error is decided here, once.

Retriable: the database or the disk did not answer; the run goes back and is rung again while it has attempts left.
Fatal: the images (not assessable), or anything else (failed, a person may retry).
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from pydicom.uid import generate_uid

from ml.bundle import BundleRefused
from ml.guard import acquired_as
from ml.parametric_map import HeatmapOrigin, write_parametric_map
from ml.prediction import SequencePrediction
from ml.series import Role
from ml.volume import SeriesVolume, VolumeRefused, load_series
from radapp.archive.generated import GeneratedRefusedError, store_generated
from radapp.archive.models import Instance, Series
from radapp.archive.selectors import series_paths
from radapp.triage import runs
from radapp.triage.models import InstalledBundle, Run
from worker import devices
from worker.heartbeat import Heartbeat

logger = logging.getLogger(__name__)

NEEDED = ("T1WI", "T2WI")
PERCENT = {"T1WI": 10, "T2WI": 35, "T1WIC": 60, "heatmaps": 80}
SERIES_NUMBERS = {"T1WI": 9001, "T2WI": 9002, "T1WIC": 9003}
MISSING_FILE = "A stored image cannot be found: {error}."
MISSING_FILE_REMEDY = "Restore the archive's folder from its backup, then retry."
UNEXPECTED = "The run met an error nobody foresaw: {error} Reference {reference}."
UNEXPECTED_REMEDY = "Retry; if it fails again, report the reference, which stands beside the cause in the worker's log."
SATURATION = "{role} is {found}, but its network was trained on images that are {trained}."


@dataclass(frozen=True)
class Reading:
    """One sequence of a run, read: its series and voxels, its bundle, and what the network said."""

    series: Series
    bundle: InstalledBundle
    source: SeriesVolume
    prediction: SequencePrediction


def work(run_id: int, worker: str) -> None:
    """Claim and carry out a run. Returns at once when it is not there to be claimed."""
    lease = runs.claim(run_id, worker)
    if lease is None:
        return
    logger.info("run %d: attempt %d", run_id, lease.attempt)
    try:
        with Heartbeat(lease):
            _carry_out(lease)
    except runs.LeaseLost as lost:
        logger.warning("%s; nothing more is written", lost)


def _carry_out(lease: runs.Lease) -> None:
    """Assess, and turn each kind of error into the run's outcome."""
    try:
        _assess(lease)
    except runs.LeaseLost:
        raise
    except VolumeRefused as refused:
        runs.refuse(lease, refused.reason, refused.remedy)
    except BundleRefused as refused:
        runs.fail(lease, str(refused))
    except FileNotFoundError as error:
        runs.fail(lease, MISSING_FILE.format(error=error), MISSING_FILE_REMEDY)
    except (OperationalError, InterfaceError, OSError) as error:
        logger.warning("run %d: %s; it goes back into the queue", lease.run_id, error)
        runs.release(lease, f"{type(error).__name__}: {error}")
    except Exception as error:
        reference = secrets.token_hex(4)
        logger.exception("run %d failed, reference %s", lease.run_id, reference)
        runs.fail(
            lease, UNEXPECTED.format(error=f"{type(error).__name__}: {error}.", reference=reference), UNEXPECTED_REMEDY
        )


def _assess(lease: runs.Lease) -> None:
    """The journey: read and predict each sequence, commit the tier, then write the heatmaps."""
    run = Run.objects.select_related("study", "protocol__t1wi", "protocol__t2wi", "protocol__t1wic").get(pk=lease.run_id)
    readings: dict[str, Reading] = {}
    notes: list[str] = []
    for role, bundle in (("T1WI", run.protocol.t1wi), ("T2WI", run.protocol.t2wi), ("T1WIC", run.protocol.t1wic)):
        if role not in run.inputs:
            continue
        runs.progress(lease, role, PERCENT[role])
        try:
            readings[role] = _read(run.inputs[role], bundle)
        except VolumeRefused as refused:
            if role in NEEDED:
                raise VolumeRefused(f"{role}: {refused.reason}", refused.remedy) from refused
            # The tier stands without T1WIC; a suspicious call stays pending and says why.
            notes.append(f"{role} was left out: {refused.reason} {refused.remedy}")
    runs.record_result(lease, _findings(run, readings, notes))
    runs.progress(lease, "heatmaps", PERCENT["heatmaps"])
    runs.complete(lease, [_store_heatmap(lease, run, role, reading) for role, reading in readings.items()])


def _read(series_uid: str, bundle: InstalledBundle) -> Reading:
    series = Series.objects.get(series_instance_uid=series_uid)
    paths = series_paths(series)
    missing = next((path for path in paths if not path.is_file()), None)
    if missing is not None:
        raise FileNotFoundError(f"{missing.name} of series {series_uid}")
    source = load_series(paths)
    # What recognition said, not a role given by hand: the guard compares the images with it.
    one = acquired_as(source, Role(series.recognised_role) if series.recognised_role else None)
    return Reading(series, bundle, source, devices.predictor(bundle).predict(source.volume, one=one))


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


def _store_heatmap(lease: runs.Lease, run: Run, role: str, reading: Reading) -> runs.StoredHeatmap:
    """Write one network's heatmap on its source's own grid, unless an attempt before this one stored it already."""
    heatmap = reading.prediction.heatmap
    stored = runs.StoredHeatmap(
        sequence=role,
        sop_instance_uid=_uid(run, role, "instance"),
        series_instance_uid=_uid(run, role, "series"),
        peak=heatmap.peak,
        cell_size=heatmap.cell_size,
    )
    already = Instance.objects.filter(sop_instance_uid=stored.sop_instance_uid)
    if not already.exists():
        origin = HeatmapOrigin(
            sequence=role,
            score=reading.prediction.score,
            bundle_name=reading.bundle.name,
            bundle_sha256=reading.bundle.sha256,
            synthetic=run.study.synthetic or reading.bundle.synthetic,
        )
        dataset = write_parametric_map(
            reading.source,
            heatmap.on_grid(reading.source.volume),
            origin,
            series_number=SERIES_NUMBERS[role],
            series_instance_uid=stored.series_instance_uid,
            sop_instance_uid=stored.sop_instance_uid,
        )
        runs.heartbeat(lease)  # a holder that lost the run stores no object either
        try:
            store_generated([dataset], study=run.study)
        except GeneratedRefusedError:
            if not already.exists():  # else an attempt that was taken for dead stored the same map a moment ago
                raise
    return stored


def _uid(run: Run, role: str, kind: str) -> str:
    """The same UID for the same run, network and kind, however often it is made."""
    sources = [run.study.study_instance_uid, run.fingerprint, str(run.protocol), str(run.pk), role, kind]
    return str(generate_uid(entropy_srcs=sources))


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
