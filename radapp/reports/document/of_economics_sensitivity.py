"""The page of the sensitivity of costs: one thing at a time, all at once, over the prevalence, calling back. No Django."""

from collections.abc import Callable, Iterable, Mapping

from ml.evaluation.cost_sensitivity import Bar
from ml.evaluation.estimate import Estimate
from radapp.reports.analyses.economics_sensitivity import Cohort, EconomicsSensitivity
from radapp.reports.document import cells
from radapp.reports.document.blocks import (
    Align,
    Block,
    Cell,
    Column,
    FigureBlock,
    Paragraph,
    Points,
    Row,
    Section,
    TableBlock,
    Words,
    same,
)
from radapp.reports.document.economics_sensitivity_terms import (
    CAPTIONS,
    FIGURES,
    OUTCOMES,
    PARAMETERS,
    RULES_SAID,
    SHARE,
    said,
)
from radapp.reports.document.terms import COHORT
from radapp.reports.files.naming import cohort_names

SHOWN = ("saved", "cost_per_detected", "hours_saved", "detected")
SIMULATED = ("cost", "saved", "hours_saved", "detected", "missed", "missed_more", "cost_per_detected")
SWEPT = ("cost", "saved", "hours_saved")
EVERY = 4
"""Every so many steps of calling back stand in the table; all are in the CSV."""


def sections(found: EconomicsSensitivity) -> tuple[Section, ...]:
    """The rules, then one a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    rules = Section(
        name="rules",
        title=Words("How it is reckoned", "计算方法"),
        blocks=(Points(items=tuple(RULES_SAID[one] for one in found.rules)),),
    )
    return (rules, *(_section(one, names[one.name], found) for one in found.cohorts))


def _section(cohort: Cohort, name: str, found: EconomicsSensitivity) -> Section:
    blocks: tuple[Block, ...] = (Paragraph(text=said(cohort.reason), warning=True),)
    if cohort.base:
        blocks = (
            Paragraph(text=SHARE(100 * found.prevalence, 100 * cohort.diseased / cohort.cases, 100 * found.called_back)),
            _break_even(cohort, name),
            _called_back(cohort, name, found),
            _figure(name, "call-back"),
            _tornado(cohort, name, found),
            _figure(name, "tornado"),
            _draws(cohort, name, found),
            _chances(cohort, name),
            _figure(name, "draws"),
            _sweep(cohort, name, found),
            _figure(name, "sweep"),
        )
    return Section(name=name, title=COHORT(cohort.name), blocks=blocks)


def _figure(name: str, kind: str) -> FigureBlock:
    caption, alt = FIGURES[kind]
    return FigureBlock(name=f"{name}-{kind}", caption=caption, alt=alt)


def _table(name: str, kind: str, heads: Iterable[Words], rows: Iterable[tuple[Words, Iterable[Cell]]]) -> TableBlock:
    first, *others = heads
    return TableBlock(
        name=f"{name}-{kind}",
        caption=CAPTIONS[kind],
        columns=(Column(head=first, align=Align.LEFT), *(Column(head=one) for one in others)),
        rows=tuple(Row(cells=(cells.text(label), *rest)) for label, rest in rows),
    )


def _number(value: float | None, digits: int = 0, reason: str = "") -> Cell:
    if value is None:
        return Cell(text=cells.DASH, reason=said(reason) if reason else None)
    return Cell(text=same(f"{value:,.{digits}f}"), value=value)


def _estimate(one: Estimate, scale: float = 1, digits: int = 0) -> Cell:
    if one.value is None:
        return Cell(text=cells.DASH, reason=said(one.reason))
    below = None
    if one.low is not None and one.high is not None:
        below = same(f"{scale * one.low:,.{digits}f}–{scale * one.high:,.{digits}f}")
    return Cell(text=same(f"{scale * one.value:,.{digits}f}"), below=below, value=one.value)


def _heads(names: Iterable[str], found: EconomicsSensitivity) -> list[Words]:
    return [OUTCOMES[name](found.tariff.currency) for name in names]


def _break_even(cohort: Cohort, name: str) -> TableBlock:
    back = cohort.called_back
    rows: Mapping[Words, tuple[Estimate, float]] = (
        {
            Words("Patients who need contrast, of 1000", "每 1000 名患者中需增强者"): (back.needing, 1),
            Words("Called back: no money saved from (%)", "召回：不再节省费用的比例（%）"): (back.of_cost, 100),
            Words("Called back: no scanner time saved from (%)", "召回：不再节省扫描时间的比例（%）"): (back.of_hours, 100),
        }
        if back
        else {}
    )
    shown = ((label, (_estimate(one, scale, 1),)) for label, (one, scale) in rows.items())
    return _table(name, "break-even", (Words("What", "项目"), Words("Estimate", "估计值")), shown)


def _called_back(cohort: Cohort, name: str, found: EconomicsSensitivity) -> TableBlock:
    steps = cohort.called_back.steps if cohort.called_back else ()
    heads = (
        Words("Called back (%)", "召回比例（%）"),
        Words("Patients", "患者"),
        *_heads(("cost", "saved", "hours_saved"), found),
    )
    rows = (
        (
            same(f"{100 * one.share:g}"),
            (_number(one.patients), _number(one.cost), _number(one.saved), _number(one.hours_saved, 1)),
        )
        for one in steps[::EVERY]
    )
    return _table(name, "call-back-table", heads, rows)


def _tornado(cohort: Cohort, name: str, found: EconomicsSensitivity) -> TableBlock:
    heads = (Words("Varied alone", "单独变动者"), Words("From–to", "范围"), *_heads(SHOWN, found))
    rows = (
        (PARAMETERS[one.parameter], (_range(one), *(_ends(one, outcome) for outcome in SHOWN))) for one in cohort.tornado
    )
    return _table(name, "tornado-table", heads, rows)


def _range(bar: Bar) -> Cell:
    if bar.base is None or bar.low is None or bar.high is None:
        return Cell(text=cells.DASH, reason=said(bar.reason))
    shown: Callable[[float], str] = (lambda one: f"{100 * one:.1f} %") if bar.base <= 1 else (lambda one: f"{one:,.5g}")
    return Cell(text=same(shown(bar.base)), below=same(f"{shown(bar.low)}–{shown(bar.high)}"), value=bar.base)


def _ends(bar: Bar, outcome: str) -> Cell:
    low, high = bar.outcomes.get(outcome, (None, None))
    if low is None or high is None:
        return Cell(text=cells.DASH, reason=said(bar.reason) if bar.reason else None)
    return Cell(text=same(f"{low:,.0f} … {high:,.0f}"))


def _draws(cohort: Cohort, name: str, found: EconomicsSensitivity) -> TableBlock:
    drawn = cohort.simulated.outcomes if cohort.simulated else {}
    rows = ((OUTCOMES[one](found.tariff.currency), (_estimate(drawn[one], digits=1),)) for one in SIMULATED if one in drawn)
    return _table(name, "draws-table", (Words("Of 1000 patients", "每 1000 名患者"), Words("Median", "中位数")), rows)


def _chances(cohort: Cohort, name: str) -> TableBlock:
    heads = (
        Words("Called back (%)", "召回比例（%）"),
        Words("Money is saved", "节省费用"),
        Words("Scanner time is saved", "节省扫描时间"),
    )
    rows = (
        (same(f"{100 * one.called_back:g}"), (_number(one.probability, 3), _number(one.probability_of_hours, 3)))
        for one in (cohort.simulated.saves if cohort.simulated else ())
    )
    return _table(name, "chance-to-save", heads, rows)


def _sweep(cohort: Cohort, name: str, found: EconomicsSensitivity) -> TableBlock:
    heads = (
        Words("With recurrence (%)", "复发比例（%）"),
        Words("PPV (%)", "阳性预测值（%）"),
        Words("NPV (%)", "阴性预测值（%）"),
        Words("Missed per 1000", "每 1000 名漏诊"),
        *_heads(SWEPT, found),
    )
    rows = (
        (
            same(f"{100 * one.prevalence:g}"),
            (
                _estimate(one.positive_predictive_value, 100, 1),
                _estimate(one.negative_predictive_value, 100, 1),
                _estimate(one.missed, digits=1),
                *(_number(one.outcomes[outcome]) for outcome in SWEPT),
            ),
        )
        for one in cohort.sweep
    )
    return _table(name, "sweep-table", heads, rows)
