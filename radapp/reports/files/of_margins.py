"""The table of the protocol's hypotheses with a margin. No Django."""

from collections.abc import Iterable
from typing import Protocol

from radapp.reports.analyses.margins import Answer
from radapp.reports.files.tables import ESTIMATE, Table, estimate_cells

_OWN = {
    "analysis": "key of the protocol's analysis",
    "hypothesis": "non_inferiority: first is less than margin below second; equivalence: they differ by less than margin",
    "margin": "that the protocol named",
    "p": "one-sided; of equivalence the larger of the two",
    "adjusted_p": "corrected among the cohort's hypotheses with a margin, to be held against alpha",
    "alpha": "of the one-sided test: half of the protocol's",
    "verdict": "shown, not shown, exploratory (no claim), or not estimable",
    "said": "the verdict in words",
}


class HasMargins(Protocol):
    """A cohort with answers."""

    @property
    def name(self) -> str:
        """The cohort's."""

    @property
    def margins(self) -> tuple[Answer, ...]:
        """To the protocol's hypotheses."""


def margins_table(cohorts: Iterable[HasMargins]) -> tuple[Table, ...]:
    """One row a hypothesis and cohort; no table where there is none."""
    estimate = tuple(name for name in ESTIMATE if name != "count")
    about = ("first", "second", "hypothesis", "margin", "cases", "inference", "note", "standing", "verdict", "small")
    rows = tuple(
        {
            "cohort": cohort.name,
            "analysis": one.key,
            "measure": one.endpoint,
            **{name: getattr(one, name) for name in about},
            "readers": len(one.readers),
            **estimate_cells(one.against),
            "statistic": one.against.statistic,
            "p": one.against.p,
            "adjusted_p": one.adjusted.adjusted,
            "alpha": one.against.alpha,
            "said": one.words,
        }
        for cohort in cohorts
        for one in cohort.margins
    )
    columns = ("cohort", "analysis", "measure", *about[:5], "readers", *about[5:7], *estimate)
    tests = ("statistic", "p", "adjusted_p", "alpha", "standing", "verdict", "said", "small")
    return (Table("margins", (*columns, *tests), rows, own=_OWN),) if rows else ()
