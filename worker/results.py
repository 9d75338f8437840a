"""What a run writes: each network's heatmap and its segmentation, and the examination's report; made, not stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.uid import generate_uid

from ml.explanation import EXPLANATIONS, Method
from ml.heatmap_look import above
from ml.parametric_map import HeatmapOrigin, write_parametric_map
from ml.protocol import ROLES
from ml.results.equipment import refer_to_predecessor
from ml.results.key_image import write_key_image
from ml.results.measurement_report import Explained, write_measurement_report
from ml.results.named import Named
from ml.results.segmentation import write_segmentation
from ml.results.telling import Mapped, most_telling
from ml.results.text_report import write_text_report
from ml.source_headers import source_headers
from radapp.triage import reports
from radapp.triage.models import Heatmap, Report, ReportObject, Run
from radapp.triage.reports import Draft, StoredSegmentation, Written

SEGMENTATIONS, TEXT, MEASUREMENTS, KEY_IMAGE = 9031, 9041, 9042, 9043
"""Series numbers; heatmaps have 9001 to 9023. Segmentations of T2WI and T1WIC follow T1WI's."""
Kind = ReportObject.Kind


@dataclass(frozen=True, eq=False)
class Maps:
    """One network's heatmap on its source's grid (0 to 1) and its objects; `segmentation` is None where it marks nothing."""

    mapped: Mapped
    heatmap: pydicom.Dataset
    segmentation: pydicom.Dataset | None

    @property
    def volume(self) -> float:
        """Of the segment, mm³."""
        received = [plane.slice for plane in self.mapped.source.planes]
        voxels = int(above(self.mapped.values[received]).sum())
        return float(voxels * np.prod(self.mapped.source.volume.spacing))

    @property
    def objects(self) -> list[pydicom.Dataset]:
        """What is to be stored."""
        return [self.heatmap] if self.segmentation is None else [self.heatmap, self.segmentation]

    @property
    def stored_segmentation(self) -> StoredSegmentation | None:
        """The segmentation as the database names it."""
        if self.segmentation is None:
            return None
        uids = str(self.segmentation.SOPInstanceUID), str(self.segmentation.SeriesInstanceUID)
        return StoredSegmentation(self.mapped.sequence, *uids, self.volume)

    @property
    def explained(self) -> Explained:
        """As the report for machines points at it."""
        source = self.mapped.source.datasets
        return Explained(self.mapped.sequence, source, self.heatmap, self.segmentation, self.volume)


def write_maps(run: Run, mapped: Mapped, origin: HeatmapOrigin, replaced: Heatmap | None) -> Maps:
    """The heatmap and segmentation of one network of a run; `replaced` is the heatmap that this one supersedes."""
    place = ROLES.index(mapped.sequence)
    named = Named(_uid(run, mapped.sequence, "series"), _uid(run, mapped.sequence, "instance"),
                  EXPLANATIONS[Method.GRAD_CAM].series_number + place)  # fmt: skip
    heatmap = write_parametric_map(
        mapped.source,
        mapped.values,
        origin,
        series_number=named.series_number,
        series_instance_uid=named.series_instance_uid,
        sop_instance_uid=named.sop_instance_uid,
    )
    segmentation = _segmentation(run, mapped, origin)
    if replaced is not None:
        refer_to_predecessor(heatmap, heatmap.SOPClassUID, replaced.sop_instance_uid)
        before = getattr(replaced, "segmentation", None)
        if before is not None and segmentation is not None:
            refer_to_predecessor(segmentation, segmentation.SOPClassUID, before.sop_instance_uid)
    return Maps(mapped, heatmap, segmentation)


def _segmentation(run: Run, mapped: Mapped, origin: HeatmapOrigin) -> pydicom.Dataset | None:
    received: NDArray[np.float32] = mapped.values[[plane.slice for plane in mapped.source.planes]]
    if not above(received).any():
        return None
    series, instance = (_uid(run, mapped.sequence, kind) for kind in ("segmentation series", "segmentation"))
    named = Named(series, instance, SEGMENTATIONS + ROLES.index(mapped.sequence))
    return write_segmentation(mapped.source, mapped.values, origin, named)


def write_report(drafted: Draft, maps: Sequence[Maps], fallback: Sequence[pydicom.Dataset]) -> list[pydicom.Dataset]:
    """A report's objects, in the order of ReportObject.Kind; `fallback` is evidence where there are no maps."""
    evidence = _evidence(maps) if maps else list(fallback)
    said, before = drafted.statement, _predecessors(drafted.replaces)
    named = {kind: _named(drafted, kind, number) for kind, number in
             ((Kind.TEXT, TEXT), (Kind.MEASUREMENTS, MEASUREMENTS), (Kind.KEY_IMAGE, KEY_IMAGE))}  # fmt: skip
    explained = [one.explained for one in maps]
    text = write_text_report(said, evidence, named[Kind.TEXT], before.get(Kind.TEXT))
    measurements = write_measurement_report(
        said, explained, evidence, named[Kind.MEASUREMENTS], before.get(Kind.MEASUREMENTS)
    )
    telling = most_telling([one.mapped for one in maps])
    key_image = write_key_image(said, telling, evidence[0], named[Kind.KEY_IMAGE])
    replaced = before.get(Kind.KEY_IMAGE)
    if replaced is not None:
        refer_to_predecessor(key_image, replaced.SOPClassUID, replaced.SOPInstanceUID)
    return [text, measurements, key_image]


def named_in_report(objects: Sequence[pydicom.Dataset]) -> list[Written]:
    """A report's objects as the database names them."""
    return [
        Written(kind, str(one.SOPClassUID), str(one.SOPInstanceUID), str(one.SeriesInstanceUID))
        for kind, one in zip(Kind, objects, strict=True)
    ]


def _predecessors(replaced: Report | None) -> dict[str, pydicom.Dataset]:
    """Of each kind, what to say of the object that a new one replaces: its UIDs and class."""
    if replaced is None:
        return {}
    return {one.kind: _reference(one, replaced) for one in replaced.objects_written.all()}


def replaced_heatmaps(run: Run) -> dict[str, Heatmap]:
    """The heatmaps, by sequence, of the result that the report in force rests on; empty where that is this run's own."""
    report = reports.current(run.study)
    if report is None or report.result is None or report.result.run_id == run.pk:
        return {}
    return {one.sequence: one for one in report.result.heatmaps.select_related("segmentation")}


def _uid(run: Run, *kind: str) -> str:
    """The same UID for the same run, network and kind, however often it is made."""
    sources = [run.study.study_instance_uid, run.fingerprint, str(run.protocol), str(run.pk), *kind]
    return str(generate_uid(entropy_srcs=sources))


def _reference(one: ReportObject, report: Report) -> pydicom.Dataset:
    reference = pydicom.Dataset()
    reference.StudyInstanceUID = report.study.study_instance_uid
    reference.SeriesInstanceUID, reference.SOPInstanceUID = one.series_instance_uid, one.sop_instance_uid
    reference.SOPClassUID = one.sop_class_uid
    return reference


def _named(drafted: Draft, kind: str, series_number: int) -> Named:
    sources = [drafted.study.study_instance_uid, "report", str(drafted.statement.number), kind]
    series, instance = (str(generate_uid(entropy_srcs=[*sources, of])) for of in ("series", "instance"))
    return Named(series, instance, series_number)


def _evidence(maps: Sequence[Maps]) -> list[pydicom.Dataset]:
    """Headers of all that a report rests on: first one that has patient and study complete."""
    first = source_headers(maps[0].mapped.source)[0]
    return [first, *_others(maps, str(first.SOPInstanceUID))]


def _others(maps: Sequence[Maps], first: str) -> Iterator[pydicom.Dataset]:
    for one in maps:
        yield from (dataset for dataset in one.mapped.source.datasets if dataset.SOPInstanceUID != first)
        yield from one.objects
