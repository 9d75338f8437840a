"""How often guard and gates speak: on sound synthetic cases (false alarms) and on those with a known fault (detection).

Every fault is tried on every role of as many cases. Beside all that is said stands what is said without the headers, by
the pixels alone.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ml.evaluation.estimate import proportion
from ml.guard import Acquired, acquired_as
from ml.material.observing import acquired_of
from ml.material.spoiling import SPOILERS
from ml.phantom.case import ROLES, Case, Cohort, cohort_seeds, generate_case
from ml.phantom.defects import Defect
from ml.phantom.dicom import write_study
from ml.preprocessing import Preprocessing
from ml.quality import measure
from ml.screening import Screening
from ml.series.role import Role
from ml.survey import survey
from ml.volume import Volume, VolumeRefused, load_series

SOUND = "sound"
TRIAL_SEEDS: Mapping[Cohort, int] = {"internal": 9006, "external": 9016}
"""Cohorts of their own: no case here is one that a guard was made from."""
MARKS = ("refused", "gate", "image", "header")
"""What may be said of a series: not assessable; a gate withholds advice; the guard, by the image or by the headers."""


@dataclass(frozen=True)
class Judged:
    """What was said of one series: marks out of `MARKS`, and the gates that it failed."""

    trial: str
    role: Role
    case: int
    marks: frozenset[str]
    gates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """`cases` of a cohort, tried with the screenings and preprocessing of a set of bundles."""

    screenings: Mapping[Role, Screening]
    preprocessing: Preprocessing
    cohort: Cohort = "internal"
    cases: int = 50
    seed: int | None = None
    matrix: int | None = None
    """Stored pixels along a side, where other than the phantom's own (quicker)."""
    defects: Sequence[Defect] = field(default=tuple(Defect))
    sound: bool = True
    """Whether to try the cases as they are, and what can be made of them without acquiring anew."""

    def seeds(self) -> list[tuple[int, int]]:
        """Case seeds and labels."""
        return list(cohort_seeds(self.cases, TRIAL_SEEDS[self.cohort] if self.seed is None else self.seed))


def judge(plan: Plan, trial: str, case: int, role: Role, volume: Volume, one: Acquired) -> Judged:
    """What the role's screening says of one series."""
    screening = plan.screenings[role]
    if screening.guard is None or screening.gates is None:
        raise ValueError(f"The bundle of {role} keeps no guard or no quality gates; there is nothing to try.")
    try:
        prepared = plan.preprocessing.apply(volume)
    except VolumeRefused:
        return Judged(trial, role, case, frozenset({"refused"}))
    seen = survey(volume, prepared)
    measures = measure(volume, prepared, seen, one)
    marks, failed = set(), screening.gates.failed(measures)
    if failed:
        marks.add("gate")
    try:
        screening.gates.check(measures)
    except VolumeRefused:
        marks.add("refused")
    if screening.guard.look(prepared, seen, None).guards:
        marks.add("image")
    if screening.guard.headers.unusual(one)[0]:
        marks.add("header")
    return Judged(trial, role, case, frozenset(marks), tuple(failed))


def judgements(plan: Plan) -> Iterator[Judged]:
    """Every trial of every case; cases are generated as they are needed."""
    for number, (seed, label) in enumerate(plan.seeds()):
        if plan.sound:
            case = generate_case(seed, plan.cohort, label=label, matrix=plan.matrix)
            yield from _on_sound(plan, number, case)
        for defect in plan.defects:
            spoiled = generate_case(seed, plan.cohort, label=label, matrix=plan.matrix, defect=defect)
            yield from _gap(plan, number, spoiled) if defect is Defect.GAP else _defect(plan, number, spoiled)


def _on_sound(plan: Plan, number: int, case: Case) -> Iterator[Judged]:
    """The case as it is, each series given another's role, and each series spoiled."""
    middle = np.asarray(case.examination.isocentre)
    for role, volume in case.volumes.items():
        one = acquired_of(case, role)
        yield judge(plan, SOUND, number, role, volume, one)
        for other in ROLES:
            if other is not role:
                given = case.volumes[other]
                yield judge(plan, f"{other} given as {role}", number, role, given, acquired_of(case, other))
        for k, (name, spoil) in enumerate(SPOILERS.items()):
            rng = np.random.default_rng([case.truth.seed, ROLES.index(role), k])
            yield judge(plan, name, number, role, spoil(volume, middle, rng), one)


def _defect(plan: Plan, number: int, case: Case) -> Iterator[Judged]:
    for role, volume in case.volumes.items():
        yield judge(plan, case.truth.defect, number, role, volume, acquired_of(case, role))


def _gap(plan: Plan, number: int, case: Case) -> Iterator[Judged]:
    """Missing slices show as the study is read from its files."""
    with tempfile.TemporaryDirectory() as folder:
        for role in case.volumes:
            paths = write_study(case, Path(folder) / role, [role])
            try:
                source = load_series(paths)
            except VolumeRefused:
                yield Judged(case.truth.defect, role, number, frozenset({"refused"}))
                continue
            yield judge(plan, case.truth.defect, number, role, source.volume, acquired_as(source))


def rates(found: Sequence[Judged]) -> dict[str, Any]:
    """Per trial: series, share said at all, by each of `MARKS` and by each gate (plain values), with Wilson's interval.

    For sound cases also per study: a study alarms when any of its series does.
    """
    result: dict[str, Any] = {}
    for trial in dict.fromkeys(one.trial for one in found):
        rows = [one for one in found if one.trial == trial]
        said = sum(bool(one.marks) for one in rows)
        pixels = sum(bool(one.marks - {"header"}) for one in rows)
        gates = {gate: sum(gate in one.gates for one in rows) for gate in dict.fromkeys(g for o in rows for g in o.gates)}
        result[trial] = {
            "series": len(rows),
            "said": asdict(proportion(said, len(rows))),
            "image alone": asdict(proportion(pixels, len(rows))),
            "by": {mark: sum(mark in one.marks for one in rows) for mark in MARKS},
            "gates": gates,
        }
        if trial == SOUND:
            cases = {one.case for one in rows}
            alarmed = {one.case for one in rows if one.marks}
            result[trial]["studies"] = asdict(proportion(len(alarmed), len(cases)))
    return result


def as_table(result: Mapping[str, Any]) -> str:
    """The rates as a table in Markdown."""
    lines = [
        "| trial | series | said | 95 % CI | by pixels alone | not assessable | gate | guard: image | guard: headers |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for trial, row in result.items():
        said, by = row["said"], row["by"]
        lines.append(
            f"| {trial} | {row['series']} | {said['value']:.1%} | {said['low']:.1%}–{said['high']:.1%} "
            f"| {row['image alone']['value']:.1%} | {by['refused']} | {by['gate']} | {by['image']} | {by['header']} |"
        )
    studies = result.get(SOUND, {}).get("studies")
    if studies:
        lines.append("")
        lines.append(
            f"Sound studies with an alarm on any series: {studies['count']} of {studies['n']} "
            f"({studies['low']:.1%}–{studies['high']:.1%})."
        )
    return "\n".join(lines) + "\n"
