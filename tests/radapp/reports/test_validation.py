"""The tactic's figures where cutoffs were chosen on these very cases: apparent beside cross-validated."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from radapp.reports.analyses import tactic
from radapp.reports.analyses.validation import NO_SCORES
from radapp.reports.document.blocks import Paragraph, TableBlock
from radapp.reports.document.of_tactic import sections
from radapp.reports.files.of_tactic import of_tactic
from radapp.reports.inputs.values import CaseRow, Cutoffs, StudyInputs
from tests.radapp.reports.made import case, inputs, said

pytestmark = pytest.mark.once
QUICK: dict[str, Any] = {"folds": 5, "repeats": 2, "resamples": 20}


def cohort(n: int = 120, of_one: int = 1) -> list[CaseRow]:
    """Scores about as good as the paper's; the study's own calls by cutoffs 0.6, 0.4 and 0.5."""
    chance, rows = Random(3), []
    for number in range(1, n + 1):
        truth = number % 2 == 0
        fused, enhanced = (min(1.0, max(0.0, chance.gauss(0.6 if truth else 0.4, 0.15))) for _ in range(2))
        tier = "positive" if fused >= 0.6 else "suspicious" if fused >= 0.4 else "negative"
        positive = fused >= 0.6 or (fused >= 0.4 and enhanced >= 0.5)
        networks = {
            "T1_T2": said(fused >= 0.6, fused),
            "T1WIC": said(enhanced >= 0.5, enhanced),
            "DARNDEST": said(positive, tier=tier),
        }
        rows.append(case(number, truth, networks, patient=(number - 1) // of_one))
    return rows


def of_these(rows: list[CaseRow], **options: Any) -> tactic.TacticTable:
    return tactic.tactic(inputs(rows, cutoffs=Cutoffs.THESE_CASES), tactic.Options(**{**QUICK, **options}))


@pytest.fixture(scope="module")
def made() -> tactic.TacticTable:
    return of_these(cohort())


def test_apparent_reaches_the_target_and_cross_validated_need_not(made: tactic.TacticTable) -> None:
    one = made.cohorts[0].validated
    assert one is not None
    assert one.apparent["sensitivity"].value >= 0.9  # type: ignore[operator]
    assert one.cross_validated["sensitivity"].value <= one.apparent["sensitivity"].value  # type: ignore[operator]
    assert "5-fold cross-validation, 2 times" in one.cross_validated["sensitivity"].method
    assert one.corrected is not None
    assert one.optimism is not None
    assert sum(row.cases for row in one.mix) == 120
    assert sum(row.cross_validated_cases or 0 for row in one.mix) == pytest.approx(120)
    assert 60 < one.same_calls <= 120


def test_the_seed_is_the_recipes(made: tactic.TacticTable) -> None:
    assert of_these(cohort()) == made
    assert of_these(cohort(), seed=3).cohorts[0].validated != made.cohorts[0].validated


def test_patients_stay_together() -> None:
    """Pairs of one case with and one without recurrence: sixty patients, and none in two folds."""
    one = of_these(cohort(of_one=2)).cohorts[0].validated
    assert one is not None
    assert one.patients == 60
    few = of_these(cohort(of_one=60)).cohorts[0].validated
    assert few is not None
    assert "2-fold" in few.cross_validated["sensitivity"].method, "two patients make two folds"


def test_cutoffs_set_beforehand_need_no_correction() -> None:
    found = tactic.tactic(inputs(cohort()), tactic.Options())
    assert found.cohorts[0].validated is None
    assert "need no correction" in found.words
    assert {one.name for one in of_tactic(found)} == {"tiers", "figures"}
    said_here = sections(found)[0].blocks[0]
    assert isinstance(said_here, Paragraph)
    assert "无需校正" in said_here.text.zh


def test_without_scores_or_one_kind_it_says_why() -> None:
    bare = [
        replace(row, networks={name: replace(one, score=None) for name, one in row.networks.items()}) for row in cohort(20)
    ]
    one = of_these(bare).cohorts[0].validated
    assert one is not None
    assert one.reason == NO_SCORES
    other = of_these([row for row in cohort(20) if row.truth]).cohorts[0].validated
    assert other is not None
    assert "10 cases with and 0 without" in other.reason
    blocks = sections(of_these(bare))[0].blocks
    assert any(isinstance(block, Paragraph) and NO_SCORES in block.text.en for block in blocks)


def test_one_patient_of_a_kind_is_apparent_alone() -> None:
    one = of_these([row for row in cohort(20) if not row.truth or row.case == 2]).cohorts[0].validated
    assert one is not None
    assert one.apparent["sensitivity"].value is not None
    assert one.cross_validated["sensitivity"].value is None
    assert one.cross_validated["sensitivity"].reason
    assert all(row.cross_validated_cases is None for row in one.mix)


def test_page_and_tables(made: tactic.TacticTable) -> None:
    names = [block.name for block in sections(made)[0].blocks if isinstance(block, TableBlock)]
    assert names[-2:] == ["cohort-1-validated", "cohort-1-validated-tiers"]
    rows = next(one.rows for one in of_tactic(made) if one.name == "validated")
    assert [(row["how"], row["measure"]) for row in rows][-1] == ("bootstrap", "sensitivity")
    assert len(rows) == 9


@pytest.mark.parametrize("wrong", [{"target": 0}, {"folds": 1}, {"resamples": 0}])
def test_what_is_no_option_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        tactic.Options(**wrong)


@pytest.mark.django_db
def test_the_papers_tactic_cross_validated(papers: StudyInputs) -> None:
    """Its cutoffs are the rule's own on its test sets; without the judged cases fewer recurrences are found."""
    for one in tactic.tactic(papers, tactic.Options(repeats=3, resamples=50)).cohorts:
        assert one.validated is not None
        assert one.validated.apparent["sensitivity"].value == pytest.approx(0.903, abs=0.002)
        assert one.validated.cross_validated["sensitivity"].value < 0.9  # type: ignore[operator]
