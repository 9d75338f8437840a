"""Rows of reproduced figures as text: published | recomputed | method | verdict, then the reasons. No torch."""

import json
from collections.abc import Iterable, Sequence

from ml.evaluation.paper.found import Value, half_up
from ml.evaluation.paper.rows import Row, Verdict, tally
from ml.evaluation.plain import plain

SOURCE = "Deng et al., Cancer Imaging 2025, doi:10.1186/s40644-025-00853-5 (CC BY 4.0)"
NOTHING = "–"
UNITS = {"x": "times"}
COLUMNS = ("figure", "published", "recomputed", "method", "verdict")
WIDEST = 44


def published(row: Row) -> str:
    """What the paper prints, in its unit; a dash where it prints nothing."""
    if isinstance(row.printed, str):
        return row.printed
    return _number(row.printed, row.decimals, row.unit)


def recomputed(row: Row) -> str:
    """What its counts give, to the printed decimals."""
    return row.text or _number(row.value, row.decimals, row.unit)


def with_note(row: Row) -> str:
    """What its counts give, and what else is worth knowing."""
    return f"{recomputed(row)}. {row.note}" if row.note else recomputed(row)


def _number(value: Value, decimals: int | None, unit: str) -> str:
    if value is None:
        return NOTHING
    values = value if isinstance(value, tuple) else (value,)
    words = " to ".join("no limit" if one is None else _rounded(one, decimals) for one in values)
    return f"{words} {UNITS.get(unit, unit)}".rstrip()


def _rounded(value: float, decimals: int | None) -> str:
    return f"{value:,.4g}" if decimals is None else f"{half_up(value, decimals):,.{decimals}f}"


def sections(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by where in the paper they stand, in order of appearance."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.section, []).append(row)
    return found


def by_reason(rows: Iterable[Row], verdict: Verdict) -> dict[str, list[Row]]:
    """Rows of one verdict by its reason."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.verdict is verdict:
            found.setdefault(row.reason, []).append(row)
    return found


def as_text(rows: Sequence[Row]) -> str:
    """Tables for a terminal, one a section; then why figures are explained, not decidable or not reproduced."""
    blocks = [SOURCE, *(f"{section}\n{_table(of)}" for section, of in sections(rows).items())]
    for verdict in (Verdict.NOT_REPRODUCED, Verdict.EXPLAINED, Verdict.NOT_DECIDABLE):
        reasons = by_reason(rows, verdict)
        if reasons:
            count = sum(map(len, reasons.values()))
            blocks.append("\n".join([f"Why {count} are {verdict}", *map(_why, reasons.items())]))
    return "\n\n".join(blocks) + "\n"


def as_document(rows: Sequence[Row]) -> str:
    """JSON: source, sums, and every row in full precision."""
    document = {"source": SOURCE, "sums": plain(tally(rows)), "rows": plain(rows)}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _table(rows: Sequence[Row]) -> str:
    lines = [COLUMNS, *((row.id, published(row), recomputed(row), row.method, str(row.verdict)) for row in rows)]
    widths = [min(WIDEST, max(map(len, column))) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _why(reason: tuple[str, list[Row]]) -> str:
    words, rows = reason
    names = [f"    {row.id}: {with_note(row)}" for row in rows]
    return "\n".join([f"  {words}", *names])
