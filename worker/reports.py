"""One further report of an examination: from what is stored of its result, because what is advised has changed since."""

import logging

import numpy as np
import pydicom
from django.db import InterfaceError, OperationalError
from pydicom.errors import InvalidDicomError

from ml.results.telling import Mapped
from ml.source_headers import completed
from ml.unreadable import UNREADABLE
from ml.volume import SeriesVolume, VolumeRefused
from radapp.archive import generated, storage
from radapp.archive.errors import StorageFull
from radapp.archive.models import Instance, Series, Study
from radapp.triage import reports
from radapp.triage.models import Heatmap, Result
from radapp.triage.reports import Draft, Overtaken
from worker import report
from worker.results import Maps, named_in_report, write_report
from worker.sources import source_of

logger = logging.getLogger(__name__)

TRIES = 3


def work(study_id: int) -> None:
    """Write the report that a study is due, if it still is; what went wrong is kept with the study and tried again."""
    due = reports.take(study_id)
    if due is None:
        return
    try:
        _write(due.study)
    except (VolumeRefused, FileNotFoundError, InvalidDicomError, *UNREADABLE) as error:
        _fail(due, f"what is stored of the result cannot be read ({error})")
    except (OperationalError, InterfaceError, StorageFull, OSError, Overtaken) as error:
        _fail(due, f"{type(error).__name__}: {error}")
    else:
        reports.settle(due)


def _fail(due: reports.Due, trouble: str) -> None:
    logger.warning("the report of study %d was not written: %s", due.study.pk, trouble)
    report.REPORT.note_error(f"Report of study {due.study.study_instance_uid}: {trouble}")
    reports.fail(due, trouble)


def _write(study: Study) -> None:
    """Draft, make and store; once more where the page says something else meanwhile."""
    for attempt in range(1, TRIES + 1):
        in_force = reports.current(study)
        if in_force is None or not reports.differs(in_force):
            return
        drafted = reports.draft(study)
        maps = stored_maps(drafted.result) if drafted.result else []
        objects = write_report(drafted, maps, [] if maps else [_any_header(drafted)])
        kept = generated.keep(objects, study=study)
        try:
            reports.replace(drafted, named_in_report(objects), kept)
        except Overtaken:
            if attempt == TRIES:
                raise
        else:
            return


def stored_maps(result: Result) -> list[Maps]:
    """The heatmaps of a result as they lie in the archive, each with the series that it was read from."""
    by_sequence = {one["role"]: one["uid"] for one in result.series}
    found = result.heatmaps.select_related("segmentation").order_by("id")
    read = {one.series_instance_uid: one for one in Series.objects.filter(series_instance_uid__in=by_sequence.values())}
    return [_maps(heatmap, result, source_of(read[by_sequence[heatmap.sequence]])) for heatmap in found]


def _maps(heatmap: Heatmap, result: Result, source: SeriesVolume) -> Maps:
    dataset = _stored(heatmap.sop_instance_uid)
    values = np.zeros(source.volume.shape, np.float32)
    frames = np.frombuffer(dataset.FloatPixelData, "<f4").reshape(-1, dataset.Rows, dataset.Columns)
    values[[plane.slice for plane in source.planes]] = frames
    slices, rows, columns = heatmap.cell_size
    score = float(getattr(result, f"score_{heatmap.sequence.lower()}"))
    mapped = Mapped(heatmap.sequence, source, values, score, (slices, rows, columns))
    before = getattr(heatmap, "segmentation", None)
    return Maps(mapped, dataset, None if before is None else _stored(before.sop_instance_uid))


def _stored(sop_instance_uid: str) -> pydicom.Dataset:
    instance = Instance.objects.get(sop_instance_uid=sop_instance_uid)
    return pydicom.dcmread(storage.path_of(instance.sha256))


def _any_header(drafted: Draft) -> pydicom.Dataset:
    """Patient and study from the first image of the study, for a report that rests on no result."""
    images = Instance.objects.filter(series__study=drafted.study, series__generated=False).order_by("id")
    image = images.first() or Instance.objects.filter(series__study=drafted.study).order_by("id").first()
    if image is None:
        raise FileNotFoundError("no object of the study is left")
    path = storage.path_of(image.sha256)
    return completed(pydicom.dcmread(path, force=True, stop_before_pixels=True))
