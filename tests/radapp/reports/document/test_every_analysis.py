"""Of every analysis: words in both languages, methods with numbered references, tables and pictures by their names."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from radapp.reports.analyses import tactic
from radapp.reports.document.blocks import (
    Block,
    Document,
    FigureBlock,
    Paragraph,
    Points,
    TableBlock,
    Words,
)
from radapp.reports.document.references import CITATIONS
from radapp.reports.document.whole import document_of
from radapp.reports.files.figures.written import pictures_of
from radapp.reports.files.rendering import Report
from radapp.reports.inputs.values import Cutoffs, StudyInputs
from radapp.reports.option_words import HELP, NAMES, option_said
from radapp.reports.options import described
from radapp.reports.recipes import ANALYSES, OF_STUDIES, Stand, make
from tests.radapp.reports.made import analysis, case, flow, inputs, said
from tests.radapp.reports.made_whole import imaged_study
from tests.radapp.reports.test_clinical_pages import GIVEN

pytestmark = pytest.mark.once
STAND = Stand(key="k", title="A study", state="unblinded", locked=True, unblinded=True, made_by="DARNDEST 1.0")
CHINESE = re.compile("[\u4e00-\u9fff]")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SAME = {"AUC", "p", "STARD 2015", "STARD-AI", "CLAIM", "PABAK", "AC1", "ICC", "Kappa"}
"""Written alike in both languages."""
MARGINS = (
    analysis("network", "sensitivity", "network:DARNDEST", "network:T1WIC", hypothesis="non_inferiority", margin=0.1),
    analysis("aid", "specificity", "stage:aided", "stage:unaided", hypothesis="equivalence", margin=0.1),
    analysis("area", "auc", "network:T1_T2", "network:T1WIC", hypothesis="non_inferiority", margin=0.1),
)


@cache
def study() -> StudyInputs:
    """With all that reports tell: margins, cutoffs chosen on these cases, how cases were imaged and left out."""
    whole = imaged_study()
    return replace(
        whole,
        cutoffs=Cutoffs.THESE_CASES,
        plan=replace(whole.plan, analyses=MARGINS),
        flow=flow(80, left_out={"surgery": 4, "not read yet": 2}, practice=6, withdrawn=4),
    )


@cache
def report(name: str) -> Report:
    one = ANALYSES[name]
    options = tactic.Options(repeats=2, folds=5, resamples=20) if name == tactic.NAME else one.options()
    return make(one, study() if name in OF_STUDIES else GIVEN[name], options, STAND)


@cache
def document(name: str) -> Document:
    return document_of(report(name))


def blocks(name: str) -> Iterator[Block]:
    for section in document(name).sections:
        yield from section.blocks


def headings(name: str) -> Iterator[Words]:
    """What stands over something, or is a sentence: none of it comes from data."""
    found = document(name)
    yield from (found.title, *found.labels, *found.methods)
    for block in blocks(name):
        if isinstance(block, TableBlock):
            yield from (block.caption, *block.notes)
            for column in block.columns:
                yield from (column.head, *((column.group,) if column.group else ()))
        elif isinstance(block, FigureBlock):
            yield from (block.caption, block.alt)
        elif isinstance(block, Points):
            yield from block.items
        elif isinstance(block, Paragraph):
            yield block.text


@pytest.mark.parametrize("name", list(ANALYSES))
def test_what_is_said_is_said_in_both_languages(name: str) -> None:
    told = [one for one in headings(name) if one.en or one.zh]
    assert {one for one in told if CHINESE.search(one.en)} == set()
    assert {one for one in told if not CHINESE.search(one.zh) and len(one.zh.split()) > 3} == set()
    assert {one.en for one in told if one.en == one.zh and not re.fullmatch(r"[\d.]+ %", one.en)} <= SAME


@pytest.mark.parametrize("name", list(ANALYSES))
def test_every_reason_is_chinese_on_a_chinese_page(name: str) -> None:
    cells = [cell for block in blocks(name) if isinstance(block, TableBlock) for row in block.rows for cell in row.cells]
    reasons = {cell.reason for cell in cells if cell.reason}
    assert {one.en for one in reasons if not CHINESE.search(one.zh)} == set()


@pytest.mark.parametrize("name", list(ANALYSES))
def test_every_reference_is_numbered_in_its_order(name: str) -> None:
    sentences, references = document(name).methods, document(name).references
    assert len(sentences) >= 3
    for language in ("en", "zh"):
        text = " ".join(getattr(one, language) for one in sentences)
        assert not re.search(r"\[[a-z]", text), "a source that was not numbered"
        assert not re.search(r"\{|\bNone\b", text)
        cited = {int(number) for found in re.findall(r"\[([\d, ]+)\]", text) for number in found.split(", ")}
        assert cited == set(range(1, len(references) + 1))
    for one in sentences:
        assert [re.findall(r"\d+", found) for found in re.findall(r"\[([\d, ]+)\]", one.en)] == [
            re.findall(r"\d+", found) for found in re.findall(r"\[([\d, ]+)\]", one.zh)
        ], one
    assert len(set(references)) == len(references)
    assert len(set(sentences)) == len(sentences)


def test_every_citation_is_used() -> None:
    used = {reference for name in ANALYSES for reference in document(name).references}
    rare = {"gallas", "pearson", "cochran"}
    assert {name for name, text in CITATIONS.items() if text not in used} <= rare


@pytest.mark.parametrize("name", list(ANALYSES))
def test_names_are_plain_and_no_others(name: str) -> None:
    sections = [section.name for section in document(name).sections]
    tables = [block.name for block in blocks(name) if isinstance(block, TableBlock)]
    for names in (sections, tables):
        assert len(set(names)) == len(names)
        assert all(NAME.fullmatch(one.replace("_", "-")) for one in names), names


@pytest.mark.parametrize("name", list(ANALYSES))
def test_a_figure_is_a_picture_that_is_drawn(name: str) -> None:
    shown = [block.name for block in blocks(name) if isinstance(block, FigureBlock)]
    drawn = [picture.name for picture in pictures_of(report(name).result)]
    assert sorted(shown) == sorted(drawn)
    assert len(set(shown)) == len(shown)


@pytest.mark.parametrize("name", list(ANALYSES))
def test_every_option_is_told_in_words(name: str) -> None:
    for option in described(ANALYSES[name].options):
        assert option.name in NAMES
        assert option.name in HELP
        for value in (option.default, *option.choices):
            said = option_said(option.name, value)
            assert said.en != said.zh
            assert str(value) not in said.zh or value not in option.choices or value in {"gamma"}, said
    rows = {what.en: told for what, told in document(name).provenance.rows}
    assert "_" not in rows["Options"].en
    assert CHINESE.search(rows["State"].zh)


def test_what_a_whole_report_did_is_told_as_of_its_parts() -> None:
    whole = {one.en for one in document("all").methods}
    text = " ".join(whole)
    for words in (
        "Obuchowski and Rockette", "Spiegelhalter", "STARD 2015", "CLAIM", "Dirichlet",
        "Fisher's exact test", "cross-validation", "non-inferiority", "two one-sided tests", "taken as fixed",
    ):  # fmt: skip
        assert words in text


def test_tests_between_groups_are_told_as_they_were_made() -> None:
    def text(cases: int) -> str:
        said_of = {number: said(number % 2 == 0 or number % 10 == 1, 0.5) for number in range(cases)}
        rows = [case(number, number % 2 == 0, {"T1_T2": one}) for number, one in said_of.items()]
        given = inputs([replace(row, scanner="GE" if row.case % 3 else "Siemens") for row in rows])
        options = ANALYSES["subgroups"].options(correction="none")
        return " ".join(one.en for one in document_of(make(ANALYSES["subgroups"], given, options, STAND)).methods)

    assert "Pearson's chi-squared test" in text(300)
    assert "Fisher's exact test" not in text(300)
    assert "Fisher's exact test" in text(30)
    assert "p of groups are not corrected." in text(30)
    assert "correction" not in text(30)


def test_flow_and_lists_have_no_interval() -> None:
    for name in ("stard", "checklists"):
        assert not any("ntervals" in one.en for one in document(name).methods)
    assert any("ntervals" in one.en for one in document("calibration").methods)


def test_clinical_use_has_no_protocol_of_a_study() -> None:
    for name in ("ledger", "drift"):
        assert any("clinical use" in one.en for one in document(name).methods)
        assert not any("The protocol named" in one.en for one in document(name).methods)
