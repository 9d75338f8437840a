"""Tables of diagnostic performance: figures, counts, comparisons, several readers, margins. No Django."""

from radapp.reports.analyses.performance import Performance
from radapp.reports.files.of_margins import margins_table
from radapp.reports.files.of_several import several_table
from radapp.reports.files.tables import ESTIMATE, JUDGE, Table, comparisons, figure_rows, judge_cells, table


def of_performance(found: Performance) -> tuple[Table, ...]:
    """Figures, fourfold tables, comparisons."""
    rows = [(cohort, row) for cohort in found.cohorts for row in cohort.rows]
    counts = ("cases", "not_assessable", "without_truth")
    cells = ("true_positive", "false_negative", "false_positive", "true_negative", "small")
    return (
        table(
            "figures",
            ("cohort", *JUDGE, "measure", *ESTIMATE, "standing", "small"),
            (
                {"cohort": cohort.name, **judge_cells(row.judge), **cells}
                for cohort, row in rows
                for cells in figure_rows(row.figures)
            ),
        ),
        table(
            "counts",
            ("cohort", *JUDGE, *counts, *cells),
            (
                {"cohort": cohort.name, **judge_cells(row.judge), **{name: getattr(row, name) for name in (*counts, *cells)}}
                for cohort, row in rows
            ),
        ),
        comparisons(found.cohorts),
        several_table(found.cohorts),
        *margins_table(found.cohorts),
    )
