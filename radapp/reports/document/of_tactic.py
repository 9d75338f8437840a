"""The tactic's page: the paper's Table 2 and its tiers. No Django."""

from radapp.reports.analyses.tactic import TABLE_TWO, Cohort, TacticTable
from radapp.reports.document import cells
from radapp.reports.document.blocks import (
    Align,
    Column,
    FigureBlock,
    Mark,
    Paragraph,
    Row,
    Section,
    TableBlock,
    Words,
    same,
)
from radapp.reports.document.of_validation import validation
from radapp.reports.document.terms import COHORT, TERMS
from radapp.reports.files.naming import cohort_names


def sections(found: TacticTable) -> tuple[Section, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(_section(cohort, names[cohort.name], found) for cohort in found.cohorts)


def _section(cohort: Cohort, name: str, found: TacticTable) -> Section:
    return Section(
        name=name,
        title=COHORT(cohort.name),
        blocks=(
            Paragraph(text=TERMS[found.words], warning=found.apparent),
            _tiers(cohort, name),
            _sent(cohort, name),
            _table_two(cohort, name, found.apparent),
            FigureBlock(
                name=f"{name}-figure",
                caption=Words(
                    "Cases by tier, and the tactic beside T1_T2 alone.", "各分层的病例数，以及分层策略与单用 T1_T2 的比较。"
                ),
                alt=Words("Bars of cases by tier; dots with intervals", "各分层病例条形图；带区间的点"),
            ),
            *(validation(cohort.validated, name) if cohort.validated else ()),
        ),
    )


def _tiers(cohort: Cohort, name: str) -> TableBlock:
    columns = ("cases", "diseased", "healthy", "detected", "missed", "false_alarms", "enhanced_would_detect")
    rows = []
    for tier in cohort.tiers:
        where = {"cohort": cohort.name, "tier": tier.tier}
        conditions = {
            "cases": {"truth": "known"},
            "diseased": {"truth": "yes"},
            "healthy": {"truth": "no"},
            "detected": {"truth": "yes", "judge": "DARNDEST", "call": "yes"},
            "missed": {"truth": "yes", "judge": "DARNDEST", "call": "no"},
            "false_alarms": {"truth": "no", "judge": "DARNDEST", "call": "yes"},
            "enhanced_would_detect": {"truth": "yes", "judge": "T1WIC", "call": "yes"},
        }
        counts = [
            cells.count(getattr(tier, one), behind={**where, **conditions[one]}, small=tier.small and one != "cases")
            for one in columns
        ]
        rows.append(Row(cells=(cells.text(TERMS.get(tier.tier, same(tier.tier))), *counts)))
    return TableBlock(
        name=f"{name}-tiers",
        caption=Words("Tiers: cases, recurrences and calls", "分层：病例、复发与判断"),
        columns=(Column(head=TERMS["tier"], align=Align.LEFT), *(Column(head=TERMS[one]) for one in columns)),
        rows=tuple(rows),
        notes=_undecided(cohort),
    )


def _undecided(cohort: Cohort) -> tuple[Words, ...]:
    """How suspicious cases without T1WIC count, here and where cutoffs are chosen; nothing where there are none."""
    count = cohort.without_t1wic
    if not count:
        return ()
    en = f"Suspicious without T1WIC: {count}. Sent to contrast, they count as called (intention to diagnose)"
    zh = f"可疑层中无 T1WIC 者 {count} 例：已送增强检查，按意向诊断原则计为判阳性"
    if cohort.validated:
        en += "; where cutoffs are chosen again, below, they count as not called"
        zh += "；在下文重新选择截断值时则计为未判阳性"
    return (Words(f"{en}.", f"{zh}。"),)


def _sent(cohort: Cohort, name: str) -> TableBlock:
    """Who gets contrast by the tactic, of those whose truth is established."""
    where = {"cohort": cohort.name, "judge": "DARNDEST"}
    return TableBlock(
        name=f"{name}-sent",
        caption=Words("Sent to contrast by the tactic", "分层策略送增强检查者"),
        columns=(
            Column(head=TERMS["cases"]),
            Column(head=Words("Sent to contrast, %", "送增强检查，%")),
            Column(head=TERMS["without_truth"]),
        ),
        rows=(
            Row(
                cells=(
                    cells.count(cohort.cases, behind={**where, "truth": "known"}),
                    cells.estimate(cohort.enhanced, behind={**where, "truth": "known", "sent": "yes"}),
                    cells.count(cohort.without_truth, behind={**where, "truth": "none"}),
                )
            ),
        ),
    )


def _table_two(cohort: Cohort, name: str, apparent: bool) -> TableBlock:
    others = (Mark.APPARENT,) if apparent else ()
    right = {
        "accuracy": {"right": "yes"},
        "sensitivity": {"truth": "yes", "call": "yes"},
        "specificity": {"truth": "no", "call": "no"},
    }
    judges = (("DARNDEST", cohort.tactic), ("T1_T2", cohort.unenhanced_only))
    return TableBlock(
        name=f"{name}-figures",
        caption=Words("The tactic beside T1_T2 alone (Table 2 of the paper), %", "分层策略与单用 T1_T2（论文表 2），%"),
        columns=(
            Column(head=TERMS["judge"], align=Align.LEFT),
            *(Column(head=TERMS[measure]) for measure in TABLE_TWO),
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.text(same(judge)),
                    *(
                        cells.figure(found[one], behind={"cohort": cohort.name, "judge": judge, **right[one]}, others=others)
                        for one in TABLE_TWO
                    ),
                )
            )
            for judge, found in judges
            if found
        ),
    )
