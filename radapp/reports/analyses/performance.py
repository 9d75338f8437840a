"""Diagnostic performance, the paper's Table 1: networks, T1_T2, the tactic and every reader, cohort by cohort."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ml.evaluation.diagnostic import Diagnostic, diagnostic, predictive_values
from ml.evaluation.estimate import LEVEL
from radapp.reports.analyses.areas import area_of, few_scored
from radapp.reports.analyses.comparisons import CORRECTIONS, Family, families
from radapp.reports.analyses.figures import INTERVALS, Figure, interval_of, is_small, proportions_of, share_figure
from radapp.reports.analyses.follow_up import FOLLOW_UP as FOLLOW_UP
from radapp.reports.analyses.judges import Counted, Judge, NotAssessable, counted_by_cohort, opinions
from radapp.reports.analyses.margins import Answer, answered, answers
from radapp.reports.analyses.several import Several, several
from radapp.reports.analyses.standing import Promised, Standing, not_here
from radapp.reports.inputs.values import CaseRow, NamedAnalysis, StudyInputs

NAME, VERSION = "performance", 2
"""Version 2: margins, and several readers at once."""
POOLED = ("sensitivity", "specificity")
SHARES = (*POOLED, "accuracy")


@dataclass(frozen=True, kw_only=True)
class Options:
    """`intervals`: of the paper, or one method for all. `prevalence`: at which PPV and NPV are told beside the cohort's own.

    `correction` None: the protocol's.
    """

    intervals: str = "wilson"
    prevalence: float = FOLLOW_UP
    not_assessable: NotAssessable = NotAssessable.SENT_TO_CONTRAST
    correction: str | None = None
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Refuse what no analysis can be made with."""
        if self.intervals not in INTERVALS or self.correction not in {None, *CORRECTIONS}:
            raise ValueError(f"{self}; expected intervals among {', '.join(INTERVALS)}, correction {', '.join(CORRECTIONS)}")
        if not 0 < self.prevalence < 1:
            raise ValueError(f"The prevalence is {self.prevalence}; expected a share between 0 and 1, such as 0.03.")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One judge on one cohort. `cases` entered its figures; `not_assessable` of those that it judged it could not assess,
    `without_truth` have no established reference.
    """

    judge: Judge
    cases: int
    not_assessable: int
    without_truth: int
    true_positive: int
    false_negative: int
    false_positive: int
    true_negative: int
    small: bool
    figures: Mapping[str, Figure]


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort: who is in it, who judged it, and the comparisons.

    `several`: several readers' sensitivity and specificity at once. `margins`: the protocol's hypotheses that have one.
    """

    name: str
    cases: int
    diseased: int
    healthy: int
    without_truth: int
    debatable: int
    rows: tuple[Row, ...]
    families: tuple[Family, ...]
    several: tuple[Several, ...]
    margins: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Performance:
    """`not_here`: keys of the protocol's analyses that this report does not answer."""

    prevalence: float
    cohorts: tuple[Cohort, ...]
    not_here: tuple[str, ...]


def performance(inputs: StudyInputs, options: Options) -> Performance:
    """Table 1 with its comparisons."""
    said = opinions(inputs)
    promised = Promised(inputs.plan, tuple(one.judge for one in said))
    cohorts = [
        _cohort(name, cases, found, promised, options)
        for name, cases, found in counted_by_cohort(inputs, said, options.not_assessable)
    ]
    return Performance(
        prevalence=options.prevalence,
        cohorts=tuple(cohorts),
        not_here=not_here(inputs.plan, _answered(cohorts, promised)),
    )


def _answered(cohorts: Sequence[Cohort], promised: Promised) -> Iterator[NamedAnalysis | None]:
    for cohort in cohorts:
        for row in cohort.rows:
            yield from (promised.named(measure, row.judge) for measure in row.figures)
        for family in cohort.families:
            for pair in family.pairs:
                yield from (promised.named(measure, pair.first, pair.second) for measure in pair.measures)
        yield from (promised.of_sides(one.measure, one.first, one.second) for one in cohort.several)
        yield from answered(promised.plan, cohort.margins)


def _cohort(name: str, cases: Sequence[CaseRow], found: Sequence[Counted], promised: Promised, options: Options) -> Cohort:
    correction = options.correction or promised.plan.correction
    return Cohort(
        name=name,
        cases=len(cases),
        diseased=sum(row.truth is True for row in cases),
        healthy=sum(row.truth is False for row in cases),
        without_truth=sum(row.truth is None for row in cases),
        debatable=sum(row.debatable for row in cases),
        rows=tuple(_row(one, promised, options) for one in found),
        families=families(found, promised, correction, options.level),
        several=several(found, promised, correction, options.level, POOLED),
        margins=answers(found, promised, SHARES, correction),
    )


def _row(one: Counted, promised: Promised, options: Options) -> Row:
    table = diagnostic(one.calls, one.truths, interval_of(options.intervals, one.judge.kind), options.level)
    cells = (table.true_positive, table.false_negative, table.false_positive, table.true_negative)
    return Row(
        judge=one.judge,
        cases=len(one.cases),
        not_assessable=one.not_assessable,
        without_truth=one.without_truth,
        true_positive=table.true_positive,
        false_negative=table.false_negative,
        false_positive=table.false_positive,
        true_negative=table.true_negative,
        small=is_small(*cells),
        figures=dict(_figures(one, table, promised, options)),
    )


def _figures(one: Counted, table: Diagnostic, promised: Promised, options: Options) -> Iterator[tuple[str, Figure]]:
    for measure, share in proportions_of(table).items():
        yield measure, share_figure(share, promised.standing(measure, one.judge))
    elsewhere = predictive_values(table.sensitivity, table.specificity, options.prevalence, options.level)
    cells = (table.true_positive, table.false_negative, table.false_positive, table.true_negative)
    for measure, value in (("ppv_at_prevalence", elsewhere.positive), ("npv_at_prevalence", elsewhere.negative)):
        yield measure, Figure(estimate=value, standing=Standing.EXPLORATORY, small=is_small(*cells))
    yield (
        "auc",
        Figure(estimate=area_of(one, options.level), standing=promised.standing("auc", one.judge), small=few_scored(one)),
    )
