"""A table of a study that was read elsewhere: one line a case with its truth, the networks' scores, the readers' calls."""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from radapp.readerstudies.models import Membership, NetworkCall

SCORES = {f"score_{network.lower()}": network for network in ("T1WI", "T2WI", "T1_T2", "T1WIC")}
TIERS = ("positive", "suspicious", "negative")
_READER = re.compile(r"(?:doctor_(?P<letter>[sj])|reader_(?P<word>senior|junior))(?:_(?P<number>\d{1,3}))?")
KNOWN = ("case_id", "cohort", "truth", "tier", "patient", *SCORES)
AT_MOST = 50
"""Problems that are told."""


class TableRefusedError(ValueError):
    """The table cannot be imported; the text names each line, what was found and what was expected."""


@dataclass(frozen=True)
class Reader:
    """A column of calls."""

    column: str
    seniority: Membership.Seniority
    name: str


@dataclass(frozen=True)
class Line:
    """One case. `calls` by the reader's column; None: not assessable."""

    case: str
    cohort: str
    patient: str
    truth: bool
    tier: str
    scores: Mapping[NetworkCall.Network, float]
    calls: Mapping[str, bool | None]


@dataclass(frozen=True)
class FinishedTable:
    """All of it. `synthetic`: a comment in the file says that its cases are."""

    lines: tuple[Line, ...]
    readers: tuple[Reader, ...]
    sha256: str
    synthetic: bool

    @property
    def cohorts(self) -> dict[str, list[Line]]:
        """Lines by cohort, in the order in which cohorts come."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.cohort, []).append(line)
        return found


@dataclass
class _Reading:
    readers: tuple[Reader, ...]
    problems: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def read_table(path: Path) -> FinishedTable:
    """Read and check a CSV file (UTF-8, comments begin with #). Raises TableRefusedError with all that is wrong."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TableRefusedError(f"found no text in {path} ({error}), expected a CSV file in UTF-8") from error
    rows = [line for line in text.splitlines() if line.strip()]
    comments = [line for line in rows if line.startswith("#")]
    found = csv.DictReader(line for line in rows if not line.startswith("#"))
    reading = _Reading(_readers(found.fieldnames or ()))
    lines = tuple(_lines(found, reading, skipped=len(comments)))
    if not lines and not reading.problems:
        reading.problems.append("found no case, expected one a line")
    if reading.problems:
        more = len(reading.problems) - AT_MOST
        told = [*reading.problems[:AT_MOST], *([f"… and {more} more"] if more > 0 else [])]
        raise TableRefusedError(f"{path} cannot be imported:\n  " + "\n  ".join(told))
    synthetic = any("synthetic" in comment.lower() for comment in comments)
    return FinishedTable(lines, reading.readers, hashlib.sha256(content).hexdigest(), synthetic)


def _readers(columns: Sequence[str]) -> tuple[Reader, ...]:
    """The readers' columns: doctor_s, doctor_j, reader_senior, reader_junior_2 …"""
    found = {name: _READER.fullmatch(name) for name in columns}
    strange = [name for name in columns if name not in KNOWN and not found[name]]
    missing = [name for name in ("case_id", "truth") if name not in columns]
    readers = tuple(_reader(name, match) for name, match in found.items() if match)
    if strange or missing or not readers or len(set(columns)) < len(columns):
        raise TableRefusedError(
            f"found the columns {', '.join(columns) or '(none)'}; expected case_id and truth, each once, perhaps some of "
            f"{', '.join(KNOWN)}, and a column of calls for each reader (reader_senior_1, reader_junior_1 …)"
        )
    return readers


def _reader(column: str, match: re.Match[str]) -> Reader:
    senior = "s" in (match["letter"] or "") or match["word"] == "senior"
    seniority = Membership.Seniority.SENIOR if senior else Membership.Seniority.JUNIOR
    return Reader(column, seniority, f"{seniority.label} reader {match['number'] or 1}")


def _lines(rows: csv.DictReader[str], reading: _Reading, *, skipped: int) -> Iterator[Line]:
    for row in rows:
        where = f"line {rows.line_num + skipped}"
        try:
            line = _line(row, reading.readers)
        except ValueError as error:
            reading.problems.append(f"{where}: {error}")
            continue
        if line.case in reading.seen:
            reading.problems.append(f"{where}: found case {line.case} again, expected each once")
        reading.seen.add(line.case)
        yield line


def _line(row: Mapping[str, str | None], readers: Sequence[Reader]) -> Line:
    said = {name: (value or "").strip() for name, value in row.items() if name is not None}
    case = said["case_id"]
    if not 0 < len(case) <= 64 or None in row or None in row.values():
        raise ValueError("found a case without a name, one of more than 64 characters, or another number of columns")
    tier = said.get("tier", "")
    if tier and tier not in TIERS:
        raise ValueError(f"found the tier {tier!r}, expected one of {', '.join(TIERS)} or nothing")
    truth = _yes_no("truth", said["truth"])
    if truth is None:
        raise ValueError("found no truth, expected 1 or 0")
    return Line(
        case=case,
        cohort=said.get("cohort", "")[:64],
        patient=said.get("patient", "")[:64] or case,
        truth=truth,
        tier=tier,
        scores={
            NetworkCall.Network(name): _score(column, said[column]) for column, name in SCORES.items() if said.get(column)
        },
        calls={reader.column: _yes_no(reader.column, said[reader.column]) for reader in readers},
    )


def _yes_no(column: str, value: str) -> bool | None:
    if value not in {"0", "1", ""}:
        raise ValueError(f"{column}: found {value!r}, expected 1, 0 or nothing (not assessable)")
    return None if value == "" else value == "1"


def _score(column: str, value: str) -> float:
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not 0 <= found <= 1:
        raise ValueError(f"{column}: found {value!r}, expected a number from 0 to 1")
    return found
