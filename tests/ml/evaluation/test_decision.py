"""Brier's parts and net benefit: by their definitions, known limits and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.evaluation.brier import brier_parts, spiegelhalter
from ml.evaluation.calibration import Binning, brier
from ml.evaluation.decision import NO_SPREAD, decision_curve, decision_point
from ml.evaluation.diagnostic import diagnostic

CASES = st.lists(st.tuples(st.integers(0, 20).map(lambda k: k / 20), st.booleans()), max_size=40)


@given(CASES, st.integers(1, 12), st.sampled_from(list(Binning)))
def test_the_parts_add_up(cases: list[tuple[float, bool]], bins: int, binning: Binning) -> None:
    s, y = [one for one, _ in cases], [one for _, one in cases]
    found = brier_parts(s, y, bins, binning)
    assert (found.score is None) == bool(found.reason) == (not cases)
    if found.score is None:
        return
    assert found.score == pytest.approx(brier(s, y).value)
    assert found.reliability - found.resolution + found.uncertainty + found.within == pytest.approx(found.score)
    assert min(found.reliability, found.resolution, found.uncertainty) >= 0
    # Exchange of labels and scores.
    turned = brier_parts([1 - one for one in s], [not one for one in y], 1)
    assert turned.score == pytest.approx(found.score)
    assert (found.scaled.value is None) == (len(set(y)) < 2)


def test_each_score_its_own_bin_leaves_nothing_within() -> None:
    rng = np.random.default_rng(1)
    s = rng.integers(0, 10, 300) / 10
    found = brier_parts(s, rng.random(300) < s, 10, Binning.EQUAL_WIDTHS)
    assert found.within == pytest.approx(0, abs=1e-12)
    assert brier_parts(np.full(100, 0.3), np.arange(100) < 30).scaled.value == pytest.approx(0)


def test_spiegelhalters_test_keeps_its_level_and_finds_what_is_off() -> None:
    rng = np.random.default_rng(2)
    s = rng.beta(2, 3, (2000, 200))
    y = rng.random(s.shape) < s
    assert np.mean([spiegelhalter(*one).p < 0.05 for one in zip(s, y, strict=True)]) == pytest.approx(0.05, abs=0.015)
    assert spiegelhalter(s.ravel() ** 3, y.ravel()).p < 1e-6
    assert "nothing to test" in spiegelhalter([0, 1, 0.5], [0, 1, 1]).reason
    assert spiegelhalter([], []).p is None


@given(CASES, st.floats(0.02, 0.9))
def test_net_benefit_is_that_of_its_definition(cases: list[tuple[float, bool]], threshold: float) -> None:
    s, y = np.array([one for one, _ in cases]), np.array([one for _, one in cases], bool)
    point = decision_curve(s, y, [threshold]).points[0]
    assert (point.net_benefit.low is None) == bool(point.net_benefit.reason)
    if len(cases) < 2:
        assert point.net_benefit.value is None
        return
    odds = threshold / (1 - threshold)
    called = s >= threshold
    expected = (called & y).mean() - (called & ~y).mean() * odds
    assert point.net_benefit.value == pytest.approx(expected)
    everybody = y.mean() - (1 - y.mean()) * odds
    assert point.everybody.value == pytest.approx(everybody)
    assert point.spared.value == pytest.approx((expected - everybody) / odds * 100)
    if 1 < y.sum() < len(y) - 1:
        same = decision_curve(s, y, [threshold], prevalence=float(y.mean())).points[0]
        assert same.net_benefit.value == pytest.approx(expected)


def test_at_another_prevalence_it_follows_from_sensitivity_and_specificity() -> None:
    called, y = [1] * 178 + [0] * 19 + [1] * 42 + [0] * 194, [1] * 197 + [0] * 236
    table = diagnostic(called, y)
    point = decision_point(called, y, 0.05, prevalence=0.03)
    se, sp = table.sensitivity.value, table.specificity.value
    assert point.net_benefit.value == pytest.approx(se * 0.03 - (1 - sp) * 0.97 * 0.05 / 0.95)
    assert point.everybody.value == pytest.approx(0.03 - 0.97 * 0.05 / 0.95)
    assert point.spared.value > 0


def test_its_interval_covers() -> None:
    rng = np.random.default_rng(6)
    covered = 0
    for _ in range(500):
        y = rng.random(300) < 0.3
        s = np.clip(0.25 + 0.2 * y + 0.15 * rng.normal(size=300), 0, 1)
        point = decision_curve(s, y, [0.3]).points[0].net_benefit
        # P(s >= 0.3) is that of a normal above 1/3 of a deviation, and above -1 with recurrence.
        truth = 0.3 * 0.8413447 - 0.7 * 0.3694413 * 0.3 / 0.7
        covered += point.low <= truth <= point.high
    assert covered / 500 == pytest.approx(0.95, abs=0.03)


def test_what_cannot_be_weighed() -> None:
    assert "fewer than two" in decision_point([1], [1], 0.1).net_benefit.reason
    assert "two of a kind" in decision_point([1, 1, 0], [1, 0, 0], 0.1, prevalence=0.1).net_benefit.reason
    nobody = decision_point([0, 0, 0], [1, 0, 0], 0.1)
    assert (nobody.net_benefit.value, nobody.net_benefit.reason) == (0, NO_SPREAD)
    for threshold, prevalence in ((0, None), (1, None), (0.1, 0)):
        with pytest.raises(ValueError, match="between 0 and 1"):
            decision_point([1, 0], [1, 0], threshold, prevalence)
    with pytest.raises(ValueError, match="one label"):
        decision_point([1], [1, 0], 0.1)
    curve = decision_curve([], [])
    assert (curve.prevalence, len(curve.points)) == (None, 50)
