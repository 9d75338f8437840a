"""Figures: what is written in them, in both languages, in greys, the same bytes each time; and what cannot be drawn."""

import io
import os
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from PIL import Image

from radapp.reports.analyses import economics, tactic
from radapp.reports.files.figure_words import LABELS_ZH, LANGUAGES, WORDS
from radapp.reports.files.figures.pictures import Source
from radapp.reports.files.figures.written import figure_files, svgs
from radapp.reports.files.rendering import files_of
from radapp.reports.inputs.values import CaseRow, StudyInputs
from radapp.reports.recipes import ANALYSES, NOT_LOCKED, NOT_UNBLINDED, SYNTHETIC, Stand, make
from tests.radapp.reports.made import case, inputs, said

pytestmark = pytest.mark.once
SOURCE = Source((SYNTHETIC,), "ab" * 32)
CHINESE = re.compile("[\u4e00-\u9fff]")
FULL = os.environ.get("EVIDENCE") == "full"
Result = economics.EconomicsTable | tactic.TacticTable


def row(number: int, truth: bool, tier: str, positive: bool, enhanced: bool, cohort: str = "internal") -> CaseRow:
    called = {"T1_T2": said(positive, 0.5), "T1WIC": said(enhanced, 0.5), "DARNDEST": said(positive, tier=tier)}
    return case(number, truth, called, cohort=cohort)


def three_tiers(cohort: str = "internal") -> list[CaseRow]:
    """Ten of each tier; the negative one holds a recurrence that T1WIC would not detect."""
    return [
        *(row(number, number < 9, "positive", True, True, cohort) for number in range(10)),
        *(row(10 + number, number < 4, "suspicious", number < 5, True, cohort) for number in range(10)),
        *(row(20 + number, number < 1, "negative", False, False, cohort) for number in range(10)),
    ]


def economics_of(cases: list[CaseRow]) -> Result:
    return economics.economics(inputs(cases), economics.Options())


def tactic_of(cases: list[CaseRow]) -> Result:
    return tactic.tactic(inputs(cases), tactic.Options())


both = pytest.mark.parametrize("made", [economics_of, tactic_of])
Made = Callable[[list[CaseRow]], Result]


def texts(svg: bytes) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.evidence
@both
def test_the_same_inputs_give_the_same_bytes(made: Made) -> None:
    """Reduced to one language."""
    one, other = (figure_files(made(three_tiers()), SOURCE, LANGUAGES if FULL else ["zh"]) for _ in range(2))
    assert one == other
    assert "internal-figure.zh.png" in one


def test_the_words_are_the_same_in_both_languages() -> None:
    assert set(WORDS) == set(LANGUAGES)
    assert set(WORDS["en"]) == set(WORDS["zh"])
    for name, words in WORDS["en"].items():
        assert re.findall(r"\{\w+\}", words) == re.findall(r"\{\w+\}", WORDS["zh"][name]), name
    assert set(LABELS_ZH) == {SYNTHETIC, NOT_LOCKED, NOT_UNBLINDED}


def test_what_fig_4_says() -> None:
    found = economics_of(three_tiers())
    english, chinese = (texts(svgs(found, SOURCE, language)["internal-figure"]) for language in ("en", "zh"))
    assert {"333", "300", "2,444,000 · 340,865 USD · 226.4 h", "negative †"} <= set(english)
    assert any(words.startswith("not estimable (") and words.endswith("–unbounded)") for words in english)
    assert any("3 % with recurrence" in words for words in english)
    assert not any(CHINESE.search(words) for words in english)
    assert {"阴性 †", "2,444,000 · 340,865 USD · 226.4 小时"} <= set(chinese)
    assert LABELS_ZH[SYNTHETIC] in chinese


def test_what_table_2_says() -> None:
    english = texts(svgs(tactic_of(three_tiers()), SOURCE, "en")["internal-figure"])
    assert {"10 = 9 + 0 + 1", "10 = 4 + 0 + 6", "10 = 0 + 1 + 9"} <= set(english)
    assert any(words.startswith("92.9 (68.5–98.7)") for words in english), "13 of 14 recurrences, by Wilson"
    assert "sensitivity, DARNDEST" in english


@pytest.mark.evidence
@both
def test_everything_is_grey(made: Made) -> None:
    """Reduced to one language: the other differs in its words alone."""
    for name, content in figure_files(made(three_tiers()), SOURCE, LANGUAGES if FULL else ["en"]).items():
        if name.endswith(".svg"):
            colours = re.findall(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\b", content.decode().split("</metadata>")[1])
            assert colours
            assert all(len(set(colour)) == 1 for colour in colours)
        else:
            red, green, blue = Image.open(io.BytesIO(content)).convert("RGB").split()
            assert red.tobytes() == green.tobytes() == blue.tobytes()


@pytest.mark.parametrize(
    "cases",
    [
        [row(1, True, "positive", True, True)],
        [row(1, False, "negative", False, False)],
        [row(1, True, "", True, True), row(2, False, "negative", False, False)],
        [case(1, True, {"DARNDEST": said(None)}), case(2, False, {"DARNDEST": said(True, tier="another")})],
    ],
    ids=["all diseased", "nobody diseased", "no advice", "no other network"],
)
@pytest.mark.evidence
@both
def test_few_cases_are_drawn_too(made: Made, cases: list[CaseRow]) -> None:
    """Reduced to one SVG: a PNG is of the same drawing."""
    assert svgs(made(cases), SOURCE, "en")
    assert not FULL or len(figure_files(made(cases), SOURCE)) >= 3


def test_a_cohorts_name_is_text_and_nothing_else() -> None:
    name = "$x^2$ </text><script>'\"&"
    svg = svgs(tactic_of(three_tiers(name)), SOURCE, "en")["cohort-1-figure"]
    assert f"The tactic, cohort {name}" in texts(svg)
    assert b"<script" not in svg


def test_without_a_chinese_font_there_is_no_chinese_png(monkeypatch: pytest.MonkeyPatch) -> None:
    with_font = figure_files(tactic_of(three_tiers()), SOURCE)
    monkeypatch.setattr("radapp.reports.files.figures.written.chinese_font", lambda: None)
    found = figure_files(tactic_of(three_tiers("外部")), SOURCE)
    assert set(found) == {"cohort-1-figure.en.svg", "cohort-1-figure.en.png", "cohort-1-figure.zh.svg"}
    found = figure_files(tactic_of(three_tiers()), SOURCE)
    assert found == {name: with_font[name] for name in found}, "what there is does not depend on the fonts of the machine"


@pytest.mark.evidence
def test_every_figure_bears_the_reports_labels_and_inputs() -> None:
    """Reduced to one language: its metadata are the same in both."""
    stand = Stand(key="k", title="", state="open", locked=False, unblinded=False, made_by="DARNDEST")
    made = inputs(three_tiers())
    files = files_of(make(ANALYSES["tactic"], made, tactic.Options(), stand), ["figures"], LANGUAGES if FULL else ["zh"])
    assert all(name.startswith("preliminary-tactic-internal-figure.") for name in files)
    assert all(NOT_LOCKED.encode() in content and made.sha256.encode() in content for content in files.values())


def test_a_report_without_figures_has_none() -> None:
    assert figure_files(None, SOURCE) == {}


@pytest.mark.django_db
def test_the_papers_figures(papers: StudyInputs) -> None:
    """Fig. 4's printed numbers of the internal cohort."""
    found = svgs(economics.economics(papers, economics.Options()), SOURCE, "en")
    said = set(texts(found["internal-figure"]))
    assert {"462", "171", "367", "383", "28", "6,381 (5,671–7,231)", "488,800 (135,778–2,444,000)"} <= said
