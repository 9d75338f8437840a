"""Tables of the ledger: every examination, paths, the running rate, overrides, reasons of withheld advice. No Django."""

from collections.abc import Iterator, Mapping
from typing import Any

from radapp.reports.analyses.ledger import Ledger, Outcome, Rate
from radapp.reports.files.tables import ESTIMATE, Table, estimate_cells

OUTCOMES = {one.value: one.value.replace(", ", "_").replace(" ", "_") for one in Outcome}
"""{outcome: its column}"""
COUNTS = ("examinations", "due", "established", "missed", "not_due", "without_outcome", "early")
OWN: Mapping[str, str] = {
    "advised": "contrast, no contrast, or withheld; as it was when somebody decided",
    "decided": "confirmed, overridden, or nobody decided",
    "contrast": "given: an enhanced series is in the archive; not given: none is, and a person decided so; unknown",
    "contrast_decided": "yes where the override was for contrast",
    "withheld_for": "why advice was withheld",
    "path": "all, or how an examination came to leave without contrast",
    "up_to_month": "months since the first examination's; the figure takes in all examinations up to then; empty: all",
    "measure": "missed_rate (of established), worst (all without an outcome missed), best (none of them)",
    "examinations": "how many examinations",
    "due": "whose horizon has passed",
    "established": "due, with an outcome: the rate is of these",
    "missed": "recurrences among the established: left without contrast, and had one",
    "not_due": "whose horizon has not passed: in no rate",
    "without_outcome": "due, without an outcome: in worst and best alone",
    "early": "recurrences known before the outcome was due: in no rate yet",
    "contrast_given": "of these, with an enhanced series in the archive",
    "contrast_not_given": "of these, decided to end without contrast",
    "contrast_unknown": "of these, neither known",
    **{name: f"how many: {outcome}" for outcome, name in OUTCOMES.items()},
}


def of_ledger(found: Ledger) -> tuple[Table, ...]:
    """Four files."""
    outcomes = tuple(OUTCOMES.values())
    return (
        Table("paths", ("advised", "decided", "contrast", "examinations", *outcomes, "early"), tuple(_paths(found)), OWN),
        Table(
            "missed-rate",
            ("path", "up_to_month", *COUNTS, "measure", *ESTIMATE, "small"),
            tuple(_rates(found)),
            OWN,
        ),
        Table(
            "overrides",
            ("advised", "contrast_decided", "examinations", *outcomes, "early", "small"),
            tuple(
                {
                    **{
                        name: getattr(one, name)
                        for name in ("advised", "contrast_decided", "examinations", "early", "small")
                    },
                    **outcome_cells(one.outcomes),
                }
                for one in found.overrides
            ),
            OWN,
        ),
        Table(
            "withheld",
            (
                "withheld_for",
                "examinations",
                "contrast_given",
                "contrast_not_given",
                "contrast_unknown",
                *outcomes,
                "small",
            ),
            tuple(
                {
                    "withheld_for": one.reason,
                    "examinations": one.examinations,
                    **{f"contrast_{name.replace(' ', '_')}": count for name, count in one.contrast.items()},
                    **outcome_cells(one.outcomes),
                    "small": one.small,
                }
                for one in found.withheld
            ),
            OWN,
        ),
    )


def outcome_cells(outcomes: Mapping[str, int]) -> dict[str, int]:
    """By column."""
    return {OUTCOMES[name]: count for name, count in outcomes.items()}


def _paths(found: Ledger) -> Iterator[dict[str, Any]]:
    for one in found.groups:
        yield {
            **{name: getattr(one, name) for name in ("advised", "decided", "contrast", "examinations", "early")},
            **outcome_cells(one.outcomes),
        }


def _rates(found: Ledger) -> Iterator[dict[str, Any]]:
    for path, rate in (("all", found.left), *found.by_path.items()):
        yield from _rate(rate, {"path": path})
    for point in found.running:
        yield from _rate(point.running, {"path": "all", "up_to_month": point.month})


def _rate(rate: Rate, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    counts = {name: getattr(rate, name) for name in COUNTS}
    for measure, one in (("missed_rate", rate.rate), ("worst", rate.worst), ("best", rate.best)):
        yield {**where, **counts, "measure": measure, **estimate_cells(one), "small": rate.small}
