"""Power of a ROC area against chance, and of two areas whose variances a pilot gives: pure functions, no torch.

Against chance: Obuchowski, Lieber and Wians, Clin Chem 2004;50:1118-1125. From a pilot: the same with DeLong's variances and
covariance, under the hypothesis the first area's for both, as R's pROC (Robin et al., BMC Bioinformatics 2011;12:77). Areas
that are merely assumed: `ml.evaluation.power.two_areas`.
"""

from collections.abc import Callable
from math import ceil, exp, pi, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from ml.evaluation.estimate import LEVEL, Estimate, not_estimable
from ml.evaluation.flags import true_or_false
from ml.evaluation.power import AreaPower, below, solved, z_above
from ml.evaluation.roc import Areas, delong, roc_curve

CHANCE = "one area against 0.5"
CHANCE_SOURCE = "Obuchowski, Lieber and Wians, Clin Chem 2004;50:1118-1125"
PILOT = "paired areas, variances of a pilot"
BINORMAL = "binormal variance (Obuchowski and McClish)"
TOO_FEW = "the curve has fewer than two points within it: no line to fit"
_NORMAL = NormalDist()


def one_area(
    area: float,
    ratio: float = 1.0,
    *,
    positives: int | None = None,
    power: float | None = None,
    alpha: float = 0.05,
) -> AreaPower:
    """Whether an area differs from 0.5, two-sided; `ratio`: negative cases for each positive one."""
    if not 0.5 < area < 1 or ratio <= 0:
        raise ValueError(f"Area {area}, ratio {ratio}; expected 0.5 to 1 (both left out), and above 0.")
    a = 1.414 * _NORMAL.inv_cdf(area)
    # Their printed constants: 0.0792 and 0.0099, and 1.414 for the root of 2.
    spread = sqrt(0.0099 * exp(-a * a / 2) * (5 * a * a + 8 + (a * a + 8) / ratio))
    null, z = sqrt(0.0792 * (1 + 1 / ratio)), z_above(alpha / 2)

    def power_at(cases: int) -> float:
        return below((area - 0.5) * sqrt(cases) - z * null, spread)

    return _answer(power_at, ratio, (positives, power), alpha, (CHANCE, CHANCE_SOURCE))


def pilot_areas(
    first: ArrayLike,
    second: ArrayLike,
    labels: ArrayLike,
    *,
    positives: int | None = None,
    power: float | None = None,
    alpha: float = 0.05,
) -> AreaPower:
    """Two scores (n,) of a pilot's cases, in whose mix of kinds more are taken in. Only as sure as the pilot's own areas.

    Where the pilot has no difference to plan for, or none that varies, `reason` says so.
    """
    found = delong([first, second], labels)
    if found.covariance is None:
        return _none("for a variance two cases of each kind are needed", alpha)
    difference, null, spread = _spreads(found)
    if difference == 0 or spread <= 0:
        return _none("the pilot's areas do not differ, or their difference does not vary", alpha)
    z = z_above(alpha / 2)

    def power_at(cases: int) -> float:
        return below(difference * sqrt(cases) - z * null, spread)

    return _answer(power_at, found.negatives / found.positives, (positives, power), alpha, (PILOT, CHANCE_SOURCE))


def _spreads(found: Areas) -> tuple[float, float, float]:
    """The difference's size, and the roots of its variance under the hypothesis and as found, times the positive cases."""
    assert found.covariance is not None
    one, other, crossed = (float(found.covariance[at]) * found.positives for at in ((0, 0), (1, 1), (0, 1)))
    difference = abs(float(found.areas[0] - found.areas[1]))
    return difference, sqrt(max(2 * one - 2 * crossed, 0.0)), sqrt(max(one + other - 2 * crossed, 0.0))


def binormal_area_variance(scores: ArrayLike, labels: ArrayLike) -> Estimate:
    """Of the area, by Obuchowski and McClish's formula at a line through the curve's points on normal scales (as pROC).

    For planning: DeLong's is what the data themselves say. The value is the variance, without an interval.
    """
    curve = roc_curve(scores, labels)
    y = true_or_false(labels, "labels")
    m, n = int(y.sum()), int((~y).sum())
    inner = (curve.sensitivity > 0) & (curve.sensitivity < 1)
    inner &= (curve.false_positive_rate > 0) & (curve.false_positive_rate < 1)
    x = np.array([_NORMAL.inv_cdf(float(one)) for one in curve.sensitivity[inner]])
    z = np.array([_NORMAL.inv_cdf(1 - float(one)) for one in curve.false_positive_rate[inner]])
    if x.size < 2 or np.ptp(x) == 0:
        return not_estimable(TOO_FEW, BINORMAL, m + n)
    b = float(((x - x.mean()) * (z - z.mean())).sum() / ((x - x.mean()) ** 2).sum())
    a, squares, ratio = float(z.mean() - b * x.mean()), b * b, n / m
    area = exp(-a * a / (1 + squares)) / (2 * pi * (1 + squares))
    slope = area * a * a * squares / (1 + squares) ** 2
    value = area * (1 + squares / ratio + a * a / 2) + slope * squares * (1 + ratio) / (2 * ratio)
    reason = "a variance for planning, without an interval"
    return Estimate(value=value / m, low=None, high=None, level=LEVEL, method=BINORMAL, n=m + n, reason=reason)


def _answer(
    power_at: Callable[[int], float],
    ratio: float,
    given: tuple[int | None, float | None],
    alpha: float,
    names: tuple[str, str],
) -> AreaPower:
    with_it, reached, reason = solved(power_at, *given)
    without = None if with_it is None else ceil(ratio * with_it - 1e-9)
    return AreaPower(
        n=None if with_it is None or without is None else with_it + without, positives=with_it, negatives=without,
        power=reached, reason=reason, alpha=alpha, sides=2, method=names[0], source=names[1],
    )  # fmt: skip


def _none(reason: str, alpha: float) -> AreaPower:
    return AreaPower(
        n=None, positives=None, negatives=None, power=None, reason=reason, alpha=alpha, sides=2, method=PILOT,
        source=CHANCE_SOURCE,
    )  # fmt: skip
