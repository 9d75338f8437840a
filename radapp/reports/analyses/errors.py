"""Errors, the paper's Fig. 3: how many of each source by cohort and category, and how far coders agree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ml.evaluation.agreement import cohen_kappa, specific_agreement
from ml.evaluation.agreement_many import gwet_ac
from ml.evaluation.estimate import LEVEL, Estimate, Proportion, proportion
from radapp.reports.analyses.figures import is_small
from radapp.reports.analyses.judges import ENHANCED, FUSED, Judge, Kind, Opinions, opinions
from radapp.reports.analyses.standing import not_here
from radapp.reports.inputs.values import CaseRow, ErrorRow, StudyInputs

NAME, VERSION = "errors", 1
FALSE_POSITIVE, FALSE_NEGATIVE = "false_positive", "false_negative"
NOT_CODED = "no error has been coded: coding has not begun, or nobody has locked two codes of one error"


@dataclass(frozen=True, kw_only=True)
class Options:
    """Intervals are Wilson's."""

    level: float = LEVEL


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One category: how often it came first, and how often among the causes; `share` of the settled errors it led.

    `cases`: numbers of those in which it came first.
    """

    category: str
    primary: int
    among: int
    share: Proportion
    cases: tuple[int, ...]
    small: bool


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One kind of error of one judge: `total` wrong calls, of them `settled` with a category in force; `rate` of the cases
    of that truth that it called.
    """

    judge: Judge
    error: str
    total: int
    settled: int
    adjudicated: int
    rate: Proportion
    cells: tuple[Cell, ...]
    small: bool


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort's bars, of those who judged in it."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Coders:
    """Two coders, by number, on the errors of one kind that both coded: their primary categories. `categories`: agreement
    on each.
    """

    first: int
    second: int
    error: str
    n: int
    agreement: Proportion
    kappa: Estimate
    ac1: Estimate
    categories: Mapping[str, Estimate]
    small: bool


@dataclass(frozen=True, kw_only=True)
class Errors:
    """`reason`: why nothing is told by category. `not_here`: keys of the protocol's analyses; none is about categories."""

    cohorts: tuple[Cohort, ...]
    coders: tuple[Coders, ...]
    reason: str
    not_here: tuple[str, ...]


def errors(inputs: StudyInputs, options: Options) -> Errors:
    """Fig. 3. Cases that were not assessable are no error, and not coded."""
    return Errors(
        cohorts=tuple(
            Cohort(name=name, bars=tuple(_bars(cases, inputs, options.level))) for name, cases in inputs.cohorts.items()
        ),
        coders=tuple(_coders(inputs, options.level)),
        reason="" if any(row.codes for row in inputs.errors) else NOT_CODED,
        not_here=not_here(inputs.plan, ()),
    )


def _bars(cases: Sequence[CaseRow], inputs: StudyInputs, level: float) -> Iterator[Bar]:
    rows = {(row.case, row.source, row.arm, row.stage): row for row in inputs.errors}
    for one in opinions(inputs):
        called = [row for row in cases if row.truth is not None and one.calls.get(row.case) is not None]
        for error, keys in inputs.plan.categories.items():
            of_truth = [row for row in called if row.truth is (error == FALSE_NEGATIVE)]
            wrong = [row for row in of_truth if one.calls[row.case] is not row.truth]
            if of_truth:
                said = {row.case: rows.get(whose_error(one, row)) for row in wrong}
                yield _bar(one.judge, error, keys, said, len(of_truth), level)


def whose_error(one: Opinions, row: CaseRow) -> tuple[int, str, str, str]:
    """Whose error was coded: the tactic has none of its own, but that of the network that decided."""
    judge = one.judge
    if judge.kind is Kind.TACTIC:
        tier = row.networks[judge.name].tier
        return row.case, ENHANCED if tier == "suspicious" else FUSED, "", ""
    return row.case, judge.name, judge.arm, judge.stage


def _bar(judge: Judge, error: str, keys: Sequence[str], said: Mapping[int, ErrorRow | None], of: int, level: float) -> Bar:
    settled = [row for row in said.values() if row is not None and row.primary]
    return Bar(
        judge=judge,
        error=error,
        total=len(said),
        settled=len(settled),
        adjudicated=sum(row.adjudicated for row in settled),
        rate=proportion(len(said), of, level=level),
        cells=tuple(_cell(key, settled, level) for key in keys),
        small=is_small(len(said), of - len(said)),
    )


def _cell(key: str, settled: Sequence[ErrorRow], level: float) -> Cell:
    led = [row.case for row in settled if row.primary == key]
    return Cell(
        category=key,
        primary=len(led),
        among=sum(key in {row.primary, *row.contributors} for row in settled),
        share=proportion(len(led), len(settled), level=level),
        cases=tuple(led),
        small=is_small(len(led)),
    )


def _coders(inputs: StudyInputs, level: float) -> Iterator[Coders]:
    """Each kind of error apart: categories of the two never meet, and together would agree by construction."""
    pairs = sorted(_said(row) for row in inputs.errors if len(row.codes) == 2)
    for (first, second, error), said in groupby(pairs, lambda one: one[:3]):
        yield _pair((first, second), error, [one[3:] for one in said], inputs.plan.categories[error], level)


def _said(row: ErrorRow) -> tuple[int, int, str, str, str]:
    """Both coders, the lower number first, the kind of error, and what either put first."""
    first, second = sorted(row.codes, key=lambda code: code.coder)
    return first.coder, second.coder, row.error, first.primary, second.primary


def _pair(coders: tuple[int, int], error: str, said: Sequence[tuple[str, str]], keys: Sequence[str], level: float) -> Coders:
    one, other = [first for first, _ in said], [second for _, second in said]
    agreed = sum(first == second for first, second in said)
    return Coders(
        first=coders[0],
        second=coders[1],
        error=error,
        n=len(said),
        agreement=proportion(agreed, len(said), level=level),
        kappa=cohen_kappa(one, other, level),
        ac1=gwet_ac(said, keys, level=level),
        categories={key: specific_agreement(one, other, key, level) for key in keys},
        small=is_small(agreed, len(said) - agreed),
    )
