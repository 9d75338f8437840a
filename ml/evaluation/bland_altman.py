"""Two measurements of the same cases on a scale: bias, limits of agreement, bias that grows with size, repeatability.

Bland and Altman, Stat Methods Med Res 1999;8:135-160 (limits and their standard error: section 2; proportional bias: 3.2;
repeatability: 4.1). No torch. A case with a missing value (NaN) is left out and counted.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2
from scipy.stats import t as student

from ml.evaluation.estimate import LEVEL, Comparison, Estimate, not_estimable, z_of

Floats = NDArray[np.float64]
TOO_FEW = "two cases with both measurements are needed"
NO_SPREAD = "all differences are equal: no interval"
FEW_FOR_LINE = "three cases are needed for a line"
MEANS_ALIKE = "all cases have the same mean: no line"
ON_A_LINE = "all differences lie on one line: no interval"
ROUNDING = 1e-12


@dataclass(frozen=True)
class BlandAltman:
    """First minus second: `bias`, `lower` and `upper` limits of agreement, each with its interval.

    The limits hold `level` of the differences. `slope` of the differences on the means: where it is not 0 the bias grows
    with size, and one bias for all sizes misleads. `deviation` is that of the differences.
    """

    bias: Comparison
    lower: Estimate
    upper: Estimate
    deviation: float | None
    slope: Comparison
    intercept: Estimate
    n: int
    left_out: int


@dataclass(frozen=True)
class Repeatability:
    """Of one reader who measured twice: the standard deviation within cases, and the difference that 95 % stay below."""

    within: Estimate
    coefficient: Estimate
    left_out: int


def bland_altman(first: ArrayLike, second: ArrayLike, level: float = LEVEL) -> BlandAltman:
    """Measurements (n,) each of the same cases in the same order."""
    a, b, left_out = _paired(first, second)
    differences, means = a - b, (a + b) / 2
    n = len(differences)
    slope, intercept = _line(differences, means, level)
    if n < 2:
        none = not_estimable(TOO_FEW, "limits of agreement", n, level)
        bias = Comparison(**vars(not_estimable(TOO_FEW, "mean difference, t", n, level)), statistic=None, p=None)
        return BlandAltman(bias, none, none, None, slope, intercept, n, left_out)
    deviation = float(differences.std(ddof=1))
    if deviation <= ROUNDING * max(1.0, float(np.abs(differences).max())):
        deviation = 0.0
    bias = _against_none(float(differences.mean()), deviation / sqrt(n), n - 1, "mean difference, t", (n, level))
    z = z_of(level)
    error = deviation * sqrt(1 / n + z * z / (2 * (n - 1)))
    lower, upper = (_limit(float(differences.mean()) + sign * z * deviation, error, n, level) for sign in (-1, 1))
    return BlandAltman(bias, lower, upper, deviation, slope, intercept, n, left_out)


def repeatability(first: ArrayLike, second: ArrayLike, level: float = LEVEL) -> Repeatability:
    """One reader's two measurements (n,) of the same cases: √(mean squared difference / 2), interval by chi-square.

    The coefficient is 1.96 · √2 times that. It holds where neither the reader nor the case changed in between; a shift from
    the first to the second reading counts as disagreement.
    """
    a, b, left_out = _paired(first, second)
    n, method = len(a), "within-case standard deviation, chi-square interval"
    if n == 0:
        none = not_estimable(TOO_FEW, method, 0, level)
        return Repeatability(none, none, left_out)
    squares = float(((a - b) ** 2).sum()) / 2
    value = sqrt(squares / n)
    low, high = (sqrt(squares / float(chi2.ppf((1 + sign * level) / 2, n))) for sign in (1, -1))
    if value == 0:
        within = Estimate(value=0.0, low=None, high=None, level=level, method=method, n=n, reason=NO_SPREAD)
        return Repeatability(within, within, left_out)
    within = Estimate(value=value, low=low, high=high, level=level, method=method, n=n)
    times = sqrt(2) * z_of(0.95)
    coefficient = Estimate(
        value=times * value, low=times * low, high=times * high, level=level, method=f"repeatability from {method}", n=n
    )
    return Repeatability(within, coefficient, left_out)


def _paired(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats, int]:
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"Shapes {a.shape} and {b.shape}; expected one value of each for every case.")
    known = np.isfinite(a) & np.isfinite(b)
    return a[known], b[known], int((~known).sum())


def _line(differences: Floats, means: Floats, level: float) -> tuple[Comparison, Estimate]:
    """Slope and intercept of the differences on the means, by least squares."""
    n, method = len(differences), "differences on means, least squares"
    spread = float(((means - means.mean()) ** 2).sum()) if n else 0.0
    alike = spread <= ROUNDING * max(1.0, float((means**2).sum())) if n else True
    if n < 3 or alike:
        none = not_estimable(FEW_FOR_LINE if n < 3 else MEANS_ALIKE, method, n, level)
        return Comparison(**vars(none), statistic=None, p=None), none
    slope = float(((means - means.mean()) * (differences - differences.mean())).sum()) / spread
    intercept = float(differences.mean()) - slope * float(means.mean())
    left = float(((differences - intercept - slope * means) ** 2).sum())
    error = sqrt(left / (n - 2)) if left > ROUNDING * max(1.0, float((differences**2).sum())) else 0.0
    at_zero = error * sqrt(1 / n + float(means.mean()) ** 2 / spread)
    about = n, level
    found = _against_none(intercept, at_zero, n - 2, method, about)
    fields = ("value", "low", "high", "level", "method", "n", "reason")
    plain = Estimate(**{name: getattr(found, name) for name in fields})
    return _against_none(slope, error / sqrt(spread), n - 2, method, about), plain


def _against_none(value: float, error: float, freedom: int, method: str, about: tuple[int, float]) -> Comparison:
    n, level = about
    if error == 0:
        reason = NO_SPREAD if method.startswith("mean") else ON_A_LINE
        plain = Estimate(value=value, low=None, high=None, level=level, method=method, n=n, reason=reason)
        return Comparison(**vars(plain), statistic=None, p=None)
    reach, t = float(student.ppf((1 + level) / 2, freedom)) * error, value / error
    return Comparison(
        value=value, low=value - reach, high=value + reach, level=level, method=method, n=n,
        statistic=t, p=float(2 * student.sf(abs(t), freedom)), standard_error=error, freedom=(freedom,),
    )  # fmt: skip


def _limit(value: float, error: float, n: int, level: float) -> Estimate:
    method = "limits of agreement, Bland and Altman 1999"
    if error == 0:
        return Estimate(value=value, low=None, high=None, level=level, method=method, n=n, reason=NO_SPREAD)
    reach = float(student.ppf((1 + level) / 2, n - 1)) * error
    return Estimate(value=value, low=value - reach, high=value + reach, level=level, method=method, n=n)
