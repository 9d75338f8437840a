"""Tables of the report on subgroups: figures of each group, and tests that groups are alike. No Django."""

from collections.abc import Iterator
from typing import Any

from radapp.reports.analyses.subgroups import Cohort, Row, Split, Subgroups
from radapp.reports.files.tables import ESTIMATE, JUDGE, Table, figure_rows, judge_cells

OWN = {
    "factor": "what cases are split by; empty: all cases",
    "group": "group of the factor; 'not known' where headers or the reference standard do not tell",
    "groups": "how many groups with cases the test holds together",
}


def of_subgroups(found: Subgroups) -> tuple[Table, ...]:
    """Figures and tests."""
    tests = ("statistic", "p", "adjusted_p", "correction", "alpha", "significant", "method", "n", "reason", "standing")
    return (
        Table(
            "figures",
            ("cohort", *JUDGE, "factor", "group", "diseased", "healthy", "measure", *ESTIMATE, "standing", "small"),
            tuple(_figures(found)),
            OWN,
        ),
        Table("tests", ("cohort", *JUDGE, "factor", "measure", "groups", *tests), tuple(_tests(found)), OWN),
    )


def _rows(found: Subgroups) -> Iterator[tuple[Cohort, Row]]:
    return ((cohort, row) for cohort in found.cohorts for row in cohort.rows)


def _figures(found: Subgroups) -> Iterator[dict[str, Any]]:
    for cohort, row in _rows(found):
        where = {"cohort": cohort.name, **judge_cells(row.judge)}
        groups = [("", row.whole), *((split.factor, group) for split in row.splits for group in split.groups)]
        for factor, group in groups:
            of_it = {"factor": factor, "group": group.name, "diseased": group.diseased, "healthy": group.healthy}
            yield from ({**where, **of_it, **cells} for cells in figure_rows(group.figures))


def _tests(found: Subgroups) -> Iterator[dict[str, Any]]:
    for cohort, row in _rows(found):
        for split in row.splits:
            for measure, one in split.tests.items():
                yield {
                    "cohort": cohort.name,
                    **judge_cells(row.judge),
                    "factor": split.factor,
                    "measure": measure,
                    "groups": _held_together(split, measure),
                    "statistic": one.test.statistic,
                    "p": one.test.p,
                    "adjusted_p": one.adjusted.adjusted if one.adjusted else None,
                    "correction": found.correction,
                    "alpha": found.alpha,
                    "significant": one.adjusted.rejected if one.adjusted else None,
                    "method": one.test.method,
                    "n": one.test.n,
                    "reason": one.test.reason,
                    "standing": "exploratory",
                }


def _held_together(split: Split, measure: str) -> int:
    return sum(measure in group.figures for group in split.groups)
