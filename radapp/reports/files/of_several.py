"""The table of several readers at once. No Django."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from radapp.reports.analyses.several import Several
from radapp.reports.files.tables import ESTIMATE, Table, estimate_cells, table

MEANS = {"auc": "mean area", "sensitivity": "mean sensitivity", "specificity": "mean specificity"}
DIFFERENCES = {
    "auc": "first minus second",
    "sensitivity": "sensitivity, first minus second",
    "specificity": "specificity, first minus second",
}


class HasSeveral(Protocol):
    """A cohort with several readers."""

    @property
    def name(self) -> str:
        """The cohort's."""

    @property
    def several(self) -> tuple[Several, ...]:
        """Its readers at once."""


def several_table(cohorts: Iterable[HasSeveral]) -> Table:
    """One row a figure."""
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
            for cohort in cohorts
            for one in cohort.several
            for cells in _cells(one)
        ),
    )


def _cells(one: Several) -> Iterator[dict[str, Any]]:
    mean, difference = {"measure": MEANS[one.measure]}, {"measure": DIFFERENCES[one.measure]}
    alone = "exploratory" if one.second else one.standing
    for side, area in zip((one.first, one.second), one.areas, strict=False):
        yield {**mean, "side": side, **estimate_cells(area), "standing": alone}
    if one.difference:
        adjusted = {"adjusted_p": one.adjusted.adjusted, "significant": one.adjusted.rejected} if one.adjusted else {}
        yield {**difference, **estimate_cells(one.difference), **adjusted, "standing": one.standing}
    for of_one in one.each:
        yield {**difference, "reader": of_one.reader, **estimate_cells(of_one), "standing": "exploratory"}
