"""The reference standard as a CSV, read and checked line by line before the study is asked anything; and written.

UTF-8, with a byte order mark for spreadsheets. A cell that a spreadsheet would take for a formula gets an apostrophe before
it, which reading takes away again.
"""

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from radapp.readerstudies import anatomy
from radapp.readerstudies.reference import csv_words as words
from radapp.readerstudies.reference.conclusion import Conclusion, Mark
from radapp.readerstudies.reference.guarding import guarded

EXPECTED: Final = (
    "expected a CSV in UTF-8 whose first line names step, recurrence, basis and one of case, external_id, accession_number"
)
BYTES_AT_MOST: Final = 5 * 1024 * 1024
ROWS_AT_MOST: Final = 20_000
NAMING: Final = ("case", "external_id", "accession_number")
LISTS: Final = (";", "；")
SITES, KINDS = words.names_of_terms(anatomy.SITES), words.names_of_terms(anatomy.KINDS)
T = TypeVar("T")
DATE_FORMATS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with one line (counted as an editor does; 0: with the file)."""

    line: int
    words: str


class TableRefused(ValueError):  # noqa: N818 - a refusal
    """No table at all; the text says why."""


@dataclass(frozen=True)
class Row:
    """One step as written. `names`: how it names its case, by column. `version` None: not said."""

    line: int
    names: tuple[tuple[str, str], ...]
    step: str
    version: int | None
    said: Conclusion
    reason: str


@dataclass
class Table:
    """A file's rows, what is wrong with other lines, columns that were not read, and the SHA-256 of its bytes."""

    sha256: str
    rows: list[Row] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    ignored: tuple[str, ...] = ()


def read(content: bytes) -> Table:
    """Read a file. TableRefused where it is no such table; problems of single lines are in the answer."""
    text = _text(content)
    table = Table(hashlib.sha256(content).hexdigest())
    # Spreadsheets in some languages save semicolons or tabs between cells.
    first = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = _columns(next(reader, []))
        table.ignored = tuple(name for name in columns if name and name not in words.COLUMNS)
        for cells in reader:
            line = reader.line_num
            if any(cell.strip() for cell in cells):
                _take(table, line, cells, columns)
    except csv.Error as error:
        raise TableRefused(f"Line {reader.line_num}: {error}; {EXPECTED}.") from error
    if not table.rows and not table.problems:
        raise TableRefused(f"Found no line below the first; {EXPECTED}.")
    return table


def _text(content: bytes) -> str:
    if len(content) > BYTES_AT_MOST:
        raise TableRefused(f"Found {len(content)} bytes, expected at most {BYTES_AT_MOST}.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefused(f"The file is not UTF-8 (byte {error.start}); save it as CSV UTF-8.") from error
    if "\0" in text:
        raise TableRefused("The file holds NUL characters, as UTF-16 does; save it as CSV UTF-8.")
    return text


def _columns(first: Sequence[str]) -> list[str]:
    known = words.names_of_columns()
    columns = [known.get(name.strip().lower(), name.strip().lower()) for name in first]
    twice = sorted({name for name in columns if name in words.COLUMNS and columns.count(name) > 1})
    if twice:
        raise TableRefused(f"Found the column {twice[0]} twice; {EXPECTED}.")
    if not {"step", "recurrence", "basis"} <= set(columns) or not set(NAMING) & set(columns):
        raise TableRefused(f"Found the columns {', '.join(filter(None, columns)) or '(none)'}; {EXPECTED}.")
    return columns


def _take(table: Table, line: int, cells: Sequence[str], columns: Sequence[str]) -> None:
    if len(table.rows) >= ROWS_AT_MOST:
        raise TableRefused(f"Found more than {ROWS_AT_MOST} lines; split the file.")
    if len(cells) != len(columns):
        detail = f"has {len(cells)} cells, expected {len(columns)}; a comma inside a cell needs quotation marks"
        table.problems.append(LineProblem(line, detail))
        return
    try:
        table.rows.append(_row(line, {name: bare(cell) for name, cell in zip(columns, cells, strict=True)}))
    except ValueError as error:
        table.problems.append(LineProblem(line, str(error)))


def _row(line: int, cells: Mapping[str, str]) -> Row:
    names = tuple((name, cells[name]) for name in NAMING if cells.get(name))
    if not names:
        raise ValueError(f"names no case; expected {', '.join(NAMING[:-1])} or {NAMING[-1]}")
    said = Conclusion(
        recurrence=_one("recurrence", cells["recurrence"], words.RECURRENCE),
        basis=_one("basis", cells["basis"], words.BASES),
        basis_date=_date(cells.get("basis_date", "")),
        rt_stage=_stage(cells.get("rt_stage", "")),
        sites=_several("sites", cells.get("sites", ""), SITES),
        kinds=_several("kinds", cells.get("kinds", ""), KINDS),
        marks=_marks(cells.get("marks", "")),
        segmentation=cells.get("segmentation", ""),
        nodal_only=_one("nodal_only", cells.get("nodal_only", ""), words.YES_NO),
        debatable=_one("debatable", cells.get("debatable", ""), words.YES_NO),
        remark=cells.get("remark", ""),
    )
    version = cells.get("version", "")
    if version and not (version.isascii() and version.isdigit()):
        raise ValueError(f"version is {version!r}, expected a whole number or nothing")
    step = _one("step", cells["step"], words.STEPS)
    return Row(line, names, step, int(version) if version else None, said, cells.get("reason", ""))


def _one(column: str, cell: str, known: Mapping[str, T]) -> T:
    found = cell.lower().replace(" ", "_").replace("-", "_") if cell.isascii() else cell.replace(" ", "")
    if found not in known:
        raise ValueError(f"{column} is {cell!r}, expected one of {', '.join(filter(None, known))}")
    return known[found]


def _several(column: str, cell: str, known: Mapping[str, str]) -> tuple[str, ...]:
    for divider in LISTS[1:]:
        cell = cell.replace(divider, LISTS[0])
    found = [one.strip() for one in cell.split(LISTS[0]) if one.strip()]
    unknown = [one for one in found if one.lower() not in known]
    if unknown:
        raise ValueError(f"{column} has {', '.join(unknown)}, expected some of {', '.join(dict.fromkeys(known.values()))}")
    return tuple(known[one.lower()] for one in found)


def _date(cell: str) -> dt.date | None:
    if not cell:
        return None
    for form in DATE_FORMATS:
        try:
            return dt.datetime.strptime(cell, form).date()
        except ValueError:
            continue
    raise ValueError(f"basis_date is {cell!r}, expected YYYY-MM-DD")


def _stage(cell: str) -> str:
    return f"rT{cell[-1]}" if cell.lower() in {stage.lower() for stage in anatomy.RT_STAGES} else cell


def _marks(cell: str) -> tuple[Mark, ...]:
    """JSON: [[x, y, z, radius], …] in mm."""
    if not cell:
        return ()
    try:
        return tuple(Mark((float(x), float(y), float(z)), float(radius)) for x, y, z, radius in json.loads(cell))
    except (ValueError, TypeError) as error:
        raise ValueError(f"marks are {cell!r}, expected [[x, y, z, radius], …] in mm") from error


def written(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV for spreadsheets: UTF-8 with byte order mark, CRLF, no cell that is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([guarded(str(cell)) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def bare(cell: str) -> str:
    """What `guarded` was given, without spaces around it."""
    stripped = cell.strip()
    return stripped[1:] if stripped.startswith("'") else stripped
