"""Which inputs differ between two data sets, in words. No Django."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from radapp.reports.inputs.clinical import ClinicalInputs
from radapp.reports.inputs.reading import Inputs
from radapp.reports.inputs.values import AnswerRow, CaseRow, ErrorRow, StudyInputs

_SAME = frozenset({"case", "source", "networks", "reader", "arm", "stage", "session", "repeat"})
"""What says which row it is, or is looked at apart."""


def differences(first: Inputs, second: Inputs) -> tuple[str, ...]:
    """One sentence for each value that differs, such as 'reader junior_1, case 17: call no → yes'; none where equal."""
    if isinstance(first, StudyInputs) and isinstance(second, StudyInputs):
        return _of_studies(first, second)
    if isinstance(first, ClinicalInputs) and isinstance(second, ClinicalInputs):
        return tuple(_of_use(first, second))
    return ("one is of a study or a cohort, the other of clinical use",)


def _of_use(first: ClinicalInputs, second: ClinicalInputs) -> Iterator[str]:
    yield from _fields("clinical use", first, second, leave=frozenset({"cases", "calibrated"}))
    yield from _rows(*({f"protocol {name}": row for name, row in one.calibrated.items()} for one in (first, second)))
    yield from _rows(*({f"examination {row.case}": row for row in one.cases} for one in (first, second)))


def _of_studies(first: StudyInputs, second: StudyInputs) -> tuple[str, ...]:
    found = [
        *_fields("study", first, second, leave=frozenset({"plan", "flow", "cases", "answers", "errors"})),
        *_fields("protocol", first.plan, second.plan),
        *_fields("flow", first.flow, second.flow),
    ]
    found += _rows({f"case {row.case}": row for row in first.cases}, {f"case {row.case}": row for row in second.cases})
    several = _several(first, second)
    found += _rows({_name(row, several): row for row in first.answers}, {_name(row, several): row for row in second.answers})
    found += _rows({_error(row): row for row in first.errors}, {_error(row): row for row in second.errors})
    return tuple(found)


def _rows(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*first, *second)):
        if name not in second:
            yield f"{name}: only in the first"
        elif name not in first:
            yield f"{name}: only in the second"
        else:
            yield from _fields(name, first[name], second[name], leave=_SAME)
            if isinstance(first[name], CaseRow):
                yield from _networks(name, first[name], second[name])


def _networks(name: str, first: CaseRow, second: CaseRow) -> Iterator[str]:
    yield from _rows(
        {f"{name}, {network}": said for network, said in first.networks.items()},
        {f"{name}, {network}": said for network, said in second.networks.items()},
    )


def _fields(name: str, first: Any, second: Any, *, leave: frozenset[str] = frozenset()) -> Iterator[str]:
    for field in fields(first):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if field.name not in leave and one != other:
            yield f"{name}: {field.name.replace('_', ' ')} {_word(one)} → {_word(other)}"


def _several(first: StudyInputs, second: StudyInputs) -> frozenset[str]:
    """Of arm and session those that have more than one value, and so belong to an answer's name."""
    rows = (*first.answers, *second.answers)
    return frozenset(name for name in ("arm", "session") if len({getattr(row, name) for row in rows}) > 1)


def _name(row: AnswerRow, several: frozenset[str]) -> str:
    parts = [f"reader {row.reader}", f"case {row.case}"]
    parts += [f"arm {row.arm}"] if "arm" in several else []
    parts += [f"session {row.session}"] if "session" in several else []
    parts += [row.stage] if row.stage != "only" else []
    parts += ["repeat"] if row.repeat else []
    return ", ".join(parts)


def _error(row: ErrorRow) -> str:
    of = " ".join(part for part in (row.source, row.arm, "" if row.stage == "only" else row.stage) if part)
    return f"error of {of}, case {row.case}"


def _word(value: Any) -> str:
    if value is None or value == "" or value == ():
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(_word, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_word(one)}" for name, one in value.items()) or "nothing"
    return getattr(value, "key", None) or str(value)
