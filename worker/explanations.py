"""One map on demand, from stored images to a Parametric Map in the study. The outcome of every error is decided here.

It gives way: before every pass through the network it renews its lease and looks whether an examination waits.
"""

import logging
import secrets
import time

from django.conf import settings
from django.db import InterfaceError, OperationalError
from pydicom.uid import generate_uid

from ml.attribution import explain
from ml.bundle import BundleRefused
from ml.explanation import EXPLANATIONS, Method
from ml.heatmap import Heatmap
from ml.memory import is_out_of_memory
from ml.parametric_map import HeatmapOrigin, write_parametric_map
from ml.protocol import ROLES
from ml.volume import SeriesVolume, VolumeRefused
from radapp.archive.generated import GeneratedRefusedError, store_generated
from radapp.archive.models import Instance, Series
from radapp.triage import explanations
from radapp.triage.models import Explanation, InstalledBundle
from worker import devices
from worker.assessment import MISSING_FILE, MISSING_FILE_REMEDY, UNEXPECTED, UNEXPECTED_REMEDY
from worker.sources import source_of

logger = logging.getLogger(__name__)

EVERY_S = 0.5
"""How often, at most, progress is written while passes are quick."""


def work(explanation_id: int) -> None:
    """Claim and make one map. Returns at once when it is not to be had."""
    lease = explanations.claim(explanation_id)
    if lease is None:
        return
    logger.info("explanation %d: attempt %d", explanation_id, lease.attempt)
    try:
        _carry_out(lease)
    except (explanations.LeaseLost, explanations.Postponed) as stopped:
        logger.info("%s", stopped)


def _carry_out(lease: explanations.Lease) -> None:
    """Make it, and turn each kind of error into its outcome."""
    try:
        _make(lease)
    except (explanations.LeaseLost, explanations.Postponed):
        raise
    except VolumeRefused as refused:
        explanations.fail(lease, refused.reason, refused.remedy)
    except BundleRefused as refused:
        explanations.fail(lease, str(refused))
    except FileNotFoundError as error:
        explanations.fail(lease, MISSING_FILE.format(error=error), MISSING_FILE_REMEDY)
    except (OperationalError, InterfaceError, OSError) as error:
        explanations.release(lease, f"{type(error).__name__}: {error}")
    except Exception as error:
        if is_out_of_memory(error):
            explanations.release(lease, f"{type(error).__name__}: {error}")
            return
        reference = secrets.token_hex(4)
        logger.exception("explanation %d failed, reference %s", lease.explanation_id, reference)
        words = UNEXPECTED.format(error=f"{type(error).__name__}: {error}.", reference=reference)
        explanations.fail(lease, words, UNEXPECTED_REMEDY)


def _make(lease: explanations.Lease) -> None:
    known = Explanation.objects.select_related("result__run__study")
    row = known.get(pk=lease.explanation_id)
    bundle = InstalledBundle.objects.get(sha256=row.result.bundles[row.sequence])
    read = next(one["uid"] for one in row.result.series if one["role"] == row.sequence)
    source = source_of(Series.objects.get(series_instance_uid=read))
    predictor = devices.predictor(bundle)
    prepared = predictor.bundle.preprocessing.apply(source.volume)
    heatmap = explain(predictor.network, prepared, Method(row.method), _Reporter(lease))
    explanations.complete(lease, _store(lease, row, bundle, source, heatmap))


class _Reporter:
    """Tells how far it is before every pass, yet not more often than the page can show."""

    def __init__(self, lease: explanations.Lease) -> None:
        self._lease, self._told_at = lease, float("-inf")

    def __call__(self, share: float) -> None:
        if time.monotonic() - self._told_at >= EVERY_S:
            explanations.progress(self._lease, int(99 * share))
            self._told_at = time.monotonic()


def _store(
    lease: explanations.Lease, row: Explanation, bundle: InstalledBundle, source: SeriesVolume, heatmap: Heatmap
) -> explanations.StoredMap:
    """Write the map on its source's own grid, unless an attempt before this one stored it already."""
    study, method = row.result.run.study, Method(row.method)
    instance, series = (_uid(row, kind) for kind in ("instance", "series"))
    already = Instance.objects.filter(sop_instance_uid=instance)
    if not already.exists():
        origin = HeatmapOrigin(
            sequence=row.sequence,
            score=getattr(row.result, f"score_{row.sequence.lower()}"),
            bundle_name=bundle.name,
            bundle_sha256=bundle.sha256,
            synthetic=study.synthetic or bundle.synthetic,
            software_version=settings.VERSION,
            method=method,
        )
        dataset = write_parametric_map(
            source,
            heatmap.on_grid(source.volume),
            origin,
            series_number=EXPLANATIONS[method].series_number + ROLES.index(row.sequence),
            series_instance_uid=series,
            sop_instance_uid=instance,
        )
        explanations.progress(lease, 99)  # a holder that lost it stores no object either
        try:
            store_generated([dataset], study=study)
        except GeneratedRefusedError:
            if not already.exists():  # else an attempt that was taken for dead stored the same map a moment ago
                raise
    return explanations.StoredMap(instance, series, heatmap.peak, heatmap.cell_size)


def _uid(row: Explanation, kind: str) -> str:
    """The same UID for the same explanation and kind, however often it is made."""
    run = row.result.run
    sources = [run.study.study_instance_uid, run.fingerprint, str(run.pk), row.sequence, row.method, kind]
    return str(generate_uid(entropy_srcs=sources))
