"""A report's document: its sections, and around them title, labels, methods, references and provenance. No Django."""

from radapp.reports.document.blocks import Document, Points, Provenance, Section, Words, same
from radapp.reports.document.methods import methods_of
from radapp.reports.document.provenance import provenance_of
from radapp.reports.document.sentences import sentence
from radapp.reports.files.rendering import Report


def document_of(report: Report) -> Document:
    """Of a report as it was made."""
    methods, references = methods_of(report)
    notes = Section(
        name="notes",
        title=Words("Notes", "说明"),
        blocks=(Points(items=tuple(sentence(one) for one in report.notes)),),
    )
    return Document(
        title=report.title,
        subtitle=same(report.about["study"]["title"]),
        labels=tuple(sentence(one) for one in report.labels),
        sections=(*report.sections, *([notes] if report.notes else [])),
        methods=methods,
        references=references,
        provenance=Provenance(rows=provenance_of(report)),
    )
