"""The ledger's page: the rate of misses over time, paths and outcomes, overrides, withheld advice. No Django."""

from collections.abc import Mapping

from radapp.reports.analyses.ledger import RULES, Group, Ledger, Outcome, Override, Rate, WithheldFor
from radapp.reports.behind_use import DUE_UNKNOWN, ESTABLISHED
from radapp.reports.behind_use import EARLY as EARLY_BEHIND
from radapp.reports.document import cells
from radapp.reports.document.blocks import (
    Align,
    Block,
    Cell,
    Column,
    FigureBlock,
    Mark,
    Paragraph,
    Points,
    Row,
    Section,
    TableBlock,
    Words,
)
from radapp.reports.document.clinical_sentences import RULES_ZH, SAID
from radapp.reports.inputs.clinical import Advised, Contrast, Decided

OUTCOMES = tuple(Column(head=SAID[one]) for one in Outcome)
EXAMINATIONS = Column(head=Words("Examinations", "检查"))
EARLY = Column(head=Words("Early recurrences", "早期复发"))


def sections(found: Ledger) -> tuple[Section, ...]:
    """Rate, paths, overrides and withheld advice, rules."""
    return (
        Section(
            name="missed",
            title=Words("Recurrences missed without contrast", "未增强检查中的漏诊复发"),
            blocks=(_summary(found), _rates(found), *_over_time(found)),
        ),
        Section(
            name="paths", title=Words("Advice, decision, contrast, outcome", "建议、决定、增强与结局"), blocks=_paths(found)
        ),
        Section(
            name="rules",
            title=Words("How the figures are made", "数值的得出方法"),
            blocks=(Points(items=tuple(Words(one, RULES_ZH[one]) for one in RULES)),),
        ),
    )


def _over_time(found: Ledger) -> tuple[Block, ...]:
    if found.drawn:
        return _figure(), _running(found)
    nothing = "No examination of a known day that left without contrast is due yet: there is no rate over time."
    return (Paragraph(text=Words(nothing, "日期已知且未增强离开的检查均未到期：尚无随时间变化的漏诊率。")),)


def _summary(found: Ledger) -> Paragraph:
    left = found.left
    horizon = found.options.horizon
    return Paragraph(
        text=Words(
            f"{found.examinations} examinations of {found.patients} patients; advice stood in {found.advised}. "
            f"{left.examinations} left without contrast: of {left.due} the outcome at {horizon} months is due, of "
            f"{left.established} it is known, {left.missed} had a recurrence. {left.without_outcome} are due without an "
            f"outcome, {left.not_due} are not due yet.",
            f"{found.patients} 名患者的 {found.examinations} 次检查；其中 {found.advised} 次给出建议。{left.examinations} "
            f"次未增强离开：{left.due} 次的 {horizon} 个月结局已到期，{left.established} 次已知，{left.missed} 次有复发；"
            f"{left.without_outcome} 次到期但无结局，{left.not_due} 次未到期。",
        )
    )


def _rates(found: Ledger) -> TableBlock:
    heads = (
        Words("Examinations", "检查"),
        Words("Not yet due", "未到期"),
        Words("Due, known", "到期且已知"),
        Words("Missed", "漏诊"),
        Words("Due, no outcome", "到期无结局"),
        Words("Missed of known, %", "已知者中漏诊，%"),
        Words("Were all unknown ones missed, %", "若不明者全为漏诊，%"),
    )
    rows = (("all", found.left), *found.by_path.items())
    return TableBlock(
        name="missed-rates",
        caption=Words("Examinations that left without contrast", "未增强离开的检查"),
        columns=(Column(head=Words("Path", "途径"), align=Align.LEFT), *(Column(head=one) for one in heads)),
        rows=tuple(Row(cells=(cells.text(SAID[name]), *_rate(rate, _left(name)))) for name, rate in rows),
        notes=(Words("Exact intervals (Clopper and Pearson).", "精确区间（Clopper-Pearson）。"),),
    )


def _left(path: str) -> dict[str, str]:
    """Which examinations left without contrast by this path."""
    advised = {"as advised": Advised.NO_CONTRAST, "contrast advised, overridden": Advised.CONTRAST}
    advised["advice withheld"] = Advised.WITHHELD
    return {"contrast": Contrast.NOT_GIVEN.value, **({"advised": advised[path].value} if path in advised else {})}


def _rate(rate: Rate, where: Mapping[str, str]) -> tuple[Cell, ...]:
    marks = (Mark.SMALL,) if rate.small else ()
    return (
        cells.count(rate.examinations, behind=where),
        cells.count(rate.not_due, behind={**where, "outcome": Outcome.NOT_DUE.value}),
        cells.count(rate.established, behind={**where, "outcome": ESTABLISHED}),
        cells.count(rate.missed, behind={**where, "outcome": Outcome.RECURRENCE.value}),
        cells.count(rate.without_outcome, behind={**where, "outcome": DUE_UNKNOWN}),
        cells.estimate(rate.rate, marks=marks),
        cells.estimate(rate.worst, marks=marks),
    )


def _figure() -> FigureBlock:
    return FigureBlock(
        name="running-figure",
        caption=Words(
            "Running rate of missed recurrences, of all examinations up to each month, and were all unknown ones missed.",
            "截至各月全部检查的累计漏诊率，以及不明者全为漏诊时的值。",
        ),
        alt=Words("A line over months with its interval; above it the worst case", "随月份变化的曲线及区间；上方为最坏情形"),
    )


def _running(found: Ledger) -> TableBlock:
    return TableBlock(
        name="running",
        caption=Words("Month by month", "逐月"),
        columns=(
            Column(head=Words("Up to month", "截至月份")),
            Column(head=Words("Known", "已知")),
            Column(head=Words("Missed of known, %", "已知者中漏诊，%")),
            Column(head=Words("Worst, %", "最坏情形，%")),
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.count(one.month),
                    cells.count(
                        one.running.established,
                        behind={**_left("all"), "outcome": ESTABLISHED, "up_to": str(one.month)},
                    ),
                    cells.estimate(one.running.rate),
                    cells.estimate(one.running.worst),
                )
            )
            for one in found.running
        ),
        notes=(Words("Months since the first examination's.", "自第一次检查所在月起算。"),),
    )


def _paths(found: Ledger) -> tuple[Block, ...]:
    return tuple(_or_none(one) for one in (_groups(found), _overrides(found), _withheld(found)))


def _or_none(table: TableBlock) -> Block:
    """Heads without a row look like a fault."""
    if table.rows:
        return table
    return Paragraph(text=Words(f"{table.caption.en}: none.", f"{table.caption.zh}：无。"))


def _outcomes(outcomes: Mapping[str, int], where: Mapping[str, str]) -> tuple[Cell, ...]:
    return tuple(cells.count(outcomes[one.value], behind={**where, "outcome": one.value}) for one in Outcome)


def _path(one: Group) -> dict[str, str]:
    return {"advised": one.advised.value, "decided": one.decided.value, "contrast": one.contrast.value}


def _override(one: Override) -> dict[str, str]:
    contrast = "yes" if one.contrast_decided else "no"
    return {"advised": one.advised.value, "decided": Decided.OVERRIDDEN.value, "contrast_decided": contrast}


def _reason(one: WithheldFor) -> dict[str, str]:
    return {"advised": Advised.WITHHELD.value, "withheld": one.reason.value}


def _groups(found: Ledger) -> TableBlock:
    heads = (Words("Advice", "建议"), Words("Decision", "决定"), Words("Contrast", "增强"))
    return TableBlock(
        name="paths",
        caption=Words("Every path, by outcome", "各途径及其结局"),
        columns=(*(Column(head=one, align=Align.LEFT) for one in heads), EXAMINATIONS, *OUTCOMES, EARLY),
        rows=tuple(
            Row(
                cells=(
                    *(cells.text(SAID[word]) for word in (one.advised, one.decided, one.contrast)),
                    cells.count(one.examinations, behind=_path(one)),
                    *_outcomes(one.outcomes, _path(one)),
                    cells.count(one.early, behind={**_path(one), "outcome": EARLY_BEHIND}),
                )
            )
            for one in found.groups
        ),
        notes=(
            Words(
                "Early recurrences: known before the outcome was due, among those not yet due.",
                "早期复发：未到期者中已知的复发。",
            ),
        ),
    )


def _overrides(found: Ledger) -> TableBlock:
    decided = {True: Words("to contrast", "改为增强"), False: Words("to none", "改为不增强")}
    return TableBlock(
        name="overrides",
        caption=Words("Overrides and what became of them", "改变建议的决定及其结局"),
        columns=(
            Column(head=Words("Advice", "建议"), align=Align.LEFT),
            Column(head=Words("Overridden", "改变"), align=Align.LEFT),
            EXAMINATIONS,
            *OUTCOMES,
            EARLY,
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.text(SAID[one.advised]),
                    cells.text(decided[one.contrast_decided]),
                    cells.count(one.examinations, small=one.small, behind=_override(one)),
                    *_outcomes(one.outcomes, _override(one)),
                    cells.count(one.early, behind={**_override(one), "outcome": EARLY_BEHIND}),
                )
            )
            for one in found.overrides
        ),
        notes=(
            Words(
                "Reasons are free words of a person, and stand in the examination's own page alone.",
                "理由为个人自由填写，仅见于该检查自己的页面。",
            ),
        ),
    )


def _withheld(found: Ledger) -> TableBlock:
    return TableBlock(
        name="withheld",
        caption=Words("Advice withheld, and why", "未给建议及其原因"),
        columns=(
            Column(head=Words("Reason", "原因"), align=Align.LEFT),
            EXAMINATIONS,
            *(Column(head=SAID[one], group=Words("Contrast", "增强")) for one in Contrast),
            *(Column(head=one.head, group=Words("Outcome", "结局")) for one in OUTCOMES),
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.text(SAID[one.reason]),
                    cells.count(one.examinations, small=one.small, behind=_reason(one)),
                    *(
                        cells.count(one.contrast[name.value], behind={**_reason(one), "contrast": name.value})
                        for name in Contrast
                    ),
                    *_outcomes(one.outcomes, _reason(one)),
                )
            )
            for one in found.withheld
        ),
    )
