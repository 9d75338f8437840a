"""The pictures of reports: the paper's Fig. 4 and Table 2, a figure a cohort, in two languages, as SVG and PNG."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml.evaluation.economics import Economics, Tariff
from ml.evaluation.estimate import LEVEL, Estimate
from radapp.reports.analyses import economics, tactic
from radapp.reports.analyses.figures import Figure as Number
from radapp.reports.files.drawing import (
    FAINT,
    GREYS,
    INK,
    LATIN,
    Said,
    chinese_font,
    drawing_with,
    interval,
    legend_under,
    png_of,
    rows_of,
    sheet,
    svg_of,
)
from radapp.reports.files.figure_words import LABELS_ZH, LANGUAGES, WORDS
from radapp.reports.files.naming import cohort_names

Words = Mapping[str, str]
COSTS = ("tactic", "conventional", "unenhanced_only")
PER_THOUSAND = ("patients", "diseased", "detected")


@dataclass(frozen=True)
class Source:
    """What every figure says: the report's labels and the hash of its inputs."""

    labels: tuple[str, ...]
    sha256: str

    def said(self, title: str, words: Words, *, level: float, small: bool, rules: str = "") -> Said:
        """Title and foot in the language of `words`; the description in English, in full."""
        labels = self.labels if words is WORDS["en"] else [LABELS_ZH.get(one, one) for one in self.labels]
        foot = [words["intervals"].format(level=_text(100 * level)), words["small"] if small else ""]
        last = "; ".join((*filter(None, foot), words["inputs"].format(digest=self.sha256[:16])))
        return Said(
            title,
            "; ".join(labels),
            "\n".join(filter(None, (rules, last))),
            "; ".join((*self.labels, f"inputs {self.sha256}")),
        )


def figure_files(result: Any, source: Source) -> dict[str, bytes]:
    """{file name without the report's: bytes}; nothing for a result that has no figure, no Chinese PNG without a font."""
    draw = FIGURES.get(type(result))
    if draw is None:
        return {}
    found: dict[str, bytes] = {}
    names = cohort_names(one.name for one in result.cohorts)
    for cohort in result.cohorts:
        for language in LANGUAGES:
            words, name = WORDS[language], f"{names[cohort.name]}-figure.{language}"
            with drawing_with([LATIN]):
                found[f"{name}.svg"] = svg_of(*draw(result, cohort, source, words))
            font = chinese_font()
            if language == "en" or font:
                with drawing_with([LATIN, font] if font else [LATIN]):
                    found[f"{name}.png"] = png_of(*draw(result, cohort, source, words))
    return found


def _tier(name: str, words: Words, *, small: bool) -> str:
    return f"{words.get(name, name)}{' †' if small else ''}"


def _named(cohort: str, words: Words) -> str:
    return words["cohort"].format(name=cohort if len(cohort) < 40 else f"{cohort[:39]}…")


def _economics(
    table: economics.EconomicsTable, cohort: economics.Cohort, source: Source, words: Words
) -> tuple[Figure, Said]:
    """A row of panels at the cohort's own prevalence, and one at the prevalence asked for."""
    small = {one.tier: one.small for one in cohort.tiers}
    title = words["economics"].format(cohort=_named(cohort.name, words))
    level = next((one.patients.level for one in cohort.own.tiers.values()), LEVEL)
    said = source.said(title, words, level=level, small=any(small.values()), rules=words["rules"])
    rows = [(words["own_prevalence"].format(share=_text(100 * cohort.diseased / cohort.cases)), cohort.own)]
    if cohort.elsewhere is not None:
        rows.append((words["at_prevalence"].format(share=_text(100 * table.prevalence)), cohort.elsewhere))
    figure, panels = sheet(len(rows), (1.3, 1, 1), said)
    for (where, one), (first, second, third) in zip(rows, panels, strict=True):
        first.set_title(f"{words['per_thousand']}: {where}")
        second.set_title(words["cost_per_detected"].format(currency=table.tariff.currency))
        third.set_title(words["total"].format(currency=table.tariff.currency))
        marks = {name: _tier(name, words, small=small[name]) for name in one.tiers}
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
            axes.annotate(_text(estimate.value), (at, top), (0, 3), textcoords="offset points", ha="center", fontsize=8)
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


def _tactic(table: tactic.TacticTable, cohort: tactic.Cohort, source: Source, words: Words) -> tuple[Figure, Said]:
    """Tiers, and the tactic beside T1_T2."""
    numbers = [*cohort.tactic.values(), *cohort.unenhanced_only.values()]
    small = any(one.small for one in cohort.tiers) or any(one.small for one in numbers)
    title = words["tactic_figure"].format(cohort=_named(cohort.name, words))
    said = source.said(title, words, level=cohort.enhanced.level, small=small)
    figure, ((first, second),) = sheet(1, (1, 1), said)
    first.set_title(f"{words['tiers']} (n = {cohort.cases}); {words['sent'].format(words=_percent(cohort.enhanced))}")
    _tiers(first, cohort, words)
    level = words["figures"].format(level=_text(100 * cohort.enhanced.level))
    second.set_title(f"{level}; {words['apparent']}" if table.apparent else level)
    _judges(second, cohort, words)
    return figure, said


def _tiers(axes: Axes, cohort: tactic.Cohort, words: Words) -> None:
    rows_of(axes, [_tier(one.tier, words, small=one.small) for one in cohort.tiers])
    for place, tier in enumerate(cohort.tiers):
        begin = 0
        for measure, grey in zip(("detected", "missed", "healthy"), reversed(GREYS), strict=True):
            count, label = getattr(tier, measure), words[measure] if place == 0 else None
            axes.barh(place, count, 0.4, left=begin, color=grey, edgecolor=INK, linewidth=0.8, label=label)
            begin += count
        counts = " + ".join(str(getattr(tier, measure)) for measure in ("detected", "missed", "healthy"))
        text = f"{tier.cases} = {counts}"
        axes.annotate(text, (begin, place), (5, 0), textcoords="offset points", fontsize=8, va="center")
    axes.set_xlim(0, max(1, *(tier.cases for tier in cohort.tiers)) * 1.35)
    legend_under(axes)


def _judges(axes: Axes, cohort: tactic.Cohort, words: Words) -> None:
    rows: list[tuple[str, Number]] = [
        (f"{words[measure]}, {judge}", found[measure])
        for measure in tactic.TABLE_TWO
        for judge, found in (("DARNDEST", cohort.tactic), ("T1_T2", cohort.unenhanced_only))
        if measure in found
    ]
    rows_of(axes, [name for name, _ in rows])
    for place, (name, number) in enumerate(rows):
        filled = INK if name.endswith("DARNDEST") else GREYS[0]
        interval(axes, place, number.estimate, across=True)
        if number.estimate.value is not None:
            axes.plot([number.estimate.value], [place], color=INK, marker="o", markerfacecolor=filled, zorder=4)
        mark = " †" if number.small else ""
        axes.text(1.03, place, f"{_percent(number.estimate) or words['none']}{mark}", fontsize=8, va="center")
    axes.set_xlim(0, 1.4)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
    axes.axvline(1, color=FAINT, linewidth=0.6)


def _percent(one: Estimate) -> str:
    if one.value is None:
        return ""
    value = f"{100 * one.value:.1f}"
    return value if one.low is None or one.high is None else f"{value} ({100 * one.low:.1f}–{100 * one.high:.1f})"


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


FIGURES: Mapping[type[Any], Callable[[Any, Any, Source, Words], tuple[Figure, Said]]] = {
    economics.EconomicsTable: _economics,
    tactic.TacticTable: _tactic,
}
"""{type of a result with `cohorts`: what draws one of its cohorts}"""
