"""The report on how far the economics hold: which way cases went, its page, its tables and pictures, and its bytes."""

import json
import os
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from ml.evaluation.cost_sensitivity import ONE_KIND, Spread
from radapp.reports.analyses import economics, economics_sensitivity
from radapp.reports.analyses.economics_sensitivity import Options, pathways_of
from radapp.reports.document.blocks import FigureBlock, TableBlock
from radapp.reports.document.economics_sensitivity_terms import OUTCOMES, PARAMETERS
from radapp.reports.document.of_economics_sensitivity import sections
from radapp.reports.files.figures.economics_sensitivity_words import OWN
from radapp.reports.files.figures.written import PICTURES, svgs_of
from radapp.reports.files.rendering import files_of
from radapp.reports.inputs.values import CaseRow, StudyInputs
from radapp.reports.recipes import ANALYSES, Stand, make
from tests.radapp.reports.made import case, inputs, said

pytestmark = pytest.mark.once
FULL = os.environ.get("EVIDENCE") == "full"

LOCKED = Stand(key="k", title="", state="locked", locked=True, unblinded=True, made_by="DARNDEST")


def cohort(name: str = "internal", times: int = 1) -> list[CaseRow]:
    """Thirty cases and a case without advice."""
    kinds = [
        ("positive", True, True, 8, 2),
        ("suspicious", True, True, 4, 1),
        ("suspicious", False, False, 1, 4),
        ("negative", False, True, 1, 1),
        ("negative", False, False, 0, 8),
        ("", None, True, 1, 0),
    ]
    rows: list[CaseRow] = []
    for tier, positive, contrast, diseased, healthy in kinds:
        for truth in [True] * diseased * times + [False] * healthy * times:
            called = {"T1WIC": said(contrast, 0.5), "DARNDEST": said(positive, tier=tier)}
            rows.append(case(len(rows) + 1, truth, called, cohort=name))
    return rows


def found(cases: list[CaseRow], **options: Any) -> economics_sensitivity.EconomicsSensitivity:
    return economics_sensitivity.economics_sensitivity(inputs(cases), Options(draws=200, **options))


def test_which_way_cases_went() -> None:
    ways = {(one.tier, one.called, one.by_contrast): (one.diseased, one.healthy) for one in pathways_of(cohort())}
    assert ways == {
        ("positive", True, True): (8, 2),
        ("positive", True, False): (0, 0),
        ("suspicious", True, True): (4, 1),
        ("suspicious", False, False): (1, 4),
        ("negative", False, True): (1, 1),
        ("negative", False, False): (0, 8),
        ("no advice", True, True): (1, 0),
    }
    assert {one.tier for one in pathways_of(cohort()) if not one.enhanced} == {"negative"}


def test_it_tells_what_the_report_on_economics_tells() -> None:
    rows = [row for row in cohort() if row.networks["DARNDEST"].tier]
    there = economics.economics(inputs(rows), economics.Options()).cohorts[0].elsewhere
    assert there is not None
    base = found(rows).cohorts[0].base
    assert base["cost"] == pytest.approx(there.tactic.cost)
    assert base["saved_exchanged"] == pytest.approx(there.saved.exchanged)


@pytest.mark.evidence
def test_the_same_recipe_gives_the_same_bytes_and_another_seed_other_ones() -> None:
    """Reduced: no PNGs."""

    def written(seed: int, *, drawn: bool = False) -> dict[str, bytes]:
        report = make(
            ANALYSES["economics_sensitivity"], inputs(cohort()), Options(draws=200, seed=seed, spread=Spread.GAMMA), LOCKED
        )
        files = files_of(report, ["json", "csv", *(["figures"] if FULL and drawn else [])], ["en"])
        shown = svgs_of(report, "en") if drawn else {}
        return files | {f"economics_sensitivity-{name}.en.svg": content for name, content in shown.items()}

    one, other = written(1, drawn=True), written(2)
    assert one == written(1, drawn=True)
    assert one["economics_sensitivity-tornado.csv"] == other["economics_sensitivity-tornado.csv"]
    assert one["economics_sensitivity-draws.csv"] != other["economics_sensitivity-draws.csv"]
    assert json.loads(one["economics_sensitivity.json"])["recipe"]["options"]["seed"] == 1
    drawn = {name for name in one if name.endswith(".en.svg")}
    assert drawn == {f"economics_sensitivity-internal-{kind}.en.svg" for kind in ("tornado", "draws", "sweep", "call-back")}
    for name in drawn:
        assert ElementTree.fromstring(one[name]) is not None


def test_the_page_shows_its_pictures_in_both_languages() -> None:
    result = found([*cohort("internal"), *cohort("外部")])
    rules, *cohorts = sections(result)
    assert rules.name == "rules"
    assert [one.name for one in cohorts] == ["internal", "cohort-2"]
    blocks = [block for one in cohorts for block in one.blocks]
    pictures = {one.name for one in PICTURES[type(result)](result)}
    assert {block.name for block in blocks if isinstance(block, FigureBlock)} == pictures
    for block in blocks:
        if isinstance(block, TableBlock):
            assert block.rows, block.name
            assert all(column.head.zh != column.head.en for column in block.columns if " " in column.head.en[:-4])


def test_words_are_there_in_both_languages() -> None:
    assert set(OWN["en"]) == set(OWN["zh"])
    bars = found(cohort()).cohorts[0].tornado
    assert {one.parameter for one in bars} == set(PARAMETERS)
    assert set(PARAMETERS) <= set(OWN["en"])
    assert set(OUTCOMES) <= set(found(cohort()).cohorts[0].base)


def test_a_cohort_of_one_kind_says_so() -> None:
    result = found([row for row in cohort() if row.truth])
    (one,) = result.cohorts
    assert (one.base, one.tornado, one.simulated, one.sweep, one.called_back) == ({}, (), None, (), None)
    assert one.reason == ONE_KIND
    assert PICTURES[type(result)](result) == ()
    assert sections(result)[1].blocks[0].text.zh == "该队列缺少有复发或无复发的病例"  # type: ignore[union-attr]


def test_without_a_tactic_there_is_no_cohort() -> None:
    assert found([case(1, True), case(2, False)]).cohorts == ()
    assert found([replace(row, truth=None) for row in cohort()]).cohorts == ()


@pytest.mark.parametrize(
    "wrong", [{"prevalence": 1}, {"price_range": 0}, {"draws": 3}, {"called_back": -0.1}, {"second_visit": -1}]
)
def test_what_is_no_option_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Options(**wrong)


def test_calling_back_everybody_costs_more_than_contrast_for_all() -> None:
    assert (found(cohort(), called_back=1.0).cohorts[0].base["saved"] or 0) < 0


@pytest.mark.django_db
def test_the_papers_objection(papers: StudyInputs) -> None:
    """At the paper's own prevalence: of those who need contrast one in twenty called back uses up the money saved."""
    cohort = economics_sensitivity.economics_sensitivity(papers, Options(prevalence=0.455, draws=200)).cohorts[0]
    back = cohort.called_back
    assert back is not None
    assert back.needing.value == pytest.approx(633, abs=2)
    assert back.of_cost.value == pytest.approx(0.0511, abs=1e-3)
    assert back.of_hours.value == pytest.approx(0.4365, abs=5e-3)
