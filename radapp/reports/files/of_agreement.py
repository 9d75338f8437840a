"""Tables of the report on agreement: figures of pairs, who called what, and several readers together. No Django."""

from typing import Any

from radapp.reports.analyses.agreement import Agreement, Cohort, Pair
from radapp.reports.analyses.comparisons import label
from radapp.reports.files.tables import ESTIMATE, Table, figure_rows, table

_PAIR = ("cohort", "relation", "first", "second", "stratum")


def of_agreement(found: Agreement) -> tuple[Table, ...]:
    """Pairs, their calls, groups."""
    pairs = [(cohort, pair) for cohort in found.cohorts for pair in cohort.pairs]
    cells = ("cases", "both", "first_only", "second_only", "neither")
    return (
        table(
            "pairs",
            (*_PAIR, "measure", *ESTIMATE, "standing", "small"),
            ({**_of(cohort, pair), **row} for cohort, pair in pairs for row in figure_rows(pair.measures)),
        ),
        table(
            "calls",
            (*_PAIR, *cells),
            ({**_of(cohort, pair), **{name: getattr(pair, name) for name in cells}} for cohort, pair in pairs),
        ),
        table(
            "groups",
            ("cohort", "seniority", "arm", "stage", "readers", "cases", "measure", *ESTIMATE, "standing", "small"),
            (
                {
                    "cohort": cohort.name,
                    **{name: getattr(one, name) for name in ("seniority", "arm", "stage", "cases")},
                    "readers": len(one.readers),
                    **row,
                }
                for cohort in found.cohorts
                for one in cohort.groups
                for row in figure_rows(one.measures)
            ),
        ),
    )


def _of(cohort: Cohort, pair: Pair) -> dict[str, Any]:
    return {
        "cohort": cohort.name,
        "relation": pair.relation,
        "first": label(pair.first),
        "second": label(pair.second),
        "stratum": pair.stratum,
    }
