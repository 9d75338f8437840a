"""How far costs hold: one thing changed at a time (tornado), all drawn at once, and over the prevalence. No torch.

Probabilistic: Briggs, Ades and Price, Med Decis Making 2003;23:341-350 (Dirichlet for branches with several ways); what a
case that was never seen adds: Perks, J Inst Actuar 1947;73:285-334, one case in all, spread evenly over the ways. One-way:
Briggs, Claxton and Sculpher, Decision Modelling for Health Economic Evaluation, 2006, chapter 4.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.diagnostic import predictive_values
from ml.evaluation.economics import Tariff
from ml.evaluation.estimate import LEVEL, Estimate, Interval, Proportion, limits, not_estimable, proportion, z_of
from ml.evaluation.pathways import CallBack, Flags, Pathway, Prices, Shares, as_numbers, outcomes

Floats = NDArray[np.float64]
PRIOR = 1.0
"""Cases that the prior adds to each kind of patients, spread evenly over the pathways."""
ONE_KIND = "the cohort lacks cases with, or cases without, recurrence"
NONE_DETECTED = "in some draws nothing is detected: the cost of each has no bound"
NO_CASE = "no case goes this way: there is nothing to vary"


class Spread(StrEnum):
    """How prices and seconds are drawn around the tariff's."""

    FIXED = "fixed"
    UNIFORM = "uniform"
    GAMMA = "gamma"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One parameter from its `low` to its `high`; `outcomes` {outcome: (at low, at high)}, None with a `reason`."""

    parameter: str
    base: float | None
    low: float | None
    high: float | None
    outcomes: Mapping[str, tuple[float | None, float | None]]
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What stays as it is unless something is varied. `exchanged` outcomes are costs by the tariff's exchange rate."""

    tariff: Tariff
    prevalence: float
    back: CallBack = field(default_factory=CallBack)

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 < self.prevalence < 1:
            raise ValueError(f"The prevalence is {self.prevalence}; expected a share between 0 and 1, such as 0.03.")


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """`prices`: of the tariff and the exchange rate, as a share of them up and down. `prevalence`: lowest and highest."""

    prices: float = 0.2
    prevalence: tuple[float, float] = (0.01, 0.1)

    def __post_init__(self) -> None:
        """Refuse what is no range."""
        low, high = self.prevalence
        if not (0 < self.prices < 1 and 0 < low <= high < 1):
            raise ValueError(f"{self}; expected a share of prices between 0 and 1, and a prevalence from low to high.")


def at(pathways: Sequence[Pathway], setting: Setting) -> dict[str, float | None] | None:
    """Every outcome as counted, costs in both currencies; None where the cohort lacks one kind of patients."""
    shares = Shares.of(pathways)
    return None if shares is None else _at(shares, setting)


def _at(shares: Shares, setting: Setting) -> dict[str, float | None]:
    prices = Prices.of(setting.tariff, setting.back)
    found = as_numbers(outcomes(shares, setting.prevalence, prices, setting.back.share))
    rate = setting.tariff.exchange_rate
    for name in ("cost", "saved", "cost_per_detected"):
        value = found[name]
        found[f"{name}_exchanged"] = None if value is None else value / rate
    return found


def tornado(
    pathways: Sequence[Pathway], setting: Setting, ranges: Ranges | None = None, level: float = LEVEL
) -> tuple[Bar, ...]:
    """One parameter at a time, the others as they are; empty where the cohort lacks one kind of patients.

    Prices and seconds by a share up and down, those of the examination (with and without contrast alike) apart from what
    contrast adds; shares of tiers to their Wilson limits, the prevalence from lowest to highest.
    """
    shares = Shares.of(pathways)
    if shares is None:
        return ()
    wanted = ranges or Ranges()
    bars = [_price_bar(shares, setting, name, wanted.prices) for name in _PRICES]
    bars += [_share_bar(pathways, shares, setting, name, level) for name in _ROUTES]
    low, high = wanted.prevalence
    ends = tuple(_at(shares, replace(setting, prevalence=one)) for one in (low, high))
    return (*bars, _bar("prevalence", (setting.prevalence, low, high), ends))


_PRICES = ("unenhanced", "surcharge", "seconds", "more_seconds", "exchange_rate")
Found = tuple[dict[str, float | None], ...]


def _bar(name: str, values: tuple[float, float, float], ends: Found) -> Bar:
    low, high = ends
    return Bar(
        parameter=name,
        base=values[0],
        low=values[1],
        high=values[2],
        outcomes={outcome: (low[outcome], high[outcome]) for outcome in low},
    )


def _price_bar(shares: Shares, setting: Setting, name: str, by: float) -> Bar:
    prices: Mapping[str, Any] = vars(Prices.of(setting.tariff, setting.back))
    base = float(setting.tariff.exchange_rate if name == "exchange_rate" else prices[name])
    values = base, base * (1 - by), base * (1 + by)
    return _bar(name, values, tuple(_at(shares, _with_price(setting, name, one - base)) for one in values[1:]))


def _with_price(setting: Setting, name: str, more: float) -> Setting:
    """With so much more of one price; an examination's with and without contrast rise together."""
    moved = {
        "unenhanced": ("unenhanced", "enhanced"),
        "surcharge": ("enhanced",),
        "seconds": ("seconds_unenhanced", "seconds_enhanced"),
        "more_seconds": ("seconds_enhanced",),
        "exchange_rate": ("exchange_rate",),
    }[name]
    changed: Any = {one: getattr(setting.tariff, one) + more for one in moved}
    return replace(setting, tariff=replace(setting.tariff, **changed))


@dataclass(frozen=True)
class _Route:
    """A share of tiers: among which pathways of one kind of patients, and which of these."""

    kind: str
    among: frozenset[str]
    which: frozenset[str]
    called: bool = False

    def masks(self, flags: Flags) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(among, which) of the pathways; none named means all."""
        tiers = np.array(flags.tiers)
        among = np.isin(tiers, sorted(self.among)) if self.among else np.ones(tiers.size, bool)
        which = np.isin(tiers, sorted(self.which)) if self.which else np.ones(tiers.size, bool)
        return among, among & which & ((flags.called > 0) if self.called else True)


_ROUTES: Mapping[str, _Route] = {
    "negative_of_diseased": _Route("diseased", frozenset(), frozenset({"negative"})),
    "negative_of_healthy": _Route("healthy", frozenset(), frozenset({"negative"})),
    "positive_of_enhanced_diseased": _Route("diseased", frozenset({"positive", "suspicious"}), frozenset({"positive"})),
    "called_of_suspicious_diseased": _Route("diseased", frozenset({"suspicious"}), frozenset(), called=True),
}
"""Sensitivity and specificity of the tiers, one share at a time; within and without it shares keep their proportions."""


def _share_bar(pathways: Sequence[Pathway], shares: Shares, setting: Setting, name: str, level: float) -> Bar:
    route = _ROUTES[name]
    among, which = route.masks(shares.flags)
    counts = np.array([getattr(one, route.kind) for one in pathways])
    n, k = int(counts[among].sum()), int(counts[which].sum())
    if n == 0:
        return Bar(parameter=name, base=None, low=None, high=None, outcomes={}, reason=NO_CASE)
    low, high = limits(k / n, n, Interval.WILSON, level)
    own: Floats = getattr(shares, route.kind)
    changed: list[Any] = [{route.kind: _moved(own, among, which, one)} for one in (low, high)]
    ends = tuple(_at(replace(shares, **one), setting) for one in changed)
    return _bar(name, (k / n, low, high), ends)


def _moved(own: Floats, among: NDArray[np.bool_], which: NDArray[np.bool_], share: float) -> Floats:
    """`which` become a `share` of `among`; within and without they keep their proportions, evenly where all were 0."""
    found, whole = own.copy(), float(own[among].sum())
    for part, amount in ((which, share * whole), (among & ~which, (1 - share) * whole)):
        if not part.any():
            continue
        had = float(own[part].sum())
        found[part] = own[part] * (amount / had) if had > 0 else amount / part.sum()
    return found


@dataclass(frozen=True, kw_only=True)
class Saves:
    """How likely the tactic saves money, and scanner time, where this share is called back."""

    called_back: float
    probability: float
    probability_of_hours: float
    standard_error: float


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """`outcomes`: median and quantiles of the draws. `points`: (recurrences missed more, money saved) of the first draws."""

    draws: int
    seed: int
    spread: Spread
    outcomes: Mapping[str, Estimate]
    saves: tuple[Saves, ...]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Draws:
    """How often to draw, from which seed, how prices are spread, and which shares called back are looked at."""

    draws: int = 5000
    seed: int = 2025
    spread: Spread = Spread.UNIFORM
    range: float = 0.2
    called_back: tuple[float, ...] = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
    kept: int = 500

    def __post_init__(self) -> None:
        """Refuse what draws nothing."""
        shares = all(0 <= one <= 1 for one in self.called_back)
        if self.draws < 100 or not 0 < self.range < 1 or not shares or self.kept < 0:
            raise ValueError(f"{self}; expected at least 100 draws, a range between 0 and 1, and shares from 0 to 1.")


def simulate(
    pathways: Sequence[Pathway], setting: Setting, plan: Draws | None = None, level: float = LEVEL
) -> Simulated | None:
    """All shares and prices drawn at once; the prevalence stays. None where the cohort lacks one kind of patients.

    Shares of each kind of patients: Dirichlet, of the counts and one case more. The unenhanced examination's price, what
    contrast adds to it, the second visit, and their seconds: each times a factor of mean 1, uniform within the range or
    gamma with 95 % of it about there. The same seed gives the same draws.
    """
    wanted = plan or Draws()
    if Shares.of(pathways) is None:
        return None
    rng = np.random.default_rng(wanted.seed)
    counts = [np.array([getattr(one, kind) for one in pathways], float) for kind in ("diseased", "healthy")]
    diseased, healthy = (rng.dirichlet(one + PRIOR / one.size, wanted.draws) for one in counts)
    shares = Shares(diseased, healthy, Flags.of(pathways))
    prices = _drawn(Prices.of(setting.tariff, setting.back), wanted, rng)
    found = outcomes(shares, setting.prevalence, prices, setting.back.share)
    return Simulated(
        draws=wanted.draws,
        seed=wanted.seed,
        spread=wanted.spread,
        outcomes={name: _quantiles(values, wanted, level) for name, values in found.items()},
        saves=tuple(_saves(shares, setting, prices, one) for one in wanted.called_back),
        points=tuple(
            (float(one), float(other))
            for one, other in zip(found["missed_more"][: wanted.kept], found["saved"][: wanted.kept], strict=True)
        ),
    )


def _drawn(prices: Prices, plan: Draws, rng: np.random.Generator) -> Prices:
    """Each price times a factor of its own; the surcharge apart from the examination, since both rise together."""
    return Prices(**{name: np.asarray(value) * _factors(plan, rng) for name, value in vars(prices).items()})


def _factors(plan: Draws, rng: np.random.Generator) -> Floats:
    if plan.spread is Spread.FIXED:
        return np.ones(plan.draws)
    if plan.spread is Spread.UNIFORM:
        return rng.uniform(1 - plan.range, 1 + plan.range, plan.draws)
    variance = (plan.range / z_of(0.95)) ** 2
    return rng.gamma(1 / variance, variance, plan.draws)


def _quantiles(values: Floats, plan: Draws, level: float) -> Estimate:
    method = f"median and quantiles of {plan.draws} draws; counts Dirichlet, prices {plan.spread}"
    if not np.isfinite(values).all():
        return not_estimable(NONE_DETECTED, method, plan.draws, level)
    low, middle, high = np.quantile(values, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return Estimate(
        value=float(middle), low=float(low), high=float(high), level=level, method=method, n=plan.draws
    )  # fmt: skip


def _saves(shares: Shares, setting: Setting, prices: Prices, called_back: float) -> Saves:
    found = outcomes(shares, setting.prevalence, prices, called_back)
    likely, hours = (float((found[name] > 0).mean()) for name in ("saved", "hours_saved"))
    return Saves(
        called_back=called_back,
        probability=likely,
        probability_of_hours=hours,
        standard_error=sqrt(likely * (1 - likely) / len(found["saved"])),
    )


@dataclass(frozen=True, kw_only=True)
class Point:
    """At one prevalence: PPV and NPV of the tactic, recurrences missed per 1000, and costs and hours per 1000."""

    prevalence: float
    positive_predictive_value: Estimate
    negative_predictive_value: Estimate
    missed: Estimate
    outcomes: Mapping[str, float | None]


PREVALENCES = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6)


def sweep(
    pathways: Sequence[Pathway],
    setting: Setting,
    prevalences: Sequence[float] = PREVALENCES,
    level: float = LEVEL,
) -> tuple[Point, ...]:
    """The same tiers at each prevalence; empty where the cohort lacks one kind of patients.

    Sensitivity and specificity are taken to stay as they are: recurrences at follow-up may be smaller than those of a
    cohort in which every second patient has one.
    """
    shares = Shares.of(pathways)
    return () if shares is None else tuple(_points(pathways, shares, setting, prevalences, level))


def _points(
    pathways: Sequence[Pathway], shares: Shares, setting: Setting, prevalences: Sequence[float], level: float
) -> Iterator[Point]:
    sensitivity = _proportion(pathways, "diseased", level)
    specificity = _proportion(pathways, "healthy", level, called=False)
    for one in prevalences:
        predicted = predictive_values(sensitivity, specificity, one, level)
        yield Point(
            prevalence=one,
            positive_predictive_value=predicted.positive,
            negative_predictive_value=predicted.negative,
            missed=_missed(sensitivity, one),
            outcomes=_at(shares, replace(setting, prevalence=one)),
        )


def _proportion(pathways: Sequence[Pathway], kind: str, level: float, *, called: bool = True) -> Proportion:
    right = sum(getattr(one, kind) for one in pathways if one.called is called)
    return proportion(right, sum(getattr(one, kind) for one in pathways), Interval.WILSON, level)


def _missed(sensitivity: Proportion, prevalence: float) -> Estimate:
    low, value, high = (
        None if one is None else 1000 * prevalence * (1 - one)
        for one in (sensitivity.high, sensitivity.value, sensitivity.low)
    )
    method = "recurrences missed per 1000, Wilson limits of the sensitivity"
    return Estimate(value=value, low=low, high=high, level=sensitivity.level, method=method, n=sensitivity.n)
