"""The PDF: every text as it is, in both languages; tagged, with its fonts, the same bytes each time."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typst
from fontTools.ttLib import TTFont

from radapp import reports
from radapp.reports.document import marks, terms
from radapp.reports.document.blocks import Words
from radapp.reports.files.figure_words import LABELS_ZH
from radapp.reports.files.figure_words import WORDS as FIGURE_WORDS
from radapp.reports.files.fonts import font_file
from radapp.reports.files.paper import words
from radapp.reports.files.paper.typesetting import Running, pdf_of
from radapp.reports.stand import SYNTHETIC
from tests.radapp.reports.files.documents import SVG, WILD, document

pytestmark = pytest.mark.once
RUNNING = Running(sha256="ab" * 32, made_by="DARNDEST 0.1.0")


def pdf(language: str = "en", rows: int = 2, running: Running = RUNNING, chapter: Words | None = None) -> bytes:
    return pdf_of(document(rows, chapter), {"a-figure": SVG}, language, running)


def pages(content: bytes) -> int:
    return int(re.search(rb"<xmpTPg:NPages>(\d+)<", content)[1])  # type: ignore[index]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_tagged_and_says_what_it_is(language: str) -> None:
    content = pdf(language)
    assert content.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1<" in content, "accessible by PDF/UA-1: typst refuses what is not"
    assert (b"/Lang(zh-CN)" if language == "zh" else b"/Lang(en-GB)") in content
    assert ("合成数据" if language == "zh" else "synthetic").encode() in content, "the label is in its metadata"
    assert b"ab" * 32 in content
    names = set(re.findall(rb"/FontName/\w{6}\+([\w-]+)", content))
    assert {b"NotoSansSC-Regular", b"NotoSansSC-Bold"} <= names <= {b"NotoSansSC-Regular", b"NotoSansSC-Bold", b"DejaVuSans"}


def test_the_same_document_gives_the_same_bytes() -> None:
    assert pdf() == pdf()
    assert pdf() != pdf(running=Running(sha256="ab" * 32, made_by="DARNDEST 0.1.0", preliminary=True)), "its watermark"


def test_long_tables_break_and_chapters_begin_pages() -> None:
    short = pages(pdf())
    assert pages(pdf(rows=80)) > short + 2
    assert pages(pdf(chapter=Words("Chapter", "章"))) == short + 1


def test_no_text_is_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typst is asked what it made of the headings: the wild text, sign for sign but for the control sign."""
    given: dict[str, Any] = {}
    monkeypatch.setattr(typst, "compile", lambda path, **more: given.update(more, input=path) or b"")
    pdf()
    given = {name: given[name] for name in ("input", "root", "sys_inputs", "font_paths", "ignore_system_fonts")}
    headings = [one["body"]["text"] for one in json.loads(typst.query(selector="heading", **given))]
    assert headings[0] == "Cohort " + WILD.replace("\n", " ").replace("\x07", "")
    assert headings[1:] == ["Notes", "Methods", "References"]


def test_the_font_has_every_sign_that_is_said() -> None:
    path = font_file()
    assert path is not None, "make setup installs it"
    with TTFont(path) as font:
        known = set(font.getBestCmap())
    texts = [text for one in FIGURE_WORDS.values() for text in one.values()]
    texts += [text for sign, one in marks.SIGNS.values() for text in (sign, one.en, one.zh)]
    chinese = {text for path in sorted(Path(reports.__path__[0]).rglob("*.py")) for text in chinese_in(path)}
    assert {"无法评估", LABELS_ZH[SYNTHETIC], terms.TERMS["judge"].zh, words.WORDS["zh"]["methods"]} <= chinese
    assert len(chinese) > 700, "all modules with words of reports are read"
    assert {sign for text in (*texts, *chinese) for sign in text if ord(sign) not in known} <= {"\n"}


def chinese_in(path: Path) -> Iterator[str]:
    """Every text in the source that has a Chinese sign, parts of formatted ones too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("[\u2e80-\u9fff]", node.value):
            yield node.value
