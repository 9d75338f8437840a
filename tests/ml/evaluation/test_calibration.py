"""Calibration of probabilities against scikit-learn, definitions and material whose calibration is known."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from ml.evaluation.calibration import Binning, brier, calibration_line, nearest, reliability


def cases(seed: int, n: int = 400, steps: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Scores that mean what they say, and labels drawn from them; on a grid of `steps` where ties are wanted."""
    rng = np.random.default_rng(seed)
    scores = rng.beta(0.8, 1.2, n)
    if steps:
        scores = np.round(scores * steps) / steps
    return scores, rng.random(n) < scores


@pytest.mark.parametrize("seed", range(4))
def test_brier_is_that_of_scikit_learn(seed: int) -> None:
    s, y = cases(seed)
    assert brier(s, y).value == pytest.approx(brier_score_loss(y, s), abs=1e-12)


def test_briers_interval_covers_its_truth() -> None:
    """For a score s that means what it says, the expected squared error is the mean of s (1 - s)."""
    truth = 0.8 * 1.2 / (2.0 * 3.0)
    covered = 0
    for seed in range(300):
        found = brier(*cases(seed, 150))
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= truth <= found.high
    assert 0.91 <= covered / 300 <= 0.985


@pytest.mark.parametrize("seed", range(3))
def test_the_curve_of_equal_widths_is_that_of_scikit_learn(seed: int) -> None:
    s, y = cases(seed)
    found = reliability(s, y, 8, Binning.EQUAL_WIDTHS)
    observed, mean = calibration_curve(y, s, n_bins=8, strategy="uniform")
    assert [one.mean_score for one in found.bins] == pytest.approx(list(mean))
    assert [one.observed.value for one in found.bins] == pytest.approx(list(observed))


def test_bins_of_equal_counts_hold_equally_many_and_keep_equal_scores_together() -> None:
    s, y = cases(1, 1000)
    assert [one.observed.n for one in reliability(s, y, 10).bins] == [100] * 10
    s, y = cases(2, 1000, steps=7)
    bins = reliability(s, y, 10).bins
    assert sum(one.observed.n for one in bins) == 1000
    assert all(before.high < after.low for before, after in pairwise(bins))


def test_the_error_by_hand() -> None:
    found = reliability([0.1, 0.3, 0.7, 0.9], [0, 1, 1, 1], 2)
    # Gaps: |0.2 - 0.5| and |0.8 - 1|, half of the cases each.
    assert found.error.value == pytest.approx(0.25)
    assert found.largest == pytest.approx(0.3)
    assert found.error.low is None
    assert "biased" in found.error.reason


def test_slope_and_intercept_are_those_of_scikit_learn() -> None:
    s, y = cases(5)
    s = np.clip(s, 0.01, 0.99)
    logit = np.log(s / (1 - s))[:, None]
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(logit, y)
    found = calibration_line(s, y)
    assert found.slope.value == pytest.approx(float(model.coef_[0, 0]), abs=1e-4)
    # With slope 1 the fitted chances have the labels' mean: that is the score equation.
    assert found.intercept.value is not None
    chance = 1 / (1 + np.exp(-(logit[:, 0] + found.intercept.value)))
    assert chance.mean() == pytest.approx(y.mean(), abs=1e-9)


def test_the_line_finds_a_known_distortion_and_its_interval_covers_it() -> None:
    covered = 0
    for seed in range(200):
        s, y = cases(seed, 300)
        s = np.clip(s, 1e-6, 1 - 1e-6)
        distorted = 1 / (1 + np.exp(-np.log(s / (1 - s)) / 0.6))
        found = calibration_line(distorted, y).slope
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.6 <= found.high
    assert 0.9 <= covered / 200 <= 0.99


@pytest.mark.parametrize(
    ("s", "y", "words"),
    [([0.2, 0.3], [1, 1], "both kinds"), ([0.5] * 4, [0, 1, 0, 1], "all scores are equal"),
     ([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], "separates")],
)  # fmt: skip
def test_a_line_that_cannot_be_fitted_says_so(s: list[float], y: list[int], words: str) -> None:
    slope = calibration_line(s, y).slope
    assert (slope.value, slope.low) == (None, None)
    assert words in slope.reason


def test_scores_at_the_ends_are_moved_and_counted() -> None:
    assert calibration_line([0.0, 0.2, 0.6, 0.4, 1.0], [0, 1, 0, 0, 1]).moved == 2


def test_the_nearest_cases() -> None:
    s, y = np.linspace(0, 1, 1001), np.arange(1001) >= 500
    found = nearest(0.2, s, y, 100)
    assert found is not None
    # 100 and the other one that is as far away.
    assert (found.observed.n, found.observed.count) == (101, 0)
    assert (found.low, found.high) == (pytest.approx(0.15), pytest.approx(0.25))
    few = nearest(0.9, [0.1, 0.8, 0.9], [0, 1, 1])
    assert few is not None
    assert (few.observed.n, few.observed.count) == (3, 2)
    assert nearest(0.5, [], []) is None


@pytest.mark.parametrize("wrong", [[0.1, 1.2], [0.1, float("nan")], [-0.1, 0.2]])
def test_what_is_no_probability_is_refused(wrong: list[float]) -> None:
    for measure in (brier, reliability, calibration_line):
        with pytest.raises(ValueError, match="no probability"):
            measure(wrong, [0, 1])
    with pytest.raises(ValueError, match="one label"):
        brier([0.1], [0, 1])


def test_nothing_is_not_estimable() -> None:
    assert brier([], []).reason == "there are no cases"
    assert brier([0.3], [1]).low is None
    assert reliability([], []).error.value is None


def test_a_web_process_reads_it_without_scipy() -> None:
    code = "import sys, ml.evaluation.calibration; print(*{n.partition('.')[0] for n in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"scipy", "sklearn", "torch"} & set(loaded)
