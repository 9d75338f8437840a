"""How readers behave: reading times and learning over order; what aid changes, and whether wrong advice is followed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ml.evaluation.durations import quantile, trend
from ml.evaluation.estimate import LEVEL, Comparison, Estimate, HypothesisTest, Proportion, proportion
from ml.evaluation.multiplicity import Adjusted
from ml.evaluation.paired import McNemar, PairedTable, mcnemar, paired_difference, paired_table
from radapp.reports.analyses.comparisons import CORRECTIONS, corrected_ps
from radapp.reports.analyses.figures import Figure, is_small
from radapp.reports.analyses.judges import TACTIC, Counted, Judge, Kind, NotAssessable, opinions
from radapp.reports.analyses.margins import Answer, answered, answers
from radapp.reports.analyses.standing import Promised, Standing, not_here, standing_of
from radapp.reports.inputs.values import AnswerRow, CaseRow, NamedAnalysis, StudyInputs

NAME, VERSION = "behaviour", 3
"""Version 2: margins. 3: times in the order of readers that every report has, seniors first."""
WORK, TOTAL, FIRST_IMAGE = "work", "total", "first_image"
OVER = 100
"""Learning is told as the factor over so many places."""
NO_TIMES = "no reading time is known"
NO_TIME = "{0} of {1} answers have no such time and are left out"
NO_AID = "no reader answered the same cases without and with aid"


class Among(StrEnum):
    """Cases of one kind; the advice is the tactic's call. `endpoint`: whose share of right calls it is."""

    ALL = "all"
    DISEASED = "with recurrence"
    HEALTHY = "without recurrence"
    ADVICE_RIGHT = "advice right"
    ADVICE_WRONG = "advice wrong"
    MISSED = "advice wrong, with recurrence"
    FALSE_ALARM = "advice wrong, without recurrence"


ENDPOINTS: Mapping[Among, str] = {
    Among.ALL: "accuracy",
    Among.DISEASED: "sensitivity",
    Among.HEALTHY: "specificity",
}


@dataclass(frozen=True, kw_only=True)
class Options:
    """`correction` None: the protocol's; of the exact p's of all readers among the same kind of cases."""

    not_assessable: NotAssessable = NotAssessable.SENT_TO_CONTRAST
    correction: str | None = None
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Refuse what no analysis can be made with."""
        if self.correction not in {None, *CORRECTIONS}:
            raise ValueError(f"found the correction {self.correction!r}, expected one of {', '.join(CORRECTIONS)}")


@dataclass(frozen=True, kw_only=True)
class Pace:
    """One reader at one stage of one arm, all cohorts. `measures`: seconds, and `learning`, a factor over 100 places."""

    judge: Judge
    answers: int
    measures: Mapping[str, Figure]


@dataclass(frozen=True, kw_only=True)
class Switches:
    """What one reader changed with aid among cases of one kind.

    `difference`: right calls with aid minus without; p is McNemar's Z. `lost`: of the calls that were right without aid, how
    many were wrong with it: where the advice was wrong, that is automation bias. `gained`: of the wrong ones, how many
    became right. `adjusted`: the exact p, corrected.
    """

    aided: Judge
    unaided: Judge
    among: Among
    cases: int
    stayed_right: int
    to_right: int
    to_wrong: int
    stayed_wrong: int
    difference: Comparison
    exact: HypothesisTest
    mid_p: HypothesisTest
    lost: Proportion
    gained: Proportion
    adjusted: Adjusted | None
    standing: Standing
    small: bool


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One cohort's switches, none with a `reason` where nobody read without and with aid.

    `margins`: the protocol's hypotheses that have one, about a reader with and without aid.
    """

    name: str
    switches: tuple[Switches, ...]
    margins: tuple[Answer, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """`not_here`: keys of the protocol's analyses that this report does not answer."""

    paces: tuple[Pace, ...]
    cohorts: tuple[Cohort, ...]
    not_here: tuple[str, ...]


def behaviour(inputs: StudyInputs, options: Options) -> Behaviour:
    """Times of the whole study, switches by cohort."""
    promised = Promised(inputs.plan, tuple(one.judge for one in opinions(inputs)))
    paces = tuple(_paces(inputs, promised, options.level))
    cohorts = tuple(_cohort(name, cases, inputs, promised, options) for name, cases in inputs.cohorts.items())
    return Behaviour(paces=paces, cohorts=cohorts, not_here=not_here(inputs.plan, _answered(paces, cohorts, promised)))


def _answered(paces: Sequence[Pace], cohorts: Sequence[Cohort], promised: Promised) -> Iterator[NamedAnalysis | None]:
    yield from (promised.named("time", one.judge) for one in paces)
    for cohort in cohorts:
        for one in cohort.switches:
            if one.among in ENDPOINTS:
                yield promised.named(ENDPOINTS[one.among], one.aided, one.unaided)
        yield from answered(promised.plan, cohort.margins)


def _paces(inputs: StudyInputs, promised: Promised, level: float) -> Iterator[Pace]:
    """A place is counted among all that a reader was shown at this stage, repeats included, whose own times are not."""
    places: dict[tuple[str, str], int] = {}
    rows: dict[Judge, list[tuple[int, AnswerRow]]] = {}
    for row in sorted(inputs.answers, key=lambda one: (one.reader, one.session, one.position)):
        place = places[row.reader, row.stage] = places.get((row.reader, row.stage), 0) + 1
        if not row.repeat:
            judge = Judge(Kind.READER, row.reader, row.seniority, row.arm, row.stage)
            rows.setdefault(judge, []).append((place, row))
    for one in opinions(inputs):
        if one.judge in rows:
            yield _pace(one.judge, rows[one.judge], promised, level)


def _pace(judge: Judge, said: Sequence[tuple[int, AnswerRow]], promised: Promised, level: float) -> Pace:
    known = {name: _known(said, name) for name in (WORK, TOTAL, FIRST_IMAGE)}
    work = known[WORK]
    found: dict[str, Estimate] = {
        "work_median": quantile([time for _, time in work], 0.5, level),
        "work_lower_quartile": quantile([time for _, time in work], 0.25, level),
        "work_upper_quartile": quantile([time for _, time in work], 0.75, level),
        "total_median": quantile([time for _, time in known[TOTAL]], 0.5, level),
        "first_image_median": quantile([time for _, time in known[FIRST_IMAGE]], 0.5, level),
        "learning": trend([time for _, time in work], [place for place, _ in work], OVER, level),
    }
    standing = promised.standing("time", judge)
    return Pace(
        judge=judge,
        answers=len(said),
        measures={
            name: Figure(
                estimate=_with_missing(one, len(said)),
                standing=standing if name == "work_median" else Standing.EXPLORATORY,
                small=is_small(one.n),
            )
            for name, one in found.items()
        },
    )


def timed(paces: Sequence[Pace]) -> bool:
    """Whether any time is known: a figure of times shows something."""
    return any(one.measures["work_median"].estimate.value is not None for one in paces)


def _known(said: Sequence[tuple[int, AnswerRow]], name: str) -> list[tuple[int, float]]:
    """(place, seconds) of answers whose time is known and above 0."""
    times = [(place, row.milliseconds.get(name)) for place, row in said]
    return [(place, time / 1000) for place, time in times if time]


def _with_missing(one: Estimate, answers: int) -> Estimate:
    missing = answers - one.n
    if missing == 0:
        return one
    words = NO_TIMES if one.n == 0 else NO_TIME.format(missing, answers)
    return replace(one, reason=words if one.n == 0 else "; ".join(filter(None, (one.reason, words))))


def _cohort(name: str, cases: Sequence[CaseRow], inputs: StudyInputs, promised: Promised, options: Options) -> Cohort:
    found = [one.counted(cases, options.not_assessable) for one in opinions(inputs)]
    advice = next((_by_case(one) for one in found if one.judge.name == TACTIC), {})
    readers = [one for one in found if one.judge.kind is Kind.READER and one.cases]
    pairs = _pairs(readers, inputs)
    switches = [
        _switches(aided, unaided, among, of_it, promised, options.level)
        for aided, unaided in pairs
        for among, of_it in _amongs(aided, unaided, advice)
    ]
    correction = options.correction or promised.plan.correction
    tested = answers(readers, promised, tuple(ENDPOINTS.values()), correction) if pairs else ()
    return Cohort(
        name=name,
        switches=tuple(_corrected(switches, correction, promised.plan.alpha)),
        margins=tuple(one for one in tested if len(one.readers) == 1),
        reason="" if switches else NO_AID,
    )


def _by_case(one: Counted) -> dict[int, bool]:
    return {case: bool(call) for case, call in zip(one.cases, one.calls, strict=True)}


def _pairs(readers: Sequence[Counted], inputs: StudyInputs) -> list[tuple[Counted, Counted]]:
    """With and without aid: two stages of one arm, or two arms of one reader that differ in nothing else."""
    arms = {arm.key: arm for arm in inputs.plan.arms}

    def differ(first: Judge, second: Judge) -> bool:
        if first.name != second.name:
            return False
        if first.arm == second.arm:
            return (first.stage, second.stage) == ("aided", "unaided")
        one, other = arms.get(first.arm), arms.get(second.arm)
        alone = first.stage == second.stage == "only"
        return (
            alone and one is not None and other is not None and one.aid and replace(one, aid=False, key=other.key) == other
        )

    return [(one, other) for one in readers for other in readers if differ(one.judge, other.judge)]


def _amongs(aided: Counted, unaided: Counted, advice: Mapping[int, bool]) -> Iterator[tuple[Among, list[int]]]:
    """Cases that both entered, by kind; by the advice only where the tactic called."""
    before = frozenset(unaided.cases)
    truths = {case: bool(truth) for case, truth in zip(aided.cases, aided.truths, strict=True) if case in before}
    wrong = {case for case, truth in truths.items() if case in advice and advice[case] != truth}
    yield Among.ALL, list(truths)
    yield Among.DISEASED, [case for case, truth in truths.items() if truth]
    yield Among.HEALTHY, [case for case, truth in truths.items() if not truth]
    if advice:
        yield Among.ADVICE_RIGHT, [case for case in truths if case in advice and case not in wrong]
        yield Among.ADVICE_WRONG, [case for case in truths if case in wrong]
        yield Among.MISSED, [case for case, truth in truths.items() if truth and case in wrong]
        yield Among.FALSE_ALARM, [case for case, truth in truths.items() if not truth and case in wrong]


def _switches(
    aided: Counted, unaided: Counted, among: Among, cases: Sequence[int], promised: Promised, level: float
) -> Switches:
    here, there = aided.at(cases), unaided.at(cases)
    right = aided.calls[here] == aided.truths[here], unaided.calls[there] == unaided.truths[there]
    table: PairedTable = paired_table(*right)
    endpoint = ENDPOINTS.get(among)
    named = promised.named(endpoint, aided.judge, unaided.judge) if endpoint else None
    return Switches(
        aided=aided.judge,
        unaided=unaided.judge,
        among=among,
        cases=table.n,
        stayed_right=table.both,
        to_right=table.first_only,
        to_wrong=table.second_only,
        stayed_wrong=table.neither,
        difference=paired_difference(table, level),
        exact=mcnemar(table, McNemar.EXACT),
        mid_p=mcnemar(table, McNemar.MID_P),
        lost=proportion(table.second_only, table.both + table.second_only, level=level),
        gained=proportion(table.first_only, table.first_only + table.neither, level=level),
        adjusted=None,
        standing=standing_of(named),
        small=is_small(table.both, table.first_only, table.second_only, table.neither),
    )


def _corrected(switches: Sequence[Switches], correction: str, alpha: float) -> Iterator[Switches]:
    by_kind = {
        among: iter(corrected_ps([one.exact.p for one in switches if one.among is among], correction, alpha))
        for among in Among
    }
    yield from (replace(one, adjusted=next(by_kind[one.among])) for one in switches)
