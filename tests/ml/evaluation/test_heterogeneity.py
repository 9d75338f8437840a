"""Does a proportion differ between groups: against SciPy and R's printed answers, and what cannot be tested."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, fisher_exact

from ml.evaluation.heterogeneity import CHI_SQUARED, EXACT, heterogeneity

pytestmark = pytest.mark.once


def test_as_r_says() -> None:
    """R 4.2: prop.test(c(83, 90, 129, 70), c(86, 93, 136, 82)), the smokers of Fleiss 1981."""
    found = heterogeneity([83, 90, 129, 70], [86, 93, 136, 82])
    assert found.statistic == pytest.approx(12.6, abs=0.001)
    assert found.p == pytest.approx(0.005585, abs=5e-7)
    assert found.freedom == (3.0,)


def test_two_small_groups_are_tested_exactly() -> None:
    """The tea taster: R's fisher.test gives 0.4857."""
    found = heterogeneity([3, 1], [4, 4])
    assert (found.method, found.statistic) == (EXACT, None)
    assert found.p == pytest.approx(0.4857, abs=5e-5)


@pytest.mark.parametrize(
    ("counts", "totals", "word"),
    [
        ([], [], "0 group(s)"),
        ([3, 0], [5, 0], "1 group(s)"),
        ([5, 4], [5, 4], "one kind"),
        ([0, 0], [5, 4], "one kind"),
        ([1, 0, 2], [2, 2, 3], "too few cases for 3 groups"),
    ],
)
def test_what_cannot_be_tested_says_why(counts: list[int], totals: list[int], word: str) -> None:
    found = heterogeneity(counts, totals)
    assert (found.p, found.statistic) == (None, None)
    assert word in found.reason


@pytest.mark.parametrize(("counts", "totals"), [([3], [2]), ([-1], [2]), ([1, 2], [3])])
def test_what_is_no_count_is_refused(counts: list[int], totals: list[int]) -> None:
    with pytest.raises(ValueError, match="expected one count from 0 to the total"):
        heterogeneity(counts, totals)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=5))
def test_equals_scipy_whatever_the_order(cells: list[tuple[int, int]]) -> None:
    counts, totals = [a for a, _ in cells], [a + b for a, b in cells]
    found = heterogeneity(counts, totals)
    turned = heterogeneity(counts[::-1], totals[::-1])
    others = heterogeneity([b for _, b in cells], totals)
    assert found.p == pytest.approx(turned.p) == pytest.approx(others.p)
    if found.p is None:
        return
    table = [[a, b] for a, b in cells if a + b]
    expected = chi2_contingency(table, correction=False) if found.method == CHI_SQUARED else fisher_exact(table)
    assert found.p == pytest.approx(float(expected.pvalue), rel=1e-9)
