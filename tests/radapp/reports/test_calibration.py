"""Calibration: against independent arithmetic, what has no figure, what page, tables and figures show."""

import json
import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ml.evaluation.plain import plain
from radapp.reports.analyses import calibration
from radapp.reports.behind import cases_behind
from radapp.reports.document.blocks import TableBlock
from radapp.reports.document.spoken import spoken
from radapp.reports.document.whole import document_of
from radapp.reports.files.figures.pictures import Source
from radapp.reports.files.figures.written import figure_files, svgs
from radapp.reports.files.rendering import files_of
from radapp.reports.inputs.values import CaseRow, StudyInputs
from radapp.reports.recipes import ANALYSES, Stand, make
from tests.radapp.reports.made import answer, case, inputs, said

pytestmark = pytest.mark.once
FULL = os.environ.get("EVIDENCE") == "full"
STAND = Stand(key="k", title="t", state="unblinded", locked=True, unblinded=True, made_by="test")


def row(number: int, score: float, truth: bool | None, **facts: Any) -> CaseRow:
    called = {
        "T1_T2": said(score >= 0.5, score),
        "DARNDEST": said(score >= 0.5, tier="positive" if score >= 0.5 else "negative"),
    }
    return case(number, truth, called, **facts)


def fair() -> StudyInputs:
    """At each of 0.1, 0.2 … 0.9 twenty cases, of which that share has recurrence: perfectly calibrated."""
    rows = [row(100 * tenth + place, tenth / 10, place < 2 * tenth) for tenth in range(1, 10) for place in range(20)]
    return inputs([*rows, row(9999, 0.5, None)])


def only(found: calibration.Calibration) -> calibration.Line:
    return found.cohorts[0].lines[0]


def test_perfect_scores() -> None:
    found = calibration.calibration(fair(), calibration.Options(bins=9))
    line = only(found)
    assert (line.cases, line.diseased, line.without_score, line.small) == (180, 90, 0, False)
    assert line.reliability.error.value == pytest.approx(0, abs=1e-12)
    assert line.slope.value == pytest.approx(1)
    assert line.intercept.value == pytest.approx(0, abs=1e-9)
    assert line.brier.value == pytest.approx(np.mean([p * (1 - p) for p in np.arange(1, 10) / 10]))
    assert line.test.p == pytest.approx(1)
    assert found.tests == 1
    assert found.cohorts[0].without_truth == 1


def test_net_benefit_by_hand() -> None:
    """At 0.5: 70 of the 100 cases at 0.5 and above have recurrence, 30 have none; odds 1."""
    line = only(calibration.calibration(fair(), calibration.Options()))
    point = next(one for one in line.curve.points if one.threshold == pytest.approx(0.5))
    assert point.net_benefit.value == pytest.approx((70 - 30) / 180)
    elsewhere = next(one for one in line.elsewhere.points if one.threshold == pytest.approx(0.5))
    assert elsewhere.net_benefit.value == pytest.approx(0.03 * 70 / 90 - 0.97 * 30 / 90)
    assert (line.curve.prevalence, line.elsewhere.prevalence) == (0.5, 0.03)


def test_the_tactic_has_calls_alone() -> None:
    cohort = calibration.calibration(fair(), calibration.Options()).cohorts[0]
    assert [one.judge.name for one in cohort.lines] == ["T1_T2"]
    assert [one.judge.name for one in cohort.calls] == ["DARNDEST"]
    point = next(one for one in cohort.calls[0].curve.points if one.threshold == pytest.approx(0.1))
    assert point.net_benefit.value == pytest.approx((70 - 30 / 9) / 180)


def test_readers_likelihoods_are_chances() -> None:
    rows = [row(number, 0.4, number < 4) for number in range(1, 9)]
    answers = [answer(number, number < 4, likelihood=90 if number < 4 else 10) for number in range(1, 9)]
    found = calibration.calibration(inputs(rows, answers), calibration.Options())
    reader = found.cohorts[0].lines[1]
    assert reader.judge.name == "senior_1"
    assert reader.brier.value == pytest.approx(0.01)
    assert reader.slope.value is None
    assert "separates" in reader.slope.reason


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row(number, number / 10, True) for number in range(1, 6)], "both kinds are needed"),
        ([row(number, 0.5, number < 3) for number in range(1, 6)], "all scores are equal"),
        ([row(1, 0.5, True)], "both kinds are needed"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(rows: list[CaseRow], words: str) -> None:
    found = calibration.calibration(inputs(rows), calibration.Options())
    assert only(found).slope.value is None
    assert words in only(found).slope.reason
    json.dumps(plain(found), allow_nan=False)


def test_nothing_to_calibrate() -> None:
    found = calibration.calibration(inputs([case(1, True), row(2, 0.5, None)]), calibration.Options())
    assert (found.cohorts[0].lines, found.cohorts[0].calls, found.tests) == ((), (), 0)
    assert figure_files(found, Source((), "0" * 64))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40), st.randoms())
def test_the_order_of_cases_changes_nothing(cases: list[tuple[float, bool]], random: Any) -> None:
    shuffled = list(cases)
    random.shuffle(shuffled)
    one, other = (
        only(
            calibration.calibration(
                inputs([row(number, score, truth) for number, (score, truth) in enumerate(some, 1)]), calibration.Options()
            )
        )
        for some in (cases, shuffled)
    )
    for name in ("brier", "slope", "intercept"):
        first, second = getattr(one, name), getattr(other, name)
        assert (first.value is None) == (second.value is None), (first, second)
        if first.value is not None:
            assert first.value == pytest.approx(second.value, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("options", [{"prevalence": 1}, {"bins": 1}])
def test_options_that_make_no_analysis(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        calibration.Options(**options)


def test_page_tables_and_schema() -> None:
    analysis = ANALYSES["calibration"]
    report = make(analysis, fair(), analysis.options(), STAND)
    files = files_of(report, ("json", "csv"))
    schema = json.loads(files["calibration.schema.json"])
    assert Draft202012Validator(schema).is_valid(json.loads(files["calibration.json"]))
    assert {"calibration-figures.csv", "calibration-reliability.csv", "calibration-decision-curves.csv"} < set(files)
    document = document_of(report)
    for language in ("en", "zh"):
        json.dumps(spoken(document, language), allow_nan=False)
    tables = [block for section in document.sections for block in section.blocks if isinstance(block, TableBlock)]
    counted = [cell for table in tables for line in table.rows for cell in line.cells if cell.behind]
    assert counted
    for cell in counted:
        assert len(cases_behind(report.inputs, cell.behind or {})) == cell.value


@pytest.mark.evidence
def test_figures_are_the_same_bytes_and_say_what_is_small() -> None:
    """Reduced: no PNGs."""
    few = calibration.calibration(
        inputs([row(number, number / 10, number > 3) for number in range(1, 7)]), calibration.Options()
    )
    source = Source((), "0" * 64)
    english, chinese = (svgs(few, source, language) for language in ("en", "zh"))
    assert english == svgs(few, source, "en")
    assert not FULL or figure_files(few, source) == figure_files(few, source)
    assert "T1_T2 †" in english["cohort-1-figure"].decode()
    assert "净获益" in chinese["cohort-1-figure"].decode()
