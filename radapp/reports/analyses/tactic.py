"""The tactic, the paper's Table 2: tiers, what is detected in each, and the tactic beside T1_T2 alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ml.evaluation.diagnostic import diagnostic
from ml.evaluation.estimate import LEVEL, Proportion, proportion
from ml.tactic_cases import Resampling
from radapp.reports.analyses.figures import INTERVALS, Figure, interval_of, is_small, proportions_of, share_figure
from radapp.reports.analyses.judges import (
    ENHANCED,
    FUSED,
    TACTIC,
    Judge,
    Kind,
    NotAssessable,
    Opinions,
    called_by_tactic,
    opinions,
)
from radapp.reports.analyses.standing import Promised
from radapp.reports.analyses.validation import Validated, validated
from radapp.reports.inputs.values import CaseRow, Cutoffs, NetworkSaid, StudyInputs

NAME, VERSION = "tactic", 3
"""Version 2: cross-validated beside apparent. Version 3: what the tactic could not call is called in its tier, too."""
TIERS = ("positive", "suspicious", "negative")
NO_TIER = "no advice"
"""Cases whose advice was withheld or that no network could assess: sent to contrast, and called."""
TABLE_TWO = ("accuracy", "sensitivity", "specificity")
APPARENT = (
    "Apparent: the cutoffs were chosen on these very cases, and so sensitivity and specificity flatter. New cases will show "
    "less."
)
BEFOREHAND = "The cutoffs were set before these cases were read: the figures need no correction."


@dataclass(frozen=True, kw_only=True)
class Options:
    """`intervals`: of the paper, or one method for all.

    Where cutoffs were chosen on these cases they are chosen again for the `target` sensitivity, `repeats` times without each
    of `folds`, and in `resamples` of the bootstrap, from the `seed`.
    """

    intervals: str = "wilson"
    level: float = LEVEL
    target: float = 0.9
    folds: int = 10
    repeats: int = 20
    resamples: int = 1000
    seed: int = 2025

    def __post_init__(self) -> None:
        """Refuse what no analysis can be made with."""
        _ = self.plan
        if not 0 < self.target <= 1:
            raise ValueError(f"The target sensitivity is {self.target}; expected a share above 0, at most 1.")
        if self.intervals not in INTERVALS:
            raise ValueError(f"found the interval {self.intervals!r}, expected one of {', '.join(INTERVALS)}")

    @property
    def plan(self) -> Resampling:
        """How cutoffs are chosen again."""
        return Resampling(folds=self.folds, repeats=self.repeats, resamples=self.resamples, seed=self.seed)


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Cases of one tier. `detected` and `false_alarms`: called by the tactic, with and without recurrence.

    `enhanced_would_detect`: recurrences that T1WIC calls, whether or not the tactic asks it.
    """

    tier: str
    cases: int
    diseased: int
    healthy: int
    detected: int
    false_alarms: int
    enhanced_would_detect: int
    enhanced: bool
    small: bool

    @property
    def missed(self) -> int:
        """Recurrences that the tactic does not call."""
        return self.diseased - self.detected


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort's tiers, the share sent to contrast, and Table 2's figures of the tactic and of T1_T2.

    `without_t1wic`: suspicious cases that nothing decided: sent to contrast, and called. `validated`: None where cutoffs
    were set beforehand.
    """

    name: str
    cases: int
    without_truth: int
    without_t1wic: int
    tiers: tuple[Tier, ...]
    enhanced: Proportion
    tactic: Mapping[str, Figure]
    unenhanced_only: Mapping[str, Figure]
    validated: Validated | None


@dataclass(frozen=True, kw_only=True)
class TacticTable:
    """`apparent`: whether the cutoffs were chosen on these cases, and in `words` what that means."""

    apparent: bool
    words: str
    cohorts: tuple[Cohort, ...]


def tactic(inputs: StudyInputs, options: Options) -> TacticTable:
    """Of every cohort in which the tactic called; none where no network read the study."""
    said = {one.judge.name: one for one in opinions(inputs) if one.judge.kind is not Kind.READER}
    promised = Promised(inputs.plan, tuple(one.judge for one in opinions(inputs)))
    apparent = inputs.cutoffs is Cutoffs.THESE_CASES
    return TacticTable(
        apparent=apparent,
        words=APPARENT if apparent else BEFOREHAND,
        cohorts=tuple(
            _cohort(name, rows, said, promised, options, apparent=apparent)
            for name, cases in inputs.cohorts.items()
            if (rows := [row for row in cases if TACTIC in row.networks])
        ),
    )


def _cohort(
    name: str,
    cases: Sequence[CaseRow],
    said: Mapping[str, Opinions],
    promised: Promised,
    options: Options,
    *,
    apparent: bool,
) -> Cohort:
    settled = [row for row in cases if row.truth is not None]
    tiers = tiers_of(settled)
    return Cohort(
        name=name,
        cases=len(settled),
        without_truth=len(cases) - len(settled),
        without_t1wic=sum(one.tier == "suspicious" and one.positive is None for one in _said(settled)),
        tiers=tiers,
        enhanced=proportion(
            sum(one.cases for one in tiers if one.enhanced),
            len(settled),
            interval_of(options.intervals, Kind.TACTIC),
            options.level,
        ),
        tactic=_figures(said.get(TACTIC), settled, promised, options),
        unenhanced_only=_figures(said.get(FUSED), settled, promised, options),
        validated=validated(settled, options.target, options.plan) if apparent else None,
    )


def _said(cases: Sequence[CaseRow]) -> list[NetworkSaid]:
    return [row.networks[TACTIC] for row in cases]


def tiers_of(cases: Sequence[CaseRow]) -> tuple[Tier, ...]:
    """Three tiers, and a fourth where the tactic gave none; of cases whose truth is established.

    What the tactic could not call was sent to contrast: it counts as called here as in Table 2 (intention to diagnose).
    """
    by_tier: dict[str, list[CaseRow]] = {tier: [] for tier in TIERS}
    for row in cases:
        by_tier.setdefault(row.networks[TACTIC].tier or NO_TIER, []).append(row)
    return tuple(_tier(name, rows) for name, rows in by_tier.items())


def _tier(name: str, cases: Sequence[CaseRow]) -> Tier:
    diseased = [row for row in cases if row.truth]
    healthy = [row for row in cases if not row.truth]
    called = [sum(called_by_tactic(row.networks[TACTIC]) for row in rows) for rows in (diseased, healthy)]
    split = 0 < sum(called) < len(cases)  # where T1WIC decides: a tier called whole, or not at all, has no cells within
    cells = (*called, len(diseased) - called[0], len(healthy) - called[1]) if split else (len(diseased), len(healthy))
    return Tier(
        tier=name,
        cases=len(cases),
        diseased=len(diseased),
        healthy=len(healthy),
        detected=called[0],
        false_alarms=called[1],
        enhanced_would_detect=sum(bool(row.networks[ENHANCED].positive) for row in diseased if ENHANCED in row.networks),
        enhanced=name != "negative",
        small=is_small(*cells),
    )


def _figures(one: Opinions | None, cases: Sequence[CaseRow], promised: Promised, options: Options) -> dict[str, Figure]:
    if one is None:
        return {}
    judge: Judge = one.judge
    counted = one.counted(cases, NotAssessable.SENT_TO_CONTRAST)
    table = diagnostic(counted.calls, counted.truths, interval_of(options.intervals, judge.kind), options.level)
    shares = proportions_of(table)
    return {measure: share_figure(shares[measure], promised.standing(measure, judge)) for measure in TABLE_TWO}
