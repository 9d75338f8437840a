"""Where a heatmap exceeds its threshold: a binary SEG on the source's grid (PS3.3 A.51). No contour: cells are coarse."""

import highdicom as hd
import numpy as np
import pydicom
from highdicom.content import PixelMeasuresSequence, PlaneOrientationSequence, PlanePositionSequence
from highdicom.seg import SegmentAlgorithmTypeValues, Segmentation, SegmentationTypeValues, SegmentDescription
from numpy.typing import NDArray

from ml.explanation import EXPLANATIONS
from ml.heatmap_look import THRESHOLD, above
from ml.parametric_map import HeatmapOrigin
from ml.results import codes
from ml.results.equipment import MANUFACTURER, labelled, made
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
    description = labelled(f"{EXPLANATIONS[origin.method].label} {origin.sequence} above {THRESHOLD:g}", origin.synthetic)
    result = Segmentation(
        source_images=source_headers(source),
        pixel_array=mask.astype(np.uint8),
        segmentation_type=SegmentationTypeValues.BINARY,
        segment_descriptions=[_segment(origin)],
        content_label="HEATMAP",
        content_description=CONTENT,
        content_creator_name=f"{MANUFACTURER}^",
        omit_empty_frames=False,
        pixel_measures=PixelMeasuresSequence((rows, columns), slice_thickness(source), slices),
        plane_orientation=PlaneOrientationSequence("PATIENT", orientation(source)),
        plane_positions=[PlanePositionSequence("PATIENT", plane.position) for plane in source.planes],
        **made(named, [network], origin.software_version, description),
    )
    # Named, because the head is no paired body part: so the object needs no Laterality (PS3.3 C.7.3.1).
    result.BodyPartExamined = "HEAD"
    order_groups_ascending(result, orientation(source))
    # One bit a pixel, frames one after another without padding between them (PS3.5 section 8.1.1).
    packed = np.packbits(mask.ravel(), bitorder="little").tobytes()
    result.PixelData = packed + b"\0" * (len(packed) % 2)
    refer_to_frames(result, source)
    return result


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
