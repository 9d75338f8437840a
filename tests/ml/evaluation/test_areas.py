"""Areas compared, resampled, in part, and operating points: against R's pROC, definitions and known limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.evaluation.bootstrap import Bootstrap
from ml.evaluation.diagnostic import diagnostic
from ml.evaluation.operating_points import Criterion, operating_point
from ml.evaluation.partial_auc import Focus, Part, compare_partial_auc, partial_auc
from ml.evaluation.placements import Placed
from ml.evaluation.resampled_auc import bootstrap_auc, bootstrap_compare_auc, bootstrap_compare_auc_unpaired
from ml.evaluation.roc import ALIKE, NO_SPREAD, auc, compare_auc, compare_auc_unpaired, compare_each_auc, delong, roc_curve
from tests.ml.evaluation.haemorrhage import MARKERS, markers, proc
from tests.ml.evaluation.test_roc import scores

FEW = Bootstrap(200)
CASES = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=60)


def test_two_samples_as_proc_compares_them() -> None:
    found, (values, poor, male) = proc()["unpaired_delong"], markers()
    s = values["s100b"]
    one, other = (s[male], poor[male]), (s[~male], poor[~male])
    compared = compare_auc_unpaired(one, other)
    assert compared.z == pytest.approx(found["D"], rel=1e-10)
    assert compared.freedom[0] == pytest.approx(found["df"], rel=1e-10)
    assert compared.p == pytest.approx(found["p"], rel=1e-9)
    resampled = bootstrap_compare_auc_unpaired(one, other)
    assert resampled.standard_error == pytest.approx(compared.standard_error, rel=0.06)


def test_every_pair_in_one_pass_is_each_alone() -> None:
    values, poor, _ = markers()
    together = compare_each_auc(values, poor)
    assert list(together) == [("wfns_n", "s100b"), ("wfns_n", "ndka"), ("s100b", "ndka")]
    for (one, other), found in together.items():
        assert found == compare_auc(values[one], values[other], poor)
    areas = delong([values[name] for name in MARKERS], poor)
    assert areas.covariance[0, 1] == pytest.approx(proc()["paired_delong"][0]["cov"], rel=1e-9)


def test_the_paired_bootstrap_is_procs() -> None:
    expected, (values, poor, _) = proc()["paired_bootstrap_10000"], markers()
    found = bootstrap_compare_auc(values["wfns_n"], values["s100b"], poor, Bootstrap(10_000))
    assert found.z == pytest.approx(expected["D"], rel=0.02)
    assert found.p == pytest.approx(expected["p"], rel=0.1)
    assert bootstrap_compare_auc(values["wfns_n"], values["s100b"], poor, Bootstrap(10_000)) == found


@pytest.mark.parametrize("marker", MARKERS)
def test_partial_areas_are_procs(marker: str) -> None:
    expected, (values, poor, _) = proc()["auc"][marker], markers()
    found = partial_auc(values[marker], poor, bootstrap=FEW)
    assert found.value == pytest.approx(expected["pauc_sp_100_90"], abs=1e-14)
    assert found.corrected.value == pytest.approx(expected["pauc_corrected"], abs=1e-14)


@pytest.mark.parametrize(
    ("marker", "sensitive", "inner"),
    [
        ("wfns_n", 0.101095302619693, 0.131481734417344),
        ("s100b", 0.0488211382113821, 0.1094418247515808),
        ("ndka", 0.0280487804878049, 0.0618495934959350),
    ],
)
def test_other_parts_are_procs(marker: str, sensitive: float, inner: float) -> None:
    """pROC 1.18.0: partial.auc = c(1, .8) with focus "se", and c(.95, .73), whose ends lie between the curve's points."""
    values, poor, _ = markers()
    found = partial_auc(values[marker], poor, Part(0.8, 1.0, Focus.SENSITIVITY), FEW)
    assert found.value == pytest.approx(sensitive, abs=1e-14)
    assert partial_auc(values[marker], poor, Part(0.73, 0.95), FEW).value == pytest.approx(inner, abs=1e-14)


def test_the_partial_areas_interval_and_test_are_procs() -> None:
    """10 000 replicates of pROC 1.18.0: 0.01954556 to 0.04945799; D = 0.070338, p = 0.9439."""
    values, poor, _ = markers()
    found = partial_auc(values["s100b"], poor, bootstrap=Bootstrap(10_000))
    assert (found.low, found.high) == pytest.approx((0.01954556, 0.04945799), abs=6e-4)
    compared = compare_partial_auc(values["wfns_n"], values["s100b"], poor, bootstrap=Bootstrap(10_000))
    assert (compared.z, compared.p) == pytest.approx((0.070338, 0.9439), abs=3e-3)


@pytest.mark.parametrize("marker", MARKERS)
def test_operating_points_are_procs(marker: str) -> None:
    values, poor, _ = markers()
    for criterion, key in ((Criterion.YOUDEN, "youden"), (Criterion.CORNER, "closest")):
        expected = proc()["auc"][marker][key][0]
        found = operating_point(values[marker], poor, criterion)
        assert found.midpoint == pytest.approx(expected["threshold"])
        assert found.sensitivity.value == pytest.approx(expected["sensitivity"])
        assert found.specificity.value == pytest.approx(expected["specificity"])
        assert found.ties == 1


def test_calls_at_thresholds_are_procs() -> None:
    """pROC's counts of s100b at thresholds that are scores: a case is called at or above one."""
    values, poor, _ = markers()
    for expected in proc()["sens_at_thresholds_s100b"]:
        found = diagnostic(values["s100b"] >= expected["threshold"], poor)
        counts = (found.true_positive, found.false_positive, found.true_negative, found.false_negative)
        assert counts == tuple(expected[name] for name in ("tp", "fp", "tn", "fn"))
        assert found.positive_predictive_value.value == pytest.approx(expected["ppv"])
        assert found.negative_predictive_value.value == pytest.approx(expected["npv"])
        assert found.accuracy.value == pytest.approx(expected["accuracy"])


@given(CASES)
def test_components_are_those_of_all_pairs(cases: list[tuple[int, bool]]) -> None:
    s, y = np.array([one for one, _ in cases], float), np.array([one for _, one in cases])
    kernel = (s[y][:, None] > s[~y]) + 0.5 * (s[y][:, None] == s[~y])
    if kernel.size:
        positive, negative = Placed.of(s[y], s[~y]).components()
        assert positive == pytest.approx(kernel.mean(axis=1))
        assert negative == pytest.approx(kernel.mean(axis=0))


@given(CASES, st.integers(0, 2**31))
def test_a_reweighted_area_is_that_of_the_drawn_cases(cases: list[tuple[int, bool]], seed: int) -> None:
    s, y = np.array([one for one, _ in cases], float), np.array([one for _, one in cases])
    m, n = int(y.sum()), int((~y).sum())
    if not m or not n:
        return
    ((w, v),) = Bootstrap(3, seed).draws(m, n)
    assert (w.sum(axis=0) == m).all()
    areas = Placed.of(s[y], s[~y]).area(w, v)
    for index in range(3):
        up, down = np.repeat(s[y], w[:, index].astype(int)), np.repeat(s[~y], v[:, index].astype(int))
        drawn = auc(np.concatenate([up, down]), [1] * m + [0] * n)
        assert areas[index] == pytest.approx(drawn.value, abs=1e-12)


@settings(deadline=None)
@given(CASES)
def test_exchange_of_labels_and_scale(cases: list[tuple[int, bool]]) -> None:
    s, y = np.array([one for one, _ in cases], float), np.array([one for _, one in cases])
    found, turned, scaled = auc(s, y), auc(-s, ~y), auc(np.exp(s / 3), y)
    assert (found.value is None) == bool("both kinds" in found.reason)
    assert (found.low is None) == bool(found.reason)
    if found.value is None:
        assert bootstrap_auc(s, y, FEW).reason == found.reason
        assert partial_auc(s, y, bootstrap=FEW).corrected.reason == found.reason
        return
    assert (turned.value, scaled.value) == pytest.approx((found.value, found.value))
    assert auc(s, ~y).value == pytest.approx(1 - found.value)
    if found.low is not None:
        assert (turned.low, turned.high) == pytest.approx((found.low, found.high))
        assert auc(s, y, 0.8).low >= found.low
    # The whole curve as a part is the area; two halves of it make it up.
    whole = partial_auc(s, y, Part(0.0, 1.0), FEW)
    assert whole.value == pytest.approx(found.value)
    halves = [partial_auc(s, y, part, FEW).value for part in (Part(0.0, 0.37), Part(0.37, 1.0))]
    assert sum(halves) == pytest.approx(found.value)
    assert partial_auc(s, y, Part(0.0, 1.0, Focus.SENSITIVITY), FEW).value == pytest.approx(found.value)


@given(CASES)
def test_an_operating_point_lies_on_the_curve(cases: list[tuple[int, bool]]) -> None:
    s, y = np.array([one for one, _ in cases], float), np.array([one for _, one in cases])
    if y.all() or not y.any():
        with pytest.raises(ValueError, match="both kinds"):
            operating_point(s, y)
        return
    found, curve = operating_point(s, y), roc_curve(s, y)
    gains = curve.sensitivity - curve.false_positive_rate
    assert found.index == pytest.approx(max(gains[1:].max(), 0))
    called = s >= found.cutoff
    assert (found.sensitivity.count, found.specificity.count) == (int((called & y).sum()), int((~called & ~y).sum()))


def test_the_bootstrap_agrees_with_delong() -> None:
    s, y = scores(3, 300)
    found, plain = bootstrap_auc(s, y), auc(s, y)
    assert found.standard_error == pytest.approx(plain.standard_error, rel=0.08)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=0.015)


def test_portions_of_a_large_bootstrap_keep_its_numbers() -> None:
    rng = np.random.default_rng(1)
    s, y = rng.normal(size=30_000), rng.random(30_000) < 0.5
    found = bootstrap_auc(s, y, Bootstrap(300))
    assert found.standard_error == pytest.approx(auc(s, y).standard_error, rel=0.15)


def test_what_has_no_variance_says_so() -> None:
    apart = [1, 2, 3, 4], [0, 0, 1, 1]
    assert (auc(*apart).value, auc(*apart).low, auc(*apart).reason) == (1.0, None, NO_SPREAD)
    assert bootstrap_auc(*apart, FEW).reason == NO_SPREAD
    assert compare_auc_unpaired(apart, apart).reason == NO_SPREAD
    assert bootstrap_compare_auc(apart[0], apart[0], apart[1], FEW).reason == ALIKE
    assert compare_auc_unpaired(apart, ([1], [1])).reason
    assert partial_auc(*apart, bootstrap=FEW).low is None
    assert compare_each_auc({"a": [1, 2], "b": [2, 1]}, [1, 1])["a", "b"].value is None
    assert compare_each_auc({}, []) == {}
    below = partial_auc([4, 3, 2, 1], [0, 0, 1, 1], bootstrap=FEW).corrected
    assert (below.value, "below chance" in below.reason) == (None, True)


def test_parts_and_bootstraps_that_are_none() -> None:
    with pytest.raises(ValueError, match="two rising"):
        Part(1.0, 0.9)
    with pytest.raises(ValueError, match="at least 2"):
        Bootstrap(1)
