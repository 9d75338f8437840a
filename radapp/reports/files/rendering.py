"""A report as the bytes of its files: JSON with its schema, CSVs and their dictionary, raw data, pictures, PDF, workbook.

The same report gives the same bytes.
"""

import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml.evaluation.plain import plain
from radapp.readerstudies.reference.guarding import guarded
from radapp.reports.document.blocks import Section, Words
from radapp.reports.document.spoken import LANGUAGES
from radapp.reports.files.naming import begin_name
from radapp.reports.files.raw import Inputs, raw_files, raw_table
from radapp.reports.files.tables import MEANINGS, Table

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
FORMATS = ("json", "csv", "data", "figures", "pdf", "xlsx")
"""Kinds of files: JSON with its schema; tables; raw data, for iMRMC and OR-DBM MRMC too; pictures; PDF and workbook."""
SPOKEN = ("figures", "pdf", "xlsx")
"""Those of FORMATS that there are in each language."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is written: `about` (recipe, inputs, study), `labels` that every file bears, notes, the result and its tables.

    `schema`: of the JSON. `inputs`: what it was made from. `title`, `sections`: of its page (radapp.reports.document).
    """

    name: str
    about: Mapping[str, Any]
    labels: tuple[str, ...]
    notes: tuple[str, ...]
    result: Any
    tables: tuple[Table, ...]
    schema: Mapping[str, Any]
    inputs: Inputs
    title: Words
    sections: tuple[Section, ...]
    preliminary: bool = False
    drawn: dict[str, Mapping[str, bytes]] = field(default_factory=dict, compare=False, repr=False)
    """{language: its SVGs}, once they are drawn: figures and PDF show the same."""


def files_of(report: Report, formats: Collection[str] = FORMATS, languages: Sequence[str] = LANGUAGES) -> dict[str, bytes]:
    """{file name: bytes} of some of FORMATS; SPOKEN ones in `languages`. Names of a preliminary report say so, too."""
    begin = begin_name(report.name, preliminary=report.preliminary)
    label = "; ".join(report.labels)
    found: dict[str, bytes] = {}
    if "json" in formats:
        schema = f"{begin}.schema.json"
        found |= {f"{begin}.json": _json(_said(report, schema)), schema: _json(_marked(report.schema, label))}
    tables = report.tables if "csv" in formats else ()
    if "data" in formats:
        tables = (*tables, raw_table(report.inputs))
        title = f"{report.about['made_by']}, study {report.about['study']['key']}" + (f" ({label})" if label else "")
        found |= {f"{begin}-{name}": content for name, content in raw_files(report.inputs, title).items()}
    if "figures" in formats:
        found |= {f"{begin}-{name}": content for name, content in _figures(report, languages).items()}
    found |= {f"{begin}.{name}": content for name, content in _papers(report, formats, languages).items()}
    return found | _csvs(tables, begin, label)


def _papers(report: Report, formats: Collection[str], languages: Sequence[str]) -> dict[str, bytes]:
    # Imported here for the same reason as figures are; and what they typeset is built on reports.
    if not {"pdf", "xlsx"} & set(formats):
        return {}
    from radapp.reports.files.papers import pdf_files, workbook_files

    found = pdf_files(report, languages) if "pdf" in formats else {}
    return found | (workbook_files(report, languages) if "xlsx" in formats else {})


def _figures(report: Report, languages: Sequence[str]) -> dict[str, bytes]:
    # Imported here: whoever lists reports or makes their tables needs no matplotlib.
    from radapp.reports.files.figures.written import figure_files, source_of

    return figure_files(report.result, source_of(report), languages, report.drawn)


def _csvs(tables: Iterable[Table], begin: str, label: str) -> dict[str, bytes]:
    """The tables, and the dictionary of their columns; nothing for no table."""
    found: dict[str, bytes] = {}
    dictionary: list[dict[str, Any]] = []
    for table in tables:
        name, columns = f"{begin}-{table.name}.csv", (*table.columns, "label")
        found[name] = as_csv(columns, ({**row, "label": label} for row in table.rows))
        meanings = {**MEANINGS, **table.own}
        dictionary += [{"file": name, "column": one, "meaning": meanings[one], "label": label} for one in columns]
    if dictionary:
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
