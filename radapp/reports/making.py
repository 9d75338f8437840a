"""Files from frozen inputs, step by step. One way for worker and command: the same bytes. No database."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from radapp.reports.document.spoken import LANGUAGES, spoken
from radapp.reports.document.whole import document_of
from radapp.reports.files.kinds import PAGE, page_name
from radapp.reports.files.rendering import FORMATS, Report, files_of
from radapp.reports.inputs.reading import Inputs
from radapp.reports.recipes import Analysis, Stand, make

GATHERING, ANALYSIS = "gathering", "analysis"
TOGETHER = ("json", "csv", "data")
"""Formats of one step: tables and raw data share one dictionary."""
TABLES = "tables"
RAW = ("-readings.csv", "-examinations.csv")
"""How names of raw tables end."""
Told = Callable[[str, float], None]


@dataclass(frozen=True)
class Made:
    """One file."""

    name: str
    format: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the bytes, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def steps_of(formats: Collection[str] = FORMATS) -> dict[str, tuple[str, ...]]:
    """{step: the formats that it makes}, in order: tables, then each further format under its own name."""
    together = tuple(one for one in FORMATS if one in TOGETHER and one in formats)
    found = {TABLES: together} if together else {}
    return found | {one: (one,) for one in FORMATS if one in formats and one not in TOGETHER}


STEPS = (GATHERING, ANALYSIS, *steps_of())
"""What a report's `step` may be."""


def nothing_told(step: str, progress: float) -> None:
    """Nobody waits."""


def made(
    analysis: Analysis, inputs: Inputs, options: Any, stand: Stand, *, told: Told = nothing_told,
    formats: Collection[str] = FORMATS, page: bool = True,
) -> tuple[Made, ...]:  # fmt: skip
    """All files; `told(step, share)` before each step. With `page`, what the page reads of it too, in every language."""
    steps = steps_of(formats)
    weight = 1 / (1 + len(steps))
    told(ANALYSIS, 0.0)
    report = make(analysis, inputs, options, stand)
    found = list(_pages(report)) if page else []
    for done, (step, some) in enumerate(steps.items(), 1):
        told(step, done * weight)
        found += [Made(name, _format(name, some), content) for name, content in files_of(report, some).items()]
    return tuple(found)


def _pages(report: Report) -> Iterator[Made]:
    document = document_of(report)
    for language in LANGUAGES:
        text = json.dumps(spoken(document, language), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield Made(page_name(language), PAGE, text.encode())


def _format(name: str, some: tuple[str, ...]) -> str:
    """Which of the step's formats a file belongs to."""
    if len(some) == 1:
        return some[0]
    ending = name.rpartition(".")[2]
    if ending == "json":
        return "json"
    raw = ending in {"imrmc", "lrc"} or name.endswith(RAW) or "csv" not in some
    return "data" if raw else "csv"
