"""The paper's Fig. 4: patients, costs and hours, a figure a cohort."""

from collections.abc import Mapping
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml.evaluation.economics import Economics, Tariff
from ml.evaluation.estimate import LEVEL, Estimate
from radapp.reports.analyses import economics
from radapp.reports.files.drawing import GREYS, INK, Said, interval, legend_under, rows_of, sheet
from radapp.reports.files.figures.pictures import Picture, Source, Words, named, text_of, tier_name
from radapp.reports.files.naming import cohort_names

COSTS = ("tactic", "conventional", "unenhanced_only")
PER_THOUSAND = ("patients", "diseased", "detected")


def pictures(found: economics.EconomicsTable) -> tuple[Picture, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(Picture(f"{names[one.name]}-figure", partial(_economics, found, one)) for one in found.cohorts)


def _economics(
    table: economics.EconomicsTable, cohort: economics.Cohort, source: Source, words: Words
) -> tuple[Figure, Said]:
    """A row of panels at the cohort's own prevalence, and one at the prevalence asked for."""
    small = {one.tier: one.small for one in cohort.tiers}
    title = words["economics"].format(cohort=named(cohort.name, words))
    level = next((one.patients.level for one in cohort.own.tiers.values()), LEVEL)
    said = source.said(title, words, level=level, small=any(small.values()), rules=words["rules"])
    rows = [(words["own_prevalence"].format(share=text_of(100 * cohort.diseased / cohort.cases)), cohort.own)]
    if cohort.elsewhere is not None:
        rows.append((words["at_prevalence"].format(share=text_of(100 * table.prevalence)), cohort.elsewhere))
    figure, panels = sheet(len(rows), (1.3, 1, 1), said)
    for (where, one), (first, second, third) in zip(rows, panels, strict=True):
        first.set_title(f"{words['per_thousand']}: {where}")
        second.set_title(words["cost_per_detected"].format(currency=table.tariff.currency))
        third.set_title(words["total"].format(currency=table.tariff.currency))
        marks = {name: tier_name(name, words, small=small[name]) for name in one.tiers}
        _per_thousand(first, one, marks, words)
        _costs(second, one, marks, words)
        _totals(third, one, table.tariff, words)
    return figure, said


def _per_thousand(axes: Axes, one: Economics, marks: Mapping[str, str], words: Words) -> None:
    for shift, (measure, grey) in enumerate(zip(PER_THOUSAND, GREYS, strict=True)):
        for place, tier in enumerate(one.tiers.values()):
            estimate, at = getattr(tier, measure), place + (shift - 1) * 0.27
            label = words[measure] if place == 0 else None
            axes.bar(at, estimate.value or 0, 0.25, color=grey, edgecolor=INK, linewidth=0.8, label=label)
            interval(axes, at, estimate, across=False)
            top = max(estimate.value or 0, estimate.high or 0)
            axes.annotate(text_of(estimate.value), (at, top), (0, 3), textcoords="offset points", ha="center", fontsize=8)
    axes.set_xticks(range(len(marks)), list(marks.values()))
    axes.set_ylim(0, axes.get_ylim()[1] * 1.05)
    legend_under(axes)


def _costs(axes: Axes, one: Economics, marks: Mapping[str, str], words: Words) -> None:
    """Dots with their intervals on a logarithmic scale; a line with an arrow has no upper limit."""
    found = [tier.cost_per_detected for tier in one.tiers.values()]
    known = [value for cost in found for value in (cost.value, cost.low, cost.high) if value]
    low, high = (min(known) / 1.6, max(known) * 1.6) if known else (1, 10)
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    rows_of(axes, list(marks.values()))
    for place, cost in enumerate(found):
        interval(axes, place, cost, across=True, end=high / 1.1)
        if cost.value is not None:
            axes.plot([cost.value], [place], color=INK, marker="o", markersize=6, zorder=4)
        axes.text(low * 1.05, place - 0.25, _money(cost, words), fontsize=8)
    axes.set_xticks([])
    axes.minorticks_off()
    axes.spines["bottom"].set_visible(False)


def _money(cost: Estimate, words: Words) -> str:
    upper = words["unbounded"] if cost.high is None else f"{cost.high:,.0f}"
    if cost.value is None:
        return words["none"] if cost.low is None else f"{words['none']} ({cost.low:,.0f}–{upper})"
    return f"{cost.value:,.0f}" if cost.low is None else f"{cost.value:,.0f} ({cost.low:,.0f}–{upper})"


def _totals(axes: Axes, one: Economics, tariff: Tariff, words: Words) -> None:
    rows_of(axes, [words[name] for name in COSTS])
    for place, (name, grey) in enumerate(zip(COSTS, reversed(GREYS), strict=True)):
        found = getattr(one, name)
        axes.barh(place, found.cost, 0.4, color=grey, edgecolor=INK, linewidth=0.8)
        exchanged = f"{found.exchanged:,.0f} {tariff.exchange_currency}"
        hours = words["hours"].format(hours=f"{found.hours:.1f}")
        axes.text(0, place - 0.27, f"{found.cost:,.0f} · {exchanged} · {hours}", fontsize=8)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
