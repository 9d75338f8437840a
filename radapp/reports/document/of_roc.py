"""The page of ROC curves: the paper's Fig. 2, areas and operating points, areas compared, several readers. No Django."""

from collections.abc import Iterator

from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.roc import POINT, Cohort, Roc
from radapp.reports.document import cells, compared, terms
from radapp.reports.document.blocks import Align, Block, Column, FigureBlock, Row, Section, TableBlock, Words
from radapp.reports.document.of_margins import margins
from radapp.reports.document.of_several import several_tables
from radapp.reports.document.terms import COHORT, TERMS
from radapp.reports.files.naming import SIDE_BY_SIDE, cohort_names


def sections(found: Roc) -> tuple[Section, ...]:
    """All cohorts side by side where there are several; then one a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    made = [
        Section(name=names[one.name], title=COHORT(one.name), blocks=tuple(_blocks(one, names[one.name])))
        for one in found.cohorts
    ]
    return (*((_together(),) if len(made) > 1 else ()), *made)


def _together() -> Section:
    figure = FigureBlock(
        name=SIDE_BY_SIDE,
        caption=Words(
            "ROC curves of the networks with the readers' operating points, a panel a cohort (Fig. 2 of the paper).",
            "各网络的 ROC 曲线及阅片者的工作点，每个队列一幅（论文图 2）。",
        ),
        alt=Words("Panels side by side, each with curves and points of a cohort", "并列的各幅图，各为一个队列的曲线与点"),
    )
    return Section(name=SIDE_BY_SIDE, title=Words("Cohorts side by side", "各队列并列"), blocks=(figure,))


def _blocks(cohort: Cohort, name: str) -> Iterator[Block]:
    yield FigureBlock(
        name=f"{name}-figure",
        caption=Words(
            "ROC curves of the networks with the readers' operating points.",
            "各网络的 ROC 曲线及阅片者的工作点。",
        ),
        alt=Words("Curves, and points with boxes of their intervals", "曲线，以及带区间方框的点"),
    )
    yield _areas(cohort, name)
    comparisons = compared.table(f"{name}-comparisons", cohort.name, cohort.families, areas_alone=True)
    if comparisons:
        yield comparisons
    yield from several_tables(cohort.name, name, cohort.several)
    yield from margins(cohort.margins, name)


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
