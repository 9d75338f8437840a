"""Subgroups: sensitivity and specificity by scanner, fat saturation, site, rT stage, kind and reference basis.

A protocol names no subgroup, so all of it is exploratory. Sites, stages and kinds are the reference standard's and
describe a lesion: there is no specificity by them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from ml.evaluation.estimate import LEVEL, HypothesisTest, proportion
from ml.evaluation.heterogeneity import heterogeneity
from ml.evaluation.multiplicity import Adjusted
from radapp.reports.analyses.comparisons import CORRECTIONS, corrected_ps
from radapp.reports.analyses.figures import INTERVALS, Figure, interval_of, share_figure
from radapp.reports.analyses.judges import Counted, Judge, NotAssessable, counted_by_cohort, opinions
from radapp.reports.analyses.standing import Standing
from radapp.reports.inputs.values import CaseRow, StudyInputs

NAME, VERSION = "subgroups", 2
UNKNOWN = "not known"
MEASURES = ("sensitivity", "specificity")


class Factor(StrEnum):
    """What cases are split by."""

    SCANNER = "scanner"
    T1WI_FAT = "T1WI fat saturation"
    T2WI_FAT = "T2WI fat saturation"
    T1WIC_FAT = "T1WIC fat saturation"
    SITE = "site"
    STAGE = "rT stage"
    NECROSIS = "necrosis"
    KIND = "kind"
    BASIS = "reference basis"
    DEBATABLE = "debatable"


OF_LESIONS = frozenset({Factor.SITE, Factor.STAGE, Factor.NECROSIS, Factor.KIND})
"""Said of recurrences alone."""
SEVERAL = frozenset({Factor.SITE, Factor.KIND})
"""A case may have several."""


def _saturated(sequence: str) -> Callable[[CaseRow], tuple[str, ...]]:
    words = {True: "yes", False: "no", None: UNKNOWN}
    return lambda row: (words[row.fat_saturated.get(sequence)],)


GROUPS: Mapping[Factor, Callable[[CaseRow], tuple[str, ...]]] = {
    Factor.SCANNER: lambda row: (row.scanner or UNKNOWN,),
    Factor.T1WI_FAT: _saturated("T1WI"),
    Factor.T2WI_FAT: _saturated("T2WI"),
    Factor.T1WIC_FAT: _saturated("T1WIC"),
    Factor.SITE: lambda row: row.sites or (UNKNOWN,),
    Factor.STAGE: lambda row: (row.rt_stage or UNKNOWN,),
    Factor.NECROSIS: lambda row: (("yes" if "necrotic" in row.kinds else "no") if row.kinds else UNKNOWN,),
    Factor.KIND: lambda row: row.kinds or (UNKNOWN,),
    Factor.BASIS: lambda row: (row.basis or UNKNOWN,),
    Factor.DEBATABLE: lambda row: ("yes" if row.debatable else "no",),
}
"""{factor: the groups that a case is in}"""


@dataclass(frozen=True, kw_only=True)
class Options:
    """`correction` of the tests of one judge, over all factors and measures; None: the protocol's."""

    intervals: str = "wilson"
    not_assessable: NotAssessable = NotAssessable.SENT_TO_CONTRAST
    correction: str | None = None
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Refuse what no analysis can be made with."""
        if self.intervals not in INTERVALS or self.correction not in {None, *CORRECTIONS}:
            raise ValueError(
                f"found intervals {self.intervals!r} and correction {self.correction!r}; expected intervals among "
                f"{', '.join(INTERVALS)}, correction {', '.join(CORRECTIONS)}"
            )


@dataclass(frozen=True, kw_only=True)
class Group:
    """One group of a factor: how many cases with and without recurrence entered, and its figures by measure."""

    name: str
    diseased: int
    healthy: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, kw_only=True)
class Tested:
    """Whether a measure differs between a factor's groups; `adjusted` within all such tests of the judge."""

    test: HypothesisTest
    adjusted: Adjusted | None


@dataclass(frozen=True, kw_only=True)
class Split:
    """One factor: its groups, and by measure the test that they are alike."""

    factor: Factor
    groups: tuple[Group, ...]
    tests: Mapping[str, Tested]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One judge: of all cases, and split by each factor that has at least two groups."""

    judge: Judge
    whole: Group
    splits: tuple[Split, ...]
    tests: int


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort. `alike`: factors in which all its cases fall into one group."""

    name: str
    rows: tuple[Row, ...]
    alike: Mapping[Factor, str]


@dataclass(frozen=True, kw_only=True)
class Subgroups:
    """Of every cohort; `alpha` and `correction` of the tests."""

    alpha: float
    correction: str
    cohorts: tuple[Cohort, ...]


def subgroups(inputs: StudyInputs, options: Options) -> Subgroups:
    """Every judge of every cohort."""
    options = replace(options, correction=options.correction or inputs.plan.correction)
    assert options.correction is not None
    return Subgroups(
        alpha=inputs.plan.alpha,
        correction=options.correction,
        cohorts=tuple(
            _cohort(name, cases, found, inputs.plan.alpha, options)
            for name, cases, found in counted_by_cohort(inputs, opinions(inputs), options.not_assessable)
        ),
    )


def _cohort(name: str, cases: Sequence[CaseRow], found: Sequence[Counted], alpha: float, options: Options) -> Cohort:
    settled = [row for row in cases if row.truth is not None]
    groups = {factor: _groups(factor, settled) for factor in Factor}
    return Cohort(
        name=name,
        rows=tuple(_row(one, {row.case: row for row in cases}, groups, alpha, options) for one in found),
        alike={factor: next(iter(there), UNKNOWN) for factor, there in groups.items() if len(there) < 2},
    )


def _groups(factor: Factor, cases: Sequence[CaseRow]) -> tuple[str, ...]:
    """Names of the groups in which there are cases that the factor is said of; what is not known comes last."""
    there = {name for row in cases if row.truth or factor not in OF_LESIONS for name in GROUPS[factor](row)}
    return tuple(sorted(there, key=lambda name: (name == UNKNOWN, name)))


def _row(
    one: Counted, rows: Mapping[int, CaseRow], groups: Mapping[Factor, tuple[str, ...]], alpha: float, options: Options
) -> Row:
    splits = [_split(factor, names, one, rows, options) for factor, names in groups.items() if len(names) > 1]
    named = [(split, measure) for split in splits for measure in split.tests]
    adjusted = corrected_ps([split.tests[measure].test.p for split, measure in named], options.correction or "none", alpha)
    tests: dict[Factor, dict[str, Tested]] = {split.factor: {} for split in splits}
    for (split, measure), found in zip(named, adjusted, strict=True):
        tests[split.factor][measure] = Tested(test=split.tests[measure].test, adjusted=found)
    return Row(
        judge=one.judge,
        whole=_group("", np.ones(len(one.cases), bool), one, options),
        splits=tuple(Split(factor=split.factor, groups=split.groups, tests=tests[split.factor]) for split in splits),
        tests=len(named),
    )


def _split(factor: Factor, names: Sequence[str], one: Counted, rows: Mapping[int, CaseRow], options: Options) -> Split:
    where = [GROUPS[factor](rows[case]) for case in one.cases]
    said = one.truths | (factor not in OF_LESIONS)
    groups = tuple(_group(name, np.array([name in each for each in where], bool) & said, one, options) for name in names)
    measures = ("sensitivity",) if factor in OF_LESIONS else MEASURES
    return Split(factor=factor, groups=groups, tests=dict(_tests(factor, groups, measures)))


def _tests(factor: Factor, groups: Sequence[Group], measures: Sequence[str]) -> Iterator[tuple[str, Tested]]:
    """Between the groups that are known; none where groups overlap."""
    known = [group for group in groups if group.name != UNKNOWN]
    for measure in measures if factor not in SEVERAL else ():
        shares = [group.figures[measure].estimate for group in known if measure in group.figures]
        test = heterogeneity([getattr(share, "count", 0) for share in shares], [share.n for share in shares])
        yield measure, Tested(test=test, adjusted=None)


def _group(name: str, among: np.ndarray, one: Counted, options: Options) -> Group:
    """Measures without a case of their kind are left out."""
    interval = interval_of(options.intervals, one.judge.kind)
    diseased, healthy = among & one.truths, among & ~one.truths
    figures: dict[str, Figure] = {}
    for measure, cases, right in (("sensitivity", diseased, one.calls), ("specificity", healthy, ~one.calls)):
        if cases.any():
            share = proportion(int((cases & right).sum()), int(cases.sum()), interval, options.level)
            figures[measure] = share_figure(share, Standing.EXPLORATORY)
    return Group(name=name, diseased=int(diseased.sum()), healthy=int(healthy.sum()), figures=figures)
