"""PDF and workbook of a report, in each language. Imported late: whoever lists reports needs neither Typst nor openpyxl."""

from radapp.reports.document.spoken import LANGUAGES
from radapp.reports.document.whole import document_of
from radapp.reports.files.figures.pictures import Source
from radapp.reports.files.figures.written import svgs
from radapp.reports.files.fonts import font_file
from radapp.reports.files.paper.typesetting import Running, pdf_of
from radapp.reports.files.rendering import Report
from radapp.reports.files.workbook import workbook_of


def pdf_files(report: Report) -> dict[str, bytes]:
    """{language.pdf: bytes}; none where the font of reports is not installed."""
    if font_file() is None:
        return {}
    document, source = document_of(report), Source(report.labels, report.inputs.sha256)
    running = Running(sha256=source.sha256, made_by=report.about["made_by"], preliminary=report.preliminary)
    return {f"{one}.pdf": pdf_of(document, svgs(report.result, source, one), one, running) for one in LANGUAGES}


def workbook_files(report: Report) -> dict[str, bytes]:
    """{language.xlsx: bytes}"""
    document = document_of(report)
    return {f"{one}.xlsx": workbook_of(document, report.tables, one) for one in LANGUAGES}
