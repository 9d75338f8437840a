"""A report as a page: sections of paragraphs, tables and figures, in two languages.

The page, the PDF and the workbook show it. No Django, and nothing of how it is shown: sizes, fonts and colours belong to
whoever does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Words:
    """A text in English and in Chinese."""

    en: str
    zh: str


def same(text: str) -> Words:
    """What is written alike in both: numbers, names of networks."""
    return Words(text, text)


class Mark(StrEnum):
    """What stands beside a figure, told once under its table."""

    SMALL = "small"
    """A cell of fewer than five cases is behind it: †"""
    PRE_SPECIFIED = "pre_specified"
    """The protocol named it before opening: §"""
    ADDED = "added"
    """The protocol named it after opening and before unblinding: §§"""
    SIGNIFICANT = "significant"
    """p, corrected within its family, is at most alpha: *"""
    APPARENT = "apparent"
    """The cutoffs were chosen on these cases: ‡"""


class Align(StrEnum):
    """Of a column. Decimals stand under each other."""

    LEFT = "left"
    DECIMAL = "decimal"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """`below`: the interval, smaller, under the text. `reason`: why there is no number; the text then is a dash.

    `behind`: which cases the cell counts, as conditions of radapp.reports.behind; None for a cell that counts none.
    `value`: the number itself, unrounded, for a workbook; None for text.
    """

    text: Words
    below: Words | None = None
    marks: tuple[Mark, ...] = ()
    reason: Words | None = None
    behind: Mapping[str, str] | None = None
    value: float | int | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """`group`: a heading over neighbouring columns that share it."""

    head: Words
    align: Align = Align.DECIMAL
    group: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """As many cells as there are columns, or one alone: a heading across the table."""

    cells: tuple[Cell, ...]
    heading: bool = False


@dataclass(frozen=True, kw_only=True)
class TableBlock:
    """`name`: unique within a document, plain ASCII. `notes`: under the table, beside those of its marks."""

    name: str
    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a row that has no place in the table."""
        for row in self.rows:
            expected = 1 if row.heading else len(self.columns)
            if len(row.cells) != expected:
                raise ValueError(f"table {self.name}: found a row of {len(row.cells)} cells, expected {expected}")


@dataclass(frozen=True, kw_only=True)
class FigureBlock:
    """`name`: of the picture (radapp.reports.files.figures), without report, language and ending. `alt`: what it shows."""

    name: str
    caption: Words
    alt: Words


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Running text. `warning`: stands out."""

    text: Words
    warning: bool = False


@dataclass(frozen=True, kw_only=True)
class Points:
    """A list of short texts."""

    items: tuple[Words, ...]


Block = TableBlock | FigureBlock | Paragraph | Points


@dataclass(frozen=True, kw_only=True)
class Section:
    """`name`: unique within a document, for addresses. `chapter`: a heading over neighbouring sections that share it."""

    name: str
    title: Words
    blocks: tuple[Block, ...]
    chapter: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where the figures come from, row by row: what is told, and in which words."""

    rows: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """`labels`: what every page says above all: synthetic, preliminary, before unblinding. `references`: numbered from 1."""

    title: Words
    subtitle: Words
    labels: tuple[Words, ...]
    sections: tuple[Section, ...]
    methods: tuple[Words, ...]
    references: tuple[str, ...]
    provenance: Provenance
