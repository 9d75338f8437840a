"""Tables of the tactic: tiers, Table 2's figures, and both as cross-validated. No Django."""

from collections.abc import Iterator
from typing import Any

from radapp.reports.analyses.tactic import TacticTable
from radapp.reports.analyses.validation import MEASURES, Validated
from radapp.reports.files.tables import ESTIMATE, Table, estimate_cells, figure_rows, table

_OWN = {
    "how": (
        "apparent: the cutoffs chosen on all these cases by the paper's rule; cross_validated: chosen again without the "
        "cases that are judged; bootstrap: apparent minus optimism"
    ),
    "measure": "sensitivity, specificity, accuracy, or spared_contrast: the share in the negative tier",
    "target": "sensitivity that the second cutoff is chosen for",
    "same_calls": "cases that the cutoffs by the rule call as the study has it",
    "left_out": "without a T1_T2 score",
    "cross_validated_cases": "mean over the repeats; empty where nothing could be cross-validated",
    "cross_validated_diseased": "of these, with recurrence",
}


def of_tactic(found: TacticTable) -> tuple[Table, ...]:
    """Tiers, and the figures of Table 2."""
    tiers = (
        "tier",
        "cases",
        "diseased",
        "healthy",
        "detected",
        "false_alarms",
        "missed",
        "enhanced_would_detect",
        "enhanced",
    )
    rows = [
        {"cohort": cohort.name, **{name: getattr(tier, name) for name in (*tiers, "small")}}
        for cohort in found.cohorts
        for tier in cohort.tiers
    ]
    figures = [
        {"cohort": cohort.name, "judge": judge, "apparent": found.apparent, **cells}
        for cohort in found.cohorts
        for judge, of_it in (("DARNDEST", cohort.tactic), ("T1_T2", cohort.unenhanced_only))
        for cells in figure_rows(of_it)
    ]
    return (
        table("tiers", ("cohort", *tiers, "small"), rows),
        table("figures", ("cohort", "judge", "measure", *ESTIMATE, "apparent", "standing", "small"), figures),
        *_of_validation(found),
    )


def _of_validation(found: TacticTable) -> tuple[Table, ...]:
    """None where cutoffs were set beforehand."""
    known = [(cohort.name, cohort.validated) for cohort in found.cohorts if cohort.validated]
    if not known:
        return ()
    about = ("cases", "left_out", "same_calls", "target")
    mix = ("tier", "cases", "diseased", "cross_validated_cases", "cross_validated_diseased")
    return (
        Table(
            "validated",
            ("cohort", "how", "measure", *ESTIMATE, *about, "small"),
            tuple(
                {"cohort": name, **{column: getattr(one, column) for column in (*about, "small")}, **row}
                for name, one in known
                for row in _figures(one)
            ),
            own=_OWN,
        ),
        Table(
            "validated-tiers",
            ("cohort", *mix, "small"),
            tuple({"cohort": name, "small": one.small, **vars(row)} for name, one in known for row in one.mix),
            own=_OWN,
        ),
    )


def _figures(one: Validated) -> Iterator[dict[str, Any]]:
    if one.reason:
        yield {"reason": one.reason}
    for how, found in (("apparent", one.apparent), ("cross_validated", one.cross_validated)):
        for name in MEASURES:
            if name in found:
                yield {"how": how, "measure": name, **estimate_cells(found[name])}
    if one.corrected:
        yield {"how": "bootstrap", "measure": "sensitivity", **estimate_cells(one.corrected)}
