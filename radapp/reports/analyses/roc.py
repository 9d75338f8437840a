"""ROC curves, the paper's Fig. 2: curves and areas of all who give scores, everybody's operating point, areas compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from ml.evaluation.diagnostic import diagnostic
from ml.evaluation.estimate import LEVEL
from ml.evaluation.roc import roc_curve
from radapp.reports.analyses.areas import area_of, few_scored, scores_of
from radapp.reports.analyses.comparisons import CORRECTIONS, NO_SCORES, Compared, Family, families
from radapp.reports.analyses.figures import INTERVALS, Figure, interval_of, proportions_of, share_figure
from radapp.reports.analyses.judges import Counted, Judge, NotAssessable, counted_by_cohort, opinions
from radapp.reports.analyses.margins import Answer, answered, answers
from radapp.reports.analyses.several import Several, several
from radapp.reports.analyses.standing import Promised, not_here
from radapp.reports.inputs.values import CaseRow, NamedAnalysis, StudyInputs

NAME, VERSION = "roc", 2
"""Version 2: margins, and networks against several readers."""
POINT = ("sensitivity", "specificity")


@dataclass(frozen=True, kw_only=True)
class Options:
    """`intervals`: of operating points; of the paper, or one method for all. `correction` None: the protocol's."""

    intervals: str = "wilson"
    not_assessable: NotAssessable = NotAssessable.SENT_TO_CONTRAST
    correction: str | None = None
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Refuse what no analysis can be made with."""
        if self.intervals not in INTERVALS or self.correction not in {None, *CORRECTIONS}:
            raise ValueError(f"{self}; expected intervals among {', '.join(INTERVALS)}, correction {', '.join(CORRECTIONS)}")


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of a curve; a case is called at or above `cutoff`, which is None at (0, 0): nothing is called."""

    false_positive_rate: float
    sensitivity: float
    cutoff: float | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One judge. `curve` is empty, and `area` says why, where there are no scores or cases of one kind alone.

    `point`: sensitivity and specificity of the calls; their intervals make the box around the operating point.
    """

    judge: Judge
    cases: int
    curve: tuple[Point, ...]
    area: Figure
    point: dict[str, Figure]


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort. `families`: areas compared two by two, corrected as in the report on performance; `several`: MRMC.

    `margins`: the protocol's hypotheses about areas that have a margin.
    """

    name: str
    cases: int
    lines: tuple[Line, ...]
    families: tuple[Family, ...]
    several: tuple[Several, ...]
    margins: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Roc:
    """`not_here`: keys of the protocol's analyses that this report does not answer."""

    cohorts: tuple[Cohort, ...]
    not_here: tuple[str, ...]


def roc(inputs: StudyInputs, options: Options) -> Roc:
    """Fig. 2 with the figures beside it."""
    said = opinions(inputs)
    promised = Promised(inputs.plan, tuple(one.judge for one in said))
    cohorts = [
        _cohort(name, cases, found, promised, options)
        for name, cases, found in counted_by_cohort(inputs, said, options.not_assessable)
    ]
    return Roc(cohorts=tuple(cohorts), not_here=not_here(inputs.plan, _answered(cohorts, promised)))


def _answered(cohorts: Sequence[Cohort], promised: Promised) -> Iterator[NamedAnalysis | None]:
    for cohort in cohorts:
        for line in cohort.lines:
            yield from (promised.named(measure, line.judge) for measure in ("auc", *POINT))
        for family in cohort.families:
            yield from (promised.named("auc", pair.first, pair.second) for pair in family.pairs)
        yield from (promised.of_sides("auc", one.first, one.second) for one in cohort.several)
        yield from answered(promised.plan, cohort.margins)


def _cohort(name: str, cases: Sequence[CaseRow], found: Sequence[Counted], promised: Promised, options: Options) -> Cohort:
    correction = options.correction or promised.plan.correction
    return Cohort(
        name=name,
        cases=len(cases),
        lines=tuple(_line(one, promised, options) for one in found),
        families=tuple(_areas_alone(families(found, promised, correction, options.level))),
        several=several(found, promised, correction, options.level),
        margins=answers(found, promised, ("auc",), correction),
    )


def _line(one: Counted, promised: Promised, options: Options) -> Line:
    shares = proportions_of(diagnostic(one.calls, one.truths, interval_of(options.intervals, one.judge.kind), options.level))
    return Line(
        judge=one.judge,
        cases=len(one.cases),
        curve=tuple(_curve(one)),
        area=Figure(
            estimate=area_of(one, options.level), standing=promised.standing("auc", one.judge), small=few_scored(one)
        ),
        point={measure: share_figure(shares[measure], promised.standing(measure, one.judge)) for measure in POINT},
    )


def _curve(one: Counted) -> Iterator[Point]:
    truths = one.truths[one.scored]
    if truths.all() or not truths.any():
        return
    found = roc_curve(scores_of(one), truths)
    for rate, sensitivity, cutoff in zip(found.false_positive_rate, found.sensitivity, found.cutoff, strict=True):
        yield Point(
            false_positive_rate=float(rate),
            sensitivity=float(sensitivity),
            cutoff=float(cutoff) if isfinite(cutoff) else None,
        )


def _areas_alone(found: Sequence[Family]) -> Iterator[Family]:
    """Without the other measures, and without pairs of which one gives no scores; p is that of the whole family."""
    for family in found:
        pairs = tuple(_area_alone(pair) for pair in family.pairs if pair.measures["auc"].comparison.reason != NO_SCORES)
        if pairs:
            yield replace(family, pairs=pairs)


def _area_alone(pair: Compared) -> Compared:
    return replace(pair, cases=pair.measures["auc"].comparison.n, measures={"auc": pair.measures["auc"]})
