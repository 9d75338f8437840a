"""The page on subgroups: a table a judge, factors as headings, and the forest plot. No Django."""

from collections.abc import Iterator

from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.subgroups import MEASURES, OF_LESIONS, Cohort, Factor, Group, Row, Split, Subgroups, Tested
from radapp.reports.document import cells
from radapp.reports.document.blocks import (
    Align,
    Block,
    Cell,
    Column,
    FigureBlock,
    Mark,
    Paragraph,
    Section,
    TableBlock,
    Words,
    same,
)
from radapp.reports.document.blocks import Row as Line
from radapp.reports.document.group_words import factor_words, group_words
from radapp.reports.document.sentences import sentence
from radapp.reports.document.terms import COHORT, TERMS, joined, judge
from radapp.reports.files.naming import cohort_names

EXPLORATORY = Words(
    "No protocol named these subgroups: everything here is exploratory. A difference in a subgroup is a question for "
    "another study, and a difference that is not significant shows no equality.",
    "没有任何方案预先指定这些亚组：此处全部结果均为探索性。亚组间的差异只是留待另一项研究的问题；差异无统计学意义并不说明相同。",
)
ALL = Words("All cases", "全部病例")
NOTHING_SPLITS = Words(
    "Nothing that is known of these cases splits them into groups.", "已知信息中没有任何一项能将这些病例分组。"
)
OVERLAPPING = Words("Sites and kinds are not compared: a case may have several.", "部位与类型不作比较：一个病例可有多个。")


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
    if any(split.tests for row in cohort.rows for split in row.splits):
        blocks.append(_tests(cohort, name, found))
    if not any(row.splits for row in cohort.rows):
        blocks.append(Paragraph(text=NOTHING_SPLITS))
    blocks += [_table(row, number, cohort, name) for number, row in enumerate(cohort.rows, start=1) if row.splits]
    return Section(name=name, title=COHORT(cohort.name), blocks=tuple(blocks))


def _table(row: Row, number: int, cohort: Cohort, name: str) -> TableBlock:
    who = label(row.judge)
    lines = [_line(ALL, row.whole, {"cohort": cohort.name, "judge": who})]
    for split in row.splits:
        lines += _lines(split, {"cohort": cohort.name, "judge": who})
    return TableBlock(
        name=f"{name}-judge-{number}",
        caption=joined(Words("Subgroups,", "亚组，"), judge(row.judge), same(", %")),
        columns=(
            Column(head=Words("Group", "亚组"), align=Align.LEFT),
            *(Column(head=TERMS[one]) for one in ("diseased", "healthy", *MEASURES)),
        ),
        rows=tuple(lines),
    )


def _lines(split: Split, where: dict[str, str]) -> Iterator[Line]:
    yield Line(cells=(Cell(text=factor_words(split.factor)),), heading=True)
    for group in split.groups:
        conditions = {**where, "factor": split.factor.value, "group": group.name}
        yield _line(group_words(split.factor, group.name), group, conditions, lesions=split.factor in OF_LESIONS)


def _tests(cohort: Cohort, name: str, found: Subgroups) -> TableBlock:
    """Every test of every judge: whether a factor's groups are alike."""
    rows: list[Line] = []
    for row in cohort.rows:
        tests = [(split.factor, measure, one) for split in row.splits for measure, one in split.tests.items()]
        if tests:
            rows.append(Line(cells=(Cell(text=judge(row.judge)),), heading=True))
            rows += [_tested(factor, measure, one) for factor, measure, one in tests]
    return TableBlock(
        name=f"{name}-tests",
        caption=Words("Are groups alike?", "各组是否一致？"),
        columns=(
            Column(head=Words("Split by", "分组依据"), align=Align.LEFT),
            Column(head=Words("Measure", "指标"), align=Align.LEFT),
            Column(head=Words("Cases", "病例")),
            Column(head=Words("p", "P 值")),
            Column(head=Words("Corrected p", "校正 P 值")),
        ),
        rows=tuple(rows),
        notes=(
            Words(
                f"All tests of one judge are corrected together ({found.correction}), and held against {found.alpha:g}. "
                "A large p shows no equality.",
                f"同一判断者的全部检验一并校正（{found.correction}），与 {found.alpha:g} 比较。P 值大并不说明相同。",
            ),
            OVERLAPPING,
        ),
    )


def _tested(factor: Factor, measure: str, one: Tested) -> Line:
    adjusted = one.adjusted.adjusted if one.adjusted else None
    marks = (Mark.SIGNIFICANT,) if one.adjusted and one.adjusted.rejected else ()
    reason = sentence(one.test.reason) if one.test.reason else None
    ps = [_p(one.test.p, reason), _p(adjusted, reason, marks)]
    return Line(cells=(cells.text(factor_words(factor)), cells.text(TERMS[measure]), cells.count(one.test.n), *ps))


def _p(p: float | None, reason: Words | None, marks: tuple[Mark, ...] = ()) -> Cell:
    return Cell(text=cells.DASH, reason=reason) if p is None else Cell(text=same(f"{p:.4f}"), value=p, marks=marks)


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
