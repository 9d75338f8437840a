"""The flow of cases as boxes, a figure a cohort: the tactic and every reader, or all judges where there are few."""

from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radapp.reports.analyses.judges import Kind
from radapp.reports.analyses.stard import Cohort, Judged, Stard
from radapp.reports.document.group_words import EXCLUSIONS
from radapp.reports.files.drawing import FAINT, INK, Said, bare_sheet
from radapp.reports.files.figure_words import WORDS
from radapp.reports.files.figures.forest import judge_name
from radapp.reports.files.figures.pictures import Picture, Source, Words, named
from radapp.reports.files.naming import cohort_names

MIDDLE, SIDE, RAIL = 0.42, 0.62, 0.48
"""Across: the main column, the left edge of who was left out; upwards: the line to the judges."""
MOST = 6
"""More judges are not drawn side by side: tables have all."""


def pictures(found: Stard) -> tuple[Picture, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(Picture(f"{names[one.name]}-figure", partial(_flow, found, one)) for one in found.cohorts)


def drawn(cohort: Cohort) -> tuple[Judged, ...]:
    """All judges where they are few; else the tactic and readers first."""
    if len(cohort.judges) <= MOST:
        return cohort.judges
    first = [one for one in cohort.judges if one.judge.kind is not Kind.NETWORK]
    return tuple(first[:MOST])


def _flow(found: Stard, cohort: Cohort, source: Source, words: Words) -> tuple[Figure, Said]:
    judges = drawn(cohort)
    rules = words["first_lines"].format(count=len(judges)) if len(judges) < len(cohort.judges) else ""
    title = words["stard_figure"].format(cohort=named(cohort.name, words))
    said = source.said(title, words, level=None, small=False, rules=rules)
    figure, axes = bare_sheet(6.4, said)
    _box(axes, MIDDLE, 1.0, words["assessed"].format(count=found.assessed))
    out = [words["left_out"].format(count=sum(found.left_out.values()))]
    out += [f"   {_reason(reason, words)}: {count}" for reason, count in found.left_out.items()]
    out += [words["practice"].format(count=found.practice), words["withdrawn"].format(count=found.withdrawn)]
    _box(axes, SIDE, 0.9, "\n".join(out), left=True)
    _arrow(axes, (MIDDLE, 0.925), (MIDDLE, 0.655))
    _arrow(axes, (MIDDLE, 0.8), (SIDE - 0.012, 0.8))
    _box(axes, MIDDLE, 0.64, words["counted"].format(cases=cohort.cases, patients=cohort.patients))
    places = [(number + 0.5) / len(judges) for number in range(len(judges))]
    for one, across in zip(judges, places, strict=True):
        _arrow(axes, (across, RAIL), (across, 0.435))
        _box(axes, across, 0.42, words["judged"].format(judge=judge_name(one.judge, words), count=one.read))
        _arrow(axes, (across, 0.35), (across, 0.275))
        _box(axes, across, 0.26, _branches(one, words), left=True, middle=True)
    ends = [min((MIDDLE, *places)), max((MIDDLE, *places))]
    axes.plot([MIDDLE, MIDDLE], [0.57, RAIL], color=FAINT, linewidth=0.9)
    axes.plot(ends, [RAIL, RAIL], color=FAINT, linewidth=0.9)
    return figure, said


def _branches(one: Judged, words: Words) -> str:
    lines = []
    for branch in one.branches:
        if not branch.cases and branch.call == "not_assessable":
            continue
        lines.append(f"{words[branch.call]}: {branch.cases}")
        lines.append("  " + words["with_recurrence"].format(count=branch.diseased))
        lines.append("  " + words["without_recurrence"].format(count=branch.healthy))
        if branch.without_truth:
            lines.append("  " + words["no_truth"].format(count=branch.without_truth))
    return "\n".join(lines)


def _reason(reason: str, words: Words) -> str:
    known = EXCLUSIONS.get(reason)
    return reason if known is None else (known.en if words is WORDS["en"] else known.zh)


def _box(axes: Axes, x: float, y: float, text: str, *, left: bool = False, middle: bool = False) -> None:
    """Its upper edge at y; at x its middle, or where it is `left` and not `middle` its left edge."""
    axes.text(
        x, y, text, fontsize=8, ha="left" if left and not middle else "center", va="top",
        multialignment="left" if left else "center", linespacing=1.4,
        bbox={"boxstyle": "square,pad=0.5", "facecolor": "white", "edgecolor": INK, "linewidth": 0.9},
    )  # fmt: skip


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "color": FAINT, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=style)
