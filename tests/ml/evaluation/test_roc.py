"""AUC and its interval against independent figures and definitions."""

import csv
import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.metrics import roc_curve as reference_curve

from ml.evaluation.diagnostic import Interval, diagnostic, proportion
from ml.evaluation.localisation import distance_to_mask, pointing
from ml.evaluation.roc import auc, placements, roc_curve
from tests.shared import SHARED, not_here


def scores(seed: int, n: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Scores with ties, and labels."""
    rng = np.random.default_rng(seed)
    labels = rng.random(n) < 0.4
    return np.round(rng.normal(labels * 0.8, 1.0), 1), labels


@pytest.mark.parametrize("seed", range(5))
def test_auc_is_that_of_scikit_learn(seed: int) -> None:
    s, y = scores(seed)
    assert auc(s, y).value == pytest.approx(roc_auc_score(y, s), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_variance_is_that_of_delongs_definition(seed: int) -> None:
    """Structural components over all pairs, as the 1988 paper defines them."""
    s, y = scores(seed)
    kernel = (s[y][:, None] > s[~y]) + 0.5 * (s[y][:, None] == s[~y])
    positive, negative = kernel.mean(axis=1), kernel.mean(axis=0)
    found = placements(s, y)
    assert np.allclose(found[0], positive)
    assert np.allclose(found[1], negative)
    variance = positive.var(ddof=1) / positive.size + negative.var(ddof=1) / negative.size
    result = auc(s, y)
    assert result.standard_error == pytest.approx(variance**0.5)
    assert result.low is not None
    assert result.high is not None
    assert result.high - result.low == pytest.approx(2 * 1.959964 * variance**0.5, rel=1e-5)


@pytest.mark.parametrize("marker", ["s100b", "ndka", "wfns_n"])
def test_area_and_interval_are_those_of_proc(marker: str) -> None:
    """R pROC 1.18.0 on its aSAH data (113 patients, many ties)."""
    if SHARED is None:
        not_here("pROC's results are not beside this checkout")
    with (SHARED / "oracles" / "aSAH.csv").open() as file:
        rows = list(csv.DictReader(file))
    expected = json.loads((SHARED / "oracles" / "roc_pROC_1.18.0.json").read_text())["auc"][marker]
    found = auc([float(row[marker]) for row in rows], [row["outcome"] == "Poor" for row in rows])
    assert found.value == pytest.approx(expected["auc"], abs=1e-12)
    assert found.standard_error**2 == pytest.approx(expected["var_delong"], abs=1e-12)
    assert [found.low, found.high] == pytest.approx(expected["ci_delong"], abs=1e-9)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Two normal distributions one deviation apart: the area is Phi(1 / sqrt 2) = 0.7602."""
    rng = np.random.default_rng(9)
    covered = 0
    for _ in range(400):
        found = auc(np.concatenate([rng.normal(1, 1, 60), rng.normal(0, 1, 60)]), [1] * 60 + [0] * 60)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.76025 <= found.high
    assert 0.915 <= covered / 400 <= 0.985


def test_curve_is_that_of_scikit_learn() -> None:
    s, y = scores(4)
    curve = roc_curve(s, y)
    rate, found, _ = reference_curve(y, s, drop_intermediate=False)
    assert np.allclose(curve.false_positive_rate, rate)
    assert np.allclose(curve.sensitivity, found)


def test_perfect_and_single_cases() -> None:
    assert auc([1, 2, 3, 4], [0, 0, 1, 1]).value == 1.0
    alone = auc([1, 2, 3], [0, 0, 1])
    assert (alone.value, alone.low, alone.high, alone.standard_error) == (1.0, None, None, None)
    assert "two of each" in alone.reason
    assert (auc([1, 2], [1, 1]).value, auc([1, 2], [1, 1]).low) == (None, None)
    assert "needs both kinds" in auc([1, 2], [1, 1]).reason


@pytest.mark.parametrize(
    ("s", "y", "words"),
    [([1.0, 2.0], [1, 1], "both kinds"), ([1.0], [1, 0], "one label"), ([1.0, np.nan], [1, 0], "not finite")],
)
def test_what_cannot_be_computed_is_refused(s: list[float], y: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        roc_curve(s, y)


def test_intervals_of_a_proportion() -> None:
    """81 of 263: Wilson 0.2553-0.3662, corrected 0.2535-0.3682 (Newcombe, Stat Med 1998;17:857-872, table I)."""
    plain, corrected = proportion(81, 263, Interval.WILSON), proportion(81, 263, Interval.WILSON_CORRECTED)
    assert (plain.low, plain.high) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))
    assert (corrected.low, corrected.high) == (pytest.approx(0.2535, abs=5e-5), pytest.approx(0.3682, abs=5e-5))
    assert proportion(0, 0).value is None


def test_fourfold_table() -> None:
    table = diagnostic([1, 1, 0, 0, 1], [1, 0, 1, 0, 1])
    assert (table.true_positive, table.false_negative, table.false_positive, table.true_negative) == (2, 1, 1, 1)
    assert table.sensitivity.value == pytest.approx(2 / 3)
    assert table.accuracy.value == pytest.approx(3 / 5)


def test_pointing_counts_hits_against_chance() -> None:
    mask = np.zeros((4, 10, 10), bool)
    mask[1, 4:6, 4:6] = True
    affine = np.array([[0, 0, 2.0, 0], [0, 2.0, 0, 0], [5.0, 0, 0, 0], [0, 0, 0, 1]])
    assert distance_to_mask((8.0, 8.0, 5.0), mask, affine) == 0.0
    assert distance_to_mask((8.0, 8.0, 15.0), mask, affine) == pytest.approx(10.0)
    result = pointing([0.0, 4.0, 30.0, None], [0.01, 0.01, 0.02, 0.02])
    assert (result.hits, result.within_10_mm, result.without_peak) == (1, 2, 1)
    assert result.ratio == pytest.approx(0.25 / 0.015)
