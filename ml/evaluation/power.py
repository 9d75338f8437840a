"""How many cases a comparison needs, and what power so many have: pure functions, frozen results, no torch.

Every function takes either `n` or `power` and answers with both. `n` counts what the test is made on: for a sensitivity the
cases with recurrence, for a specificity those without (`of_a_study` turns them into cases of a study). Tests of difference
are two-sided at `alpha`, tests of non-inferiority one-sided. A difference that is not significant shows no equivalence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, pi, sqrt
from statistics import NormalDist
from typing import Literal

from ml.evaluation.estimate import LEVEL, Interval, limits

AT_MOST = 1_000_000
"""Cases. A study that needs more is not planned but given up."""
CONNOR = "McNemar's test, normal approximation"
CONNOR_SOURCE = "Connor, Biometrics 1987;43:207-211"
DELONG = "DeLong's test of paired areas, normal ratings"
DELONG_SOURCE = "DeLong, DeLong and Clarke-Pearson, Biometrics 1988;44:837-845"
MCCLISH = "paired areas, Obuchowski and McClish"
MCCLISH_SOURCE = "Obuchowski and McClish, Stat Med 1997;16:1529-1542"
TANGO = "Tango's score test"
TANGO_SOURCE = "Tango, Stat Med 1998;17:891-908; Nam, Biometrics 1997;53:1422-1430"
WALD = "Wald test of a paired difference"
WALD_SOURCE = "Liu, Hsueh, Hsieh and Chen, Stat Med 2002;21:231-245"
_NORMAL = NormalDist()


@dataclass(frozen=True, kw_only=True)
class Power:
    """`power` that `n` cases give a test at `alpha`; both None with a `reason` where nothing attainable was found."""

    power: float | None
    n: int | None
    alpha: float
    sides: Literal[1, 2]
    method: str
    source: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AreaPower(Power):
    """The same for ROC areas: `n` is the sum of both kinds of cases."""

    positives: int | None
    negatives: int | None


@dataclass(frozen=True)
class Areas:
    """Two ROC areas of the same cases; `correlation` of the ratings within cases of either kind; `ratio`: negative cases for
    each positive one.
    """

    first: float
    second: float
    correlation: float
    ratio: float = 1.0

    def __post_init__(self) -> None:
        _check_share("first area", self.first)
        _check_share("second area", self.second)
        if not 0 <= self.correlation < 1 or self.ratio <= 0:
            raise ValueError(f"Correlation {self.correlation}, ratio {self.ratio}; expected 0 to below 1, and above 0.")


@dataclass(frozen=True, kw_only=True)
class Precision:
    """From `n` cases a proportion of `share` has the interval `low` to `high`."""

    n: int
    share: float
    low: float
    high: float
    level: float
    method: str

    @property
    def half_width(self) -> float:
        """Half the interval's width."""
        return (self.high - self.low) / 2


def of_a_study(n: int, share: float) -> int:
    """Cases of a study in which `share` of them are of the kind that `n` counts."""
    if not 0 < share <= 1:
        raise ValueError(f"The share is {share}; expected more than 0, at most 1.")
    return ceil(n / share)


def smallest(power_at: Callable[[int], float], target: float) -> int | None:
    """The smallest n from 2 on with that power, where power grows with n; None beyond AT_MOST."""
    _check_share("power", target)
    low, high = 1, 2
    while power_at(high) < target:
        if high > AT_MOST:
            return None
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_at(middle) >= target else (middle, high)
    return high


def solved(power_at: Callable[[int], float], n: int | None, power: float | None) -> tuple[int | None, float | None, str]:
    """(n, power, reason) from the one that is given; ValueError unless exactly one is."""
    if (n is None) == (power is None):
        raise ValueError("Give either n or the power, and not both.")
    if n is None:
        assert power is not None
        n = smallest(power_at, power)
    elif n < 2:
        raise ValueError(f"n is {n}; expected at least 2.")
    if n is None:
        return None, None, f"not reached with {AT_MOST:,} cases"
    return n, power_at(n), ""


def mcnemar(
    first_only: float, second_only: float, *, n: int | None = None, power: float | None = None, alpha: float = 0.05
) -> Power:
    """Two paired proportions: the shares of cases on which only the first, and only the second, is right."""
    _check_discordant(first_only, second_only)
    z = z_above(alpha / 2)
    discordant, difference = first_only + second_only, first_only - second_only
    spread = sqrt(discordant - difference**2)

    def power_at(cases: int) -> float:
        return below(abs(difference) * sqrt(cases) - z * sqrt(discordant), spread) if difference else alpha

    found = solved(power_at, n, power)
    return Power(n=found[0], power=found[1], reason=found[2], alpha=alpha, sides=2, method=CONNOR, source=CONNOR_SOURCE)


def discordance(first: float, second: float, correlation: float) -> tuple[float, float]:
    """(only the first right, only the second right) from both proportions and the correlation of being right.

    ValueError where no fourfold table has them.
    """
    for name, value in (("first", first), ("second", second)):
        _check_share(name, value)
    both = first * second + correlation * sqrt(first * (1 - first) * second * (1 - second))
    if not max(0.0, first + second - 1) <= both <= min(first, second):
        raise ValueError(
            f"Proportions of {first} and {second} cannot have a correlation of {correlation}; try one nearer to 0."
        )
    return first - both, second - both


def non_inferiority(
    first_only: float,
    second_only: float,
    margin: float,
    *,
    n: int | None = None,
    power: float | None = None,
    alpha: float = 0.025,
    test: Literal["tango", "wald"] = "tango",
) -> Power:
    """Whether the first proportion, of the same cases, lies less than `margin` below the second; one-sided.

    Under the hypothesis that it lies just so far below, Tango's test restricts the variance to what the hypothesis allows,
    Wald's takes it as observed.
    """
    _check_discordant(first_only, second_only)
    _check_share("margin", margin)
    discordant, difference = first_only + second_only, first_only - second_only
    spread = sqrt(discordant - difference**2)
    restricted = sqrt(_restricted(first_only, second_only, margin)) if test == "tango" else spread
    z = z_above(alpha)

    def power_at(cases: int) -> float:
        return below((difference + margin) * sqrt(cases) - z * restricted, spread)

    found = solved(power_at if difference > -margin else lambda _: 0.0, n, power)
    method, source = (TANGO, TANGO_SOURCE) if test == "tango" else (WALD, WALD_SOURCE)
    return Power(n=found[0], power=found[1], reason=found[2], alpha=alpha, sides=1, method=method, source=source)


def _restricted(first_only: float, second_only: float, margin: float) -> float:
    """Variance of the difference, times n, where the likelihood is greatest among tables with a difference of -margin."""
    shift = -margin
    b = (first_only + second_only) * (1 - shift) - 2 * shift * (1 - first_only)
    q = (b + sqrt(b * b + 8 * second_only * shift * (1 - shift))) / 4
    return 2 * q + shift - shift**2


def area_variance(area: float, ratio: float) -> float:
    """Variance of an empirical area times the number of positive cases; `ratio`: negative cases for each positive one."""
    return _placed(area, area, 1.0) * (1 + 1 / ratio)


def _placed(first: float, second: float, correlation: float) -> float:
    """Covariance of DeLong's placement values of two normal ratings of one case, equally spread in both kinds of cases.

    P(X > Y, X' > Y') - P(X > Y) P(X' > Y') with half the ratings' correlation between the differences: the bivariate normal
    integral by its derivative in the correlation (Drezner and Wesolowsky, J Stat Comput Simul 1990;35:101-107).
    """
    from numpy.polynomial.legendre import leggauss

    h, k = _NORMAL.inv_cdf(first), _NORMAL.inv_cdf(second)
    total = 0.0
    for node, weight in zip(*leggauss(16), strict=True):
        r = correlation / 4 * (1 + float(node))
        total += float(weight) * exp(-(h * h - 2 * r * h * k + k * k) / (2 - 2 * r * r)) / sqrt(1 - r * r)
    return total * correlation / 4 / (2 * pi)


def _published_variance(area: float, ratio: float) -> float:
    """Obuchowski and McClish's, without the covariance of a and b: larger than that of continuous ratings."""
    a = sqrt(2) * _NORMAL.inv_cdf(area)
    return exp(-a * a / 2) / (4 * pi) * (1 + 1 / ratio + a * a / 2 + a * a / 4 * (1 + ratio) / (2 * ratio))


def _published_covariance(first: float, second: float, correlation: float, ratio: float) -> float:
    """Theirs of two areas, both times the number of positive cases; b = 1 for both."""
    a, b = (sqrt(2) * _NORMAL.inv_cdf(area) for area in (first, second))
    squares = correlation**2
    inner = correlation * (1 + 1 / ratio) + squares * a * b / 2 + a * b / 4 * squares * (1 + ratio) / (2 * ratio)
    # The derivative of an area by b is -a/2 of that by a: both mixed terms are the same.
    return exp(-(a * a + b * b) / 4) / (4 * pi) * (inner - squares * a * b / 2)


def two_areas(
    areas: Areas,
    *,
    positives: int | None = None,
    power: float | None = None,
    alpha: float = 0.05,
    variance: Literal["delong", "obuchowski"] = "delong",
) -> AreaPower:
    """Two ROC areas of the same cases, with so many `positives`.

    "delong": power of DeLong's test of empirical areas, as this program makes it. "obuchowski": the published planning
    formula, which asks for more cases; its null hypothesis gives both areas the first's value.
    """
    first, second, correlation, ratio = areas.first, areas.second, areas.correlation, areas.ratio
    if variance == "delong":
        crossed = _placed(first, second, correlation) * (1 + 1 / ratio)
        alone = area_variance(first, ratio) + area_variance(second, ratio)
    else:
        crossed = _published_covariance(first, second, correlation, ratio)
        alone = _published_variance(first, ratio) + _published_variance(second, ratio)
    spread = sqrt(alone - 2 * crossed)
    null = spread
    if variance == "obuchowski":
        null = sqrt(2 * _published_variance(first, ratio) - 2 * _published_covariance(first, first, correlation, ratio))
    z, difference = z_above(alpha / 2), abs(first - second)

    def power_at(cases: int) -> float:
        return below(difference * sqrt(cases) - z * null, spread) if difference else alpha

    with_recurrence, reached, reason = solved(power_at, positives, power)
    without = None if with_recurrence is None else ceil(ratio * with_recurrence)
    method, source = (DELONG, DELONG_SOURCE) if variance == "delong" else (MCCLISH, MCCLISH_SOURCE)
    return AreaPower(
        n=None if with_recurrence is None or without is None else with_recurrence + without,
        positives=with_recurrence, negatives=without, power=reached, reason=reason,
        alpha=alpha, sides=2, method=method, source=source,
    )  # fmt: skip


def precision(
    share: float,
    *,
    n: int | None = None,
    half_width: float | None = None,
    interval: Interval = Interval.WILSON,
    level: float = LEVEL,
) -> Precision:
    """The interval of a proportion expected to be `share`: from `n` cases, or the fewest whose interval is narrow enough.

    Buderer, Acad Emerg Med 1996;3:895-900 has the Wald case. The exact interval, which has no smooth width, is not offered.
    """
    _check_share("share", share)
    if (n is None) == (half_width is None) or interval is Interval.EXACT:
        raise ValueError("Give either n or the half width, and an interval that is not the exact one.")

    def half(cases: int) -> float:
        low, high = limits(share, cases, interval, level)
        return (high - low) / 2

    if n is None:
        assert half_width is not None
        _check_share("half width", half_width)
        n = smallest(lambda cases: 1 - half(cases), 1 - half_width)
        if n is None:
            raise ValueError(f"A half width of {half_width} takes more than {AT_MOST:,} cases; expected a wider one.")
    low, high = limits(share, n, interval, level)
    return Precision(n=n, share=share, low=low, high=high, level=level, method=interval.words)


def z_above(tail: float) -> float:
    """The normal quantile with `tail` above it."""
    _check_share("alpha", tail)
    return _NORMAL.inv_cdf(1 - tail)


def below(reach: float, spread: float) -> float:
    """The normal distribution at reach / spread, and what it tends to where there is no spread."""
    if spread == 0:
        return float(reach > 0)
    return _NORMAL.cdf(reach / spread)


def _check_share(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise ValueError(f"The {name} is {value}; expected a value between 0 and 1.")


def _check_discordant(first_only: float, second_only: float) -> None:
    if min(first_only, second_only) < 0 or not 0 < first_only + second_only <= 1:
        raise ValueError(f"Shares of {first_only} and {second_only}; expected none below 0, and a sum above 0 and up to 1.")
