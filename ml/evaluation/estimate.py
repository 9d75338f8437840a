"""A figure with its interval, and proportions. No torch, and no SciPy unless an exact interval is asked for.

Wald and Wilson: Newcombe, Stat Med 1998;17:857-872, methods 1, 3 and 4. A web process reads this module, so the closed forms
are written out here and checked against SciPy in the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """`value` with `low` and `high` at `level`, from `n` cases; None with a `reason` where something is not estimable."""

    value: float | None
    low: float | None
    high: float | None
    level: float
    method: str
    n: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Proportion(Estimate):
    """`count` of `n`; value and interval are None where `n` is 0 (nothing to estimate from)."""

    count: int


@dataclass(frozen=True, kw_only=True)
class Comparison(Estimate):
    """A difference (first minus second) with its test against none: `statistic` and two-sided `p`.

    `freedom`: the statistic's degrees of freedom, empty for a normal one. A p above a level never shows that two things are
    equal; that takes a margin named beforehand.
    """

    statistic: float | None
    p: float | None
    standard_error: float | None = None
    freedom: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HypothesisTest:
    """A test alone: `statistic` (None for an exact test) and `p`, on `n` cases; None with a `reason` where there is none."""

    statistic: float | None
    p: float | None
    method: str
    n: int
    sides: int = 2
    freedom: tuple[float, ...] = ()
    reason: str = ""


class Interval(StrEnum):
    """A proportion's interval: the paper has Wald for networks, corrected Wilson for radiologists and DARNDEST."""

    WALD = "wald"
    WILSON = "wilson"
    WILSON_CORRECTED = "wilsoncc"
    EXACT = "exact"

    @property
    def words(self) -> str:
        """The interval's name for people."""
        return _WORDS[self]


_WORDS = {
    Interval.WALD: "Wald",
    Interval.WILSON: "Wilson",
    Interval.WILSON_CORRECTED: "Wilson with continuity correction",
    Interval.EXACT: "Clopper-Pearson",
}


def z_of(level: float) -> float:
    """The normal quantile that a two-sided interval of this level reaches to; ValueError outside 0…1."""
    if not 0 < level < 1:
        raise ValueError(f"The level is {level}; expected a value between 0 and 1, such as 0.95.")
    return NormalDist().inv_cdf(0.5 + level / 2)


def two_sided(z: float) -> float:
    """The two-sided p of a normal statistic."""
    return 2 * NormalDist().cdf(-abs(z))


def not_estimable(reason: str, method: str, n: int, level: float = LEVEL) -> Estimate:
    """An estimate that says why there is none."""
    return Estimate(value=None, low=None, high=None, level=level, method=method, n=n, reason=reason)


def proportion(count: int, n: int, interval: Interval = Interval.WILSON, level: float = LEVEL) -> Proportion:
    """`count` of `n` with its interval; ValueError unless 0 <= count <= n."""
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is no proportion; expected a count from 0 to the total.")
    interval = Interval(interval)  # by its name, too
    if n == 0:
        reason = "there is no case to estimate it from"
        return Proportion(value=None, low=None, high=None, level=level, method=interval.words, n=0, count=0, reason=reason)
    low, high = limits(count / n, n, interval, level)
    return Proportion(value=count / n, low=low, high=high, level=level, method=interval.words, n=n, count=count)


def limits(share: float, n: float, interval: Interval, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a `share` of `n`, cut at 0 and 1. Neither n nor the count need be whole, except for the exact one."""
    z, interval = z_of(level), Interval(interval)
    if interval is Interval.EXACT:
        return _exact(round(share * n), round(n), level)
    low, high = _LIMITS[interval](share, n, z)
    # Rounding must not leave the share itself outside.
    return max(0.0, min(low, share)), min(1.0, max(high, share))


def _wald(p: float, n: float, z: float) -> tuple[float, float]:
    reach = z * sqrt(p * (1 - p) / n)
    return p - reach, p + reach


def _wilson(p: float, n: float, z: float) -> tuple[float, float]:
    middle, reach = 2 * n * p + z * z, z * sqrt(z * z + 4 * n * p * (1 - p))
    return (middle - reach) / (2 * (n + z * z)), (middle + reach) / (2 * (n + z * z))


def _wilson_corrected(p: float, n: float, z: float) -> tuple[float, float]:
    """Method 4. At no and at all cases the limit is 0 or 1 by definition; the roots' arguments stay above 0."""
    q, under = 1 - p, 2 * (n + z * z)
    low = (2 * n * p + z * z - 1 - z * sqrt(max(z * z - 2 - 1 / n + 4 * p * (n * q + 1), 0.0))) / under
    high = (2 * n * p + z * z + 1 + z * sqrt(max(z * z + 2 - 1 / n + 4 * p * (n * q - 1), 0.0))) / under
    return (0.0 if p == 0 else low), (1.0 if p == 1 else high)


def _exact(count: int, n: int, level: float) -> tuple[float, float]:
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(beta.ppf(tail, count, n - count + 1))
    return low, 1.0 if count == n else float(beta.ppf(1 - tail, count + 1, n - count))


_LIMITS: dict[Interval, Callable[[float, float, float], tuple[float, float]]] = {
    Interval.WALD: _wald,
    Interval.WILSON: _wilson,
    Interval.WILSON_CORRECTED: _wilson_corrected,
}
