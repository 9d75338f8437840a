"""ROC curves: the paper's areas and points, several readers against the library itself, and what may be said of whom."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ml.evaluation.mrmc.obuchowski_rockette import obuchowski_rockette
from ml.evaluation.mrmc.readings import Readings
from ml.evaluation.mrmc.results import Inference
from ml.evaluation.roc import auc, compare_auc
from radapp.reports.analyses import performance, roc, several
from radapp.reports.analyses.standing import Standing
from radapp.reports.files.of_roc import of_roc
from radapp.reports.inputs.values import StudyInputs
from tests.radapp.reports.made import PLAN, analysis, answer, case, inputs, said

pytestmark = pytest.mark.once

PAPERS = {"internal": [0.877583, 0.888873, 0.231164], "external": [0.426473, 0.394432, 0.977369]}
"""DeLong's p of each network's area against that of T1WIC, computed beside the table that ships."""
TRUTHS = [True] * 10 + [False] * 14
UNAIDED, AIDED = "unaided", "aided"


def scores(seed: int, shift: float) -> list[float]:
    """Likelihoods of 24 cases; those with recurrence lie higher by `shift`."""
    drawn = np.random.default_rng(seed).normal(size=len(TRUTHS)).round(1)
    return [float(50 + 10 * (value + shift * truth)) for value, truth in zip(drawn, TRUTHS, strict=True)]


def read(reader: str, likelihoods: list[float], **facts: Any) -> list[Any]:
    return [
        answer(number, likelihood >= 55, reader, likelihood=likelihood, **facts)
        for number, likelihood in enumerate(likelihoods, start=1)
    ]


def cases() -> list[Any]:
    network = scores(99, 1.5)
    return [
        case(number, truth, {"T1_T2": said(network[number - 1] >= 55, network[number - 1])})
        for number, truth in enumerate(TRUTHS, start=1)
    ]


def found(*answers: Any, plan: Any = PLAN, **options: Any) -> roc.Cohort:
    return made(*answers, plan=plan, **options).cohorts[0]


def made(*answers: Any, plan: Any = PLAN, **options: Any) -> roc.Roc:
    return roc.roc(inputs(cases(), answers, plan), roc.Options(**options))


def sequential(*readers: str) -> list[Any]:
    """Everybody reads alone, then aided, and better for it."""
    rows = []
    for seed, reader in enumerate(readers):
        rows += read(reader, scores(seed, 0.6), stage=UNAIDED)
        rows += read(reader, scores(seed + 50, 2.0), stage=AIDED)
    return rows


def expected(*readers: str, **options: Any) -> Any:
    """The same from the library alone."""
    pairs = [[scores(seed + 50, 2.0), scores(seed, 0.6)] for seed in range(len(readers))]
    return obuchowski_rockette(Readings.of(np.array(pairs).swapaxes(0, 1), TRUTHS, ["a", "u"], readers), **options)


def pooled(cohort: roc.Cohort, first: str) -> several.Several:
    return next(one for one in cohort.several if one.first == first)


@pytest.mark.django_db
@pytest.mark.once
def test_the_papers_areas_and_points(papers: StudyInputs) -> None:
    cohorts = {one.name: one for one in roc.roc(papers, roc.Options(intervals="paper")).cohorts}
    external = {one.judge.name: one for one in cohorts["external"].lines}
    areas = {name: external[name].area.estimate.value for name in ("T1WI", "T2WI", "T1_T2", "T1WIC")}
    assert areas == pytest.approx({"T1WI": 0.8874, "T2WI": 0.8877, "T1_T2": 0.9065, "T1WIC": 0.9071}, abs=5e-5)
    points = {name: [(f.estimate.count, f.estimate.n) for f in line.point.values()] for name, line in external.items()}
    assert points["senior_1"] == [(77, 93), (106, 109)]
    assert points["junior_1"] == [(72, 93), (105, 109)]
    assert points["DARNDEST"] == [(84, 93), (90, 109)]
    assert external["senior_1"].curve == ()
    assert external["senior_1"].area.estimate.reason
    assert cohorts["external"].several == (), "the paper's readers gave no likelihoods"


@pytest.mark.django_db
@pytest.mark.once
def test_a_networks_point_lies_on_its_curve_and_the_curve_has_its_area(papers: StudyInputs) -> None:
    for cohort in roc.roc(papers, roc.Options()).cohorts:
        for line in cohort.lines:
            if not line.curve:
                continue
            rates, heights = zip(*((one.false_positive_rate, one.sensitivity) for one in line.curve), strict=True)
            assert (rates[0], heights[0], line.curve[0].cutoff) == (0, 0, None)
            assert (rates[-1], heights[-1]) == (1, 1)
            trapezoids = float(np.trapezoid(heights, rates))
            assert trapezoids == pytest.approx(line.area.estimate.value)
            sensitivity, specificity = (line.point[name].estimate.value for name in roc.POINT)
            assert any(
                rate == pytest.approx(1 - specificity) and height == pytest.approx(sensitivity)
                for rate, height in zip(rates, heights, strict=True)
            )


@pytest.mark.django_db
@pytest.mark.once
def test_areas_are_corrected_as_in_the_report_on_performance(papers: StudyInputs) -> None:
    here, there = roc.roc(papers, roc.Options()), performance.performance(papers, performance.Options())
    for mine, theirs in zip(here.cohorts, there.cohorts, strict=True):
        other = {(one.first, one.second): one.measures["auc"] for family in theirs.families for one in family.pairs}
        pairs = [one for family in mine.families for one in family.pairs]
        assert [one.first.name for one in pairs] == ["T1WI", "T2WI", "T1_T2"]
        assert [one.measures["auc"].comparison.p for one in pairs] == pytest.approx(PAPERS[mine.name], abs=1e-6)
        assert all(set(one.measures) == {"auc"} and one.measures["auc"] == other[one.first, one.second] for one in pairs)


def test_readers_who_give_likelihoods_have_curves_and_are_held_against_networks() -> None:
    likelihoods = scores(3, 1.0)
    cohort = found(*read("senior_1", likelihoods))
    line = next(one for one in cohort.lines if one.judge.name == "senior_1")
    assert line.area.estimate == auc(likelihoods, TRUTHS)
    assert len(line.curve) == len(set(likelihoods)) + 1
    family = next(one for one in cohort.families if one.name == "networks against senior_1 complete")
    assert family.pairs[0].measures["auc"].comparison == compare_auc(scores(99, 1.5), likelihoods, TRUTHS)
    assert family.pairs[0].cases == len(TRUTHS)


@pytest.mark.parametrize(("count", "inference"), [(2, "fixed_readers"), (3, "fixed_readers"), (4, "random")])
def test_aided_against_unaided_is_the_librarys(count: int, inference: str) -> None:
    """Up to three readers are themselves; from four on readers like these."""
    readers = [f"senior_{number}" for number in range(1, count + 1)]
    mine, theirs = pooled(found(*sequential(*readers)), "stage:aided"), expected(*readers)
    assert mine.inference is Inference[inference.upper()]
    assert bool(mine.note) == (count < 4)
    tested = getattr(theirs, inference)
    assert mine.difference is not None
    assert (mine.second, mine.difference.value) == ("stage:unaided", pytest.approx(tested.differences[0].value))
    assert mine.difference.value > 0.1, "aided minus unaided"
    assert mine.difference.p == pytest.approx(tested.differences[0].p)
    assert [one.value for one in mine.areas] == pytest.approx([one.value for one in tested.arms])
    assert [one.reader for one in mine.each] == readers
    assert mine.design == "every reader read every case under every arm"


def test_sides_of_a_protocol_are_answered_in_either_order() -> None:
    plan = replace(
        PLAN,
        sequential=True,
        analyses=(
            analysis("aid", "auc", "stage:unaided", "stage:aided"),
            analysis("all", "auc", "reader:all", hypothesis="estimate"),
            analysis("other", "sensitivity", "stage:unaided", "stage:aided"),
            analysis("margin", "auc", "stage:unaided", "stage:aided", hypothesis="non_inferiority", margin=0.1),
        ),
    )
    report = made(*sequential("senior_1", "junior_1"), plan=plan)
    assert pooled(report.cohorts[0], "stage:aided").standing == Standing.PRE_SPECIFIED
    assert report.not_here == ("other",)
    assert [one.key for one in report.cohorts[0].margins] == ["margin"]


def test_two_answers_of_one_case_are_no_single_side() -> None:
    """`reader:all` of a sequential design takes in both stages."""
    everybody = pooled(found(*sequential("senior_1", "senior_2")), "reader:all")
    assert everybody.areas[0].value is None
    assert everybody.areas[0].reason == several.TWICE.format("reader:all")


def test_arms_that_share_readers_and_cases_are_compared() -> None:
    rows = [*read("senior_1", scores(1, 2), arm="a"), *read("senior_1", scores(2, 0), arm="b")]
    plan = replace(PLAN, analyses=(analysis("arms", "auc", "arm:b", "arm:a"),))
    one = pooled(found(*rows, plan=plan), "arm:a")
    assert (one.second, one.standing) == ("arm:b", Standing.PRE_SPECIFIED)
    assert one.difference is not None
    assert one.difference.value == pytest.approx(compare_auc(scores(1, 2), scores(2, 0), TRUTHS).value)
    assert one.note.startswith("with 1 reader(s)")


def test_seniority_only_from_two_readers_each() -> None:
    few = [*read("senior_1", scores(1, 2)), *read("junior_1", scores(2, 1)), *read("junior_2", scores(3, 1))]
    assert [one.first for one in found(*few).several] == ["reader:all", "network:T1_T2"]
    one = pooled(found(*few, *read("senior_2", scores(4, 2))), "seniority:senior")
    assert one.design == "each arm has its own readers, who read every case"
    areas = [auc(scores(*of), TRUTHS).value or 0.0 for of in ((1, 2), (4, 2), (2, 1), (3, 1))]
    assert one.difference is not None
    assert one.difference.value == pytest.approx((areas[0] + areas[1] - areas[2] - areas[3]) / 2)


def test_comparisons_of_several_readers_are_one_family() -> None:
    rows = [*read("senior_1", scores(1, 2), arm="a"), *read("senior_1", scores(2, 1), arm="b")]
    rows += read("senior_1", scores(3, 0), arm="c")
    for one in found(*rows, correction="bonferroni").several[1:]:
        assert one.adjusted is not None
        assert one.adjusted.family == 3
        assert one.difference is not None
        assert one.adjusted.adjusted == pytest.approx(min(1, 3 * (one.difference.p or 0)))


def test_missing_readings_are_left_to_what_can_take_them() -> None:
    rows = sequential("senior_1", "senior_2", "senior_3", "senior_4")
    one = pooled(found(*rows[3:]), "stage:aided")
    assert one.design == "every reader read under every arm, but not every case"
    assert "readings are missing" in one.note
    assert one.difference is not None
    assert one.difference.value is not None
    apart = [row for row in rows if not (row.stage == AIDED and row.reader == "senior_1")]
    uneven = pooled(found(*apart), "stage:aided")
    assert uneven.design == "uneven"
    assert uneven.difference is not None
    assert "U-statistics" in uneven.difference.method


def test_one_kind_of_case_has_a_reason() -> None:
    rows = sequential("senior_1", "senior_2")
    report = roc.roc(inputs([case(number, True) for number in range(1, 25)], rows), roc.Options())
    one = pooled(report.cohorts[0], "stage:aided")
    assert one.difference is not None
    assert (one.difference.value, one.difference.p, bool(one.difference.reason)) == (None, None, True)
    assert all(line.curve == () and line.area.estimate.reason for line in report.cohorts[0].lines)


def test_hidden_repeats_and_cases_without_a_truth_are_in_no_curve() -> None:
    rows = read("senior_1", scores(3, 1.0))
    once = found(*rows)
    assert found(*rows, answer(1, False, repeat=True, position=40, likelihood=0)) == once
    unknown = [*cases()[:-1], replace(cases()[-1], truth=None)]
    lines = roc.roc(inputs(unknown, rows), roc.Options()).cohorts[0].lines
    assert {line.area.estimate.n for line in lines} == {len(TRUTHS) - 1}


def test_tables_hold_curves_points_and_what_is_said_of_several() -> None:
    report = made(*sequential("senior_1", "senior_2"))
    tables = {one.name: one.rows for one in of_roc(report)}
    assert {row["judge"] for row in tables["curves"]} == {"T1_T2", "senior_1", "senior_2"}
    assert {row["measure"] for row in tables["figures"]} == {"auc", "sensitivity", "specificity"}
    rows = [row for row in tables["several-readers"] if row["first"] == "stage:aided"]
    assert [(row["measure"], row.get("side", ""), row.get("reader", "")) for row in rows] == [
        ("mean area", "stage:aided", ""),
        ("mean area", "stage:unaided", ""),
        ("first minus second", "", ""),
        ("first minus second", "", "senior_1"),
        ("first minus second", "", "senior_2"),
    ]
    assert rows[0]["value"] > rows[1]["value"]
    assert {row["readers"] for row in rows} == {2}
    assert {row["measure"] for row in tables["comparisons"]} == {"auc"}


def test_options_that_nothing_can_be_made_with_are_refused() -> None:
    for wrong in ({"intervals": "bayes"}, {"correction": "hope"}):
        with pytest.raises(ValueError, match="expected"):
            roc.Options(**wrong)  # type: ignore[arg-type]
