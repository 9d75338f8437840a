"""Non-inferiority and equivalence: the protocol's hypotheses that have a margin, answered where a report has the figures.

Two judges of the same cases by Tango's score (sensitivity, specificity, accuracy) or DeLong's standard error (areas);
several readers by Obuchowski and Rockette with Hillis' degrees of freedom; a network against several readers likewise. Each
one-sided test is at half the protocol's alpha. A claim is made only where the margin was named before unblinding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from ml.evaluation.margins import Against, Hypothesis, Margin, difference_against, paired_against
from ml.evaluation.mrmc.results import Inference
from ml.evaluation.multiplicity import Adjusted
from ml.evaluation.paired import paired_table
from radapp.reports.analyses.comparisons import areas_compared, corrected_ps
from radapp.reports.analyses.figures import is_small
from radapp.reports.analyses.judges import Counted, Kind
from radapp.reports.analyses.several import MEASURES, compared
from radapp.reports.analyses.standing import Promised, Standing, standing_of
from radapp.reports.inputs.values import NamedAnalysis, Plan

HYPOTHESES = frozenset(one.value for one in Hypothesis)
PAIRED = ("sensitivity", "specificity", "accuracy", "auc")


class Verdict(StrEnum):
    """What may be said."""

    SHOWN = "shown"
    NOT_SHOWN = "not shown"
    EXPLORATORY = "exploratory"
    NOT_ESTIMABLE = "not estimable"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One hypothesis of the protocol, `key`, in one cohort: first minus second against the margin.

    `adjusted`: the one-sided p, corrected among the cohort's hypotheses of this report, those named after unblinding apart,
    and held against half of alpha. `words`: the verdict as it may be printed. `inference`, `note`: where several readers are
    in it, whom it is about.
    """

    key: str
    endpoint: str
    hypothesis: Hypothesis
    first: str
    second: str
    margin: float
    cases: int
    readers: tuple[str, ...]
    inference: Inference | None
    note: str
    against: Against
    adjusted: Adjusted
    standing: Standing
    verdict: Verdict
    words: str
    small: bool


@dataclass(frozen=True)
class _Tested:
    named: NamedAnalysis
    against: Against
    readers: tuple[str, ...]
    cases: int
    inference: Inference | None
    note: str
    small: bool


def answers(found: Sequence[Counted], promised: Promised, endpoints: Sequence[str], correction: str) -> tuple[Answer, ...]:
    """Every hypothesis with a margin of these endpoints whose two sides judged this cohort, in the protocol's order."""
    plan = promised.plan
    tested = [one for named in plan.analyses if (one := _tested(named, found, promised, endpoints)) is not None]
    adjusted: dict[str, Adjusted] = {}
    for exploratory in (False, True):
        family = [one for one in tested if (standing_of(one.named) is Standing.EXPLORATORY) is exploratory]
        ps = corrected_ps([one.against.p for one in family], correction, plan.alpha / 2)
        adjusted |= {one.named.key: fair for one, fair in zip(family, ps, strict=True)}
    return tuple(_answer(one, adjusted[one.named.key]) for one in tested)


def answered(plan: Plan, made: Sequence[Answer]) -> Iterator[NamedAnalysis]:
    """Which of the protocol's analyses these are."""
    keys = {one.key for one in made}
    yield from (one for one in plan.analyses if one.key in keys)


def _tested(named: NamedAnalysis, found: Sequence[Counted], promised: Promised, endpoints: Sequence[str]) -> _Tested | None:
    if named.hypothesis not in HYPOTHESES or named.endpoint not in endpoints or named.margin is None:
        return None
    sides = [[one for one in found if name in one.judge.sides] for name in (named.first, named.second)]
    if not all(sides):
        return None
    alpha = promised.plan.alpha / 2
    margin = Margin(hypothesis=Hypothesis(named.hypothesis), margin=named.margin, alpha=alpha)
    if len(sides[0]) == len(sides[1]) == 1:
        return _of_two(named, sides[0][0], sides[1][0], margin) if named.endpoint in PAIRED else None
    if named.endpoint not in MEASURES or not _several(sides):
        return None
    made = compared((named.first, named.second), found, promised, margin.level, named.endpoint)
    assert made.difference is not None, "there are two sides"
    against = difference_against(made.difference, margin)
    return _Tested(named, against, made.readers, made.cases, made.inference, made.note, made.small)


def _several(sides: Sequence[Sequence[Counted]]) -> bool:
    """Readers on both sides, none on both at once, or one network against readers."""
    kinds = [{one.judge.kind is Kind.READER for one in side} for side in sides]
    if kinds == [{True}, {True}]:
        return not {one.judge for one in sides[0]} & {one.judge for one in sides[1]}
    lone = [len(side) == 1 for side, kind in zip(sides, kinds, strict=True) if kind == {False}]
    return lone == [True]


def _of_two(named: NamedAnalysis, first: Counted, second: Counted, margin: Margin) -> _Tested:
    """On the cases that enter both's figures."""
    shared = frozenset(second.cases)
    both = [case for case in first.cases if case in shared]
    here, there = first.at(both), second.at(both)
    truths = first.truths[here]
    if named.endpoint == "auc":
        against = difference_against(areas_compared(first, second, both, margin.level), margin)
        counts = int(truths.sum()), int((~truths).sum())
    else:
        kind = {"sensitivity": truths, "specificity": ~truths}.get(named.endpoint, np.ones_like(truths))
        right = (first.calls[here] == truths)[kind], (second.calls[there] == truths)[kind]
        against = paired_against(paired_table(*right), margin)
        counts = (int(kind.sum()),) * 2
    readers = tuple(dict.fromkeys(one.judge.name for one in (first, second) if one.judge.kind is Kind.READER))
    return _Tested(named, against, readers, against.n, None, "", is_small(*counts))


def _answer(one: _Tested, adjusted: Adjusted) -> Answer:
    named = one.named
    hypothesis, standing = Hypothesis(named.hypothesis), standing_of(named)
    verdict = _verdict(one.against, adjusted, standing)
    against = one.against if standing is not Standing.EXPLORATORY else replace(one.against, shown=False)
    return Answer(
        key=named.key,
        endpoint=named.endpoint,
        hypothesis=hypothesis,
        first=named.first,
        second=named.second,
        margin=float(named.margin or 0),
        cases=one.cases,
        readers=one.readers,
        inference=one.inference,
        note=one.note,
        against=against,
        adjusted=adjusted if standing is not Standing.EXPLORATORY else replace(adjusted, rejected=False),
        standing=standing,
        verdict=verdict,
        words=words_of(verdict, hypothesis, float(named.margin or 0), named.named.value),
        small=one.small,
    )


def _verdict(against: Against, adjusted: Adjusted, standing: Standing) -> Verdict:
    if against.p is None:
        return Verdict.NOT_ESTIMABLE
    if standing is Standing.EXPLORATORY:
        return Verdict.EXPLORATORY
    return Verdict.SHOWN if adjusted.rejected else Verdict.NOT_SHOWN


def words_of(verdict: Verdict, hypothesis: Hypothesis, margin: float, named: str) -> str:
    """The verdict as it may be printed, with its margin and when that was named."""
    what = "non-inferior" if hypothesis is Hypothesis.NON_INFERIORITY else "equivalent"
    within = f"within the margin {margin:g} named {named}"
    return {
        Verdict.SHOWN: f"{what} {within}",
        Verdict.NOT_SHOWN: f"not shown to be {what} {within}; that shows no difference either",
        Verdict.EXPLORATORY: f"exploratory: the margin {margin:g} was named {named}, and nothing is claimed",
        Verdict.NOT_ESTIMABLE: "not estimable: nothing is claimed",
    }[verdict]
