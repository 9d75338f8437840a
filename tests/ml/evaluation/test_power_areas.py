"""Planning of areas as R's pROC plans them."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.evaluation.power_areas import TOO_FEW, binormal_area_variance, one_area, pilot_areas
from tests.ml.evaluation.haemorrhage import MARKERS, markers, proc


def test_one_area_is_procs() -> None:
    expected = proc()["power"]
    found = one_area(0.8, 72 / 41, positives=41)
    assert found.power == pytest.approx(expected["one"]["power"], abs=1e-12)
    assert (found.positives, found.negatives) == (41, 72)
    # A level of 0.01 and a power of 0.95: 28.2 of each kind, so 29; 28 do not reach it.
    needed = one_area(0.8, power=0.95, alpha=0.01)
    assert needed.positives == ceil(expected["ss"]["ncases"])
    assert one_area(0.8, positives=28, alpha=0.01).power < 0.95 <= needed.power


def test_two_areas_of_a_pilot_are_procs() -> None:
    values, poor, _ = markers()
    found = pilot_areas(values["ndka"], values["wfns_n"], poor, positives=41)
    assert found.power == pytest.approx(proc()["power"]["two"]["power"], abs=1e-12)
    assert (found.positives, found.negatives) == (41, 72)
    more = pilot_areas(values["ndka"], values["wfns_n"], poor, power=0.9)
    assert more.positives > 41


@pytest.mark.parametrize("marker", MARKERS)
def test_the_binormal_variance_is_procs(marker: str) -> None:
    values, poor, _ = markers()
    found = binormal_area_variance(values[marker], poor)
    assert found.value == pytest.approx(proc()["auc"][marker]["var_obuchowski"], rel=1e-10)


@given(st.floats(0.55, 0.95), st.integers(2, 400), st.floats(0.2, 5))
def test_power_grows_with_cases(area: float, positives: int, ratio: float) -> None:
    here = one_area(area, ratio, positives=positives).power
    assert one_area(area, ratio, positives=positives + 10).power >= here
    if here > 0.5:
        assert one_area(area + 0.02, ratio, positives=positives).power >= here
        assert one_area(area, 2 * ratio, positives=positives).power >= here


def test_pilots_that_plan_nothing() -> None:
    assert "two cases of each" in pilot_areas([1, 2], [2, 1], [0, 1], positives=20).reason
    assert "do not differ" in pilot_areas([1, 2, 3, 4], [1, 2, 3, 4], [0, 1, 0, 1], power=0.8).reason
    assert binormal_area_variance([1, 2, 3, 4], [0, 0, 1, 1]).reason == TOO_FEW
    for area, ratio in ((0.5, 1), (1, 1), (0.8, 0)):
        with pytest.raises(ValueError, match="expected"):
            one_area(area, ratio, positives=10)
