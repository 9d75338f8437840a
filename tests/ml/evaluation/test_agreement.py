"""Kappa against figures printed by SAS and by Fleiss; agreement on one category against resampling."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml.evaluation.agreement import NO_SPREAD, NOTHING, NOWHERE, ONE_CATEGORY, cohen_kappa, specific_agreement
from ml.evaluation.marks import Ball, distance_to_marks

FLEISS = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
"""Fleiss, Statistical Methods for Rates and Proportions, 2nd edition, Table 13.1: kappa 0.676, standard error 0.088."""
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
"""PROC FREQ as quoted in statsmodels' tests of cohens_kappa: 0.4842, ASE 0.1380, limits 0.2137 and 0.7547."""


def rated(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """Two raters' categories from a table of counts."""
    pairs = [(row, column) for row, line in enumerate(table) for column, count in enumerate(line) for _ in range(count)]
    return [row for row, _ in pairs], [column for _, column in pairs]


@pytest.mark.parametrize(("table", "kappa", "error"), [(FLEISS, 0.6765, 0.0877), (SAS, 0.4842, 0.1380)])
def test_kappa_is_the_published_one(table: list[list[int]], kappa: float, error: float) -> None:
    found = cohen_kappa(*rated(table))
    assert found.low is not None
    assert found.high is not None
    assert (found.value, (found.high - found.low) / 2 / 1.959964) == pytest.approx((kappa, error), abs=5.1e-5)
    assert found.n == sum(map(sum, table))


def test_its_limits_are_those_of_sas() -> None:
    found = cohen_kappa(*rated(SAS))
    assert (found.low, found.high) == pytest.approx((0.2137, 0.7547), abs=5.1e-5)


def test_kappa_says_why_there_is_none() -> None:
    assert cohen_kappa([], []).reason == NOTHING
    alike = cohen_kappa(["a"] * 5, ["a"] * 5)
    assert (alike.value, alike.reason, alike.n) == (None, ONE_CATEGORY, 5)
    with pytest.raises(ValueError, match="expected as many"):
        cohen_kappa(["a"], [])


@pytest.mark.parametrize(("second", "kappa"), [(["a", "b", "a", "b"], 0), (["a", "a", "a", "b"], 0)])
def test_a_standard_error_of_0_makes_no_interval(second: list[str], kappa: float) -> None:
    found = cohen_kappa(["a"] * 4, second)
    assert (found.value, found.low, found.high, found.reason) == (kappa, None, None, NO_SPREAD)
    full = cohen_kappa(["a", "b", "b"], ["a", "b", "b"])
    assert (full.value, full.low, full.reason) == (1, None, NO_SPREAD)


@settings(suppress_health_check=[HealthCheck.too_slow])  # of a busy machine
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40))
def test_kappa_is_symmetric_and_bounded(pairs: list[tuple[str, str]]) -> None:
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    there, back = cohen_kappa(first, second), cohen_kappa(second, first)
    assert (there.value is None) == (back.value is None)
    if there.value is None:
        return
    assert there.value == pytest.approx(back.value)
    assert (there.value == pytest.approx(1)) == (first == second)
    assert (there.low is None) == (back.low is None) == bool(there.reason)
    if there.low is not None and there.high is not None:
        assert (there.low, there.high) == pytest.approx((back.low, back.high))
        assert -1 <= there.low < there.value < there.high <= 1


def test_agreement_on_one_category() -> None:
    first = [True] * 45 + [True] * 7 + [False] * 5 + [False] * 43
    second = [True] * 45 + [False] * 7 + [True] * 5 + [False] * 43
    assert specific_agreement(first, second, True).value == pytest.approx(90 / 102)
    assert specific_agreement(first, second, False).value == pytest.approx(86 / 98)
    assert specific_agreement(["a"], ["a"], "b").reason == NOWHERE
    assert specific_agreement([], [], "b").reason == NOTHING
    everywhere = specific_agreement(["a"] * 3, ["a"] * 3, "a")
    assert (everywhere.value, everywhere.low, everywhere.reason) == (1, None, NO_SPREAD)


def test_its_interval_is_that_of_resampling() -> None:
    """2a / (2a + b + c) over tables drawn from the multinomial."""
    counts = np.array([60, 12, 18, 110])
    drawn = np.random.default_rng(7).multinomial(counts.sum(), counts / counts.sum(), 40_000)
    spread = (2 * drawn[:, 0] / (2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2])).std()
    first, second = [1] * 60 + [1] * 12 + [0] * 18 + [0] * 110, [1] * 60 + [0] * 12 + [1] * 18 + [0] * 110
    found = specific_agreement(first, second, 1)
    assert found.value is not None
    assert found.high is not None
    assert (found.high - found.value) / 1.959964 == pytest.approx(spread, rel=0.02)


@pytest.mark.parametrize(
    ("point", "mm"), [((0, 0, 0), 0), ((3, 4, 0), 0), ((0, 0, 9), 4), ((30, 0, 0), 10), ((43, 4, 0), 5)]
)
def test_distance_is_to_the_nearest_edge(point: tuple[float, float, float], mm: float) -> None:
    assert distance_to_marks(point, [Ball((0, 0, 0), 5), Ball((40, 0, 0), 0)]) == pytest.approx(mm)


def test_marks_that_are_none() -> None:
    with pytest.raises(ValueError, match="radius from 0"):
        Ball((0, 0, 0), -1)
    with pytest.raises(ValueError, match="no mark"):
        distance_to_marks((0, 0, 0), [])
