"""The page on subgroups: a table a judge, factors as headings, and the forest plot. No Django."""

from collections.abc import Iterator

from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.subgroups import MEASURES, OF_LESIONS, OVERLAP, SEVERAL, Cohort, Group, Row, Split, Subgroups
from radapp.reports.document import cells
from radapp.reports.document.blocks import (
    Align,
    Block,
    Cell,
    Column,
    FigureBlock,
    Paragraph,
    Section,
    TableBlock,
    Words,
)
from radapp.reports.document.blocks import Row as Line
from radapp.reports.document.group_words import factor_words, group_words
from radapp.reports.document.sentences import sentence
from radapp.reports.document.terms import COHORT, TERMS
from radapp.reports.files.naming import cohort_names

EXPLORATORY = Words(
    "No protocol named these subgroups: everything here is exploratory. A difference in a subgroup is a question for "
    "another study, and a difference that is not significant shows no equality.",
    "没有任何方案预先指定这些亚组：此处全部结果均为探索性。亚组间的差异只是留待另一项研究的问题；差异无统计学意义并不说明相同。",
)
ALL = Words("All cases", "全部病例")


def sections(found: Subgroups) -> tuple[Section, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(_section(one, names[one.name], found) for one in found.cohorts)


def _section(cohort: Cohort, name: str, found: Subgroups) -> Section:
    blocks: list[Block] = [Paragraph(text=EXPLORATORY, warning=True)]
    alike = [f"{factor_words(factor).en}: {group_words(factor, group).en}" for factor, group in cohort.alike.items()]
    alike_zh = [f"{factor_words(factor).zh}：{group_words(factor, group).zh}" for factor, group in cohort.alike.items()]
    if alike:
        text = Words(f"The same for all cases: {'; '.join(alike)}.", f"全部病例相同：{'；'.join(alike_zh)}。")
        blocks.append(Paragraph(text=text))
    if any(row.splits for row in cohort.rows):
        blocks.append(
            FigureBlock(
                name=f"{name}-figure",
                caption=Words(
                    "Sensitivity and specificity by subgroup, with intervals; dashed: all cases.",
                    "各亚组的灵敏度与特异度及其区间；虚线：全部病例。",
                ),
                alt=Words("Forest plot of subgroups", "亚组森林图"),
            )
        )
    blocks += [_table(row, number, cohort, name, found) for number, row in enumerate(cohort.rows, start=1)]
    return Section(name=name, title=COHORT(cohort.name), blocks=tuple(blocks))


def _table(row: Row, number: int, cohort: Cohort, name: str, found: Subgroups) -> TableBlock:
    who = label(row.judge)
    lines = [_line(ALL, row.whole, {"cohort": cohort.name, "judge": who})]
    for split in row.splits:
        lines += _lines(split, {"cohort": cohort.name, "judge": who})
    counted = Words(
        f"{row.tests} tests between groups; p corrected together ({found.correction}), held against {found.alpha:g}.",
        f"共 {row.tests} 个组间检验；P 值一并校正（{found.correction}），与 {found.alpha:g} 比较。",
    )
    return TableBlock(
        name=f"{name}-judge-{number}",
        caption=Words(f"Subgroups, {who}, %", f"亚组，{who}，%"),
        columns=(
            Column(head=Words("Group", "亚组"), align=Align.LEFT),
            *(Column(head=TERMS[one]) for one in ("diseased", "healthy", *MEASURES)),
        ),
        rows=tuple(lines),
        notes=(counted,),
    )


def _lines(split: Split, where: dict[str, str]) -> Iterator[Line]:
    tests = [text for measure in MEASURES if (text := _tested(split, measure)) is not None]
    if split.factor in SEVERAL:
        tests = [Words(OVERLAP, "一个病例可属于多个组，故不作比较")]
    heading = factor_words(split.factor)
    said = Words(" · ".join([heading.en, *(one.en for one in tests)]), " · ".join([heading.zh, *(one.zh for one in tests)]))
    yield Line(cells=(Cell(text=said),), heading=True)
    for group in split.groups:
        conditions = {**where, "factor": split.factor.value, "group": group.name}
        yield _line(group_words(split.factor, group.name), group, conditions, lesions=split.factor in OF_LESIONS)


def _tested(split: Split, measure: str) -> Words | None:
    one = split.tests.get(measure)
    if one is None:
        return None
    term = TERMS[measure]
    if one.test.p is None or one.adjusted is None or one.adjusted.adjusted is None:
        why = sentence(one.test.reason)
        return Words(f"{term.en}: no test ({why.en})", f"{term.zh}：无检验（{why.zh}）")
    p = f"p = {one.test.p:.3f}, {one.adjusted.adjusted:.3f}"
    return Words(f"{term.en} {p} corrected", f"{term.zh} {p}（校正后）")


def _line(name: Words, group: Group, where: dict[str, str], *, lesions: bool = False) -> Line:
    found = [
        cells.figure(group.figures[measure], behind={**where, "truth": truth, "call": call})
        if measure in group.figures
        else Cell(text=cells.DASH, reason=None if not lesions else Words("said of recurrences alone", "仅针对复发"))
        for measure, truth, call in (("sensitivity", "yes", "yes"), ("specificity", "no", "no"))
    ]
    counts = [cells.count(group.diseased, behind={**where, "truth": "yes", "call": "any"})]
    healthy = {**where, "truth": "no", "call": "any"}
    counts.append(Cell(text=cells.DASH) if lesions else cells.count(group.healthy, behind=healthy))
    return Line(cells=(Cell(text=name), *counts, *found))
