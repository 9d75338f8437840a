"""Non-inferiority and equivalence of a difference with its interval, against a margin named before the data were seen.

Non-inferior: the interval's lower limit lies above -margin (Blackwelder, Control Clin Trials 1982;3:345-353). Equivalent:
all of it lies within -margin and margin, two one-sided tests (Schuirmann, J Pharmacokinet Biopharm 1987;15:657-680). Each
test is one-sided at alpha, the interval has the level 1 - 2·alpha. Paired proportions by Tango's score; areas and means of
several readers by their standard error, normal or t. No torch.
"""

from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from ml.evaluation.estimate import Comparison, Estimate, not_estimable, z_of
from ml.evaluation.paired import NO_CASES, NOTHING_APART, PairedTable, tango_limits, tango_score

NO_ERROR = "the difference has no standard error: {0}"


class Hypothesis(StrEnum):
    """What is to be shown of first minus second."""

    NON_INFERIORITY = "non_inferiority"
    EQUIVALENCE = "equivalence"


@dataclass(frozen=True, kw_only=True)
class Against(Estimate):
    """First minus second against a margin: `p` of the (larger) one-sided test, `shown` where it is at most `alpha`.

    `statistic`: of the test against -margin, or that of the two that is nearer to its margin.
    """

    hypothesis: Hypothesis
    margin: float
    alpha: float
    statistic: float | None
    p: float | None
    shown: bool


@dataclass(frozen=True, kw_only=True)
class Margin:
    """What was named: hypothesis, margin, and the level of each one-sided test."""

    hypothesis: Hypothesis
    margin: float
    alpha: float = 0.025

    def __post_init__(self) -> None:
        """Refuse what is no margin and no level."""
        if not (0 < self.margin < 1 and 0 < self.alpha < 0.5):
            raise ValueError(f"Margin {self.margin}, alpha {self.alpha}; expected 0 to 1, and 0 to 0.5.")

    @property
    def level(self) -> float:
        """Of the interval."""
        return 1 - 2 * self.alpha


def paired_against(table: PairedTable, of: Margin) -> Against:
    """Of two paired proportions, by Tango's score test."""
    method = "paired difference, Tango's score"
    if table.n == 0:
        return _none(not_estimable(NO_CASES, method, 0, of.level), of)
    low, high = tango_limits(table, z_of(of.level))
    above = tango_score(table, -of.margin)
    below = tango_score(table, of.margin)
    bare = Estimate(
        value=table.difference, low=low, high=high, level=of.level, method=method, n=table.n, reason=""
    )  # fmt: skip
    return _tested(bare, of, _upper_tail(above), _upper_tail(None if below is None else -below), (above, below))


def difference_against(found: Comparison, of: Margin) -> Against:
    """Of a difference with its standard error, and degrees of freedom where it is t; its interval is made anew."""
    error = found.standard_error
    if found.value is None or not error or error <= 0:
        reason = found.reason or "its variance is 0"
        return _none(not_estimable(NO_ERROR.format(reason), found.method, found.n, of.level), of)
    freedom = found.freedom[-1] if found.freedom else None
    above, below = (found.value + of.margin) / error, (found.value - of.margin) / error
    reach = _quantile(1 - of.alpha, freedom) * error
    bare = Estimate(
        value=found.value, low=max(-1.0, found.value - reach), high=min(1.0, found.value + reach), level=of.level,
        method=found.method, n=found.n,
    )  # fmt: skip
    return _tested(bare, of, _upper_tail(above, freedom), _upper_tail(-below, freedom), (above, below))


def _none(one: Estimate, of: Margin) -> Against:
    return Against(**vars(one), **vars(of), statistic=None, p=None, shown=False)


def _tested(
    one: Estimate,
    of: Margin,
    lower: float | None,
    upper: float | None,
    statistics: tuple[float | None, float | None],
) -> Against:
    """`lower`: p that first is worse by the margin or more, `upper`: better by it or more."""
    ps = (lower,) if of.hypothesis is Hypothesis.NON_INFERIORITY else (lower, upper)
    known = [p for p in ps if p is not None]
    if len(known) < len(ps):
        return Against(**{**vars(one), "reason": NOTHING_APART}, **vars(of), statistic=None, p=None, shown=False)
    p = max(known)
    statistic = statistics[0] if len(ps) == 1 or p == lower else statistics[1]
    return Against(**vars(one), **vars(of), statistic=statistic, p=p, shown=p <= of.alpha)


def _upper_tail(statistic: float | None, freedom: float | None = None) -> float | None:
    if statistic is None:
        return None
    if freedom is None:
        return NormalDist().cdf(-statistic)
    from scipy.stats import t as student

    return float(student.sf(statistic, freedom))


def _quantile(share: float, freedom: float | None) -> float:
    if freedom is None:
        return NormalDist().inv_cdf(share)
    from scipy.stats import t as student

    return float(student.ppf(share, freedom))
