"""How much a disagreement between two categories counts: weights of kappas, squared distances of Krippendorff's alpha.

Linear: Cicchetti and Allison, Am J EEG Technol 1971;11:101-109. Quadratic: Fleiss and Cohen, Educ Psychol Meas
1973;33:613-619. Ordinal: Gwet, Handbook of Inter-Rater Reliability, 4th edition, chapter 3. Distances: Krippendorff, Content
Analysis, 3rd edition, chapter 11.
"""

from enum import StrEnum
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Weighting(StrEnum):
    """Full agreement alone counts, or near misses in part."""

    NONE = "no"
    LINEAR = "linear"
    QUADRATIC = "quadratic"
    ORDINAL = "ordinal"


class Metric(StrEnum):
    """What a category's value is: a name, a rank, a number, or a number with a true zero."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def weight_matrix(weighting: Weighting, categories: int) -> Floats:
    """(categories, categories), 1 for agreement down to 0 for the farthest pair; equally spaced, in their order."""
    if categories < 2 or weighting is Weighting.NONE:
        return np.eye(categories)
    apart = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories)))
    if weighting is Weighting.ORDINAL:
        pairs = np.array([comb(steps + 1, 2) for steps in range(categories)], float)
        return np.asarray(1 - pairs[apart] / pairs[-1])
    power = 1 if weighting is Weighting.LINEAR else 2
    return np.asarray(1 - (apart / (categories - 1)) ** power)


def squared_distances(metric: Metric, values: Floats, counts: Floats) -> Floats:
    """Krippendorff's squared differences (values, values) of rising `values`; `counts`: how often each occurs in pairs."""
    if metric is Metric.NOMINAL:
        return 1 - np.eye(len(values))
    if metric is Metric.INTERVAL:
        return np.asarray(np.subtract.outer(values, values) ** 2)
    if metric is Metric.RATIO:
        total = np.add.outer(values, values)
        return np.divide(np.subtract.outer(values, values), total, out=np.zeros_like(total), where=total != 0) ** 2
    # Ranks: what lies between two values, and half of each of the two.
    middle = np.cumsum(counts) - counts / 2
    return np.asarray(np.subtract.outer(middle, middle) ** 2)
