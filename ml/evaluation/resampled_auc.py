"""ROC areas by the bootstrap: one area, and differences of paired and of unpaired ones. No torch.

Stratified, percentile intervals, and a difference's test against its bootstrap standard error: as R's pROC (Robin et al.,
BMC Bioinformatics 2011;12:77). For ordinary areas DeLong's interval says the same in a thousandth of the time.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.bootstrap import Bootstrap, percentiles
from ml.evaluation.estimate import LEVEL, two_sided
from ml.evaluation.placements import Placed
from ml.evaluation.roc import ALIKE, NO_SPREAD, Auc, AucDifference, auc, checked

DEFAULT = Bootstrap()
STILL = 1e-12


def bootstrap_auc(scores: ArrayLike, labels: ArrayLike, bootstrap: Bootstrap = DEFAULT, level: float = LEVEL) -> Auc:
    """Area of scores (n,) against labels (n,) with the percentile interval."""
    plain = auc(scores, labels, level)
    low = high = error = None
    reason = plain.reason
    if plain.standard_error is not None:
        values = areas_drawn([scores], labels, bootstrap)[0]
        error = float(values.std(ddof=1))
        low, high = percentiles(values, level)
        if error < STILL:
            low, high, reason = None, None, NO_SPREAD
    return Auc(
        value=plain.value, low=low, high=high, level=level, method=bootstrap.words, n=plain.n, reason=reason,
        positives=plain.positives, negatives=plain.negatives, standard_error=error,
    )  # fmt: skip


def bootstrap_compare_auc(
    first: ArrayLike, second: ArrayLike, labels: ArrayLike, bootstrap: Bootstrap = DEFAULT, level: float = LEVEL
) -> AucDifference:
    """Two scores (n,) of the same cases: each replicate draws the same cases for both."""
    one, other = auc(first, labels, level), auc(second, labels, level)
    if one.value is None or other.value is None or one.standard_error is None:
        return resampled_difference(None, None, bootstrap, level, one.n, one.reason)
    drawn = areas_drawn([first, second], labels, bootstrap)
    return resampled_difference(one.value - other.value, drawn[0] - drawn[1], bootstrap, level, one.n)


def bootstrap_compare_auc_unpaired(
    first: tuple[ArrayLike, ArrayLike],
    second: tuple[ArrayLike, ArrayLike],
    bootstrap: Bootstrap = DEFAULT,
    level: float = LEVEL,
) -> AucDifference:
    """Scores and labels of two samples without a common case: each drawn on its own."""
    one, other = (auc(scores, labels, level) for scores, labels in (first, second))
    n = one.n + other.n
    if one.value is None or other.value is None or one.standard_error is None or other.standard_error is None:
        return resampled_difference(None, None, bootstrap, level, n, one.reason or other.reason)
    # Another seed for the second, or equal samples would always draw alike.
    again = Bootstrap(bootstrap.replicates, bootstrap.seed + 1)
    drawn = areas_drawn([first[0]], first[1], bootstrap)[0] - areas_drawn([second[0]], second[1], again)[0]
    return resampled_difference(one.value - other.value, drawn, bootstrap, level, n)


def areas_drawn(scores: list[ArrayLike], labels: ArrayLike, bootstrap: Bootstrap) -> NDArray[np.float64]:
    """Areas (scores, replicates) of scores of the same cases, the same cases drawn for all."""
    rows = [checked(values, labels) for values in scores]
    y = rows[0][1]
    placed = [Placed.of(values[y], values[~y]) for values, _ in rows]
    portions = bootstrap.draws(int(y.sum()), int((~y).sum()))
    return np.concatenate([[one.area(*weights) for one in placed] for weights in portions], axis=1)


def resampled_difference(
    value: float | None,
    drawn: NDArray[np.float64] | None,
    bootstrap: Bootstrap,
    level: float,
    n: int,
    reason: str = "",
) -> AucDifference:
    """From the differences (replicates,) drawn: the percentile interval, and value / standard deviation as z."""
    error = low = high = z = p = None
    if value is not None and drawn is not None:
        error = float(drawn.std(ddof=1))
        if error < STILL:
            error, reason = None, ALIKE
        else:
            low, high = percentiles(drawn, level)
            z = value / error
            p = two_sided(z)
    return AucDifference(
        value=value, low=low, high=high, level=level, method=bootstrap.words, n=n, reason=reason,
        standard_error=error, statistic=z, p=p,
    )  # fmt: skip
