"""Files from frozen inputs, step by step. One way for worker and command: the same bytes. No database."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from radapp.reports.document.spoken import LANGUAGES, spoken
from radapp.reports.document.whole import document_of
from radapp.reports.files.beside import Beside, cores
from radapp.reports.files.kinds import PAGE, page_name
from radapp.reports.files.rendering import FORMATS, SPOKEN, Report, files_of
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
    """All files; `told(step, share)` before each step. With `page`, what the page reads of it too, in every language.

    Of a `long` analysis each language is made on a core of its own, where there are two. Raises BesideError.
    """
    told(ANALYSIS, 0.0)
    if not (analysis.long and cores() > 1 and set(SPOKEN) & set(formats)):
        report = make(analysis, inputs, options, stand)
        return (*_pages(report, page), *_stepwise(report, formats, LANGUAGES, told))
    with Beside() as other:
        report = make(analysis, inputs, options, stand)
        other.give(report, [one for one in formats if one in SPOKEN], LANGUAGES[1:])
        own = (*_pages(report, page), *_stepwise(report, formats, LANGUAGES[:1], told))
        rest = other.take()
    return (*own, *(Made(name, one, content) for one, files in rest.items() for name, content in files.items()))


def _stepwise(report: Report, formats: Collection[str], languages: Sequence[str], told: Told) -> Iterator[Made]:
    steps = steps_of(formats)
    for done, (step, some) in enumerate(steps.items(), 1):
        told(step, done / (1 + len(steps)))
        for name, content in files_of(report, some, languages).items():
            yield Made(name, _format(name, some), content)


def _pages(report: Report, page: bool) -> Iterator[Made]:
    if not page:
        return
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
