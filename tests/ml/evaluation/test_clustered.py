"""Patients with several examinations: against the methods for one, by duplication, and by coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.evaluation.bootstrap import Bootstrap
from ml.evaluation.clustered import (
    ALIKE,
    ONE_PATIENT,
    clustered_diagnostic,
    clustered_difference,
    clustered_proportion,
)
from ml.evaluation.clustered_auc import (
    FEW_PATIENTS,
    NOT_ABOVE,
    ONE_KIND,
    cluster_bootstrap_auc,
    cluster_bootstrap_compare_auc,
    clustered_auc,
    compare_clustered_auc,
)
from ml.evaluation.diagnostic import diagnostic
from ml.evaluation.estimate import Interval, proportion
from ml.evaluation.roc import ALIKE as PLACED_ALIKE
from ml.evaluation.roc import auc, compare_auc

CASES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans(), st.integers(0, 6)), min_size=0, max_size=50)


def cohort(rng: np.random.Generator, patients: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Two scores, labels and patients: 1 to 4 examinations of each, which share the patient's own noise."""
    of = np.repeat(np.arange(patients), rng.integers(1, 5, patients))
    y = rng.random(of.size) < 0.4
    own = rng.normal(size=(2, patients))[:, of]
    a, b = y + 0.8 * own + 0.6 * rng.normal(size=(2, of.size))
    return a, b, y, of


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 8)), max_size=40))
def test_a_proportion_is_never_narrower_than_of_independent_cases(cases: list[tuple[bool, int]]) -> None:
    x, of = [one for one, _ in cases], [one for _, one in cases]
    found = clustered_proportion(x, of)
    assert (found.low is None) == bool(found.reason)
    if found.low is None:
        return
    plain = proportion(sum(x), len(x))
    assert (found.value, found.clusters) == (plain.value, len(set(of)))
    assert found.low <= plain.low + 1e-12
    assert found.high >= plain.high - 1e-12
    # Names of patients and their order are nothing.
    other = clustered_proportion(x[::-1], [f"p{one}" for one in of[::-1]])
    assert (other.low, other.high) == pytest.approx((found.low, found.high))


def test_examinations_told_twice_tell_nothing_new() -> None:
    rng = np.random.default_rng(1)
    x = rng.random(80) < 0.7
    once = proportion(int(x.sum()), 80)
    twice = clustered_proportion(np.repeat(x, 2), np.repeat(np.arange(80), 2))
    assert twice.effect == pytest.approx(2 * 80 / 79)
    assert (twice.low, twice.high) == pytest.approx((once.low, once.high), abs=2e-3)
    a, b, y = rng.normal(size=80) + x, rng.normal(size=80) + x, x
    for found, plain in (
        (clustered_auc(np.repeat(a, 2), np.repeat(y, 2), np.repeat(np.arange(80), 2)), auc(a, y)),
        (clustered_auc(a, y, np.arange(80)), auc(a, y)),
    ):
        assert (found.value, found.standard_error) == pytest.approx((plain.value, plain.standard_error))
    compared = compare_clustered_auc(a, b, y, np.arange(80))
    assert (compared.z, compared.p) == pytest.approx((compare_auc(a, b, y).z, compare_auc(a, b, y).p))


def test_intervals_cover_where_those_of_independent_cases_do_not() -> None:
    """Patients' own chances spread widely: 400 cohorts of 60 patients."""
    rng = np.random.default_rng(5)
    covered, independent, differences = 0, 0, 0
    for _ in range(400):
        of = np.repeat(np.arange(60), 4)
        chance = rng.beta(0.8, 0.4, 60)[of]
        a, b = rng.random((2, 240)) < chance
        found, plain = clustered_proportion(a, of), proportion(int(a.sum()), 240)
        covered += found.low <= 2 / 3 <= found.high
        independent += plain.low <= 2 / 3 <= plain.high
        gap = clustered_difference(a, b, of)
        differences += gap.low <= 0 <= gap.high
    assert covered / 400 == pytest.approx(0.95, abs=0.035)
    assert differences / 400 == pytest.approx(0.95, abs=0.035)
    assert independent / 400 < 0.87


def test_areas_cover() -> None:
    """The difference of two equally good scores, and the area itself: that of two normals 1 apart, deviation 1."""
    rng = np.random.default_rng(7)
    covered, differences = 0, 0
    for _ in range(400):
        a, b, y, of = cohort(rng)
        area, gap = clustered_auc(a, y, of), compare_clustered_auc(a, b, y, of)
        covered += area.low <= 0.76025 <= area.high
        differences += gap.low <= 0 <= gap.high
    assert covered / 400 == pytest.approx(0.95, abs=0.035)
    assert differences / 400 == pytest.approx(0.95, abs=0.035)


def test_the_cluster_bootstrap_agrees() -> None:
    a, b, y, of = cohort(np.random.default_rng(2), 150)
    found, plain = cluster_bootstrap_auc(a, y, of), clustered_auc(a, y, of)
    assert found.standard_error == pytest.approx(plain.standard_error, rel=0.08)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=0.02)
    compared, drawn = compare_clustered_auc(a, b, y, of), cluster_bootstrap_compare_auc(a, b, y, of)
    assert drawn.standard_error == pytest.approx(compared.standard_error, rel=0.08)
    assert cluster_bootstrap_auc(a, y, of) == found


@settings(deadline=None)
@given(CASES)
def test_a_figure_or_a_reason_whatever_the_patients(cases: list[tuple[int, int, bool, int]]) -> None:
    a, b, y, of = ([case[index] for case in cases] for index in range(4))
    few = Bootstrap(50)
    found = (
        clustered_auc(a, y, of),
        cluster_bootstrap_auc(a, y, of, few),
        compare_clustered_auc(a, b, y, of),
        cluster_bootstrap_compare_auc(a, b, y, of, few),
        clustered_difference([one > 4 for one in a], [one > 4 for one in b], of),
    )
    for one in found:
        assert (one.low is None) == bool(one.reason)
        assert one.low is None or one.low <= one.high
    table = clustered_diagnostic([one > 4 for one in a], y, of)
    plain = diagnostic([one > 4 for one in a], y)
    for name in ("sensitivity", "specificity", "accuracy", "positive_predictive_value", "negative_predictive_value"):
        assert getattr(table, name).value == getattr(plain, name).value
    turned = compare_clustered_auc(b, a, y, of)
    if found[2].p is not None:
        assert (turned.value, turned.p) == pytest.approx((-found[2].value, found[2].p))


def test_patients_that_tell_nothing() -> None:
    assert clustered_proportion([1, 0], [1, 1]).reason == ONE_PATIENT
    assert "no case" in clustered_proportion([], []).reason
    all_right = clustered_proportion([1] * 6, [1, 1, 2, 2, 3, 3])
    assert (all_right.effect, all_right.low) == (None, pytest.approx(proportion(3, 3).low))
    assert clustered_difference([1, 0], [1, 0], [1, 2]).reason == ALIKE
    assert clustered_difference([1, 0], [1, 0], [1, 1]).reason == ONE_PATIENT
    assert "no case" in clustered_difference([], [], []).reason
    assert clustered_auc([1, 2, 3], [0, 1, 1], [1, 1, 2]).reason == FEW_PATIENTS
    assert clustered_auc([1, 2, 3, 4], [0, 0, 1, 1], [1, 2, 3, 4]).reason == NOT_ABOVE
    assert cluster_bootstrap_auc([1, 2, 3, 4], [0, 0, 1, 1], [1, 1, 2, 2]).reason == ONE_KIND
    assert compare_clustered_auc([1, 2, 3, 4], [2, 3, 5, 9], [0, 1, 0, 1], [1, 2, 3, 4]).reason == PLACED_ALIKE
    with pytest.raises(ValueError, match="independent cases"):
        clustered_proportion([1, 0], [1, 2], Interval.EXACT)
    for wrong in (lambda: clustered_auc([1, 2], [0, 1], [1]), lambda: cluster_bootstrap_auc([1, 2], [0, 1], [1])):
        with pytest.raises(ValueError, match="one for each"):
            wrong()
    for wrong in (
        lambda: clustered_proportion([1], [1, 2]),
        lambda: clustered_difference([1], [1, 0], [1, 2]),
        lambda: clustered_diagnostic([1], [1, 0], [1, 2]),
    ):
        with pytest.raises(ValueError, match="expected"):
            wrong()
