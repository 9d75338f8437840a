"""A document that has everything, with texts that spreadsheets and Typst would run."""

from radapp.reports.document.blocks import (
    Align,
    Cell,
    Column,
    Document,
    FigureBlock,
    Mark,
    Paragraph,
    Points,
    Provenance,
    Row,
    Section,
    TableBlock,
    Words,
    same,
)

WILD = '=1+1 #panic("x") $x^2$ *b* _i_ \\ @ref <l> `c` // "quoted"\n外部队列\x07'
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><text x="5" y="50" '
    b"style=\"font-family: 'DejaVu Sans', 'Noto Sans SC', sans-serif\">\xe5\xa4\x8d\xe5\x8f\x91 abc</text></svg>"
)


def table(name: str, rows: int = 2) -> TableBlock:
    reason = Words("no discordant pair", "没有不一致的配对")
    cells = (
        Cell(text=same(WILD)),
        Cell(text=same("12"), value=12, marks=(Mark.SMALL,)),
        Cell(text=same("93.10 (27/29)"), below=Words("77.23–unbounded", "77.23–无上限"), value=27 / 29),
        Cell(text=same("–"), reason=reason, marks=(Mark.SIGNIFICANT, Mark.PRE_SPECIFIED)),
        Cell(text=same("2,444.5"), value=2444.5),
    )
    group = Words("Both", "两者")
    return TableBlock(
        name=name,
        caption=same(f"Caption {WILD}"),
        columns=(
            Column(head=Words("Judge", "判断者"), align=Align.LEFT),
            Column(head=Words("Cases", "病例")),
            Column(head=Words("Sensitivity", "灵敏度"), group=group),
            Column(head=same("AUC"), group=group),
            Column(head=same(WILD)),
        ),
        rows=(Row(cells=(Cell(text=Words("A heading", "标题")),), heading=True), *(Row(cells=cells) for _ in range(rows))),
        notes=(same("A note"),),
    )


def document(rows: int = 2, chapter: Words | None = None) -> Document:
    figure = FigureBlock(name="a-figure", caption=Words("Bars", "条形图"), alt=Words("bars", "条形"))
    missing = FigureBlock(name="none", caption=same("never"), alt=same("never"))
    blocks = (Paragraph(text=same(WILD), warning=True), table("one", rows), figure, missing, table("two"))
    return Document(
        title=Words("A report", "一份报告"),
        subtitle=same(WILD * 3),
        labels=(Words("synthetic", "合成数据"),),
        sections=(
            Section(name="a", title=same(f"Cohort {WILD}"), blocks=blocks, chapter=chapter),
            Section(
                name="notes",
                title=Words("Notes", "说明"),
                blocks=(Points(items=(same("one"), same(WILD))), Points(items=())),
            ),
        ),
        methods=(Words("By Wilson [1].", "Wilson 法 [1]。"),),
        references=("Wilson EB. Probable inference. JASA 1927.",),
        provenance=Provenance(rows=((Words("Inputs", "输入数据"), same("ab" * 32)),)),
    )
