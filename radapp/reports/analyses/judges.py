"""Who judges the cases of a study, networks and readers alike, and what each says of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from radapp.reports.inputs.values import CaseRow, NetworkSaid, StudyInputs

TACTIC, FUSED, ENHANCED = "DARNDEST", "T1_T2", "T1WIC"
NETWORKS = ("T1WI", "T2WI", FUSED, ENHANCED, TACTIC)


class Kind(StrEnum):
    """What judges: intervals differ by it in the paper."""

    NETWORK = "network"
    TACTIC = "tactic"
    READER = "reader"


class NotAssessable(StrEnum):
    """What becomes of a case that a judge could not assess."""

    SENT_TO_CONTRAST = "sent_to_contrast"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Judge:
    """A network, the tactic, or one reader at one stage of one arm."""

    kind: Kind
    name: str
    seniority: str = ""
    arm: str = ""
    stage: str = ""

    @property
    def sides(self) -> frozenset[str]:
        """The names by which a protocol's analyses can mean it."""
        if self.kind is not Kind.READER:
            return frozenset({f"network:{self.name}"})
        named = {"reader:all", f"reader:{self.name}", f"seniority:{self.seniority}", f"arm:{self.arm}"}
        return frozenset(named | ({f"stage:{self.stage}"} if self.stage != "only" else set()))


@dataclass(frozen=True)
class Opinions:
    """What one judge says: calls by case (None: not assessable), and scores of those that have one."""

    judge: Judge
    calls: Mapping[int, bool | None]
    scores: Mapping[int, float] = field(default_factory=dict)

    def counted(self, cases: Iterable[CaseRow], rule: NotAssessable) -> "Counted":
        """Its calls on those of `cases` whose truth is established and that it judged."""
        mine = [row for row in cases if row.case in self.calls]
        settled = [row for row in mine if row.truth is not None]
        called = [(row, self.call(row, rule)) for row in settled]
        known = [(row, call) for row, call in called if call is not None]
        return Counted(
            judge=self.judge,
            cases=tuple(row.case for row, _ in known),
            calls=np.array([call for _, call in known], bool),
            truths=np.array([row.truth for row, _ in known], bool),
            scores=tuple(self.scores.get(row.case) for row, _ in known),
            not_assessable=sum(self.calls[row.case] is None for row in settled),
            without_truth=len(mine) - len(settled),
        )

    def call(self, row: CaseRow, rule: NotAssessable) -> bool | None:
        """Of a case that it judged, None where that enters no figure.

        T1WIC itself is the contrast that others are sent to: a case that it lacks is left out of its figures.
        """
        said = self.calls[row.case]
        contrast = rule is NotAssessable.SENT_TO_CONTRAST and self.judge.name != ENHANCED
        return True if said is None and contrast else said


@dataclass(frozen=True, eq=False)
class Counted:
    """Calls and truths (n,) of the cases (n,) that enter a judge's figures, in their order; scores where there are any.

    `not_assessable`: how many it could not assess, whether they entered or not. `without_truth`: judged, not established.
    """

    judge: Judge
    cases: tuple[int, ...]
    calls: NDArray[np.bool_]
    truths: NDArray[np.bool_]
    scores: tuple[float | None, ...]
    not_assessable: int
    without_truth: int

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Which of the cases have a score (n,)."""
        return np.array([score is not None for score in self.scores], bool)

    def at(self, cases: Iterable[int]) -> NDArray[np.intp]:
        """Where these cases stand."""
        places = {case: place for place, case in enumerate(self.cases)}
        return np.array([places[case] for case in cases], np.intp)


def called_by_tactic(said: NetworkSaid) -> bool:
    """Its call; what it could not call, such as a suspicious case without T1WIC, is sent to contrast, and so called."""
    return True if said.positive is None else said.positive


def opinions(inputs: StudyInputs) -> tuple[Opinions, ...]:
    """Networks in the paper's order, then readers. Hidden repeats are no second opinion."""
    return (*_networks(inputs.cases), *_readers(inputs))


def counted_by_cohort(
    inputs: StudyInputs, said: Iterable[Opinions], rule: NotAssessable
) -> Iterator[tuple[str, tuple[CaseRow, ...], list[Counted]]]:
    """(name, cases, what counts of each judge that judged any of them) of every cohort."""
    said = tuple(said)
    for name, cases in inputs.cohorts.items():
        found = [one.counted(cases, rule) for one in said]
        yield name, cases, [one for one in found if one.cases]


def _networks(cases: Iterable[CaseRow]) -> list[Opinions]:
    said = {name: {row.case: row.networks[name] for row in cases if name in row.networks} for name in NETWORKS}
    return [
        Opinions(
            Judge(Kind.TACTIC if name == TACTIC else Kind.NETWORK, name),
            {case: one.positive for case, one in found.items()},
            _scores(found),
        )
        for name, found in said.items()
        if found
    ]


def _scores(said: Mapping[int, NetworkSaid]) -> dict[int, float]:
    return {case: one.score for case, one in said.items() if one.score is not None}


def repeated(inputs: StudyInputs) -> tuple[Opinions, ...]:
    """What readers say where a case came back hidden among the others; of several times the first."""
    return tuple(_readers(inputs, repeat=True))


def _readers(inputs: StudyInputs, *, repeat: bool = False) -> list[Opinions]:
    calls: dict[Judge, dict[int, bool | None]] = {}
    scores: dict[Judge, dict[int, float]] = {}
    for row in inputs.answers:
        judge = Judge(Kind.READER, row.reader, row.seniority, row.arm, row.stage)
        if row.repeat is not repeat or (repeat and row.case in calls.get(judge, {})):
            continue
        calls.setdefault(judge, {})[row.case] = row.call
        if row.likelihood is not None:
            scores.setdefault(judge, {})[row.case] = row.likelihood
    # Seniors first, as the paper's table.
    order = sorted(calls, key=lambda one: (one.seniority != "senior", one.name, one.arm, one.stage != "unaided"))
    return [Opinions(judge, calls[judge], scores.get(judge, {})) for judge in order]
