"""The page on calibration: figures, reliability and decision curves, cohort by cohort. No Django."""

from ml.evaluation.decision import DecisionCurve, DecisionPoint
from radapp.reports.analyses.calibration import RULES, Calibration, Cohort, Line
from radapp.reports.analyses.comparisons import label
from radapp.reports.document import cells
from radapp.reports.document.blocks import (
    Align,
    Cell,
    Column,
    FigureBlock,
    Mark,
    Points,
    Row,
    Section,
    TableBlock,
    Words,
    same,
)
from radapp.reports.document.sentences import sentence
from radapp.reports.document.terms import COHORT
from radapp.reports.document.terms import judge as judge_words
from radapp.reports.files.naming import cohort_names

SHOWN = (0.02, 0.05, 0.1, 0.2, 0.3)
"""Thresholds of the table; the curve has every percent."""
RULES_ZH = (
    "分数按原值视为复发的概率；阅片者给出的 0–100 可能性除以 100。",
    "在复发比例高的人群中拟合的分数，用于复发少的人群时会偏高：请看截距与复发比例。",
    "在另一复发比例下的净获益沿用各阈值的灵敏度与特异度，不改变任何分数。",
    "Spiegelhalter 检验的 P 值大并不说明校准良好。各 P 值未按检验次数校正。",
)
JUDGE = Words("Judge", "判断者")
HEADS = (
    Words("Cases", "病例"),
    Words("With recurrence", "有复发"),
    Words("Brier score", "Brier 评分"),
    Words("Scaled Brier", "标化 Brier"),
    Words("Calibration error", "校准误差"),
    Words("Slope", "斜率"),
    Words("Intercept", "截距"),
    Words("Spiegelhalter's p", "Spiegelhalter P 值"),
)


def sections(found: Calibration) -> tuple[Section, ...]:
    """One a cohort, and the rules before them."""
    names = cohort_names(one.name for one in found.cohorts)
    tests = Words(f"There are {found.tests} such tests here.", f"此处共有 {found.tests} 个这样的检验。")
    rules = Points(items=(*(Words(en, zh) for en, zh in zip(RULES, RULES_ZH, strict=True)), tests))
    first = Section(name="rules", title=Words("How the figures are made", "数值的得出方法"), blocks=(rules,))
    return (first, *(_section(one, names[one.name], found) for one in found.cohorts))


def _section(cohort: Cohort, name: str, found: Calibration) -> Section:
    return Section(
        name=name,
        title=COHORT(cohort.name),
        blocks=(
            _figures(cohort, name),
            FigureBlock(
                name=f"{name}-figure",
                caption=Words(
                    "Share with recurrence by mean score of each bin, and net benefit by threshold.",
                    "各组平均分数对应的复发比例，以及各阈值下的净获益。",
                ),
                alt=Words(
                    "Reliability curves beside the diagonal, and decision curves beside contrast for all and for none",
                    "可靠性曲线与对角线；决策曲线与全部增强、全部平扫的比较",
                ),
            ),
            _decisions(cohort, name, found.prevalence),
        ),
    )


def _figures(cohort: Cohort, name: str) -> TableBlock:
    return TableBlock(
        name=f"{name}-figures",
        caption=Words("Do scores mean what they say", "分数是否名副其实"),
        columns=(Column(head=JUDGE, align=Align.LEFT), *(Column(head=one) for one in HEADS)),
        rows=tuple(Row(cells=_cells(cohort, line)) for line in cohort.lines),
    )


def _cells(cohort: Cohort, line: Line) -> tuple[Cell, ...]:
    judge = label(line.judge)
    where = {"cohort": cohort.name, "judge": judge, "scored": "yes"}
    marks = (Mark.SMALL,) if line.small else ()
    estimates = (line.brier, line.scaled_brier, line.reliability.error, line.slope, line.intercept)
    return (
        cells.text(judge_words(line.judge)),
        cells.count(line.cases, behind={**where, "truth": "known"}),
        cells.count(line.diseased, behind={**where, "truth": "yes"}, small=line.small),
        *(cells.estimate(one, scale=1, digits=3, marks=marks) for one in estimates),
        Cell(text=cells.DASH, reason=sentence(line.test.reason)) if line.test.p is None else cells.p(line.test.p),
    )


def _decisions(cohort: Cohort, name: str, prevalence: float) -> TableBlock:
    shares = [Words("own", "自身"), same(f"{100 * prevalence:g} %")]
    return TableBlock(
        name=f"{name}-decisions",
        caption=Words("Net benefit per 100 patients, by threshold chance", "每 100 名患者的净获益，按阈值概率"),
        columns=(
            Column(head=JUDGE, align=Align.LEFT),
            Column(head=Words("With recurrence", "复发比例"), align=Align.LEFT),
            *(Column(head=same(f"{100 * one:g} %"), group=Words("Threshold", "阈值")) for one in SHOWN),
        ),
        rows=tuple(
            Row(cells=(cells.text(judge_words(one.judge)), cells.text(share), *_benefits(curve, small=one.small)))
            for one in cohort.judged
            for share, curve in zip(shares, (one.curve, one.elsewhere), strict=True)
        ),
        notes=(
            Words(
                "At a threshold of 10 %, nine injections in vain weigh as much as one recurrence found. "
                "Contrast for nobody has a net benefit of 0; beneath each figure stands its interval.",
                "阈值为 10 % 时，九次徒劳的注射与检出一例复发等重。全部平扫的净获益为 0；数值下方为其区间。",
            ),
        ),
    )


def _benefits(curve: DecisionCurve, *, small: bool) -> tuple[Cell, ...]:
    points: dict[float, DecisionPoint] = {round(point.threshold, 4): point for point in curve.points}
    marks = (Mark.SMALL,) if small else ()
    return tuple(cells.estimate(points[one].net_benefit, digits=1, marks=marks) for one in SHOWN)
