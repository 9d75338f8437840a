"""Times and other skewed figures: quantiles with distribution-free intervals, and a trend over order. No torch.

Quantiles: order statistics by the binomial, Conover, Practical Nonparametric Statistics, 3rd edition, chapter 3.2. Trend:
the median of all slopes, Sen, J Am Stat Assoc 1968;63:1379-1389 (ties in the values corrected for), with Kendall's test.
"""

from math import exp, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from ml.evaluation.estimate import LEVEL, Comparison, Estimate, not_estimable, two_sided, z_of

TREND = "Theil and Sen's slope of the logarithm, Sen's interval, Kendall's test"
NONE = "there is no value"
FEW_FOR_LIMITS = "so few values do not reach this level: a limit would lie beyond all of them"
FEW_FOR_TREND = "a trend takes at least three values at different places"
ALL_ALIKE = "all values are alike: nothing to test"


def quantile(values: ArrayLike, share: float, level: float = LEVEL) -> Estimate:
    """The `share` quantile (0.5: the median) as R's type 7, with limits that are values themselves.

    The interval holds at least its level whatever the distribution. There is none where too few values are there.
    """
    x = _numbers(values)
    if not 0 < share < 1:
        raise ValueError(f"The share is {share}; expected a value between 0 and 1, such as 0.5.")
    n, method = len(x), f"quantile {share:g}, limits by order statistics"
    z_of(level)
    if n == 0:
        return not_estimable(NONE, method, 0, level)
    tail = (1 - level) / 2
    # The largest rank below which the quantile lies too seldom, and the smallest above which it does: counted from 1.
    below = int(np.searchsorted(binom.cdf(np.arange(n), n, share), tail, side="right"))
    above = int(np.searchsorted(binom.cdf(np.arange(n + 1), n, share), 1 - tail, side="left")) + 1
    value = float(np.quantile(x, share))
    if below < 1 or above > n:
        return Estimate(value=value, low=None, high=None, level=level, method=method, n=n, reason=FEW_FOR_LIMITS)
    ordered = np.sort(x)
    low, high = float(ordered[below - 1]), float(ordered[above - 1])
    return Estimate(value=value, low=low, high=high, level=level, method=method, n=n)


def trend(values: ArrayLike, places: ArrayLike, over: float = 1.0, level: float = LEVEL) -> Comparison:
    """The factor by which values above 0 change over `over` places; 1 is no change, 0.9 a tenth less.

    Values and places are (n,). All pairs are looked at: n up to some thousands. ValueError for values that are not above 0.
    """
    y, x = _numbers(values), _numbers(places)
    if y.shape != x.shape or (y <= 0).any():
        raise ValueError(f"{len(y)} values, {len(x)} places; expected one place a value, and values above 0.")
    first, second = np.triu_indices(len(x), 1)
    apart = x[second] - x[first]
    rises = (np.log(y[second]) - np.log(y[first]))[apart != 0]
    slopes = np.sort(rises / apart[apart != 0])
    if len(np.unique(x)) < 3:
        return Comparison(**vars(not_estimable(FEW_FOR_TREND, TREND, len(x), level)), statistic=None, p=None)
    error = sqrt(max(_kendall_variance(x, y), 0.0)) if len(np.unique(y)) > 1 else 0.0
    value = exp(over * float(np.median(slopes)))
    if error == 0:
        return Comparison(
            value=value, low=None, high=None, level=level, method=TREND, n=len(x), reason=ALL_ALIKE, statistic=None, p=None
        )
    score = float((np.sign(slopes)).sum()) / error
    limits = _limits(slopes, z_of(level) * error)
    low, high = (None, None) if limits is None else sorted(exp(over * one) for one in limits)
    return Comparison(
        value=value, low=low, high=high, level=level, method=TREND, n=len(x), reason="" if limits else FEW_FOR_LIMITS,
        statistic=score, p=two_sided(score),
    )  # fmt: skip


def _limits(slopes: NDArray[np.float64], reach: float) -> tuple[float, float] | None:
    """Sen's: the slopes at ranks (N - reach) / 2 and (N + reach) / 2 + 1."""
    low, high = round((len(slopes) - reach) / 2) - 1, round((len(slopes) + reach) / 2)
    return None if low < 0 or high >= len(slopes) else (float(slopes[low]), float(slopes[high]))


def _kendall_variance(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Of Kendall's score, with ties in either (Kendall, Rank Correlation Methods, 4th edition, 4.3)."""
    n = len(x)
    one, other = (np.unique(values, return_counts=True)[1].astype(float) for values in (x, y))

    def whole(t: NDArray[np.float64]) -> float:
        return float((t * (t - 1) * (2 * t + 5)).sum())

    def pairs(t: NDArray[np.float64]) -> float:
        return float((t * (t - 1)).sum())

    def triples(t: NDArray[np.float64]) -> float:
        return float((t * (t - 1) * (t - 2)).sum())

    found = (n * (n - 1) * (2 * n + 5) - whole(one) - whole(other)) / 18
    found += pairs(one) * pairs(other) / (2 * n * (n - 1))
    return found + triples(one) * triples(other) / (9 * n * (n - 1) * (n - 2))


def _numbers(values: ArrayLike) -> NDArray[np.float64]:
    x = np.asarray(values, np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise ValueError(f"Values of shape {x.shape}; expected finite numbers (n,). Leave missing ones out and say so.")
    return x
