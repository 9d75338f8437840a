"""ROC curve, area with DeLong's interval, and paired comparison of areas: pure functions, frozen results, no torch.

DeLong, DeLong, Clarke-Pearson, Biometrics 1988;44:837-845, computed by ranks (Sun and Xu, IEEE Signal Process Lett
2014;21:1389-1393).
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from ml.evaluation.estimate import LEVEL, Estimate, z_of

DELONG = "DeLong"


@dataclass(frozen=True, kw_only=True)
class Auc(Estimate):
    """Area under the ROC curve with its interval; `low` and `high` lie within 0…1."""

    positives: int
    negatives: int
    standard_error: float | None


@dataclass(frozen=True, kw_only=True)
class AucDifference(Estimate):
    """Area of the first score minus that of the second on the same cases; `z` and two-sided `p` against no difference."""

    standard_error: float | None
    covariance: float | None
    z: float | None
    p: float | None


@dataclass(frozen=True, eq=False)
class RocCurve:
    """Points of the empirical curve from (0, 0) to (1, 1): false positive rate, sensitivity, and the cutoff of each point.

    A case is called positive at or above the cutoff; the first cutoff is infinite.
    """

    false_positive_rate: NDArray[np.float64]
    sensitivity: NDArray[np.float64]
    cutoff: NDArray[np.float64]


def _arrays(scores: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores (n,) and labels (n,) as arrays; ValueError unless finite and of one length."""
    s, y = np.asarray(scores, dtype=np.float64), np.asarray(labels)
    if s.ndim != 1 or s.shape != y.shape:
        raise ValueError(f"Scores have shape {s.shape} and labels {y.shape}; expected one label for each score.")
    if not np.isfinite(s).all():
        raise ValueError(
            f"{int((~np.isfinite(s)).sum())} of {s.size} scores are not finite; leave those cases out and say so."
        )
    return s, y.astype(bool)


def checked(scores: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores (n,) and labels (n,) as arrays; ValueError unless finite, of one length, with both labels present."""
    s, truth = _arrays(scores, labels)
    if truth.all() or not truth.any():
        raise ValueError(f"{int(truth.sum())} of {truth.size} cases are positive; an ROC curve needs both kinds.")
    return s, truth


def placements(scores: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """DeLong's placement values of the positives (m,) and of the negatives (n,); both have the AUC as their mean."""
    s, y = checked(scores, labels)
    m, n = int(y.sum()), int((~y).sum())
    midrank = rankdata(s)
    positive = (midrank[y] - rankdata(s[y])) / n
    negative = 1.0 - (midrank[~y] - rankdata(s[~y])) / m
    return positive, negative


def auc(scores: ArrayLike, labels: ArrayLike, level: float = LEVEL) -> Auc:
    """Area under the curve with DeLong's interval on the plain scale, cut at 0 and 1.

    Without a positive or a negative case there is no area, with only one of either no variance: `reason` says so.
    """
    reach = z_of(level)
    s, y = _arrays(scores, labels)
    m, n = int(y.sum()), int((~y).sum())
    value = error = low = high = None
    reason = ""
    if min(m, n) == 0:
        reason = f"{m} of {m + n} cases are positive; an area needs both kinds"
    else:
        positive, negative = placements(s, y)
        value = float(positive.mean())
        if min(m, n) > 1:
            error = float(np.sqrt(positive.var(ddof=1) / m + negative.var(ddof=1) / n))
            low, high = max(0.0, value - reach * error), min(1.0, value + reach * error)
        else:
            reason = f"{m} positive and {n} negative cases: for a variance two of each are needed"
    return Auc(
        value=value, low=low, high=high, level=level, method=DELONG, n=m + n, reason=reason,
        positives=m, negatives=n, standard_error=error,
    )  # fmt: skip


def compare_auc(first: ArrayLike, second: ArrayLike, labels: ArrayLike, level: float = LEVEL) -> AucDifference:
    """Two scores of the same cases: difference of their areas with DeLong's paired interval and test.

    Where both rank every pair alike the difference has no variance: z and p are None and `reason` says so. A p above a
    level never shows that two areas are equal.
    """
    (a, y), (b, _) = _arrays(first, labels), _arrays(second, labels)
    m, n = int(y.sum()), int((~y).sum())
    if min(m, n) < 2:
        reason = f"{m} positive and {n} negative cases; two of each are needed"
        return _difference(None, None, None, level, m + n, reason)
    one, other = placements(a, y), placements(b, y)
    covariances = np.cov(one[0], other[0]) / m + np.cov(one[1], other[1]) / n
    difference = float(one[0].mean() - other[0].mean())
    variance = float(covariances[0, 0] + covariances[1, 1] - 2 * covariances[0, 1])
    # Below rounding error of the three terms the variance is none: such scores rank all pairs alike.
    still = variance <= 1e-12 * max(float(covariances[0, 0] + covariances[1, 1]), 1e-12)
    error = None if still else float(np.sqrt(variance))
    reason = "the difference has no variance: both scores place every case alike" if still else ""
    return _difference(difference, error, float(covariances[0, 1]), level, m + n, reason)


def _difference(
    value: float | None, error: float | None, covariance: float | None, level: float, n: int, reason: str
) -> AucDifference:
    low = high = z = p = None
    if value is not None and error is not None:
        z, reach = value / error, z_of(level) * error
        low, high, p = max(-1.0, value - reach), min(1.0, value + reach), 2 * NormalDist().cdf(-abs(z))
    return AucDifference(
        value=value, low=low, high=high, level=level, method=DELONG, n=n, reason=reason,
        standard_error=error, covariance=covariance, z=z, p=p,
    )  # fmt: skip


def roc_curve(scores: ArrayLike, labels: ArrayLike) -> RocCurve:
    """The empirical curve, one point for each distinct score."""
    s, y = checked(scores, labels)
    order = np.argsort(-s, kind="stable")
    s, y = s[order], y[order]
    last = np.append(np.nonzero(np.diff(s))[0], s.size - 1)
    found, false = np.cumsum(y)[last], np.cumsum(~y)[last]
    return RocCurve(
        false_positive_rate=np.insert(false / false[-1], 0, 0.0),
        sensitivity=np.insert(found / found[-1], 0, 0.0),
        cutoff=np.insert(s[last], 0, np.inf),
    )
