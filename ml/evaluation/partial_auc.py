"""The area over a part of the ROC curve, where specificity (or sensitivity) is high enough to matter. No torch.

McClish, Med Decis Making 1989;9:190-195, and her correction to 0.5 for chance and 1 for no error. Bounds, corner cases and
the bootstrap interval as R's pROC (Robin et al., BMC Bioinformatics 2011;12:77). There is no closed interval that is any
good.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.bootstrap import Bootstrap, Weights, percentiles
from ml.evaluation.estimate import LEVEL, Estimate, not_estimable
from ml.evaluation.resampled_auc import DEFAULT, STILL, resampled_difference
from ml.evaluation.roc import AucDifference, auc, checked

BELOW = "the curve lies below chance there: the correction is not defined"
STANDS = "no resampled curve differs over this part: no interval"
Floats = NDArray[np.float64]


class Focus(StrEnum):
    """What the part is a range of."""

    SPECIFICITY = "specificity"
    SENSITIVITY = "sensitivity"


@dataclass(frozen=True)
class Part:
    """A range of `focus` from `low` to `high`; pROC's partial.auc = c(1, 0.9) is the default."""

    low: float = 0.9
    high: float = 1.0
    focus: Focus = Focus.SPECIFICITY

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high <= 1:
            raise ValueError(f"The part is from {self.low} to {self.high}; expected two rising values from 0 to 1.")

    @property
    def chance(self) -> float:
        """The part's area below the diagonal."""
        return ((1 - self.low) ** 2 - (1 - self.high) ** 2) / 2

    def corrected(self, area: float) -> float:
        """McClish's correction: 1/2 · (1 + (area - chance) / (largest - chance))."""
        return (1 + (area - self.chance) / (self.high - self.low - self.chance)) / 2


@dataclass(frozen=True, kw_only=True)
class PartialAuc(Estimate):
    """The plain area over `part` (at most its width), and `corrected`: 0.5 for chance, 1 for no error."""

    part: Part
    corrected: Estimate


DEFAULT_PART = Part()


@dataclass(frozen=True, eq=False)
class _Steps:
    """A score's curve as counts: positives and negatives sorted down, and how many of each every step reaches."""

    positives: NDArray[np.intp]
    negatives: NDArray[np.intp]
    found: NDArray[np.intp]
    false: NDArray[np.intp]

    @classmethod
    def of(cls, s: Floats, y: NDArray[np.bool_]) -> "_Steps":
        up, down = np.sort(s[y]), np.sort(s[~y])
        cutoffs = np.unique(s)[::-1]
        found = np.concatenate([[0], up.size - np.searchsorted(up, cutoffs, side="left")])
        false = np.concatenate([[0], down.size - np.searchsorted(down, cutoffs, side="left")])
        return cls(np.argsort(-s[y], kind="stable"), np.argsort(-s[~y], kind="stable"), found, false)

    def areas(self, positive: Weights, negative: Weights, part: Part) -> Floats:
        """Over `part`, (replicates,), with weights (m, replicates) and (n, replicates)."""
        rate, found = _reached(negative, self.negatives, self.false), _reached(positive, self.positives, self.found)
        if part.focus is Focus.SPECIFICITY:
            return _between(rate, found, 1 - part.high, 1 - part.low)
        return _between(found, 1 - rate, part.low, part.high)


def _reached(weights: Weights, order: NDArray[np.intp], counts: NDArray[np.intp]) -> Floats:
    """Shares (steps, replicates) of the weight that the first so many of `order` have."""
    summed = np.zeros((order.size + 1, weights.shape[1]))
    np.cumsum(weights[order], axis=0, out=summed[1:])
    return np.asarray(summed[counts] / summed[-1])


def _between(x: Floats, y: Floats, low: float, high: float) -> Floats:
    """The area under lines through (x, y), both (steps, replicates), x rising, from low to high: (replicates,)."""
    width = np.diff(x, axis=0)
    left, right = np.clip(x[:-1], low, high), np.clip(x[1:], low, high)
    slope = np.divide(np.diff(y, axis=0), width, out=np.zeros_like(width), where=width > 0)
    return np.asarray(((right - left) * (y[:-1] + slope * ((left + right) / 2 - x[:-1]))).sum(axis=0))


def partial_auc(
    scores: ArrayLike,
    labels: ArrayLike,
    part: Part = DEFAULT_PART,
    bootstrap: Bootstrap = DEFAULT,
    level: float = LEVEL,
) -> PartialAuc:
    """The area of scores (n,) against labels (n,) over `part`, with the bootstrap's percentile interval."""
    whole = auc(scores, labels, level)
    if whole.value is None:
        none = not_estimable(whole.reason, bootstrap.words, whole.n, level)
        return PartialAuc(**vars(none), part=part, corrected=none)
    value, drawn = _values([scores], labels, part, bootstrap)
    limits: tuple[float | None, float | None] = (None, None)
    reason = STANDS if whole.standard_error is not None else whole.reason
    if whole.standard_error is not None and float(drawn[0].std()) > STILL:
        limits, reason = percentiles(drawn[0], level), ""
    plain = Estimate(
        value=float(value[0]), low=limits[0], high=limits[1], level=level, method=bootstrap.words, n=whole.n, reason=reason
    )
    return PartialAuc(**vars(plain), part=part, corrected=_corrected(plain, part))


def _corrected(plain: Estimate, part: Part) -> Estimate:
    assert plain.value is not None
    if plain.value < part.chance:
        return not_estimable(BELOW, plain.method, plain.n, plain.level)
    low, high = (None if one is None else part.corrected(one) for one in (plain.low, plain.high))
    return Estimate(
        value=part.corrected(plain.value), low=low, high=high, level=plain.level, method=f"{plain.method}, McClish",
        n=plain.n, reason=plain.reason,
    )  # fmt: skip


def compare_partial_auc(
    first: ArrayLike,
    second: ArrayLike,
    labels: ArrayLike,
    part: Part = DEFAULT_PART,
    bootstrap: Bootstrap = DEFAULT,
    level: float = LEVEL,
) -> AucDifference:
    """Two scores (n,) of the same cases: the difference of their plain partial areas, by the paired bootstrap."""
    whole = auc(first, labels, level)
    if whole.standard_error is None:
        return resampled_difference(None, None, bootstrap, level, whole.n, whole.reason)
    value, drawn = _values([first, second], labels, part, bootstrap)
    return resampled_difference(float(value[0] - value[1]), drawn[0] - drawn[1], bootstrap, level, whole.n)


def _values(scores: list[ArrayLike], labels: ArrayLike, part: Part, bootstrap: Bootstrap) -> tuple[Floats, Floats]:
    """Of each score the area (scores,), and the areas drawn (scores, replicates)."""
    rows = [checked(values, labels) for values in scores]
    y = rows[0][1]
    m, n = int(y.sum()), int((~y).sum())
    steps = [_Steps.of(values, y) for values, _ in rows]
    once = np.ones((m, 1), np.float32), np.ones((n, 1), np.float32)
    value = np.array([one.areas(*once, part)[0] for one in steps])
    drawn = [[one.areas(up, down, part) for one in steps] for up, down in bootstrap.draws(m, n)]
    return value, np.concatenate(drawn, axis=1)
