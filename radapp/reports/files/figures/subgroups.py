"""The forest plot of subgroups: sensitivity and specificity of the tactic, else of the first judge, a figure a cohort."""

from collections.abc import Iterator
from functools import partial
from textwrap import shorten

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radapp.reports.analyses.figures import Figure as Number
from radapp.reports.analyses.judges import TACTIC
from radapp.reports.analyses.subgroups import MEASURES, OF_LESIONS, Cohort, Group, Row, Subgroups
from radapp.reports.document.group_words import factor_words, group_words
from radapp.reports.files.drawing import FAINT, INK, Said, interval, tall_sheet
from radapp.reports.files.figure_words import WORDS
from radapp.reports.files.figures.forest import judge_name
from radapp.reports.files.figures.pictures import Picture, Source, Words, named, percent_of
from radapp.reports.files.naming import cohort_names

LONGEST = 30
"""Letters of a group's name; the table has it whole."""


def pictures(found: Subgroups) -> tuple[Picture, ...]:
    """One a cohort in which any factor splits the cases."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(
        Picture(f"{names[cohort.name]}-figure", partial(_forest, cohort, shown(cohort)))
        for cohort in found.cohorts
        if any(row.splits for row in cohort.rows)
    )


def shown(cohort: Cohort) -> Row:
    """The tactic's row, else the first that is split."""
    split = [row for row in cohort.rows if row.splits]
    return next((row for row in split if row.judge.name == TACTIC), split[0])


def _forest(cohort: Cohort, row: Row, source: Source, words: Words) -> tuple[Figure, Said]:
    lines = [("", words["all_cases"], row.whole), *_lines(row, words)]
    figures = [one for _, _, group in lines if group for one in group.figures.values()]
    title = words["subgroups_figure"].format(judge=judge_name(row.judge, words), cohort=named(cohort.name, words))
    level = figures[0].estimate.level if figures else 0.95
    said = source.said(title, words, level=level, small=any(one.small for one in figures), rules=words["exploratory"])
    figure, panels = tall_sheet(len(lines), len(MEASURES), said)
    for measure, axes in zip(MEASURES, panels, strict=True):
        axes.set_title(f"{words[measure]} (%)")
        _panel(axes, [(heading, group.figures.get(measure) if group else None) for heading, _, group in lines], row, measure)
    panels[0].set_yticks(range(len(lines)), [name for _, name, _ in lines])
    for tick, (heading, _, _) in zip(panels[0].get_yticklabels(), lines, strict=True):
        tick.set_fontweight("bold" if heading == "factor" else "normal")
    return figure, said


def _lines(row: Row, words: Words) -> Iterator[tuple[str, str, Group | None]]:
    """(factor or group, its name, the group), factors as headings."""
    language = "en" if words is WORDS["en"] else "zh"
    for split in row.splits:
        yield "factor", getattr(factor_words(split.factor), language), None
        for group in split.groups:
            counts = f"{group.diseased}" if split.factor in OF_LESIONS else f"{group.diseased}/{group.healthy}"
            name = getattr(group_words(split.factor, group.name), language)
            yield "group", f"{shorten(name, LONGEST, placeholder='…')} ({counts})", group


def _panel(axes: Axes, lines: list[tuple[str, Number | None]], row: Row, measure: str) -> None:
    axes.set_ylim(len(lines) - 0.4, -0.75)
    axes.set_xlim(0, 1.42)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    whole = row.whole.figures.get(measure)
    if whole is not None and whole.estimate.value is not None:
        axes.axvline(whole.estimate.value, color=FAINT, linewidth=0.8, linestyle="--")
    for place, (_, number) in enumerate(lines):
        if number is None or number.estimate.value is None:
            continue
        interval(axes, place, number.estimate, across=True)
        axes.plot([number.estimate.value], [place], color=INK, marker="s", markersize=4.5, zorder=4)
        axes.text(1.04, place, f"{percent_of(number.estimate)}{' †' if number.small else ''}", fontsize=7.5, va="center")
