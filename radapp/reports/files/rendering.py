"""A report as the bytes of its files: one JSON with its schema, tidy CSVs, and the data dictionary.

The same report gives the same bytes.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml.evaluation.plain import plain
from radapp.readerstudies.reference.table import guarded
from radapp.reports.files.tables import MEANINGS, Table

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PRELIMINARY = "preliminary"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is written: `about` (recipe, inputs, study), `labels` that every file bears, notes, the result and its tables.

    `schema`: of the JSON.
    """

    name: str
    about: Mapping[str, Any]
    labels: tuple[str, ...]
    notes: tuple[str, ...]
    result: Any
    tables: tuple[Table, ...]
    schema: Mapping[str, Any]
    preliminary: bool = False


def files_of(report: Report) -> dict[str, bytes]:
    """{file name: bytes}. Names of a preliminary report say so, too."""
    begin = f"{PRELIMINARY}-{report.name}" if report.preliminary else report.name
    label = "; ".join(report.labels)
    schema = f"{begin}.schema.json"
    found = {f"{begin}.json": _json(_said(report, schema)), schema: _json(_marked(report.schema, label))}
    dictionary: list[dict[str, Any]] = []
    for table in report.tables:
        name, columns = f"{begin}-{table.name}.csv", (*table.columns, "label")
        found[name] = as_csv(columns, ({**row, "label": label} for row in table.rows))
        dictionary += [{"file": name, "column": one, "meaning": MEANINGS[one], "label": label} for one in columns]
    found[f"{begin}-dictionary.csv"] = as_csv(("file", "column", "meaning", "label"), dictionary)
    return found


def _said(report: Report, schema: str) -> dict[str, Any]:
    return {
        "$schema": schema,
        "report": report.name,
        "labels": list(report.labels),
        **report.about,
        "notes": list(report.notes),
        "result": plain(report.result),
    }


def _marked(schema: Mapping[str, Any], label: str) -> dict[str, Any]:
    return {**schema, **({"$comment": label} if label else {})}


def _json(said: Mapping[str, Any]) -> bytes:
    return (json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """UTF-8 with a byte order mark, which lets spreadsheets read Chinese; CRLF; no text is a formula; empty for none."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return BYTE_ORDER_MARK + out.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(float(value))
    return guarded(str(value))
