"""Rows of dots with intervals: forests of shares, coefficients and factors, one under the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture

from ml.evaluation.estimate import Estimate
from radapp.reports.analyses.figures import Figure as Number
from radapp.reports.analyses.judges import Judge
from radapp.reports.document import cells, terms
from radapp.reports.document.blocks import Words as Said
from radapp.reports.files.drawing import FAINT, INK, interval, rows_of, sheet
from radapp.reports.files.drawing import Said as About
from radapp.reports.files.figure_words import WORDS
from radapp.reports.files.figures.pictures import Words

ROW = 0.27
"""Inches a row takes."""
MOST_ROWS = 40
"""More rows do not fit on a page: the first ones are drawn, the tables have all."""


@dataclass(frozen=True)
class Scale:
    """Of an axis: its ends, ticks with what they say, where nothing is (chance, no change), and how values read."""

    low: float
    high: float
    ticks: Sequence[float]
    said: Sequence[str]
    nothing: float | None = None
    factor: float = 100
    digits: int = 1


PERCENT = Scale(0, 1, (0, 0.25, 0.5, 0.75, 1), ("0", "25", "50", "75", "100"))


def coefficients(numbers: Sequence[Number]) -> Scale:
    """From the least limit there is, at most -1, to 1."""
    lows = [one.estimate.low for one in numbers if one.estimate.low is not None]
    quarters = max(-4, min(-1, floor(4 * min(lows, default=0.0))))
    return Scale(quarters / 4, 1, (0, 0.5, 1), ("0", "0.5", "1"), 0, 1, 3)


def said(one: Said, words: Words) -> str:
    """A term of documents in the language of a picture."""
    return one.en if words is WORDS["en"] else one.zh


def judge_name(one: Judge, words: Words) -> str:
    """As tables name it."""
    return said(terms.judge(one), words)


def height(rows: int) -> float:
    """Of a panel, in inches."""
    return max(1.2, ROW * (min(rows, MOST_ROWS) + 1.5))


def left_of(names: Sequence[str]) -> float:
    """The share of the sheet's width that the longest name takes; a Chinese sign is as wide as two letters."""
    widest = max((sum(2 if ord(sign) > 0x2E7F else 1 for sign in name) for name in names), default=10)
    return min(0.44, 0.03 + 0.0066 * widest)


def two_panels(said: About, names: Sequence[str]) -> tuple[Picture, list[Axes]]:
    """Side by side, with room for the names of their rows."""
    figure, (panels,) = sheet(1, (1, 1), said, tall=height(len(names)), left=left_of(names), under=0.9, between=0.12)
    return figure, panels


def forest(axes: Axes, names: Sequence[str] | None, numbers: Sequence[Number | None], scale: Scale, words: Words) -> None:
    """A dot with its interval and its value beside it; `names` None: a neighbour has them."""
    rows_of(axes, names if names is not None else [""] * len(numbers))
    span = scale.high - scale.low
    for place, one in enumerate(numbers):
        if one is None:
            continue
        found = one.estimate
        if found.value is not None:
            interval(axes, place, _within(found, scale), across=True)
            axes.plot([found.value], [place], color=INK, marker="o", markersize=4.5, zorder=4, clip_on=False)
        mark = " †" if one.small else ""
        text = f"{_value(found, scale) or words['none']}{mark}"
        axes.text(scale.high + 0.03 * span, place, text, fontsize=7.5, va="center")
    axes.set_xlim(scale.low, scale.high + 0.62 * span)
    axes.set_xticks(scale.ticks, scale.said)
    axes.spines["bottom"].set_bounds(scale.low, scale.high)
    if scale.nothing is not None:
        axes.axvline(scale.nothing, color=FAINT, linewidth=0.7, zorder=1)


def _within(found: Estimate, scale: Scale) -> Estimate:
    """Limits beyond the axis end at it."""
    low = None if found.low is None else min(max(found.low, scale.low), scale.high)
    high = None if found.high is None else min(max(found.high, scale.low), scale.high)
    return replace(found, low=low, high=high)


def _value(found: Estimate, scale: Scale) -> str:
    if found.value is None:
        return ""
    value, low, high = (
        "" if one is None else cells.number(scale.factor * one, scale.digits) for one in (found.value, found.low, found.high)
    )
    return f"{value} ({low}–{high})" if low and high else value
