"""Reliability and decision curves, a figure a cohort."""

from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radapp.reports.analyses.calibration import Acting, Calibration, Cohort, Line
from radapp.reports.files.drawing import FAINT, INK, Said, legend_under, sheet
from radapp.reports.files.figures.forest import judge_name
from radapp.reports.files.figures.pictures import Picture, Source, Words, named, text_of
from radapp.reports.files.naming import cohort_names

STYLES = (
    ("-", "o"),
    ("--", "s"),
    (":", "^"),
    ("-.", "D"),
    ((0, (1, 3)), "v"),
    ((0, (5, 1)), "P"),
)
"""Lines and dots that are told apart without colour."""
MOST = len(STYLES)
"""More lines are not told apart: the first ones are drawn, the tables have all."""


def pictures(found: Calibration) -> tuple[Picture, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(Picture(f"{names[one.name]}-figure", partial(_calibration, one)) for one in found.cohorts)


def _calibration(cohort: Cohort, source: Source, words: Words) -> tuple[Figure, Said]:
    lines = cohort.lines[:MOST]
    title = words["calibration_figure"].format(cohort=named(cohort.name, words))
    level = lines[0].brier.level if lines else 0.95
    small = any(one.small for one in cohort.judged)
    rules = words["first_lines"].format(count=MOST) if len(cohort.lines) > MOST else ""
    said = source.said(title, words, level=level, small=small, rules=rules)
    figure, ((first, second),) = sheet(1, (1, 1), said)
    first.set_title(words["reliability"])
    _reliability(first, lines, words)
    second.set_title(words["net_benefit"].format(share=_share(cohort)))
    _decisions(second, cohort.judged, words)
    return figure, said


def _share(cohort: Cohort) -> str:
    known = cohort.cases - cohort.without_truth
    return text_of(100 * cohort.diseased / known) if known else "–"


def _reliability(axes: Axes, lines: tuple[Line, ...], words: Words) -> None:
    axes.plot([0, 100], [0, 100], color=FAINT, linewidth=0.8)
    for line, (style, marker) in zip(lines, STYLES, strict=False):
        bins = [one for one in line.reliability.bins if one.observed.value is not None]
        across = [100 * one.mean_score for one in bins]
        up = [100 * (one.observed.value or 0) for one in bins]
        for x, one in zip(across, bins, strict=True):
            axes.plot([x, x], [100 * (one.observed.low or 0), 100 * (one.observed.high or 0)], color=FAINT, linewidth=0.7)
        name = f"{judge_name(line.judge, words)}{' †' if line.small else ''}"
        axes.plot(across, up, color=INK, linewidth=1, linestyle=style, marker=marker, markersize=4, label=name)
    axes.set_xlim(-2, 102)
    axes.set_ylim(-2, 102)
    if axes.get_legend_handles_labels()[0]:
        legend_under(axes)


def _decisions(axes: Axes, judged: tuple[Line | Acting, ...], words: Words) -> None:
    points = judged[0].curve.points if judged else ()
    axes.axhline(0, color=FAINT, linewidth=0.8)
    everybody = [(100 * one.threshold, 100 * one.everybody.value) for one in points if one.everybody.value is not None]
    if everybody:
        axes.plot(*zip(*everybody, strict=True), color=FAINT, linewidth=1.6, label=words["conventional"])
    top = 0.0
    for number, one in enumerate(judged):
        known = [
            (100 * at.threshold, 100 * at.net_benefit.value) for at in one.curve.points if at.net_benefit.value is not None
        ]
        if known:
            style = STYLES[number % MOST][0]
            axes.plot(*zip(*known, strict=True), color=INK, linewidth=1, linestyle=style, label=judge_name(one.judge, words))
            top = max(top, *(up for _, up in known))
    axes.set_ylim(-0.25 * max(top, 1), 1.1 * max(top, 1))
    if axes.get_legend_handles_labels()[0]:
        legend_under(axes)
