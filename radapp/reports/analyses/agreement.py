"""Agreement: between readers, of one reader with themself, of readers with networks; over all cases, by site and rT stage.

It takes no truth: cases without an established reference are in it. Sites and stages are the reference standard's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, groupby

import numpy as np

from ml.evaluation.agreement import cohen_kappa, pabak, specific_agreement
from ml.evaluation.agreement_many import fleiss_kappa, gwet_ac, krippendorff_alpha
from ml.evaluation.bland_altman import bland_altman, repeatability
from ml.evaluation.estimate import LEVEL, Estimate, proportion
from ml.evaluation.intraclass import icc
from radapp.reports.analyses.figures import Figure, is_small
from radapp.reports.analyses.judges import Judge, Kind, NotAssessable, Opinions, opinions, repeated
from radapp.reports.analyses.standing import Promised, Standing, not_here, standing_of
from radapp.reports.inputs.values import CaseRow, NamedAnalysis, StudyInputs

NAME, VERSION = "agreement", 1
CALLS = (False, True)
ALL_CASES = "all"


class Relation(StrEnum):
    """Who is held against whom."""

    READERS = "between readers"
    TWICE = "one reader twice"
    NETWORK = "reader and network"


@dataclass(frozen=True, kw_only=True)
class Options:
    """`not_assessable`: such a case counts as called, or is left out."""

    not_assessable: NotAssessable = NotAssessable.SENT_TO_CONTRAST
    level: float = LEVEL


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two judges, or one reader's first and second reading, on the `cases` of a stratum that both called.

    `both` … `neither`: who called recurrence.
    """

    relation: Relation
    first: Judge
    second: Judge
    stratum: str
    cases: int
    both: int
    first_only: int
    second_only: int
    neither: int
    measures: Mapping[str, Figure]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Several readers of one arm and stage: all of them, or those of one seniority."""

    readers: tuple[Judge, ...]
    seniority: str
    arm: str
    stage: str
    cases: int
    measures: Mapping[str, Figure]


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort; `pairs` by relation, each over all cases and then by stratum."""

    name: str
    cases: int
    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """`not_here`: keys of the protocol's analyses that this report does not answer."""

    cohorts: tuple[Cohort, ...]
    not_here: tuple[str, ...]


@dataclass(frozen=True)
class _Two:
    relation: Relation
    first: Opinions
    second: Opinions


def agreement(inputs: StudyInputs, options: Options) -> Agreement:
    """Of every cohort."""
    said = opinions(inputs)
    promised = Promised(inputs.plan, tuple(one.judge for one in said))
    twos = list(_twos(said, repeated(inputs)))
    cohorts = [
        Cohort(
            name=name,
            cases=len(cases),
            pairs=tuple(_pairs(twos, cases, promised, options)),
            groups=tuple(_groups(said, cases, promised, options)),
        )
        for name, cases in inputs.cohorts.items()
    ]
    return Agreement(cohorts=tuple(cohorts), not_here=not_here(inputs.plan, _answered(cohorts, promised)))


def _answered(cohorts: Sequence[Cohort], promised: Promised) -> Iterator[NamedAnalysis | None]:
    for cohort in cohorts:
        yield from (_named(promised, pair.relation, pair.first, pair.second) for pair in cohort.pairs)
        yield from (promised.of_group("agreement", one.readers) for one in cohort.groups)


def _named(promised: Promised, relation: Relation, first: Judge, second: Judge) -> NamedAnalysis | None:
    """A side alone that is one reader means that reader's two readings."""
    if relation is Relation.TWICE:
        return promised.named("agreement", first) or promised.named("agreement", first, second)
    return promised.named("agreement", first, second)


def _twos(said: Sequence[Opinions], again: Sequence[Opinions]) -> Iterator[_Two]:
    readers = [one for one in said if one.judge.kind is Kind.READER]
    for first, second in combinations(readers, 2):
        if _setting(first) == _setting(second):
            yield _Two(Relation.READERS, first, second)
    by_judge = {one.judge: one for one in again}
    yield from (_Two(Relation.TWICE, one, by_judge[one.judge]) for one in readers if one.judge in by_judge)
    for reader in readers:
        yield from (_Two(Relation.NETWORK, reader, one) for one in said if one.judge.kind is not Kind.READER)


def _setting(one: Opinions) -> tuple[str, str]:
    return one.judge.arm, one.judge.stage


def _pairs(twos: Sequence[_Two], cases: Sequence[CaseRow], promised: Promised, options: Options) -> Iterator[Pair]:
    found = strata(cases)
    for two in twos:
        standing = standing_of(_named(promised, two.relation, two.first.judge, two.second.judge))
        for stratum, rows in found.items():
            pair = _pair(two, rows, stratum, standing if stratum == ALL_CASES else Standing.EXPLORATORY, options)
            if pair.cases:
                yield pair


def strata(cases: Sequence[CaseRow]) -> dict[str, list[CaseRow]]:
    """All cases, then those with each site and of each rT stage that the reference standard has."""
    found = {ALL_CASES: list(cases)}
    for site in sorted({site for row in cases for site in row.sites}):
        found[f"site: {site}"] = [row for row in cases if site in row.sites]
    for stage in sorted({row.rt_stage for row in cases if row.rt_stage}):
        found[f"rT stage: {stage}"] = [row for row in cases if row.rt_stage == stage]
    return found


def _pair(two: _Two, cases: Sequence[CaseRow], stratum: str, standing: Standing, options: Options) -> Pair:
    calls = [_calls(one, cases, options) for one in (two.first, two.second)]
    shared = [row.case for row in cases if all(row.case in said for said in calls)]
    first, second = ([said[case] for case in shared] for said in calls)
    cells = [
        sum((one, other) == wanted for one, other in zip(first, second, strict=True))
        for wanted in ((True, True), (True, False), (False, True), (False, False))
    ]
    figures = {
        name: Figure(estimate=one, standing=standing, small=is_small(*cells))
        for name, one in of_calls(first, second, options.level).items()
    }
    for name, one in _of_likelihoods(two, cases, options.level).items():
        figures[name] = Figure(estimate=one, standing=standing, small=is_small(one.n))
    return Pair(
        relation=two.relation,
        first=two.first.judge,
        second=two.second.judge,
        stratum=stratum,
        cases=len(shared),
        both=cells[0],
        first_only=cells[1],
        second_only=cells[2],
        neither=cells[3],
        measures=figures,
    )


def _calls(one: Opinions, cases: Sequence[CaseRow], options: Options) -> dict[int, bool]:
    said = {row.case: one.call(row, options.not_assessable) for row in cases if row.case in one.calls}
    return {case: call for case, call in said.items() if call is not None}


def of_calls(first: Sequence[bool], second: Sequence[bool], level: float) -> dict[str, Estimate]:
    """Of two judges' calls of the same cases."""
    agreed = sum(one == other for one, other in zip(first, second, strict=True))
    return {
        "agreement": proportion(agreed, len(first), level=level),
        "positive_agreement": specific_agreement(first, second, True, level),
        "negative_agreement": specific_agreement(first, second, False, level),
        "kappa": cohen_kappa(first, second, level),
        "ac1": gwet_ac(list(zip(first, second, strict=True)), CALLS, level=level),
        "pabak": pabak(first, second, CALLS, level=level),
    }


def _of_likelihoods(two: _Two, cases: Sequence[CaseRow], level: float) -> dict[str, Estimate]:
    """Of two readings on one scale, 0 to 100; a network's scores are on another. None where no case has both."""
    shared = [row.case for row in cases if row.case in two.first.scores and row.case in two.second.scores]
    if two.relation is Relation.NETWORK or not shared:
        return {}
    first, second = (np.array([one.scores[case] for case in shared], float) for one in (two.first, two.second))
    apart = bland_altman(first, second, level)
    found: dict[str, Estimate] = {
        "icc": icc(np.column_stack([first, second]), level=level),
        "bias": apart.bias,
        "lower_limit": apart.lower,
        "upper_limit": apart.upper,
        "slope": apart.slope,
    }
    if two.relation is Relation.TWICE:
        found["within_deviation"] = repeatability(first, second, level).within
    return found


def _groups(said: Sequence[Opinions], cases: Sequence[CaseRow], promised: Promised, options: Options) -> Iterator[Group]:
    """All readers of a setting; and each seniority, where there are at least two of each."""
    readers = sorted((one for one in said if one.judge.kind is Kind.READER), key=_setting)
    for _, of_setting in groupby(readers, _setting):
        here = list(of_setting)
        by_seniority = [[one for one in here if one.judge.seniority == kind] for kind in ("senior", "junior")]
        groups = [
            ("", here),
            *(zip(("senior", "junior"), by_seniority, strict=True) if min(map(len, by_seniority)) > 1 else ()),
        ]
        for seniority, members in groups:
            if len(members) > 1:
                yield _group(seniority, members, cases, promised, options)


def _group(
    seniority: str, members: Sequence[Opinions], cases: Sequence[CaseRow], promised: Promised, options: Options
) -> Group:
    calls = [_calls(one, cases, options) for one in members]
    ratings = [[said.get(row.case) for said in calls] for row in cases]
    judged = [row for row in ratings if any(call is not None for call in row)]
    found: dict[str, Estimate] = {
        "fleiss_kappa": fleiss_kappa(judged, CALLS, level=options.level),
        "ac1": gwet_ac(judged, CALLS, level=options.level),
        "alpha": krippendorff_alpha(judged, level=options.level),
    }
    if any(one.scores for one in members):
        scores = [[one.scores.get(row.case, np.nan) for one in members] for row in cases]
        found["icc"] = icc(np.array(scores, float).reshape(len(cases), len(members)), level=options.level)
    readers = tuple(one.judge for one in members)
    standing = standing_of(promised.of_group("agreement", readers))
    return Group(
        readers=readers,
        seniority=seniority,
        arm=readers[0].arm,
        stage=readers[0].stage,
        cases=len(judged),
        measures={name: Figure(estimate=one, standing=standing, small=is_small(one.n)) for name, one in found.items()},
    )
