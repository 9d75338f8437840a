"""What the tactic costs per 1000 patients: the arithmetic of the paper's Table 2 and Fig. 4. Counts in, no torch.

Source: Deng et al., Cancer Imaging 2025. Patients, recurrences and detected recurrences of a tier are whole numbers per
1000, limits by Wilson with continuity correction; totals and hours use the exact share that is sent to contrast.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor, isfinite

from ml.evaluation.estimate import LEVEL, Estimate, Interval, limits, not_estimable, proportion

PER = 1000
NOBODY = "there is no case to estimate it from"
NONE_DETECTED = "no recurrence is detected among so many: the cost of each has no bound"
UNBOUNDED = "unbounded above: the lower limit of what is detected comes to none"
OF_ALL = (
    f"cost of {PER} enhanced examinations by whole recurrences detected per {PER}, Wilson-cc limits swapped (the paper's)"
)
AT_PREVALENCE = f"cost of {PER} enhanced examinations by recurrences detected at this prevalence, Wilson-cc limits swapped"


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """What an examination costs, in `currency`, and how long it keeps the scanner. Defaults: the paper's, Guangzhou 2024."""

    enhanced: float = 2444
    unenhanced: float = 2246
    seconds_enhanced: float = 815
    seconds_unenhanced: float = 465
    currency: str = "CNY"
    exchange_rate: float = 7.17
    exchange_currency: str = "USD"

    def __post_init__(self) -> None:
        """Refuse what is no price, no time and no rate."""
        amounts = (self.enhanced, self.unenhanced, self.seconds_enhanced, self.seconds_unenhanced, self.exchange_rate)
        if not all(isfinite(amount) and amount > 0 for amount in amounts):
            raise ValueError(f"{self}; expected prices, seconds and an exchange rate above 0.")


@dataclass(frozen=True, kw_only=True)
class TierCounts:
    """Of one tier of a cohort: its cases, those with recurrence, and the recurrences that are detected in it.

    `enhanced`: whether it is sent to contrast. In a tier that is not, `detected` is what contrast would have detected.
    """

    cases: int
    diseased: int
    detected: int
    enhanced: bool

    def __post_init__(self) -> None:
        """Refuse counts that do not nest."""
        if not 0 <= self.detected <= self.diseased <= self.cases:
            raise ValueError(f"{self}; expected 0 <= detected <= diseased <= cases.")


@dataclass(frozen=True, kw_only=True)
class TierEconomics:
    """Per 1000 patients. `ratio`: recurrences detected in the first tier for one in this tier; None where there is none."""

    patients: Estimate
    diseased: Estimate
    detected: Estimate
    cost_per_detected: Estimate
    ratio: float | None


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """The cost of 1000 patients in both currencies, and scanner hours."""

    cost: float
    exchanged: float
    hours: float


@dataclass(frozen=True, kw_only=True)
class Economics:
    """Per 1000 patients. `prevalence` None: the cohort's own. `percent_of_…`: the tactic's cost in terms of the other's."""

    prevalence: float | None
    tiers: Mapping[str, TierEconomics]
    conventional: Strategy
    unenhanced_only: Strategy
    tactic: Strategy
    saved: Strategy
    percent_of_conventional: float
    percent_of_unenhanced_only: float


def economics(tiers: Mapping[str, TierCounts], tariff: Tariff, level: float = LEVEL) -> Economics | None:
    """At the cohort's own prevalence, as the paper has it; None without a case. The first tier is the ratios' numerator."""
    n = sum(tier.cases for tier in tiers.values())
    if n == 0:
        return None
    found = {name: _tier(tier, n, tariff, level) for name, tier in tiers.items()}
    enhanced = Fraction(sum(tier.cases for tier in tiers.values() if tier.enhanced), n)
    return _economics(None, found, float(enhanced), tariff)


def economics_at(
    tiers: Mapping[str, TierCounts], tariff: Tariff, prevalence: float, level: float = LEVEL
) -> Economics | None:
    """The same where a share `prevalence` of patients has recurrence, from what each tier takes of either kind.

    None where the cohort lacks one kind. Patients and recurrences have no interval; what is detected has that of its share.
    """
    if not 0 < prevalence < 1:
        raise ValueError(f"The prevalence is {prevalence}; expected a share between 0 and 1, such as 0.03.")
    diseased = sum(tier.diseased for tier in tiers.values())
    healthy = sum(tier.cases for tier in tiers.values()) - diseased
    if min(diseased, healthy) == 0:
        return None
    found, enhanced = {}, 0.0
    for name, tier in tiers.items():
        share = prevalence * tier.diseased / diseased + (1 - prevalence) * (tier.cases - tier.diseased) / healthy
        enhanced += share if tier.enhanced else 0.0
        found[name] = _tier_at(tier, diseased, share, prevalence, tariff, level)
    return _economics(prevalence, found, enhanced, tariff)


def _economics(prevalence: float | None, tiers: dict[str, TierEconomics], enhanced: float, tariff: Tariff) -> Economics:
    first = next(iter(tiers.values())).detected.value if tiers else None
    rated = {
        name: TierEconomics(
            **{**vars(tier), "ratio": first / tier.detected.value if first and tier.detected.value else None}
        )
        for name, tier in tiers.items()
    }
    everybody, nobody, tactic = (strategy(share, tariff) for share in (1.0, 0.0, enhanced))
    return Economics(
        prevalence=prevalence,
        tiers=rated,
        conventional=everybody,
        unenhanced_only=nobody,
        tactic=tactic,
        saved=Strategy(
            cost=everybody.cost - tactic.cost,
            exchanged=everybody.exchanged - tactic.exchanged,
            hours=everybody.hours - tactic.hours,
        ),
        percent_of_conventional=100 * tactic.cost / everybody.cost,
        percent_of_unenhanced_only=100 * tactic.cost / nobody.cost,
    )


def strategy(enhanced: float, tariff: Tariff) -> Strategy:
    """Of 1000 patients, a share of whom is `enhanced`."""
    cost = PER * (enhanced * tariff.enhanced + (1 - enhanced) * tariff.unenhanced)
    seconds = PER * (enhanced * tariff.seconds_enhanced + (1 - enhanced) * tariff.seconds_unenhanced)
    return Strategy(cost=cost, exchanged=cost / tariff.exchange_rate, hours=seconds / 3600)


def whole(value: float | Fraction) -> int:
    """Rounded, halves up, as the paper prints."""
    return floor(Fraction(value) + Fraction(1, 2))


def per_thousand(count: int, n: int, level: float = LEVEL) -> Estimate:
    """Whole patients per 1000 with the rounded Wilson-cc limits."""
    method = f"whole per {PER}, Wilson with continuity correction"
    if n == 0:
        return not_estimable(NOBODY, method, 0, level)
    low, high = (whole(PER * limit) for limit in limits(count / n, n, Interval.WILSON_CORRECTED, level))
    return Estimate(value=whole(Fraction(PER * count, n)), low=low, high=high, level=level, method=method, n=n)


def _tier(tier: TierCounts, n: int, tariff: Tariff, level: float) -> TierEconomics:
    detected = per_thousand(tier.detected, n, level)
    return TierEconomics(
        patients=per_thousand(tier.cases, n, level),
        diseased=per_thousand(tier.diseased, n, level),
        detected=detected,
        cost_per_detected=cost_per_detected(detected, tariff, OF_ALL),
        ratio=None,
    )


def _tier_at(
    tier: TierCounts, diseased: int, share: float, prevalence: float, tariff: Tariff, level: float
) -> TierEconomics:
    plain = f"per {PER} at this prevalence"
    found = proportion(tier.detected, diseased, Interval.WILSON_CORRECTED, level)
    value, low, high = (PER * prevalence * (one or 0.0) for one in (found.value, found.low, found.high))
    detected = Estimate(value=value, low=low, high=high, level=level, method=plain, n=diseased)
    return TierEconomics(
        patients=_bare(PER * share, plain, level),
        diseased=_bare(PER * prevalence * tier.diseased / diseased, plain, level),
        detected=detected,
        cost_per_detected=cost_per_detected(detected, tariff, AT_PREVALENCE),
        ratio=None,
    )


def _bare(value: float, method: str, level: float) -> Estimate:
    reason = "no interval: two samples and a prevalence are in it"
    return Estimate(value=value, low=None, high=None, level=level, method=method, n=0, reason=reason)


def cost_per_detected(detected: Estimate, tariff: Tariff, method: str = OF_ALL) -> Estimate:
    """The cost of 1000 enhanced examinations by the recurrences detected per 1000, whatever the tier: the paper's rule.

    Where the lower limit of those is 0 the cost has no upper limit, and `reason` says so.
    """
    total = PER * tariff.enhanced
    if not detected.value:
        low = total / detected.high if detected.high else None
        reason = detected.reason or NONE_DETECTED
        return Estimate(value=None, low=low, high=None, level=detected.level, method=method, n=detected.n, reason=reason)
    high = total / detected.low if detected.low else None
    low = total / detected.high if detected.high else None
    return Estimate(
        value=total / detected.value, low=low, high=high, level=detected.level, method=method, n=detected.n,
        reason="" if high is not None else UNBOUNDED,
    )  # fmt: skip
