"""Moved scores: against arithmetic by hand and SciPy, and what must not change the figures."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from ml.evaluation.estimate import proportion
from ml.evaluation.plain import plain
from ml.evaluation.shift import difference_of_means, difference_of_shares, shift

pytestmark = pytest.mark.once
SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_the_index_by_hand() -> None:
    """Two bins about the reference's median 0.5: 2 and 2 there, 0 and 4 here, half a case added to each."""
    found = shift([0.6, 0.7, 0.8, 0.9], [0.1, 0.2, 0.8, 0.9], bins=2)
    p, q = np.array([0.5, 4.5]) / 5, np.array([2.5, 2.5]) / 5
    assert found.index.value == pytest.approx(float(((p - q) * np.log(p / q)).sum()))
    assert found.by_chance == pytest.approx(1 / 4 + 1 / 4)


def test_the_distance_is_scipys() -> None:
    rng = np.random.default_rng(1)
    s, r = rng.random(30), rng.random(50) ** 2
    found, other = shift(s, r).distance, ks_2samp(s, r, method="asymp")
    assert (found.statistic, found.p) == pytest.approx((other.statistic, other.pvalue))


def test_what_the_index_is_by_chance() -> None:
    """Of 400 draws in which nothing moved the mean lies near what is told."""
    rng = np.random.default_rng(7)
    found = [shift(rng.random(200), rng.random(300)) for _ in range(400)]
    assert np.mean([one.index.value for one in found]) == pytest.approx(found[0].by_chance, rel=0.1)


@pytest.mark.parametrize(("s", "r", "words"), [([], [0.5], "no scores"), ([0.5], [], "no reference"), ([], [], "no scores")])
def test_nothing_to_compare(s: Any, r: Any, words: str) -> None:
    found = shift(s, r)
    assert found.index.value is None
    assert words in found.index.reason
    assert found.distance.p is None
    json.dumps(plain(found), allow_nan=False)


def test_all_alike() -> None:
    found = shift([0.5] * 5, [0.5] * 5)
    assert found.index.value == 0
    assert found.distance.p == 1


@settings(max_examples=50, deadline=None)
@given(SCORES, SCORES)
def test_a_rising_scale_changes_nothing_and_none_is_below_0(s: list[float], r: list[float]) -> None:
    scores, reference = (np.round(np.array(one), 6) for one in (s, r))
    one, other = shift(scores, reference), shift(2 * scores + 1, 2 * reference + 1)
    assert one.index.value is not None
    assert one.index.value >= 0
    assert one.distance.statistic == pytest.approx(other.distance.statistic)
    assert (one.distance.p is None) == (len(s) == len(r) == 1)


def test_newcombes_own_example() -> None:
    """56/70 against 48/80: method 10, 0.0524 to 0.3339 (Newcombe 1998, Table II, example a)."""
    found = difference_of_shares(proportion(56, 70), proportion(48, 80))
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 30), st.integers(1, 30))
def test_the_difference_turns_round(a: int, b: int, n: int, m: int) -> None:
    one, other = (proportion(min(a, n), n), proportion(min(b, m), m))
    there, back = difference_of_shares(one, other), difference_of_shares(other, one)
    assert there.low is not None
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))  # type: ignore[operator]
    assert there.low <= (there.value or 0) <= (there.high or 0)


def test_differences_that_are_not_estimable() -> None:
    assert difference_of_shares(proportion(0, 0), proportion(1, 2)).value is None
    assert difference_of_means([0.1], [0.2, 0.3]).value is None
    alike = difference_of_means([0.5, 0.5], [0.25, 0.25])
    assert (alike.value, alike.low) == (0.25, None)
    assert alike.reason


def test_a_difference_of_means_by_hand() -> None:
    found = difference_of_means([1, 2, 3], [1, 1, 4])
    assert found.value == 0
    assert found.high == pytest.approx(1.959964 * np.sqrt(1 / 3 + 3 / 3), rel=1e-6)
