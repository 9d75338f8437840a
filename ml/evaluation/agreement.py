"""How far two people who judged the same things agree: kappa, weighted or not, PABAK, agreement on one category. No torch.

Cohen's kappa: Cohen, Educ Psychol Meas 1960;20:37-46; weighted: Psychol Bull 1968;70:213-220. Standard errors: Fleiss, Cohen
and Everitt, Psychol Bull 1969;72:323-327. PABAK: Byrt, Bishop and Carlin, J Clin Epidemiol 1993;46:423-429. Agreement on one
category: Cicchetti and Feinstein, J Clin Epidemiol 1990;43:551-558, with the standard error by the delta method on the
multinomial table (Mackinnon, Comput Biol Med 2000;30:127-134).

Missing is None or NaN: a pair with one missing is left out, and n says how many were not. For one reader's two readings of
the same cases (intra-reader) give them as first and second.
"""

from collections.abc import Hashable, Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.agreement_weights import Weighting, weight_matrix
from ml.evaluation.estimate import LEVEL, Estimate, Interval, not_estimable, proportion, z_of

KAPPA = "Cohen's kappa, asymptotic interval (Fleiss, Cohen and Everitt)"
SPECIFIC = "specific agreement, delta-method interval"
NOTHING = "nothing was judged by both"
ONE_CATEGORY = "both put everything into one and the same category: chance alone gives full agreement"
NOWHERE = "neither used this category"
ROUNDING = 1e-12
NO_SPREAD = "the asymptotic standard error of such a table is 0: no interval"

Floats = NDArray[np.float64]


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable], level: float = LEVEL) -> Estimate:
    """Unweighted kappa of two raters' categories (n,) each, of the same things in the same order.

    The interval is cut at -1 and 1. Not estimable without anything judged, or where chance alone gives full agreement. There
    is no interval where the standard error is 0, as for full agreement: a width of 0 would claim certainty.
    """
    pairs = _paired(first, second)
    known = list(dict.fromkeys(one for pair in pairs for one in pair))
    return _kappa(_table(pairs, known), np.eye(len(known)), KAPPA, level)


def weighted_kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    categories: Sequence[Hashable],
    weighting: Weighting = Weighting.LINEAR,
    level: float = LEVEL,
) -> Estimate:
    """Kappa of ordered categories, where near misses count in part. `categories` are all levels, lowest first.

    All of them, used or not: the weights depend on how many there are. ValueError for a category that is none of them.
    """
    pairs = _paired(first, second)
    method = f"weighted kappa, {weighting} weights, asymptotic interval (Fleiss, Cohen and Everitt)"
    return _kappa(_table(pairs, list(categories)), weight_matrix(weighting, len(categories)), method, level)


def pabak(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    categories: Sequence[Hashable],
    interval: Interval = Interval.WILSON,
    level: float = LEVEL,
) -> Estimate:
    """Prevalence- and bias-adjusted kappa, (k · agreement - 1) / (k - 1) for k categories: 2 · agreement - 1 for two.

    The interval is that of the agreement's proportion, carried over. It answers what kappa would be at even prevalence, and
    belongs beside kappa, not in its place.
    """
    pairs, k = _paired(first, second), len(categories)
    _table(pairs, list(categories))
    agreed = proportion(sum(one == other for one, other in pairs), len(pairs), interval, level)
    method = f"PABAK, {interval.words} interval"
    if agreed.value is None or agreed.low is None or agreed.high is None:
        return not_estimable(NOTHING, method, 0, level)
    if k < 2:
        return not_estimable(ONE_CATEGORY, method, agreed.n, level)
    value, low, high = ((k * one - 1) / (k - 1) for one in (agreed.value, agreed.low, agreed.high))
    return Estimate(value=value, low=low, high=high, level=level, method=method, n=agreed.n)


def specific_agreement(
    first: Sequence[Hashable], second: Sequence[Hashable], category: Hashable, level: float = LEVEL
) -> Estimate:
    """Of all that either called `category`, the share on which both did: positive agreement for True, negative for False.

    2a / (2a + b + c), with a: both, b and c: one alone. The interval is cut at 0 and 1; there is none where
    the standard error is 0.
    """
    pairs = [(one == category, other == category) for one, other in _paired(first, second)]
    n = len(pairs)
    if n == 0:
        return not_estimable(NOTHING, SPECIFIC, 0, level)
    both, alone = sum(one and other for one, other in pairs), sum(one != other for one, other in pairs)
    named = 2 * both + alone
    if named == 0:
        return not_estimable(NOWHERE, SPECIFIC, n, level)
    error = 2 * sqrt(both * alone * (both + alone)) / named**2
    return _estimate(2 * both / named, error, 0.0, level=level, method=SPECIFIC, n=n)


def _kappa(table: Floats, weights: Floats, method: str, level: float) -> Estimate:
    """From counts and weights, both (categories, categories): 1 on the weights' diagonal."""
    n = int(table.sum())
    if n == 0:
        return not_estimable(NOTHING, method, 0, level)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    # Sums of whole counts that are not negative: 0 only where there is nothing to differ by.
    apart = 1 - weights
    if (apart * np.outer(rows, columns)).sum() == 0:
        return not_estimable(ONE_CATEGORY, method, n, level)
    share, row, column = table / n, rows / n, columns / n
    missed = float((apart * np.outer(row, column)).sum())
    kappa = 1 - float((apart * share).sum()) / missed
    own = (weights @ column)[:, None] + (row @ weights)[None, :]
    squares = float((share * (weights - own * (1 - kappa)) ** 2).sum())
    variance = squares - (kappa - (1 - missed) * (1 - kappa)) ** 2
    # Below rounding it is 0: a sum of terms of order 1 that cancel.
    error = sqrt(variance / n) / missed if variance > ROUNDING else 0.0
    return _estimate(kappa, error, -1.0, level=level, method=method, n=n)


def _estimate(value: float, error: float, least: float, *, level: float, method: str, n: int) -> Estimate:
    if error == 0:
        return Estimate(value=value, low=None, high=None, level=level, method=method, n=n, reason=NO_SPREAD)
    reach = z_of(level) * error
    return Estimate(
        value=value, low=max(least, value - reach), high=min(1.0, value + reach), level=level, method=method, n=n
    )


def _paired(first: Sequence[Hashable], second: Sequence[Hashable]) -> list[tuple[Hashable, Hashable]]:
    if len(first) != len(second):
        raise ValueError(f"{len(first)} judgements of one and {len(second)} of the other; expected as many.")
    return [pair for pair in zip(first, second, strict=True) if not any(map(missing, pair))]


def missing(judgement: Hashable) -> bool:
    """None or NaN, which equals nothing, itself included."""
    return judgement is None or judgement != judgement


def _table(pairs: Sequence[tuple[Hashable, Hashable]], categories: Sequence[Hashable]) -> Floats:
    """Counts (categories, categories): the first's in rows."""
    place = {category: index for index, category in enumerate(categories)}
    unknown = {one for pair in pairs for one in pair} - place.keys()
    if unknown:
        raise ValueError(f"{sorted(map(str, unknown))} is none of the categories {list(categories)}; name all of them.")
    table = np.zeros((len(categories), len(categories)))
    for one, other in pairs:
        table[place[one], place[other]] += 1
    return table
