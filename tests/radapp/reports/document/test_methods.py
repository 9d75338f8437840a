"""Methods in words: only what a report used, every reference numbered, in both languages."""

import os
import re
from functools import cache
from typing import Any

import pytest

from radapp.reports.document.methods import methods_of
from radapp.reports.document.provenance import provenance_of
from radapp.reports.document.references import CITATIONS
from radapp.reports.document.whole import document_of
from radapp.reports.files.rendering import Report
from radapp.reports.inputs.values import StudyInputs
from radapp.reports.recipes import ANALYSES, CHAPTERS, OF_STUDIES, Stand, make
from tests.radapp.reports.made import answer, case, inputs, said
from tests.radapp.reports.made_whole import whole_study

pytestmark = pytest.mark.once
STAND = Stand(key="k", title="A study", state="unblinded", locked=True, unblinded=True, made_by="DARNDEST 1.0")
CHINESE = re.compile("[\u4e00-\u9fff]")
FULL = os.environ.get("EVIDENCE") == "full"
MEASURED = ("performance", "roc", "tactic", "economics", "errors", "agreement", "behaviour")


@pytest.fixture(scope="module")
def study() -> StudyInputs:
    return whole_study()


@cache
def whole(name: str) -> Report:
    """With every option as it is by itself."""
    return report_of(name, whole_study())


def report_of(name: str, study: StudyInputs, **options: Any) -> Report:
    return make(ANALYSES[name], study, ANALYSES[name].options(**options), STAND)


def text_of(report: Report) -> str:
    return " ".join(one.en for one in methods_of(report)[0])


@pytest.mark.parametrize("name", MEASURED)
def test_every_reference_is_numbered_in_its_order(name: str) -> None:
    sentences, references = methods_of(whole(name))
    for language in ("en", "zh"):
        text = " ".join(getattr(one, language) for one in sentences)
        assert not re.search(r"\[[a-z]", text), "a source that was not numbered"
        cited = {int(number) for found in re.findall(r"\[([\d, ]+)\]", text) for number in found.split(", ")}
        assert cited == set(range(1, len(references) + 1))
    first = [int(found) for found in re.findall(r"\[(\d+)", " ".join(one.en for one in sentences))]
    assert first[0] == 1
    assert len(set(references)) == len(references)
    assert all(not CHINESE.search(one.en) and CHINESE.search(one.zh) for one in sentences)


def test_only_what_was_used_is_said(study: StudyInputs) -> None:
    performance = report_of("performance", study, intervals="exact", not_assessable="left_out", correction="holm")
    text = text_of(performance)
    assert "Clopper-Pearson" in text
    assert "Holm's correction" in text
    assert "is left out of that judge's figures" in text
    assert "Bonferroni" not in text
    assert CITATIONS["clopper"] in methods_of(performance)[1]
    assert CITATIONS["newcombe"] not in methods_of(performance)[1]
    assert "networks: Wald" in text_of(report_of("performance", study, intervals="paper"))
    assert "Obuchowski and Rockette" in text_of(whole("roc"))


def test_what_one_reader_without_scores_gives() -> None:
    alone = inputs([case(1, True, {"T1_T2": said(True)}), case(2, False, {"T1_T2": said(False)})], [answer(1, True)])
    assert "DeLong" not in text_of(report_of("roc", alone))
    assert "Obuchowski" not in text_of(report_of("roc", alone))
    assert "Aid:" not in text_of(report_of("behaviour", alone))
    assert "Likelihoods of two" not in text_of(report_of("agreement", alone))
    assert "The protocol named no analysis" in text_of(report_of("roc", alone))


@pytest.mark.evidence
@pytest.mark.parametrize("name", list(OF_STUDIES if FULL else CHAPTERS))
def test_provenance_is_the_same_every_time(study: StudyInputs, name: str) -> None:
    """Reduced: of the chapters, and one analysis is run anew."""
    report = whole(name)
    rows = {what.en: told.en for what, told in provenance_of(report)}
    if FULL or name == "tactic":
        assert rows == {what.en: told.en for what, told in provenance_of(report_of(name, study))}
    assert rows["Inputs (SHA-256)"].startswith(study.sha256)
    assert rows["Cohorts and cases"] == "internal: 40, external: 24"
    assert rows["Made by"] == "DARNDEST 1.0"
    document = document_of(report)
    assert document.methods
    assert document.title.zh != document.title.en
