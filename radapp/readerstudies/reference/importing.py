"""A table into the reference standard: the whole of it or nothing, each step with its entry in the audit chain."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.models import Case, ReaderStudy, ReferenceStep
from radapp.readerstudies.reference.conclusion import Conclusion, problems
from radapp.readerstudies.reference.status import ORDER, REVIEWERS, TITLES, Said, newest, status_of
from radapp.readerstudies.reference.steps import Act, append, writing
from radapp.readerstudies.reference.table import LineProblem, Row, Table

Step = ReferenceStep.Step


@dataclass(frozen=True)
class Report:
    """What an import did, or would: steps added, corrected and there already; `stored` False: nothing was written."""

    stored: bool
    added: int
    corrected: int
    unchanged: int
    ignored: tuple[str, ...]
    sha256: str
    problems: tuple[LineProblem, ...] = ()


@dataclass
class _Plan:
    """What is to be written, and what is wrong."""

    writes: list[tuple[Case, Row, ReferenceStep | None]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[LineProblem] = field(default_factory=list)


def import_table(study: ReaderStudy, table: Table, actor: User, *, dry_run: bool = False) -> Report:
    """Store a table's steps, all or none. A step that says otherwise than the stored one needs a reason, as a correction.

    Raises TaggingRefused where the study is locked.
    """
    with writing(study) as held:
        plan = _planned(held, table)
        added = sum(before is None for _, _, before in plan.writes)
        stored = not plan.problems and not dry_run
        report = Report(
            stored, added, len(plan.writes) - added, plan.unchanged, table.ignored, table.sha256,
            tuple(sorted(plan.problems, key=lambda one: one.line)),
        )  # fmt: skip
        if stored:
            _write(held, plan, report, actor)
        return report


def _planned(study: ReaderStudy, table: Table) -> _Plan:
    plan = _Plan(problems=list(table.problems))
    cases = list(study.cases.select_related("examination", "study"))
    steps: dict[int, list[ReferenceStep]] = defaultdict(list)
    for step in ReferenceStep.objects.filter(case__study=study).order_by("pk"):
        steps[step.case_id].append(step)
    rows: dict[int, list[Row]] = defaultdict(list)
    by_name, by_key = _names(cases), {case.pk: case for case in cases}
    for row in table.rows:
        found = _case(row, by_name)
        if isinstance(found, Case):
            rows[found.pk].append(row)
        else:
            plan.problems.append(LineProblem(row.line, found))
    for pk, mine in rows.items():
        _plan_case(plan, by_key[pk], steps[pk], sorted(mine, key=lambda row: ORDER.index(Step(row.step))))
    return plan


def _names(cases: Iterable[Case]) -> dict[tuple[str, str], list[Case]]:
    found: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        found["case", str(case.number)].append(case)
        found["case", case.key].append(case)
        found["external_id", case.external_id].append(case)
        if case.examination:
            found["accession_number", case.examination.accession_number].append(case)
    return found


def _case(row: Row, by_name: Mapping[tuple[str, str], list[Case]]) -> Case | str:
    """The case that a row names in one way or several, or why there is none."""
    meant: set[Case] = set()
    for name in row.names:
        found = by_name.get(name, [])
        if len(found) != 1:
            return f"{name[0]} {name[1]} names {len(found) or 'none'} of the study's cases, expected one"
        meant.update(found)
    if len(meant) > 1:
        return f"names several cases: {', '.join(f'{column} {value}' for column, value in row.names)}"
    return meant.pop()


def _plan_case(plan: _Plan, case: Case, stored: Sequence[ReferenceStep], rows: Sequence[Row]) -> None:
    """One case's rows, in the chain's order."""
    current = {step.step: step for step in stored}
    after: dict[str, Said] = {step.step: step for step in newest(stored)}
    lines: dict[str, int] = {}
    for row in rows:
        if row.step in lines:
            plan.problems.append(LineProblem(row.line, f"repeats the step of line {lines[row.step]}; keep one"))
            continue
        lines[row.step] = row.line
        before = current.get(row.step)
        if before is not None and Conclusion.of(before) == row.said:
            plan.unchanged += 1
            continue
        wrong = _wrong(case, row, before)
        plan.problems += [LineProblem(row.line, one) for one in wrong]
        plan.writes.append((case, row, before))
        after[row.step] = _as_step(row)
    gap = _gap(after, case)
    if gap:
        plan.problems.append(LineProblem(max(lines.values()), gap))


def _wrong(case: Case, row: Row, before: ReferenceStep | None) -> list[str]:
    found = [f"{one.field}: {one.detail}" for one in problems(row.said, row.step, case.examination)]
    if case.state != Case.State.INCLUDED:
        found.append(f"case {case.number} is {case.state}: it is not tagged")
    if row.version is not None and row.version != (before.version if before else 0):
        stands = f"version {before.version}" if before else "nothing"
        found.append(f"was made from version {row.version}, but {stands} is stored: export again")
    if before is not None and not row.reason:
        found.append(f"says otherwise than the stored version {before.version}: a correction needs a reason")
    return found


def _as_step(row: Row) -> Said:
    return ReferenceStep(step=row.step, **row.said.columns())


def _gap(after: Mapping[str, Said], case: Case) -> str:
    """What is missing in the chain as it would be, or nothing."""
    for place, step in enumerate(REVIEWERS):
        missing = [one for one in REVIEWERS[:place] if one not in after]
        if step in after and missing:
            return f"case {case.number} has a step of {TITLES[step]} and none of {TITLES[missing[0]]} before"
    if Step.SENIOR not in after:
        return ""
    without = [one for step, one in after.items() if step != Step.SENIOR]
    examined_on = case.examination.study_date if case.examination else None
    if status_of(newest(without), examined_on).waits_for == Step.SENIOR:
        return ""
    return (
        f"case {case.number} has a step of the senior radiologist, who decides only without histopathology and where the "
        "three before differ"
    )


def _write(study: ReaderStudy, plan: _Plan, report: Report, actor: User) -> None:
    origin = f"file {report.sha256}"
    for case, row, before in plan.writes:
        append(case, row.step, row.said, Act(actor, uuid.uuid4(), row.reason, origin), before=before)
    chain.record(
        study,
        actor=actor,
        action=chain.Action.REFERENCE_IMPORTED,
        target=origin,
        after={"added": report.added, "corrected": report.corrected, "unchanged": report.unchanged},
    )
