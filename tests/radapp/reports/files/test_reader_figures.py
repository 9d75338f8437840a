"""Figures of performance, ROC, errors, agreement and behaviour: what is written in them; a document has no others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from radapp.reports.document.blocks import FigureBlock
from radapp.reports.files.drawing import LATIN, drawing_with, svg_of
from radapp.reports.files.figure_words import LANGUAGES, WORDS
from radapp.reports.files.figures.forest import MOST_ROWS, PERCENT, left_of
from radapp.reports.files.figures.pictures import Source
from radapp.reports.files.figures.roc import MOST_PANELS
from radapp.reports.files.figures.written import PICTURES
from radapp.reports.recipes import ANALYSES, SYNTHETIC
from tests.radapp.reports.files.test_figures import CHINESE, texts
from tests.radapp.reports.made import answer, case, inputs, said
from tests.radapp.reports.made_whole import whole_study

pytestmark = pytest.mark.once
NAMES = ("performance", "roc", "errors", "agreement", "behaviour")
SOURCE = Source((SYNTHETIC,), "ab" * 32)


@pytest.fixture(scope="module")
def results() -> Mapping[str, Any]:
    study = whole_study()
    return {name: ANALYSES[name].run(study, ANALYSES[name].options()) for name in (*NAMES, "tactic", "economics")}


@pytest.fixture(scope="module")
def drawn(results: Mapping[str, Any]) -> Mapping[str, Mapping[str, bytes]]:
    """The first picture of each, as SVG."""
    return {name: first_of(results[name]) for name in NAMES}


def first_of(result: Any) -> dict[str, bytes]:
    """{language: SVG}."""
    picture = PICTURES[type(result)](result)[0]
    found = {}
    for language in LANGUAGES:
        with drawing_with([LATIN]):
            found[language] = svg_of(*picture.draw(SOURCE, WORDS[language]))
    return found


def test_a_document_has_the_pictures_that_there_are(results: Mapping[str, Any]) -> None:
    for name, result in results.items():
        sections = ANALYSES[name].sections(result)
        blocks = [one.name for section in sections for one in section.blocks if isinstance(one, FigureBlock)]
        assert set(blocks) <= {one.name for one in PICTURES[type(result)](result)}, name
        assert len(set(blocks)) == len(blocks) >= 2, name


def test_what_fig_2_says(results: Mapping[str, Any], drawn: Mapping[str, Mapping[str, bytes]]) -> None:
    """All cohorts side by side, as the paper has it; then one a cohort."""
    found = results["roc"]
    english = texts(drawn["roc"]["en"])
    assert [one for one in english if "cohort " in one] == ["a   cohort internal", "b   cohort external"]
    for cohort in found.cohorts:
        area = next(one for one in cohort.lines if one.judge.name == "T1_T2").area.estimate
        assert f"T1_T2: {area.value:.4f} ({area.low:.4f}–{area.high:.4f})" in english
    assert english.count("DARNDEST: calls alone") == 2
    assert sum(one.startswith("Senior reader 1, aided, ") for one in english) == 4
    names = [one.name for one in PICTURES[type(found)](found)]
    assert names == ["side-by-side", "internal-figure", "external-figure"]
    assert [one.name for one in PICTURES[type(found)](replace(found, cohorts=found.cohorts[:1]))] == ["internal-figure"]


@pytest.mark.parametrize("many", [3, 8])
def test_as_many_panels_as_a_sheet_holds(results: Mapping[str, Any], many: int) -> None:
    first = results["roc"].cohorts[0]
    found = replace(results["roc"], cohorts=tuple(replace(first, name=f"c{number}") for number in range(many)))
    english = texts(first_of(found)["en"])
    assert sum("   cohort c" in one for one in english) == min(many, MOST_PANELS)
    assert any(f"the first {MOST_PANELS} cohorts" in one for one in english) is (many > MOST_PANELS)


def test_what_fig_3_says(results: Mapping[str, Any], drawn: Mapping[str, Mapping[str, bytes]]) -> None:
    english = texts(drawn["errors"]["en"])
    assert {"Radiation-induced fibrosis", "Focal recurrence (rT1)", "not coded or not settled"} <= set(english)
    for bar in results["errors"].cohorts[0].bars:
        assert any(one.startswith(f"{bar.total}/{bar.rate.n}") for one in english)
    assert "放疗后纤维化" in texts(drawn["errors"]["zh"])


def test_each_language_has_its_words(drawn: Mapping[str, Mapping[str, bytes]]) -> None:
    for name, files in drawn.items():
        assert not any(CHINESE.search(one) for one in texts(files["en"])), name
        assert any(CHINESE.search(one) for one in texts(files["zh"])), name


def test_the_same_result_gives_the_same_bytes(results: Mapping[str, Any], drawn: Mapping[str, Mapping[str, bytes]]) -> None:
    for name in ("roc", "errors"):
        assert first_of(results[name]) == drawn[name]


def test_many_rows_are_cut_and_that_is_said(drawn: Mapping[str, Mapping[str, bytes]]) -> None:
    assert f"the first {MOST_ROWS} rows; the tables have all" in texts(drawn["agreement"]["en"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "study",
    [
        inputs([case(1, True, {"T1_T2": said(None)}), case(2, None)]),
        inputs([case(1, True, {"DARNDEST": said(True, tier="positive")})], [answer(1, None), answer(1, True, "junior_1")]),
        inputs([]),
    ],
    ids=["nobody said anything", "one case", "no case"],
)
def test_what_cannot_be_drawn_is_not(name: str, study: Any) -> None:
    analysis = ANALYSES[name]
    result = analysis.run(study, analysis.options())
    figures = {one.name for section in analysis.sections(result) for one in section.blocks if isinstance(one, FigureBlock)}
    assert figures <= {one.name for one in PICTURES[type(result)](result)}
    if figures:
        assert first_of(result)


def test_names_of_rows_have_room() -> None:
    assert left_of(["低年资阅片者 1，complete，有辅助"]) > left_of(["Junior reader 1, co"])
    assert left_of(["x" * 500]) < 0.5
    assert PERCENT.ticks[-1] == PERCENT.high
