"""The SEG lies where the heatmap exceeds its threshold, plane by plane, whichever way the series runs."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from ml.heatmap_look import THRESHOLD
from ml.parametric_map import HeatmapOrigin, write_parametric_map
from ml.results.segmentation import write_segmentation
from ml.volume import SeriesVolume, load_series
from tests.ml.results.said import complaints, named
from tests.ml.stacks import AXIAL, CORONAL, OBLIQUE, SAGITTAL, blob, enhanced, plane_points, stack, write
from tests.ml.test_parametric_map import frames

ORIGIN = HeatmapOrigin("T2WI", 0.7, "test T2WI", "cd" * 32, synthetic=True)
PLACES = ((14.0, -11.0, 16.0), (-9.0, 12.0, 6.0))
"""Two hills of different height, both above the middle plane: no mirror or turn leaves them where they are."""


def hills(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((blob(PLACES[0], 7)(points) + 0.6 * blob(PLACES[1], 5)(points)) / 1000)


def values(series: SeriesVolume) -> NDArray[np.float32]:
    k, i, j = np.meshgrid(*(np.arange(n) for n in series.volume.shape), indexing="ij")
    found = hills(series.volume.to_patient(np.stack([k, i, j], axis=-1).astype(float)))
    return np.clip(found, 0, 1).astype(np.float32)


def bits(dataset: pydicom.Dataset) -> NDArray[np.bool_]:
    """Stored frames (frames, rows, columns), in stored order, straight from the bits (PS3.5 section 8.1.1)."""
    shape = (int(dataset.NumberOfFrames), dataset.Rows, dataset.Columns)
    unpacked = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")
    return unpacked[: int(np.prod(shape))].reshape(shape).astype(bool)


@pytest.mark.parametrize("orientation", [AXIAL, SAGITTAL, CORONAL, OBLIQUE])
@pytest.mark.parametrize("multi_frame", [False, True])
def test_the_segment_lies_where_the_map_exceeds_its_threshold(
    tmp_path: Path, orientation: tuple[float, ...], multi_frame: bool
) -> None:
    images = stack(blob((0, 0, 0)), orientation=orientation, slices=16, centre=(3, -4, 5))
    series = load_series(write([enhanced(images)] if multi_frame else images[::-1], tmp_path / "series"))
    written = write_segmentation(series, values(series), ORIGIN, named(9032))
    assert complaints(written, tmp_path, "Segmentation") == []
    stored = pydicom.dcmread(tmp_path / f"{written.SOPInstanceUID}.dcm")
    measures = stored.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    turned = tuple(
        float(v) for v in stored.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient
    )
    spacing = tuple(float(mm) for mm in measures.PixelSpacing)
    seen = 0
    for group, frame in zip(stored.PerFrameFunctionalGroupsSequence, bits(stored), strict=True):
        position = np.array(group.PlanePositionSequence[0].ImagePositionPatient, float)
        expected = hills(plane_points(position, turned, (spacing[0], spacing[1]), frame.shape))
        sure = np.abs(expected - THRESHOLD) > 1e-3
        np.testing.assert_array_equal(frame[sure], (expected > THRESHOLD)[sure])
        seen += int(frame.sum())
    assert seen > 50


@pytest.mark.parametrize("multi_frame", [False, True])
def test_frames_stand_as_the_heatmaps_do_and_refer_to_their_planes(tmp_path: Path, multi_frame: bool) -> None:
    images = stack(blob((0, 0, 0)), orientation=OBLIQUE, slices=9)
    series = load_series(write([enhanced(images)] if multi_frame else images, tmp_path / "series"))
    segment = write_segmentation(series, values(series), ORIGIN, named(9032))
    heatmap = write_parametric_map(series, values(series), ORIGIN, series_number=9002)
    np.testing.assert_array_equal(bits(segment), frames(heatmap) > THRESHOLD)
    indices = [group.FrameContentSequence[0].DimensionIndexValues for group in segment.PerFrameFunctionalGroupsSequence]
    assert indices == [[1, n] for n in range(1, 10)]
    for one, other in zip(segment.PerFrameFunctionalGroupsSequence, heatmap.PerFrameFunctionalGroupsSequence, strict=True):
        assert one.PlanePositionSequence[0].ImagePositionPatient == other.PlanePositionSequence[0].ImagePositionPatient
        sources = [
            (reference.ReferencedSOPInstanceUID, reference.get("ReferencedFrameNumber"))
            for reference in (group.DerivationImageSequence[0].SourceImageSequence[0] for group in (one, other))
        ]
        assert sources[0] == sources[1]


def test_what_it_says_of_itself(tmp_path: Path) -> None:
    series = load_series(write(stack(blob((0, 0, 0))), tmp_path / "series"))
    written = write_segmentation(series, values(series), ORIGIN, named(9032))
    [segment] = written.SegmentSequence
    [algorithm] = segment.SegmentationAlgorithmIdentificationSequence
    assert segment.SegmentAlgorithmType == "AUTOMATIC"
    assert segment.SegmentLabel == "T2WI heatmap above 0.3"
    assert algorithm.AlgorithmName == "test T2WI"
    assert ORIGIN.bundle_sha256 in algorithm.AlgorithmParameters
    assert "threshold=0.3" in algorithm.AlgorithmParameters
    # No lesion: the property is a place, by a code of our own that is named.
    assert segment.SegmentedPropertyCategoryCodeSequence[0].CodeValue == "309825002"
    assert segment.SegmentedPropertyTypeCodeSequence[0].CodingSchemeDesignator == "99DARNDEST"
    assert "demonstration" in written.SeriesDescription
    assert "no contour" in written.ContentDescription
    for name in ("StudyInstanceUID", "PatientID", "FrameOfReferenceUID"):
        assert written[name].value == series.datasets[0][name].value


def test_nothing_above_the_threshold_is_no_segment(tmp_path: Path) -> None:
    series = load_series(write(stack(blob((0, 0, 0))), tmp_path / "series"))
    with pytest.raises(ValueError, match=r"No voxel of the heatmap exceeds 0\.3"):
        write_segmentation(series, values(series) * 0.29, ORIGIN, named(9032))
    with pytest.raises(ValueError, match="the series has"):
        write_segmentation(series, np.zeros((3, 4, 5), np.float32), ORIGIN, named(9032))
