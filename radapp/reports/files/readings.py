"""The raw long table: what every judge said of every case, one row each, hidden repeats included and marked."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from radapp.reports.analyses.judges import TACTIC, Kind
from radapp.reports.files.tables import Table
from radapp.reports.inputs.values import AnswerRow, CaseRow, StudyInputs

NAME = "readings"
READING_MEANINGS: Mapping[str, str] = {
    "case": "number of the case in the study",
    "patient": "number of the patient, in the order in which patients come; several cases may be of one",
    "truth": "yes with recurrence, no without; empty: not established",
    "basis": "what established the truth",
    "debatable": "yes where those who established the truth called the case debatable",
    "nodal_only": "yes where recurrence is in lymph nodes alone, which counts as none",
    "rt_stage": "stage of the recurrence",
    "sites": "sites of the recurrence, separated by semicolons",
    "recurrence_kinds": "kinds of recurrence, separated by semicolons",
    "t1wic": "yes where there was a contrast-enhanced sequence",
    "session": "number of the reader's session",
    "position": "place of the case in the reader's order",
    "repeat": "yes where the reader had read the case before and was not told; no figure holds it",
    "call": "yes where the judge called recurrence; empty: could not assess the case",
    "score": "a network's score, or a reader's likelihood from 0 to 100",
    "cutoff": "of a network: a score of at least this is a call",
    "mark_x": "of a reader: where recurrence is, mm to the patient's left (LPS)",
    "mark_y": "of a reader: where recurrence is, mm to the back (LPS)",
    "mark_z": "of a reader: where recurrence is, mm to the head (LPS)",
    "milliseconds": "of a reader: from opening the case to the answer",
}
_CASE = ("cohort", "case", "patient", "truth", "basis", "debatable", "nodal_only", "rt_stage", "sites", "recurrence_kinds")
_SAID = ("judge", "kind", "seniority", "arm", "stage", "session", "position", "repeat", "call", "score", "cutoff", "tier")
_MARK = ("mark_x", "mark_y", "mark_z")
COLUMNS = (*_CASE, "t1wic", *_SAID, *_MARK, "milliseconds")


def readings(inputs: StudyInputs) -> Table:
    """Case by case: networks in the paper's order, then readers."""
    answers: dict[int, list[AnswerRow]] = defaultdict(list)
    for answer in inputs.answers:
        answers[answer.case].append(answer)
    rows = [
        {**_facts(row), **said}
        for row in inputs.cases
        for said in (*_networks(row), *(_reader(answer) for answer in answers[row.case]))
    ]
    return Table(NAME, COLUMNS, tuple(rows), READING_MEANINGS)


def _facts(row: CaseRow) -> dict[str, Any]:
    same = ("cohort", "case", "patient", "truth", "basis", "debatable", "nodal_only", "rt_stage", "t1wic")
    lists = {"sites": ";".join(row.sites), "recurrence_kinds": ";".join(row.kinds)}
    return {**{name: getattr(row, name) for name in same}, **lists}


def _networks(row: CaseRow) -> Iterator[dict[str, Any]]:
    for name, said in row.networks.items():
        kind = Kind.TACTIC if name == TACTIC else Kind.NETWORK
        cells = {"call": said.positive, "score": said.score, "cutoff": said.cutoff, "tier": said.tier}
        yield {"judge": name, "kind": kind, "repeat": False, **cells}


def _reader(answer: AnswerRow) -> dict[str, Any]:
    same = ("seniority", "arm", "stage", "session", "position", "repeat", "call")
    return {
        "judge": answer.reader,
        "kind": Kind.READER,
        **{name: getattr(answer, name) for name in same},
        "score": answer.likelihood,
        **dict(zip(_MARK, answer.mark or (), strict=False)),
        "milliseconds": answer.milliseconds.get("total"),
    }
