"""Sensitivity, specificity and their company from a fourfold table, each with its interval. No torch."""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike

from ml.evaluation.estimate import LEVEL, Estimate, Interval, Proportion, not_estimable, proportion, z_of

__all__ = ["Diagnostic", "Interval", "PredictiveValues", "Proportion", "diagnostic", "predictive_values", "proportion"]

MERCALDO = "Bayes, logit interval (Mercaldo)"


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


@dataclass(frozen=True)
class PredictiveValues:
    """PPV and NPV at a `prevalence` that need not be the cohort's."""

    prevalence: float
    positive: Estimate
    negative: Estimate


def diagnostic(
    called: ArrayLike, labels: ArrayLike, interval: Interval = Interval.WILSON, level: float = LEVEL
) -> Diagnostic:
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
        sensitivity=proportion(tp, tp + fn, interval, level),
        specificity=proportion(tn, tn + fp, interval, level),
        accuracy=proportion(tp + tn, c.size, interval, level),
        positive_predictive_value=proportion(tp, tp + fp, interval, level),
        negative_predictive_value=proportion(tn, tn + fn, interval, level),
    )


def predictive_values(
    sensitivity: Proportion, specificity: Proportion, prevalence: float, level: float = LEVEL
) -> PredictiveValues:
    """PPV and NPV by Bayes' rule from a table whose prevalence is not that of the patients at hand.

    Interval on the logit scale (Mercaldo, Lau, Zhou, Stat Med 2007;26:2170-2183); none where a proportion is 0 or 1, since
    its logit is infinite there.
    """
    if not 0 < prevalence < 1:
        raise ValueError(f"The prevalence is {prevalence}; expected a share between 0 and 1, such as 0.03.")
    n = sensitivity.n + specificity.n
    if sensitivity.value is None or specificity.value is None:
        none = not_estimable("there are no cases with, or none without, recurrence", MERCALDO, n, level)
        return PredictiveValues(prevalence, none, none)
    se, sp = sensitivity.value, specificity.value
    called, spared = se * prevalence + (1 - sp) * (1 - prevalence), sp * (1 - prevalence) + (1 - se) * prevalence
    inner = 0 < se < 1 and 0 < sp < 1
    # Variances of logit PPV and logit NPV by the delta method.
    spread = (
        ((1 - se) / se / sensitivity.n + sp / (1 - sp) / specificity.n) if inner else None,
        (se / (1 - se) / sensitivity.n + (1 - sp) / sp / specificity.n) if inner else None,
    )
    return PredictiveValues(
        prevalence,
        _on_logit(se * prevalence, called, spread[0], n, level),
        _on_logit(sp * (1 - prevalence), spared, spread[1], n, level),
    )


def _on_logit(right: float, all_of_them: float, variance: float | None, n: int, level: float) -> Estimate:
    if all_of_them == 0:
        return not_estimable("nobody is called so", MERCALDO, n, level)
    value = right / all_of_them
    if variance is None:
        reason = "sensitivity or specificity is 0 or 1: its interval is not estimable"
        return Estimate(value=value, low=None, high=None, level=level, method=MERCALDO, n=n, reason=reason)
    middle, reach = log(value / (1 - value)), z_of(level) * sqrt(variance)
    low, high = (1 / (1 + exp(-(middle + sign * reach))) for sign in (-1, 1))
    return Estimate(value=value, low=low, high=high, level=level, method=MERCALDO, n=n)
