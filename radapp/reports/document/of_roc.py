"""The page of ROC curves: the paper's Fig. 2, areas and operating points, areas compared, several readers. No Django."""

from collections.abc import Iterator, Mapping

from ml.evaluation.mrmc.results import Inference
from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.roc import POINT, Cohort, Roc
from radapp.reports.analyses.several import ALL, Several
from radapp.reports.document import cells, compared, terms
from radapp.reports.document.blocks import Align, Block, Cell, Column, FigureBlock, Row, Section, TableBlock, Words, same
from radapp.reports.document.sentences import sentence
from radapp.reports.document.terms import COHORT, TERMS, joined
from radapp.reports.files.naming import cohort_names

INFERENCES: Mapping[Inference, Words] = {
    Inference.RANDOM: Words("readers like these and cases like these", "此类阅片者与此类病例"),
    Inference.FIXED_READERS: Words("these readers, and cases like these", "这些阅片者与此类病例"),
    Inference.FIXED_CASES: Words("readers like these, and these cases", "此类阅片者与这些病例"),
}
DESIGNS: Mapping[str, Words] = {
    "crossed": Words("crossed", "完全交叉"),
    "readers nested": Words("readers nested in arms", "阅片者嵌套于方案"),
    "cases nested": Words("cases nested in arms", "病例嵌套于方案"),
    "blocks": Words("blocks (split-plot)", "区组（裂区）"),
    "incomplete": Words("incomplete", "不完整"),
    "uneven": Words("uneven", "不规则"),
}
_SIDES: Mapping[str, Words] = {
    ALL: Words("All readers", "全部阅片者"),
    "stage:aided": Words("Aided", "有辅助"),
    "stage:unaided": Words("Unaided", "无辅助"),
    "seniority:senior": Words("Senior readers", "高年资阅片者"),
    "seniority:junior": Words("Junior readers", "低年资阅片者"),
}


def sections(found: Roc) -> tuple[Section, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(
        Section(name=names[one.name], title=COHORT(one.name), blocks=tuple(_blocks(one, names[one.name])))
        for one in found.cohorts
    )


def _blocks(cohort: Cohort, name: str) -> Iterator[Block]:
    yield FigureBlock(
        name=f"{name}-figure",
        caption=Words(
            "ROC curves of the networks with the readers' operating points (Fig. 2 of the paper).",
            "各网络的 ROC 曲线及阅片者的工作点（论文图 2）。",
        ),
        alt=Words("Curves, and points with boxes of their intervals", "曲线，以及带区间方框的点"),
    )
    yield _areas(cohort, name)
    comparisons = compared.table(f"{name}-comparisons", cohort.name, cohort.families, areas_alone=True)
    if comparisons:
        yield comparisons
    if cohort.several:
        yield _several(cohort, name)


def _areas(cohort: Cohort, name: str) -> TableBlock:
    rows = []
    for line in cohort.lines:
        where = {"cohort": cohort.name, "judge": label(line.judge)}
        right = {"sensitivity": {"truth": "yes", "call": "yes"}, "specificity": {"truth": "no", "call": "no"}}
        rows.append(
            Row(
                cells=(
                    cells.text(terms.judge(line.judge)),
                    cells.count(line.cases, behind={**where, "truth": "known", "call": "any"}),
                    cells.figure(line.area, scale=1, digits=4),
                    *(cells.figure(line.point[one], behind={**where, **right[one]}) for one in POINT),
                )
            )
        )
    point = Words("Operating point, %", "工作点，%")
    return TableBlock(
        name=f"{name}-areas",
        caption=Words("Areas under the curves and operating points", "曲线下面积与工作点"),
        columns=(
            Column(head=TERMS["judge"], align=Align.LEFT),
            Column(head=TERMS["n"]),
            Column(head=TERMS["auc"]),
            *(Column(head=TERMS[one], group=point) for one in POINT),
        ),
        rows=tuple(rows),
        notes=(
            Words(
                "Areas by DeLong, of those who gave scores or likelihoods; the others have calls alone.",
                "面积用 DeLong 法，限于给出评分或可能性者；其余只有判断。",
            ),
        ),
    )


def side(name: str) -> Words:
    """Of a protocol's analysis."""
    if name.startswith("arm:"):
        key = name.removeprefix("arm:")
        return Words(f"Arm {key}", f"方案 {key}")
    return _SIDES.get(name, same(name))


def _several(cohort: Cohort, name: str) -> TableBlock:
    compared_here = [one for one in cohort.several if one.adjusted is not None]
    tests = [one.adjusted for one in compared_here if one.adjusted is not None]
    notes = [_about(one) for one in cohort.several]
    if tests:
        correction = tests[0].method.lower()
        each = tests[0].alpha / (len(tests) if correction == "bonferroni" else 1)
        notes.append(
            joined(
                Words("One family", "同一组"), compared.multiplicity(len(tests), correction, each), en=": ", zh="："
            )
        )  # fmt: skip
    heads = {
        "first": Words("Area, first", "前者面积"),
        "second": Words("Area, second", "后者面积"),
    }
    return TableBlock(
        name=f"{name}-several",
        caption=Words("Several readers at once (MRMC): mean areas", "多阅片者多病例（MRMC）：平均面积"),
        columns=(
            Column(head=Words("Sides", "比较双方"), align=Align.LEFT),
            Column(head=TERMS["readers"]),
            Column(head=TERMS["n"]),
            *(Column(head=one) for one in heads.values()),
            Column(head=TERMS["difference"]),
            Column(head=TERMS["p"]),
            Column(head=TERMS["adjusted_p"]),
        ),
        rows=tuple(Row(cells=tuple(_cells(cohort, one))) for one in cohort.several),
        notes=(*notes, compared.NO_EQUIVALENCE),
    )


def _sides(one: Several) -> Words:
    return joined(side(one.first), *([side(one.second)] if one.second else []), en=f" {cells.MINUS} ", zh=f" {cells.MINUS} ")


def _cells(cohort: Cohort, one: Several) -> Iterator[Cell]:
    marks = cells.marks_of(one.standing, small=one.small)
    sides = "|".join(filter(None, (one.first, one.second)))
    yield cells.text(_sides(one))
    yield cells.count(len(one.readers))
    yield cells.count(one.cases, behind={"cohort": cohort.name, "truth": "known", "sides": sides})
    for place in (0, 1):
        if place < len(one.areas):
            yield cells.estimate(one.areas[place], scale=1, digits=4, marks=() if one.second else marks)
        else:
            yield Cell(text=cells.DASH)
    if one.difference is None:
        yield from (Cell(text=cells.DASH),) * 3
        return
    yield cells.estimate(one.difference, scale=1, digits=4, marks=marks)
    yield from cells.ps(one.difference, one.adjusted)


def _about(one: Several) -> Words:
    """Whom the answer is about, and why not about others."""
    parts = [_sides(one)]
    if one.design:
        parts.append(DESIGNS.get(one.design, same(one.design)))
    if one.inference is not None:
        about = INFERENCES[one.inference]
        parts.append(Words(f"about {about.en}", f"结论针对{about.zh}"))
    if one.note:
        parts.append(sentence(one.note))
    return joined(*parts, en="; ", zh="；")
