"""The paper's Table 2 as a figure: tiers, and the tactic beside T1_T2, a figure a cohort."""

from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radapp.reports.analyses import tactic
from radapp.reports.analyses.figures import Figure as Number
from radapp.reports.files.drawing import FAINT, GREYS, INK, Said, interval, legend_under, rows_of, sheet
from radapp.reports.files.figures.pictures import Picture, Source, Words, named, percent_of, text_of, tier_name
from radapp.reports.files.naming import cohort_names


def pictures(found: tactic.TacticTable) -> tuple[Picture, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(Picture(f"{names[one.name]}-figure", partial(_tactic, found, one)) for one in found.cohorts)


def _tactic(table: tactic.TacticTable, cohort: tactic.Cohort, source: Source, words: Words) -> tuple[Figure, Said]:
    """Tiers, and the tactic beside T1_T2."""
    numbers = [*cohort.tactic.values(), *cohort.unenhanced_only.values()]
    small = any(one.small for one in cohort.tiers) or any(one.small for one in numbers)
    title = words["tactic_figure"].format(cohort=named(cohort.name, words))
    said = source.said(title, words, level=cohort.enhanced.level, small=small)
    figure, ((first, second),) = sheet(1, (1, 1), said)
    first.set_title(f"{words['tiers']} (n = {cohort.cases}); {words['sent'].format(words=percent_of(cohort.enhanced))}")
    _tiers(first, cohort, words)
    level = words["figures"].format(level=text_of(100 * cohort.enhanced.level))
    second.set_title(f"{level}; {words['apparent']}" if table.apparent else level)
    _judges(second, cohort, words)
    return figure, said


def _tiers(axes: Axes, cohort: tactic.Cohort, words: Words) -> None:
    rows_of(axes, [tier_name(one.tier, words, small=one.small) for one in cohort.tiers])
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
        axes.text(1.03, place, f"{percent_of(number.estimate) or words['none']}{mark}", fontsize=8, va="center")
    axes.set_xlim(0, 1.4)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
    axes.axvline(1, color=FAINT, linewidth=0.6)
