"""Patients, money and hours of a thousand patients: Table 2, the economic analysis, and what the Discussion makes of it.

No torch. A tier's cost per true positive is that of a thousand enhanced examinations, whatever the tier; its interval comes
from the corrected Wilson limits of the patients detected, in whole patients of a thousand.
"""

from fractions import Fraction
from typing import Any

from ml.evaluation.estimate import Interval, proportion
from ml.evaluation.paper.found import Found, half_up, per_thousand
from ml.evaluation.paper.published import Counts, Published

FIGURE_4 = "It stands in Fig. 4 alone, which is not in the text at hand: there is nothing to hold it against."
LOST = "Its sentence is lost at a page break of the text at hand, and we lack Fig. 4: there is nothing to hold it against."
THOUSAND = 1000


def tier_row(figure: Published, counts: Counts) -> Found:
    """Patients of a tier, with recurrence, or detected, of a thousand; by the test set's shares."""
    _, cohort, name, what = figure.parts
    tier = counts.tiers[cohort][name]
    implied = {"k": getattr(tier, what.removesuffix("_per_1000")), "n": counts.total(cohort)}
    value = 1000 * figure.inputs["k"] / figure.inputs["n"]
    return Found(value=value, method="the test set's share of 1000", implied=implied)


def tariff_row(figure: Published, _: Counts) -> Found:
    """A thousand examinations of one kind."""
    return Found(value=figure.inputs["n"] * figure.inputs["tariff_cny"], method="1000 examinations at the tariff")


def yuan(counts: Counts, arm: str) -> int:
    """What a thousand patients cost under an arm; DARNDEST's by the cohort, as "DARNDEST.internal"."""
    tariff = counts.tariff
    if not arm.startswith("DARNDEST."):
        return THOUSAND * (tariff.enhanced if arm == "conventional" else tariff.unenhanced)
    cohort = arm.partition(".")[2]
    n, enhanced = counts.total(cohort), counts.enhanced(cohort)
    return int(half_up(_total(n, enhanced, tariff.enhanced, tariff.unenhanced), 0))


def _total(n: int, enhanced: int, with_contrast: int, without: int) -> Fraction:
    return Fraction(THOUSAND * (with_contrast * enhanced + without * (n - enhanced)), n)


def hours(counts: Counts, arm: str) -> float:
    """Of the scanner for a thousand patients, one decimal as printed; the tactic's from the printed ones."""
    tariff = counts.tariff
    if not arm.startswith("DARNDEST."):
        seconds = tariff.enhanced_seconds if arm == "conventional" else tariff.unenhanced_seconds
        return half_up(THOUSAND * seconds / 3600, 1)
    cohort = arm.partition(".")[2]
    short, long = hours(counts, "unenhanced"), hours(counts, "conventional")
    return half_up(_hours(short, long, counts.enhanced(cohort), counts.total(cohort)), 1)


def _hours(short: float, long: float, enhanced: int, n: int) -> float:
    return short + (long - short) * enhanced / n


def cost_row(figure: Published, counts: Counts) -> Found:
    """DARNDEST's cost in CNY, and any arm's in dollars."""
    inputs, last = figure.inputs, figure.parts[-1]
    if last == "usd":
        arm = f"DARNDEST.{figure.parts[1]}" if len(figure.parts) == 4 else figure.parts[1]
        return _dollars(inputs, yuan(counts, arm), counts)
    cohort, tariff = figure.parts[1], counts.tariff
    n, enhanced = inputs["n"], inputs["n_enhanced"]
    return Found(
        value=float(_total(n, enhanced, inputs["tariff_enhanced"], inputs["tariff_unenhanced"])),
        method="both tariffs by the exact share enhanced",
        implied={
            "n": counts.total(cohort),
            "n_enhanced": counts.enhanced(cohort),
            "tariff_enhanced": tariff.enhanced,
            "tariff_unenhanced": tariff.unenhanced,
        },
    )


def _dollars(inputs: Any, cny: int, counts: Counts) -> Found:
    value = inputs["cny"] / inputs["rate"]
    return Found(value=value, method="CNY at 7.17 a dollar", implied={"cny": cny, "rate": counts.tariff.rate})


def time_row(figure: Published, counts: Counts) -> Found:
    """Hours of the scanner."""
    inputs = figure.inputs
    if "seconds_per_exam" in inputs:
        return Found(value=inputs["n"] * inputs["seconds_per_exam"] / 3600, method="1000 examinations by their seconds")
    cohort = figure.parts[1]
    return Found(
        value=_hours(inputs["h_unenhanced"], inputs["h_conventional"], inputs["n_enhanced"], inputs["n"]),
        method="both printed hours by the exact share enhanced",
        implied={
            "n": counts.total(cohort),
            "n_enhanced": counts.enhanced(cohort),
            "h_unenhanced": hours(counts, "unenhanced"),
            "h_conventional": hours(counts, "conventional"),
        },
    )


def saving_row(figure: Published, counts: Counts) -> Found:
    """What the tactic spares against the conventional method."""
    _, cohort, unit = figure.parts
    inputs, tactic = figure.inputs, f"DARNDEST.{cohort}"
    if unit == "usd":
        return _dollars(inputs, yuan(counts, "conventional") - yuan(counts, tactic), counts)
    both = (
        {"conventional": yuan(counts, "conventional"), "darndest": yuan(counts, tactic)}
        if unit == "cny"
        else {"conventional": hours(counts, "conventional"), "darndest": hours(counts, tactic)}
    )
    value = inputs["conventional"] - inputs["darndest"]
    return Found(value=value, method="difference of both, as rounded", implied=both)


def per_cent_row(figure: Published, counts: Counts) -> Found:
    """The tactic's cost in per cent of the conventional method's, or of T1_T2's."""
    of, cohort = figure.parts
    implied = {"a": yuan(counts, f"DARNDEST.{cohort}"), "b": yuan(counts, of.removeprefix("pct_of_"))}
    return Found(
        value=100 * figure.inputs["a"] / figure.inputs["b"], method="one cost in per cent of another", implied=implied
    )


def per_detected_row(figure: Published, counts: Counts) -> Found:
    """CNY for a true positive of a tier; its interval; or, where neither is printed, both."""
    _, cohort, name, *interval = figure.parts
    inputs, total = figure.inputs, yuan(counts, "conventional")
    detected, n = counts.tiers[cohort][name].detected, counts.total(cohort)
    implied: dict[str, Any] = {"k": detected, "n": n, "total_cny": total, "detected_per_1000": per_thousand(detected, n)}
    if "k" in inputs:
        found = limits_per_thousand(inputs["k"], inputs["n"])
        implied["tp_per_1000_ci"] = found
        costs = (total / found[1], total / found[0] if found[0] else None)
    implied = {key: value for key, value in implied.items() if key in inputs}
    method = "cost of 1000 enhanced examinations by patients detected"
    if interval:
        return Found(value=costs, method="the same by corrected Wilson limits, swapped", implied=implied)
    value = inputs.get("total_cny", total) / inputs["detected_per_1000"]
    if "k" not in inputs:
        return Found(value=value, method=method, implied=implied)
    note = "" if costs[1] is not None else "The lower limit of patients detected rounds to 0: no upper limit of the cost."
    return Found(
        value=value,
        method=method,
        parts={"value": value, "ci": list(costs)},
        implied=implied,
        undecided=LOST,
        note=note,
        text=f"{value:,.0f} ({costs[0]:,.0f} to {'no limit' if costs[1] is None else format(costs[1], ',.0f')}) CNY",
    )


def limits_per_thousand(count: int, n: int) -> list[int]:
    """Corrected Wilson limits in whole patients of a thousand."""
    found = proportion(count, n, Interval.WILSON_CORRECTED)
    return [per_thousand(limit or 0.0, 1) for limit in (found.low, found.high)]


def ratio_row(figure: Published, counts: Counts) -> Found:
    """How many times as many are detected in the positive tier as in another, of a thousand."""
    _, cohort, name = figure.parts
    n, tiers = counts.total(cohort), counts.tiers[cohort]
    implied = {key: per_thousand(tiers[tier].detected, n) for key, tier in (("a", "positive"), ("b", name))}
    return Found(
        value=figure.inputs["a"] / figure.inputs["b"], method="detected in one tier by those in another", implied=implied
    )


def tier_interval_row(figure: Published, counts: Counts) -> Found:
    """A tier's patients and its diseased ones of a thousand, with corrected Wilson limits."""
    _, cohort, name = figure.parts
    tier, inputs = counts.tiers[cohort][name], figure.inputs
    patients, diseased = (
        limits_per_thousand(inputs["k"], inputs["n"]),
        limits_per_thousand(inputs["k_diseased"], inputs["n"]),
    )
    return Found(
        value=tuple(patients),
        method="corrected Wilson limits of 1000",
        parts={"n": patients, "diseased": diseased},
        implied={"k": tier.n, "n": counts.total(cohort), "k_diseased": tier.diseased},
        undecided=FIGURE_4,
        text=f"{patients[0]} to {patients[1]} patients, {diseased[0]} to {diseased[1]} with recurrence",
    )
