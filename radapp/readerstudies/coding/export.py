"""The codes of a study as CSV: one row for each error that both coders locked."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from radapp.readerstudies.coding.agreement import numbers_of_coders
from radapp.readerstudies.coding.categories import precedence_of
from radapp.readerstudies.coding.erring import items_of, said_by, source_of
from radapp.readerstudies.coding.standing import Standing, standing_of
from radapp.readerstudies.models import CodingItem, ReaderStudy
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.reference.status import Status, statuses
from radapp.readerstudies.terms import protocol_in_force

_CODE = ("coder", "primary", "contributors", "remark")
COLUMNS = (
    "case",
    "cohort",
    "error",
    "source_kind",
    "source",
    "arm",
    "stage",
    "simulated",
    "likelihood",
    "score",
    "cutoff",
    *(f"{place}_{name}" for place in ("first", "second") for name in _CODE),
    "state",
    "adjudicated_primary",
    "adjudicated_contributors",
    "adjudication_reason",
    "final_primary",
    "final_contributors",
    "proposal",
    "evidence",
    "debatable",
    "rt_stage",
    "sites",
    "kinds",
    "basis",
    "synthetic",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def codes_as_csv(study: ReaderStudy) -> str:
    """Lists stand in one cell, separated by '; '. A byte order mark lets spreadsheets read Chinese."""
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in _rows(study))
    return "\ufeff" + target.getvalue()


def _rows(study: ReaderStudy) -> Iterator[dict[str, Any]]:
    protocol, truths, numbers = protocol_in_force(study), statuses(study), numbers_of_coders(study)
    for item in items_of(study).order_by("case__number", "pk"):
        standing = standing_of(item, protocol.coding, precedence_of(protocol.coding, item.error))
        if standing.both_locked:
            yield {
                **_error(item, protocol, truths[item.case_id]),
                **_codes(standing, numbers),
                **_decided(item, standing),
                "synthetic": study.synthetic or item.case.synthetic,
            }


def _error(item: CodingItem, protocol: Protocol, truth: Status) -> dict[str, Any]:
    source = source_of(item)
    return {
        "case": item.case.number,
        "cohort": item.case.cohort,
        "error": item.error,
        "source_kind": source.kind,
        "source": source.name,
        "arm": source.arm,
        "stage": source.stage,
        "simulated": source.simulated,
        **said_by(item, protocol),
        "debatable": truth.debatable,
        "rt_stage": truth.rt_stage,
        "sites": truth.sites,
        "kinds": truth.kinds,
        "basis": truth.basis,
    }


def _codes(standing: Standing, numbers: dict[int, int]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for place, code in zip(("first", "second"), standing.codes, strict=True):
        said = (numbers[code.coder_id], code.primary, code.contributors, code.remark)
        cells |= {f"{place}_{name}": value for name, value in zip(_CODE, said, strict=True)}
    return cells


def _decided(item: CodingItem, standing: Standing) -> dict[str, Any]:
    decided, final, proposal = standing.adjudication, standing.final, getattr(item, "proposal", None)
    return {
        "state": standing.state.value,
        "adjudicated_primary": decided.primary if decided else "",
        "adjudicated_contributors": decided.contributors if decided else (),
        "adjudication_reason": decided.reason if decided else "",
        "final_primary": final.primary if final else "",
        "final_contributors": final.contributors if final else (),
        "proposal": proposal.category if proposal else "",
        "evidence": [one["text"] for one in proposal.evidence] if proposal else (),
    }


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
