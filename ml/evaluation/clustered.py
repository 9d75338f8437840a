"""Proportions where a patient (cluster) has several examinations, lesions or sides. No torch.

Rao and Scott, Biometrics 1992;48:577-585: the ratio estimator's variance makes a design effect, and the ordinary interval is
taken at the effective number of cases. Paired difference: Obuchowski, Stat Med 1998;17:1495-1507, by the same estimator.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.estimate import LEVEL, Comparison, Interval, Proportion, limits, not_estimable, two_sided, z_of
from ml.evaluation.flags import true_or_false

ONE_PATIENT = "one patient alone tells nothing of others"
ALIKE = "both are right and wrong equally often in every patient: the difference has no variance"
PAIRED = "paired difference in clusters (Obuchowski), normal interval"


@dataclass(frozen=True, kw_only=True)
class ClusteredProportion(Proportion):
    """`count` of `n` cases in so many `clusters`; `effect`: how many times the variance of independent cases.

    An effect below 1 counts as 1. Where all or none are counted, each cluster counts as one case (effect None).
    """

    clusters: int
    effect: float | None


@dataclass(frozen=True)
class ClusteredDiagnostic:
    """A fourfold table's proportions, each with its own clusters."""

    sensitivity: ClusteredProportion
    specificity: ClusteredProportion
    accuracy: ClusteredProportion
    positive_predictive_value: ClusteredProportion
    negative_predictive_value: ClusteredProportion


def clustered_proportion(
    successes: ArrayLike,
    clusters: Sequence[Hashable],
    interval: Interval = Interval.WILSON,
    level: float = LEVEL,
) -> ClusteredProportion:
    """Of cases (n,) true or false, `clusters` (n,) whose they are. An exact interval takes independent cases: not here."""
    x, of = true_or_false(successes, "successes"), numbered(clusters)
    if x.ndim != 1 or x.size != of.size:
        raise ValueError(f"{x.shape} successes and {of.size} clusters; expected one of each for every case.")
    if interval is Interval.EXACT:
        raise ValueError("An exact interval takes independent cases; expected Wilson's or Wald's.")
    n, k, count = x.size, int(of.max()) + 1 if of.size else 0, int(x.sum())
    method = f"{interval.words} at the effective number (Rao and Scott)"
    share = count / n if n else None
    if share is None or k < 2:
        reason = ONE_PATIENT if n else "there is no case to estimate it from"
        return ClusteredProportion(
            value=share, low=None, high=None, level=level, method=method, n=n, reason=reason,
            count=count, clusters=k, effect=None,
        )  # fmt: skip
    effect = (
        None
        if count in (0, n)
        else max(1.0, ratio_variance(np.asarray(x - share, np.float64), of) / (share * (1 - share) / n))
    )
    low, high = limits(share, float(k) if effect is None else n / effect, interval, level)
    return ClusteredProportion(
        value=share, low=low, high=high, level=level, method=method, n=n, count=count, clusters=k, effect=effect
    )


def clustered_diagnostic(
    called: ArrayLike,
    labels: ArrayLike,
    clusters: Sequence[Hashable],
    interval: Interval = Interval.WILSON,
    level: float = LEVEL,
) -> ClusteredDiagnostic:
    """Calls (n,), labels (n,) and whose examination each is (n,)."""
    c, y, of = true_or_false(called, "calls"), true_or_false(labels, "labels"), numbered(clusters)
    if c.ndim != 1 or not c.shape == y.shape == of.shape:
        raise ValueError(
            f"Shapes {c.shape}, {y.shape} and {of.shape}; expected a call, a label and a cluster for each case."
        )
    right = c == y
    everybody = np.ones_like(c)
    found = [clustered_proportion(right[among], of[among].tolist(), interval, level) for among in (y, ~y, everybody, c, ~c)]
    return ClusteredDiagnostic(*found)


def clustered_difference(
    first: ArrayLike, second: ArrayLike, clusters: Sequence[Hashable], level: float = LEVEL
) -> Comparison:
    """Proportions of two judges of the same cases (n,), true where right: the first minus the second."""
    a, b, of = true_or_false(first, "calls"), true_or_false(second, "calls"), numbered(clusters)
    if a.ndim != 1 or not a.shape == b.shape == of.shape:
        raise ValueError(f"Shapes {a.shape}, {b.shape} and {of.shape}; expected both and a cluster for each case.")
    n, apart = a.size, a.astype(float) - b
    if n == 0 or of.max() < 1:
        reason = ONE_PATIENT if n else "there is no case that both judged"
        return Comparison(**vars(not_estimable(reason, PAIRED, n, level)), statistic=None, p=None)
    value = float(apart.mean())
    error = sqrt(ratio_variance(apart - value, of))
    if error < 1e-12:
        none = {"value": value, "low": None, "high": None, "level": level, "method": PAIRED, "n": n}
        return Comparison(**none, reason=ALIKE, statistic=None, p=None)  # type: ignore[arg-type]
    z, reach = value / error, z_of(level) * error
    return Comparison(
        value=value, low=max(-1.0, value - reach), high=min(1.0, value + reach), level=level, method=PAIRED, n=n,
        statistic=z, p=two_sided(z), standard_error=error,
    )  # fmt: skip


def ratio_variance(residuals: NDArray[np.float64], of: NDArray[np.intp]) -> float:
    """Of a mean over all cases (n,), from what each lies off it; clusters as numbers (n,)."""
    sums = np.bincount(of, residuals)
    return sums.size / (sums.size - 1) * float((sums**2).sum()) / residuals.size**2


def numbered(clusters: Sequence[Hashable]) -> NDArray[np.intp]:
    """Clusters' names as numbers from 0, in the order in which they come first."""
    names = clusters.tolist() if isinstance(clusters, np.ndarray) else clusters
    place: dict[Hashable, int] = {}
    return np.array([place.setdefault(name, len(place)) for name in names], np.intp)
