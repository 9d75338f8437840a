"""Scores of each network over time, and what the tactic made of them."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml.evaluation.estimate import Proportion
from radapp.reports.analyses.drift import Drift, Period, Tactic, Track, Use
from radapp.reports.files.drawing import FAINT, GREYS, INK, Said, legend_under, sheet
from radapp.reports.files.figures.pictures import Picture, Source, Words

LINES = ("-", "--", ":", "-.")
MOST = 8
"""Periods whose months are written under a panel."""


def pictures(found: Drift) -> tuple[Picture, ...]:
    """One of all networks, one a protocol; none where nothing was read."""
    scores = (Picture("scores-figure", partial(_scores, found)),) if found.tracks else ()
    tactics = tuple(Picture(f"tactic-{n}-figure", partial(_tactic, one)) for n, one in enumerate(found.tactics, 1))
    return (*scores, *tactics)


def _scores(found: Drift, source: Source, words: Words) -> tuple[Figure, Said]:
    small = any(period.small for track in found.tracks for period in track.periods)
    level = found.tracks[0].periods[0].median.level
    said = source.said(words["drift_figure"], words, level=level, small=small, rules=words["bands"])
    rows = (len(found.tracks) + 1) // 2
    figure, panels = sheet(rows, (1, 1), said)
    flat = [axes for row in panels for axes in row]
    for axes, track in zip(flat, found.tracks, strict=False):
        _track(axes, track)
    for axes in flat[len(found.tracks) :]:
        axes.set_visible(False)
    return figure, said


def _track(axes: Axes, track: Track) -> None:
    axes.set_title(" ".join(filter(None, (track.network, track.bundle[:8], ", ".join(track.protocols)[:40]))))
    across = [(one.first + one.last) / 2 for one in track.periods]
    for low, high, grey in (("0.05", "0.95", "#dddddd"), ("0.25", "0.75", GREYS[1])):
        axes.vlines(
            across,
            [one.quantiles[low] for one in track.periods],
            [one.quantiles[high] for one in track.periods],
            color=grey,
            linewidth=7,
        )
    axes.plot(across, [one.quantiles["0.5"] for one in track.periods], color=INK, marker="o", markersize=4, linewidth=1)
    for x, one in zip(across, track.periods, strict=True):
        mark = " †" if one.small else ""
        axes.annotate(
            f"{one.examinations}{mark}", (x, 1), (0, 4), textcoords="offset points", fontsize=7, ha="center", va="bottom"
        )
    axes.set_ylim(0, 1.12)
    _months(axes, track.periods)


def _tactic(one: Tactic, source: Source, words: Words) -> tuple[Figure, Said]:
    small = any(use.small for use in one.uses)
    level = one.uses[0].guarded.level
    said = source.said(words["tactic_drift"].format(protocol=one.protocol), words, level=level, small=small)
    figure, ((first, second),) = sheet(1, (1, 1), said)
    first.set_title(words["tiers_over_time"])
    for style, tier in zip(LINES, ("positive", "suspicious", "negative"), strict=False):
        _line(first, one.uses, [use.tiers[tier] for use in one.uses], style, words[tier])
    second.set_title(words["withheld_over_time"])
    _line(second, one.uses, [use.withheld for use in one.uses], "-", words["withheld"])
    _line(second, one.uses, [use.guarded for use in one.uses], "--", words["guarded"])
    for axes in (first, second):
        axes.set_ylim(-3, 105)
        _months(axes, one.uses)
        legend_under(axes)
    return figure, said


def _months(axes: Axes, periods: Sequence[Period | Use]) -> None:
    """Periods by their months; of many every second, third …"""
    shown = periods[:: 1 + (len(periods) - 1) // MOST]
    names = [f"{one.first}" if one.first == one.last else f"{one.first}–{one.last}" for one in shown]
    axes.set_xticks([(one.first + one.last) / 2 for one in shown], names)
    axes.set_xlim(periods[0].first - 1, periods[-1].last + 1)


def _line(axes: Axes, uses: Sequence[Use], shares: Sequence[Proportion], style: str, name: str) -> None:
    across = [(use.first + use.last) / 2 for use in uses]
    axes.vlines(
        across,
        [100 * (one.low or 0) for one in shares],
        [100 * (one.high or 0) for one in shares],
        color=FAINT,
        linewidth=0.8,
    )
    up = [100 * (one.value or 0) for one in shares]
    axes.plot(across, up, color=INK, linestyle=style, marker="o", markersize=3, linewidth=1, label=name)
