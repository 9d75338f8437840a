"""The part of the tactic's page that says what cutoffs chosen on these very cases are worth. No Django."""

from collections.abc import Iterator, Mapping

from ml.tactic import Attainment
from radapp.reports.analyses.validation import MEASURES, NO_SCORES, SPARED, Validated
from radapp.reports.document import cells
from radapp.reports.document.blocks import Align, Block, Cell, Column, Mark, Paragraph, Row, TableBlock, Words, same
from radapp.reports.document.terms import TERMS

_ATTAINED: Mapping[str, str] = {
    Attainment.FOUND: "第二截断值：使策略整体达到目标灵敏度的最高值。",
    Attainment.NOT_NEEDED: "不需要第二截断值：第一截断值已达到目标灵敏度，没有可疑病例。",
    Attainment.UNATTAINABLE: "目标灵敏度无法达到：采用能找到同样多复发的最高截断值。",
}
_SPARED = Words("Spared contrast", "免于增强")


def validation(found: Validated, name: str) -> tuple[Block, ...]:
    """Sentences and two tables; the reason alone where cutoffs cannot be chosen again."""
    if found.reason:
        zh = (
            "研究没有 0 到 1 的 T1_T2 评分：无法重新选择截断值"
            if found.reason == NO_SCORES
            else "有 T1WIC 评分的病例只有一类"
        )
        return (Paragraph(text=Words(f"Not cross-validated: {found.reason}.", f"未交叉验证：{zh}。"), warning=True),)
    return (Paragraph(text=_rule(found)), *_tables(found, name))


def _rule(found: Validated) -> Words:
    target = f"{100 * found.target:g}"
    return Words(
        f"Cutoffs chosen again by the paper's rule: Youden's index for the first and for T1WIC, {target} % sensitivity of "
        f"the whole tactic for the second. {found.second} They call {found.same_calls} of {found.cases} cases as the study "
        "has it. Cross-validated: each case by cutoffs chosen without it and without its patient's other cases.",
        f"按论文规则重新选择截断值：第一截断值与 T1WIC 用约登指数，第二截断值以策略整体灵敏度 {target} % 为目标。"
        f"{_ATTAINED.get(found.attainment, '')}{found.cases} 例中有 {found.same_calls} 例的判断与研究记录一致。"
        "交叉验证：每个病例由不含该病例及同一患者其他病例所选的截断值判断。",
    )


def _tables(found: Validated, name: str) -> Iterator[TableBlock]:
    small = (Mark.SMALL,) if found.small else ()
    apparent = (Mark.APPARENT, *small)
    rows = [
        Row(
            cells=(
                cells.text(_SPARED if measure == SPARED else TERMS[measure]),
                cells.estimate(found.apparent[measure], marks=apparent),
                cells.estimate(found.cross_validated[measure], marks=small),
                *_corrected(found, measure, small),
            )
        )
        for measure in MEASURES
    ]
    yield TableBlock(
        name=f"{name}-validated",
        caption=Words("What the cutoffs are worth, %", "截断值的价值，%"),
        columns=(
            Column(head=TERMS["measure"], align=Align.LEFT),
            Column(head=Words("Apparent", "表观值")),
            Column(head=Words("Cross-validated", "交叉验证")),
            Column(head=Words("Bootstrap: apparent minus optimism", "自助法：表观值减乐观偏倚")),
        ),
        rows=tuple(rows),
    )
    yield TableBlock(
        name=f"{name}-validated-tiers",
        caption=Words("Tiers: apparent, and on average cross-validated", "分层：表观，及交叉验证的平均"),
        columns=(
            Column(head=TERMS["tier"], align=Align.LEFT),
            Column(head=TERMS["cases"], group=Words("Apparent", "表观值")),
            Column(head=TERMS["diseased"], group=Words("Apparent", "表观值")),
            Column(head=TERMS["cases"], group=Words("Cross-validated", "交叉验证")),
            Column(head=TERMS["diseased"], group=Words("Cross-validated", "交叉验证")),
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.text(TERMS[one.tier]),
                    *(_mean(value, 0) for value in (one.cases, one.diseased)),
                    *(_mean(value, 1) for value in (one.cross_validated_cases, one.cross_validated_diseased)),
                )
            )
            for one in found.mix
        ),
    )


def _corrected(found: Validated, measure: str, small: tuple[Mark, ...]) -> tuple[Cell, ...]:
    if measure == "sensitivity" and found.corrected:
        return (cells.estimate(found.corrected, marks=small),)
    return (cells.text(same("")),)


def _mean(value: float | None, digits: int) -> Cell:
    return Cell(text=cells.DASH) if value is None else Cell(text=same(f"{value:.{digits}f}"), value=value)
