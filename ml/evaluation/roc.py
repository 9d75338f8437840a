"""ROC curve, area with DeLong's interval, and comparison of areas: pure functions, frozen results, no torch.

DeLong, DeLong, Clarke-Pearson, Biometrics 1988;44:837-845, computed by sorting (as Sun and Xu, IEEE Signal Process Lett
2014;21:1389-1393, do by ranks). Two samples without a common case: Welch's t on the two variances, as pROC (Robin et al.,
BMC Bioinformatics 2011;12:77).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from ml.evaluation.estimate import LEVEL, Comparison, Estimate, two_sided, z_of
from ml.evaluation.flags import true_or_false
from ml.evaluation.placements import Placed

DELONG = "DeLong"
UNPAIRED = "DeLong, two samples, Welch's t"
NO_SPREAD = "the scores separate the kinds entirely: DeLong's variance is 0, and so no interval"
ALIKE = "the difference has no variance: both scores place every case alike"


@dataclass(frozen=True, kw_only=True)
class Auc(Estimate):
    """Area under the ROC curve with its interval; `low` and `high` lie within 0…1."""

    positives: int
    negatives: int
    standard_error: float | None


@dataclass(frozen=True, kw_only=True)
class AucDifference(Comparison):
    """Area of the first score minus that of the second; `statistic` and two-sided `p` against no difference.

    The statistic is z, or Student's t where it has degrees of `freedom` (two samples without a common case).
    """

    covariance: float | None = None

    @property
    def z(self) -> float | None:
        """The statistic."""
        return self.statistic


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas (k,) of scores of the same cases and their `covariance` (k, k), None with fewer than two cases of a kind."""

    areas: NDArray[np.float64]
    covariance: NDArray[np.float64] | None
    positives: int
    negatives: int
    method: str = DELONG

    def difference(self, first: int, second: int, level: float = LEVEL) -> AucDifference:
        """Of two of the scores, by DeLong's paired test."""
        n = self.positives + self.negatives
        value = float(self.areas[first] - self.areas[second])
        if self.covariance is None:
            return _difference(None, None, level=level, n=n, reason="for a variance two of each kind are needed")
        alone = float(self.covariance[first, first] + self.covariance[second, second])
        crossed = float(self.covariance[first, second])
        variance = alone - 2 * crossed
        # Below rounding error of the three terms the variance is none: such scores rank all pairs alike.
        still = variance <= 1e-12 * max(alone, 1e-12)
        error, reason = (None, ALIKE) if still else (float(np.sqrt(variance)), "")
        found = _difference(value, error, level=level, n=n, reason=reason, covariance=crossed)
        return replace(found, method=self.method)


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
    s, y = np.asarray(scores, dtype=np.float64), true_or_false(labels, "labels")
    if s.ndim != 1 or s.shape != y.shape:
        raise ValueError(f"Scores have shape {s.shape} and labels {y.shape}; expected one label for each score.")
    if not np.isfinite(s).all():
        raise ValueError(
            f"{int((~np.isfinite(s)).sum())} of {s.size} scores are not finite; leave those cases out and say so."
        )
    return s, y


def checked(scores: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores (n,) and labels (n,) as arrays; ValueError unless finite, of one length, with both labels present."""
    s, truth = _arrays(scores, labels)
    if truth.all() or not truth.any():
        raise ValueError(f"{int(truth.sum())} of {truth.size} cases are positive; an ROC curve needs both kinds.")
    return s, truth


def placements(scores: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """DeLong's placement values of the positives (m,) and of the negatives (n,); both have the AUC as their mean."""
    s, y = checked(scores, labels)
    return Placed.of(s[y], s[~y]).components()


def delong(scores: Sequence[ArrayLike], labels: ArrayLike) -> Areas:
    """Areas of k scores (n,) each of the same cases with labels (n,), and how they vary together."""
    rows = [checked(values, labels) for values in scores]
    y = rows[0][1] if rows else np.zeros(0, bool)
    diseased, healthy = np.flatnonzero(y), np.flatnonzero(~y)
    m, n = diseased.size, healthy.size
    found = [Placed.of(row[diseased], row[healthy]).components() for row, _ in rows]
    positive, negative = (np.array([one[kind] for one in found]) for kind in (0, 1))
    if min(m, n) < 2:
        return Areas(positive.mean(axis=1), None, m, n)
    covariance = np.atleast_2d(np.cov(positive)) / m + np.atleast_2d(np.cov(negative)) / n
    return Areas(positive.mean(axis=1), covariance, m, n)


def auc(scores: ArrayLike, labels: ArrayLike, level: float = LEVEL) -> Auc:
    """Area under the curve with DeLong's interval on the plain scale, cut at 0 and 1.

    Without a positive or a negative case there is no area, with only one of either no variance, and where the scores
    separate the kinds no interval, since a width of 0 would claim certainty: `reason` says so.
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
        if min(m, n) < 2:
            reason = f"{m} positive and {n} negative cases: for a variance two of each are needed"
        else:
            error = float(np.sqrt(positive.var(ddof=1) / m + negative.var(ddof=1) / n))
            low, high = max(0.0, value - reach * error), min(1.0, value + reach * error)
            if error == 0:
                low, high, reason = None, None, NO_SPREAD
    return Auc(
        value=value, low=low, high=high, level=level, method=DELONG, n=m + n, reason=reason,
        positives=m, negatives=n, standard_error=error,
    )  # fmt: skip


def compare_auc(first: ArrayLike, second: ArrayLike, labels: ArrayLike, level: float = LEVEL) -> AucDifference:
    """Two scores of the same cases: difference of their areas with DeLong's paired interval and test.

    Where both rank every pair alike the difference has no variance: z and p are None and `reason` says so. A p above a
    level never shows that two areas are equal.
    """
    return compare_each_auc({"first": first, "second": second}, labels, level)["first", "second"]


def compare_each_auc(
    scores: Mapping[str, ArrayLike], labels: ArrayLike, level: float = LEVEL
) -> dict[tuple[str, str], AucDifference]:
    """Every pair of named scores of the same cases, in the given order, from one pass over each score."""
    checked_ones = [_arrays(values, labels) for values in scores.values()]
    y = checked_ones[0][1] if checked_ones else np.zeros(0, bool)
    m, n = int(y.sum()), int((~y).sum())
    pairs = list(combinations(enumerate(scores), 2))
    if min(m, n) < 2:
        reason = f"{m} positive and {n} negative cases; two of each are needed"
        none = _difference(None, None, level=level, n=m + n, reason=reason)
        return {(one, other): none for (_, one), (_, other) in pairs}
    areas = delong([values for values, _ in checked_ones], y)
    return {(one, other): areas.difference(i, j, level) for (i, one), (j, other) in pairs}


def compare_auc_unpaired(
    first: tuple[ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike], level: float = LEVEL
) -> AucDifference:
    """Scores and labels of two samples without a common case: t with Welch's degrees of freedom, as R's pROC has it."""
    one, other = (auc(scores, labels, level) for scores, labels in (first, second))
    n = one.n + other.n
    if one.standard_error is None or other.standard_error is None or one.value is None or other.value is None:
        return replace(_difference(None, None, level=level, n=n, reason=one.reason or other.reason), method=UNPAIRED)
    value = one.value - other.value
    parts = one.standard_error**2, other.standard_error**2
    if sum(parts) == 0:
        return replace(_difference(value, None, level=level, n=n, reason=NO_SPREAD), method=UNPAIRED)
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (one.n - 1) + parts[1] ** 2 / (other.n - 1))
    return _difference(value, float(np.sqrt(sum(parts))), level=level, n=n, covariance=0.0, freedom=freedom)


def _difference(
    value: float | None,
    error: float | None,
    *,
    level: float,
    n: int,
    reason: str = "",
    freedom: float | None = None,
    covariance: float | None = None,
) -> AucDifference:
    low = high = z = p = None
    if value is not None and error is not None:
        z = value / error
        if freedom is None:
            reach, p = z_of(level), two_sided(z)
        else:
            reach, p = float(student.ppf((1 + level) / 2, freedom)), float(2 * student.sf(abs(z), freedom))
        low, high = max(-1.0, value - reach * error), min(1.0, value + reach * error)
    return AucDifference(
        value=value, low=low, high=high, level=level, method=DELONG if freedom is None else UNPAIRED, n=n, reason=reason,
        standard_error=error, covariance=covariance, statistic=z, p=p, freedom=() if freedom is None else (freedom,),
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
