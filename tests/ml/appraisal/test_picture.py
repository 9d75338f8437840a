"""Pictures of errors: the viewer's colours and scale, radiological orientation, outlines on what is laid over only."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ml.appraisal.picture import GAP, HEAD, OUTLINE, SIDE, Row, draw
from ml.heatmap import Heatmap
from ml.heatmap_look import INFERNO, OPACITY, SOFT_EDGE, THRESHOLD
from ml.volume import Volume

VIEWER = Path(__file__).resolve().parents[3] / "frontend" / "src" / "features" / "viewer" / "imaging" / "heatmapColours.ts"
SHAPE = (3, 80, 80)


def head(signs: tuple[int, int] = (1, 1)) -> Volume:
    """2 mm pixels about the origin with a bright spot on the patient's right, in front; stored in any direction."""
    affine = np.diag([5.0, 2.0, 2.0, 1.0])[:, :]
    turn = np.zeros((4, 4))
    turn[2, 0], turn[1, 1], turn[0, 2], turn[3, 3] = 1.0, signs[0], signs[1], 1.0
    affine = turn @ affine
    affine[:3, 3] = [-79.0 * signs[1], -79.0 * signs[0], -5.0]
    volume = Volume(np.zeros(SHAPE, np.float32), affine, "1.2.3")
    place = np.rint(volume.to_indices(np.array([-40.0, -40.0, 0.0]))).astype(int)
    voxels = np.full(SHAPE, 20.0, np.float32)
    voxels[:, place[1] - 3 : place[1] + 4, place[2] - 3 : place[2] + 4] = 100.0
    return Volume(voxels, affine, "1.2.3")


def heatmap(value: float) -> Heatmap:
    """One value everywhere in 60 mm about the origin."""
    evidence = np.full((2, 2, 2), value, np.float32)
    affine = np.array([[0, 0, 30.0, -15], [0, 30.0, 0, -15], [30.0, 0, 0, -15], [0, 0, 0, 1]])
    return Heatmap(np.minimum(evidence, 1), evidence, affine, (0.0, 0.0, 0.0))


def drawn(volume: Volume, value: float, outline: np.ndarray | None = None, *, dashed: bool = False) -> list[np.ndarray]:
    """The three tiles."""
    image = draw([Row(volume, heatmap(value), 1, outline, "T1WI", dashed)], "title", "synthetic").convert("RGB")
    pixels = np.asarray(image).astype(int)[HEAD : HEAD + SIDE]
    return [pixels[:, n * (SIDE + GAP) : n * (SIDE + GAP) + SIDE] for n in range(3)]


def test_colours_are_the_viewers() -> None:
    source = VIEWER.read_text(encoding="utf-8")
    steps = re.findall(r"^  \[(\d+), (\d+), (\d+)\],$", source, flags=re.MULTILINE)
    assert tuple(tuple(map(int, step)) for step in steps) == INFERNO
    assert f"opacity: {OPACITY}, threshold: {THRESHOLD}" in source
    assert f"SOFT_EDGE = {SOFT_EDGE}" in source


@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_the_patients_right_is_on_the_left_and_the_nose_up(signs: tuple[int, int]) -> None:
    grey = drawn(head(signs), 0.0)[0][..., 0]
    corners = {"upper left": grey[30:60, 30:60], "lower left": grey[115:145, 30:60], "upper right": grey[30:60, 115:145]}
    means = {name: float(corner.mean()) for name, corner in corners.items()}
    assert means["upper left"] > 2 * max(means["lower left"], means["upper right"])


def test_a_faint_heatmap_is_not_stretched() -> None:
    middle = (slice(SIDE // 2 - 8, SIDE // 2 + 8),) * 2
    bare = drawn(head(), 0.0)[0][middle]
    for value, laid_over in ((0.25, False), (0.9, True)):
        original, heat, fused = (tile[middle] for tile in drawn(head(), value))
        colour = np.array([np.interp(value, np.linspace(0, 1, 17), [c[n] for c in INFERNO]) for n in range(3)])
        assert np.abs(heat.mean(axis=(0, 1)) - colour).max() < 8
        np.testing.assert_array_equal(original, bare)
        assert (np.abs(fused - original).max() > 40) == laid_over


def test_outlines_leave_the_original_alone() -> None:
    mask = np.zeros(SHAPE, bool)
    mask[1, 35:45, 35:45] = True
    counts = {}
    for dashed in (False, True):
        tiles = drawn(head(), 0.0, mask, dashed=dashed)
        counts[dashed] = [int((np.abs(tile - OUTLINE).max(axis=-1) < 3).sum()) for tile in tiles]
    assert counts[False][0] == counts[True][0] == 0
    assert counts[False][1] == counts[False][2] > 60
    assert 0.3 < counts[True][1] / counts[False][1] < 0.7


def test_every_tile_says_that_it_is_synthetic() -> None:
    expected = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(expected).text((SIDE - 4, SIDE - 4), "SYNTHETIC", 235, ImageFont.load_default(11), "rs")
    corner = (slice(SIDE - 14, SIDE - 3), slice(SIDE - 70, SIDE - 3))
    word = np.asarray(expected)[corner] > 128
    assert word.sum() > 80
    for tile in drawn(head(), 0.9):
        np.testing.assert_array_equal(tile[corner].min(axis=-1) > 128, word)
