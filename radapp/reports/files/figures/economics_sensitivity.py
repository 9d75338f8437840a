"""Pictures of the sensitivity of costs: tornado, draws, sweep over the prevalence, calling back; each one a cohort."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml.evaluation.cost_sensitivity import Bar
from radapp.reports.analyses.economics_sensitivity import Cohort, EconomicsSensitivity
from radapp.reports.files.drawing import FAINT, GREYS, INK, Said, sheet
from radapp.reports.files.figure_words import WORDS
from radapp.reports.files.figures.economics_sensitivity_words import OWN
from radapp.reports.files.figures.pictures import Picture, Source, Words, named, text_of
from radapp.reports.files.naming import cohort_names

TORNADO = ("saved", "cost_per_detected", "hours_saved")


def pictures(found: EconomicsSensitivity) -> tuple[Picture, ...]:
    """Four of every cohort that has both kinds of cases."""
    names = cohort_names(one.name for one in found.cohorts)
    kinds: Mapping[str, Any] = {"tornado": _tornado, "draws": _draws, "sweep": _sweep, "call-back": _call_back}
    return tuple(
        Picture(f"{names[one.name]}-{kind}", partial(_drawn, draw, kind, found, one))
        for one in found.cohorts
        if one.base
        for kind, draw in kinds.items()
    )


def _drawn(
    draw: Any, kind: str, found: EconomicsSensitivity, cohort: Cohort, source: Source, words: Words
) -> tuple[Figure, Said]:
    own = OWN["en" if words is WORDS["en"] else "zh"]
    prevalence = own["over"] if kind == "sweep" else own["at"].format(share=text_of(100 * found.prevalence))
    title = f"{own[kind].format(cohort=named(cohort.name, words))}, {prevalence}"
    said = source.said(title, words, level=None, small=cohort.small, rules=own[f"{kind}_foot"])
    return draw(found, cohort, said, own), said


def _tornado(found: EconomicsSensitivity, cohort: Cohort, said: Said, own: Words) -> Figure:
    figure, (panels,) = sheet(1, (1, 1, 1), said, tall=4.4, left=0.2)
    bars = sorted((one for one in cohort.tornado if any(_moves(one))), key=_moves, reverse=True)
    for panel, outcome in zip(panels, TORNADO, strict=True):
        panel.set_title(own[outcome].format(currency=found.tariff.currency))
        _bars(panel, bars, outcome, cohort.base[outcome])
    names = [f"{own[one.parameter]}\n{_ends(one)}" for one in bars]
    for panel in panels:
        panel.set_ylim(len(bars) - 0.4, -0.75)
        panel.set_yticks(range(len(bars)), names if panel is panels[0] else [""] * len(bars), fontsize=7.5)
    return figure


def _moves(bar: Bar) -> tuple[float, ...]:
    """By how much each panel's outcome moves; what moves none has no bar."""
    ends = (bar.outcomes.get(name, (None, None)) for name in TORNADO)
    return tuple(round(abs((high or 0) - (low or 0)), 6) for low, high in ends)


def _ends(bar: Bar) -> str:
    if bar.base is None or bar.low is None or bar.high is None:
        return ""
    if bar.base <= 1:
        return f"{100 * bar.base:.1f} % ({100 * bar.low:.1f}–{100 * bar.high:.1f})"
    return f"{bar.base:,.5g} ({bar.low:,.5g}–{bar.high:,.5g})"


def _bars(panel: Axes, bars: list[Bar], outcome: str, base: float | None) -> None:
    if base is None:
        return
    for place, one in enumerate(bars):
        for value, grey in zip(one.outcomes[outcome], (GREYS[0], GREYS[2]), strict=True):
            if value is not None and abs(value - base) > 1e-9 * abs(base):
                panel.barh(place, value - base, 0.55, left=base, color=grey, edgecolor=INK, linewidth=0.8)
                panel.annotate(
                    f"{value:,.0f}", (value, place), (3 if value > base else -3, 0), textcoords="offset points",
                    fontsize=7, va="center", ha="left" if value > base else "right",
                )  # fmt: skip
    panel.axvline(base, color=INK, linewidth=0.8)
    panel.margins(x=0.4)
    panel.set_xticks([base], [f"{base:,.0f}"])


def _draws(found: EconomicsSensitivity, cohort: Cohort, said: Said, own: Words) -> Figure:
    figure, ((first, second),) = sheet(1, (1, 1), said, tall=3.6)
    simulated = cohort.simulated
    assert simulated is not None, "there are both kinds of cases"
    first.set_title(own["plane"].format(currency=found.tariff.currency))
    if simulated.points:
        across, up = np.array(simulated.points).T
        first.plot(across, up, ".", color=FAINT, markersize=3, alpha=0.6)
    middle = simulated.outcomes["missed_more"].value, simulated.outcomes["saved"].value
    if middle[0] is not None and middle[1] is not None:
        first.plot(middle[0], middle[1], "o", color=INK, markersize=7)
    for line in (first.axhline, first.axvline):
        line(0, color=INK, linewidth=0.8, linestyle=":")
    first.set_xlabel(own["missed_more"])
    _thousands(first)
    second.set_title(own["chance"])
    names = [f"{100 * one.called_back:g} %" for one in simulated.saves]
    for place, one in enumerate(simulated.saves):
        second.bar(place - 0.2, one.probability, 0.36, color=GREYS[2], edgecolor=INK, linewidth=0.8)
        second.bar(place + 0.2, one.probability_of_hours, 0.36, color=GREYS[0], edgecolor=INK, linewidth=0.8)
        for shift, value in ((-0.2, one.probability), (0.2, one.probability_of_hours)):
            second.text(place + shift, value + 0.02, f"{value:.2f}", ha="center", fontsize=7)
    second.set_ylim(0, 1.15)
    second.set_xticks(range(len(names)), names)
    second.set_xlabel(own["called_back"])
    return figure


def _sweep(found: EconomicsSensitivity, cohort: Cohort, said: Said, own: Words) -> Figure:
    figure, (top, bottom) = sheet(2, (1, 1), said, tall=2.7)
    shares = np.array([100 * one.prevalence for one in cohort.sweep])
    _lines(top[0], shares, cohort, {"saved": "-"}, own["saved"].format(currency=found.tariff.currency))
    _lines(bottom[0], shares, cohort, {"hours_saved": "-"}, own["hours_saved"])
    top[1].set_title(own["predictive"])
    bottom[1].set_title(own["missed"])
    estimates = [
        (top[1], "PPV", "-", [one.positive_predictive_value for one in cohort.sweep], 100),
        (top[1], "NPV", "--", [one.negative_predictive_value for one in cohort.sweep], 100),
        (bottom[1], "", "-", [one.missed for one in cohort.sweep], 1),
    ]
    for panel, name, style, rows, scale in estimates:
        known = [(x, scale * one.value, one) for x, one in zip(shares, rows, strict=True) if one.value is not None]
        if not known:
            continue
        panel.plot([x for x, _, _ in known], [value for _, value, _ in known], style, color=INK, label=name)
        banded = [
            (x, scale * one.low, scale * one.high) for x, _, one in known if one.low is not None and one.high is not None
        ]
        if banded:
            x, low, high = np.array(banded).T
            panel.fill_between(x, low, high, color=GREYS[1], alpha=0.5, linewidth=0)
        if name:
            below = -12 if known[0][1] > 50 else 8
            panel.annotate(name, known[0][:2], (0, below), textcoords="offset points", fontsize=8)
    for panel in (*top, *bottom):
        panel.set_xscale("log")
        panel.set_xticks([0.5, 1, 3, 10, 30, 60], ["0.5", "1", "3", "10", "30", "60 %"])
        panel.minorticks_off()
        panel.set_ylim(bottom=min(0, panel.get_ylim()[0]))
        panel.axvline(100 * found.prevalence, color=FAINT, linewidth=0.8, linestyle=":")
    return figure


def _lines(panel: Axes, x: Any, cohort: Cohort, styles: Mapping[str, str], title: str) -> None:
    panel.set_title(title)
    for name, style in styles.items():
        values = np.array([one.outcomes[name] for one in cohort.sweep], float)
        panel.plot(x, values, style, color=INK, marker="o", markersize=3)
        for at in (0, len(values) - 1):
            panel.annotate(f"{values[at]:,.0f}", (x[at], values[at]), (-4, -12), textcoords="offset points", fontsize=8)
    _thousands(panel)


def _thousands(panel: Axes) -> None:
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _call_back(found: EconomicsSensitivity, cohort: Cohort, said: Said, own: Words) -> Figure:
    figure, (panels,) = sheet(1, (1, 1), said, tall=3.2)
    back = cohort.called_back
    assert back is not None, "there are both kinds of cases"
    shares = [100 * one.share for one in back.steps]
    titles = own["saved"].format(currency=found.tariff.currency), own["hours_saved"]
    for panel, name, even, title in zip(
        panels, ("saved", "hours_saved"), (back.of_cost, back.of_hours), titles, strict=True
    ):
        panel.set_title(title)
        panel.plot(shares, [getattr(one, name) for one in back.steps], color=INK)
        panel.axhline(0, color=INK, linewidth=0.8, linestyle=":")
        panel.set_xlabel(own["called_back"])
        _thousands(panel)
        if even.value is None:
            panel.text(0.02, 0.12, own.get(even.reason, even.reason), fontsize=8, transform=panel.transAxes)
            continue
        if even.low is not None and even.high is not None:
            panel.axvspan(100 * even.low, 100 * even.high, color=GREYS[1], alpha=0.5, linewidth=0)
        panel.plot([100 * even.value], [0], "o", color=INK)
        limits = "" if even.low is None else f" ({100 * even.low:.1f}–{100 * (even.high or 0):.1f})"
        panel.annotate(
            f"{100 * even.value:.1f} %{limits}", (100 * even.value, 0), (8, 8), textcoords="offset points", fontsize=8
        )  # fmt: skip
    return figure
