"""Do scores mean what they say: reliability curve, Brier score, calibration error, slope and intercept, nearest cases.

Brier, Mon Weather Rev 1950;78:1-3. Calibration error: Naeini et al., AAAI 2015. Slope and intercept: Cox, Biometrika
1958;45:562-565; Van Calster et al., J Clin Epidemiol 2016;74:167-176. No torch, and no SciPy: a web process reads this.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.estimate import LEVEL, Estimate, Interval, Proportion, not_estimable, proportion, z_of
from ml.evaluation.flags import true_or_false

NEAREST = 100
EDGE = 1e-6
"""Scores at 0 or 1 have no logit: for slope and intercept they are moved inside by this much."""

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


class Binning(StrEnum):
    """Bins of equally many cases, or of equal width from 0 to 1."""

    EQUAL_COUNTS = "equal counts"
    EQUAL_WIDTHS = "equal widths"


@dataclass(frozen=True)
class ReliabilityBin:
    """Cases with scores from `low` to `high`: their mean score, and how many of them had recurrence."""

    low: float
    high: float
    mean_score: float
    observed: Proportion


@dataclass(frozen=True)
class Reliability:
    """The reliability curve. `error` is the cases' mean gap between score and share over the bins, `largest` the widest."""

    binning: Binning
    bins: tuple[ReliabilityBin, ...]
    error: Estimate
    largest: float


@dataclass(frozen=True)
class CalibrationLine:
    """logit P(recurrence) = intercept + slope · logit(score); a perfect score has slope 1 and intercept 0.

    `intercept` is the calibration in the large: that of the model with slope 1. `moved` scores lay at 0 or 1.
    """

    slope: Estimate
    intercept: Estimate
    moved: int


@dataclass(frozen=True)
class Nearest:
    """The cases nearest to a score: how many had recurrence, with Wilson's interval; their scores span `low`…`high`.

    Cases as far away as the last one all count, so `observed.n` may exceed what was asked for.
    """

    observed: Proportion
    low: float
    high: float


def brier(scores: ArrayLike, labels: ArrayLike, level: float = LEVEL) -> Estimate:
    """Mean squared distance between score and truth (0 or 1), with a normal interval of that mean; 0 is best."""
    s, y = checked_scores(scores, labels)
    method, reach = "mean squared error, normal interval", z_of(level)
    if s.size == 0:
        return not_estimable("there are no cases", method, 0, level)
    squares = (s - y) ** 2
    value = float(squares.mean())
    if s.size == 1:
        reason = "one case has no variance"
        return Estimate(value=value, low=None, high=None, level=level, method=method, n=1, reason=reason)
    half = reach * float(squares.std(ddof=1)) / sqrt(s.size)
    return Estimate(
        value=value, low=max(0.0, value - half), high=min(1.0, value + half), level=level, method=method, n=s.size
    )


def reliability(
    scores: ArrayLike, labels: ArrayLike, bins: int = 10, binning: Binning = Binning.EQUAL_COUNTS, level: float = LEVEL
) -> Reliability:
    """The curve of at most `bins` bins, empty ones left out; equal scores stay in one bin.

    The calibration error has no interval of its own: it is biased upwards in few cases, and its bootstrap more so.
    """
    s, y = checked_scores(scores, labels)
    method = f"{bins} bins of {binning}"
    if s.size == 0:
        return Reliability(binning, (), not_estimable("there are no cases", method, 0, level), 0.0)
    of = bin_of(s, bins, binning)
    found = tuple(_bin(s[of == index], y[of == index], level) for index in np.unique(of))
    gaps = [abs(one.mean_score - (one.observed.value or 0.0)) for one in found]
    value = sum(gap * one.observed.n for gap, one in zip(gaps, found, strict=True)) / s.size
    reason = "no interval: the error is biased upwards in few cases"
    error = Estimate(value=value, low=None, high=None, level=level, method=method, n=s.size, reason=reason)
    return Reliability(binning, found, error, max(gaps))


def bin_of(s: Floats, bins: int, binning: Binning) -> NDArray[np.int64]:
    """The number of each score's bin (n,), 0 to bins - 1; ValueError without a bin."""
    if bins < 1:
        raise ValueError(f"There are to be {bins} bins; expected at least one.")
    if binning is Binning.EQUAL_WIDTHS:
        return np.minimum((s * bins).astype(np.int64), bins - 1)
    # The rank of a score is that of the first case that has it, so equal scores share a bin.
    rank = np.searchsorted(np.sort(s), s, side="left")
    return np.asarray(rank * bins // s.size, np.int64)


def _bin(s: Floats, y: Truths, level: float) -> ReliabilityBin:
    observed = proportion(int(y.sum()), s.size, Interval.WILSON, level)
    return ReliabilityBin(float(s.min()), float(s.max()), float(s.mean()), observed)


def calibration_line(scores: ArrayLike, labels: ArrayLike, level: float = LEVEL) -> CalibrationLine:
    """Slope and intercept by maximum likelihood, with Wald intervals.

    Not estimable where one label is missing, all scores are equal, or a threshold separates the labels (no maximum).
    """
    s, y = checked_scores(scores, labels)
    inside = np.clip(s, EDGE, 1 - EDGE)
    moved = int((inside != s).sum())
    x = np.log(inside / (1 - inside))
    method, n = "logistic regression on the logit, Wald interval", s.size
    if y.all() or not y.any():
        none = not_estimable(f"{int(y.sum())} of {n} cases are positive; both kinds are needed", method, n, level)
        return CalibrationLine(none, none, moved)
    intercept = _fit(np.ones((n, 1)), y, x, method, level)
    if np.ptp(x) == 0:
        slope = not_estimable("all scores are equal", method, n, level)
    elif x[y].min() >= x[~y].max() or x[y].max() <= x[~y].min():
        slope = not_estimable("a threshold separates the labels, so the slope has no bound", method, n, level)
    else:
        slope = _fit(np.column_stack([x, np.ones(n)]), y, np.zeros(n), method, level)
    return CalibrationLine(slope, intercept, moved)


def _fit(design: Floats, y: Truths, offset: Floats, method: str, level: float) -> Estimate:
    """The first coefficient of a logistic regression by Newton's method, damped so that the likelihood never falls."""
    coefficients = np.zeros(design.shape[1])

    def likelihood(b: Floats) -> float:
        eta = design @ b + offset
        return float((y * eta - np.logaddexp(0, eta)).sum())

    best = likelihood(coefficients)
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(design @ coefficients + offset, -500, 500)))
        gradient = design.T @ (y - chance)
        information = design.T @ (design * (chance * (1 - chance))[:, None])
        step = np.linalg.solve(information + 1e-12 * np.eye(len(coefficients)), gradient)
        while likelihood(coefficients + step) < best - 1e-12 and float(np.abs(step).max()) > 1e-12:
            step /= 2
        coefficients = coefficients + step
        best = likelihood(coefficients)
        if float(np.abs(step).max()) < 1e-10:
            error = sqrt(float(np.linalg.inv(information)[0, 0]))
            value, half = float(coefficients[0]), z_of(level) * error
            return Estimate(value=value, low=value - half, high=value + half, level=level, method=method, n=y.size)
    return not_estimable("the fit did not settle in 100 steps", method, y.size, level)


def nearest(
    score: float, scores: ArrayLike, labels: ArrayLike, count: int = NEAREST, level: float = LEVEL
) -> Nearest | None:
    """Of the `count` cases nearest to `score`, how many had recurrence; None without cases. Fewer where there are fewer."""
    s, y = checked_scores(scores, labels)
    if s.size == 0:
        return None
    distance = np.abs(s - score)
    reach = np.partition(distance, min(count, s.size) - 1)[min(count, s.size) - 1]
    # Two cases 0.05 to either side are equally far, though their binary differences are not.
    near = distance <= reach + 1e-12
    observed = proportion(int(y[near].sum()), int(near.sum()), Interval.WILSON, level)
    return Nearest(observed, float(s[near].min()), float(s[near].max()))


def checked_scores(scores: ArrayLike, labels: ArrayLike) -> tuple[Floats, Truths]:
    """Scores (n,) from 0 to 1 and labels (n,) as arrays; ValueError otherwise."""
    s, y = np.asarray(scores, dtype=np.float64), true_or_false(labels, "labels")
    if s.ndim != 1 or s.shape != y.shape:
        raise ValueError(f"Scores have shape {s.shape} and labels {y.shape}; expected one label for each score.")
    if not (np.isfinite(s).all() and (s >= 0).all() and (s <= 1).all()):
        raise ValueError("A score is no probability from 0 to 1; leave such cases out and say so.")
    return s, y
