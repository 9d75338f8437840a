"""How far the economics hold: tornado, draws of all at once, sweep over the prevalence, and calling patients back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ml.evaluation.call_back import CalledBack, call_back
from ml.evaluation.cost_sensitivity import (
    ONE_KIND,
    Bar,
    Draws,
    Point,
    Ranges,
    Setting,
    Simulated,
    Spread,
    at,
    simulate,
    sweep,
    tornado,
)
from ml.evaluation.economics import Tariff
from ml.evaluation.estimate import LEVEL
from ml.evaluation.pathways import CallBack, Pathway
from radapp.reports.analyses.figures import is_small
from radapp.reports.analyses.judges import ENHANCED, TACTIC, called_by_tactic
from radapp.reports.analyses.performance import FOLLOW_UP
from radapp.reports.analyses.tactic import NO_TIER
from radapp.reports.inputs.values import CaseRow, StudyInputs

NAME, VERSION = "economics_sensitivity", 1
RULES = (
    "Costs are those of examinations, and of second visits of patients called back: nothing for what is missed, or readers.",
    "Cost of a detected recurrence: the tactic's whole cost by the recurrences that it detects, not the paper's rule, which "
    "divides by those of one tier.",
    "Sensitivity and specificity of the tiers are taken to be the same at every prevalence.",
    "Cases without advice are sent to contrast and count as called.",
    "Called back: of those who need contrast, who left the scanner before the advice was there. Those who do not come again "
    "are not counted.",
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """`prevalence`: of tornado, draws and calling back. `price_range`: by which share prices and seconds are varied.

    `called_back`: share of those who need contrast that is called back throughout; `second_visit`, `second_seconds`: what a
    second visit costs, None for an enhanced examination as a whole.
    """

    tariff: Tariff = field(default_factory=Tariff)
    prevalence: float = FOLLOW_UP
    prevalence_low: float = 0.01
    prevalence_high: float = 0.1
    price_range: float = 0.2
    spread: Spread = Spread.UNIFORM
    draws: int = 5000
    seed: int = 2025
    called_back: float = 0.0
    second_visit: float | None = None
    second_seconds: float | None = None
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Refuse what no analysis can be made with: each part says what it expects."""
        _ = self.setting, self.ranges, self.plan

    @property
    def setting(self) -> Setting:
        """What stays as it is."""
        back = CallBack(share=self.called_back, cost=self.second_visit, seconds=self.second_seconds)
        return Setting(tariff=self.tariff, prevalence=self.prevalence, back=back)

    @property
    def ranges(self) -> Ranges:
        """Of the tornado."""
        return Ranges(prices=self.price_range, prevalence=(self.prevalence_low, self.prevalence_high))

    @property
    def plan(self) -> Draws:
        """Of the draws."""
        return Draws(draws=self.draws, seed=self.seed, spread=self.spread, range=self.price_range)


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort. `base`: as the options have it. All parts are empty, with a `reason`, where a kind of cases is missing."""

    name: str
    cases: int
    diseased: int
    pathways: tuple[Pathway, ...]
    base: Mapping[str, float | None]
    tornado: tuple[Bar, ...]
    simulated: Simulated | None
    sweep: tuple[Point, ...]
    called_back: CalledBack | None
    small: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class EconomicsSensitivity:
    """`rules`: how the figures are made, in words."""

    tariff: Tariff
    prevalence: float
    called_back: float
    price_range: float
    rules: tuple[str, ...]
    cohorts: tuple[Cohort, ...]


def economics_sensitivity(inputs: StudyInputs, options: Options) -> EconomicsSensitivity:
    """Of every cohort in which the tactic called cases whose truth is established."""
    cohorts = []
    for name, cases in inputs.cohorts.items():
        rows = [row for row in cases if TACTIC in row.networks and row.truth is not None]
        if rows:
            cohorts.append(_cohort(name, pathways_of(rows), options))
    return EconomicsSensitivity(
        tariff=options.tariff,
        prevalence=options.prevalence,
        called_back=options.called_back,
        price_range=options.price_range,
        rules=RULES,
        cohorts=tuple(cohorts),
    )


def _cohort(name: str, pathways: Sequence[Pathway], options: Options) -> Cohort:
    setting, level = options.setting, options.level
    base = at(pathways, setting)
    diseased, healthy = (sum(getattr(one, kind) for one in pathways) for kind in ("diseased", "healthy"))
    return Cohort(
        name=name,
        cases=diseased + healthy,
        diseased=diseased,
        pathways=tuple(pathways),
        base=base or {},
        tornado=tornado(pathways, setting, options.ranges, level),
        simulated=simulate(pathways, setting, options.plan, level),
        sweep=sweep(pathways, setting, level=level),
        called_back=call_back(pathways, setting, level=level),
        small=is_small(diseased, healthy, *(one.diseased + one.healthy for one in pathways)),
        reason="" if base else ONE_KIND,
    )


_WAYS = (
    ("positive", True, True, True),
    ("positive", True, True, False),
    ("suspicious", True, True, True),
    ("suspicious", True, False, False),
    ("negative", False, False, True),
    ("negative", False, False, False),
)
"""(tier, enhanced, called, by contrast): those that the tactic knows, whether or not a case goes that way."""


def pathways_of(cases: Sequence[CaseRow]) -> tuple[Pathway, ...]:
    """Cases of established truth by the way they went; ways that the tactic does not know come last, where there are any."""
    counts = Counter((*_way(row), bool(row.truth)) for row in cases)
    strange = sorted({way[:4] for way in counts} - set(_WAYS))
    return tuple(
        Pathway(
            tier=tier,
            enhanced=enhanced,
            called=called,
            by_contrast=contrast,
            diseased=counts[tier, enhanced, called, contrast, True],
            healthy=counts[tier, enhanced, called, contrast, False],
        )
        for tier, enhanced, called, contrast in (*_WAYS, *strange)
    )


def _way(row: CaseRow) -> tuple[str, bool, bool, bool]:
    """A case that was not assessable counts as called, by intention to diagnose: it is sent to contrast."""
    said = row.networks[TACTIC]
    tier = said.tier or NO_TIER
    called = called_by_tactic(said)
    contrast = row.networks[ENHANCED].positive if ENHANCED in row.networks else None
    return tier, tier != "negative", called, called if contrast is None else contrast
