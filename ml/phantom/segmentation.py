"""The lesion's mask as a DICOM Segmentation of the axial series it was painted in (PS3.3 A.51): binary, marked synthetic."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pydicom
from highdicom import AlgorithmIdentificationSequence
from highdicom.seg import SegmentAlgorithmTypeValues, Segmentation, SegmentationTypeValues, SegmentDescription
from numpy.typing import NDArray
from pydicom.sr.codedict import codes

from ml.phantom.case import Case, uid
from ml.phantom.dicom import SERIES_NUMBERS
from ml.phantom.words import SYNTHETIC_COMMENT
from ml.volume import load_series

SERIES_NUMBER_OFFSET = 900
"""Added to the source series' number."""
FOLDER = "segmentations"
"""Beside the studies, like the masks: truth is not part of an examination."""
SOFTWARE_VERSION = "0.1"
LABEL = "Synthetic local recurrence (truth)"


def write_segmentation(case: Case, source: Sequence[Path], path: Path) -> Path:
    """Write the case's lesion as a SEG that references the written instances `source` of one of its axial series.

    The segment is made by the program that painted it: algorithm type AUTOMATIC. The same case gives the same bytes.
    Raises ValueError for a case without a lesion, or where the source's slices are not the mask's.
    """
    if case.lesion is None:
        raise ValueError(f"Case {case.truth.seed} has no local recurrence ({case.truth.kind}); there is nothing to segment.")
    found = load_series(list(source))
    datasets = [pydicom.dcmread(file, stop_before_pixels=True) for file in found.paths]
    mask = _of_slices(case, found.volume.to_patient(_middles(found.volume.shape)))
    role = next(r for r, number in SERIES_NUMBERS.items() if number == int(datasets[0].SeriesNumber))
    parts = (case.truth.seed, case.truth.cohort, role)
    segmentation = Segmentation(
        source_images=datasets,
        pixel_array=mask,
        segmentation_type=SegmentationTypeValues.BINARY,
        segment_descriptions=[_description()],
        series_instance_uid=uid("segmentation series", *parts),
        series_number=SERIES_NUMBER_OFFSET + SERIES_NUMBERS[role],
        sop_instance_uid=uid("segmentation", *parts),
        instance_number=1,
        manufacturer="DARNDEST",
        manufacturer_model_name="ml.phantom",
        software_versions=SOFTWARE_VERSION,
        device_serial_number="PHANTOM",
        content_label="RECURRENCE",
        content_description=LABEL,
        series_description="Synthetic truth",
        omit_empty_frames=True,
    )
    _mark(segmentation, datasets[0], uid("dimensions", *parts))
    path.parent.mkdir(parents=True, exist_ok=True)
    segmentation.save_as(path)
    return path


def _description() -> SegmentDescription:
    return SegmentDescription(
        segment_number=1,
        segment_label=LABEL,
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=codes.SCT.Neoplasm,
        algorithm_type=SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=AlgorithmIdentificationSequence(
            name="ml.phantom", family=codes.DCM.ArtificialIntelligence, version=SOFTWARE_VERSION
        ),
        anatomic_regions=[codes.SCT.Nasopharynx],
    )


def _mark(segmentation: pydicom.Dataset, source: pydicom.Dataset, dimensions: str) -> None:
    """Say that it is synthetic, and take the dates of the source: the same case gives the same bytes."""
    segmentation.ImageComments = SYNTHETIC_COMMENT
    moment = dt.datetime.strptime(source.StudyDate + source.SeriesTime[:6], "%Y%m%d%H%M%S")
    for item in (*segmentation.DimensionOrganizationSequence, *segmentation.DimensionIndexSequence):
        item.DimensionOrganizationUID = dimensions
    for equipment in segmentation.get("ContributingEquipmentSequence", []):
        equipment.ContributionDateTime = f"{moment:%Y%m%d%H%M%S}"
    for name in ("SeriesDate", "ContentDate", "InstanceCreationDate"):
        setattr(segmentation, name, f"{moment:%Y%m%d}")
    for name in ("SeriesTime", "ContentTime", "InstanceCreationTime"):
        setattr(segmentation, name, f"{moment:%H%M%S}")


def _middles(shape: tuple[int, int, int]) -> NDArray[np.float64]:
    return np.array([(k, (shape[1] - 1) / 2, (shape[2] - 1) / 2) for k in range(shape[0])])


def _of_slices(case: Case, middles: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The mask's slices nearest to those written, (slices, rows, columns): a defect may have left some out."""
    assert case.lesion is not None
    indices = case.lesion.to_indices(middles)[:, 0]
    nearest = np.rint(indices).astype(int)
    if np.abs(indices - nearest).max() > 0.01 or nearest.min() < 0 or nearest.max() >= case.lesion.shape[0]:
        raise ValueError("The source series' slices are not those of the lesion's mask; give an axial series of this case.")
    return (case.lesion.voxels[nearest] > 0.5).astype(np.uint8)
