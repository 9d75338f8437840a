"""Reading times and their change over the order; what aid changed, a figure a cohort."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radapp.reports.analyses.behaviour import OVER, Among, Behaviour, Cohort, Pace, Switches, timed
from radapp.reports.files.drawing import FAINT, GREYS, INK, Said, legend_under, rows_of, sheet
from radapp.reports.files.figures.forest import MOST_ROWS, Scale, forest, height, judge_name, left_of, two_panels
from radapp.reports.files.figures.pictures import Picture, Source, Words, named
from radapp.reports.files.naming import cohort_names

AMONG = {Among.ALL: "among_all", Among.ADVICE_RIGHT: "among_advice_right", Among.ADVICE_WRONG: "among_advice_wrong"}


def pictures(found: Behaviour) -> tuple[Picture, ...]:
    """Times of all cohorts, and what aid changed in each where somebody read without and with it."""
    names = cohort_names(one.name for one in found.cohorts)
    times = (Picture("times", partial(_times, found.paces)),) if timed(found.paces) else ()
    aid = (Picture(f"{names[one.name]}-figure", partial(_aid, one)) for one in found.cohorts if one.switches)
    return (*times, *aid)


def _times(paces: Sequence[Pace], source: Source, words: Words) -> tuple[Figure, Said]:
    shown = paces[:MOST_ROWS]
    names = [judge_name(one.judge, words) for one in shown]
    small = any(one.measures[key].small for one in shown for key in ("work_median", "learning"))
    level = shown[0].measures["work_median"].estimate.level
    more = words["more_rows"].format(count=MOST_ROWS) if len(paces) > MOST_ROWS else ""
    said = source.said(words["times_figure"], words, level=level, small=small, rules=more)
    figure, (first, second) = two_panels(said, names)
    first.set_title(words["work_median"])
    _quartiles(first, shown)
    forest(first, names, [one.measures["work_median"] for one in shown], _seconds(shown), words)
    second.set_title(words["learning"].format(places=OVER))
    forest(second, None, [one.measures["learning"] for one in shown], _factors(shown), words)
    return figure, said


def _quartiles(axes: Axes, paces: Sequence[Pace]) -> None:
    for place, one in enumerate(paces):
        low, high = (one.measures[f"work_{key}_quartile"].estimate.value for key in ("lower", "upper"))
        if low is not None and high is not None:
            axes.barh(place, high - low, 0.5, left=low, color=GREYS[1], edgecolor=FAINT, linewidth=0.5, zorder=2)


def _values(paces: Sequence[Pace], keys: Sequence[str]) -> list[float]:
    found = [one.measures[key].estimate for one in paces for key in keys]
    return [value for one in found for value in (one.value, one.low, one.high) if value is not None]


def _seconds(paces: Sequence[Pace]) -> Scale:
    top = max(_values(paces, ("work_median", "work_upper_quartile")), default=1.0)
    step = next(step for step in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 10**9) if top / step <= 5)
    ticks = [float(step * number) for number in range(int(top / step) + 2)]
    return Scale(0, ticks[-1], ticks, [f"{one:g}" for one in ticks], None, 1, 1)


def _factors(paces: Sequence[Pace]) -> Scale:
    values = [*_values(paces, ("learning",)), 0.8, 1.25]
    low, high = max(0.0, min(values) - 0.05), min(4.0, max(values) + 0.05)
    ticks = [one for one in (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4) if low <= one <= high]
    return Scale(low, high, ticks, [f"{one:g}" for one in ticks], 1, 1, 2)


def _aid(cohort: Cohort, source: Source, words: Words) -> tuple[Figure, Said]:
    """To the right calls that aid turned right, to the left those that it turned wrong."""
    every = [one for one in cohort.switches if one.among in AMONG]
    shown = every[:MOST_ROWS]
    names = [f"{_reader(one, words)}: {words[AMONG[one.among]]}{' †' if one.small else ''}" for one in shown]
    rules = [words["counts_rules"], words["more_rows"].format(count=MOST_ROWS) if len(every) > MOST_ROWS else ""]
    title = words["aid_figure"].format(cohort=named(cohort.name, words))
    said = source.said(title, words, level=None, small=any(one.small for one in shown), rules="; ".join(filter(None, rules)))
    figure, ((axes,),) = sheet(1, (1,), said, tall=height(len(shown)), left=left_of(names), under=1.3)
    axes.set_title(words["aid_axis"])
    _changes(axes, names, shown, words)
    return figure, said


def _reader(one: Switches, words: Words) -> str:
    return judge_name(one.aided, words)


def _changes(axes: Axes, names: Sequence[str], shown: Sequence[Switches], words: Words) -> None:
    rows_of(axes, names)
    most = max((max(one.to_right, one.to_wrong) for one in shown), default=1) or 1
    for place, one in enumerate(shown):
        first = place == 0
        for count, sign, grey, key in (
            (one.to_right, 1, GREYS[1], "turned_right"),
            (one.to_wrong, -1, GREYS[2], "turned_wrong"),
        ):
            label = words[key] if first else None
            axes.barh(place, sign * count, 0.55, color=grey, edgecolor=INK, linewidth=0.7, label=label)
            side = "left" if sign > 0 else "right"
            text = f"{count}/{one.cases}"
            axes.annotate(
                text, (sign * count, place), (4 * sign, 0), textcoords="offset points", va="center", ha=side, fontsize=7.5
            )
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_xlim(-1.2 * most, 1.2 * most)
    axes.set_xticks([])
    axes.spines[["bottom", "left"]].set_visible(False)
    legend_under(axes)
