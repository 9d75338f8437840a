"""Intraclass correlation and Bland-Altman: against R's psych, printed examples, definitions and coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress

from ml.evaluation.bland_altman import (
    FEW_FOR_LINE,
    MEANS_ALIKE,
    NO_SPREAD,
    ON_A_LINE,
    TOO_FEW,
    bland_altman,
    repeatability,
)
from ml.evaluation.intraclass import CASES_ALIKE, CONSTANT, PERFECT, Form, icc

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
"""Peak flow by two meters: Bland and Altman, Lancet 1986;i:307-310, table 1."""
TABLES = st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=0, max_size=12)


@pytest.mark.parametrize(
    ("form", "average", "value", "low", "high"),
    [
        (Form.ONE_WAY, False, 0.165742, -0.132932, 0.722560),
        (Form.AGREEMENT, False, 0.289764, 0.018791, 0.761084),
        (Form.CONSISTENCY, False, 0.714841, 0.342463, 0.945858),
        (Form.ONE_WAY, True, 0.442797, -0.884438, 0.912415),
        (Form.AGREEMENT, True, 0.620051, 0.071139, 0.927232),
        (Form.CONSISTENCY, True, 0.909316, 0.675675, 0.985892),
    ],
)
def test_forms_are_those_of_psych(form: Form, average: bool, value: float, low: float, high: float) -> None:
    """R psych, ICC(lmer = FALSE), on Shrout and Fleiss' table, whose own figures are .17 .29 .71 .44 .62 .91."""
    found = icc(SHROUT_FLEISS, form, average)
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=6e-6)
    assert found.statistic == pytest.approx(1.794678 if form is Form.ONE_WAY else 11.027248, abs=5e-7)
    assert found.p == pytest.approx(0.164769 if form is Form.ONE_WAY else 0.000134567, rel=1e-5)


@given(TABLES, st.sampled_from(list(Form)), st.booleans())
def test_exchange_of_raters_and_scale(table: list[list[int]], form: Form, average: bool) -> None:
    x = np.array(table, float).reshape(-1, 3)
    found = icc(x, form, average)
    assert (found.low is None) == bool(found.reason)
    for other in (x[:, [2, 0, 1]], 7 * x + 100, -x):
        again = icc(other, form, average)
        assert again.reason == found.reason
        if found.value is not None:
            assert again.value == pytest.approx(found.value, abs=1e-9)
    if found.low is not None:
        assert found.low <= found.value + 1e-9
        assert found.value <= found.high + 1e-9
        assert icc(x, form, average, 0.5).low >= found.low - 1e-9


def test_known_limits_of_correlation() -> None:
    ladder = [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]
    assert (icc(ladder).value, icc(ladder).reason) == (1.0, PERFECT)
    shifted = icc([[1, 3], [2, 4], [3, 5]], Form.CONSISTENCY)
    assert (shifted.value, shifted.reason) == (1.0, PERFECT)
    assert 0 < icc([[1, 3], [2, 4], [3, 5]], Form.AGREEMENT).value < 1
    assert icc([[4, 4], [4, 4]]).reason == CONSTANT
    assert icc([[1, 2], [2, 1]], Form.CONSISTENCY, average=True).reason == CASES_ALIKE
    assert icc([[1, 2], [2, 1]], Form.CONSISTENCY).reason == CASES_ALIKE
    for few in ([], [[1, 2]], [[1], [2]]):
        assert "two cases" in icc(few).reason
    assert icc([[1, 2], [2, 2], [np.nan, 3], [4, 5]]).left_out == 1
    with pytest.raises(ValueError, match="cases by raters"):
        icc([1, 2, 3])


def test_the_interval_of_agreement_covers() -> None:
    """A variance of 1 between cases, 0.3 between raters, 0.7 left: 0.5. Random raters, 400 studies."""
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        x = rng.normal(size=(40, 1)) + 0.3**0.5 * rng.normal(size=(1, 6)) + 0.7**0.5 * rng.normal(size=(40, 6))
        found = icc(x)
        covered += found.low <= 0.5 <= found.high
    assert 0.915 <= covered / 400 <= 0.985


def test_bias_and_deviation_as_printed() -> None:
    """Bland and Altman 1986: -2.1, standard deviation 38.8, interval of the bias -22.0 to 17.8."""
    found = bland_altman(WRIGHT, MINI)
    assert (found.bias.value, found.deviation) == pytest.approx((-2.1, 38.8), abs=0.05)
    assert (found.bias.low, found.bias.high) == pytest.approx((-22.0, 17.8), abs=0.1)
    assert (found.lower.value, found.upper.value) == pytest.approx(
        (-2.118 - 1.96 * 38.765, -2.118 + 1.96 * 38.765), abs=0.01
    )
    assert found.lower.low < found.lower.value < found.lower.high < found.bias.value


def test_a_bias_that_grows_is_scipys_line() -> None:
    rng = np.random.default_rng(4)
    truth = rng.uniform(10, 50, 60)
    a, b = 1.1 * truth + rng.normal(size=60), truth + rng.normal(size=60)
    line, found = linregress((a + b) / 2, a - b), bland_altman(a, b)
    assert (found.slope.value, found.slope.standard_error) == pytest.approx((line.slope, line.stderr))
    assert found.slope.p == pytest.approx(line.pvalue, rel=1e-6)
    assert found.intercept.value == pytest.approx(line.intercept)
    assert (found.intercept.high - found.intercept.value) == pytest.approx(line.intercept_stderr * 2.0017, rel=1e-4)


def test_the_limits_intervals_cover() -> None:
    rng = np.random.default_rng(5)
    draws = [bland_altman(rng.normal(size=50), np.zeros(50)) for _ in range(600)]
    assert np.mean([one.upper.low <= 1.959964 <= one.upper.high for one in draws]) == pytest.approx(0.95, abs=0.03)
    twice = [repeatability(rng.normal(size=30), rng.normal(size=30)) for _ in range(600)]
    assert np.mean([one.within.low <= 1 <= one.within.high for one in twice]) == pytest.approx(0.95, abs=0.03)
    assert twice[0].coefficient.value == pytest.approx(2.7718 * twice[0].within.value, rel=1e-4)


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), max_size=15))
def test_exchange_of_measurements(pairs: list[tuple[int, int]]) -> None:
    a, b = [one for one, _ in pairs], [other for _, other in pairs]
    found, back = bland_altman(a, b), bland_altman(b, a)
    for one, other in ((found.bias, back.bias), (found.slope, back.slope)):
        assert (one.low is None) == bool(one.reason)
        assert one.reason == other.reason
        if one.value is not None:
            assert one.value == pytest.approx(-other.value, abs=1e-9)
    if found.lower.low is not None:
        assert found.lower.low == pytest.approx(-back.upper.high)
    assert repeatability(a, b) == repeatability(b, a)


def test_measurements_that_tell_nothing() -> None:
    assert bland_altman([], []).bias.reason == TOO_FEW
    assert bland_altman([1], [2]).lower.reason == TOO_FEW
    alike = bland_altman([1, 2, 3], [2, 3, 4])
    assert (alike.bias.value, alike.bias.reason, alike.upper.reason) == (-1, NO_SPREAD, NO_SPREAD)
    assert alike.slope.reason == ON_A_LINE
    assert bland_altman([1, 2], [2, 1]).slope.reason == FEW_FOR_LINE
    assert bland_altman([1, 2, 3], [3, 2, 1]).slope.reason == MEANS_ALIKE
    assert bland_altman([1, np.nan, 3, 5], [1, 2, 3, 4]).left_out == 1
    assert repeatability([], []).within.reason == TOO_FEW
    assert repeatability([1, 2], [1, 2]).coefficient.reason == NO_SPREAD
    with pytest.raises(ValueError, match="every case"):
        bland_altman([1], [1, 2])
