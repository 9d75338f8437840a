"""ROC curve and area with DeLong's interval: pure functions, frozen results, no torch.

DeLong, DeLong, Clarke-Pearson, Biometrics 1988;44:837-845, computed by ranks (Sun and Xu, IEEE Signal Process Lett
2014;21:1389-1393).
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata


@dataclass(frozen=True)
class Auc:
    """Area under the ROC curve with its interval; `low` and `high` lie within 0…1."""

    value: float
    low: float
    high: float
    level: float
    positives: int
    negatives: int
    standard_error: float


@dataclass(frozen=True, eq=False)
class RocCurve:
    """Points of the empirical curve from (0, 0) to (1, 1): false positive rate, sensitivity, and the cutoff of each point.

    A case is called positive at or above the cutoff; the first cutoff is infinite.
    """

    false_positive_rate: NDArray[np.float64]
    sensitivity: NDArray[np.float64]
    cutoff: NDArray[np.float64]


def checked(scores: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores (n,) and labels (n,) as arrays; ValueError unless finite, of one length, with both labels present."""
    s, y = np.asarray(scores, dtype=np.float64), np.asarray(labels)
    if s.ndim != 1 or s.shape != y.shape:
        raise ValueError(f"Scores have shape {s.shape} and labels {y.shape}; expected one label for each score.")
    if not np.isfinite(s).all():
        raise ValueError(
            f"{int((~np.isfinite(s)).sum())} of {s.size} scores are not finite; leave those cases out and say so."
        )
    truth = y.astype(bool)
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


def auc(scores: ArrayLike, labels: ArrayLike, level: float = 0.95) -> Auc:
    """Area under the curve with DeLong's interval on the plain scale, cut at 0 and 1.

    With one positive or one negative case the variance cannot be estimated: the interval is then 0…1.
    """
    if not 0 < level < 1:
        raise ValueError(f"The level is {level}; expected a value between 0 and 1, such as 0.95.")
    positive, negative = placements(scores, labels)
    value = float(positive.mean())
    m, n = positive.size, negative.size
    if min(m, n) < 2:
        return Auc(value, 0.0, 1.0, level, m, n, float("inf"))
    error = float(np.sqrt(positive.var(ddof=1) / m + negative.var(ddof=1) / n))
    reach = NormalDist().inv_cdf(0.5 + level / 2) * error
    return Auc(value, max(0.0, value - reach), min(1.0, value + reach), level, m, n, error)


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
