"""The LROC area: its definition, its limits, resampling, and exchange."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.evaluation.lroc import NO_SPREAD, compare_lroc_areas, located_share, lroc_area, lroc_curve
from ml.evaluation.roc import ALIKE, auc, compare_auc

CASES = st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.booleans()), max_size=50)


def columns(cases: list[tuple[int, bool, bool]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    s, y, hit = (np.array([case[index] for case in cases]) for index in range(3))
    return s.astype(float), y.astype(bool), hit.astype(bool)


@settings(deadline=None)  # of a busy machine
@given(CASES)
def test_the_area_is_that_of_its_definition(cases: list[tuple[int, bool, bool]]) -> None:
    s, y, hit = columns(cases)
    found = lroc_area(s, y, hit)
    assert (found.low is None) == bool(found.reason)
    if y.all() or not y.any():
        assert (found.value, "both kinds" in found.reason) == (None, True)
        return
    kernel = hit[y][:, None] * ((s[y][:, None] > s[~y]) + 0.5 * (s[y][:, None] == s[~y]))
    assert found.value == pytest.approx(kernel.mean())
    if found.standard_error is not None:
        m, n = kernel.shape
        variance = kernel.mean(axis=1).var(ddof=1) / m + kernel.mean(axis=0).var(ddof=1) / n
        assert found.standard_error**2 == pytest.approx(variance, abs=1e-15)
    # Marks that all hit make it the ROC area; none that hit make it 0; the order of scores is all that counts.
    assert lroc_area(s, y, np.ones_like(hit)).value == pytest.approx(auc(s, y).value)
    assert lroc_area(s, y, np.zeros_like(hit)).value == 0
    assert lroc_area(3 * s + 1, y, hit).value == pytest.approx(found.value)
    assert found.value <= auc(s, y).value


@given(CASES, st.integers(0, 1000))
def test_exchange_of_readers(cases: list[tuple[int, bool, bool]], seed: int) -> None:
    s, y, hit = columns(cases)
    rng = np.random.default_rng(seed)
    other, also = rng.permutation(s), rng.random(s.size) < 0.5
    there, back = compare_lroc_areas((s, hit), (other, also), y), compare_lroc_areas((other, also), (s, hit), y)
    assert bool(there.reason) == (there.p is None)
    if there.value is not None:
        assert there.value == pytest.approx(-back.value)
        assert there.value == pytest.approx(lroc_area(s, y, hit).value - lroc_area(other, y, also).value)
    assert compare_lroc_areas((s, hit), (s, hit), y).reason in (ALIKE, there.reason)


def study(rng: np.random.Generator, n: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y = np.arange(n) < n // 2
    s = rng.normal(size=n) + 1.2 * y
    return s, y, rng.random(n) < 1 / (1 + np.exp(-s))


def test_its_interval_covers() -> None:
    rng = np.random.default_rng(8)
    truth = lroc_area(*study(rng, 40_000)).value
    draws = [lroc_area(*study(rng)) for _ in range(500)]
    assert np.mean([one.low <= truth <= one.high for one in draws]) == pytest.approx(0.95, abs=0.03)


def test_where_all_marks_hit_the_comparison_is_delongs() -> None:
    rng = np.random.default_rng(3)
    s, y, _ = study(rng)
    other, hit = s + rng.normal(size=s.size), np.ones(s.size, bool)
    found, plain = compare_lroc_areas((s, hit), (other, hit), y), compare_auc(s, other, y)
    assert (found.z, found.p) == pytest.approx((plain.z, plain.p))
    assert "LROC" in found.method


def test_the_curve_ends_at_the_share_of_marks_that_hit() -> None:
    s, y, hit = study(np.random.default_rng(4))
    curve = lroc_curve(s, y, hit)
    assert (curve.false_positive_rate[0], curve.located[0]) == (0, 0)
    assert curve.located[-1] == pytest.approx(hit[y].mean())
    assert located_share(hit[y].tolist()).value == pytest.approx(hit[y].mean())
    under = np.sum(np.diff(curve.false_positive_rate) * (curve.located[1:] + curve.located[:-1]) / 2)
    assert under == pytest.approx(lroc_area(s, y, hit).value)


def test_what_has_no_variance_says_so() -> None:
    assert lroc_area([1, 2, 3, 4], [0, 0, 1, 1], [1, 1, 1, 1]).reason == NO_SPREAD
    assert "two of each" in lroc_area([1, 2], [0, 1], [1, 1]).reason
    assert lroc_area([], [], []).value is None
    assert compare_lroc_areas(([1], [1]), ([1], [1]), [1]).value is None
    with pytest.raises(ValueError, match="a mark for each case"):
        lroc_area([1, 2], [0, 1], [1])
    with pytest.raises(ValueError, match="not finite"):
        lroc_area([1, np.nan], [0, 1], [1, 1])
