"""The paper's Fig. 2: curves of the networks, readers' operating points in boxes of their intervals.

A figure a cohort; and, as the paper has it, one with a panel a cohort where there are several.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from string import ascii_lowercase
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ml.evaluation.estimate import LEVEL
from radapp.reports.analyses.judges import Kind
from radapp.reports.analyses.roc import Cohort, Line, Roc
from radapp.reports.files.drawing import COLOURS, FAINT, INK, Said, grid_sheet, sheet
from radapp.reports.files.figures.forest import judge_name
from radapp.reports.files.figures.pictures import Picture, Source, Words, named, text_of
from radapp.reports.files.naming import SIDE_BY_SIDE, cohort_names

STYLES: tuple[Any, ...] = ("-", "--", ":", "-.", (0, (1, 3)), (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
MOST = 16
"""More lines than the legend holds: the first are drawn, the tables have all."""
MOST_PANELS = 6
SQUARE, AXIS, UNDER, LINE = 4.6, 0.5, 0.9, 0.21
"""Inches of a panel: its square, what its axis takes, that with the legend's head, and a row of the legend."""


def pictures(found: Roc) -> tuple[Picture, ...]:
    """All cohorts side by side where there are several; and one a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    together = (Picture(SIDE_BY_SIDE, partial(_together, found.cohorts)),) if len(found.cohorts) > 1 else ()
    return (*together, *(Picture(f"{names[one.name]}-figure", partial(_roc, one)) for one in found.cohorts))


def _together(cohorts: Sequence[Cohort], source: Source, words: Words) -> tuple[Figure, Said]:
    """Panels a, b, …, two in a row, each with its legend under it: colours are the same judges' in all."""
    drawn = cohorts[:MOST_PANELS]
    judges = list(dict.fromkeys(line.judge for one in drawn for line in one.lines))[:MOST]
    numbers = {judge: number for number, judge in enumerate(judges)}
    lines = [[line for line in one.lines if line.judge in numbers] for one in drawn]
    small = any(number.small for each in lines for one in each for number in (one.area, *one.point.values()))
    level = next((line.area.estimate.level for each in lines for line in each), LEVEL)
    more = any(line.judge not in numbers for one in drawn for line in one.lines)
    rules = [
        words["boxes"],
        words["more_rows"].format(count=MOST) if more else "",
        words["more_cohorts"].format(count=MOST_PANELS) if len(cohorts) > MOST_PANELS else "",
    ]
    said = source.said(words["roc_cohorts"], words, level=None, small=small, rules="; ".join(filter(None, rules)))
    under = UNDER + LINE * max(map(len, lines), default=0)
    figure, cells = grid_sheet(-(-len(drawn) // 2), 2, SQUARE + under, said)
    share = under / (SQUARE + under)
    for cell in cells:
        cell.set_axis_off()
    for letter, cell, cohort, each in zip(ascii_lowercase, cells, drawn, lines, strict=False):
        square = cell.inset_axes((0, share, 1, 1 - share))
        square.spines[["top", "right"]].set_visible(False)
        square.tick_params(length=0)
        square.set_title(f"{letter}   {named(cohort.name, words)}")
        looks = [numbers[one.judge] for one in each]
        _square(square, each, looks, words)
        _key(cell.inset_axes((0, 0, 1, 1 - (SQUARE + AXIS) / (SQUARE + under))), each, looks, words, level)
    return figure, said


def _key(axes: Axes, lines: Sequence[Line], looks: Sequence[int], words: Words, level: float) -> None:
    """One row a judge: area with its interval, then the operating point."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(len(lines) + 0.6, -0.6)
    grey = "#444444"
    axes.text(0.09, 0, words["areas"].format(level=text_of(100 * level)), fontsize=7.5, va="center", color=grey)
    axes.text(1, 0, words["points"], fontsize=7.5, va="center", ha="right", color=grey)
    entries = zip(_entries(lines, words), lines, looks, strict=True)
    for up, ((name, area, point), one, number) in enumerate(entries, 1):
        _sample(axes, up, one, number, (0, 0.035, 0.07))
        axes.text(0.09, up, f"{name}: {area}", fontsize=7.5, va="center")
        axes.text(1, up, point, fontsize=7.5, va="center", ha="right", color=grey)


def _sample(axes: Axes, up: float, one: Line, number: int, across: Sequence[float]) -> None:
    """Line and marker of a legend."""
    colour, style, marker = _look(number, one)
    axes.add_line(
        Line2D(
            across, [up] * 3, color=colour, linestyle=style if one.curve else "none", linewidth=1.5,
            marker=marker or None, markevery=[1], markersize=7, markeredgecolor=INK, markeredgewidth=0.6,
        )
    )  # fmt: skip


def _roc(cohort: Cohort, source: Source, words: Words) -> tuple[Figure, Said]:
    """The square of the curves, and their legend with areas beside it."""
    lines = cohort.lines[:MOST]
    level = lines[0].area.estimate.level if lines else LEVEL
    small = any(number.small for one in lines for number in (one.area, *one.point.values()))
    rules = [words["boxes"], words["more_rows"].format(count=MOST) if len(cohort.lines) > MOST else ""]
    title = words["roc_figure"].format(cohort=named(cohort.name, words))
    said = source.said(title, words, level=None, small=small, rules="; ".join(filter(None, rules)))
    figure, ((square, legend),) = sheet(1, (1.05, 1), said, tall=5.6, left=0.07, under=1.0, between=0.06)
    _square(square, lines, range(len(lines)), words)
    _legend(legend, lines, words, level)
    return figure, said


def _square(axes: Axes, lines: Sequence[Line], looks: Sequence[int], words: Words) -> None:
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.7, zorder=1)
    for number, one in zip(looks, lines, strict=True):
        colour, style, marker = _look(number, one)
        if one.curve:
            across = [point.false_positive_rate for point in one.curve]
            thin = 0.9 if one.judge.kind is Kind.READER else 1.5
            up = [point.sensitivity for point in one.curve]
            axes.plot(across, up, color=colour, linestyle=style, linewidth=thin, zorder=2)
        if marker:
            _point(axes, one, colour, marker)
    axes.set_aspect("equal", anchor="W")
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.01)
    ticks, said = (0, 0.2, 0.4, 0.6, 0.8, 1), ("0", "20", "40", "60", "80", "100")
    axes.set_xticks(ticks, said)
    axes.set_yticks(ticks, said)
    axes.set_xlabel(words["one_minus_specificity"])
    axes.set_ylabel(words["sensitivity_axis"])


def _look(number: int, one: Line) -> tuple[str, Any, str]:
    """Colour, line and marker; networks have curves and no marker, since their cutoffs lie on the curve."""
    marker = "" if one.judge.kind is Kind.NETWORK else MARKERS[number % len(MARKERS)]
    return COLOURS[number % len(COLOURS)], STYLES[number % len(STYLES)], marker


def _point(axes: Axes, one: Line, colour: str, marker: str) -> None:
    """With the box of both intervals."""
    sensitivity, specificity = (one.point[key].estimate for key in ("sensitivity", "specificity"))
    if sensitivity.value is None or specificity.value is None:
        return
    limits = (sensitivity.low, sensitivity.high, specificity.low, specificity.high)
    low, high, least, most = (limit if limit is not None else 0.0 for limit in limits)
    if None not in limits:
        corner = (1 - most, low)
        box = Rectangle(
            corner, most - least, high - low, fill=False, edgecolor=colour, linewidth=0.8, linestyle="--", zorder=3
        )
        axes.add_patch(box)
    axes.plot(
        [1 - specificity.value], [sensitivity.value], color=colour, marker=marker, markersize=7, linestyle="none",
        markeredgecolor=INK, markeredgewidth=0.6, zorder=4,
    )  # fmt: skip


def _legend(axes: Axes, lines: Sequence[Line], words: Words, level: float) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(2 * MOST + 3.5, -0.6)
    axes.set_title(words["areas"].format(level=text_of(100 * level)))
    for number, (name, area, point) in enumerate(_entries(lines, words)):
        up = 2 * number + 0.2
        _sample(axes, up, lines[number], number, (0, 0.07, 0.14))
        axes.text(0.18, up, f"{name}: {area}", fontsize=8.5, va="center")
        axes.text(0.18, up + 0.85, point, fontsize=7.5, va="center", color="#444444")
    axes.text(0, 2 * len(lines) + 0.8, words["points"], fontsize=7.5, va="center", color="#444444")


def _entries(lines: Sequence[Line], words: Words) -> Iterator[tuple[str, str, str]]:
    """Who, the area with its interval, and the operating point beneath."""
    for one in lines:
        found = one.area.estimate
        mark = " †" if one.area.small else ""
        if found.value is None:
            area = words["no_area"] if not one.curve else words["none"]
        else:
            low, high = found.low, found.high
            area = f"{found.value:.4f}" + (f" ({low:.4f}–{high:.4f})" if low is not None and high is not None else "")
        values = [one.point[key].estimate.value for key in ("sensitivity", "specificity")]
        point = " / ".join("–" if value is None else f"{100 * value:.1f}" for value in values)
        small = " †" if any(number.small for number in one.point.values()) else ""
        yield judge_name(one.judge, words), f"{area}{mark if found.value is not None else ''}", f"{point}{small}"
