"""Economics, the paper's Fig. 4: patients, recurrences and costs per tier and 1000, the tactic beside the two extremes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ml.evaluation import economics as arithmetic
from ml.evaluation.economics import Economics, Tariff, TierCounts
from ml.evaluation.estimate import LEVEL
from radapp.reports.analyses.judges import TACTIC
from radapp.reports.analyses.performance import FOLLOW_UP
from radapp.reports.analyses.tactic import Tier, tiers_of
from radapp.reports.inputs.values import StudyInputs

NAME, VERSION = "economics", 2
"""Version 2: what the tactic could not call is called (radapp.reports.analyses.tactic)."""
ONE_KIND = "the cohort lacks cases with, or cases without, recurrence"
RULES = (
    "Detected: in the positive tier by T1_T2, in the suspicious one by T1WIC; in the negative tier what T1WIC would have "
    "detected there, which the tactic does not count.",
    "Cost of a detected recurrence, the paper's rule: the cost of 1000 enhanced examinations, whatever the tier, by the "
    "recurrences detected in the tier per 1000.",
    "Costs are the examinations' tariffs alone: nothing for calling patients back, for what is missed, or for readers.",
    "Cases without advice are sent to contrast.",
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """Tariff, and the prevalence at which everything is told again beside the cohort's own."""

    tariff: Tariff = field(default_factory=Tariff)
    prevalence: float = FOLLOW_UP
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Refuse what no analysis can be made with."""
        if not 0 < self.prevalence < 1:
            raise ValueError(f"The prevalence is {self.prevalence}; expected a share between 0 and 1, such as 0.03.")


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """`own`: at the cohort's prevalence, as the paper has it; `elsewhere`: at the one asked for, None with a `reason`."""

    name: str
    cases: int
    diseased: int
    tiers: tuple[Tier, ...]
    own: Economics
    elsewhere: Economics | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class EconomicsTable:
    """`rules`: how the figures are made, in words."""

    tariff: Tariff
    prevalence: float
    rules: tuple[str, ...]
    cohorts: tuple[Cohort, ...]


def economics(inputs: StudyInputs, options: Options) -> EconomicsTable:
    """Of every cohort in which the tactic called cases whose truth is established."""
    found = []
    for name, cases in inputs.cohorts.items():
        rows = [row for row in cases if TACTIC in row.networks and row.truth is not None]
        if rows:
            found.append(_cohort(name, tiers_of(rows), options))
    return EconomicsTable(
        tariff=options.tariff, prevalence=options.prevalence, rules=RULES, cohorts=tuple(found)
    )  # fmt: skip


def _cohort(name: str, tiers: Sequence[Tier], options: Options) -> Cohort:
    counts = {one.tier: _counts(one) for one in tiers}
    own = arithmetic.economics(counts, options.tariff, options.level)
    assert own is not None, "there is a case"
    elsewhere = arithmetic.economics_at(counts, options.tariff, options.prevalence, options.level)
    return Cohort(
        name=name,
        cases=sum(one.cases for one in tiers),
        diseased=sum(one.diseased for one in tiers),
        tiers=tuple(tiers),
        own=own,
        elsewhere=elsewhere,
        reason="" if elsewhere else ONE_KIND,
    )


def _counts(tier: Tier) -> TierCounts:
    detected = tier.detected if tier.enhanced else tier.enhanced_would_detect
    return TierCounts(cases=tier.cases, diseased=tier.diseased, detected=detected, enhanced=tier.enhanced)
