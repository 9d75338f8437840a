"""Sensitivity, specificity and their company from a fourfold table, each with its interval. No torch."""

from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binomtest


class Interval(StrEnum):
    """A proportion's interval: the paper has Wald for networks, corrected Wilson for radiologists and DARNDEST."""

    WALD = "wald"
    WILSON = "wilson"
    WILSON_CORRECTED = "wilsoncc"
    EXACT = "exact"


@dataclass(frozen=True)
class Proportion:
    """`count` of `total`; value and interval are None where `total` is 0 (nothing to estimate from)."""

    count: int
    total: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Diagnostic:
    """A reader's or network's fourfold table and what follows from it."""

    true_positive: int
    false_negative: int
    false_positive: int
    true_negative: int
    sensitivity: Proportion
    specificity: Proportion
    accuracy: Proportion
    positive_predictive_value: Proportion
    negative_predictive_value: Proportion


def proportion(count: int, total: int, interval: Interval = Interval.WILSON, level: float = 0.95) -> Proportion:
    """`count` of `total` with its interval; ValueError unless 0 <= count <= total."""
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is no proportion; expected a count from 0 to the total.")
    if total == 0:
        return Proportion(count, total, None, None, None)
    value = count / total
    if interval is Interval.WALD:
        reach = NormalDist().inv_cdf(0.5 + level / 2) * float(np.sqrt(value * (1 - value) / total))
        return Proportion(count, total, value, max(0.0, value - reach), min(1.0, value + reach))
    found = binomtest(count, total).proportion_ci(level, method=str(interval))
    return Proportion(count, total, value, float(found.low), float(found.high))


def diagnostic(called: ArrayLike, labels: ArrayLike, interval: Interval = Interval.WILSON) -> Diagnostic:
    """The fourfold table of calls (n,) against labels (n,), both true or false, and its proportions."""
    c, y = np.asarray(called).astype(bool), np.asarray(labels).astype(bool)
    if c.ndim != 1 or c.shape != y.shape:
        raise ValueError(f"Calls have shape {c.shape} and labels {y.shape}; expected one label for each call.")
    tp, fn, fp, tn = (int(v.sum()) for v in (c & y, ~c & y, c & ~y, ~c & ~y))
    return Diagnostic(
        true_positive=tp,
        false_negative=fn,
        false_positive=fp,
        true_negative=tn,
        sensitivity=proportion(tp, tp + fn, interval),
        specificity=proportion(tn, tn + fp, interval),
        accuracy=proportion(tp + tn, c.size, interval),
        positive_predictive_value=proportion(tp, tp + fp, interval),
        negative_predictive_value=proportion(tn, tn + fn, interval),
    )
