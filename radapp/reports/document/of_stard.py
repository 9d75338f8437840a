"""The flow of cases as a page: the diagram, who was left out and why, and what each judge said. No Django."""

from collections.abc import Iterator

from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.stard import Cohort, Judged, Stard
from radapp.reports.document import cells
from radapp.reports.document.blocks import Align, Column, FigureBlock, Paragraph, Row, Section, TableBlock, Words, same
from radapp.reports.document.group_words import BASES, EXCLUSIONS
from radapp.reports.document.terms import COHORT, TERMS, judge
from radapp.reports.files.naming import cohort_names

CALLS = {
    "called": (Words("called", "判为复发"), "yes"),
    "not_called": (Words("not called", "判为无复发"), "no"),
    "not_assessable": (Words("not assessable", "无法评估"), "not_assessable"),
}
NO_TRUTH = Words("Not established", "未确立")
COUNT = Words("Count", "数目")


def sections(found: Stard) -> tuple[Section, ...]:
    """How cases came to count, then a section a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    first = Section(name="flow", title=Words("Cases", "病例"), blocks=(_steps(found),))
    return (first, *(_section(one, names[one.name]) for one in found.cohorts))


def _steps(found: Stard) -> TableBlock:
    rows = [(Words("Assessed", "评估"), found.assessed)]
    for reason, count in found.left_out.items():
        why = EXCLUSIONS.get(reason, same(reason))
        rows.append((Words(f"Left out: {why.en}", f"排除：{why.zh}"), count))
    rows += [
        (Words("For practice", "用于练习"), found.practice),
        (Words("Withdrawn after opening", "启动后撤出"), found.withdrawn),
        (Words("Counted in reports", "计入报告"), found.counted),
    ]
    return TableBlock(
        name="flow-steps",
        caption=Words("How cases came to count", "病例入选过程"),
        columns=(Column(head=Words("Step", "步骤"), align=Align.LEFT), Column(head=TERMS["cases"])),
        rows=tuple(Row(cells=(cells.text(words), cells.count(count))) for words, count in rows),
    )


def _section(cohort: Cohort, name: str) -> Section:
    patients = Words(
        f"{cohort.cases} cases of {cohort.patients} patients; {cohort.debatable} with a debatable reference standard.",
        f"{cohort.patients} 名患者的 {cohort.cases} 个病例；其中 {cohort.debatable} 个参考标准存疑。",
    )
    return Section(
        name=name,
        title=COHORT(cohort.name),
        blocks=(
            Paragraph(text=patients),
            FigureBlock(
                name=f"{name}-figure",
                caption=Words("Flow of cases (STARD 2015).", "病例流程图（STARD 2015）。"),
                alt=Words("Boxes from cases assessed to calls by truth", "从评估病例到各判断结果的流程框图"),
            ),
            _reference(cohort, name),
            _calls(cohort, name),
        ),
    )


def _reference(cohort: Cohort, name: str) -> TableBlock:
    where = {"cohort": cohort.name}
    known = {**where, "truth": "known"}
    rows = [
        Row(cells=(cells.text(BASES.get(basis, same(basis or "–"))), cells.count(count, behind={**known, "basis": basis})))
        for basis, count in cohort.bases.items()
    ]
    last = cells.count(cohort.without_truth, behind={**where, "truth": "none"})
    return TableBlock(
        name=f"{name}-reference",
        caption=Words("What the reference standard rests on", "参考标准的依据"),
        columns=(Column(head=Words("Basis", "依据"), align=Align.LEFT), Column(head=TERMS["cases"])),
        rows=(*rows, Row(cells=(cells.text(NO_TRUTH), last))),
    )


def _calls(cohort: Cohort, name: str) -> TableBlock:
    return TableBlock(
        name=f"{name}-calls",
        caption=Words("What each judge said, by reference standard", "各判断者的结果，按参考标准"),
        columns=(
            Column(head=TERMS["judge"], align=Align.LEFT),
            Column(head=Words("Call", "判断"), align=Align.LEFT),
            Column(head=COUNT),
            Column(head=TERMS["diseased"]),
            Column(head=TERMS["healthy"]),
            Column(head=NO_TRUTH),
        ),
        rows=tuple(row for one in cohort.judges for row in _branches(one, cohort.name)),
        notes=(
            Words(
                "Not assessable stays a branch of its own here; other reports count such a case as sent to contrast.",
                "“无法评估”在此单列；其他报告将其计为送增强检查。",
            ),
        ),
    )


def _branches(one: Judged, cohort: str) -> Iterator[Row]:
    who = label(one.judge)
    for branch in one.branches:
        words, call = CALLS[branch.call]
        where = {"cohort": cohort, "judge": who, "said": call}
        counts = [
            cells.count(branch.cases, behind=where),
            cells.count(branch.diseased, behind={**where, "truth": "yes"}),
            cells.count(branch.healthy, behind={**where, "truth": "no"}),
            cells.count(branch.without_truth, behind={**where, "truth": "none"}),
        ]
        yield Row(cells=(cells.text(judge(one.judge)), cells.text(words), *counts))
