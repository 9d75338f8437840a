"""The page of diagnostic performance: the paper's Table 1, its counts, and the comparisons. No Django."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.performance import Cohort, Performance, Row
from radapp.reports.document import blocks, cells, compared, terms
from radapp.reports.document.blocks import Align, Block, Cell, Column, FigureBlock, Section, TableBlock, Words
from radapp.reports.document.of_margins import margins
from radapp.reports.document.of_several import several_tables
from radapp.reports.document.sentences import method
from radapp.reports.document.terms import COHORT, TERMS, joined
from radapp.reports.files.naming import cohort_names

SHARES = ("sensitivity", "specificity", "accuracy", "ppv", "npv")
ELSEWHERE = {"ppv_at_prevalence": "ppv", "npv_at_prevalence": "npv"}
CELLS = ("true_positive", "false_negative", "false_positive", "true_negative")
_RIGHT: Mapping[str, Mapping[str, str]] = {
    "sensitivity": {"truth": "yes", "call": "yes"},
    "specificity": {"truth": "no", "call": "no"},
    "accuracy": {"right": "yes"},
    "ppv": {"truth": "yes", "call": "yes"},
    "npv": {"truth": "no", "call": "no"},
    "true_positive": {"truth": "yes", "call": "yes"},
    "false_negative": {"truth": "yes", "call": "no"},
    "false_positive": {"truth": "no", "call": "yes"},
    "true_negative": {"truth": "no", "call": "no"},
    "cases": {"truth": "known", "call": "any"},
    "not_assessable": {"truth": "known", "call": "not_assessable"},
    "without_truth": {"truth": "none"},
}
"""{figure or count: which cases of its judge it counts}"""


def sections(found: Performance) -> tuple[Section, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(
        Section(name=names[one.name], title=COHORT(one.name), blocks=tuple(_blocks(one, names[one.name], found)))
        for one in found.cohorts
    )


def _blocks(cohort: Cohort, name: str, found: Performance) -> Iterator[Block]:
    yield _who(cohort, name)
    yield _table_one(cohort, name, found.prevalence)
    yield FigureBlock(
        name=f"{name}-figure",
        caption=Words("Sensitivity and specificity of every judge, with intervals.", "各判断者的灵敏度与特异度及其区间。"),
        alt=Words("Dots with intervals, a row a judge", "每位判断者一行，点及区间"),
    )
    yield _counts(cohort, name)
    comparisons = compared.table(f"{name}-comparisons", cohort.name, cohort.families)
    if comparisons:
        yield comparisons
    yield from several_tables(cohort.name, name, cohort.several)
    yield from margins(cohort.margins, name)


def _who(cohort: Cohort, name: str) -> TableBlock:
    conditions: dict[str, dict[str, str]] = {
        "cases": {},
        "diseased": {"truth": "yes"},
        "healthy": {"truth": "no"},
        "without_truth": {"truth": "none"},
        "debatable": {"debatable": "yes"},
    }
    return TableBlock(
        name=f"{name}-cases",
        caption=Words("Cases of the cohort", "队列的病例"),
        columns=tuple(Column(head=TERMS[one]) for one in conditions),
        rows=(
            blocks.Row(
                cells=tuple(
                    cells.count(getattr(cohort, one), behind={"cohort": cohort.name, **where})
                    for one, where in conditions.items()
                )
            ),
        ),
    )


def _table_one(cohort: Cohort, name: str, prevalence: float) -> TableBlock:
    known = cohort.diseased + cohort.healthy
    own = f"{100 * cohort.diseased / known:.1f} %" if known else "–"
    here = Words(f"At the cohort's prevalence, {own}", f"按队列患病率 {own}")
    there = Words(f"At a prevalence of {100 * prevalence:g} %", f"按患病率 {100 * prevalence:g} %")
    return TableBlock(
        name=f"{name}-figures",
        caption=Words("Diagnostic performance (Table 1 of the paper), %", "诊断效能（论文表 1），%"),
        columns=(
            Column(head=TERMS["judge"], align=Align.LEFT),
            Column(head=TERMS["n"]),
            *(Column(head=TERMS[one]) for one in SHARES[:3]),
            *(Column(head=TERMS[one], group=here) for one in SHARES[3:]),
            *(Column(head=TERMS[one], group=there) for one in ELSEWHERE.values()),
            Column(head=TERMS["auc"]),
        ),
        rows=tuple(grouped(cohort.rows, lambda row: tuple(_figures(cohort, row)))),
        notes=(_intervals(cohort), *_left_out(cohort)),
    )


def grouped(rows: tuple[Row, ...], cells_of: Callable[[Row], tuple[Cell, ...]]) -> Iterator[blocks.Row]:
    """Networks, the tactic and readers, each under its heading."""
    for kind, of_kind in groupby(rows, lambda row: row.judge.kind):
        yield cells.heading(terms.KINDS[kind])
        yield from (blocks.Row(cells=cells_of(row)) for row in of_kind)


def _figures(cohort: Cohort, row: Row) -> Iterator[Cell]:
    where = {"cohort": cohort.name, "judge": label(row.judge)}
    yield cells.text(terms.judge(row.judge))
    yield cells.count(row.cases, behind={**where, **_RIGHT["cases"]})
    yield from (cells.figure(row.figures[one], behind={**where, **_RIGHT[one]}) for one in SHARES)
    yield from (cells.figure(row.figures[one]) for one in ELSEWHERE)
    yield cells.figure(row.figures["auc"], scale=1, digits=4)


def _intervals(cohort: Cohort) -> Words:
    """Which intervals the table has, whose, at which level."""
    if not cohort.rows:
        return Words("Nobody judged this cohort.", "没有人判断此队列。")
    level = f"{100 * cohort.rows[0].figures['accuracy'].estimate.level:g}"
    found = {row.judge.kind: method(row.figures["accuracy"].estimate.method) for row in cohort.rows}
    if len(set(found.values())) == 1:
        said = next(iter(found.values()))
    else:
        parts = [joined(terms.KINDS[kind], one, en=": ", zh="：") for kind, one in found.items()]
        said = Words("; ".join(one.en for one in parts), "；".join(one.zh for one in parts))
    return Words(
        f"Beneath: {level} % intervals ({said.en}; areas DeLong; at another prevalence by Bayes' rule on the logit scale).",
        f"下方：{level} % 区间（{said.zh}；面积用 DeLong；另一患病率用 Bayes 公式及 logit 尺度）。",
    )


def _left_out(cohort: Cohort) -> Iterator[Words]:
    total = sum(row.not_assessable for row in cohort.rows)
    if total:
        yield Words(
            f"{total} calls of all judges were not assessable; how each was treated stands under Methods.",
            f"全部判断者共有 {total} 个判断为无法评估；处理方式见方法部分。",
        )


def _counts(cohort: Cohort, name: str) -> TableBlock:
    columns = ("cases", *CELLS, "not_assessable", "without_truth")

    def of(row: Row) -> tuple[Cell, ...]:
        where = {"cohort": cohort.name, "judge": label(row.judge)}
        return (
            cells.text(terms.judge(row.judge)),
            *(
                cells.count(getattr(row, one), behind={**where, **_RIGHT[one]}, small=row.small and one in CELLS)
                for one in columns
            ),
        )

    return TableBlock(
        name=f"{name}-counts",
        caption=Words("Counts behind the figures", "各数字背后的病例数"),
        columns=(Column(head=TERMS["judge"], align=Align.LEFT), *(Column(head=TERMS[one]) for one in columns)),
        rows=tuple(grouped(cohort.rows, of)),
    )
