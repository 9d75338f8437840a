"""Parametric Maps: on the source's planes, ascending, without an Error from dciodvfy, where the evidence lies."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from ml.parametric_map import DEMONSTRATION, HeatmapOrigin, write_parametric_map
from ml.volume import SeriesVolume, load_series
from tests.ml.stacks import AXIAL, CORONAL, OBLIQUE, SAGITTAL, blob, enhanced, plane_points, stack, write
from tests.shared import not_here, real_head_mr

ORIGIN = HeatmapOrigin("T1WI", 0.4321, "test T1WI", "ab" * 32, synthetic=True)
PLACE = (14.0, -11.0, 9.0)


def spot(series: SeriesVolume) -> NDArray[np.float32]:
    """A heatmap with its hill at PLACE, on the series' grid."""
    k, i, j = np.meshgrid(*(np.arange(n) for n in series.volume.shape), indexing="ij")
    points = series.volume.to_patient(np.stack([k, i, j], axis=-1).astype(float))
    return (blob(PLACE)(points) / 1000).astype(np.float32)


def frames(dataset: pydicom.Dataset) -> NDArray[np.float32]:
    """Stored frames (frames, rows, columns), in stored order."""
    shape = (int(dataset.NumberOfFrames), dataset.Rows, dataset.Columns)
    return np.frombuffer(dataset.FloatPixelData, "<f4").reshape(shape)


def errors(dataset: pydicom.Dataset, path: Path) -> list[str]:
    """Error lines of dciodvfy; a missing program is a failure in CI."""
    if shutil.which("dciodvfy") is None:
        not_here("dciodvfy is not installed: apt-get install dicom3tools")
    dataset.save_as(path, enforce_file_format=True)
    said = subprocess.run(["dciodvfy", "-new", str(path)], capture_output=True, text=True, check=False)
    assert "ParametricMap" in said.stderr
    return [line for line in said.stderr.splitlines() if line.startswith("Error")]


@pytest.mark.parametrize("orientation", [AXIAL, SAGITTAL, CORONAL, OBLIQUE])
@pytest.mark.parametrize("multi_frame", [False, True])
def test_a_spot_is_found_where_it_was_put(tmp_path: Path, orientation: tuple[float, ...], multi_frame: bool) -> None:
    images = stack(blob((0, 0, 0)), orientation=orientation, slices=16, centre=(3, -4, 5))
    series = load_series(write([enhanced(images)] if multi_frame else images[::-1], tmp_path / "series"))
    result = write_parametric_map(series, spot(series), ORIGIN, series_number=901)
    assert errors(result, tmp_path / "map.dcm") == []
    stored = pydicom.dcmread(tmp_path / "map.dcm")
    shared = stored.SharedFunctionalGroupsSequence[0]
    spacing = [float(mm) for mm in shared.PixelMeasuresSequence[0].PixelSpacing]
    turned = tuple(float(v) for v in shared.PlaneOrientationSequence[0].ImageOrientationPatient)
    np.testing.assert_allclose(turned, orientation, atol=1e-9)
    for group, frame in zip(stored.PerFrameFunctionalGroupsSequence, frames(stored), strict=True):
        position = np.array(group.PlanePositionSequence[0].ImagePositionPatient, float)
        points = plane_points(position, turned, (spacing[0], spacing[1]), frame.shape)
        np.testing.assert_allclose(frame, blob(PLACE)(points) / 1000, atol=1e-3)
    assert frames(stored).max() > 0.8


@pytest.mark.parametrize("orientation", [AXIAL, SAGITTAL, OBLIQUE])
def test_frames_ascend_with_the_sources_planes(tmp_path: Path, orientation: tuple[float, ...]) -> None:
    images = stack(blob((0, 0, 0)), orientation=orientation, slices=9)
    series = load_series(write(images, tmp_path))
    result = write_parametric_map(series, spot(series), ORIGIN, series_number=901)
    normal = np.cross(orientation[:3], orientation[3:])
    groups = result.PerFrameFunctionalGroupsSequence
    heights = [normal @ np.array(g.PlanePositionSequence[0].ImagePositionPatient, float) for g in groups]
    assert heights == sorted(heights)
    indices = [np.atleast_1d(group.FrameContentSequence[0].DimensionIndexValues).tolist() for group in groups]
    assert indices == [[n] for n in range(1, 10)]
    for group, source in zip(groups, series.datasets, strict=True):
        np.testing.assert_allclose(group.PlanePositionSequence[0].ImagePositionPatient, source.ImagePositionPatient)
        referenced = group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID
        assert referenced == source.SOPInstanceUID


def test_what_it_says_of_itself(tmp_path: Path) -> None:
    series = load_series(write(stack(blob((0, 0, 0))), tmp_path))
    source = series.datasets[0]
    result = write_parametric_map(series, spot(series), ORIGIN, series_number=901)
    for name in ("StudyInstanceUID", "PatientID", "PatientName", "FrameOfReferenceUID", "AccessionNumber"):
        assert result[name].value == source[name].value
    assert result.SeriesInstanceUID != source.SeriesInstanceUID
    assert (result.Rows, result.Columns, result.NumberOfFrames) == (40, 44, 12)
    assert DEMONSTRATION in result.SeriesDescription
    assert "0.4321" in result.ImageComments
    assert ORIGIN.bundle_sha256 in result.ImageComments
    assert result.ContributingEquipmentSequence[-1].ManufacturerModelName == "test T1WI"
    assert result.ContentQualification == "RESEARCH"
    real = write_parametric_map(
        series, spot(series), HeatmapOrigin("T1WI", 0.4, "test", "ab" * 32, synthetic=False), series_number=901
    )
    assert "demonstration" not in (real.SeriesDescription + real.ImageComments).lower()


def test_the_chosen_uids_are_kept(tmp_path: Path) -> None:
    series = load_series(write(stack(blob((0, 0, 0))), tmp_path))
    result = write_parametric_map(
        series, spot(series), ORIGIN, series_number=7, series_instance_uid="1.2.3.4", sop_instance_uid="1.2.3.5"
    )
    assert (result.SeriesInstanceUID, result.SOPInstanceUID, result.SeriesNumber) == ("1.2.3.4", "1.2.3.5", 7)
    assert result.file_meta.MediaStorageSOPInstanceUID == "1.2.3.5"


def test_headers_with_gaps_and_private_tags_still_make_a_map(tmp_path: Path) -> None:
    images = stack(blob((0, 0, 0)))
    for image in images:
        for name in ("PatientBirthDate", "StudyID", "AccessionNumber", "SliceThickness", "StudyTime"):
            delattr(image, name)
        image.add_new((0x0029, 0x0010), "LO", "PRIVATE")
        image.PatientName, image.SpecificCharacterSet = "王^小明", "ISO_IR 192"
    series = load_series(write(images, tmp_path / "series"))
    result = write_parametric_map(series, spot(series), ORIGIN, series_number=901)
    assert errors(result, tmp_path / "map.dcm") == []
    assert str(pydicom.dcmread(tmp_path / "map.dcm").PatientName) == "王^小明"


def test_values_of_another_grid_or_range_are_refused(tmp_path: Path) -> None:
    series = load_series(write(stack(blob((0, 0, 0))), tmp_path))
    with pytest.raises(ValueError, match=r"Use Heatmap\.on_grid"):
        write_parametric_map(series, np.zeros((3, 4, 5), np.float32), ORIGIN, series_number=1)
    with pytest.raises(ValueError, match="from 0 to 1"):
        write_parametric_map(series, spot(series) * 2, ORIGIN, series_number=1)


@pytest.mark.parametrize(("folder", "planes"), [("ax-t2", 55), ("sag-t1", 175)])
def test_a_real_series_gets_a_map_on_its_own_planes(tmp_path: Path, folder: str, planes: int) -> None:
    with zipfile.ZipFile(real_head_mr()) as archive:
        archive.extractall(tmp_path, [name for name in archive.namelist() if name.startswith(f"{folder}/")])
    series = load_series(sorted((tmp_path / folder).iterdir()))
    result = write_parametric_map(series, spot(series), ORIGIN, series_number=901)
    assert errors(result, tmp_path / "map.dcm") == []
    assert result.NumberOfFrames == planes == len(series.datasets)
    for group, source in zip(result.PerFrameFunctionalGroupsSequence, series.datasets, strict=True):
        np.testing.assert_allclose(
            group.PlanePositionSequence[0].ImagePositionPatient, source.ImagePositionPatient, atol=1e-4
        )
