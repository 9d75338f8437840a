"""Areas, intervals and comparisons against R's pROC, the paper's tables and SciPy."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from ml.evaluation.diagnostic import diagnostic, predictive_values
from ml.evaluation.estimate import Interval, proportion
from ml.evaluation.roc import auc, compare_auc, roc_curve
from tests.shared import SHARED, not_here


@pytest.fixture(scope="module")
def shared() -> Path:
    """The oracles' folder."""
    if SHARED is None:
        not_here("shared/oracles is not beside this checkout")
    return SHARED


@pytest.fixture(scope="module")
def haemorrhage(shared: Path) -> dict[str, np.ndarray]:
    """pROC's aSAH data: three markers and the outcome."""
    with (shared / "oracles" / "aSAH.csv").open() as file:
        rows = list(csv.DictReader(file))
    markers = {name: np.array([float(row[name]) for row in rows]) for name in ("wfns_n", "s100b", "ndka")}
    return {**markers, "poor": np.array([row["outcome"] == "Poor" for row in rows])}


def test_areas_are_those_of_proc(shared: Path, haemorrhage: dict[str, np.ndarray]) -> None:
    for name, expected in json.loads((shared / "oracles" / "roc_pROC_1.18.0.json").read_text())["auc"].items():
        found = auc(haemorrhage[name], haemorrhage["poor"])
        assert found.value == pytest.approx(expected["auc"], abs=1e-12)
        assert found.standard_error is not None
        assert found.standard_error**2 == pytest.approx(expected["var_delong"], rel=1e-10)
        assert [found.low, found.high] == pytest.approx(expected["ci_delong"], abs=1e-10)


def test_paired_differences_are_those_of_proc(shared: Path, haemorrhage: dict[str, np.ndarray]) -> None:
    for expected in json.loads((shared / "oracles" / "roc_pROC_1.18.0.json").read_text())["paired_delong"]:
        found = compare_auc(haemorrhage[expected["a"]], haemorrhage[expected["b"]], haemorrhage["poor"])
        assert found.z == pytest.approx(expected["z"], rel=1e-10)
        assert found.p == pytest.approx(expected["p"], rel=1e-10)
        assert [found.low, found.high] == pytest.approx(expected["conf_int"], abs=1e-10)
        assert found.covariance == pytest.approx(expected["cov"], rel=1e-9)


@pytest.mark.parametrize("cohort", ["internal", "external"])
def test_the_papers_own_areas_and_comparisons(shared: Path, cohort: str) -> None:
    with (shared / "paper" / "synthetic_cases.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["cohort"] == cohort]
    expected = json.loads((shared / "paper" / "synthetic_expected.json").read_text())["results"][cohort]
    y = np.array([row["truth"] == "1" for row in rows])
    scores = {name: np.array([float(row[f"score_{name}"]) for row in rows]) for name in ("t1wic", "t1wi", "t2wi", "t1_t2")}
    for index, (name, values) in enumerate(scores.items()):
        found = auc(values, y)
        assert found.value == pytest.approx(expected[name]["auc"], abs=5e-5)
        assert found.standard_error == pytest.approx(expected["delong_se"][index], rel=1e-6)
    against = [compare_auc(scores[name], scores["t1wic"], y).p for name in ("t1wi", "t2wi", "t1_t2")]
    assert against == pytest.approx(expected["delong_p_vs_t1wic"], rel=1e-6)


def test_a_difference_without_variance_says_so() -> None:
    found = compare_auc([0.1, 0.4, 0.6, 0.9], [1, 4, 6, 9], [0, 1, 0, 1])
    assert (found.value, found.z, found.p, found.low) == (0.0, None, None, None)
    assert "no variance" in found.reason
    assert "two of each" in compare_auc([0.1, 0.2, 0.3], [1, 2, 3], [0, 0, 1]).reason


def test_published_intervals(shared: Path) -> None:
    """Every proportion of the paper's Table 1 whose interval reproduces, by the method that reproduces it."""
    methods = {"wald": Interval.WALD, "wilson_cc": Interval.WILSON_CORRECTED, "wilsoncc": Interval.WILSON_CORRECTED}
    checked = 0
    for value in json.loads((shared / "paper" / "published.json").read_text())["values"]:
        counts, method = value["inputs"], methods.get(str(value["method"]))
        if method is None or not value["reproduces"] or "k" not in counts:
            continue
        found = proportion(counts["k"], counts["n"], method)
        assert [100 * found.low, 100 * found.high] == pytest.approx(value["recomputed"], abs=1e-6), value["id"]  # type: ignore[operator]
        checked += 1
    assert checked > 40


@settings(max_examples=200, deadline=None)
@given(n=st.integers(1, 400), share=st.floats(0, 1), level=st.sampled_from([0.8, 0.95, 0.99]))
def test_intervals_are_scipys(n: int, share: float, level: float) -> None:
    count = round(share * n)
    for interval in (Interval.WILSON, Interval.WILSON_CORRECTED, Interval.EXACT):
        expected = binomtest(count, n).proportion_ci(level, method=str(interval))
        found = proportion(count, n, interval, level)
        assert (found.low, found.high) == (pytest.approx(expected.low, abs=1e-9), pytest.approx(expected.high, abs=1e-9))


def test_predictive_values_follow_prevalence() -> None:
    """DOMAIN: at 3 % the positive tier's PPV falls from 83 % to about 15 % (166 of 197, 34 of 236 called)."""
    table = diagnostic([1] * 166 + [0] * 31 + [1] * 34 + [0] * 202, [1] * 197 + [0] * 236, Interval.WALD)
    same = predictive_values(table.sensitivity, table.specificity, 197 / 433)
    assert same.positive.value == pytest.approx(table.positive_predictive_value.value)
    assert same.negative.value == pytest.approx(table.negative_predictive_value.value)
    rare = predictive_values(table.sensitivity, table.specificity, 0.03)
    assert rare.positive.value == pytest.approx(0.153, abs=5e-4)
    assert rare.negative.value == pytest.approx(0.9943, abs=5e-4)


def test_the_interval_of_predictive_values_is_that_of_a_simulation() -> None:
    table = diagnostic([1] * 166 + [0] * 31 + [1] * 34 + [0] * 202, [1] * 197 + [0] * 236)
    rng = np.random.default_rng(3)
    se, sp = rng.binomial(197, 166 / 197, 200_000) / 197, rng.binomial(236, 202 / 236, 200_000) / 236
    positive = se * 0.03 / (se * 0.03 + (1 - sp) * 0.97)
    found = predictive_values(table.sensitivity, table.specificity, 0.03).positive
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(positive, [2.5, 97.5])), abs=0.01)


def test_predictive_values_that_cannot_be_estimated_say_so() -> None:
    perfect = diagnostic([1, 1, 0, 0], [1, 1, 0, 0])
    found = predictive_values(perfect.sensitivity, perfect.specificity, 0.1)
    assert (found.positive.value, found.positive.low) == (1.0, None)
    assert "is 0 or 1" in found.positive.reason
    silent = diagnostic([0, 0], [1, 0])
    assert "nobody" in predictive_values(silent.sensitivity, silent.specificity, 0.1).positive.reason
    healthy = diagnostic([0, 1], [0, 0])
    assert predictive_values(healthy.sensitivity, healthy.specificity, 0.1).negative.value is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        predictive_values(perfect.sensitivity, perfect.specificity, 0.0)


def test_youden_points_of_proc_lie_on_the_curve(shared: Path, haemorrhage: dict[str, np.ndarray]) -> None:
    for name, expected in json.loads((shared / "oracles" / "roc_pROC_1.18.0.json").read_text())["auc"].items():
        curve = roc_curve(haemorrhage[name], haemorrhage["poor"])
        best = int(np.argmax(curve.sensitivity - curve.false_positive_rate))
        assert curve.sensitivity[best] == pytest.approx(expected["youden"][0]["sensitivity"])
        assert 1 - curve.false_positive_rate[best] == pytest.approx(expected["youden"][0]["specificity"])
