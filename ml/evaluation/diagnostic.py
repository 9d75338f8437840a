"""Sensitivity, specificity and their company from a fourfold table, each with its interval. No torch."""

from dataclasses import dataclass
from math import exp, log, sqrt

from numpy.typing import ArrayLike

from ml.evaluation.estimate import LEVEL, Estimate, Interval, Proportion, not_estimable, proportion, z_of
from ml.evaluation.flags import true_or_false

__all__ = [
    "Diagnostic",
    "Interval",
    "LikelihoodRatios",
    "PredictiveValues",
    "Proportion",
    "diagnostic",
    "diagnostic_of_counts",
    "likelihood_ratios",
    "predictive_values",
    "proportion",
]

MERCALDO = "Bayes, logit interval (Mercaldo)"
SIMEL = "ratio of proportions, log interval (Simel)"


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


@dataclass(frozen=True)
class LikelihoodRatios:
    """How much likelier a positive call, and a negative one, is with recurrence than without."""

    positive: Estimate
    negative: Estimate


def diagnostic(
    called: ArrayLike, labels: ArrayLike, interval: Interval = Interval.WILSON, level: float = LEVEL
) -> Diagnostic:
    """The fourfold table of calls (n,) against labels (n,), both true or false, and its proportions."""
    c, y = true_or_false(called, "calls"), true_or_false(labels, "labels")
    if c.ndim != 1 or c.shape != y.shape:
        raise ValueError(f"Calls have shape {c.shape} and labels {y.shape}; expected one label for each call.")
    tp, fn, fp, tn = (int(v.sum()) for v in (c & y, ~c & y, c & ~y, ~c & ~y))
    return diagnostic_of_counts(
        true_positive=tp, false_negative=fn, false_positive=fp, true_negative=tn, interval=interval, level=level
    )


def diagnostic_of_counts(
    *,
    true_positive: int,
    false_negative: int,
    false_positive: int,
    true_negative: int,
    interval: Interval = Interval.WILSON,
    level: float = LEVEL,
) -> Diagnostic:
    """The proportions of a fourfold table, as a paper prints one."""
    tp, fn, fp, tn = true_positive, false_negative, false_positive, true_negative
    if min(tp, fn, fp, tn) < 0:
        raise ValueError(f"Counts of {tp}, {fn}, {fp} and {tn}; expected none below 0.")
    return Diagnostic(
        true_positive=tp,
        false_negative=fn,
        false_positive=fp,
        true_negative=tn,
        sensitivity=proportion(tp, tp + fn, interval, level),
        specificity=proportion(tn, tn + fp, interval, level),
        accuracy=proportion(tp + tn, tp + fn + fp + tn, interval, level),
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


def likelihood_ratios(table: Diagnostic, level: float = LEVEL) -> LikelihoodRatios:
    """Sensitivity / (1 - specificity) and (1 - sensitivity) / specificity, which hold at any prevalence.

    Interval on the log scale (Simel, Samsa, Matchar, J Clin Epidemiol 1991;44:763-770). Not estimable where it is divided by
    0; a ratio of 0 has no interval.
    """
    with_it, without = table.sensitivity.n, table.specificity.n
    return LikelihoodRatios(
        _ratio((table.true_positive, with_it), (table.false_positive, without), level),
        _ratio((table.false_negative, with_it), (table.true_negative, without), level),
    )


def _ratio(above: tuple[int, int], under: tuple[int, int], level: float) -> Estimate:
    """Of two proportions, as count and total each."""
    n = above[1] + under[1]
    if min(above[1], under[1]) == 0:
        return not_estimable("there are no cases with, or none without, recurrence", SIMEL, n, level)
    if under[0] == 0:
        return not_estimable("nobody without recurrence is called so: the ratio has no bound", SIMEL, n, level)
    value = above[0] / above[1] / (under[0] / under[1])
    if above[0] == 0:
        reason = "nobody with recurrence is called so: a ratio of 0 has no interval on the log scale"
        return Estimate(value=value, low=None, high=None, level=level, method=SIMEL, n=n, reason=reason)
    variance = 1 / above[0] - 1 / above[1] + 1 / under[0] - 1 / under[1]
    if variance <= 0:
        reason = "everybody is called so: a ratio of 1 without variance has no interval"
        return Estimate(value=value, low=None, high=None, level=level, method=SIMEL, n=n, reason=reason)
    reach = exp(z_of(level) * sqrt(variance))
    return Estimate(value=value, low=value / reach, high=value * reach, level=level, method=SIMEL, n=n)
