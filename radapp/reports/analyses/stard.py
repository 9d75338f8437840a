"""The flow of cases as STARD 2015 draws it, from those assessed to each judge's calls.

Bossuyt et al., BMJ 2015;351:h5527.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ml.evaluation.estimate import LEVEL
from radapp.reports.analyses.judges import Judge, Opinions, opinions
from radapp.reports.inputs.values import CaseRow, StudyInputs

NAME, VERSION = "stard", 1
CALLS = {True: "called", False: "not_called", None: "not_assessable"}


@dataclass(frozen=True, kw_only=True)
class Options:
    """There is nothing to choose."""

    level: float = LEVEL


@dataclass(frozen=True, kw_only=True)
class Branch:
    """Cases of one call, by what the reference standard says of them."""

    call: str
    cases: int
    diseased: int
    healthy: int
    without_truth: int


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One judge: cases that it read, those that it did not, and its branches called, not called, not assessable."""

    judge: Judge
    read: int
    not_read: int
    branches: tuple[Branch, ...]


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort's cases and patients, their reference standard by basis, and its judges."""

    name: str
    cases: int
    patients: int
    diseased: int
    healthy: int
    without_truth: int
    debatable: int
    bases: Mapping[str, int]
    judges: tuple[Judged, ...]


@dataclass(frozen=True, kw_only=True)
class Stard:
    """`left_out`: {why: how many of `assessed`}; `counted` are those that count in every report."""

    assessed: int
    left_out: Mapping[str, int]
    practice: int
    withdrawn: int
    counted: int
    cohorts: tuple[Cohort, ...]


def stard(inputs: StudyInputs, options: Options) -> Stard:
    """The flow; cases that could not be assessed stay a branch of their own here, whatever other reports make of them."""
    said = opinions(inputs)
    return Stard(
        assessed=inputs.flow.assessed,
        left_out=inputs.flow.left_out,
        practice=inputs.flow.practice,
        withdrawn=inputs.flow.withdrawn,
        counted=len(inputs.cases),
        cohorts=tuple(_cohort(name, cases, said) for name, cases in inputs.cohorts.items()),
    )


def _cohort(name: str, cases: Sequence[CaseRow], said: Sequence[Opinions]) -> Cohort:
    bases: dict[str, int] = {}
    for row in cases:
        if row.truth is not None:
            bases[row.basis] = bases.get(row.basis, 0) + 1
    return Cohort(
        name=name,
        cases=len(cases),
        patients=len({row.patient for row in cases}),
        **_by_truth(cases),
        debatable=sum(row.debatable for row in cases),
        bases=dict(sorted(bases.items())),
        judges=tuple(_judged(one, cases) for one in said if any(row.case in one.calls for row in cases)),
    )


def _judged(one: Opinions, cases: Sequence[CaseRow]) -> Judged:
    mine = [row for row in cases if row.case in one.calls]
    branches = []
    for call, words in CALLS.items():
        among = [row for row in mine if one.calls[row.case] is call]
        branches.append(Branch(call=words, cases=len(among), **_by_truth(among)))
    return Judged(judge=one.judge, read=len(mine), not_read=len(cases) - len(mine), branches=tuple(branches))


def _by_truth(cases: Sequence[CaseRow]) -> dict[str, int]:
    return {
        "diseased": sum(row.truth is True for row in cases),
        "healthy": sum(row.truth is False for row in cases),
        "without_truth": sum(row.truth is None for row in cases),
    }
