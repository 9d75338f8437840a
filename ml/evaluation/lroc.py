"""The area under the LROC curve, where every case has one forced mark: rated right and marked right. No torch.

Swensson, Med Phys 1996;23:1709-1725 (the curve). The area, its variance and paired comparison by placements: Wunderlich and
Noo, IEEE Trans Med Imaging 2012;31:2050-2061: DeLong's method on pairs in which a positive case counts only where its mark
lies on the lesion. Chance gives nearly 0, not 0.5; marks that all hit give the ROC area.

Only where every case has a mark, those called negative included: otherwise the figure is undefined, not merely biased.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.estimate import LEVEL, Proportion, proportion, z_of
from ml.evaluation.flags import true_or_false
from ml.evaluation.placements import Placed
from ml.evaluation.roc import Areas, Auc, AucDifference, compare_each_auc, roc_curve

LROC = "LROC area (Wunderlich and Noo)"
NO_SPREAD = "LROC's variance is 0: no interval"

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LrocCurve:
    """Points from (0, 0): false positive rate, and the share of positive cases called and marked right; with cutoffs."""

    false_positive_rate: Floats
    located: Floats
    cutoff: Floats


@dataclass(frozen=True)
class _Marked:
    """One score with its marks: components of positives (m,) and negatives (n,)."""

    positive: Floats
    negative: Floats

    @classmethod
    def of(cls, s: Floats, y: NDArray[np.bool_], hit: NDArray[np.bool_]) -> "_Marked":
        m, found = int(y.sum()), y & hit
        positive, negative = np.zeros(m), np.zeros(int((~y).sum()))
        if found.any() and negative.size:
            share, negative = Placed.of(s[found], s[~y]).components()
            positive[hit[y]] = share
            negative = negative * int(found.sum()) / m
        return cls(positive, negative)


def lroc_area(scores: ArrayLike, labels: ArrayLike, located: ArrayLike, level: float = LEVEL) -> Auc:
    """Of scores (n,), labels (n,) and whether the mark lies on the lesion (n,; of negative cases it is not read).

    Not estimable without both kinds of cases; no interval with fewer than two of each.
    """
    s, y, hit = _arrays(scores, labels, located)
    m, n = int(y.sum()), int((~y).sum())
    value = error = low = high = None
    reason = f"{m} of {m + n} cases are positive; an area needs both kinds" if min(m, n) == 0 else ""
    if not reason:
        one = _Marked.of(s, y, hit)
        value = float(one.positive.mean())
        reason = f"{m} positive and {n} negative cases: for a variance two of each are needed" if min(m, n) < 2 else ""
    if not reason:
        error = float(np.sqrt(one.positive.var(ddof=1) / m + one.negative.var(ddof=1) / n))
        reach = z_of(level) * error
        assert value is not None
        low, high = (None, None) if error == 0 else (max(0.0, value - reach), min(1.0, value + reach))
        reason = NO_SPREAD if error == 0 else ""
    return Auc(
        value=value, low=low, high=high, level=level, method=LROC, n=m + n, reason=reason,
        positives=m, negatives=n, standard_error=error,
    )  # fmt: skip


def compare_lroc_areas(
    first: tuple[ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike], labels: ArrayLike, level: float = LEVEL
) -> AucDifference:
    """Two readers, networks or arms on the same cases: (scores, located) of each."""
    rows = [_arrays(scores, labels, located) for scores, located in (first, second)]
    y = rows[0][1]
    m, n = int(y.sum()), int((~y).sum())
    if min(m, n) < 2:
        return compare_each_auc({"first": first[0], "second": second[0]}, labels, level)["first", "second"]
    marked = [_Marked.of(*row) for row in rows]
    positive, negative = np.array([one.positive for one in marked]), np.array([one.negative for one in marked])
    covariance = np.cov(positive) / m + np.cov(negative) / n
    return Areas(positive.mean(axis=1), covariance, m, n, LROC).difference(0, 1, level)


def lroc_curve(scores: ArrayLike, labels: ArrayLike, located: ArrayLike) -> LrocCurve:
    """One point for each distinct score; it ends at the share of marks that hit, not at 1."""
    s, y, hit = _arrays(scores, labels, located)
    curve = roc_curve(s, y)
    found = np.sort(s[y & hit])
    share = (found.size - np.searchsorted(found, curve.cutoff, side="left")) / int(y.sum())
    return LrocCurve(curve.false_positive_rate, share, curve.cutoff)


def located_share(located: Sequence[bool], level: float = LEVEL) -> Proportion:
    """Of positive cases, how many marks hit, whatever the rating; Wilson's interval."""
    return proportion(int(true_or_false(located, "marks").sum()), len(located), level=level)


def _arrays(scores: ArrayLike, labels: ArrayLike, located: ArrayLike) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    s, y, marks = np.asarray(scores, dtype=np.float64), true_or_false(labels, "labels"), np.asarray(located)
    if s.ndim != 1 or not s.shape == y.shape == marks.shape:
        raise ValueError(
            f"Shapes {s.shape}, {y.shape} and {marks.shape}; expected a score, a label and a mark for each case."
        )
    if not np.isfinite(s).all():
        raise ValueError(f"{int((~np.isfinite(s)).sum())} of {s.size} scores are not finite; leave those cases out.")
    # Marks of negative cases are not read: they may be missing.
    hit = np.zeros(y.shape, bool)
    hit[y] = true_or_false(marks[y], "marks of positive cases")
    return s, y, hit
