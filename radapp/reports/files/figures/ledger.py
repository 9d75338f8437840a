"""The running rate of missed recurrences over months."""

from functools import partial

from matplotlib.figure import Figure

from radapp.reports.analyses.ledger import Ledger
from radapp.reports.files.drawing import FAINT, GREYS, INK, Said, legend_under, sheet
from radapp.reports.files.figures.pictures import Picture, Source, Words


def pictures(found: Ledger) -> tuple[Picture, ...]:
    """One, where there is a month to draw."""
    return (Picture("running-figure", partial(_running, found)),) if found.drawn else ()


def _running(found: Ledger, source: Source, words: Words) -> tuple[Figure, Said]:
    said = source.said(
        words["ledger_figure"], words, level=found.options.level, small=found.left.small, rules=words["one_look"]
    )
    figure, ((axes,),) = sheet(1, (1,), said)
    axes.set_title(words["running"].format(months=found.options.horizon))
    known = [(one.month, one.running) for one in found.running if one.running.rate.value is not None]
    months = [month for month, _ in known]
    rates = [one.rate for _, one in known]
    if known:
        axes.fill_between(
            months,
            [100 * (one.low or 0) for one in rates],
            [100 * (one.high or 0) for one in rates],
            step="post",
            color=GREYS[1],
            alpha=0.5,
            linewidth=0,
        )
        axes.step(months, [100 * (one.value or 0) for one in rates], where="post", color=INK, label=words["missed_rate"])
        axes.plot(months, [100 * (one.value or 0) for one in rates], color=INK, marker="o", markersize=3, linestyle="")
    worst = [(one.month, 100 * one.running.worst.value) for one in found.running if one.running.worst.value is not None]
    if worst:
        across, up = zip(*worst, strict=True)
        axes.step(across, up, where="post", color=FAINT, linestyle="--", label=words["worst_case"])
        legend_under(axes)
    axes.set_ylim(bottom=0)
    axes.margins(x=0.02)
    return figure, said
