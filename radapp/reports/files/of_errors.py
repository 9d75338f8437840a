"""Tables of the report on errors: bars, their categories, and coders' agreement. No Django."""

from collections.abc import Iterator
from typing import Any

from radapp.reports.analyses.errors import Bar, Coders, Errors
from radapp.reports.files.tables import ESTIMATE, JUDGE, Table, estimate_cells, judge_cells, table


def of_errors(found: Errors) -> tuple[Table, ...]:
    """One row a bar; one row a category of a bar; agreement."""
    bars = [(cohort.name, bar) for cohort in found.cohorts for bar in cohort.bars]
    counts = ("total", "settled", "adjudicated", "small")
    return (
        table(
            "bars",
            ("cohort", *JUDGE, "error", *counts, *ESTIMATE),
            (
                {**_of(cohort, bar), **{name: getattr(bar, name) for name in counts}, **estimate_cells(bar.rate)}
                for cohort, bar in bars
            ),
        ),
        table(
            "categories",
            ("cohort", *JUDGE, "error", "category", "primary", "among_causes", *ESTIMATE, "small"),
            (
                {
                    **_of(cohort, bar),
                    "category": cell.category,
                    "primary": cell.primary,
                    "among_causes": cell.among,
                    **estimate_cells(cell.share),
                    "small": cell.small,
                }
                for cohort, bar in bars
                for cell in bar.cells
            ),
        ),
        table(
            "coders",
            ("first_coder", "second_coder", "error", "measure", "category", *ESTIMATE, "small"),
            (row for one in found.coders for row in _coders(one)),
        ),
    )


def _of(cohort: str, bar: Bar) -> dict[str, Any]:
    return {"cohort": cohort, **judge_cells(bar.judge), "error": bar.error}


def _coders(one: Coders) -> Iterator[dict[str, Any]]:
    who = {"first_coder": one.first, "second_coder": one.second, "error": one.error, "small": one.small}
    for name in ("agreement", "kappa", "ac1"):
        yield {**who, "measure": name, **estimate_cells(getattr(one, name))}
    for key, estimate in one.categories.items():
        yield {**who, "measure": "specific_agreement", "category": key, **estimate_cells(estimate)}
