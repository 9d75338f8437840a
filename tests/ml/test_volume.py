"""DICOM series to Volume: places, transfer syntaxes, refusals in words."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag
from pydicom.uid import UID, JPEG2000Lossless, RLELossless

from ml.volume import Volume, VolumeRefused, load_series
from tests.ml.stacks import AXIAL, CORONAL, OBLIQUE, SAGITTAL, blob, enhanced, plane_points, stack, write

CENTRE = (12.0, -20.0, 7.0)


def brightest(volume: Volume) -> np.ndarray:
    """Centre of mass of the bright part, LPS mm."""
    weight = np.where(volume.voxels > 300, volume.voxels, 0)
    k, i, j = np.nonzero(weight)
    return np.average(volume.to_patient(np.stack([k, i, j], axis=1).astype(float)), axis=0, weights=weight[k, i, j])


@pytest.mark.parametrize(
    ("orientation", "plane"),
    [(AXIAL, "axial"), (SAGITTAL, "sagittal"), (CORONAL, "coronal"), (OBLIQUE, "oblique")],
)
@pytest.mark.parametrize("multi_frame", [False, True])
def test_a_blob_is_found_where_it_was_put(
    tmp_path: Path, orientation: tuple[float, ...], plane: str, multi_frame: bool
) -> None:
    images = stack(blob(CENTRE), orientation=orientation, slices=14)
    series = load_series(write([enhanced(images[::-1])] if multi_frame else images, tmp_path))
    assert series.volume.plane == plane
    np.testing.assert_allclose(series.volume.spacing, (5, 3, 3), atol=1e-6)
    np.testing.assert_allclose(brightest(series.volume), CENTRE, atol=0.5)
    for p in series.planes:
        points = plane_points(np.array(p.position), p.orientation, (3, 3), (40, 44))
        np.testing.assert_allclose(series.volume.voxels[p.slice], np.round(blob(CENTRE)(points)), atol=1)
    heights = [series.volume.normal @ np.array(p.position) for p in series.planes]
    assert heights == sorted(heights)
    assert [p.slice for p in series.planes] == list(range(14))


def test_paths_and_headers_follow_the_slices(tmp_path: Path) -> None:
    images = stack(blob(CENTRE))
    series = load_series(write(images[::-1], tmp_path))
    assert [d.InstanceNumber for d in series.datasets] == list(range(1, 13))
    assert [pydicom.dcmread(p).InstanceNumber for p in series.paths] == list(range(1, 13))
    assert all("PixelData" not in d for d in series.datasets)


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless], ids=lambda uid: uid.name)
def test_compressed_images_read_as_the_plain_ones(tmp_path: Path, syntax: UID) -> None:
    images = stack(blob(CENTRE), slices=8)
    plain = load_series(write(images, tmp_path / "plain"))
    for image in images:
        image.compress(syntax, generate_instance_uid=False)
    assert np.array_equal(load_series(write(images, tmp_path / "packed")).volume.voxels, plain.volume.voxels)


def test_rescale_is_applied_slice_by_slice(tmp_path: Path) -> None:
    images = stack(blob(CENTRE), slices=8)
    plain = load_series(write(images, tmp_path / "plain")).volume.voxels
    for n, image in enumerate(images):
        image.RescaleSlope, image.RescaleIntercept = 1 + n, -5
    scaled = load_series(write(images, tmp_path / "scaled")).volume.voxels
    np.testing.assert_allclose(scaled, plain * np.arange(1, 9)[:, None, None] - 5)
    packed = load_series(write([enhanced(stack(blob(CENTRE), slices=8), slope=2.0)], tmp_path / "enhanced"))
    np.testing.assert_allclose(packed.volume.voxels, 2 * plain)


def test_one_thin_missing_slice_is_filled_in_and_said(tmp_path: Path) -> None:
    images = stack(blob(CENTRE), slices=20, step=2.5)
    whole = load_series(write(images, tmp_path / "whole")).volume
    del images[7]
    series = load_series(write(images, tmp_path / "gap"))
    np.testing.assert_allclose(series.volume.affine, whole.affine, atol=1e-9)
    np.testing.assert_allclose(series.volume.voxels[7], (whole.voxels[6] + whole.voxels[8]) / 2)
    assert 7 not in [p.slice for p in series.planes]
    assert series.volume.notes == ("slice 8 is missing and was filled in from its neighbours",)


def _without(images: list[pydicom.Dataset], *places: int) -> list[pydicom.Dataset]:
    return [image for n, image in enumerate(images) if n not in places]


def _with(images: list[pydicom.Dataset], place: int, **values: object) -> list[pydicom.Dataset]:
    for name, value in values.items():
        setattr(images[place], name, value)
    return images


def _lifted(images: list[pydicom.Dataset]) -> list[pydicom.Dataset]:
    x, y, z = images[5].ImagePositionPatient
    return _with(images, 5, ImagePositionPatient=[x + 4, y, z])


def _of_other_size(images: list[pydicom.Dataset]) -> list[pydicom.Dataset]:
    return [*images[:6], *stack(blob(CENTRE), size=(30, 44))[6:]]


def _unplaced(images: list[pydicom.Dataset]) -> list[pydicom.Dataset]:
    del images[3].ImagePositionPatient
    return images


def _truncated(images: list[pydicom.Dataset]) -> list[pydicom.Dataset]:
    return _with(images, 4, PixelData=images[4].PixelData[:1000])


def _pixelless(images: list[pydicom.Dataset]) -> list[pydicom.Dataset]:
    del images[2].PixelData
    return images


def _raw(images: list[pydicom.Dataset], keyword: str, value: bytes) -> list[pydicom.Dataset]:
    """The first image with bytes that pydicom would not write for us."""
    tag = Tag(keyword)
    images[0][tag] = RawDataElement(tag, dictionary_VR(tag), len(value), value, 0, False, True)
    return images


def _without_columns(images: list[pydicom.Dataset]) -> list[pydicom.Dataset]:
    del images[0].Columns
    return images


def _frames_short(images: list[pydicom.Dataset]) -> list[pydicom.Dataset]:
    image = enhanced(images)
    image.NumberOfFrames = 11
    image.PixelData = image.PixelData[: 11 * 2 * 40 * 44]
    return [image]


REFUSALS: dict[str, tuple[Callable[[list[pydicom.Dataset]], list[pydicom.Dataset]], str]] = {
    "a gap": (lambda images: _without(images, 5), "gaps between slices: 1 image is missing, and slices 5 and 6 are 10.0 mm"),
    "several gaps": (lambda images: _without(images, 3, 4, 8), "gaps between slices: 3 images are missing"),
    "too few": (lambda images: images[:5], "5 images; at least 8"),
    "one": (lambda images: images[:1], "1 image; at least 8"),
    "repeats": (lambda images: [*images, *stack(blob(CENTRE))], "12 of 24 images lie where another one lies"),
    "orientations": (lambda images: _with(images, 0, ImageOrientationPatient=list(SAGITTAL)), "mixes orientations"),
    "sizes": (_of_other_size, r"different sizes \(30 x 44, 40 x 44\)"),
    "spacings": (lambda images: _with(images, 0, PixelSpacing=[2, 2]), "mixes pixel spacings"),
    "skewed": (lambda images: _with(images, 0, ImageOrientationPatient=[1, 0, 0, 0.7, 0.7, 0]), "not at right angles"),
    "off its place": (_lifted, "not evenly spaced: one lies 4.0 mm from its place"),
    "unplaced": (_unplaced, "do not say where they lie"),
    "no frame": (lambda images: [_with([i], 0, FrameOfReferenceUID="")[0] for i in images], "no frame of reference"),
    "two frames": (lambda images: _with(images, 0, FrameOfReferenceUID="1.2.3"), "more than one frame of reference"),
    "truncated": (_truncated, "cannot be decoded"),
    "no pixels": (_pixelless, "objects without pixels"),
    "colour": (lambda images: _with(images, 0, SamplesPerPixel=3), "colour images"),
    "short position": (lambda images: _raw(images, "ImagePositionPatient", b"0\\0 "), "do not say where they lie"),
    "empty position": (lambda images: _raw(images, "ImagePositionPatient", b""), "do not say where they lie"),
    "no number in a position": (
        lambda images: _raw(images, "ImagePositionPatient", b"nan\\0\\0 "),
        "do not say where they lie",
    ),
    "five cosines": (lambda images: _raw(images, "ImageOrientationPatient", b"1\\0\\0\\0\\1 "), "do not say where they lie"),
    "words for a spacing": (lambda images: _raw(images, "PixelSpacing", b"3 mm\\3 mm "), "do not say where they lie"),
    "words for a slope": (lambda images: _raw(images, "RescaleSlope", b"abc "), "rescale slope or intercept is no finite"),
    "no number for a slope": (
        lambda images: _raw(images, "RescaleSlope", b"nan "),
        "rescale slope or intercept is no finite",
    ),
    "a slope beyond all numbers": (lambda images: _with(images, 3, RescaleSlope=1e37), "no finite numbers"),
    "words for a count of frames": (lambda images: _raw(images, "NumberOfFrames", b"xx"), "do not say where they lie"),
    "no columns": (_without_columns, "objects without pixels"),
    "fewer frames than places": (_frames_short, "describes frame 12 but holds 11 frames"),
    "flat spacing": (lambda images: _with(images, 0, PixelSpacing=[0, 0]), "lengths above 0"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_volume_is_refused_in_words(tmp_path: Path, name: str) -> None:
    spoil, words = REFUSALS[name]
    with pytest.raises(VolumeRefused, match=words) as refusal:
        load_series(write(spoil(stack(blob(CENTRE))), tmp_path))
    assert refusal.value.remedy.endswith("role.")


def test_a_file_that_is_no_dicom_is_refused(tmp_path: Path) -> None:
    paths = write(stack(blob(CENTRE)), tmp_path)
    paths[0].write_text("not DICOM")
    with pytest.raises(VolumeRefused, match="cannot be read"):
        load_series(paths)


@pytest.mark.parametrize(
    ("voxels", "affine", "words"),
    [
        (np.zeros((2, 2), np.float32), np.eye(4), "slices, rows, columns"),
        (np.zeros((2, 2, 2)), np.eye(4), "float32"),
        (np.zeros((2, 2, 2), np.float32), np.zeros((4, 4)), "last row"),
        (np.zeros((2, 2, 2), np.float32), np.diag([1.0, 0.0, 1.0, 1.0]), "inverted"),
    ],
)
def test_a_volume_cannot_be_made_wrong(voxels: np.ndarray, affine: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Volume(voxels, affine, "1.2")


def test_signed_pixels_and_stray_high_bits_read_as_the_values_meant(tmp_path: Path) -> None:
    plain = load_series(write(stack(blob(CENTRE), slices=8), tmp_path / "plain")).volume.voxels
    signed, masked = stack(blob(CENTRE), slices=8), stack(blob(CENTRE), slices=8)
    for image in signed:
        image.PixelData = (image.pixel_array.astype(np.int16) - 300).tobytes()
        image.PixelRepresentation = 1
    for image in masked:
        # Bits above BitsStored are no part of the value (PS3.5 section 8.1.1).
        image.PixelData = (image.pixel_array | 0xF000).tobytes()
        image.BitsStored, image.HighBit = 12, 11
    np.testing.assert_array_equal(load_series(write(signed, tmp_path / "signed")).volume.voxels, plain - 300)
    np.testing.assert_array_equal(load_series(write(masked, tmp_path / "masked")).volume.voxels, plain)
