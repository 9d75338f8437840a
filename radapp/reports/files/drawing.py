"""Bars, dots and intervals in greys, as SVG and PNG by matplotlib: the same bytes for the same picture.

SVG: text stays text, laid out by the font that matplotlib brings, so it is the same everywhere; whoever shows it needs a
Chinese font for Chinese. PNG: in Chinese by the font that `make setup` installs.
"""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from ml.evaluation.estimate import Estimate
from radapp.reports.files.fonts import FAMILY, font_file

GREYS = ("#ffffff", "#b8b8b8", "#4a4a4a")
"""Fills that are told apart in print without colour."""
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Okabe and Ito's, which colour-blind people tell apart; each goes with a style of its own, for print without colour."""
HATCHES = ("", "", "", "", "////", "....", "xxxx")
"""With FILLS: seven that are told apart in print."""
FILLS = ("#3a3a3a", "#767676", "#adadad", "#dedede", "#ffffff", "#ffffff", "#ffffff")
INK, FAINT = "#111111", "#8a8a8a"
LATIN = "DejaVu Sans"
"""Comes with matplotlib."""
CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Droid Sans Fallback",
)
"""Fonts with Chinese signs for whoever shows an SVG: the first that is there."""
DOTS_PER_INCH = 200
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "DARNDEST",
    "font.size": 9,
    "axes.edgecolor": FAINT,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "text.color": INK,
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "hatch.linewidth": 0.6,
}


@dataclass(frozen=True)
class Said:
    """What a picture says of itself: its title, what its data are, what stands under it, and its metadata."""

    title: str
    labels: str
    foot: str
    description: str


@cache
def chinese_font() -> str | None:
    """The font for Chinese in PNGs; None where it is not installed. A font of the machine with its name gives way to it."""
    path = font_file()
    if path is None:
        return None
    fontManager.ttflist = [font for font in fontManager.ttflist if font.name != FAMILY]
    fontManager.addfont(path)
    return FAMILY


@contextmanager
def drawing_with(families: Sequence[str]) -> Iterator[None]:
    """Settings of every picture. A sign that the fonts lack is no reason to complain: SVG is shown with others."""
    with matplotlib.rc_context({**_SETTINGS, "font.family": list(families)}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def svg_of(figure: Figure, said: Said) -> bytes:
    """With a list of fonts for whoever shows it."""
    out = io.BytesIO()
    metadata = {"Title": said.title, "Description": said.description, "Date": None, "Creator": None}
    FigureCanvasSVG(figure).print_svg(out, metadata=metadata)
    fonts = ", ".join(f"'{name}'" for name in (LATIN, *CHINESE))
    return out.getvalue().replace(f"'{LATIN}'".encode(), f"{fonts}, sans-serif".encode())


def png_of(figure: Figure, said: Said) -> bytes:
    """At DOTS_PER_INCH."""
    out = io.BytesIO()
    figure.set_dpi(DOTS_PER_INCH)
    FigureCanvasAgg(figure).print_png(out, metadata={"Title": said.title, "Description": said.description, "Software": None})
    return out.getvalue()


def sheet(
    rows: int,
    widths: Sequence[float],
    said: Said,
    *,
    tall: float = 2.8,
    left: float = 0.09,
    under: float = 1.25,
    between: float = 0.5,
) -> tuple[Figure, list[list[Axes]]]:
    """A figure with its title, labels and foot, and panels row by row; `widths` in terms of each other.

    `tall`: a row's height in inches; `under`: what the last row's axis, its legend and the foot take, in inches; `left`: the
    share that names of rows take; `between`: what is between panels, in terms of a panel.
    """
    height = 0.35 + under + tall * rows
    figure = _titled(height, said)
    grid = figure.add_gridspec(
        rows, len(widths), width_ratios=widths, left=left, right=0.97, top=1 - 0.85 / height, bottom=under / height,
        hspace=0.6, wspace=between,
    )  # fmt: skip
    return figure, [[_bare(figure.add_subplot(grid[row, one])) for one in range(len(widths))] for row in range(rows)]


def tall_sheet(lines: int, columns: int, said: Said) -> tuple[Figure, list[Axes]]:
    """A figure as high as its `lines` want, with panels side by side that share them; room for names on the left."""
    height = 1.9 + 0.27 * lines
    figure = _titled(height, said)
    grid = figure.add_gridspec(1, columns, left=0.24, right=0.98, top=1 - 0.95 / height, bottom=0.85 / height, wspace=0.08)
    panels = [_bare(figure.add_subplot(grid[0, one])) for one in range(columns)]
    for axes in panels:
        axes.set_yticks([])
    return figure, panels


def grid_sheet(rows: int, columns: int, tall: float, said: Said) -> tuple[Figure, list[Axes]]:
    """A figure with panels row by row, each `tall` inches high."""
    height = 1.45 + tall * rows + 0.4 * (rows - 1)
    figure = _titled(height, said)
    grid = figure.add_gridspec(
        rows, columns, left=0.06, right=0.98, top=1 - 0.85 / height, bottom=0.6 / height, hspace=0.4 / tall, wspace=0.14
    )
    return figure, [_bare(figure.add_subplot(grid[row, one])) for row in range(rows) for one in range(columns)]


def bare_sheet(height: float, said: Said) -> tuple[Figure, Axes]:
    """A figure with one empty panel from 0 to 1 both ways, for boxes and arrows."""
    figure = _titled(height, said)
    axes = figure.add_axes((0.03, 0.5 / height, 0.94, 1 - 1.1 / height))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return figure, axes


def _titled(height: float, said: Said) -> Figure:
    figure = Figure(figsize=(11.5, height))
    figure.text(0.02, 1 - 0.12 / height, said.title, fontsize=12, va="top")
    figure.text(0.02, 1 - 0.36 / height, said.labels, fontsize=8.5, va="top")
    figure.text(0.02, 0.1 / height, said.foot, fontsize=7.5, va="bottom")
    return figure


def _bare(axes: Axes) -> Axes:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=0)
    return axes


def legend_under(axes: Axes) -> None:
    """The fills by name, under the axis."""
    axes.legend(frameon=False, fontsize=7.5, ncols=3, loc="upper left", bbox_to_anchor=(-0.02, -0.09))


def rows_of(axes: Axes, names: Sequence[str]) -> None:
    """Horizontal rows by name, the first on top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.75)


def interval(axes: Axes, place: float, one: Estimate, *, across: bool, end: float | None = None) -> None:
    """The interval's line at `place`; one without an upper limit runs to `end` with an arrow."""
    if one.low is None and one.high is None:
        return
    low = one.low if one.low is not None else one.value
    high = one.high if one.high is not None else end
    if low is None or high is None:
        return
    ends = ([low, high], [place, place]) if across else ([place, place], [low, high])
    cap = "|" if across else "_"
    axes.plot(*ends, color=INK, linewidth=1.2, marker=cap, markersize=5, zorder=3)
    if one.high is None:
        axes.plot(*(values[1:] for values in ends), color=INK, marker=">" if across else "^", markersize=6, zorder=4)
