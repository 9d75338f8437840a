"""How far any number of raters agree on categories, ratings missing or not: Fleiss, Gwet, Brennan-Prediger, Krippendorff.

Fleiss, Psychol Bull 1971;76:378-382. AC1 and AC2: Gwet, Br J Math Stat Psychol 2008;61:29-48. Brennan and Prediger, Educ
Psychol Meas 1981;41:687-699. Krippendorff, Content Analysis, 3rd edition, chapter 11. With missing ratings, and all
intervals: Gwet, Handbook of Inter-Rater Reliability, 4th edition, chapters 2 to 5: variances linearised over the things that
were judged, raters taken as fixed, Student's t. No torch.

A table of ratings is (things, raters); missing is None or NaN. Things that nobody judged are left out; one judgement alone
tells of the categories' shares and nothing of agreement (in Krippendorff's alpha, nothing at all).
"""

from collections.abc import Hashable, Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from ml.evaluation.agreement import NO_SPREAD, ROUNDING, missing
from ml.evaluation.agreement_weights import Metric, Weighting, squared_distances, weight_matrix
from ml.evaluation.estimate import LEVEL, Estimate, not_estimable

NO_PAIR = "nothing was judged by two"
ONE_CATEGORY = "everything was put into one category: chance alone gives full agreement"
ONE_KNOWN = "only one category is known; name all that the raters could choose"
ONE_THING = "one thing alone has no variance"

Ratings = Sequence[Sequence[Hashable]]
Floats = NDArray[np.float64]


def fleiss_kappa(
    ratings: Ratings,
    categories: Sequence[Hashable] | None = None,
    weighting: Weighting = Weighting.NONE,
    level: float = LEVEL,
) -> Estimate:
    """Chance as the categories' shares over all raters. `categories` in their order (else those that occur, sorted)."""
    counts = _counts(ratings, categories)
    weights = weight_matrix(weighting, counts.shape[1])
    shares = _shares(counts)
    chance = float(shares @ weights @ shares)
    own = _each(counts) @ ((weights + weights.T) @ shares / 2)
    return _corrected(counts, weights, chance, own, _method("Fleiss' kappa", weighting), level)


def gwet_ac(
    ratings: Ratings,
    categories: Sequence[Hashable] | None = None,
    weighting: Weighting = Weighting.NONE,
    level: float = LEVEL,
) -> Estimate:
    """AC1, or AC2 where weighted: stands where nearly all are of one category, where kappas fall though raters agree.

    Name the `categories` that raters could choose: chance depends on how many there are.
    """
    counts = _counts(ratings, categories)
    q, weights = counts.shape[1], weight_matrix(weighting, counts.shape[1])
    method = _method("Gwet's AC1" if weighting is Weighting.NONE else "Gwet's AC2", weighting)
    if q < 2:
        return not_estimable(ONE_KNOWN if len(counts) else NO_PAIR, method, len(counts), level)
    shares, scale = _shares(counts), float(weights.sum()) / (q * (q - 1))
    chance = scale * float((shares * (1 - shares)).sum())
    return _corrected(counts, weights, chance, scale * (_each(counts) @ (1 - shares)), method, level)


def brennan_prediger(
    ratings: Ratings,
    categories: Sequence[Hashable],
    weighting: Weighting = Weighting.NONE,
    level: float = LEVEL,
) -> Estimate:
    """Chance as if all `categories` were equally likely: PABAK for any number of raters."""
    counts = _counts(ratings, categories)
    weights = weight_matrix(weighting, counts.shape[1])
    method = _method("Brennan-Prediger", weighting)
    if counts.shape[1] < 2:
        return not_estimable(ONE_KNOWN, method, len(counts), level)
    chance = float(weights.mean())
    return _corrected(counts, weights, chance, np.full(len(counts), chance), method, level)


def krippendorff_alpha(ratings: Ratings, metric: Metric = Metric.NOMINAL, level: float = LEVEL) -> Estimate:
    """1 - observed / expected disagreement, for any number of raters, missing ratings and kinds of value.

    But for NOMINAL the values are numbers; for RATIO none below 0. The interval takes the metric as given.
    """
    method = f"Krippendorff's alpha, {metric}, linearised interval (Gwet)"
    counts = _counts(ratings, None)
    counts = counts[counts.sum(axis=1) >= 2]
    n = len(counts)
    if n == 0:
        return not_estimable(NO_PAIR, method, 0, level)
    values = np.zeros(counts.shape[1]) if metric is Metric.NOMINAL else _numbers(_known(ratings), metric)
    used = counts.sum(axis=0) > 0
    counts, values = counts[:, used], values[used]
    distances = squared_distances(metric, values, counts.sum(axis=0))
    if distances.max() == 0:
        return not_estimable(ONE_CATEGORY, method, n, level)
    return _alpha(counts, 1 - distances / distances.max(), method, level)


def _alpha(counts: Floats, weights: Floats, method: str, level: float) -> Estimate:
    n, judged = len(counts), counts.sum(axis=1)
    mean = float(judged.mean())
    shares = (counts / mean).mean(axis=0)
    chance = float(shares @ weights @ shares)
    pairs = (counts * (counts @ weights.T - 1)).sum(axis=1) / (mean * (judged - 1))
    small = 1 / float(judged.sum())
    plain = float(pairs.mean())
    agreed = (1 - small) * plain + small
    value, without = (agreed - chance) / (1 - chance), (plain - chance) / (1 - chance)
    unequal = (judged - mean) / mean
    own = (pairs - agreed * unequal - chance) / (1 - chance)
    expected = counts @ (weights @ shares) / mean - chance * unequal
    linear = own - 2 * (1 - without) * (expected - chance) / (1 - chance)
    squares = float(((linear - without) ** 2).sum())
    return _student(value, squares, n, method, level)


def _corrected(counts: Floats, weights: Floats, chance: float, own_chance: Floats, method: str, level: float) -> Estimate:
    """(agreement - chance) / (1 - chance), from counts (things, categories); `own_chance` (things,) averages to `chance`."""
    n, judged = len(counts), counts.sum(axis=1)
    several = judged >= 2
    if not several.any():
        return not_estimable(NO_PAIR, method, n, level)
    if 1 - chance < ROUNDING:
        return not_estimable(ONE_CATEGORY, method, n, level)
    pairs = np.where(several, judged * (judged - 1), 1)
    agreed = (counts * (counts @ weights.T - 1)).sum(axis=1) / pairs * several
    value = (float(agreed.sum()) / int(several.sum()) - chance) / (1 - chance)
    own = n / int(several.sum()) * (agreed - chance * several) / (1 - chance)
    linear = own - 2 * (1 - value) * (own_chance - chance) / (1 - chance)
    return _student(value, float(((linear - value) ** 2).sum()), n, method, level)


def _student(value: float, squares: float, n: int, method: str, level: float) -> Estimate:
    reason = ONE_THING if n < 2 else NO_SPREAD if squares < ROUNDING else ""
    if reason:
        return Estimate(value=value, low=None, high=None, level=level, method=method, n=n, reason=reason)
    reach = float(student.ppf((1 + level) / 2, n - 1)) * sqrt(squares / (n * (n - 1)))
    low, high = max(-1.0, value - reach), min(1.0, value + reach)
    return Estimate(value=value, low=low, high=high, level=level, method=method, n=n)


def _method(name: str, weighting: Weighting) -> str:
    weights = "" if weighting is Weighting.NONE else f", {weighting} weights"
    return f"{name}{weights}, linearised interval (Gwet)"


def _counts(ratings: Ratings, categories: Sequence[Hashable] | None) -> Floats:
    """How many raters put each thing into each category: (things that anybody judged, categories)."""
    known = _known(ratings) if categories is None else list(categories)
    place = {category: index for index, category in enumerate(known)}
    counts = np.zeros((len(ratings), len(known)))
    for row, judgements in enumerate(ratings):
        for judgement in judgements:
            if not missing(judgement):
                if judgement not in place:
                    raise ValueError(f"{judgement!r} is none of the categories {known}; name all of them.")
                counts[row, place[judgement]] += 1
    return counts[counts.sum(axis=1) > 0]


def _known(ratings: Ratings) -> list[Hashable]:
    found = {one for judgements in ratings for one in judgements if not missing(one)}
    try:
        return sorted(found)  # type: ignore[type-var]
    except TypeError:
        return sorted(found, key=str)


def _numbers(known: Sequence[Hashable], metric: Metric) -> Floats:
    values = np.array([float(one) for one in known])  # type: ignore[arg-type]
    if metric is Metric.RATIO and (values < 0).any():
        raise ValueError(f"A ratio scale has no value below 0; found {values.min():g}.")
    return values


def _each(counts: Floats) -> Floats:
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _shares(counts: Floats) -> Floats:
    return _each(counts).mean(axis=0) if len(counts) else np.zeros(counts.shape[1])
