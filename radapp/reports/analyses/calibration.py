"""Do scores mean what they say: reliability, Brier score, slope and intercept, and what acting on them would be worth.

Of networks' scores, and of readers' likelihoods, which are asked for as chances from 0 to 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.brier import brier_parts, spiegelhalter
from ml.evaluation.calibration import Reliability, brier, calibration_line, reliability
from ml.evaluation.decision import DecisionCurve, decision_curve, decision_point
from ml.evaluation.estimate import LEVEL, Estimate, HypothesisTest
from radapp.reports.analyses.areas import few_scored, scores_of
from radapp.reports.analyses.figures import is_small
from radapp.reports.analyses.judges import Counted, Judge, Kind, NotAssessable, counted_by_cohort, opinions
from radapp.reports.analyses.performance import FOLLOW_UP
from radapp.reports.analyses.standing import Standing, not_here
from radapp.reports.inputs.values import CaseRow, StudyInputs

NAME, VERSION = "calibration", 1
BINS = 10
THRESHOLDS = tuple(float(one) for one in np.arange(1, 51) / 100)
"""Chances at which one is just willing to give contrast: 1 to 50 %."""
RULES = (
    "A score is taken as a chance of recurrence as it stands; readers' likelihoods from 0 to 100 are divided by 100.",
    "A score fitted where many have recurrence says too much where few do: look at intercept and share.",
    "Net benefit at another share with recurrence keeps sensitivity and specificity at each threshold and changes no score.",
    "A large p of Spiegelhalter's test shows no calibration. The p are not corrected for how many tests there are.",
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """`prevalence`: at which net benefit is told beside the cohort's own. `bins`: of the reliability curve."""

    prevalence: float = FOLLOW_UP
    bins: int = BINS
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Refuse what no analysis can be made with."""
        if not 0 < self.prevalence < 1:
            raise ValueError(f"The prevalence is {self.prevalence}; expected a share between 0 and 1, such as 0.03.")
        if not 2 <= self.bins <= 100:
            raise ValueError(f"There are to be {self.bins} bins; expected 2 to 100.")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One judge's scores. `without_score`: judged, with a truth, and left out. `moved`: scores of 0 or 1: without a logit.

    `curve`: at the cohort's own share with recurrence; `elsewhere`: at the one asked for.
    """

    judge: Judge
    cases: int
    diseased: int
    without_score: int
    brier: Estimate
    scaled_brier: Estimate
    reliability: Reliability
    slope: Estimate
    intercept: Estimate
    moved: int
    test: HypothesisTest
    curve: DecisionCurve
    elsewhere: DecisionCurve
    standing: Standing
    small: bool


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Who gives calls alone, such as the whole tactic: what acting on them is worth at each threshold."""

    judge: Judge
    cases: int
    diseased: int
    curve: DecisionCurve
    elsewhere: DecisionCurve
    small: bool


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort: those with scores, and those with calls alone."""

    name: str
    cases: int
    diseased: int
    without_truth: int
    lines: tuple[Line, ...]
    calls: tuple[Acting, ...]

    @property
    def judged(self) -> tuple[Line | Acting, ...]:
        """Both."""
        return (*self.lines, *self.calls)


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """`tests`: how many p there are in all, none of them corrected."""

    prevalence: float
    rules: tuple[str, ...]
    tests: int
    cohorts: tuple[Cohort, ...]
    not_here: tuple[str, ...]


def calibration(inputs: StudyInputs, options: Options) -> Calibration:
    """Of every judge of every cohort."""
    found = counted_by_cohort(inputs, opinions(inputs), NotAssessable.SENT_TO_CONTRAST)
    cohorts = tuple(_cohort(name, cases, counted, options) for name, cases, counted in found)
    return Calibration(
        prevalence=options.prevalence,
        rules=RULES,
        tests=sum(line.test.p is not None for cohort in cohorts for line in cohort.lines),
        cohorts=cohorts,
        not_here=not_here(inputs.plan, ()),
    )


def _cohort(name: str, cases: Sequence[CaseRow], found: Sequence[Counted], options: Options) -> Cohort:
    return Cohort(
        name=name,
        cases=len(cases),
        diseased=sum(row.truth is True for row in cases),
        without_truth=sum(row.truth is None for row in cases),
        lines=tuple(_line(one, options) for one in found if one.scored.any()),
        calls=tuple(_acting(one, options) for one in found if one.judge.kind is Kind.TACTIC),
    )


def chances_of(one: Counted) -> NDArray[np.float64]:
    """Its scores (n,) as chances from 0 to 1, of the cases that have one."""
    return scores_of(one) / 100 if one.judge.kind is Kind.READER else scores_of(one)


def _line(one: Counted, options: Options) -> Line:
    scores, truths = chances_of(one), one.truths[one.scored]
    fit = calibration_line(scores, truths, options.level)
    return Line(
        judge=one.judge,
        cases=len(scores),
        diseased=int(truths.sum()),
        without_score=int((~one.scored).sum()),
        brier=brier(scores, truths, options.level),
        scaled_brier=brier_parts(scores, truths, options.bins).scaled,
        reliability=reliability(scores, truths, options.bins, level=options.level),
        slope=fit.slope,
        intercept=fit.intercept,
        moved=fit.moved,
        test=spiegelhalter(scores, truths),
        curve=decision_curve(scores, truths, THRESHOLDS, None, options.level),
        elsewhere=decision_curve(scores, truths, THRESHOLDS, options.prevalence, options.level),
        standing=Standing.EXPLORATORY,
        small=few_scored(one),
    )


def _acting(one: Counted, options: Options) -> Acting:
    diseased = int(one.truths.sum())
    own, elsewhere = (_curve(one, prevalence, options.level) for prevalence in (None, options.prevalence))
    return Acting(
        judge=one.judge,
        cases=len(one.cases),
        diseased=diseased,
        curve=own,
        elsewhere=elsewhere,
        small=is_small(diseased, len(one.cases) - diseased),
    )


def _curve(one: Counted, prevalence: float | None, level: float) -> DecisionCurve:
    own = float(one.truths.mean()) if one.truths.size else None
    points = tuple(decision_point(one.calls, one.truths, at, prevalence, level) for at in THRESHOLDS)
    return DecisionCurve(own if prevalence is None else prevalence, points)
