"""ROC areas where a patient (cluster) has several examinations, some with and some without recurrence. No torch.

Obuchowski, Biometrics 1997;53:567-578: DeLong's components summed within patients; with one case a patient it is DeLong's
method. The cluster bootstrap draws whole patients (Field and Welsh, J R Stat Soc B 2007;69:369-390).
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.bootstrap import Bootstrap, percentiles
from ml.evaluation.clustered import numbered
from ml.evaluation.estimate import LEVEL, z_of
from ml.evaluation.placements import Placed
from ml.evaluation.resampled_auc import DEFAULT, STILL, resampled_difference
from ml.evaluation.roc import Areas, Auc, AucDifference, auc, checked

OBUCHOWSKI = "DeLong in clusters (Obuchowski)"
FEW_PATIENTS = "for a variance two patients with and two without recurrence are needed, at some time"
NOT_ABOVE = "the variance in clusters is not above 0: no interval"
ONE_KIND = "too few resamples hold both kinds of cases"

Floats = NDArray[np.float64]


def clustered_areas(scores: Sequence[ArrayLike], labels: ArrayLike, clusters: Sequence[Hashable]) -> Areas:
    """Areas of k scores (n,) of the same cases, `clusters` (n,) whose they are, and their covariance (k, k)."""
    rows, of = [checked(row, labels) for row in scores], numbered(clusters)
    y = rows[0][1]
    if of.shape != y.shape:
        raise ValueError(f"{of.size} clusters for {y.size} cases; expected one for each.")
    m, n, count = int(y.sum()), int((~y).sum()), int(of.max()) + 1
    found = [Placed.of(row[y], row[~y]).components() for row, _ in rows]
    areas = np.array([positive.mean() for positive, _ in found])
    up, down = of[y], of[~y]
    with_it, without = len(np.unique(up)), len(np.unique(down))
    if min(with_it, without) < 2:
        return Areas(areas, None, m, n, OBUCHOWSKI)
    tens = np.array([np.bincount(up, one - area, count) for (one, _), area in zip(found, areas, strict=True)]) / m
    ones = np.array([np.bincount(down, one - area, count) for (_, one), area in zip(found, areas, strict=True)]) / n
    crossed = count / (count - 1) * (tens @ ones.T)
    own = with_it / (with_it - 1) * (tens @ tens.T) + without / (without - 1) * (ones @ ones.T)
    return Areas(areas, own + crossed + crossed.T, m, n, OBUCHOWSKI)


def clustered_auc(scores: ArrayLike, labels: ArrayLike, clusters: Sequence[Hashable], level: float = LEVEL) -> Auc:
    """Area of scores (n,) with Obuchowski's interval, cut at 0 and 1."""
    plain = auc(scores, labels, level)
    if plain.value is None:
        return _auc(plain, None, None, OBUCHOWSKI, plain.reason)
    areas = clustered_areas([scores], labels, clusters)
    if areas.covariance is None:
        return _auc(plain, None, None, OBUCHOWSKI, FEW_PATIENTS)
    variance = float(areas.covariance[0, 0])
    if variance <= STILL**2:
        return _auc(plain, None, None, OBUCHOWSKI, NOT_ABOVE)
    error = float(np.sqrt(variance))
    reach = z_of(level) * error
    return _auc(plain, error, (max(0.0, plain.value - reach), min(1.0, plain.value + reach)), OBUCHOWSKI, "")


def compare_clustered_auc(
    first: ArrayLike, second: ArrayLike, labels: ArrayLike, clusters: Sequence[Hashable], level: float = LEVEL
) -> AucDifference:
    """Two scores (n,) of the same cases."""
    one = auc(first, labels, level)
    if one.value is None:
        return resampled_difference(None, None, DEFAULT, level, one.n, one.reason)
    return clustered_areas([first, second], labels, clusters).difference(0, 1, level)


def cluster_bootstrap_auc(
    scores: ArrayLike,
    labels: ArrayLike,
    clusters: Sequence[Hashable],
    bootstrap: Bootstrap = DEFAULT,
    level: float = LEVEL,
) -> Auc:
    """Area of scores (n,) with the percentile interval over drawn patients."""
    plain, method = auc(scores, labels, level), _method(bootstrap)
    if plain.value is None:
        return _auc(plain, None, None, method, plain.reason)
    drawn = _drawn([scores], labels, clusters, bootstrap)
    if drawn is None:
        return _auc(plain, None, None, method, ONE_KIND)
    error = float(drawn[0].std(ddof=1))
    if error < STILL:
        return _auc(plain, None, None, method, NOT_ABOVE)
    return _auc(plain, error, percentiles(drawn[0], level), method, "")


def cluster_bootstrap_compare_auc(
    first: ArrayLike,
    second: ArrayLike,
    labels: ArrayLike,
    clusters: Sequence[Hashable],
    bootstrap: Bootstrap = DEFAULT,
    level: float = LEVEL,
) -> AucDifference:
    """Two scores (n,) of the same cases, the same patients drawn for both."""
    one, other = auc(first, labels, level), auc(second, labels, level)
    drawn = None if one.value is None else _drawn([first, second], labels, clusters, bootstrap)
    if one.value is None or other.value is None or drawn is None:
        return resampled_difference(None, None, bootstrap, level, one.n, one.reason or ONE_KIND)
    return resampled_difference(one.value - other.value, drawn[0] - drawn[1], bootstrap, level, one.n)


def _drawn(scores: list[ArrayLike], labels: ArrayLike, clusters: Sequence[Hashable], bootstrap: Bootstrap) -> Floats | None:
    """Areas (scores, replicates) over drawn patients; None where fewer than nine in ten replicates hold both kinds."""
    rows, of = [checked(values, labels) for values in scores], numbered(clusters)
    y = rows[0][1]
    if of.shape != y.shape:
        raise ValueError(f"{of.size} clusters for {y.size} cases; expected one for each.")
    placed = [Placed.of(values[y], values[~y]) for values, _ in rows]
    portions = []
    for (weights,) in bootstrap.draws(int(of.max()) + 1):
        up, down = weights[of[y]], weights[of[~y]]
        both = (up.sum(axis=0) > 0) & (down.sum(axis=0) > 0)
        portions.append(np.array([one.area(up[:, both], down[:, both]) for one in placed]))
    found = np.concatenate(portions, axis=1)
    return found if found.shape[1] >= 0.9 * bootstrap.replicates else None


def _auc(plain: Auc, error: float | None, limits: tuple[float, float] | None, method: str, reason: str) -> Auc:
    low, high = limits if limits else (None, None)
    return Auc(
        value=plain.value, low=low, high=high, level=plain.level, method=method, n=plain.n, reason=reason,
        positives=plain.positives, negatives=plain.negatives, standard_error=error,
    )  # fmt: skip


def _method(bootstrap: Bootstrap) -> str:
    return f"bootstrap, {bootstrap.replicates} replicates of patients"
