"""Tables of the sensitivity of costs: tornado, draws, sweep, calling back. No Django."""

from collections.abc import Iterator, Mapping
from typing import Any

from radapp.reports.analyses.economics_sensitivity import Cohort, EconomicsSensitivity
from radapp.reports.files.tables import ESTIMATE, Table, estimate_cells

_ESTIMATE = tuple(name for name in ESTIMATE if name != "count")
_OWN: Mapping[str, str] = {
    "parameter": (
        "what is varied alone: unenhanced, seconds (of an examination, with and without contrast alike); surcharge, "
        "more_seconds (what contrast adds); exchange_rate; negative_of_diseased, "
        "negative_of_healthy: share of those with, without recurrence who are spared contrast; "
        "positive_of_enhanced_diseased: of recurrences sent to contrast, those in the positive tier; "
        "called_of_suspicious_diseased: of recurrences in the suspicious tier, those that T1WIC calls; prevalence"
    ),
    "parameter_base": "the parameter as it is",
    "parameter_low": "its low end: the range of prices, the Wilson limit of a share, the lowest prevalence",
    "parameter_high": "its high end",
    "outcome": (
        "of 1000 patients: cost, saved, hours, hours_saved, detected, missed, missed_more (than with contrast for all), "
        "cost_per_detected (the tactic's whole cost by what it detects); …_exchanged: in exchange_currency"
    ),
    "at_base": "the outcome with everything as it is",
    "at_low": "the outcome at the parameter's low end",
    "at_high": "the outcome at the parameter's high end",
    "called_back": "of those who need contrast, the share that comes back for a second visit",
    "patients": "called back, of 1000",
    "probability": "share of the draws in which the tactic costs less than contrast for all",
    "probability_of_hours": "share of the draws in which it takes less scanner time",
    "standard_error": "of probability, by the number of draws",
    "draws": "how many",
    "saved": "money, against contrast for all",
    "hours_saved": "of the scanner, against contrast for all",
}


def of_economics_sensitivity(found: EconomicsSensitivity) -> tuple[Table, ...]:
    """One file each: tornado, draws, chances to save, sweep, calling back, break-even."""
    bars = ("parameter", "parameter_base", "parameter_low", "parameter_high", "outcome", "at_base", "at_low", "at_high")
    chances = ("called_back", "probability", "probability_of_hours", "standard_error", "draws")
    steps = ("called_back", "patients", "cost", "saved", "hours", "hours_saved", "currency")
    cohorts = found.cohorts
    return (
        _table("tornado", (*bars, "reason", "small"), cohorts, _tornado),
        _table("draws", ("outcome", *_ESTIMATE, "small"), cohorts, _draws),
        _table("chance-to-save", (*chances, "small"), cohorts, _chances),
        _table("sweep", ("prevalence", "measure", *_ESTIMATE, "small"), cohorts, _sweep),
        _table("call-back", (*steps, "small"), cohorts, lambda one: _steps(one, found.tariff.currency)),
        _table("break-even", ("measure", *_ESTIMATE, "small"), cohorts, _break_even),
    )


def _table(name: str, columns: tuple[str, ...], cohorts: tuple[Cohort, ...], rows: Any) -> Table:
    return Table(
        name,
        ("cohort", *columns),
        tuple({"cohort": one.name, "small": one.small, **row} for one in cohorts for row in rows(one)),
        own={column: _OWN[column] for column in columns if column in _OWN},
    )


def _tornado(cohort: Cohort) -> Iterator[dict[str, Any]]:
    for bar in cohort.tornado:
        about = {
            "parameter": bar.parameter,
            "parameter_base": bar.base,
            "parameter_low": bar.low,
            "parameter_high": bar.high,
            "reason": bar.reason,
        }
        if not bar.outcomes:
            yield about
        for outcome, (low, high) in bar.outcomes.items():
            yield {**about, "outcome": outcome, "at_base": cohort.base[outcome], "at_low": low, "at_high": high}


def _draws(cohort: Cohort) -> Iterator[dict[str, Any]]:
    if cohort.simulated:
        yield from ({"outcome": name, **estimate_cells(one)} for name, one in cohort.simulated.outcomes.items())


def _chances(cohort: Cohort) -> Iterator[dict[str, Any]]:
    if cohort.simulated:
        yield from ({**vars(one), "draws": cohort.simulated.draws} for one in cohort.simulated.saves)


def _sweep(cohort: Cohort) -> Iterator[dict[str, Any]]:
    for one in cohort.sweep:
        estimates = {
            "ppv": one.positive_predictive_value,
            "npv": one.negative_predictive_value,
            "missed_per_1000": one.missed,
        }
        for name, estimate in estimates.items():
            yield {"prevalence": one.prevalence, "measure": name, **estimate_cells(estimate)}
        for name, value in one.outcomes.items():
            yield {"prevalence": one.prevalence, "measure": name, "value": value}


def _steps(cohort: Cohort, currency: str) -> Iterator[dict[str, Any]]:
    for one in cohort.called_back.steps if cohort.called_back else ():
        yield {**vars(one), "called_back": one.share, "currency": currency}


def _break_even(cohort: Cohort) -> Iterator[dict[str, Any]]:
    back = cohort.called_back
    if back:
        found = {"needing_contrast": back.needing, "break_even_of_cost": back.of_cost, "break_even_of_hours": back.of_hours}
        yield from ({"measure": name, **estimate_cells(one)} for name, one in found.items())
