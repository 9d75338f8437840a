"""A CSV of truths, read and checked line by line, before the archive is asked anything."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils import timezone

from radapp.triage.training_models import Basis

COLUMNS = ("study_instance_uid", "accession_number", "label", "kind", "basis", "date")
EXPECTED = "expected a CSV in UTF-8, its first line naming label and study_instance_uid or accession_number"
LONGEST_KIND = 100
_BASIS = {
    "histopathology": Basis.HISTOPATHOLOGY,
    "histology": Basis.HISTOPATHOLOGY,
    "pathology": Basis.HISTOPATHOLOGY,
    "biopsy": Basis.HISTOPATHOLOGY,
    "follow_up": Basis.FOLLOW_UP,
    "followup": Basis.FOLLOW_UP,
}
"""By the word in lower case with underscores for spaces and hyphens."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one line (counted as an editor does; 0: with the file)."""

    line: int
    words: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}" if self.line else self.words


class TruthRefused(ValueError):  # noqa: N818 - a refusal
    """A table that was not taken in; `problems` are all of them, in the order of their lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Row:
    """One truth as written; `study_uid` or `accession_number` may be empty, not both. `established_on` None: not said."""

    line: int
    study_uid: str
    accession_number: str
    label: bool
    kind: str
    basis: str
    established_on: date | None


@dataclass(frozen=True)
class Table:
    """A file's rows, what is wrong with other lines of it, columns that were not read, and the SHA-256 of its bytes."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]
    sha256: str


def read_table(path: Path) -> Table:
    """Read a file. TruthRefused where it is no such table at all; problems of single lines are in the answer."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _refused(f"{path} cannot be read ({error.strerror}); {EXPECTED}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"{path} is not UTF-8 (byte {error.start}); save it as CSV UTF-8") from error
    if "\0" in text:
        raise _refused(f"{path} holds NUL characters, as UTF-16 does; save it as CSV UTF-8")
    rows: list[Row] = []
    problems: list[Problem] = []
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        columns = _columns(path, next(reader, []))
        for line, found in _lines(reader, columns):
            row = _row(line, found)
            if isinstance(row, Problem):
                problems.append(row)
            else:
                rows.append(row)
    except csv.Error as error:
        raise _refused(f"{path}, line {reader.line_num}: {error}; {EXPECTED}") from error
    if not rows and not problems:
        raise _refused(f"{path} has no line below its first; {EXPECTED}")
    ignored = tuple(name for name in columns if name and name not in COLUMNS)
    return Table(tuple(rows), tuple(problems), ignored, hashlib.sha256(content).hexdigest())


def _refused(words: str) -> TruthRefused:
    return TruthRefused([Problem(0, words)])


def _columns(path: Path, first: list[str]) -> list[str]:
    columns = [name.strip().lower() for name in first]
    twice = sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1})
    if twice:
        raise _refused(f"{path} has the column {twice[0]} twice; {EXPECTED}")
    if "label" not in columns or not {"study_instance_uid", "accession_number"} & set(columns):
        raise _refused(f"{path} has the columns {', '.join(filter(None, columns)) or 'of an empty line'}; {EXPECTED}")
    return columns


def _lines(reader: Iterator[list[str]], columns: list[str]) -> Iterator[tuple[int, Mapping[str, str] | None]]:
    """(number, cells by column) of each line that is not empty; None where it has other than the columns' cells."""
    for cells in reader:
        line: int = reader.line_num  # type: ignore[attr-defined]  # csv.reader's own attribute
        if any(cell.strip() for cell in cells):
            whole = len(cells) == len(columns)
            yield line, {name: cell.strip() for name, cell in zip(columns, cells, strict=True)} if whole else None


def _row(line: int, cells: Mapping[str, str] | None) -> Row | Problem:
    if cells is None:
        return Problem(line, "has other than one cell for each column; a comma inside a cell needs quotation marks")
    uid, accession = cells.get("study_instance_uid", ""), cells.get("accession_number", "")
    if not uid and not accession:
        return Problem(line, "names no study; expected study_instance_uid or accession_number")
    if cells["label"] not in {"0", "1"}:
        return Problem(line, f"the label is {cells['label']!r}; expected 1 (recurrence) or 0 (none)")
    kind = cells.get("kind", "")
    if len(kind) > LONGEST_KIND:
        return Problem(line, f"the kind has {len(kind)} characters; expected at most {LONGEST_KIND}")
    try:
        return Row(line, uid, accession, cells["label"] == "1", kind, _basis(cells), _day(cells))
    except ValueError as error:
        return Problem(line, str(error))


def _basis(cells: Mapping[str, str]) -> str:
    word = cells.get("basis", "")
    if not word:
        return ""
    basis = _BASIS.get(word.lower().replace(" ", "_").replace("-", "_"))
    if basis is None:
        raise ValueError(f"the basis is {word!r}; expected histopathology (histology, biopsy) or follow-up, or nothing")
    return basis.value


def _day(cells: Mapping[str, str]) -> date | None:
    text = cells.get("date", "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"the date is {text!r}; expected one such as 2026-03-31, or nothing") from None
    if day > timezone.now().date():
        raise ValueError(f"the date {text} lies in the future")
    return day
