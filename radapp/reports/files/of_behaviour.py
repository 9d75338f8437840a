"""Tables of the report on readers' behaviour: times, and what changed with aid. No Django."""

from collections.abc import Iterator
from typing import Any

from radapp.reports.analyses.behaviour import Behaviour, Switches
from radapp.reports.analyses.comparisons import label
from radapp.reports.files.of_margins import margins_table
from radapp.reports.files.tables import ESTIMATE, JUDGE, Table, estimate_cells, figure_rows, judge_cells, table

_TEST = ("statistic", "p", "adjusted_p", "significant")


def of_behaviour(found: Behaviour) -> tuple[Table, ...]:
    """Times in seconds; counts of switches; figures of switches."""
    cells = ("cases", "stayed_right", "to_right", "to_wrong", "stayed_wrong", "small")
    rows = [(cohort, one) for cohort in found.cohorts for one in cohort.switches]
    about = ("cohort", "aided", "unaided", "among")
    return (
        table(
            "times",
            (*JUDGE, "measure", *ESTIMATE, "statistic", "p", "standing", "small"),
            ({**judge_cells(one.judge), **row} for one in found.paces for row in figure_rows(one.measures)),
        ),
        table(
            "switches",
            (*about, *cells),
            ({"cohort": cohort.name, **_of(one), **{name: getattr(one, name) for name in cells}} for cohort, one in rows),
        ),
        table(
            "aid",
            (*about, "measure", *ESTIMATE, *_TEST, "standing", "small"),
            ({"cohort": cohort.name, **_of(one), **row} for cohort, one in rows for row in _figures(one)),
        ),
        *margins_table(found.cohorts),
    )


def _of(one: Switches) -> dict[str, Any]:
    return {"aided": label(one.aided), "unaided": label(one.unaided), "among": one.among}


def _figures(one: Switches) -> Iterator[dict[str, Any]]:
    exploratory = {"standing": "exploratory", "small": one.small}
    yield {"measure": "right_calls", **estimate_cells(one.difference), "standing": one.standing, "small": one.small}
    for name, test in (("mcnemar_exact", one.exact), ("mcnemar_mid_p", one.mid_p)):
        cells = {field: getattr(test, field) for field in ("p", "method", "n", "reason")}
        if name == "mcnemar_exact" and one.adjusted:
            cells |= {"adjusted_p": one.adjusted.adjusted, "significant": one.adjusted.rejected}
        yield {"measure": name, **cells, "standing": one.standing, "small": one.small}
    for name, share in (("lost", one.lost), ("gained", one.gained)):
        yield {"measure": name, **estimate_cells(share), **exploratory}
