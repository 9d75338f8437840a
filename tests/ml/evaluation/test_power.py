"""Powers and numbers of cases against published values, other programs, exact enumeration and simulation."""

from itertools import product
from math import comb, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from ml.evaluation import power
from ml.evaluation.estimate import Interval
from ml.evaluation.power import Areas
from ml.evaluation.power_readers import Components, assumed, readers
from ml.evaluation.roc import compare_auc

NORMAL = NormalDist()
Z = NORMAL.inv_cdf(0.975)


@pytest.mark.parametrize(
    ("first_only", "second_only", "target", "n"),
    [
        (0.45, 0.05, 0.8, 23),  # powerandsamplesize.com, McNemar's Z-test, two-sided (Connor 1987)
        (0.30, 0.15, 0.8, 155),  # clinicaltrials-tools, McNemar's test (Connor 1987): power 80.1 %
        (0.05, 0.45, 0.8, 23),
    ],
)
def test_mcnemar_as_published(first_only: float, second_only: float, target: float, n: int) -> None:
    found = power.mcnemar(first_only, second_only, power=target)
    assert found.n == n
    assert found.power is not None
    assert found.power >= target > (power.mcnemar(first_only, second_only, n=n - 1).power or 1)


def trinomial(n: int, first_only: float, second_only: float) -> dict[tuple[int, int], float]:
    """Probability of each pair of discordant counts."""
    rest = 1 - first_only - second_only
    return {
        (b, c): comb(n, b) * comb(n - b, c) * first_only**b * second_only**c * rest ** (n - b - c)
        for b in range(n + 1)
        for c in range(n + 1 - b)
    }


@pytest.mark.parametrize(("first_only", "second_only", "n"), [(0.25, 0.05, 80), (0.15, 0.05, 150)])
def test_mcnemar_is_near_the_exact_power_of_the_test(first_only: float, second_only: float, n: int) -> None:
    exact = sum(
        chance for (b, c), chance in trinomial(n, first_only, second_only).items() if b + c and abs(b - c) / sqrt(b + c) >= Z
    )
    assert power.mcnemar(first_only, second_only, n=n).power == pytest.approx(exact, abs=0.03)


def tango(b: int, c: int, n: int, margin: float) -> float:
    """Tango's statistic as his 1998 paper gives it, against b/n - c/n = -margin."""
    d = -margin
    big_b = -b - c + (2 * n - b + c) * d
    q = (sqrt(big_b**2 + 8 * n * c * d * (1 - d)) - big_b) / (4 * n)
    return float((b - c - n * d) / sqrt(n * (2 * q + d * (1 - d))))


@pytest.mark.parametrize(("first_only", "second_only", "margin", "n"), [(0.08, 0.08, 0.1, 150), (0.1, 0.06, 0.1, 120)])
@pytest.mark.parametrize("test", ["tango", "wald"])
def test_non_inferiority_is_near_the_exact_power_of_its_test(
    first_only: float, second_only: float, margin: float, n: int, test: Any
) -> None:
    def statistic(b: int, c: int) -> float:
        if test == "tango":
            return tango(b, c, n, margin)
        spread = sqrt(max(b + c - (b - c) ** 2 / n, 1e-9))
        return (b - c + n * margin) / spread

    exact = sum(chance for (b, c), chance in trinomial(n, first_only, second_only).items() if statistic(b, c) >= Z)
    found = power.non_inferiority(first_only, second_only, margin, n=n, test=test)
    assert found.power == pytest.approx(exact, abs=0.03)
    assert (found.sides, found.alpha) == (1, 0.025)


def test_non_inferiority_by_wald_as_a_closed_formula() -> None:
    """n = (z_a + z_b)² (discordant - difference²) / (difference + margin)² (Liu and others, 2002)."""
    expected = (Z + NORMAL.inv_cdf(0.9)) ** 2 * (0.16 - 0.02**2) / (0.02 + 0.08) ** 2
    assert power.non_inferiority(0.09, 0.07, 0.08, power=0.9, test="wald").n == int(expected) + 1


def test_areas_as_designroc_has_them() -> None:
    """a = 1.5 and 1, b = 1, correlation 0.5, power 80 %: 118.535 of each kind (DESIGNROC; 118.5139 in pROC's tests)."""
    areas = Areas(NORMAL.cdf(1.5 / sqrt(2)), NORMAL.cdf(1 / sqrt(2)), 0.5)
    found = power.two_areas(areas, power=0.8, variance="obuchowski")
    assert (found.positives, found.negatives, found.n) == (119, 119, 238)


@pytest.mark.parametrize(
    ("areas", "positives"),
    [(Areas(0.85, 0.75, 0.5), 60), (Areas(0.8, 0.9, 0.3, 2.0), 40), (Areas(0.92, 0.86, 0.7, 0.5), 90)],
)
def test_delongs_test_finds_as_often_as_promised(areas: Areas, positives: int) -> None:
    rng, found, studies = np.random.default_rng(7), 0, 250
    negatives = round(positives * areas.ratio)
    labels = np.repeat([1, 0], [positives, negatives])
    shift = sqrt(2) * np.array([NORMAL.inv_cdf(areas.first), NORMAL.inv_cdf(areas.second)])
    together = [[1, areas.correlation], [areas.correlation, 1]]
    for _ in range(studies):
        ratings = rng.multivariate_normal([0, 0], together, positives + negatives) + labels[:, None] * shift
        p = compare_auc(ratings[:, 0], ratings[:, 1], labels).p
        found += p is not None and p < 0.05
    promised = power.two_areas(areas, positives=positives).power
    assert promised == pytest.approx(found / studies, abs=0.08)


def test_the_variance_of_an_area_is_that_of_normal_ratings() -> None:
    """Two correlated normal differences, by SciPy's bivariate distribution."""
    from scipy.stats import multivariate_normal

    for area in (0.55, 0.8, 0.97):
        h = NORMAL.inv_cdf(area)
        both = multivariate_normal.cdf([h, h], cov=[[1, 0.5], [0.5, 1]])
        assert power.area_variance(area, 2.0) == pytest.approx((both - area**2) * 1.5, rel=1e-6)


@pytest.mark.parametrize(
    ("share", "half_width", "n"),
    [
        (0.5, 0.05, 385),  # the textbook's 384.16
        (0.9, 0.05, 139),  # Buderer 1996's formula: 138.3
        (0.95, 0.03, 203),  # 202.7
    ],
)
def test_precision_by_wald_as_in_textbooks(share: float, half_width: float, n: int) -> None:
    found = power.precision(share, half_width=half_width, interval=Interval.WALD)
    assert found.n == n
    assert found.half_width <= half_width


def test_precision_by_wilson_is_the_first_that_is_narrow_enough() -> None:
    found = power.precision(0.9, half_width=0.05)
    assert found.half_width <= 0.05 < power.precision(0.9, n=found.n - 1).half_width


VAN_DYKE = Components(0.0002004, 0.00080229, 0.00034661, 0.00034407, 0.00023903, 114)
FRANKEN = Components(-0.00071276, 0.00152578, 0.00079168, 0.00048364, 0.00051251, 100)


def test_random_readers_as_rjafroc_has_them() -> None:
    """RJafroc's own tests and vignettes; components by OR-DBM MRMC 2.51, rounded there to five digits."""
    assert readers(VAN_DYKE, -0.04380032, 6, n=111).power == pytest.approx(0.5526116, abs=1e-4)
    assert readers(VAN_DYKE, -0.04380032, 6, power=0.8).n == 251
    ten = readers(VAN_DYKE, -0.04380032, 10, power=0.8)
    assert (ten.n, ten.power) == (163, pytest.approx(0.8015625, abs=1e-4))
    assert readers(FRANKEN, 0.05, 6, n=121).power == pytest.approx(0.8004469, abs=1e-4)


def test_fixed_readers_have_the_variance_of_the_fixed_readers_analysis() -> None:
    """OR-DBM's FRRC analysis of Van Dyke: standard error 0.01872 from 5 readers and 114 cases."""
    found = readers(VAN_DYKE, 0.0438, 5, n=114, kind="fixed").power
    assert found == pytest.approx(NORMAL.cdf(0.0438 / 0.01872 - Z), abs=1e-3)


def test_one_fixed_reader_is_the_paired_comparison() -> None:
    areas = Areas(0.85, 0.78, 0.0)
    made = assumed(0.815, positives=60, negatives=60, correlations=(0.0, 0.0, 0.0))
    one = readers(made, 0.07, 1, n=120, kind="fixed").power
    assert one == pytest.approx(power.two_areas(areas, positives=60).power or 0, abs=0.02)


def test_more_readers_and_more_cases_have_more_power() -> None:
    counts = [readers(VAN_DYKE, 0.04, count, n=n).power or 0 for count, n in ((3, 100), (6, 100), (6, 300), (12, 300))]
    assert counts == sorted(counts)


def test_an_effect_of_nothing_is_not_found_with_any_number() -> None:
    found = power.mcnemar(0.1, 0.1, power=0.8)
    assert (found.n, found.power) == (None, None)
    assert found.reason == "not reached with 1,000,000 cases"
    assert power.non_inferiority(0.05, 0.2, 0.1, power=0.8).n is None


def test_discordance_follows_from_proportions_and_their_correlation() -> None:
    first_only, second_only = power.discordance(0.85, 0.75, 0.6)
    both = 0.85 - first_only
    assert first_only - second_only == pytest.approx(0.1)
    assert (both - 0.85 * 0.75) / sqrt(0.85 * 0.15 * 0.75 * 0.25) == pytest.approx(0.6)
    with pytest.raises(ValueError, match="cannot have a correlation"):
        power.discordance(0.95, 0.5, 0.9)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: power.mcnemar(0.1, 0.2),
        lambda: power.mcnemar(0.1, 0.2, n=10, power=0.8),
        lambda: power.mcnemar(0.6, 0.6, n=10),
        lambda: power.mcnemar(0.1, 0.2, n=1),
        lambda: power.mcnemar(0.1, 0.2, power=1.0),
        lambda: power.non_inferiority(0.1, 0.1, 0.0, n=10),
        lambda: Areas(1.0, 0.9, 0.5),
        lambda: Areas(0.8, 0.9, 1.0),
        lambda: power.precision(0.9, n=10, interval=Interval.EXACT),
        lambda: readers(VAN_DYKE, 0.05, 1, n=100),
        lambda: Components(0, 0.001, 0.002, 0, 0, 100),
        lambda: power.of_a_study(10, 0),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"expected|either|beyond"):
        wrong()


def test_cases_of_a_study_that_hold_so_many_of_a_kind() -> None:
    assert [power.of_a_study(n, share) for n, share in product((35, 36), (0.2, 1.0))] == [175, 35, 180, 36]
