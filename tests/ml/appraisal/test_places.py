"""The boxes in which imitators are looked for hold what the phantom paints of them."""

import numpy as np
import pytest

from ml.appraisal.places import ZONES, distance_to
from ml.phantom.anatomy import paint_contour, paint_face, paint_neck
from ml.phantom.canvas import Canvas, Pose
from ml.phantom.cranium import paint_cranium, paint_skull_base, paint_spine
from ml.phantom.pharynx import paint_pharynx, sample_pharynx
from ml.phantom.scanner import sample_examination
from ml.phantom.sequelae import SEQUELAE


@pytest.fixture(scope="module")
def changed() -> dict[str, np.ndarray]:
    """Where (LPS mm, (n, 3)) each imitator changes the head, in three heads, however they lie in the scanner."""
    found: dict[str, list[np.ndarray]] = {name: [] for name, _, _ in SEQUELAE}
    for seed in range(3):
        rng = np.random.default_rng(seed)
        examination = sample_examination(rng, 256)
        planes, rows, columns = examination.axes()
        pharynx = sample_pharynx(rng, 0.0)
        canvas = Canvas(planes, rows, columns, Pose.sample(rng), rng)
        for paint in (paint_contour, paint_cranium, paint_skull_base, paint_spine, paint_face, paint_neck):
            paint(canvas)
        paint_pharynx(canvas, pharynx)
        bare = canvas.labels.copy()
        for name, _, paint in SEQUELAE:
            paint(canvas)
            index = np.argwhere(canvas.labels != bare)
            place = np.stack([columns[index[:, 2]], rows[index[:, 1]], planes[index[:, 0]]], axis=1)
            found[name].append(place @ examination.turn().T)
            canvas.labels[:] = bare
    return {name: np.concatenate(places) for name, places in found.items()}


@pytest.mark.parametrize("name", [name for name, _, _ in SEQUELAE])
def test_a_zone_holds_its_imitator(changed: dict[str, np.ndarray], name: str) -> None:
    places = changed[name]
    assert len(places) > 10
    distances = [distance_to(name, place) for place in places[:: max(1, len(places) // 400)]]
    assert np.mean([d is not None and d <= 5.0 for d in distances]) > 0.9


def test_every_imitator_has_a_zone_and_nothing_else_has() -> None:
    assert set(ZONES) == {name for name, _, _ in SEQUELAE}
    assert distance_to("a wish", (0.0, 0.0, 0.0)) is None


def test_distance_to_a_box() -> None:
    (low, high), (front, _), (_, top) = ZONES["mastoid effusion"]
    inside = ((low + high) / 2, front + 1.0, top - 1.0)
    assert distance_to("mastoid effusion", inside) == 0.0
    assert distance_to("mastoid effusion", (-inside[0], inside[1], inside[2])) == 0.0
    assert distance_to("mastoid effusion", (high + 3.0, front - 4.0, top)) == pytest.approx(5.0)
