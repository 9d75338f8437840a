"""Search, crop, resampling and scaling: on a made head at known places, and on a real one."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation

from ml.nasopharynx import find_nasopharynx
from ml.preprocessing import NetworkInput, Preprocessing, axial_axes
from ml.resampling import reduce_blocks, resample
from ml.volume import Volume, VolumeRefused, load_series
from tests.ml.heads import AXIAL, CORONAL, SAGITTAL, head
from tests.shared import real_head_mr

AIRWAY = (6.0, -25.0, 14.0)
GRIDS = {
    "axial, thick": (AXIAL, (28, 120, 110), (5.5, 2.0, 2.0)),
    "axial, tilted": (Rotation.from_euler("x", 15, degrees=True).as_matrix() @ AXIAL, (28, 120, 110), (5.5, 2.0, 2.0)),
    "axial, descending": (AXIAL * [-1, 1, 1], (28, 120, 110), (5.5, 2.0, 2.0)),
    "sagittal": (SAGITTAL, (90, 100, 120), (2.0, 2.0, 2.0)),
    "coronal": (CORONAL, (110, 100, 90), (2.0, 2.0, 2.0)),
    "double oblique": (
        Rotation.from_euler("xyz", (38, 0, 38), degrees=True).as_matrix() @ SAGITTAL, (100, 110, 120), (2.0, 2.0, 2.0)
    ),
}  # fmt: skip


def made(name: str) -> Volume:
    axes, shape, spacing = GRIDS[name]
    return head(AIRWAY, np.asarray(axes, float), shape, spacing)


@pytest.mark.parametrize("name", GRIDS)
def test_the_nasopharynx_is_found_in_every_plane(name: str) -> None:
    assert np.abs(find_nasopharynx(made(name)) - AIRWAY).max() < 14


@pytest.mark.parametrize("name", GRIDS)
def test_the_crop_shows_the_patient_where_its_affine_says(name: str) -> None:
    volume = made(name)
    prepared = Preprocessing(shape=(20, 48, 48), spacing=(4.0, 2.3, 2.3)).apply(volume, np.array(AIRWAY))
    k, i, j = np.meshgrid(*(np.arange(n) for n in prepared.voxels.shape), indexing="ij")
    points = np.stack([k, i, j], axis=-1) @ prepared.affine[:3, :3].T + prepared.affine[:3, 3]
    expected = map_coordinates(volume.voxels, np.moveaxis(volume.to_indices(points), -1, 0), order=1)
    assert np.corrcoef(expected.ravel(), prepared.voxels.ravel())[0, 1] > 0.98
    airway = np.linalg.inv(prepared.affine) @ [*AIRWAY, 1]
    np.testing.assert_allclose(airway[1:3], (23.5, 23.5), atol=1e-6)
    # Upwards, backwards, to the left, as far as the acquisition's tilt allows.
    assert (np.diag(prepared.affine[:3, 2::-1]) > 0.75 * np.array([2.3, 2.3, 4.0])).all()
    assert prepared.resampled == (not name.startswith("axial"))
    assert prepared.resampled == any("resampled to axial" in note for note in prepared.notes)


def test_beyond_the_tolerated_tilt_the_crop_is_laid_along_the_patient() -> None:
    np.testing.assert_allclose(axial_axes(made("double oblique")), np.eye(3)[:, ::-1])
    np.testing.assert_allclose(axial_axes(made("sagittal")), np.eye(3)[:, ::-1])
    assert abs(axial_axes(made("axial, tilted"))[2, 0]) == pytest.approx(np.cos(np.radians(15)))


def test_scaling_ignores_the_scanners_units_and_keeps_air_at_zero() -> None:
    volume = made("axial, thick")
    brighter = Volume(volume.voxels * np.float32(3.7), volume.affine, volume.frame_of_reference_uid)
    first, second = Preprocessing().apply(volume), Preprocessing().apply(brighter)
    np.testing.assert_allclose(first.voxels, second.voxels, atol=1e-5)
    assert first.voxels.dtype == np.float32
    assert first.voxels.min() == 0
    assert np.percentile(first.voxels[first.voxels > 0.1], 95) == pytest.approx(1, abs=0.02)


def test_a_crop_moves_only_so_far_to_stay_in_the_images() -> None:
    low = head(AIRWAY, AXIAL, (28, 120, 110), (5.0, 2.0, 2.0), coverage=(0, 17, 50))
    prepared = Preprocessing().apply(low, np.array(AIRWAY))
    # 140 mm, of which 20 lie below the airway: the crop wants 60, and moves by its 20.
    centre = prepared.affine[:3, :3] @ ((np.array(prepared.voxels.shape) - 1) / 2) + prepared.affine[:3, 3]
    assert centre[2] - AIRWAY[2] == pytest.approx(20)
    assert not prepared.voxels[0].any()
    assert prepared.notes == ("100 of 120 mm around the nasopharynx are in the images",)


@pytest.mark.parametrize("name", ["axial, tilted", "axial, descending", "sagittal"])
def test_a_raised_crop_lies_so_far_above_the_nasopharynx(name: str) -> None:
    prepared = Preprocessing(shape=(20, 48, 48), rise=10.0).apply(made(name), np.array(AIRWAY))
    airway = np.linalg.inv(prepared.affine) @ [*AIRWAY, 1]
    # The crop's middle is slice 9.5: 10 mm are two of its slices of 5 mm.
    np.testing.assert_allclose(airway[:3], (7.5, 23.5, 23.5), atol=1e-6)


def test_images_of_elsewhere_are_refused() -> None:
    high = head(AIRWAY, AXIAL, (28, 120, 110), (5.0, 2.0, 2.0), coverage=(0, 17, 100))
    with pytest.raises(VolumeRefused, match="at least 60 mm are needed"):
        Preprocessing().apply(high, np.array(AIRWAY) - [0, 0, 30])
    empty = Volume(np.zeros((20, 64, 64), np.float32), np.diag([5.0, 3, 3, 1]), "1.2")
    with pytest.raises(VolumeRefused, match="No head"):
        Preprocessing().apply(empty)
    small = head(AIRWAY, AXIAL, (24, 30, 30), (2.0, 2.0, 2.0))
    with pytest.raises(VolumeRefused, match=r"\d+ mm wide and \d+ mm long, no head"):
        Preprocessing().apply(small)


def _box(values: np.ndarray, spacing: tuple[float, float, float] = (5.0, 1.0, 1.0)) -> Volume:
    affine = np.eye(4)
    affine[:3, :3] = AXIAL * np.array(spacing)
    return Volume(np.ascontiguousarray(values, np.float32), affine, "1.2")


def _even_head() -> Volume:
    values = np.zeros((24, 240, 240))
    values[:, 40:200, 40:200] = 300
    return _box(values)


NOISE = np.random.default_rng(3)
UNREADABLE = {
    "one grey everywhere": (lambda: _box(np.full((24, 240, 240), 500)), "no air around or within a head"),
    "noise": (lambda: _box(np.abs(NOISE.normal(0, 10, (24, 240, 240)))), "no air around or within a head"),
    "air that is not dark": (lambda: _lit(made("axial, thick")), "no air around or within a head"),
    "a body of one grey": (_even_head, "nothing but one even grey"),
    "negative": (lambda: _box(np.full((24, 240, 240), -500)), "No head"),
    "one voxel": (lambda: _box(np.eye(24 * 240, 240).reshape(24, 240, 240) * 9), "[Nn]o head"),
    "slices far apart": (lambda: _box(NOISE.random((24, 240, 240)), (15, 1, 1)), "15 mm apart; at most 10 mm"),
    "pixels far apart": (lambda: _box(NOISE.random((24, 24, 24)), (5, 50, 50)), "50 mm apart; at most 10 mm"),
    "kilometres": (lambda: _box(NOISE.random((240, 24, 24)), (9, 9, 9)), "span 2151 mm; at most 1000 mm"),
    "the head beside the field of view": (
        lambda: head(AIRWAY, AXIAL, (28, 120, 110), (5.5, 2.0, 2.0), coverage=(120, 17, 10)), "no head"
    ),
    "the brain alone": (
        lambda: head(AIRWAY, AXIAL, (28, 120, 110), (5.5, 2.0, 2.0), coverage=(0, 17, 130)), r"end about \d+ mm above"
    ),
    "three slices": (lambda: head(AIRWAY, AXIAL, (3, 120, 110), (5.5, 2.0, 2.0)), "of the region around the nasopharynx"),
}  # fmt: skip


def _lit(volume: Volume) -> Volume:
    return Volume(volume.voxels + np.float32(1000), volume.affine, volume.frame_of_reference_uid)


@pytest.mark.parametrize("name", UNREADABLE)
def test_images_without_a_readable_head_get_a_reason_and_no_score(name: str) -> None:
    make, words = UNREADABLE[name]
    with pytest.raises(VolumeRefused, match=words) as refusal:
        Preprocessing(shape=(16, 48, 48)).apply(make())
    assert refusal.value.remedy.endswith("vertebra.")


def _cut(volume: Volume, times: tuple[int, int, int]) -> Volume:
    """The same head, each voxel cut into so many along each axis: a large series without painting one."""
    voxels, affine = volume.voxels, volume.affine.copy()
    for axis, n in enumerate(times):
        voxels = voxels.repeat(n, axis)
    affine[:3, :3] /= times
    affine[:3, 3] -= 0.5 * (volume.affine - affine)[:3, :3].sum(axis=1)
    return Volume(voxels, affine, volume.frame_of_reference_uid)


@pytest.mark.parametrize(
    ("shape", "spacing", "times"),
    [((100, 128, 128), (1.6, 1.8, 1.8), (4, 1, 1)), ((28, 128, 128), (5.5, 1.76, 1.76), (1, 8, 8))],
    ids=["400 slices", "1024 x 1024 pixels"],
)
def test_large_and_long_series_are_read(
    shape: tuple[int, int, int], spacing: tuple[float, float, float], times: tuple[int, int, int]
) -> None:
    volume = _cut(head(AIRWAY, AXIAL, shape, spacing), times)
    assert max(volume.shape) in {400, 1024}
    found = find_nasopharynx(volume)
    assert np.abs(found - AIRWAY).max() < 14
    assert Preprocessing().apply(volume, found).voxels.max() > 0.9


def test_settings_survive_json_and_refuse_what_they_do_not_know() -> None:
    settings = Preprocessing(shape=(24, 128, 128), spacing=(5, 1.2, 1.2))
    assert Preprocessing.from_json(settings.to_json()) == settings
    with pytest.raises(ValueError, match="unknown entries \\['sharpen'\\]"):
        Preprocessing.from_json({**settings.to_json(), "sharpen": True})
    with pytest.raises(ValueError, match="version 99"):
        Preprocessing(version=99)
    with pytest.raises(ValueError, match="three counts"):
        Preprocessing(shape=(1, 64, 64))


@pytest.mark.parametrize("extend", [False, True])
@pytest.mark.parametrize("step", [(1.0, 1.0, 1.0), (0.4, -0.7, 2.5)])
def test_parallel_and_general_resampling_agree_with_scipy(extend: bool, step: tuple[float, ...]) -> None:
    values = np.random.default_rng(1).random((6, 9, 7)).astype(np.float32)
    matrix = np.eye(4)
    matrix[:3, :3] = np.diag(step)[:, [2, 0, 1]]
    matrix[:3, 3] = [-1.3, 7.2, -0.4]
    shape = (9, 8, 10)
    fast = resample(values, matrix, shape, extend=extend)
    turned = matrix.copy()
    turned[0, 1] += 2e-6  # just enough for the general way
    np.testing.assert_allclose(resample(values, turned, shape, extend=extend), fast, atol=1e-4)
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1)
    position = np.moveaxis(grid @ matrix[:3, :3].T + matrix[:3, 3], -1, 0)
    reference = map_coordinates(values, position, order=1, mode="nearest")
    outside = [(p < -0.5) | (p > n - 0.5) for p, n in zip(position, values.shape, strict=True)]
    if not extend:
        reference[np.logical_or.reduce(outside)] = 0
    np.testing.assert_allclose(fast, reference, atol=1e-5)


def test_block_means_keep_their_places() -> None:
    values = np.arange(7 * 6 * 5, dtype=np.float32).reshape(7, 6, 5)
    reduced, matrix = reduce_blocks(values, (2, 3, 1))
    assert reduced.shape == (3, 2, 5)
    np.testing.assert_allclose(reduced[1, 1, 4], values[2:4, 3:6, 4].mean())
    np.testing.assert_allclose(matrix @ [1, 1, 4, 1], [2.5, 4, 4, 1])


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Volume, NetworkInput]]:
    folder = tmp_path_factory.mktemp("real")
    with zipfile.ZipFile(real_head_mr()) as archive:
        archive.extractall(folder, [n for n in archive.namelist() if n.startswith(("ax-t2/", "sag-t1/"))])
    volumes = {name: load_series(sorted(Path(folder, name).iterdir())).volume for name in ("ax-t2", "sag-t1")}
    return {name: (volume, Preprocessing().apply(volume)) for name, volume in volumes.items()}


NASOPHARYNX = (-5.0, -40.0, -30.0)
"""LPS mm, read off the images by eye: behind the choanae, in front of the clivus and the atlas."""


@pytest.mark.parametrize(("name", "resampled"), [("ax-t2", False), ("sag-t1", True)])
def test_the_crop_of_a_real_head_lies_on_its_nasopharynx(
    real: dict[str, tuple[Volume, NetworkInput]], name: str, resampled: bool
) -> None:
    volume, prepared = real[name]
    assert np.abs(find_nasopharynx(volume) - NASOPHARYNX).max() < 10
    assert prepared.resampled is resampled
    assert any("is missing and was filled in" in note for note in prepared.notes)
    k, i, j = np.round(np.linalg.inv(prepared.affine) @ [*NASOPHARYNX, 1])[:3].astype(int)
    # Air in the middle, brain stem or cord and clivus behind it, cheeks at both sides.
    assert prepared.voxels[k - 1 : k + 2, i - 4 : i + 2, j - 2 : j + 3].min() < 0.15
    assert prepared.voxels[k, i + 20 : i + 28, j - 4 : j + 5].mean() > 0.3
    assert prepared.voxels[k, i, j - 28 : j - 16].mean() > 0.2
    assert prepared.voxels[k, i, j + 17 : j + 29].mean() > 0.2


def test_both_series_of_a_real_head_show_the_same_place(real: dict[str, tuple[Volume, NetworkInput]]) -> None:
    assert real["ax-t2"][0].frame_of_reference_uid == real["sag-t1"][0].frame_of_reference_uid
    first, second = (find_nasopharynx(volume) for volume, _ in real.values())
    assert np.linalg.norm(first - second) < 10
