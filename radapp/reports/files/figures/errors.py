"""The paper's Fig. 3: wrong calls of every judge by category, stacked bars, a figure a cohort."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from radapp.reports.analyses.errors import FALSE_NEGATIVE, FALSE_POSITIVE, Bar, Cohort, Errors
from radapp.reports.analyses.judges import Judge
from radapp.reports.document import terms
from radapp.reports.files.drawing import FILLS, HATCHES, INK, Said, rows_of, sheet
from radapp.reports.files.figures.forest import MOST_ROWS, height, judge_name, left_of, said
from radapp.reports.files.figures.pictures import Picture, Source, Words, named
from radapp.reports.files.naming import cohort_names

UNSETTLED = ("#ffffff", "")


def pictures(found: Errors) -> tuple[Picture, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(Picture(f"{names[one.name]}-figure", partial(_errors, one)) for one in found.cohorts)


def _errors(cohort: Cohort, source: Source, words: Words) -> tuple[Figure, Said]:
    """False positives to the left, false negatives to the right; the categories of each under it."""
    panels = [[one for one in cohort.bars if one.error == error][:MOST_ROWS] for error in (FALSE_POSITIVE, FALSE_NEGATIVE)]
    rows = max(map(len, panels))
    names = [judge_name(one.judge, words) for one in max(panels, key=len)]
    small = any(one.small for bars in panels for one in bars)
    title = words["errors_figure"].format(cohort=named(cohort.name, words))
    about = source.said(title, words, level=None, small=small, rules=words["errors_rules"])
    alike = _judges(panels[0]) == _judges(panels[1])
    figure, (both,) = sheet(
        1, (1, 1), about, tall=height(rows) + 0.3, left=left_of(names), under=1.75, between=0.12 if alike else 0.5
    )
    for axes, bars, error in zip(both, panels, (FALSE_POSITIVE, FALSE_NEGATIVE), strict=True):
        axes.set_title(words[error])
        _panel(axes, bars, words)
        if alike and error == FALSE_NEGATIVE:
            axes.set_yticklabels([])
    return figure, about


def _judges(bars: Sequence[Bar]) -> list[Judge]:
    return [one.judge for one in bars]


def _panel(axes: Axes, bars: Sequence[Bar], words: Words) -> None:
    rows_of(axes, [judge_name(one.judge, words) for one in bars])
    most = max((one.total for one in bars), default=0) or 1
    for place, bar in enumerate(bars):
        _bar(axes, place, bar, most)
        text = f"{bar.total}/{bar.rate.n}{' †' if bar.small else ''}" if bar.total else words["no_errors"]
        axes.annotate(text, (bar.total, place), (5, 0), textcoords="offset points", va="center", fontsize=7.5)
    axes.set_xlim(0, 1.25 * most)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    _legend(axes, bars, words)


def _bar(axes: Axes, place: int, bar: Bar, most: int) -> None:
    begin = 0
    for number, cell in enumerate(bar.cells):
        if cell.primary:
            style = number % len(FILLS)
            fill, hatch = FILLS[style], HATCHES[style]
            axes.barh(place, cell.primary, 0.66, left=begin, color=fill, hatch=hatch, edgecolor=INK, linewidth=0.6)
            if cell.primary / most > 0.03:
                axes.text(
                    begin + cell.primary / 2, place, str(cell.primary), ha="center", va="center", fontsize=6.5,
                    color="#ffffff" if style < 2 else INK,
                    bbox={"facecolor": fill, "edgecolor": "none", "pad": 0.6} if hatch else None,
                )  # fmt: skip
        begin += cell.primary
    if bar.total > begin:
        fill, _ = UNSETTLED
        axes.barh(place, bar.total - begin, 0.66, left=begin, color=fill, edgecolor=INK, linewidth=0.6, linestyle=":")


def _legend(axes: Axes, bars: Sequence[Bar], words: Words) -> None:
    """All categories, whether or not they occur: bars of two cohorts can be held side by side."""
    keys = [cell.category for cell in bars[0].cells] if bars else []
    patches = [
        Patch(
            facecolor=FILLS[number % len(FILLS)],
            hatch=HATCHES[number % len(FILLS)],
            edgecolor=INK,
            linewidth=0.6,
            label=said(terms.category(key), words),
        )
        for number, key in enumerate(keys)
    ]
    if any(one.settled < one.total for one in bars):
        patches.append(Patch(facecolor=UNSETTLED[0], edgecolor=INK, linestyle=":", linewidth=0.6, label=words["unsettled"]))
    if patches:
        axes.legend(
            handles=patches, frameon=False, fontsize=7.5, ncols=2, loc="upper left", bbox_to_anchor=(-0.02, 0),
            handlelength=2.2, handleheight=1.1,
        )  # fmt: skip
