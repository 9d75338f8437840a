"""Decision curves: is acting on a score worth more than acting on everybody, or on nobody? No torch, no SciPy.

Vickers and Elkin, Med Decis Making 2006;26:565-574. Net benefit = share found - share acted on in vain · odds of the
threshold chance, at which one is just willing to act: at 10 % nine injections in vain weigh as much as one recurrence
found. At another prevalence: from sensitivity and specificity (Vickers et al., BMC Med Inform Decis Mak 2008;8:53).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.calibration import checked_scores
from ml.evaluation.estimate import LEVEL, Estimate, not_estimable, z_of
from ml.evaluation.flags import true_or_false

NET_BENEFIT = "net benefit, normal interval"
PER_CENT: Sequence[float] = tuple(np.arange(1, 51) / 100)
"""Thresholds from 1 to 50 %."""
NO_SPREAD = "every case counts the same: no interval"


@dataclass(frozen=True)
class DecisionPoint:
    """At one threshold: net benefit of the calls, of acting on everybody, and injections spared per 100 patients.

    Acting on nobody has a net benefit of 0. `spared` weighs recurrences missed against them at the threshold's odds; it
    may be below 0.
    """

    threshold: float
    net_benefit: Estimate
    everybody: Estimate
    spared: Estimate


@dataclass(frozen=True)
class DecisionCurve:
    """Points at rising thresholds, at the `prevalence` named (the cohort's own where None was)."""

    prevalence: float | None
    points: tuple[DecisionPoint, ...]


def decision_curve(
    scores: ArrayLike,
    labels: ArrayLike,
    thresholds: Sequence[float] = PER_CENT,
    prevalence: float | None = None,
    level: float = LEVEL,
) -> DecisionCurve:
    """Of scores (n,) that are chances from 0 to 1: acted on at or above each threshold."""
    s, y = checked_scores(scores, labels)
    points = tuple(decision_point(s >= one, y, one, prevalence, level) for one in sorted(thresholds))
    own = float(y.mean()) if s.size else None
    return DecisionCurve(own if prevalence is None else prevalence, points)


def decision_point(
    called: ArrayLike, labels: ArrayLike, threshold: float, prevalence: float | None = None, level: float = LEVEL
) -> DecisionPoint:
    """Of calls (n,), such as the whole tactic's, at the threshold chance from 0 to 1 (both left out)."""
    c, y = true_or_false(called, "calls"), true_or_false(labels, "labels")
    if c.ndim != 1 or c.shape != y.shape:
        raise ValueError(f"Calls have shape {c.shape} and labels {y.shape}; expected one label for each call.")
    if not 0 < threshold < 1 or not (prevalence is None or 0 < prevalence < 1):
        raise ValueError(f"Threshold {threshold}, prevalence {prevalence}; expected values between 0 and 1.")
    odds = threshold / (1 - threshold)
    everyone = np.ones_like(c)
    benefit, all_ = (_mean(_worth(one, y, odds), y, prevalence, level) for one in (c, everyone))
    # What acting on everybody has less, in injections that would have to be in vain for it.
    spared = _mean((_worth(c, y, odds) - _worth(everyone, y, odds)) / odds * 100, y, prevalence, level)
    return DecisionPoint(threshold, benefit, all_, spared)


def _worth(called: NDArray[np.bool_], y: NDArray[np.bool_], odds: float) -> NDArray[np.float64]:
    """What acting on each case adds: 1 with recurrence, -odds without."""
    return np.where(called, np.where(y, 1.0, -odds), 0.0)


def _mean(worth: NDArray[np.float64], y: NDArray[np.bool_], prevalence: float | None, level: float) -> Estimate:
    """Its mean; at a prevalence, of the means with and without recurrence."""
    n = worth.size
    kinds = [worth] if prevalence is None else [worth[y], worth[~y]]
    if min(one.size for one in kinds) < 2:
        return not_estimable("fewer than two cases, or two of a kind", NET_BENEFIT, n, level)
    shares = [1.0] if prevalence is None else [prevalence, 1 - prevalence]
    value = sum(share * float(one.mean()) for share, one in zip(shares, kinds, strict=True))
    variance = sum(share**2 * float(one.var(ddof=1)) / one.size for share, one in zip(shares, kinds, strict=True))
    if variance == 0:
        return Estimate(value=value, low=None, high=None, level=level, method=NET_BENEFIT, n=n, reason=NO_SPREAD)
    reach = z_of(level) * sqrt(variance)
    return Estimate(value=value, low=value - reach, high=value + reach, level=level, method=NET_BENEFIT, n=n)
