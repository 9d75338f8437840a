"""The page of economics: the paper's Fig. 4 per 1000 patients, at the cohort's prevalence and at another. No Django."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ml.evaluation.economics import Economics, Strategy, Tariff
from ml.evaluation.estimate import Estimate
from radapp.reports.analyses.economics import Cohort, EconomicsTable
from radapp.reports.document import cells
from radapp.reports.document.blocks import (
    Align,
    Block,
    Cell,
    Column,
    FigureBlock,
    Mark,
    Paragraph,
    Points,
    Row,
    Section,
    TableBlock,
    Words,
    same,
)
from radapp.reports.document.sentences import sentence
from radapp.reports.document.terms import COHORT, TERMS
from radapp.reports.files.naming import cohort_names

PER_THOUSAND: Mapping[str, Words] = {
    "patients": Words("Patients", "患者"),
    "diseased": Words("Recurrences", "复发"),
    "detected": Words("Detected", "检出"),
}
STRATEGIES: Mapping[str, Words] = {
    "conventional": Words("Contrast for all", "全部增强"),
    "unenhanced_only": Words("Contrast for none (T1_T2 only)", "全部平扫（仅 T1_T2）"),
    "tactic": Words("Tactic", "分层策略"),
    "saved": Words("Saved against contrast for all", "较全部增强节省"),
}


def sections(found: EconomicsTable) -> tuple[Section, ...]:
    """One a cohort, and how the figures are made."""
    names = cohort_names(one.name for one in found.cohorts)
    rules = Section(
        name="rules",
        title=Words("How these figures are made", "数字的算法"),
        blocks=(_tariff(found.tariff), Points(items=tuple(sentence(one) for one in found.rules))),
    )
    return (
        *(
            Section(name=names[one.name], title=COHORT(one.name), blocks=tuple(_blocks(one, names[one.name], found)))
            for one in found.cohorts
        ),
        rules,
    )


def _tariff(tariff: Tariff) -> Paragraph:
    prices = f"{cells.number(tariff.enhanced, 0, thousands=True)} / {cells.number(tariff.unenhanced, 0, thousands=True)}"
    seconds = f"{tariff.seconds_enhanced:g} / {tariff.seconds_unenhanced:g}"
    rate = f"{tariff.exchange_rate:g} {tariff.currency} = 1 {tariff.exchange_currency}"
    return Paragraph(
        text=Words(
            f"An enhanced / unenhanced examination: {prices} {tariff.currency}, {seconds} s of scanner time; {rate}.",
            f"一次增强 / 平扫检查：{prices} {tariff.currency}，扫描 {seconds} 秒；{rate}。",
        )
    )


def _blocks(cohort: Cohort, name: str, found: EconomicsTable) -> Iterator[Block]:
    yield FigureBlock(
        name=f"{name}-figure",
        caption=Words(
            "Patients, recurrences, costs and hours per 1000 patients (Fig. 4 of the paper).",
            "每 1000 名患者的患者数、复发、费用与时间（论文图 4）。",
        ),
        alt=Words("Bars per tier, costs with intervals, total costs", "各分层条形图，带区间的费用，总费用"),
    )
    yield _counts(cohort, name)
    share = f"{100 * cohort.diseased / cohort.cases:.1f}" if cohort.cases else "–"
    own = Words(f"at the cohort's prevalence, {share} %", f"按队列患病率 {share} %")
    yield _tiers(cohort, cohort.own, f"{name}-own", own, found.tariff)
    yield _totals(cohort.own, f"{name}-own", own, found.tariff)
    there = Words(f"at a prevalence of {100 * found.prevalence:g} %", f"按患病率 {100 * found.prevalence:g} %")
    if cohort.elsewhere is None:
        reason = sentence(cohort.reason)
        yield Paragraph(text=Words(f"Nothing {there.en}: {reason.en}.", f"{there.zh}无结果：{reason.zh}。"))
        return
    yield _tiers(cohort, cohort.elsewhere, f"{name}-elsewhere", there, found.tariff)
    yield _totals(cohort.elsewhere, f"{name}-elsewhere", there, found.tariff)


def _counts(cohort: Cohort, name: str) -> TableBlock:
    conditions: dict[str, dict[str, str]] = {
        "cases": {"truth": "known"},
        "diseased": {"truth": "yes"},
        "detected": {"truth": "yes", "judge": "DARNDEST", "call": "yes"},
        "enhanced_would_detect": {"truth": "yes", "judge": "T1WIC", "call": "yes"},
    }

    def of(tier: str, counts: Mapping[str, int], small: bool) -> tuple[Cell, ...]:
        return tuple(
            cells.count(
                counts[one],
                behind={"cohort": cohort.name, "tier": tier, **where},
                small=small and one != "cases",
            )
            for one, where in conditions.items()
        )

    return TableBlock(
        name=f"{name}-tiers",
        caption=Words("The cohort's cases behind the figures", "各数字背后的队列病例"),
        columns=(Column(head=TERMS["tier"], align=Align.LEFT), *(Column(head=TERMS[one]) for one in conditions)),
        rows=tuple(
            Row(
                cells=(
                    cells.text(TERMS.get(one.tier, same(one.tier))),
                    *of(one.tier, {key: getattr(one, key) for key in conditions}, one.small),
                )
            )
            for one in cohort.tiers
        ),
    )


def _tiers(cohort: Cohort, one: Economics, name: str, where: Words, tariff: Tariff) -> TableBlock:
    cost = Words(f"Cost of a detected recurrence, {tariff.currency}", f"每检出一例复发的费用，{tariff.currency}")
    small = {tier.tier: (Mark.SMALL,) if tier.small else () for tier in cohort.tiers}
    return TableBlock(
        name=f"{name}-per-thousand",
        caption=Words(f"Per 1000 patients, {where.en}", f"每 1000 名患者，{where.zh}"),
        columns=(
            Column(head=TERMS["tier"], align=Align.LEFT),
            *(Column(head=words) for words in PER_THOUSAND.values()),
            Column(head=cost),
            Column(head=Words("Detected in the first tier for one here", "首层检出数与本层之比")),
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.text(TERMS.get(tier, same(tier))),
                    *(_per_thousand(getattr(found, key), small[tier]) for key in PER_THOUSAND),
                    _money(found.cost_per_detected, small[tier]),
                    Cell(text=cells.DASH)
                    if found.ratio is None
                    else Cell(text=same(f"{found.ratio:.1f}"), value=found.ratio, marks=small[tier]),
                )
            )
            for tier, found in one.tiers.items()
        ),
        notes=(
            Words(
                "Detected in the negative tier: what T1WIC would have detected there, which the tactic does not.",
                "阴性层检出：T1WIC 本可检出而分层策略未检出者。",
            ),
        ),
    )


def _per_thousand(one: Estimate, marks: tuple[Mark, ...]) -> Cell:
    """Whole at the cohort's prevalence, with a decimal at another. The reason why there is no interval is told below."""
    digits = 0 if one.value is None or float(one.value).is_integer() else 1
    return cells.estimate(one, scale=1, digits=digits, marks=marks)


def _money(one: Estimate, marks: tuple[Mark, ...]) -> Cell:
    cell = cells.estimate(one, scale=1, digits=0, marks=marks)
    if one.value is not None:
        cell = replace(cell, text=same(cells.number(one.value, 0, thousands=True)))
    if one.low is None:
        return cell
    low = cells.number(one.low, 0, thousands=True)
    high = None if one.high is None else cells.number(one.high, 0, thousands=True)
    return replace(cell, below=Words(f"{low}–{high or 'unbounded'}", f"{low}–{high or '无上限'}"))


def _totals(one: Economics, name: str, where: Words, tariff: Tariff) -> TableBlock:
    percents = {"conventional": one.percent_of_conventional, "unenhanced_only": one.percent_of_unenhanced_only}
    return TableBlock(
        name=f"{name}-strategies",
        caption=Words(f"Examinations of 1000 patients, {where.en}", f"1000 名患者的检查，{where.zh}"),
        columns=(
            Column(head=Words("Strategy", "策略"), align=Align.LEFT),
            Column(head=Words(f"Cost, {tariff.currency}", f"费用，{tariff.currency}")),
            Column(head=Words(f"Cost, {tariff.exchange_currency}", f"费用，{tariff.exchange_currency}")),
            Column(head=Words("Scanner hours", "扫描小时")),
            Column(head=Words("Tactic's cost in % of it", "分层策略费用占其 %")),
        ),
        rows=tuple(
            Row(cells=(cells.text(words), *_strategy(getattr(one, key)), _percent(percents.get(key))))
            for key, words in STRATEGIES.items()
        ),
    )


def _strategy(one: Strategy) -> tuple[Cell, ...]:
    return tuple(
        Cell(text=same(cells.number(value, digits, thousands=True)), value=value)
        for value, digits in ((one.cost, 0), (one.exchanged, 0), (one.hours, 1))
    )


def _percent(value: float | None) -> Cell:
    return Cell(text=same("")) if value is None else Cell(text=same(f"{value:.2f}"), value=value)
