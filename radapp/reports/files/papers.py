"""PDF and workbook of a report, in each language. Imported late: whoever lists reports needs neither Typst nor openpyxl."""

from collections.abc import Sequence

from radapp.reports.document.whole import document_of
from radapp.reports.files.figures.written import svgs_of
from radapp.reports.files.fonts import font_file
from radapp.reports.files.paper.typesetting import Running, pdf_of
from radapp.reports.files.rendering import Report
from radapp.reports.files.workbook import workbook_of


def pdf_files(report: Report, languages: Sequence[str]) -> dict[str, bytes]:
    """{language.pdf: bytes}; none where the font of reports is not installed."""
    if font_file() is None:
        return {}
    document = document_of(report)
    running = Running(sha256=report.inputs.sha256, made_by=report.about["made_by"], preliminary=report.preliminary)
    return {f"{one}.pdf": pdf_of(document, svgs_of(report, one), one, running) for one in languages}


def workbook_files(report: Report, languages: Sequence[str]) -> dict[str, bytes]:
    """{language.xlsx: bytes}"""
    document = document_of(report)
    return {f"{one}.xlsx": workbook_of(document, report.tables, one) for one in languages}
