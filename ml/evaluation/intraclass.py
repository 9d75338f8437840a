"""Intraclass correlation of ratings on a scale. No torch.

McGraw and Wong, Psychol Methods 1996;1:30-46 (with the correction 1996;1:390): forms, intervals (their table 7) and F tests.
Shrout and Fleiss, Psychol Bull 1979;86:420-428, call ONE_WAY ICC(1,·), AGREEMENT ICC(2,·) and CONSISTENCY ICC(3,·).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import f as fisher

from ml.evaluation.estimate import LEVEL, Estimate

Floats = NDArray[np.float64]
TOO_FEW = "an intraclass correlation takes two cases with a rating by each of at least two raters"
CONSTANT = "all cases and raters have one and the same value: nothing varies"
CASES_ALIKE = "the cases' means do not vary: the raters' disagreement is all there is"
UNBOUNDED = "the interval of this form has no bound here"
PERFECT = "no rating differs from what case and rater foretell: no interval"
ROUNDING = 1e-12


class Form(StrEnum):
    """What a rater's own level does.

    ONE_WAY: raters differ from case to case. CONSISTENCY: the same raters, their levels do not count. AGREEMENT: they count.
    """

    ONE_WAY = "ICC(1"
    CONSISTENCY = "ICC(C"
    AGREEMENT = "ICC(A"


@dataclass(frozen=True, kw_only=True)
class Icc(Estimate):
    """`n` cases by `raters`, `left_out` cases for a missing rating; F test of no correlation with its degrees of freedom."""

    raters: int
    left_out: int
    statistic: float | None
    freedom: tuple[float, ...]
    p: float | None


@dataclass(frozen=True)
class _Squares:
    """Mean squares between cases, between raters, of what is left, and within cases; n cases, k raters."""

    cases: float
    raters: float
    error: float
    within: float
    n: int
    k: int

    @classmethod
    def of(cls, x: Floats) -> "_Squares":
        n, k = x.shape
        rows, columns, all_ = x.mean(axis=1), x.mean(axis=0), x.mean()
        between = k * ((rows - all_) ** 2).sum() / (n - 1)
        raters = n * ((columns - all_) ** 2).sum() / (k - 1)
        error = ((x - rows[:, None] - columns + all_) ** 2).sum() / ((n - 1) * (k - 1))
        within = ((x - rows[:, None]) ** 2).sum() / (n * (k - 1))
        # What rounding leaves of nothing is nothing.
        least = ROUNDING * max(float((x**2).mean()), 1e-300)
        cases, levels, rest, inner = (0.0 if one < least else float(one) for one in (between, raters, error, within))
        return cls(cases, levels, rest, inner, n, k)


def icc(ratings: ArrayLike, form: Form = Form.AGREEMENT, average: bool = False, level: float = LEVEL) -> Icc:
    """Of ratings (cases, raters), NaN where missing; of one rating, or of the `average` of all raters.

    A case with a missing rating is left out and counted. A correlation below 0 is what it is: raters who disagree more
    within cases than cases differ.
    """
    x = np.asarray(ratings, dtype=np.float64)
    if x.size == 0:
        x = x.reshape(0, 0)
    if x.ndim != 2:
        raise ValueError(f"Ratings have shape {x.shape}; expected cases by raters.")
    whole = x[np.isfinite(x).all(axis=1)]
    n, k = whole.shape
    name = f"{form},{k if average else 1}), McGraw and Wong"
    if n < 2 or k < 2:
        return _icc(None, None, TOO_FEW, (name, n, k, len(x) - n), level)
    squares = _Squares.of(whole)
    rest = squares.within if form is Form.ONE_WAY else squares.error
    value = _value(squares, form, average)
    about = (name, n, k, len(x) - n)
    if value is None:
        reason = CASES_ALIKE if average and squares.cases == 0 and squares.within > 0 else CONSTANT
        return _icc(None, None, reason, about, level)
    freedom = (n - 1, n * (k - 1) if form is Form.ONE_WAY else (n - 1) * (k - 1))
    if rest == 0 or squares.cases == 0:
        return _icc(value, None, PERFECT if rest == 0 else CASES_ALIKE, about, level, freedom=freedom)
    limits = _limits(squares, form, value if not average else _value(squares, form, False), level)
    if average:
        limits = tuple(k * one / (1 + (k - 1) * one) if 1 + (k - 1) * one > 0 else None for one in limits)
    return _icc(value, limits, "", about, level, freedom=freedom, statistic=squares.cases / rest)


def _value(s: _Squares, form: Form, average: bool) -> float | None:
    rest = s.within if form is Form.ONE_WAY else s.error
    levels = s.k / s.n * (s.raters - s.error) if form is Form.AGREEMENT else 0.0
    whole = s.cases + levels / s.k if average else s.cases + (s.k - 1) * rest + levels
    return (s.cases - rest) / whole if whole > 0 else None


def _limits(s: _Squares, form: Form, value: float | None, level: float) -> tuple[float | None, ...]:
    """Of one rating's correlation; the average's are theirs by Spearman and Brown's formula."""
    upper, n, k = (1 + level) / 2, s.n, s.k
    if form is not Form.AGREEMENT:
        rest, others = (s.within, n * (k - 1)) if form is Form.ONE_WAY else (s.error, (n - 1) * (k - 1))
        low = s.cases / rest / fisher.ppf(upper, n - 1, others)
        high = s.cases / rest * fisher.ppf(upper, others, n - 1)
        return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))
    assert value is not None
    if value >= 1 - ROUNDING:
        return None, None
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    spread = (a * s.raters) ** 2 / (k - 1) + (b * s.error) ** 2 / ((n - 1) * (k - 1))
    freedom = (a * s.raters + b * s.error) ** 2 / spread
    if not freedom > 0:
        return None, None
    below, above = fisher.ppf(upper, n - 1, freedom), fisher.ppf(upper, freedom, n - 1)
    whole = k * s.raters + (k * n - k - n) * s.error
    low = n * (s.cases - below * s.error) / (below * whole + n * s.cases)
    return float(low), float(n * (above * s.cases - s.error) / (whole + n * above * s.cases))


def _icc(
    value: float | None,
    limits: tuple[float | None, ...] | None,
    reason: str,
    about: tuple[str, int, int, int],
    level: float,
    *,
    freedom: tuple[float, ...] = (),
    statistic: float | None = None,
) -> Icc:
    name, n, k, left_out = about
    low, high = limits if limits else (None, None)
    if value is not None and (low is None or high is None):
        low, high, reason = None, None, reason or UNBOUNDED
    p = None if statistic is None else float(fisher.sf(statistic, *freedom))
    return Icc(
        value=value, low=low, high=high, level=level, method=name, n=n, reason=reason,
        raters=k, left_out=left_out, statistic=statistic, freedom=freedom, p=p,
    )  # fmt: skip
