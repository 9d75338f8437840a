"""Tables of the report on ROC curves: curves, operating points, areas, comparisons, several readers. No Django."""

from collections.abc import Iterator
from typing import Any

from radapp.reports.analyses.roc import Cohort, Line, Roc
from radapp.reports.analyses.several import Several
from radapp.reports.files.tables import (
    ESTIMATE,
    JUDGE,
    Table,
    comparisons,
    estimate_cells,
    figure_rows,
    judge_cells,
    table,
)

MEAN, DIFFERENCE = "mean area", "first minus second"


def of_roc(found: Roc) -> tuple[Table, ...]:
    """Everybody's figures are one file, the points to draw another."""
    lines = [(cohort, line) for cohort in found.cohorts for line in cohort.lines]
    points = ("false_positive_rate", "sensitivity", "cutoff")
    return (
        table(
            "curves",
            ("cohort", *JUDGE, *points, "small"),
            (
                {**_of(cohort, line), **{name: getattr(point, name) for name in points}, "small": line.area.small}
                for cohort, line in lines
                for point in line.curve
            ),
        ),
        table(
            "figures",
            ("cohort", *JUDGE, "measure", *ESTIMATE, "standing", "small"),
            (
                {**_of(cohort, line), **cells}
                for cohort, line in lines
                for cells in figure_rows({"auc": line.area, **line.point})
            ),
        ),
        comparisons(found.cohorts),
        _several(found),
    )


def _of(cohort: Cohort, line: Line) -> dict[str, Any]:
    return {"cohort": cohort.name, **judge_cells(line.judge)}


def _several(found: Roc) -> Table:
    estimate = tuple(name for name in ESTIMATE if name != "count")
    tests = ("statistic", "p", "adjusted_p", "significant", "standing", "small")
    about = ("readers", "cases", "design", "inference", "note")
    columns = ("cohort", "first", "second", *about, "measure", "side", "reader", *estimate, *tests)
    return table(
        "several-readers",
        columns,
        (
            {
                "cohort": cohort.name,
                "first": one.first,
                "second": one.second,
                **{name: getattr(one, name) for name in about if name != "readers"},
                "readers": len(one.readers),
                "small": one.small,
                **cells,
            }
            for cohort in found.cohorts
            for one in cohort.several
            for cells in _cells(one)
        ),
    )


def _cells(one: Several) -> Iterator[dict[str, Any]]:
    for side, area in zip((one.first, one.second), one.areas, strict=False):
        alone = not one.second
        yield {"measure": MEAN, "side": side, **estimate_cells(area), "standing": one.standing if alone else "exploratory"}
    if one.difference:
        adjusted = {"adjusted_p": one.adjusted.adjusted, "significant": one.adjusted.rejected} if one.adjusted else {}
        yield {"measure": DIFFERENCE, **estimate_cells(one.difference), **adjusted, "standing": one.standing}
    for of_one in one.each:
        yield {"measure": DIFFERENCE, "reader": of_one.reader, **estimate_cells(of_one), "standing": "exploratory"}
