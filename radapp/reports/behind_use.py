"""Which examinations of clinical use a cell of the ledger counts: conditions over the frozen inputs. No Django."""

from collections.abc import Callable, Mapping

from radapp.reports.analyses.ledger import UNKNOWN, Options, is_early, outcome_of
from radapp.reports.conditions import USE_CONDITIONS, UnknownConditionError
from radapp.reports.inputs.clinical import ClinicalInputs, ExaminationRow

EARLY, DUE_UNKNOWN, ESTABLISHED = "early recurrence", "due without an outcome", "established"
"""Outcomes that take in others, or are told beside them."""
_FACTS: Mapping[str, Callable[[ExaminationRow], str]] = {
    "advised": lambda row: row.advised.value,
    "decided": lambda row: row.decided.value,
    "contrast": lambda row: row.contrast.value,
    "withheld": lambda row: row.withheld.value,
    "contrast_decided": lambda row: {True: "yes", False: "no", None: ""}[row.decided_contrast],
}


def examinations_behind(
    inputs: ClinicalInputs, conditions: Mapping[str, str], options: Options
) -> tuple[ExaminationRow, ...]:
    """Those that meet all of `conditions` (USE_CONDITIONS), in their order. Raises UnknownConditionError."""
    strange = sorted(set(conditions) - set(USE_CONDITIONS))
    if strange:
        raise UnknownConditionError(f"found {', '.join(strange)}; expected {', '.join(USE_CONDITIONS)}")
    if not conditions.get("up_to", "0").isdecimal():
        raise UnknownConditionError(f"found up_to {conditions['up_to']!r}; expected a number of months")
    return tuple(row for row in inputs.cases if _meets(row, conditions, options))


def _meets(row: ExaminationRow, conditions: Mapping[str, str], options: Options) -> bool:
    if any(conditions[name] != fact(row) for name, fact in _FACTS.items() if name in conditions):
        return False
    if "up_to" in conditions and (row.month is None or row.month > int(conditions["up_to"])):
        return False
    return "outcome" not in conditions or _turned_out(row, conditions["outcome"], options)


def _turned_out(row: ExaminationRow, wanted: str, options: Options) -> bool:
    found = outcome_of(row, options)
    if wanted == EARLY:
        return is_early(row, options)
    if wanted == DUE_UNKNOWN:
        return found in UNKNOWN
    if wanted == ESTABLISHED:
        return found.value in {"recurrence", "no recurrence"}
    return found.value == wanted
