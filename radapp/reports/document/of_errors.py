"""The page of errors: the paper's Fig. 3, wrong calls by category, and how far coders agree. No Django."""

from collections.abc import Iterator, Mapping, Sequence

from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.errors import FALSE_NEGATIVE, FALSE_POSITIVE, Bar, Coders, Cohort, Errors
from radapp.reports.document import cells, terms
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
from radapp.reports.document.sentences import sentence
from radapp.reports.document.terms import COHORT, TERMS
from radapp.reports.files.naming import cohort_names

KINDS: Mapping[str, Words] = {
    FALSE_POSITIVE: Words("Misdiagnosis (false positive)", "误诊（假阳性）"),
    FALSE_NEGATIVE: Words("Missed diagnosis (false negative)", "漏诊（假阴性）"),
}
_SLUGS = {FALSE_POSITIVE: "false-positive", FALSE_NEGATIVE: "false-negative"}


def sections(found: Errors) -> tuple[Section, ...]:
    """One a cohort, and the coders."""
    names = cohort_names(one.name for one in found.cohorts)
    made = [
        Section(name=names[one.name], title=COHORT(one.name), blocks=tuple(_blocks(one, names[one.name], found.reason)))
        for one in found.cohorts
    ]
    if found.coders:
        blocks = (_coders(found.coders), *_by_category(found.coders))
        made.append(Section(name="coders", title=Words("Agreement of the coders", "编码者的一致性"), blocks=blocks))
    return tuple(made)


def _blocks(cohort: Cohort, name: str, reason: str) -> Iterator[Block]:
    if reason:
        yield Paragraph(text=sentence(reason), warning=True)
    yield FigureBlock(
        name=f"{name}-figure",
        caption=Words("Errors of every judge by category (Fig. 3 of the paper).", "每位判断者的错误，按类别（论文图 3）。"),
        alt=Words("Stacked bars of categories, a bar a judge", "每位判断者一根堆叠条，按类别"),
    )
    for error, words in KINDS.items():
        bars = [one for one in cohort.bars if one.error == error]
        if bars:
            yield _bars(cohort, f"{name}-{_SLUGS[error]}", words, bars)


def _bars(cohort: Cohort, name: str, words: Words, bars: Sequence[Bar]) -> TableBlock:
    keys = tuple(dict.fromkeys(cell.category for bar in bars for cell in bar.cells))
    led = Words("Came first, share of the settled in %; among the causes", "居首，占已定者 %；属于原因者")
    return TableBlock(
        name=name,
        caption=words,
        columns=(
            Column(head=TERMS["judge"], align=Align.LEFT),
            Column(head=Words("Wrong calls, % of such cases", "错误判断，占此类病例 %")),
            Column(head=Words("Settled", "已定")),
            Column(head=Words("Adjudicated", "经裁定")),
            *(Column(head=terms.category(key), group=led) for key in keys),
        ),
        rows=tuple(row for bar in bars for row in _rows(cohort, bar, keys)),
        notes=(
            Words(
                "Of each judge two rows: how often a category came first, with its share and interval (Wilson); and how "
                "often it was among the causes. The tactic's error is that of the network that decided. A case that was "
                "not assessable is no error.",
                "每位判断者两行：类别居首的次数及其占比和区间（Wilson）；以及属于原因的次数。分层策略的错误即作出决定的网络的错误。"
                "无法评估的病例不算错误。",
            ),
        ),
    )


def _rows(cohort: Cohort, bar: Bar, keys: Sequence[str]) -> Iterator[Row]:
    where = {"cohort": cohort.name, "judge": label(bar.judge), "error": bar.error}
    by_key = {cell.category: cell for cell in bar.cells}
    rate = cells.estimate(bar.rate, marks=(Mark.SMALL,) if bar.small else (), behind=where)
    yield Row(
        cells=(
            cells.text(terms.judge(bar.judge)),
            rate,
            cells.count(bar.settled, behind={**where, "category": "any"}),
            cells.count(bar.adjudicated, behind={**where, "adjudicated": "yes"}),
            *(
                cells.estimate(
                    by_key[key].share,
                    digits=1,
                    marks=(Mark.SMALL,) if by_key[key].small else (),
                    behind={**where, "category": key},
                )
                for key in keys
            ),
        )
    )
    among = Words("among the causes", "属于原因")
    yield Row(
        cells=(
            cells.text(among),
            *(Cell(text=Words("", "")),) * 3,
            *(cells.count(by_key[key].among, behind={**where, "cause": key}) for key in keys),
        )
    )


def _coders(found: Sequence[Coders]) -> TableBlock:
    return TableBlock(
        name="coders",
        caption=Words(
            "Two coders on the same errors, primary categories before adjudication",
            "两位编码者对相同错误的首要类别（裁定前）",
        ),
        columns=(
            Column(head=Words("Coders", "编码者"), align=Align.LEFT),
            Column(head=Words("Errors", "错误"), align=Align.LEFT),
            Column(head=TERMS["n"]),
            Column(head=Words("Agreement, %", "一致率，%")),
            Column(head=Words("Cohen's kappa", "Cohen κ")),
            Column(head=Words("Gwet's AC1", "Gwet AC1")),
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.text(_two(one)),
                    cells.text(KINDS[one.error]),
                    cells.count(one.n, small=one.small),
                    cells.estimate(one.agreement, marks=_small(one)),
                    cells.estimate(one.kappa, scale=1, digits=3, marks=_small(one)),
                    cells.estimate(one.ac1, scale=1, digits=3, marks=_small(one)),
                )
            )
            for one in found
        ),
    )


def _two(one: Coders) -> Words:
    return Words(f"{one.first} and {one.second}", f"{one.first} 与 {one.second}")


def _small(one: Coders) -> tuple[Mark, ...]:
    return (Mark.SMALL,) if one.small else ()


def _by_category(found: Sequence[Coders]) -> Iterator[TableBlock]:
    for error, words in KINDS.items():
        of_it = [one for one in found if one.error == error]
        keys = tuple(dict.fromkeys(key for one in of_it for key in one.categories))
        if of_it:
            yield TableBlock(
                name=f"coders-{_SLUGS[error]}",
                caption=Words(f"Agreement on each category, %: {words.en}", f"各类别的一致率，%：{words.zh}"),
                columns=(
                    Column(head=Words("Coders", "编码者"), align=Align.LEFT),
                    *(Column(head=terms.category(key)) for key in keys),
                ),
                rows=tuple(
                    Row(
                        cells=(
                            cells.text(_two(one)),
                            *(cells.estimate(one.categories[key], digits=1, marks=_small(one)) for key in keys),
                        )
                    )
                    for one in of_it
                ),
            )
