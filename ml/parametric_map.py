"""A heatmap as a DICOM Parametric Map on its source series' own grid (PS3.3 A.75). No torch here.

One float frame for every plane of the source, in ascending order along row x column normal: other viewers copy frames in
stored order onto a volume sorted that way, and would show highdicom's own order mirrored (PLATFORM).
"""

from dataclasses import dataclass

import highdicom as hd
import numpy as np
import pydicom
from highdicom.content import (
    PixelMeasuresSequence,
    PlaneOrientationSequence,
    PlanePositionSequence,
    VOILUTTransformation,
)
from highdicom.pm import DerivedPixelContrastValues, ImageFlavorValues, ParametricMap, RealWorldValueMapping
from numpy.typing import NDArray
from pydicom.sr.coding import Code
from pydicom.uid import ExplicitVRLittleEndian

from ml.explanation import EXPLANATIONS, Method
from ml.results.codes import NO_UNITS, coding_schemes
from ml.results.equipment import DEMONSTRATION, MANUFACTURER, labelled
from ml.source_headers import (
    order_groups_ascending,
    orientation,
    refer_to_frames,
    slice_thickness,
    source_headers,
    spacing,
)
from ml.volume import SeriesVolume


@dataclass(frozen=True)
class HeatmapOrigin:
    """What made a heatmap: `sequence` (T1WI …), its score, the bundle and its hash, whether anything was synthetic; how."""

    sequence: str
    score: float
    bundle_name: str
    bundle_sha256: str
    synthetic: bool
    software_version: str = "0.1"
    method: Method = Method.GRAD_CAM


def write_parametric_map(
    source: SeriesVolume, values: NDArray[np.float32], origin: HeatmapOrigin, *, series_number: int,
    series_instance_uid: str | None = None, sop_instance_uid: str | None = None,
) -> pydicom.Dataset:  # fmt: skip
    """The Parametric Map of `values` (slices, rows, columns), 0 to 1, on `source.volume`'s grid; Explicit VR Little Endian.

    It belongs to the source's study and frame of reference and to a series of its own. The caller stores it.
    """
    if values.shape != source.volume.shape:
        raise ValueError(f"The heatmap has shape {values.shape}; the series has {source.volume.shape}. Use Heatmap.on_grid.")
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > 1:
        raise ValueError(f"The heatmap runs from {values.min()} to {values.max()}; expected values from 0 to 1.")
    frames = np.ascontiguousarray(values[[plane.slice for plane in source.planes]], np.float32)
    directions = orientation(source)
    slices, rows, columns = spacing(source)
    result = ParametricMap(
        source_images=source_headers(source),
        pixel_array=frames,
        series_instance_uid=series_instance_uid or hd.UID(),
        series_number=series_number,
        sop_instance_uid=sop_instance_uid or hd.UID(),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=f"DARNDEST {origin.sequence} network"[:64],
        software_versions=origin.software_version,
        device_serial_number=origin.bundle_sha256[:16],
        contains_recognizable_visual_features=False,
        real_world_value_mappings=[_mapping(origin.method)],
        voi_lut_transformations=[VOILUTTransformation(window_center=0.5, window_width=1.0)],
        pixel_measures=PixelMeasuresSequence((rows, columns), slice_thickness(source), slices),
        plane_orientation=PlaneOrientationSequence("PATIENT", directions),
        plane_positions=[PlanePositionSequence("PATIENT", plane.position) for plane in source.planes],
        content_label="HEATMAP",
        content_description=_description(origin),
        content_creator_name="DARNDEST^",
        image_flavor=ImageFlavorValues.VOLUME,
        derived_pixel_contrast=DerivedPixelContrastValues.QUANTITY,
        series_description=_description(origin),
        coding_schemes=coding_schemes(),
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )
    result.ImageComments = _comments(origin)
    # Named, because the head is no paired body part: so the map needs no Laterality (PS3.3 C.7.3.1).
    result.BodyPartExamined = "HEAD"
    _identify_algorithm(result, origin)
    order_groups_ascending(result, directions)
    result.FloatPixelData = frames.astype("<f4", copy=False).tobytes()
    refer_to_frames(result, source)
    return result


def _mapping(method: Method) -> RealWorldValueMapping:
    explained = EXPLANATIONS[method]
    value, scheme, meaning = explained.code
    return RealWorldValueMapping(
        lut_label="ACTIVATION" if explained.reference is None else "LOG ODDS",
        lut_explanation=explained.unit,
        unit=NO_UNITS,
        value_range=(0.0, 1.0),
        slope=1.0,
        intercept=0.0,
        quantity_definition=Code(value, scheme, meaning),
    )


def _description(origin: HeatmapOrigin) -> str:
    return labelled(f"{EXPLANATIONS[origin.method].label} {origin.sequence}", origin.synthetic)


def _comments(origin: HeatmapOrigin) -> str:
    text = (
        f"{_kind(origin.method)} of network {origin.bundle_name}, bundle SHA-256 {origin.bundle_sha256}, "
        f"score {origin.score:.4f}. {EXPLANATIONS[origin.method].unit}. A pointer, no contour. For research."
    )
    return f"{DEMONSTRATION.capitalize()}. {text}" if origin.synthetic else text


def _kind(method: Method) -> str:
    name = EXPLANATIONS[method].name
    return f"Class activation ({name})" if method is Method.GRAD_CAM else name.capitalize()


def _identify_algorithm(result: pydicom.Dataset, origin: HeatmapOrigin) -> None:
    """Name the algorithm in the contributing equipment: the Parametric Map IOD has no attribute of its own for it."""
    equipment = pydicom.Dataset()
    purpose = pydicom.Dataset()
    purpose.CodeValue, purpose.CodingSchemeDesignator, purpose.CodeMeaning = "109102", "DCM", "Processing Equipment"
    equipment.PurposeOfReferenceCodeSequence = [purpose]
    equipment.Manufacturer = MANUFACTURER
    equipment.ManufacturerModelName = origin.bundle_name[:64]
    equipment.SoftwareVersions = [origin.software_version, origin.bundle_sha256]
    equipment.ContributionDescription = f"{EXPLANATIONS[origin.method].name} of a 3D convolutional network"
    result.ContributingEquipmentSequence = [*result.get("ContributingEquipmentSequence", []), equipment]
