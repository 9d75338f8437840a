"""Tables of the flow of cases. No Django."""

from collections.abc import Iterator
from typing import Any

from radapp.reports.analyses.stard import Stard
from radapp.reports.files.tables import JUDGE, Table, judge_cells

OWN = {
    "step": "assessed; left_out with its reason; practice; withdrawn; counted",
    "patients": "patients of these cases",
    "count": "how many cases",
    "basis": "of an established reference standard; empty: all cases of the cohort",
    "call": "called, not_called, not_assessable, or not_read",
    "without_truth": "without an established reference standard",
    "debatable": "cases whose reference standard is marked debatable",
}


def of_stard(found: Stard) -> tuple[Table, ...]:
    """Steps, cohorts with their reference standard, calls of each judge."""
    truths = ("diseased", "healthy", "without_truth")
    return (
        Table("steps", ("step", "reason", "count"), tuple(_steps(found)), OWN),
        Table("cohorts", ("cohort", "basis", "count", "patients", *truths, "debatable"), tuple(_cohorts(found)), OWN),
        Table("calls", ("cohort", *JUDGE, "call", "count", *truths), tuple(_calls(found)), OWN),
    )


def _steps(found: Stard) -> Iterator[dict[str, Any]]:
    yield {"step": "assessed", "count": found.assessed}
    yield from ({"step": "left_out", "reason": reason, "count": count} for reason, count in found.left_out.items())
    yield from ({"step": step, "count": getattr(found, step)} for step in ("practice", "withdrawn", "counted"))


def _cohorts(found: Stard) -> Iterator[dict[str, Any]]:
    for cohort in found.cohorts:
        names = ("patients", "diseased", "healthy", "without_truth", "debatable")
        yield {"cohort": cohort.name, "count": cohort.cases, **{name: getattr(cohort, name) for name in names}}
        yield from ({"cohort": cohort.name, "basis": basis, "count": count} for basis, count in cohort.bases.items())


def _calls(found: Stard) -> Iterator[dict[str, Any]]:
    for cohort in found.cohorts:
        for one in cohort.judges:
            where = {"cohort": cohort.name, **judge_cells(one.judge)}
            for branch in one.branches:
                truths = {name: getattr(branch, name) for name in ("diseased", "healthy", "without_truth")}
                yield {**where, "call": branch.call, "count": branch.cases, **truths}
            yield {**where, "call": "not_read", "count": one.not_read}
