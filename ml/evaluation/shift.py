"""Have scores moved: against a reference, and between two samples. No torch; SciPy for the distance alone.

Population stability index: Lewis, An Introduction to Credit Scoring, 1994; what it is by chance: Yurdakul and Naranjo, J
Risk Model Valid 2020;14(4). Two-sample distance: Kolmogorov and Smirnov. Difference of two independent shares: Newcombe,
Stat Med 1998;17:873-890, method 10. Labels are not looked at: another share with recurrence moves scores by itself.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.estimate import LEVEL, Estimate, HypothesisTest, Interval, Proportion, limits, not_estimable, z_of

PSI = "population stability index over the reference's quantiles, half a case added to each bin"
KS = "two-sample Kolmogorov-Smirnov test"
NO_SCORES = "there are no scores"
NO_REFERENCE = "there is no reference"
SHARES = "difference of independent shares, Newcombe's interval"
MEANS = "difference of independent means, normal interval"


@dataclass(frozen=True)
class Shift:
    """`index`: 0 where shares of all bins agree. `by_chance`: what it is on average where nothing moved.

    `distance`: the largest gap between both distributions, with its p, uncorrected.
    """

    index: Estimate
    by_chance: float | None
    distance: HypothesisTest
    reference: int


def shift(scores: ArrayLike, reference: ArrayLike, bins: int = 10) -> Shift:
    """Of scores (n,) against the reference's (m,); reasons where one is empty. ValueError for fewer than two bins."""
    s, r = _numbers(scores), _numbers(reference)
    if bins < 2:
        raise ValueError(f"There are to be {bins} bins; expected at least two.")
    if not s.size or not r.size:
        reason = NO_REFERENCE if s.size else NO_SCORES
        none = HypothesisTest(statistic=None, p=None, method=KS, n=s.size, reason=reason)
        return Shift(not_estimable(reason, PSI, s.size), None, none, r.size)
    edges = np.unique(np.quantile(r, np.arange(1, bins) / bins))
    seen, expected = (np.bincount(np.searchsorted(edges, x, side="right"), minlength=edges.size + 1) for x in (s, r))
    # Half a case in each bin: an empty one would make the index infinite.
    p, q = ((counts + 0.5) / (counts.sum() + 0.5 * counts.size) for counts in (seen, expected))
    value = float(((p - q) * np.log(p / q)).sum())
    index = Estimate(
        value=value, low=None, high=None, level=LEVEL, method=PSI, n=s.size, reason="no interval: see what it is by chance"
    )
    return Shift(index, edges.size * (1 / s.size + 1 / r.size), _distance(s, r), r.size)


def _distance(s: NDArray[np.float64], r: NDArray[np.float64]) -> HypothesisTest:
    if s.size == r.size == 1:
        return HypothesisTest(statistic=None, p=None, method=KS, n=1, reason="one score against one tells nothing")
    from scipy.stats import ks_2samp

    found = ks_2samp(s, r, method="asymp")
    return HypothesisTest(statistic=float(found.statistic), p=float(found.pvalue), method=KS, n=s.size)


def difference_of_shares(first: Proportion, second: Proportion, level: float = LEVEL) -> Estimate:
    """First minus second, of two independent samples."""
    n = first.n + second.n
    if first.value is None or second.value is None:
        return not_estimable("one of the two has no case", SHARES, n, level)
    (low, high), (low2, high2) = (limits(one.count / one.n, one.n, Interval.WILSON, level) for one in (first, second))
    p, q = first.value, second.value
    value = p - q
    return Estimate(
        value=value,
        low=max(-1.0, value - sqrt((p - low) ** 2 + (high2 - q) ** 2)),
        high=min(1.0, value + sqrt((high - p) ** 2 + (q - low2) ** 2)),
        level=level,
        method=SHARES,
        n=n,
    )


def difference_of_means(first: ArrayLike, second: ArrayLike, level: float = LEVEL) -> Estimate:
    """First minus second, of two independent samples (n,) and (m,)."""
    x, y = _numbers(first), _numbers(second)
    n = x.size + y.size
    if min(x.size, y.size) < 2:
        return not_estimable("one of the two has fewer than two cases", MEANS, n, level)
    value = float(x.mean() - y.mean())
    half = z_of(level) * sqrt(float(x.var(ddof=1)) / x.size + float(y.var(ddof=1)) / y.size)
    if half == 0:
        reason = "neither of the two has a variance"
        return Estimate(value=value, low=None, high=None, level=level, method=MEANS, n=n, reason=reason)
    return Estimate(value=value, low=value - half, high=value + half, level=level, method=MEANS, n=n)


def _numbers(values: ArrayLike) -> NDArray[np.float64]:
    x = np.asarray(values, np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise ValueError(f"Scores have shape {x.shape}; expected a row of finite numbers.")
    return x
