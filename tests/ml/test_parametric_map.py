"""Parametric Maps: on the source's planes, ascending, without an Error from dciodvfy, where the evidence lies."""

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from ml.parametric_map import HeatmapOrigin, write_parametric_map
from ml.results.equipment import DEMONSTRATION
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


@pytest.mark.parametrize("multi_frame", [False, True])
def test_the_orientation_is_the_sources_to_the_digit(tmp_path: Path, multi_frame: bool) -> None:
    """OHIF compares without tolerance: scanners print six digits, which are no unit vectors."""
    images = stack(blob((0, 0, 0)))
    printed = [1, 0, 0, 0, 0.999389, 0.034962]
    for image in images:
        image.ImageOrientationPatient = printed
    series = load_series(write([enhanced(images)] if multi_frame else images, tmp_path / "series"))
    result = write_parametric_map(series, spot(series), ORIGIN, series_number=901)
    written = result.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient
    assert [float(value) for value in written] == printed
    assert errors(result, tmp_path / "map.dcm") == []


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


def _per_frame(images: list[pydicom.Dataset]) -> list[pydicom.Dataset]:
    """As Philips writes it: orientation, spacing and rescale repeated in every frame."""
    image = enhanced(images[::-1])
    shared = image.SharedFunctionalGroupsSequence[0]
    for group in image.PerFrameFunctionalGroupsSequence:
        group.update({element.tag: element for element in shared})
    image.SharedFunctionalGroupsSequence = [pydicom.Dataset()]
    return [image]


def _in_parts(images: list[pydicom.Dataset], size: int) -> list[pydicom.Dataset]:
    """As some Siemens exports have it: several enhanced images, of `size` frames each, make one series."""
    parts = [enhanced(images[n : n + size]) for n in range(0, len(images), size)]
    for part in parts:
        part.SeriesInstanceUID = parts[0].SeriesInstanceUID
    return parts


def _jittered(images: list[pydicom.Dataset]) -> list[pydicom.Dataset]:
    """Cosines that differ in the last digits, as scanners print them."""
    for n, image in enumerate(images):
        image.ImageOrientationPatient = [1, n * 1e-5, 0, -n * 1e-5, 1, 0]
    return images


LOOSE: dict[str, Callable[[list[pydicom.Dataset]], list[pydicom.Dataset]]] = {
    "an orientation in every frame": _per_frame,
    "two enhanced images": lambda images: _in_parts(images, 6),
    "an enhanced image for each slice": lambda images: _in_parts(images, 1),
    "cosines that differ in the last digits": _jittered,
}


@pytest.mark.parametrize("name", LOOSE)
def test_every_frame_refers_to_its_own_source(tmp_path: Path, name: str) -> None:
    images = LOOSE[name](stack(blob((0, 0, 0))))
    series = load_series(write(images, tmp_path / "series"))
    result = write_parametric_map(series, spot(series), ORIGIN, series_number=901)
    assert errors(result, tmp_path / "map.dcm") == []
    stored = pydicom.dcmread(tmp_path / "map.dcm")
    sources = {image.SOPInstanceUID: image for image in images}
    assert {item.ReferencedSOPInstanceUID for item in stored.ReferencedSeriesSequence[0].ReferencedInstanceSequence} == set(
        sources
    )
    assert stored.NumberOfFrames == 12
    for group in stored.PerFrameFunctionalGroupsSequence:
        reference = group.DerivationImageSequence[0].SourceImageSequence[0]
        source = sources[reference.ReferencedSOPInstanceUID]
        if "PerFrameFunctionalGroupsSequence" in source:
            source = source.PerFrameFunctionalGroupsSequence[reference.ReferencedFrameNumber - 1].PlanePositionSequence[0]
        np.testing.assert_allclose(
            group.PlanePositionSequence[0].ImagePositionPatient, source.ImagePositionPatient, atol=1e-6
        )


def _raw(image: pydicom.Dataset, keyword: str, value: bytes) -> None:
    tag = Tag(keyword)
    image[tag] = RawDataElement(tag, dictionary_VR(tag), len(value), value, 0, False, True)


def test_names_in_iso_2022_arrive_in_utf_8(tmp_path: Path) -> None:
    images = stack(blob((0, 0, 0)))
    for image in images:
        image.SpecificCharacterSet = ["", "ISO 2022 IR 58"]
        # PS3.5 annex K: each component that holds Chinese begins with the escape to GB 2312.
        _raw(image, "PatientName", b"Wang^XiaoMing=\x1b$)A" + "王^".encode("gb2312") + b"\x1b$)A" + "小明".encode("gb2312"))
    series = load_series(write(images, tmp_path / "series"))
    result = write_parametric_map(series, spot(series), ORIGIN, series_number=901)
    assert errors(result, tmp_path / "map.dcm") == []
    stored = pydicom.dcmread(tmp_path / "map.dcm")
    assert stored.SpecificCharacterSet == "ISO_IR 192"
    assert str(stored.PatientName) == "Wang^XiaoMing=王^小明"


@pytest.mark.filterwarnings("ignore:Invalid value for VR:UserWarning")
def test_headers_that_no_one_can_read_are_left_empty(tmp_path: Path) -> None:
    images = stack(blob((0, 0, 0)))
    for image in images:
        for keyword, value in (("PatientBirthDate", b"1970-1-1"), ("StudyDate", b"99999999"), ("StudyTime", b"noon"),
                               ("SliceThickness", b"5mm "), ("EchoTime", b"abc ")):  # fmt: skip
            _raw(image, keyword, value)
        image.PatientSex = "MALE"
    series = load_series(write(images, tmp_path / "series"))
    result = write_parametric_map(series, spot(series), ORIGIN, series_number=901)
    assert errors(result, tmp_path / "map.dcm") == []
    for keyword in ("PatientBirthDate", "StudyDate", "StudyTime", "PatientSex"):
        assert not result[keyword].value
    assert result.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SliceThickness == 5
    assert result.PatientID == "T1"


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
