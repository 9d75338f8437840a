"""A document as a PDF: tagged (PDF/UA-1), fonts embedded, the same bytes for the same document.

Typst gets all texts as JSON, so none is ever source, and sees the fonts that come with the project alone.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from radapp.reports.document.blocks import (
    Block,
    Cell,
    Document,
    FigureBlock,
    Mark,
    Paragraph,
    Points,
    Section,
    TableBlock,
    Words,
)
from radapp.reports.document.marks import SIGNS
from radapp.reports.files.paper.words import WORDS

TEMPLATE = Path(__file__).with_name("report.typ")
WIDTH, HEIGHT = 261.0, 148.0
"""Room for a figure, mm: A4 across, within its margins, a caption beneath."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NUMBER = re.compile(r"([<>≤≥]?\s?[-−+]?\d[\d,]*)(?!\d)(.*)", re.DOTALL)
_VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, kw_only=True)
class Running:
    """What every page says: hash of the inputs, program, and across the page that the report is preliminary where it is."""

    sha256: str
    made_by: str
    preliminary: bool = False


def pdf_of(document: Document, figures: Mapping[str, bytes], language: str, running: Running) -> bytes:
    """The PDF in one language. `figures`: {name of a FigureBlock: its SVG in that language}; those missing are left out.

    Raises typst.TypstError for a template that does not fit the data.
    """
    # Imported here: only workers and commands typeset.
    import typst

    said = _said(document, figures, language, running)
    found = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(said, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=0,
        format="pdf",
    )
    assert isinstance(found, bytes)
    return found


def _fonts() -> list[str]:
    """That of reports, and the one that matplotlib brings and figures name."""
    from matplotlib import get_data_path

    from radapp.reports.files.fonts import FOLDER

    return [str(FOLDER), str(Path(get_data_path()) / "fonts" / "ttf")]


def _said(document: Document, figures: Mapping[str, bytes], language: str, running: Running) -> dict[str, Any]:
    """What report.typ reads."""
    one = _Spoken(language, figures)
    chapters = [
        {"title": title and one.text(title), "sections": [one.section(section) for section in sections]}
        for title, sections in groupby(document.sections, key=lambda section: section.chapter)
    ]
    title = one.text(document.title)
    labels = [one.text(label) for label in document.labels]
    return {
        "language": language,
        "words": dict(WORDS[language]),
        "title": title,
        "subtitle": one.text(document.subtitle),
        "running": " · ".join(filter(None, (title, _short(one.text(document.subtitle))))),
        "description": "; ".join((*labels, f"inputs {running.sha256}")),
        "labels": labels,
        "watermark": WORDS[language]["preliminary"] if running.preliminary else None,
        "sha256": running.sha256,
        "made_by": _clean(running.made_by),
        "contents": any(chapter["title"] for chapter in chapters),
        "chapters": chapters,
        "methods": [one.text(method) for method in document.methods],
        "references": [_clean(reference) for reference in document.references],
        "provenance": [[one.text(what), one.text(value)] for what, value in document.provenance.rows],
    }


def _short(text: str) -> str:
    """Fit for a running head."""
    return text if len(text) <= 80 else f"{text[:79]}…"


def _clean(text: str) -> str:
    """Without signs that no font shows; a new line is a space."""
    return _UNWANTED.sub("", " ".join(text.split("\n")).replace("\r", ""))


class _Spoken:
    """Blocks in one language, as plain values."""

    def __init__(self, language: str, figures: Mapping[str, bytes]) -> None:
        self._language = language
        self._figures = figures

    def text(self, words: Words) -> str:
        return _clean(str(getattr(words, self._language)))

    def section(self, section: Section) -> dict[str, Any]:
        return {"title": self.text(section.title), "blocks": list(self._blocks(section.blocks))}

    def _blocks(self, blocks: Iterable[Block]) -> Iterator[dict[str, Any]]:
        for one in blocks:
            match one:
                case TableBlock():
                    yield self._table(one)
                case FigureBlock():
                    if one.name in self._figures:
                        yield self._figure(one)
                case Points():
                    if one.items:
                        yield {"kind": "points", "items": [self.text(item) for item in one.items]}
                case Paragraph():
                    yield {"kind": "paragraph", "text": self.text(one.text), "warning": one.warning}

    def _figure(self, one: FigureBlock) -> dict[str, Any]:
        svg = self._figures[one.name].decode()
        found = _VIEW_BOX.search(svg)
        width, height = (float(size) for size in found.groups()) if found else (WIDTH, HEIGHT)
        shown = min(WIDTH, HEIGHT * width / height)
        return {"kind": "figure", "caption": self.text(one.caption), "alt": self.text(one.alt), "svg": svg, "width": shown}

    def _table(self, table: TableBlock) -> dict[str, Any]:
        cells = [cell for row in table.rows for cell in row.cells]
        reasons = list(dict.fromkeys(self.text(cell.reason) for cell in cells if cell.reason))
        marks = {mark for cell in cells for mark in cell.marks}
        notes = [{"sign": sign, "text": self.text(words)} for mark, (sign, words) in SIGNS.items() if mark in marks]
        notes += [{"sign": _letter(number), "text": reason} for number, reason in enumerate(reasons)]
        notes += [{"sign": "", "text": self.text(note)} for note in table.notes]
        return {
            "kind": "table",
            "caption": self.text(table.caption),
            "columns": [
                {"head": self.text(one.head), "align": one.align.value, "group": one.group and self.text(one.group)}
                for one in table.columns
            ],
            "rows": [
                {"heading": row.heading, "cells": [self._cell(cell, reasons) for cell in row.cells]} for row in table.rows
            ],
            "notes": notes,
        }

    def _cell(self, cell: Cell, reasons: Sequence[str]) -> dict[str, Any]:
        """`whole`, `rest`: a number parted before its point; none for a text."""
        shown = self.text(cell.text)
        number = _NUMBER.fullmatch(shown)
        letter = _letter(reasons.index(self.text(cell.reason))) if cell.reason else ""
        return {
            "text": shown,
            "whole": number and number[1],
            "rest": number[2] if number else "",
            "below": cell.below and self.text(cell.below),
            "marks": _signs(cell.marks) + letter,
        }


def _signs(marks: Iterable[Mark]) -> str:
    found = set(marks)
    return "".join(sign for mark, (sign, _) in SIGNS.items() if mark in found)


def _letter(number: int) -> str:
    """a … z, aa …"""
    return LETTERS[number % 26] if number < 26 else _letter(number // 26 - 1) + LETTERS[number % 26]
