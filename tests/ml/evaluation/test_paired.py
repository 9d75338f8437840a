"""McNemar, Tango and Kosinski against printed examples, the paper's own comparisons, definitions and simulation."""

import json
from math import log

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest, norm

from ml.evaluation.multiplicity import bonferroni, holm
from ml.evaluation.paired import (
    NO_CASES,
    NO_DISCORDANT,
    McNemar,
    PairedTable,
    mcnemar,
    non_inferiority,
    paired_difference,
    paired_table,
    tango_score,
)
from ml.evaluation.paired_predictive import compare_predictive_values
from tests.shared import SHARED, not_here

AIRWAYS = PairedTable(1, 1, 7, 12)
"""Bentur et al., as in Fagerland, Lydersen and Laake (2013, and Stat Med 2014;33:2850-2875): 21 children."""
TABLES = st.builds(PairedTable, *[st.integers(0, 40)] * 4)


def test_the_three_tests_as_printed() -> None:
    """Fagerland et al. 2013, Table 6: asymptotic 0.034, exact 0.070, mid-p 0.039."""
    assert mcnemar(AIRWAYS).p == pytest.approx(0.034, abs=5e-4)
    assert mcnemar(AIRWAYS, McNemar.EXACT).p == pytest.approx(0.070, abs=5e-4)
    assert mcnemar(AIRWAYS, McNemar.MID_P).p == pytest.approx(0.039, abs=5e-4)


def test_the_score_interval_as_printed() -> None:
    """Fagerland et al. 2014: -0.517 to -0.026."""
    found = paired_difference(AIRWAYS)
    assert (found.value, found.low, found.high) == pytest.approx((-6 / 21, -0.517, -0.026), abs=5e-4)


def test_non_inferiority_as_printed() -> None:
    """Tango 1998, example 1: 43 both, one only by the standard, margin 0.1: Z = 1.709, p = 0.044."""
    found = non_inferiority(PairedTable(43, 0, 1, 0), 0.1, alpha=0.05)
    assert (found.statistic, found.p) == pytest.approx((1.709, 0.044), abs=5e-4)
    assert found.shown
    assert not non_inferiority(PairedTable(43, 0, 1, 0), 0.1).shown


def test_differences_between_the_papers_rules() -> None:
    """published.json's score intervals, recomputed by a program that is not this one; there b is the second's."""
    if SHARED is None:
        not_here("shared/paper is not beside this checkout")
    values = json.loads((SHARED / "paper" / "published.json").read_text())["values"]
    tango = [value for value in values if "Tango" in str(value["method"])]
    for value in tango:
        b, c, n = (value["inputs"][name] for name in ("b", "c", "n"))
        table = PairedTable(n - b - c, c, b, 0)
        for level, key in ((0.95, "ci95"), (0.9, "ci90")):
            found = paired_difference(table, level)
            assert [found.low, found.high] == pytest.approx(value["recomputed"][key], abs=1e-6), value["id"]
    assert len(tango) == 10


@given(b=st.integers(0, 60), c=st.integers(0, 60))
def test_the_exact_test_is_scipys(b: int, c: int) -> None:
    assume(b + c)
    found = mcnemar(PairedTable(3, b, c, 4), McNemar.EXACT)
    assert found.p == pytest.approx(binomtest(b, b + c).pvalue, rel=1e-9)
    middle = mcnemar(PairedTable(3, b, c, 4), McNemar.MID_P)
    assert 0 < middle.p < found.p
    assert mcnemar(PairedTable(3, c, b, 4), McNemar.MID_P).p == middle.p


def test_thousands_of_discordant_pairs() -> None:
    assert mcnemar(PairedTable(0, 5000, 5200, 0), McNemar.MID_P).p == pytest.approx(
        mcnemar(PairedTable(0, 5000, 5200, 0)).p, abs=1e-3
    )


def likeliest(table: PairedTable, difference: float) -> float:
    """The constrained maximum by search: the share on which only the second is right."""
    b, c, rest = table.first_only, table.second_only, table.both + table.neither

    def against(q: float) -> float:
        parts = ((b, q + difference), (c, q), (rest, 1 - difference - 2 * q))
        return -sum(count * log(max(share, 1e-300)) for count, share in parts if count)

    low, high = max(0.0, -difference), (1 - difference) / 2
    return float(minimize_scalar(against, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x)


@given(table=TABLES, difference=st.floats(-0.9, 0.9))
def test_the_score_is_that_of_its_definition(table: PairedTable, difference: float) -> None:
    assume(table.n)
    score = tango_score(table, difference)
    q = likeliest(table, difference)
    variance = table.n * (2 * q + difference - difference**2)
    if score is None:
        assert variance < 1e-4
    elif variance > 1e-3:
        assert score == pytest.approx((table.n * (table.difference - difference)) / variance**0.5, rel=1e-3, abs=1e-3)


@given(table=TABLES)
def test_exchange_of_readers_turns_the_interval(table: PairedTable) -> None:
    found = paired_difference(table)
    back = paired_difference(PairedTable(table.both, table.second_only, table.first_only, table.neither))
    if table.n == 0:
        assert (found.value, found.reason) == (None, NO_CASES)
        return
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low), abs=1e-9)
    assert -1 <= found.low <= found.value <= found.high <= 1
    wider = paired_difference(table, 0.99)
    assert wider.low <= found.low + 1e-12
    assert wider.high >= found.high - 1e-12
    # Interval and test agree, but for its own variance at no difference, which is the test's.
    if found.p is not None and abs(found.p - 0.05) > 1e-6:
        assert (found.p < 0.05) == (not found.low <= 0 <= found.high)


@given(table=TABLES, margin=st.floats(0.01, 0.5))
def test_non_inferior_just_where_the_interval_says_so(table: PairedTable, margin: float) -> None:
    found = non_inferiority(table, margin)
    assert (found.p is None) == bool(found.reason)
    if found.p is not None and abs(found.low + margin) > 1e-9:
        assert found.shown == (found.low > -margin)
        assert found.p == pytest.approx(norm.sf(found.statistic))


def test_without_a_discordant_pair() -> None:
    alike = PairedTable(5, 0, 0, 2)
    assert (mcnemar(alike).statistic, mcnemar(alike).p, mcnemar(alike).reason) == (None, None, NO_DISCORDANT)
    assert mcnemar(alike, McNemar.EXACT).p == 1
    assert mcnemar(alike, McNemar.MID_P).reason == NO_DISCORDANT
    found = paired_difference(alike)
    assert found.value == 0
    assert found.low == pytest.approx(-found.high)
    assert found.low == pytest.approx(-(1.959964**2) / (7 + 1.959964**2), rel=1e-6)
    assert mcnemar(PairedTable(0, 0, 0, 0), McNemar.EXACT).reason == NO_CASES


def test_a_table_from_calls() -> None:
    assert paired_table([1, 1, 0, 0], [1, 0, 1, 0]) == PairedTable(1, 1, 1, 1)
    with pytest.raises(ValueError, match="every case"):
        paired_table([1], [1, 0])
    with pytest.raises(ValueError, match="below 0"):
        PairedTable(1, -1, 0, 0)
    with pytest.raises(ValueError, match="expected 0 to 1"):
        non_inferiority(AIRWAYS, 0)


def test_the_share_of_false_alarms_of_kosinskis_test_is_its_level() -> None:
    """Two judges, equal PPV and NPV, half their errors shared: 5 % of 4000 studies."""
    rng = np.random.default_rng(5)
    n, studies = 300, 4000
    y = rng.random((studies, n)) < 0.4
    noise = rng.normal(size=(studies, n))
    a, b = (y + 0.6 * noise + 0.6 * rng.normal(size=(studies, n)) > 0.5 for _ in range(2))
    found = [compare_predictive_values(one, other, truth) for one, other, truth in zip(a, b, y, strict=True)]
    for kind in ("positive", "negative"):
        assert np.mean([getattr(one, kind).p < 0.05 for one in found]) == pytest.approx(0.05, abs=0.01)
        covered = [getattr(one, kind).low <= 0 <= getattr(one, kind).high for one in found]
        assert np.mean(covered) == pytest.approx(0.95, abs=0.01)


def test_kosinskis_statistic_is_that_of_dtcompair() -> None:
    """R DTComPair 1.2.6, pv.wgs on its Paired1 (Weiner et al.): chi-square of PPV 5.46588744642, of NPV 16.5354041432."""
    first = [1, 1, 0, 0] * 2
    second = [1, 0, 1, 0] * 2
    counts = [319, 78, 22, 32, 31, 53, 22, 155]
    a, b, y = (np.repeat(values, counts) for values in (first, second, [1] * 4 + [0] * 4))
    found = compare_predictive_values(a, b, y)
    assert found.positive.statistic**2 == pytest.approx(5.46588744642, rel=1e-11)
    assert found.negative.statistic**2 == pytest.approx(16.5354041432, rel=1e-11)
    assert found.positive.p == pytest.approx(0.0193912041447, rel=1e-10)
    assert found.negative.p == pytest.approx(4.77501160068e-05, rel=1e-10)
    assert found.negative.value == pytest.approx(0.766233766234 - 0.654088050314, abs=1e-11)
    assert mcnemar(paired_table(a[y == 1], b[y == 1])).statistic ** 2 == pytest.approx(31.36)


def test_where_calls_never_meet_kosinskis_test_is_the_ordinary_one() -> None:
    a, b = np.repeat([1, 0], [50, 70]), np.repeat([0, 1], [50, 70])
    y = np.concatenate([np.repeat([1, 0], [40, 10]), np.repeat([1, 0], [45, 25])])
    pooled = 85 / 120
    expected = (40 / 50 - 45 / 70) / (pooled * (1 - pooled) * (1 / 50 + 1 / 70)) ** 0.5
    assert compare_predictive_values(a, b, y).positive.statistic == pytest.approx(expected)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=40))
def test_predictive_values_of_exchanged_judges(cases: list[tuple[bool, bool, bool]]) -> None:
    a, b, y = ([case[index] for case in cases] for index in range(3))
    there, back = compare_predictive_values(a, b, y), compare_predictive_values(b, a, y)
    for kind in ("positive", "negative"):
        one, other = getattr(there, kind), getattr(back, kind)
        assert (one.value is None) == (other.value is None)
        assert bool(one.reason) == (one.low is None or one.p is None)
        if one.p is not None:
            assert (one.statistic, one.p) == pytest.approx((-other.statistic, other.p))
    # Exchange of labels and calls: PPV and NPV change places.
    turned = compare_predictive_values([not one for one in a], [not one for one in b], [not one for one in y])
    assert turned.positive == there.negative


def test_adjusted_as_r_does() -> None:
    """p.adjust(c(0.01, 0.02, 0.03, 0.04)) of R 4.2."""
    ps = [0.04, 0.01, 0.03, 0.02]
    assert [one.adjusted for one in bonferroni(ps)] == pytest.approx([0.16, 0.04, 0.12, 0.08])
    assert [one.adjusted for one in holm(ps)] == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert [one.rejected for one in holm(ps)] == [False, True, False, False]


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=8))
def test_holm_is_never_weaker_than_bonferroni(ps: list[float | None]) -> None:
    for strict, step in zip(bonferroni(ps), holm(ps), strict=True):
        assert (strict.adjusted is None) == (step.adjusted is None) == bool(step.reason)
        if strict.adjusted is not None:
            assert step.p <= step.adjusted <= strict.adjusted
        assert strict.rejected <= step.rejected


def test_a_p_that_is_none() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        holm([1.2])
