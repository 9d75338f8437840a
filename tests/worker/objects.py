"""What lies in the archive of results: every object named by exactly one row, and how to read them."""

from pathlib import Path

import pydicom
from pydicom.uid import ExplicitVRLittleEndian

from radapp.archive import storage
from radapp.archive.models import Instance, Study
from radapp.triage.models import Explanation, Heatmap, Report, ReportObject, Segmentation

IODS = {"text": "EnhancedSR", "measurements": "ComprehensiveSR", "key_image": "SCImage"}


def named_by_rows(study: Study) -> list[str]:
    """SOP Instance UIDs that results, maps on demand and reports name, each as often as a row names it."""
    heatmaps = Heatmap.objects.filter(result__run__study=study).values_list("sop_instance_uid", flat=True)
    segmentations = Segmentation.objects.filter(heatmap__result__run__study=study).values_list("sop_instance_uid", flat=True)
    explanations = Explanation.objects.filter(result__run__study=study, state="done").values_list(
        "sop_instance_uid", flat=True
    )
    reports = ReportObject.objects.filter(report__study=study).values_list("sop_instance_uid", flat=True)
    return sorted([*heatmaps, *segmentations, *explanations, *reports])


def in_the_archive(study: Study) -> list[str]:
    """SOP Instance UIDs of what this application wrote into the study."""
    return sorted(
        Instance.objects.filter(series__study=study, series__generated=True).values_list("sop_instance_uid", flat=True)
    )


def stored(sop_instance_uid: str) -> pydicom.Dataset:
    """An object as it lies in the archive."""
    instance = Instance.objects.get(sop_instance_uid=sop_instance_uid)
    return pydicom.dcmread(storage.path_of(instance.sha256))


def plain(sop_instance_uid: str) -> pydicom.Dataset:
    """The same, to be written undeflated: dciodvfy reads no deflated file."""
    dataset = stored(sop_instance_uid)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset


def complaints_about(study: Study, folder: Path) -> list[str]:
    """dciodvfy's Error lines about every object of the study's results."""
    from tests.ml.results.said import complaints

    found = []
    for uid in named_by_rows(study):
        dataset = plain(uid)
        iod = {"1.2.840.10008.5.1.4.1.1.30": "ParametricMap", "1.2.840.10008.5.1.4.1.1.66.4": "Segmentation"}
        kind = ReportObject.objects.filter(sop_instance_uid=uid).values_list("kind", flat=True).first()
        found += complaints(dataset, folder, IODS[kind] if kind else iod[str(dataset.SOPClassUID)])
    return found


def of_report(report: Report, kind: str) -> pydicom.Dataset:
    """One object of a report, read from the archive."""
    return stored(report.objects_written.get(kind=kind).sop_instance_uid)
