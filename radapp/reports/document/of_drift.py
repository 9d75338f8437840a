"""The page on drift: scores of each network over time, and the tactic of each protocol. No Django."""

from radapp.reports.analyses.drift import RULES, Against, Change, Drift, Period, Tactic, Track
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
    same,
)
from radapp.reports.document.clinical_sentences import RULES_ZH, SAID

MONTHS = Column(head=Words("Months", "月份"), align=Align.LEFT)
EXAMINATIONS = Column(head=Words("Examinations", "检查"))
PERIOD_HEADS = (
    Words("Median score", "分数中位数"),
    Words("Middle 50 %", "中间 50 %"),
    Words("With truth", "参考标准已定"),
    Words("With recurrence, %", "有复发，%"),
    Words("Brier score", "Brier 评分"),
    Words("Calibration error", "校准误差"),
    Words("Slope", "斜率"),
    Words("Intercept", "截距"),
)
SHIFT_HEADS = (
    Words("Scores of it", "其分数数"),
    Words("Stability index", "稳定性指数"),
    Words("By chance", "机遇值"),
    Words("Distance", "距离"),
    Words("p, corrected", "P 值（校正）"),
)


def sections(found: Drift) -> tuple[Section, ...]:
    """What was looked at, a section a network, one a protocol, rules."""
    figure = FigureBlock(
        name="scores-figure",
        caption=Words("Scores of each network, period by period.", "各网络各时段的分数。"),
        alt=Words("Bars of the middle 50 and 90 % of scores with medians", "分数中间 50 % 与 90 % 的条及中位数"),
    )
    first = Section(
        name="about",
        title=Words("What was looked at", "所看内容"),
        blocks=(_about(found), *((figure,) if found.tracks else ())),
    )
    rules = Section(
        name="rules",
        title=Words("How the figures are made", "数值的得出方法"),
        blocks=(Points(items=tuple(Words(one, RULES_ZH[one]) for one in RULES)),),
    )
    tracks = (_track(one, f"network-{number}") for number, one in enumerate(found.tracks, 1))
    tactics = (_tactic(one, f"tactic-{number}") for number, one in enumerate(found.tactics, 1))
    return (first, *tracks, *tactics, rules)


def _about(found: Drift) -> Paragraph:
    return Paragraph(
        text=Words(
            f"{found.examinations} examinations in periods of {found.months} months; {found.without_day} without a day are "
            f"in none. {found.comparisons} comparisons are told here; some differ by chance, and none is a verdict.",
            f"{found.examinations} 次检查，每 {found.months} 个月为一时段；{found.without_day} 次无日期，不在任何时段。"
            f"此处共 {found.comparisons} 个比较；其中有些仅因机遇而不同，均非定论。",
        )
    )


def _track(track: Track, name: str) -> Section:
    protocols = ", ".join(track.protocols)
    title = f"{track.network} {track.bundle[:8]}".strip() + (f" ({protocols})" if protocols else "")
    shifts = (_shifts(track, name),) if any(one.against for one in track.periods) else ()
    changes = (_changes(track.changes, name),) if track.changes else ()
    return Section(name=name, title=same(title), blocks=(_periods(track, name), *shifts, *changes))


def _months(first: int, last: int) -> Cell:
    return cells.text(same(f"{first}" if first == last else f"{first}–{last}"))


def _periods(track: Track, name: str) -> TableBlock:
    return TableBlock(
        name=f"{name}-periods",
        caption=Words("Scores, and what they meant where a truth is known", "分数，以及参考标准已知时的含义"),
        columns=(MONTHS, EXAMINATIONS, *(Column(head=one) for one in PERIOD_HEADS)),
        rows=tuple(Row(cells=_period(one)) for one in track.periods),
    )


def _period(one: Period) -> tuple[Cell, ...]:
    marks = (Mark.SMALL,) if one.small else ()
    middle = f"{one.quantiles['0.25']:.3f}–{one.quantiles['0.75']:.3f}"
    return (
        _months(one.first, one.last),
        cells.count(one.examinations, small=one.small),
        cells.estimate(one.median, scale=1, digits=3),
        cells.text(same(middle)),
        cells.count(one.with_truth),
        cells.estimate(one.prevalence, digits=1, marks=marks),
        *(cells.estimate(each, scale=1, digits=3) for each in (one.brier, one.error, one.slope, one.intercept)),
    )


def _shifts(track: Track, name: str) -> TableBlock:
    return TableBlock(
        name=f"{name}-shifts",
        caption=Words("Scores held against others", "分数与参照的比较"),
        columns=(
            MONTHS,
            Column(head=Words("Against", "参照"), align=Align.LEFT),
            *(Column(head=one) for one in SHIFT_HEADS),
        ),
        rows=tuple(
            Row(cells=(_months(period.first, period.last), *_against(one)))
            for period in track.periods
            for one in period.against
        ),
    )


def _against(one: Against) -> tuple[Cell, ...]:
    found = one.shift
    distance = found.distance.statistic
    return (
        cells.text(SAID[one.reference]),
        cells.count(found.reference),
        cells.estimate(found.index, scale=1, digits=3),
        _number(found.by_chance),
        _number(distance),
        cells.p(one.adjusted.adjusted if one.adjusted else None),
    )


def _number(value: float | None) -> Cell:
    return Cell(text=cells.DASH) if value is None else Cell(text=same(cells.number(value, 3)), value=value)


def _changes(changes: tuple[Change, ...], name: str) -> TableBlock:
    return TableBlock(
        name=f"{name}-changes",
        caption=Words("Each period minus the one before it", "各时段减去前一时段"),
        columns=(
            Column(head=Words("From month", "起始月份")),
            Column(head=Words("Measure", "指标"), align=Align.LEFT),
            Column(head=Words("Difference", "差值")),
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.count(one.after),
                    cells.text(SAID[one.measure]),
                    cells.estimate(one.difference, scale=1, digits=3),
                )
            )
            for one in changes
        ),
    )


def _tactic(one: Tactic, name: str) -> Section:
    tiers = ("positive", "suspicious", "negative")
    heads = (
        Words("Positive, %", "阳性，%"),
        Words("Suspicious, %", "可疑，%"),
        Words("Negative, %", "阴性，%"),
        Words("No tier, %", "无分层，%"),
        Words("With guards, %", "带有警示，%"),
        Words("Advice withheld, %", "未给建议，%"),
    )
    table = TableBlock(
        name=f"{name}-periods",
        caption=Words("Tiers, guards and withheld advice", "分层、警示与未给建议"),
        columns=(MONTHS, EXAMINATIONS, *(Column(head=head) for head in heads)),
        rows=tuple(
            Row(
                cells=(
                    _months(use.first, use.last),
                    cells.count(use.examinations, small=use.small),
                    *(cells.estimate(use.tiers[tier], digits=1) for tier in (*tiers, "no tier")),
                    cells.estimate(use.guarded, digits=1),
                    cells.estimate(use.withheld, digits=1),
                )
            )
            for use in one.uses
        ),
    )
    figure = FigureBlock(
        name=f"{name}-figure",
        caption=Words("The tactic over time.", "分层策略随时间的变化。"),
        alt=Words("Shares of tiers, and of withheld advice, with intervals", "各层比例及未给建议比例，带区间"),
    )
    changes: tuple[Block, ...] = (_changes(one.changes, name),) if one.changes else ()
    return Section(
        name=name,
        title=Words(f"The tactic of protocol {one.protocol}", f"方案 {one.protocol} 的分层策略"),
        blocks=(table, figure, *changes),
    )
