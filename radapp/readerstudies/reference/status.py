"""What a case's reference status is: derived from the steps of its chain, never typed.

The rules, the first that applies (docs/tagging.md has them as a table, tests/radapp/readerstudies/reference as rows):

1. Nobody has said anything: untagged.
2. Histopathology settles: the last step of the chain that rests on it decides, whatever others say from images; it is
   debatable where one of them meets another criterion.
3. The senior radiologist's word is final.
4. Only a report, the archive or a table has spoken: it stands if it meets a criterion of the paper (criteria.py).
5. The junior radiologist and both oncologists have not all spoken: the case waits for the next of them.
6. They differ: it waits for the senior radiologist.
7. All three cannot determine it: undetermined, the paper's exclusion "unconfirmed diagnosis".
8. They agree, and one who agrees meets a criterion, or it is nodes alone: agreed.
9. They agree from this examination alone: unconfirmed.
"""

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from radapp.readerstudies.models import ReaderStudy, ReferenceStep
from radapp.readerstudies.reference.criteria import shortfall

Step = ReferenceStep.Step
ORDER = tuple(Step)
REVIEWERS = (Step.JUNIOR, Step.ONCOLOGIST_1, Step.ONCOLOGIST_2)
"""Who reviews every case, in this order."""
TITLES = {
    Step.REPORT: "the report",
    Step.JUNIOR: "the junior radiologist",
    Step.ONCOLOGIST_1: "oncologist 1",
    Step.ONCOLOGIST_2: "oncologist 2",
    Step.SENIOR: "the senior radiologist",
}


class Rule(enum.StrEnum):
    """By which rule a status was found."""

    UNTAGGED = "untagged"
    HISTOPATHOLOGY = "histopathology"
    SENIOR = "senior"
    REPORTED = "reported"
    REPORT_ALONE = "report_alone"
    WAITS = "waits"
    DISPUTED = "disputed"
    UNDETERMINED = "undetermined"
    AGREED = "agreed"
    UNCONFIRMED = "unconfirmed"


class Said(Protocol):
    """What the derivation reads of a step: a ReferenceStep, or a row of the one query."""

    @property
    def step(self) -> str: ...
    @property
    def recurrence(self) -> bool | None: ...
    @property
    def basis(self) -> str: ...
    @property
    def basis_date(self) -> dt.date | None: ...
    @property
    def rt_stage(self) -> str: ...
    @property
    def sites(self) -> Sequence[str]: ...
    @property
    def kinds(self) -> Sequence[str]: ...
    @property
    def marks(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def segmentation(self) -> str: ...
    @property
    def nodal_only(self) -> bool: ...
    @property
    def debatable(self) -> bool: ...


S = TypeVar("S", bound=Said)


@dataclass(frozen=True)
class Status:
    """`recurrence` None: not established (yet). `settled`: the chain has said its last word by the paper's rule, and it is
    yes or no. `waits_for`: the chair whose turn it is, empty for nobody's. `disputed`: the reviewers differ. `marks`:
    [{point: [x, y, z] LPS mm, radius: mm}] of the reference lesion.
    """

    recurrence: bool | None
    settled: bool
    basis: str = ""
    debatable: bool = False
    rt_stage: str = ""
    sites: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    why: str = ""
    rule: Rule = Rule.UNTAGGED
    waits_for: str = ""
    disputed: bool = False
    nodal_only: bool = False
    marks: tuple[Mapping[str, Any], ...] = ()
    segmentation: str = ""


@dataclass(frozen=True)
class _Row:
    """A step as the one query brings it."""

    step: str
    recurrence: bool | None
    basis: str
    basis_date: dt.date | None
    rt_stage: str
    sites: Sequence[str]
    kinds: Sequence[str]
    marks: Sequence[Mapping[str, Any]]
    segmentation: str
    nodal_only: bool
    debatable: bool


_COLUMNS = tuple(f"reference_steps__{name}" for name in _Row.__dataclass_fields__)


def statuses(study: ReaderStudy) -> dict[int, Status]:
    """By the case's database number, for every case of the study, in one query."""
    steps: dict[int, list[Said]] = defaultdict(list)
    examined: dict[int, dt.date | None] = {}
    rows = study.cases.order_by("pk", "reference_steps__pk").values_list("pk", "examination__study_date", *_COLUMNS)
    for pk, day, *said in rows:
        examined[pk] = day
        if said[0] is not None:
            steps[pk].append(_Row(*said))
    return {pk: status_of(steps[pk], day) for pk, day in examined.items()}


def status_of(steps: Iterable[Said], examined_on: dt.date | None = None) -> Status:
    """From all steps of one case, in the order in which they were made; the newest version of each counts."""
    said = newest(steps)
    if not said:
        return Status(None, settled=False, why="Nobody has tagged this case.", waits_for=Step.JUNIOR)
    return _Derivation(said, examined_on).status()


def newest(steps: Iterable[S]) -> list[S]:
    """The newest version of each step, in the chain's order."""
    by_step = {step.step: step for step in steps}
    return [by_step[step] for step in ORDER if step in by_step]


@dataclass(frozen=True)
class _Derivation:
    """One case: what stands (newest versions in the chain's order) and when it was examined."""

    said: Sequence[Said]
    examined_on: dt.date | None

    def status(self) -> Status:
        """The first rule that applies."""
        return self._histopathology() or self._senior() or self._reported() or self._waits() or self._reviewed()

    @property
    def _reviews(self) -> list[Said]:
        return [one for one in self.said if one.step in REVIEWERS]

    @property
    def _waits_for(self) -> str:
        """Who is to speak next, also where the status is settled: every case is reviewed by all three."""
        there = {one.step for one in self.said}
        missing = [step for step in REVIEWERS if step not in there]
        if missing:
            return missing[0].value
        pathology = any(_on_histopathology(one) for one in self.said)
        return Step.SENIOR.value if self._differ and not pathology and Step.SENIOR not in there else ""

    @property
    def _differ(self) -> bool:
        return len({one.recurrence for one in self._reviews}) > 1

    def _histopathology(self) -> Status | None:
        on_it = [one for one in self.said if _on_histopathology(one)]
        if not on_it:
            return None
        last = on_it[-1]
        others = [one for one in self.said if one.recurrence not in {None, last.recurrence}]
        contradicted = any(not self._shortfall(one) for one in others)
        return self._settled(
            Rule.HISTOPATHOLOGY,
            last.recurrence,
            f"Histopathology, as {TITLES[Step(last.step)]} says: {_word(last.recurrence)}.",
            basis=last.basis,
            debatable=contradicted,
        )

    def _senior(self) -> Status | None:
        last = self.said[-1]
        if last.step != Step.SENIOR:
            return None
        if last.recurrence is None:
            return self._open(Rule.UNDETERMINED, "The senior radiologist could not determine it: leave the case out.")
        why = f"Without histopathology and with different opinions the senior radiologist decided: {_word(last.recurrence)}."
        return self._settled(Rule.SENIOR, last.recurrence, why, basis=last.basis, debatable=True)

    def _reported(self) -> Status | None:
        report = self.said[0]
        if len(self.said) > 1 or report.step != Step.REPORT:
            return None
        short = self._shortfall(report)
        if report.recurrence is None or short:
            return self._open(Rule.REPORT_ALONE, f"Only the report has spoken. {short}".strip())
        why = f"As reported, and nobody has reviewed it: {_word(report.recurrence)}."
        return self._settled(Rule.REPORTED, report.recurrence, why, basis=report.basis)

    def _waits(self) -> Status | None:
        waits_for = self._waits_for
        if not waits_for:
            return None
        if waits_for == Step.SENIOR:
            opinions = ", ".join(f"{TITLES[Step(one.step)]}: {_word(one.recurrence)}" for one in self._reviews)
            return self._open(Rule.DISPUTED, f"No histopathology, and opinions differ ({opinions}): the senior decides.")
        return self._open(Rule.WAITS, f"Waits for {TITLES[Step(waits_for)]}.")

    def _reviewed(self) -> Status:
        """All three have spoken and agree."""
        conclusion = self._reviews[-1].recurrence
        if conclusion is None:
            return self._open(Rule.UNDETERMINED, "None of the reviewers could determine it: leave the case out.")
        agreeing = [one for one in self.said if one.recurrence == conclusion]
        meeting = [one for one in agreeing if one.nodal_only or not self._shortfall(one)]
        if not meeting:
            short = self._shortfall(agreeing[-1])
            why = f"All reviewers say {_word(conclusion)}, but by none of the criteria: leave the case out. {short}"
            return self._open(Rule.UNCONFIRMED, why)
        nodes = " (nodes alone)" if agreeing[-1].nodal_only else ""
        why = f"All reviewers agree: {_word(conclusion)}{nodes}."
        return self._settled(Rule.AGREED, conclusion, why, basis=meeting[-1].basis)

    def _shortfall(self, one: Said) -> str:
        return shortfall(one.basis, one.basis_date, self.examined_on)

    def _open(self, rule: Rule, why: str) -> Status:
        return Status(
            None,
            settled=False,
            debatable=any(one.debatable for one in self.said),
            why=why,
            rule=rule,
            waits_for=self._waits_for,
            disputed=self._differ,
        )

    def _settled(self, rule: Rule, recurrence: bool | None, why: str, *, basis: str, debatable: bool = False) -> Status:
        """What the lesion is like is taken from the last who agrees: each reviews the one before."""
        described = [one for one in self.said if one.recurrence == recurrence][-1]
        return Status(
            recurrence,
            settled=True,
            basis=basis,
            debatable=debatable or any(one.debatable for one in self.said),
            rt_stage=described.rt_stage,
            sites=tuple(described.sites),
            kinds=tuple(described.kinds),
            why=why,
            rule=rule,
            waits_for=self._waits_for,
            disputed=self._differ,
            nodal_only=described.nodal_only,
            marks=tuple(described.marks),
            segmentation=described.segmentation,
        )


def _on_histopathology(one: Said) -> bool:
    return one.basis == ReferenceStep.Basis.HISTOPATHOLOGY and one.recurrence is not None


def _word(recurrence: bool | None) -> str:
    return {True: "recurrence", False: "no local recurrence", None: "cannot be determined"}[recurrence]
