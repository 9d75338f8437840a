"""The checklists as pages: what each item asks, and what is known of it. No Django."""

from radapp.reports.analyses.checklists import Checklist, Checklists
from radapp.reports.document import cells
from radapp.reports.document.blocks import Align, Column, Paragraph, Row, Section, TableBlock, Words, same

TO_WRITE = Words("for the authors to write", "由作者撰写")
MATERIAL = Words(
    "What is filled here comes from protocol and data: material for a sentence, not the sentence. Items are in our own "
    "short words; submit with the published list.",
    "此处内容来自方案与数据，是撰写的素材而非成文。条目为简述，投稿时请使用正式发布的清单。",
)
OWN_LETTERS = Words(
    "STARD-AI: topics that it asks beyond STARD 2015, by letters of our own.",
    "STARD-AI：在 STARD 2015 之外的主题，字母为本报告自编。",
)


def sections(found: Checklists) -> tuple[Section, ...]:
    """One a list."""
    return tuple(_section(one) for one in found.lists)


def _section(one: Checklist) -> Section:
    name = one.guideline.value.lower().replace(" ", "-")
    filled = Words(f"{one.filled} of {len(one.items)} items filled.", f"{len(one.items)} 项中已填 {one.filled} 项。")
    return Section(
        name=name,
        title=same(one.guideline.value),
        blocks=(Paragraph(text=MATERIAL), _table(one, name, filled)),
    )


def _table(one: Checklist, name: str, filled: Words) -> TableBlock:
    return TableBlock(
        name=f"{name}-items",
        caption=same(one.guideline.value),
        columns=(
            Column(head=Words("Item", "条目"), align=Align.LEFT),
            Column(head=Words("Asks for", "要求"), align=Align.LEFT),
            Column(head=Words("Known", "已知"), align=Align.LEFT),
        ),
        rows=tuple(
            Row(cells=(cells.text(same(item.number)), cells.text(item.asks), cells.text(item.known or TO_WRITE)))
            for item in one.items
        ),
        notes=(filled, *((OWN_LETTERS,) if one.items and one.items[0].number == "a" else ())),
    )
