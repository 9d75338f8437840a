"""A report as a workbook for spreadsheets, one a language: what it is, its tables as shown, its tidy tables, their columns.

Numbers are numbers in full precision with the format in which they are shown. No text is a formula. The same report gives
the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from radapp.readerstudies.reference.guarding import guarded
from radapp.reports.document.blocks import Align, Cell, Document, Paragraph, Points, TableBlock, Words
from radapp.reports.document.marks import SIGNS
from radapp.reports.files.tables import MEANINGS, Table

if TYPE_CHECKING:
    from openpyxl.cell import Cell as Field
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "about": "About",
        "dictionary": "Dictionary",
        "table": "Table {number}",
        "sheets": "Sheets",
        "notes": "Notes",
        "methods": "Methods",
        "references": "References",
        "marks": "Marks",
        "counts": "of",
        "interval": "interval",
        "reason": "why none",
        "tidy": "one figure a row, in full precision: {name}",
        "meanings": "what the columns of those tables mean",
    },
    "zh": {
        "about": "说明",
        "dictionary": "数据字典",
        "table": "表 {number}",
        "sheets": "工作表",
        "notes": "说明",
        "methods": "方法",
        "references": "参考文献",
        "marks": "标记",
        "counts": "例数",
        "interval": "区间",
        "reason": "无数值的原因",
        "tidy": "每行一个数值，完整精度：{name}",
        "meanings": "上述各表各列的含义",
    },
}
LONGEST = 32_000
"""Signs in a cell; spreadsheets hold 32 767."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f']")
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SHOWN = re.compile(r"[<>≤≥]?\s?([-−+]?[\d,]+(?:\.(\d+))?)(?:\s?\((.*)\))?")
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class _Part:
    """One of a column's own columns: its head, and what a cell has there."""

    head: str
    of: str


def workbook_of(document: Document, tables: Sequence[Table], language: str) -> bytes:
    """The workbook (XLSX) in one language; the tidy tables and their dictionary are in English, as in CSV."""
    # Imported here: only workers and commands write workbooks.
    from openpyxl import Workbook

    book = Workbook()
    one = _Book(book, document, language)
    one.shown_tables()
    one.tidy_tables(tables)
    one.about()
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """One that spreadsheets take: 31 signs at most, none of []:*?/\\', and unlike those `taken`, whatever the case."""
    used = {name.casefold() for name in taken} | {"history"}
    name = _FORBIDDEN.sub(" ", wanted).strip()[:31].strip() or "Sheet"
    number, found = 1, name
    while found.casefold() in used:
        number += 1
        found = f"{name[: 31 - len(str(number)) - 1]} {number}"
    return found


def _timeless(content: bytes) -> bytes:
    """Without the time at which it was made, inside and in the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            held = source.read(name)
            if name == "docProps/core.xml":
                held = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", held)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, held)
    return out.getvalue()


class _Book:
    """Sheets, written one after the other."""

    def __init__(self, book: "Workbook", document: Document, language: str) -> None:
        from openpyxl.styles import Alignment, Font, PatternFill

        self._book = book
        self._document = document
        self._language = language
        self._words = WORDS[language]
        self._bold, self._head, self._plain = Font(bold=True), Font(bold=True, size=14), Font(color="FF555555")
        self._grey = PatternFill("solid", fgColor="FFEFEFEF")
        self._wrap = Alignment(wrap_text=True, vertical="top")
        self._centre = Alignment(horizontal="center")
        self._label = "; ".join(self._text(one) for one in document.labels)
        self._listed: list[tuple[str, str]] = []
        self._first: Worksheet = book.worksheets[0]
        self._first.title = self._words["about"]
        book.properties.title = _clean(self._text(document.title))
        book.properties.creator = "DARNDEST"

    def _text(self, words: Words) -> str:
        return str(getattr(words, self._language))

    def _sheet(self, wanted: str, about: str) -> "Worksheet":
        sheet: Worksheet = self._book.create_sheet(sheet_name(wanted, self._book.sheetnames))
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddFooter.left.text = _clean(self._label).replace("&", "&&")[:200]
        self._listed.append((sheet.title, about))
        return sheet

    def about(self) -> None:
        """The first sheet: what it is, and what is where."""
        sheet, document = self._first, self._document
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 110
        rows: list[tuple[str, str]] = [("", self._text(document.subtitle))]
        rows += [("", self._text(one)) for one in document.labels]
        rows += [(self._text(what), self._text(said)) for what, said in document.provenance.rows]
        put(sheet, 1, 1, self._text(document.title)).font = self._head
        number = 2
        for number, (what, said) in enumerate(rows, 2):
            put(sheet, number, 1, what)
            put(sheet, number, 2, said).alignment = self._wrap
        for title, lines in ((title, lines) for title, lines in self._lists() if lines):
            number += 2
            put(sheet, number, 1, title).font = self._bold
            for first, second in lines:
                number += 1
                field = put(sheet, number, 1, first)
                put(sheet, number, 2, second).alignment = self._wrap
                if title == self._words["sheets"]:
                    field.hyperlink = f"#'{first}'!A1"

    def _lists(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        marks = {mark for table in self._tables() for row in table.rows for cell in row.cells for mark in cell.marks}
        yield self._words["sheets"], self._listed
        yield self._words["marks"], [(sign, self._text(said)) for mark, (sign, said) in SIGNS.items() if mark in marks]
        yield self._words["notes"], [("", one) for one in dict.fromkeys(self._running())]
        yield self._words["methods"], [("", self._text(one)) for one in self._document.methods]
        yield self._words["references"], [(str(at), one) for at, one in enumerate(self._document.references, 1)]

    def _running(self) -> Iterator[str]:
        for section in self._document.sections:
            for block in section.blocks:
                if isinstance(block, Paragraph):
                    yield self._text(block.text)
                elif isinstance(block, Points):
                    yield from (self._text(item) for item in block.items)

    def _tables(self) -> Iterator[TableBlock]:
        for section in self._document.sections:
            yield from (block for block in section.blocks if isinstance(block, TableBlock))

    def shown_tables(self) -> None:
        """A sheet a table of the document."""
        for number, table in enumerate(self._tables(), 1):
            self._shown(self._sheet(self._words["table"].format(number=number), self._text(table.caption)), table)

    def _shown(self, sheet: "Worksheet", table: TableBlock) -> None:
        put(sheet, 1, 1, self._text(table.caption)).font = self._bold
        put(sheet, 2, 1, self._label).font = self._plain
        plain = [row for row in table.rows if not row.heading]
        parts = [_parts(one.align, [row.cells[at] for row in plain], self._words) for at, one in enumerate(table.columns)]
        starts = [1 + sum(len(one) for one in parts[:at]) for at in range(len(parts) + 1)]
        self._heads(sheet, table, parts, starts)
        for number, row in enumerate(table.rows, 6):
            if row.heading:
                field = put(sheet, number, 1, self._text(row.cells[0].text))
                field.font, field.fill = self._bold, self._grey
                continue
            for at, cell in enumerate(row.cells):
                for step, part in enumerate(parts[at]):
                    self._cell(sheet, number, starts[at] + step, cell, part)
        for number, note in enumerate(table.notes, 7 + len(table.rows)):
            put(sheet, number, 1, self._text(note)).font = self._plain
        sheet.freeze_panes = "B6"
        _widths(sheet, 3, 5 + len(table.rows))

    def _heads(self, sheet: "Worksheet", table: TableBlock, parts: Sequence[Sequence[_Part]], starts: Sequence[int]) -> None:
        """Groups in row 3, columns in row 4, what each of their own columns has in row 5."""
        at = 0
        while at < len(table.columns):
            group, end = table.columns[at].group, at + 1
            while group and end < len(table.columns) and table.columns[end].group == group:
                end += 1
            if group:
                self._across(sheet, 3, starts[at], starts[end] - 1, self._text(group))
            at = end
        for at, column in enumerate(table.columns):
            self._across(sheet, 4, starts[at], starts[at + 1] - 1, self._text(column.head))
            for step, part in enumerate(parts[at]):
                put(sheet, 5, starts[at] + step, part.head).font = self._plain

    def _across(self, sheet: "Worksheet", row: int, first: int, last: int, text: str) -> None:
        field = put(sheet, row, first, text)
        field.font, field.fill = self._bold, self._grey
        if last > first:
            sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
            field.alignment = self._centre

    def _cell(self, sheet: "Worksheet", row: int, column: int, cell: Cell, part: _Part) -> None:
        match part.of:
            case "value":
                field = put(sheet, row, column, self._text(cell.text) if cell.value is None else cell.value)
                if cell.value is not None:
                    field.number_format = number_format(cell.value, self._text(cell.text))
            case "counts":
                put(sheet, row, column, _counts(self._text(cell.text)))
            case "interval":
                put(sheet, row, column, self._text(cell.below) if cell.below else None)
            case "marks":
                put(sheet, row, column, " ".join(sign for mark, (sign, _) in SIGNS.items() if mark in cell.marks) or None)
            case "reason":
                put(sheet, row, column, self._text(cell.reason) if cell.reason else None)

    def tidy_tables(self, tables: Iterable[Table]) -> None:
        """A sheet each, as in CSV, and one with the meaning of their columns."""
        meanings = []
        for table in tables:
            sheet, columns = self._sheet(table.name, self._words["tidy"].format(name=table.name)), (*table.columns, "label")
            label = "; ".join(one.en for one in self._document.labels)
            self._list(sheet, columns, ([row.get(name) for name in table.columns] + [label] for row in table.rows))
            known = {**MEANINGS, **table.own}
            meanings += [[sheet.title, name, known[name]] for name in columns]
        if meanings:
            sheet = self._sheet(self._words["dictionary"], self._words["meanings"])
            self._list(sheet, ("sheet", "column", "meaning"), meanings)

    def _list(self, sheet: "Worksheet", columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        for at, name in enumerate(columns, 1):
            put(sheet, 1, at, name).font = self._bold
        last = 1
        for last, row in enumerate(rows, 2):
            for at, value in enumerate(row, 1):
                put(sheet, last, at, value)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{sheet.cell(1, len(columns)).column_letter}{last}"
        _widths(sheet, 1, min(last, 200))


def put(sheet: "Worksheet", row: int, column: int, value: Any) -> "Field":
    """A number as a number, yes or no for a truth, anything else as a text that no spreadsheet runs."""
    field: Field = sheet.cell(row, column)
    if value is None or value == "":
        return field
    if isinstance(value, bool):
        field.value = "yes" if value else "no"
    elif isinstance(value, int | float):
        field.value = float(value) if isinstance(value, float) else int(value)
    else:
        field.value = guarded(_clean(str(value)))
        field.data_type = "s"
    return field


def number_format(value: float, shown: str) -> str:
    """As many decimals as are shown; percent where a share is shown as one."""
    found = _SHOWN.match(shown)
    if found is None:
        return "General"
    places = len(found[2] or "")
    number = float(found[1].replace(",", "").replace("−", "-"))
    zeros = f"0.{'0' * places}" if places else "0"
    percent = not isinstance(value, int) and abs(100 * value - number) < abs(value - number)
    grouped = f"#,##{zeros}" if "," in found[1] else zeros
    return f"{zeros}%" if percent else grouped


def _counts(shown: str) -> str | None:
    """What stands in brackets after a number."""
    found = _SHOWN.fullmatch(shown)
    return found[3] if found else None


def _parts(align: Align, cells: Sequence[Cell], words: Mapping[str, str]) -> list[_Part]:
    """The columns that these cells need."""
    found = [_Part("", "value")]
    if align is Align.DECIMAL and any(cell.value is not None and _counts(cell.text.en) for cell in cells):
        found.append(_Part(words["counts"], "counts"))
    if any(cell.below for cell in cells):
        found.append(_Part(words["interval"], "interval"))
    if any(cell.marks for cell in cells):
        found.append(_Part(words["marks"], "marks"))
    if any(cell.reason for cell in cells):
        found.append(_Part(words["reason"], "reason"))
    return found


def _clean(text: str) -> str:
    return _UNWANTED.sub("", text)[:LONGEST]


def _widths(sheet: "Worksheet", first: int, last: int) -> None:
    """By the longest text of those rows; Chinese signs are as wide as two."""
    from openpyxl.utils import get_column_letter

    merged = {(one.min_row, one.min_col) for one in sheet.merged_cells.ranges}
    for number, column in enumerate(sheet.iter_cols(min_row=first, max_row=last), 1):
        texts = [str(field.value) for field in column if field.value is not None and (field.row, field.column) not in merged]
        widest = max((sum(2 if ord(sign) > 0x2E80 else 1 for sign in text) for text in texts), default=4)
        sheet.column_dimensions[get_column_letter(number)].width = min(60, max(6, widest + 2))
