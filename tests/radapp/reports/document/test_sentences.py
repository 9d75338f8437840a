"""Notes, rules, labels and reasons of analyses have Chinese."""

import inspect
import re
from types import ModuleType

import pytest

from ml.evaluation import call_back, cost_sensitivity, decision, heterogeneity, shift
from ml.evaluation.mrmc import covariances, fixed_modality
from radapp.reports.analyses import several, standing
from radapp.reports.document.blocks import TableBlock
from radapp.reports.document.economics_sensitivity_terms import said as in_both
from radapp.reports.document.sentences import chinese, sentence
from radapp.reports.files import mrmc
from radapp.reports.inputs.values import StudyInputs
from radapp.reports.recipes import ANALYSES, CHAPTERS, NOT_LOCKED, NOT_UNBLINDED, SYNTHETIC, Stand, make
from tests.radapp.reports.made import answer, case, inputs, said
from tests.radapp.reports.made_whole import whole_study

pytestmark = pytest.mark.once
STAND = Stand(key="k", title="", state="open", locked=False, unblinded=False, made_by="DARNDEST")
SCARCE = [
    inputs(
        [case(1, True, {"T1_T2": said(True)}), case(2, False, {"T1_T2": said(True)})], [answer(1, True), answer(2, None)]
    ),
    inputs([case(1, True, {"T1_T2": said(True, 0.5), "T1WIC": said(True, 0.5)})], [answer(1, True, likelihood=3.0)]),
    inputs([case(1, None), case(2, False, {"DARNDEST": said(False, tier="negative")})], [answer(1, True, "junior_1")]),
]


def sentences_of(module: ModuleType) -> list[str]:
    """Constants that are sentences."""
    return [one for name, one in inspect.getmembers(module) if name.isupper() and isinstance(one, str) and " " in one]


def test_every_note_has_chinese() -> None:
    notes = sentences_of(standing)
    assert len(notes) >= 6
    assert [one for one in notes if chinese(one) is None] == []
    assert chinese(f"No OR-DBM MRMC file of cohort internal: {mrmc.NOT_CROSSED}.") is not None
    assert all(chinese(one) for one in (SYNTHETIC, NOT_LOCKED, NOT_UNBLINDED))


@pytest.mark.parametrize("study", [whole_study(), *SCARCE], ids=["whole", "calls alone", "one case", "hardly any"])
def test_every_note_and_reason_that_a_report_says_has_chinese(study: StudyInputs) -> None:
    without = set()
    for name in CHAPTERS:
        report = make(ANALYSES[name], study, ANALYSES[name].options(), STAND)
        without |= {one for one in (*report.notes, *report.labels) if chinese(one) is None}
        tables = [block for section in report.sections for block in section.blocks if isinstance(block, TableBlock)]
        reasons = [cell.reason for table in tables for row in table.rows for cell in row.cells if cell.reason]
        without |= {one.en for one in reasons if one.en == one.zh}
    assert without == set()


def test_a_sentence_with_numbers_keeps_them() -> None:
    said = sentence("3 of 40 cases have no score and are left out; 2 of 7 answers have no such time and are left out")
    assert re.findall(r"\d+", said.zh) == ["40", "3", "7", "2"]
    assert sentence("nobody ever said this").zh == "nobody ever said this"


NOT_SAID = {"KS", "MEANS", "METHOD", "NET_BENEFIT", "PSI", "SHARES", "CHI_SQUARED", "EXACT", "PERCENTILE"}
"""Names of methods, told as they are."""


@pytest.mark.parametrize(
    "module", [call_back, cost_sensitivity, covariances, decision, fixed_modality, heterogeneity, shift, several], ids=str
)
def test_every_reason_that_a_method_may_give_has_chinese(module: ModuleType) -> None:
    reasons = {name: one for name, one in inspect.getmembers(module) if name.isupper() and isinstance(one, str)}
    for name, one in reasons.items():
        if name not in NOT_SAID and one.count(" ") > 2:
            assert in_both(one.replace("{0}", "3")).zh != one.replace("{0}", "3"), name


@pytest.mark.parametrize(
    ("reason", "chinese_of_it"),
    [
        ("1 group(s) with cases: two are needed", "有病例的组仅 1 个：需要两个"),
        ("too few cases for 3 groups: the smallest expected count is 0.4", "病例太少，不足以比较 3 组：最小期望数为 0.4"),
        ("the difference has no standard error: its variance is 0", "差值没有标准误：方差为 0"),
        ("the difference has no standard error: nobody ever said this", None),
        ("the fit did not settle in 100 steps", "拟合在 100 步内未收敛"),
    ],
)
def test_reasons_with_others_in_them(reason: str, chinese_of_it: str | None) -> None:
    assert chinese(reason) == chinese_of_it
