"""The page of readers' behaviour: times, learning over the order, and what aid changed. No Django."""

from collections.abc import Iterator, Mapping, Sequence

from radapp.reports.analyses.behaviour import OVER, Among, Behaviour, Cohort, Pace, Switches, timed
from radapp.reports.analyses.comparisons import label
from radapp.reports.document import cells, compared, terms
from radapp.reports.document.blocks import (
    Align,
    Block,
    Cell,
    Column,
    FigureBlock,
    Mark,
    Paragraph,
    Row,
    Section,
    TableBlock,
    Words,
)
from radapp.reports.document.of_margins import margins
from radapp.reports.document.sentences import sentence
from radapp.reports.document.terms import COHORT, TERMS, joined
from radapp.reports.files.naming import cohort_names

TIMES: Mapping[str, Words] = {
    "work_median": Words("At work, median, s", "工作时间中位数，秒"),
    "work_lower_quartile": Words("Lower quartile, s", "下四分位数，秒"),
    "work_upper_quartile": Words("Upper quartile, s", "上四分位数，秒"),
    "total_median": Words("In all, median, s", "总时间中位数，秒"),
    "first_image_median": Words("First image, median, s", "首幅图像中位数，秒"),
    "learning": Words(f"Factor over {OVER} places", f"每 {OVER} 个位置的倍数"),
}
AMONG: Mapping[Among, Words] = {
    Among.ALL: Words("all", "全部"),
    Among.DISEASED: Words("with recurrence", "有复发"),
    Among.HEALTHY: Words("without recurrence", "无复发"),
    Among.ADVICE_RIGHT: Words("advice right", "建议正确"),
    Among.ADVICE_WRONG: Words("advice wrong", "建议错误"),
    Among.MISSED: Words("advice wrong, with recurrence", "建议错误，有复发"),
    Among.FALSE_ALARM: Words("advice wrong, without recurrence", "建议错误，无复发"),
}
_CASES: Mapping[Among, Mapping[str, str]] = {
    Among.ALL: {},
    Among.DISEASED: {"truth": "yes"},
    Among.HEALTHY: {"truth": "no"},
    Among.ADVICE_RIGHT: {"advice": "right"},
    Among.ADVICE_WRONG: {"advice": "wrong"},
    Among.MISSED: {"advice": "wrong", "truth": "yes"},
    Among.FALSE_ALARM: {"advice": "wrong", "truth": "no"},
}
COUNTS: Mapping[str, tuple[Words, str, str]] = {
    "stayed_right": (Words("Stayed right", "保持正确"), "yes", "yes"),
    "to_right": (Words("Turned right", "改为正确"), "yes", "no"),
    "to_wrong": (Words("Turned wrong", "改为错误"), "no", "yes"),
    "stayed_wrong": (Words("Stayed wrong", "保持错误"), "no", "no"),
}


def sections(found: Behaviour) -> tuple[Section, ...]:
    """Times of the whole study, then what aid changed, cohort by cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return (
        Section(name="times", title=Words("Times", "时间"), blocks=tuple(_times(found.paces))),
        *(
            Section(name=names[one.name], title=COHORT(one.name), blocks=tuple(_aid(one, names[one.name])))
            for one in found.cohorts
        ),
    )


def _times(paces: Sequence[Pace]) -> Iterator[Block]:
    if not paces:
        yield Paragraph(text=Words("No reader read.", "没有阅片者阅片。"))
        return
    if timed(paces):
        yield FigureBlock(
            name="times",
            caption=Words(
                f"Time at work on a case, and its change over {OVER} places in the order.",
                f"每例工作时间，及其在阅片顺序中每 {OVER} 个位置的变化。",
            ),
            alt=Words("Dots with intervals, a row a reader", "每位阅片者一行，点及区间"),
        )
    yield TableBlock(
        name="times",
        caption=Words("Reading times of all cohorts", "全部队列的阅片时间"),
        columns=(
            Column(head=TERMS["judge"], align=Align.LEFT),
            Column(head=Words("Answers", "判断数")),
            *(Column(head=said) for said in TIMES.values()),
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.text(terms.judge(one.judge)),
                    cells.count(one.answers, behind={"judge": label(one.judge)}),
                    *(
                        cells.figure(one.measures[key], scale=1, digits=3 if key == "learning" else 1)
                        for key in TIMES
                    ),
                )
            )
            for one in paces
        ),
        notes=(
            Words(
                "At work: not away from the window, silent or paused. A factor of 1 is no change.",
                "工作时间：不含离开窗口、静止或暂停。倍数 1 表示无变化。",
            ),
        ),
    )  # fmt: skip


def _aid(cohort: Cohort, name: str) -> Iterator[Block]:
    if not cohort.switches:
        said = sentence(cohort.reason)
        yield Paragraph(text=Words(f"{said.en[:1].upper()}{said.en[1:]}.", f"{said.zh}。"))
        return
    yield FigureBlock(
        name=f"{name}-figure",
        caption=Words("Calls that aid turned right, and wrong.", "辅助使之改为正确与改为错误的判断。"),
        alt=Words("Bars of calls turned right and wrong", "改为正确与改为错误的条形图"),
    )
    yield _switches(cohort, name)
    yield _tests(cohort, name)
    yield from margins(cohort.margins, name)


def _switches(cohort: Cohort, name: str) -> TableBlock:
    return TableBlock(
        name=f"{name}-switches",
        caption=Words("What aid changed", "辅助改变了什么"),
        columns=(
            Column(head=Words("With / without aid", "有辅助 / 无辅助"), align=Align.LEFT),
            Column(head=TERMS["stratum"], align=Align.LEFT),
            Column(head=TERMS["n"]),
            *(Column(head=said) for said, _, _ in COUNTS.values()),
            Column(head=Words("Right calls given up, %", "放弃的正确判断，%")),
            Column(head=Words("Wrong calls put right, %", "纠正的错误判断，%")),
        ),
        rows=tuple(Row(cells=tuple(_counts(cohort, one))) for one in cohort.switches),
        notes=(
            Words(
                "Right calls given up where the advice was wrong are automation bias.",
                "在建议错误时放弃正确判断即自动化偏倚。",
            ),
        ),
    )


def _two(one: Switches) -> Words:
    return joined(terms.judge(one.aided), terms.judge(one.unaided), en=" / ", zh=" / ")


def _counts(cohort: Cohort, one: Switches) -> Iterator[Cell]:
    where = {"cohort": cohort.name, "judge": label(one.aided), "other": label(one.unaided), **_CASES[one.among]}
    small = (Mark.SMALL,) if one.small else ()
    yield cells.text(_two(one))
    yield cells.text(AMONG[one.among])
    entered = {"call": "any", "other_call": "any", **({} if "truth" in where else {"truth": "known"})}
    yield cells.count(one.cases, behind={**where, **entered})
    conditions = {key: {**where, "right": now, "other_right": before} for key, (_, now, before) in COUNTS.items()}
    yield from (cells.count(getattr(one, key), behind=conditions[key], small=one.small) for key in COUNTS)
    yield cells.estimate(one.lost, digits=1, marks=small, behind=conditions["to_wrong"])
    yield cells.estimate(one.gained, digits=1, marks=small, behind=conditions["to_right"])


def _tests(cohort: Cohort, name: str) -> TableBlock:
    tested = [one.adjusted for one in cohort.switches if one.among is Among.ALL and one.adjusted is not None]
    notes = [compared.NO_EQUIVALENCE]
    if tested:
        method = tested[0].method.lower()
        each = tested[0].alpha / (len(tested) if method == "bonferroni" else 1)
        family = Words("Exact p's among one kind of cases are one family", "同类病例中各阅片者的精确 p 为一组")
        notes.insert(0, joined(family, compared.multiplicity(len(tested), method, each), en=": ", zh="："))
    return TableBlock(
        name=f"{name}-tests",
        caption=Words("Right calls with aid minus without, percentage points", "有辅助减无辅助的正确判断，百分点"),
        columns=(
            Column(head=Words("With / without aid", "有辅助 / 无辅助"), align=Align.LEFT),
            Column(head=TERMS["stratum"], align=Align.LEFT),
            Column(head=TERMS["difference"]),
            Column(head=Words("p, McNemar's Z", "p，McNemar Z")),
            Column(head=Words("p, exact", "p，精确")),
            Column(head=Words("p, mid-p", "p，mid-p")),
            Column(head=Words("Exact p, corrected", "校正后精确 p")),
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.text(_two(one)),
                    cells.text(AMONG[one.among]),
                    cells.estimate(one.difference, marks=cells.marks_of(one.standing, small=one.small)),
                    cells.p(one.difference.p),
                    cells.p(one.exact.p),
                    cells.p(one.mid_p.p),
                    cells.p(
                        one.adjusted.adjusted if one.adjusted else None,
                        significant=bool(one.adjusted and one.adjusted.rejected),
                    ),
                )
            )
            for one in cohort.switches
        ),
        notes=tuple(notes),
    )
