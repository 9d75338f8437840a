"""A report's document: its sections, and around them title, labels, methods, references and provenance. No Django."""

from radapp.reports.document.blocks import Document, Points, Provenance, Section, Words, same
from radapp.reports.document.sentences import sentence
from radapp.reports.files.rendering import Report


def document_of(report: Report) -> Document:
    """Of a report as it was made."""
    about = report.about
    notes = Section(
        name="notes",
        title=Words("Notes", "说明"),
        blocks=(Points(items=tuple(sentence(one) for one in report.notes)),),
    )
    return Document(
        title=report.title,
        subtitle=same(about["study"]["title"]),
        labels=tuple(sentence(one) for one in report.labels),
        sections=(*report.sections, notes),
        methods=(),
        references=(),
        provenance=Provenance(
            rows=(
                (Words("Inputs (SHA-256)", "输入数据（SHA-256）"), same(about["inputs"]["sha256"])),
                (Words("Recipe", "方案"), same(f"{about['recipe']['analysis']}, version {about['recipe']['version']}")),
                (Words("Made by", "生成程序"), same(about["made_by"])),
            )
        ),
    )
