"""Cutoffs set by hand: what they are worth on the cases they were set on, and on others."""

from fractions import Fraction

import numpy as np
import pytest

from ml.tactic import Cutoffs, choose_cutoffs
from ml.tactic_by_hand import NO_RECURRENCE_FOUND, ONE_PATIENT, again, appraise, cases_of, point_of
from ml.tactic_cases import Resampling

pytestmark = pytest.mark.once
QUICK = Resampling(folds=5, repeats=4)


def cohort(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = rng.random(n) < 0.45
    fused = 1 / (1 + np.exp(-rng.normal(np.where(y, 1.3, -1.3), 1.2)))
    enhanced = 1 / (1 + np.exp(-rng.normal(np.where(y, 1.8, -1.8), 1.2)))
    return fused, y, np.where(rng.random(n) < 0.1, np.nan, enhanced)


def test_on_all_cases_the_operating_point_comes_to_itself() -> None:
    fused, y, enhanced = cohort(400, 1)
    cutoffs = Cutoffs(first=0.51, second=0.24, t1wic=0.5)
    cases = cases_of(fused, y, enhanced, None)
    point = point_of(cases, cutoffs)
    assert point is not None
    found = again(cases, np.arange(y.size), point)
    assert point_of(cases, found) == point
    assert found.second >= cutoffs.second, "the highest second cutoff with the same sensitivity"


def test_apparent_figures_are_counts() -> None:
    fused = [0.9, 0.4, 0.4, 0.1, 0.8, 0.4, 0.3, 0.1]
    truths, enhanced = [1, 1, 1, 1, 0, 0, 0, 0], [0.1, 0.9, None, 0.9, 0.9, 0.2, 0.7, 0.1]
    found = appraise(fused, truths, enhanced, Cutoffs(first=0.5, second=0.3, t1wic=0.5), resampling=QUICK)
    assert (found.apparent.sensitivity.count, found.apparent.specificity.count) == (2, 2)
    assert (found.spared.count, found.missing_t1wic) == (2, 1)


def test_a_patient_s_cases_stay_together() -> None:
    fused, y, enhanced = cohort(60, 3)
    found = appraise(
        fused, y, enhanced, Cutoffs(first=0.5, second=0.3, t1wic=0.5), patients=np.where(y, 0, np.arange(60) + 1)
    )
    assert found.cross_validated.sensitivity.reason == ONE_PATIENT


def test_cross_validation_is_nearer_to_the_truth_than_the_apparent_figures() -> None:
    """Small cohorts whose cutoffs are driven to the calibration's point; 20 000 further cases say what they are worth."""
    apparent, validated, true = [], [], []
    many = cohort(20_000, 99)
    for seed in range(30):
        fused, y, enhanced = cohort(90, seed)
        chosen = choose_cutoffs(fused, y, enhanced).cutoffs
        found = appraise(fused, y, enhanced, chosen, resampling=QUICK)
        elsewhere = appraise(*many, chosen, resampling=Resampling(folds=2, repeats=1)).apparent.sensitivity.value
        apparent.append(found.apparent.sensitivity.value)
        validated.append(found.cross_validated.sensitivity.value)
        true.append(elsewhere)
    flattered, honest = np.mean(apparent) - np.mean(true), np.mean(validated) - np.mean(true)
    assert flattered > 0
    assert abs(honest) < flattered


def test_the_same_twice() -> None:
    case = cohort(120, 5)
    cutoffs = Cutoffs(first=0.6, second=0.2, t1wic=0.5)
    assert appraise(*case, cutoffs, resampling=QUICK) == appraise(*case, cutoffs, resampling=QUICK)


def test_what_is_no_operating_point_says_so() -> None:
    found = appraise([0.1, 0.2, 0.3, 0.4], [1, 1, 0, 0], [None] * 4, Cutoffs(first=1, second=1, t1wic=0.5))
    assert found.cross_validated.sensitivity.value is None
    assert found.cross_validated.sensitivity.reason == NO_RECURRENCE_FOUND


def test_all_above_is_a_point_too() -> None:
    cases = cases_of([0.1, 0.2, 0.3, 0.4], [1, 1, 0, 0], [None] * 4, None)
    point = point_of(cases, Cutoffs(first=0, second=0, t1wic=0.5))
    assert point is not None
    assert (point.specificity, point.sensitivity) == (Fraction(0), Fraction(1))
    assert again(cases, np.arange(4), point).first == 0.1


@pytest.mark.parametrize(
    ("scores", "truths", "words"),
    [([0.5, 0.5], [1, 1], "2 of 2"), ([0.5, 1.5], [1, 0], "from 0 to 1"), ([0.5], [1, 0], "one of each")],
)
def test_refusals(scores: list[float], truths: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        appraise(scores, truths, [None] * len(truths), Cutoffs(first=0.5, second=0.3, t1wic=0.5))
