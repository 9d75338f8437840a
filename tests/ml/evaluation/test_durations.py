"""Quantiles and trends against SciPy, which has them from elsewhere, and worked by hand."""

from math import exp

import numpy as np
import pytest
from scipy.stats import kendalltau, quantile_test, theilslopes

from ml.evaluation.durations import ALL_ALIKE, FEW_FOR_LIMITS, FEW_FOR_TREND, NONE, quantile, trend


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("n", [15, 40, 201])
def test_limits_are_scipys(share: float, n: int) -> None:
    x = np.random.default_rng(n).lognormal(size=n)
    found, theirs = quantile(x, share, 0.9), quantile_test(x, p=share).confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))
    assert found.value == pytest.approx(np.quantile(x, share))


def test_six_values_reach_95_percent_and_five_do_not() -> None:
    """2 / 64 lie beyond the extremes of six, 2 / 32 beyond those of five."""
    six, five = quantile([6, 5, 4, 3, 2, 1], 0.5), quantile([5, 4, 3, 2, 1], 0.5)
    assert (six.value, six.low, six.high, six.reason) == (3.5, 1, 6, "")
    assert (five.value, five.low, five.high, five.reason) == (3, None, None, FEW_FOR_LIMITS)
    assert quantile([], 0.5).reason == NONE


def test_the_interval_holds_its_level() -> None:
    rng = np.random.default_rng(7)
    held = [one.low <= 1 <= one.high for one in (quantile(rng.lognormal(size=30), 0.5) for _ in range(2000))]  # type: ignore[operator]
    assert np.mean(held) >= 0.945


@pytest.mark.parametrize("n", [8, 60])
def test_a_trend_is_scipys(n: int) -> None:
    rng = np.random.default_rng(n)
    y = np.exp(rng.normal(size=n) - np.arange(n) / 20)
    found, theirs = trend(y, np.arange(n), over=10), theilslopes(np.log(y), np.arange(n), alpha=0.95)
    assert found.value == pytest.approx(exp(10 * theirs.slope))
    assert (found.low, found.high) == pytest.approx((exp(10 * theirs.low_slope), exp(10 * theirs.high_slope)))
    assert found.p == pytest.approx(kendalltau(y, np.arange(n), method="asymptotic").pvalue)


def test_ties_of_either_are_scipys() -> None:
    y, x = np.array([3, 3, 2, 5, 5, 5, 1, 2, 8]), np.array([1, 2, 2, 3, 4, 4, 5, 6, 6])
    assert trend(y, x).p == pytest.approx(kendalltau(y, x, method="asymptotic").pvalue)


def test_halved_every_ten_places() -> None:
    found = trend([100 * 0.5 ** (place / 10) for place in range(20)], range(20), over=10)
    assert found.value == pytest.approx(0.5)
    assert found.statistic is not None
    assert found.statistic < 0


def test_what_has_no_trend_says_why() -> None:
    assert trend([], []).reason == FEW_FOR_TREND
    assert trend([1, 2, 3], [1, 1, 2]).reason == FEW_FOR_TREND
    alike = trend([4] * 9, range(9))
    assert (alike.value, alike.low, alike.p, alike.reason) == (1, None, None, ALL_ALIKE)
    assert trend([3, 1, 2], range(3)).reason == FEW_FOR_LIMITS


def test_order_of_rows_does_not_matter_and_order_of_places_does() -> None:
    y, x = [3.0, 1.0, 4.0, 1.5, 9.0, 2.0, 6.0, 5.0], list(range(8))
    assert trend(y[::-1], x[::-1]).value == pytest.approx(trend(y, x).value)
    assert trend(y[::-1], x).value == pytest.approx(1 / (trend(y, x).value or 0))


def test_what_is_no_duration_is_refused() -> None:
    for wrong in ([1.0, 0.0, 2.0], [1.0, np.nan, 2.0], [1.0, 2.0]):
        with pytest.raises(ValueError, match="expected"):
            trend(wrong, range(3))
    with pytest.raises(ValueError, match="share"):
        quantile([1.0], 1.0)
