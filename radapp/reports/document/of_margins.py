"""The protocol's hypotheses with a margin as a table: difference, interval, one-sided p, and what may be said. No Django."""

from collections.abc import Iterator, Mapping, Sequence

from ml.evaluation.margins import Hypothesis
from radapp.reports.analyses.margins import Answer, Verdict
from radapp.reports.document import cells
from radapp.reports.document.blocks import Align, Cell, Column, Row, TableBlock, Words, same
from radapp.reports.document.of_several import side
from radapp.reports.document.sentences import sentence
from radapp.reports.document.terms import TERMS, joined
from radapp.reports.inputs.values import Named

HYPOTHESES: Mapping[Hypothesis, Words] = {
    Hypothesis.NON_INFERIORITY: Words("Non-inferiority", "非劣效"),
    Hypothesis.EQUIVALENCE: Words("Equivalence", "等效"),
}
NAMED: Mapping[str, str] = {
    Named.BEFORE_OPENING: "开放前",
    Named.AFTER_OPENING: "开放后、揭盲前",
    Named.AFTER_UNBLINDING: "揭盲后",
}
ONE_SIDED = Words(
    "Each test is one-sided at half of the protocol's alpha; an interval of level 1 - alpha lies above minus the margin "
    "where non-inferiority is shown, and within the margin where equivalence is, before p is corrected among the hypotheses "
    "that were named before unblinding.",
    "每个检验为单侧，显著性水平为方案 α 的一半；校正前，水平 1 - α 的区间完全高于负界值即显示非劣效，"
    "完全位于界值内即显示等效；p 在揭盲前规定的假设间校正。",
)


def margins(found: Sequence[Answer], name: str) -> Iterator[TableBlock]:
    """One table; nothing where the protocol has no such hypothesis that is answered here."""
    if not found:
        return
    yield TableBlock(
        name=f"{name}-margins",
        caption=Words("Non-inferiority and equivalence by the protocol's margins", "按方案界值的非劣效与等效检验"),
        columns=(
            Column(head=TERMS["first_minus_second"], align=Align.LEFT),
            Column(head=TERMS["measure"], align=Align.LEFT),
            Column(head=Words("Hypothesis, margin", "假设与界值"), align=Align.LEFT),
            Column(head=TERMS["n"]),
            Column(head=TERMS["difference"]),
            Column(head=Words("p, one-sided", "单侧 p")),
            Column(head=TERMS["adjusted_p"]),
            Column(head=Words("What may be said", "结论"), align=Align.LEFT),
        ),
        rows=tuple(Row(cells=tuple(_cells(one))) for one in found),
        notes=(ONE_SIDED, *dict.fromkeys(sentence(one.note) for one in found if one.note)),
    )


def _cells(one: Answer) -> Iterator[Cell]:
    scale, digits = (1.0, 4) if one.endpoint == "auc" else (100.0, 2)
    margin = f"{one.margin:g}"
    sign = f" {cells.MINUS} "
    yield cells.text(joined(side(one.first), side(one.second), en=sign, zh=sign))
    yield cells.text(TERMS[one.endpoint])
    yield cells.text(joined(HYPOTHESES[one.hypothesis], same(margin), en=", ", zh="，"))
    yield cells.count(one.cases)
    yield cells.estimate(one.against, scale=scale, digits=digits, marks=cells.marks_of(one.standing, small=one.small))
    yield cells.p(one.against.p)
    yield cells.p(one.adjusted.adjusted, significant=one.adjusted.rejected)
    yield cells.text(said(one))


def said(one: Answer) -> Words:
    """The verdict in both languages."""
    what = {Hypothesis.NON_INFERIORITY: "非劣效", Hypothesis.EQUIVALENCE: "等效"}[one.hypothesis]
    named = next((zh for when, zh in NAMED.items() if one.words.partition(" named ")[2].startswith(when)), "")
    margin = f"{one.margin:g}"
    chinese = {
        Verdict.SHOWN: f"在{named}规定的界值 {margin} 内{what}",
        Verdict.NOT_SHOWN: f"未显示在{named}规定的界值 {margin} 内{what}；这也不表示有差异",
        Verdict.EXPLORATORY: f"探索性：界值 {margin} 于{named}规定，不作任何结论",
        Verdict.NOT_ESTIMABLE: "无法估计：不作任何结论",
    }
    return Words(one.words, chinese[one.verdict])
