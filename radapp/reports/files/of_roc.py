"""Tables of the report on ROC curves: curves, operating points, areas, comparisons, several readers. No Django."""

from typing import Any

from radapp.reports.analyses.roc import Cohort, Line, Roc
from radapp.reports.files.of_margins import margins_table
from radapp.reports.files.of_several import several_table
from radapp.reports.files.tables import (
    ESTIMATE,
    JUDGE,
    Table,
    comparisons,
    figure_rows,
    judge_cells,
    table,
)


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
        several_table(found.cohorts),
        *margins_table(found.cohorts),
    )


def _of(cohort: Cohort, line: Line) -> dict[str, Any]:
    return {"cohort": cohort.name, **judge_cells(line.judge)}
