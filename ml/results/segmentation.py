"""Where a heatmap exceeds its threshold: a binary SEG on the source's grid (PS3.3 A.51). No contour: cells are coarse."""

import highdicom as hd
import numpy as np
import pydicom
from highdicom.content import PixelMeasuresSequence, PlaneOrientationSequence, PlanePositionSequence
from highdicom.seg import SegmentAlgorithmTypeValues, Segmentation, SegmentationTypeValues, SegmentDescription
from numpy.typing import NDArray
from pydicom.uid import ExplicitVRLittleEndian

from ml.explanation import EXPLANATIONS
from ml.heatmap_look import THRESHOLD
from ml.parametric_map import HeatmapOrigin
from ml.results import codes
from ml.results.equipment import DEMONSTRATION, MANUFACTURER, contributions, equipment
from ml.results.named import Named
from ml.results.statement import Network
from ml.source_headers import (
    order_groups_ascending,
    orientation,
    refer_to_frames,
    slice_thickness,
    source_headers,
    spacing,
)
from ml.volume import SeriesVolume

CONTENT = "Heatmap above its threshold: a pointer, no contour"
AMBER = hd.color.CIELabColor(l_star=74.0, a_star=18.0, b_star=66.0)


def above(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which voxels of a heatmap (0 to 1) count as shown."""
    return values > THRESHOLD


def write_segmentation(
    source: SeriesVolume, values: NDArray[np.float32], origin: HeatmapOrigin, named: Named
) -> pydicom.Dataset:
    """The SEG of `values` (slices, rows, columns) on `source.volume`'s grid; Explicit VR Little Endian.

    Every plane of the source has a frame, ascending along row x column, whether or not anything lies in it. ValueError where
    nothing exceeds the threshold: an empty segment would be a statement that nobody makes.
    """
    if values.shape != source.volume.shape:
        raise ValueError(f"The heatmap has shape {values.shape}; the series has {source.volume.shape}. Use Heatmap.on_grid.")
    mask = above(values)[[plane.slice for plane in source.planes]]
    if not mask.any():
        raise ValueError(f"No voxel of the heatmap exceeds {THRESHOLD}; there is nothing to write a segment of.")
    slices, rows, columns = spacing(source)
    network = Network(origin.sequence, origin.bundle_name, origin.bundle_sha256)
    result = Segmentation(
        source_images=source_headers(source),
        pixel_array=mask.astype(np.uint8),
        segmentation_type=SegmentationTypeValues.BINARY,
        segment_descriptions=[_segment(origin)],
        series_instance_uid=named.series_instance_uid,
        series_number=named.series_number,
        sop_instance_uid=named.sop_instance_uid,
        instance_number=1,
        **equipment([network], origin.software_version),
        contributing_equipment=contributions([network], origin.software_version),
        coding_schemes=codes.coding_schemes(),
        content_label="HEATMAP",
        content_description=CONTENT,
        content_creator_name=f"{MANUFACTURER}^",
        omit_empty_frames=False,
        pixel_measures=PixelMeasuresSequence((rows, columns), slice_thickness(source), slices),
        plane_orientation=PlaneOrientationSequence("PATIENT", orientation(source)),
        plane_positions=[PlanePositionSequence("PATIENT", plane.position) for plane in source.planes],
        series_description=_description(origin),
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )
    # Named, because the head is no paired body part: so the object needs no Laterality (PS3.3 C.7.3.1).
    result.BodyPartExamined = "HEAD"
    order_groups_ascending(result, orientation(source))
    # One bit a pixel, frames one after another without padding between them (PS3.5 section 8.1.1).
    packed = np.packbits(mask.ravel(), bitorder="little").tobytes()
    result.PixelData = packed + b"\0" * (len(packed) % 2)
    refer_to_frames(result, source)
    return result


def _description(origin: HeatmapOrigin) -> str:
    text = f"{EXPLANATIONS[origin.method].label} {origin.sequence} above {THRESHOLD:g}"
    return (f"{text} ({DEMONSTRATION})" if origin.synthetic else text)[:64]


def _segment(origin: HeatmapOrigin) -> SegmentDescription:
    return SegmentDescription(
        segment_number=1,
        segment_label=f"{origin.sequence} heatmap above {THRESHOLD:g}",
        segmented_property_category=codes.SPATIAL_CONCEPT,
        segmented_property_type=codes.ABOVE_THRESHOLD,
        algorithm_type=SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=hd.AlgorithmIdentificationSequence(
            name=origin.bundle_name[:64],
            family=codes.ARTIFICIAL_INTELLIGENCE,
            version=origin.software_version,
            source=MANUFACTURER,
            parameters={
                "method": EXPLANATIONS[origin.method].name,
                "threshold": f"{THRESHOLD:g}",
                "scale": EXPLANATIONS[origin.method].unit,
                "bundle_sha256": origin.bundle_sha256,
            },
        ),
        anatomic_regions=[codes.NASOPHARYNX],
        display_color=AMBER,
    )
