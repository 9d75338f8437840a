"""A synthetic patient without one imitator: nothing else changes, and the change lies where the imitator is."""

from collections.abc import Iterator

import numpy as np
import pytest

from ml.appraisal.places import distance_to
from ml.appraisal.without import _drawn, generate_without, imitator_mask
from ml.phantom.case import Case, generate_case
from tests.ml.conftest import make_coarse

SEED = 92040030


@pytest.fixture(scope="module", autouse=True)
def _fewer_pixels() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        make_coarse(patch, 160, thick=False)
        yield


@pytest.fixture(scope="module")
def case() -> Case:
    """A negative case with six imitators."""
    return generate_case(SEED, label=0)


def test_only_the_imitators_place_changes(case: Case) -> None:
    without = generate_without(SEED, "internal", 0, "bulky fibrosis")
    assert set(case.truth.imitators) - set(without.truth.imitators) == {"bulky fibrosis"}
    mask = imitator_mask(SEED, "internal", 0, "bulky fibrosis")
    inside = mask.voxels > 0.5
    elsewhere = ~inside.any(axis=(1, 2))
    for role, volume in case.volumes.items():
        np.testing.assert_array_equal(mask.affine, volume.affine)
        change = np.abs(volume.voxels - without.volumes[role].voxels)
        assert change[inside].mean() > 100 * change[elsewhere].mean(), role
    places = mask.to_patient(np.argwhere(inside).astype(float))
    about = places[::50] - case.examination.isocentre
    assert np.mean([distance_to("bulky fibrosis", place) == 0.0 for place in about]) > 0.8


@pytest.mark.parametrize(("cohort", "label"), [("internal", 0), ("external", 1)])
def test_painting_is_the_phantoms_own(cohort: str, label: int) -> None:
    """It is written a second time, with one step that can be taken back: where the phantom's own changes, this fails."""
    drawn, patient = _drawn(SEED, cohort, label, "nothing")  # type: ignore[arg-type]
    axes = drawn.examination.axes()
    draws = [np.random.default_rng(drawn.streams[2]) for _ in range(2)]
    (canvas, names), (other, others) = drawn.patient.paint(axes, draws[0]), patient.paint(axes, draws[1])
    np.testing.assert_array_equal(canvas.labels, other.labels)
    np.testing.assert_array_equal(canvas.recurrence, other.recurrence)
    assert names == others
    assert draws[0].random() == draws[1].random()


def test_what_is_not_there_cannot_be_left_out() -> None:
    with pytest.raises(ValueError, match=r"has no necrosis; expected one of: fibrosis, bulky fibrosis"):
        imitator_mask(SEED, "internal", 0, "necrosis")
