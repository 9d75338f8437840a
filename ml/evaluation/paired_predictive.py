"""PPV and NPV of two judges of the same cases: the weighted generalised score test. No torch.

Kosinski, Stat Med 2013;32:964-977. McNemar's test does not hold here: whom each calls positive, and so whom each is judged
on, differs. The statistic equals the ordinary score test where the two never call the same case.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.estimate import LEVEL, Comparison, not_estimable, two_sided, z_of
from ml.evaluation.flags import true_or_false

KOSINSKI = "weighted generalised score test (Kosinski), delta-method interval"


@dataclass(frozen=True)
class PredictiveComparison:
    """Differences of PPV and of NPV, first minus second."""

    positive: Comparison
    negative: Comparison


def compare_predictive_values(
    first: ArrayLike, second: ArrayLike, labels: ArrayLike, level: float = LEVEL
) -> PredictiveComparison:
    """Calls (n,) of two judges and labels (n,), all true or false, of the same cases in the same order.

    `statistic` is the signed root of Kosinski's chi-square. The interval is the delta method's on the table of both calls
    and the truth, cut at -1 and 1; so at its edge it may disagree with p.
    """
    a, b, y = true_or_false(first, "calls"), true_or_false(second, "calls"), true_or_false(labels, "labels")
    if a.ndim != 1 or not a.shape == b.shape == y.shape:
        raise ValueError(f"Shapes {a.shape}, {b.shape} and {y.shape}; expected two calls and one label for every case.")
    return PredictiveComparison(_compared(a, b, y, level), _compared(~a, ~b, ~y, level))


def _compared(a: NDArray[np.bool_], b: NDArray[np.bool_], right: NDArray[np.bool_], level: float) -> Comparison:
    """Of the calls of one kind: `a` and `b` (n,) say who called so, `right` where that is right."""
    called, also = int(a.sum()), int(b.sum())
    if min(called, also) == 0:
        reason = "one of the two calls nobody so: there is nothing to compare"
        return Comparison(**vars(not_estimable(reason, KOSINSKI, a.size, level)), statistic=None, p=None)
    one, other = float(right[a].mean()), float(right[b].mean())
    pooled = (right[a].sum() + right[b].sum()) / (called + also)
    shared = ((right[a & b] - pooled) ** 2).sum() / (called + also)
    variance = float((pooled * (1 - pooled) - 2 * shared) * (1 / called + 1 / also))
    # Each case's share in the difference.
    own = a * (right - one) / called - b * (right - other) / also
    error = sqrt(float((own**2).sum()))
    reach = z_of(level) * error
    value, reason = one - other, ""
    z = p = low = high = None
    if variance > 1e-12:
        z = value / sqrt(variance)
        p = two_sided(z)
    if error > 1e-9:
        low, high = max(-1.0, value - reach), min(1.0, value + reach)
    if z is None or low is None:
        reason = "the difference has no variance: both call the same cases so, or none of them wrongly"
    return Comparison(
        value=value, low=low, high=high, level=level, method=KOSINSKI, n=a.size, reason=reason,
        statistic=z, p=p, standard_error=error if low is not None else None,
    )  # fmt: skip
