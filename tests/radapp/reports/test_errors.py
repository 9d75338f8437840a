"""Errors by source and category: by hand, and the same as the page that investigators see of a coded study."""

from dataclasses import replace
from typing import Any

import pytest

from ml.evaluation.agreement import cohen_kappa
from radapp.readerstudies.coding.codes import adjudicate, submit_code
from radapp.readerstudies.coding.overview import overview
from radapp.readerstudies.models import Membership
from radapp.reports.analyses import errors
from radapp.reports.analyses.errors import FALSE_NEGATIVE, FALSE_POSITIVE, NOT_CODED
from radapp.reports.files.of_errors import of_errors
from radapp.reports.inputs.gathering import inputs_of
from radapp.reports.inputs.values import CodeSaid, StudyInputs
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.coding import erring
from tests.radapp.reports.made import PLAN, analysis, answer, case, coded, inputs, said

pytestmark = pytest.mark.once

Key = tuple[str, str]


def network(fused: bool, enhanced: bool, tactic: bool, tier: str) -> dict[str, Any]:
    return {"T1_T2": said(fused, 0.5), "T1WIC": said(enhanced, 0.5), "DARNDEST": said(tactic, tier=tier)}


CASES = [
    case(1, True, network(False, True, False, "negative")),
    case(2, True, network(False, False, False, "suspicious")),
    case(3, True, network(True, True, True, "positive")),
    case(4, False, network(True, False, True, "positive")),
    case(5, False, network(False, True, True, "suspicious")),
    case(6, False, network(False, False, False, "negative")),
    case(7, None, network(True, True, True, "positive")),
]
"""T1_T2 misses 1 and 2 and is wrong on 4; T1WIC misses 2 and is wrong on 5; the tactic 1, 2, 4 and 5."""
READ = [answer(number, call) for number, call in ((1, False), (2, True), (3, None), (4, True), (5, False), (6, True))]
"""The reader misses 1, and is wrong on 4 and 6; 3 was not assessable."""
CODED = [
    coded(1, "T1_T2", FALSE_NEGATIVE, "focal", contributors=("position",)),
    coded(1, "senior_1", FALSE_NEGATIVE, "position"),
    coded(2, "T1WIC", FALSE_NEGATIVE, "necrosis"),
    coded(2, "T1_T2", FALSE_NEGATIVE, "skull_base", "focal"),
    coded(4, "T1_T2", FALSE_POSITIVE, "fibrosis"),
    coded(4, "senior_1", FALSE_POSITIVE, "fibrosis", "radiation_necrosis", primary="fibrosis", adjudicated=True),
    coded(5, "T1WIC", FALSE_POSITIVE, "sinusitis_turbinate"),
    coded(6, "senior_1", FALSE_POSITIVE, "", codes=()),
]


def made(rows: Any = CODED, cases: Any = CASES, answers: Any = READ, plan: Any = PLAN) -> errors.Errors:
    return errors.errors(inputs(cases, answers, plan, errors=tuple(rows)), errors.Options())


def bars(found: errors.Errors) -> dict[Key, errors.Bar]:
    return {(bar.judge.name, bar.error): bar for bar in found.cohorts[0].bars}


def led(bar: errors.Bar) -> dict[str, tuple[int, ...]]:
    return {cell.category: cell.cases for cell in bar.cells if cell.primary}


def test_counts_by_source_and_kind() -> None:
    found = {key: (bar.total, bar.settled, bar.rate.n) for key, bar in bars(made()).items()}
    assert found == {
        ("T1_T2", FALSE_POSITIVE): (1, 1, 3),
        ("T1_T2", FALSE_NEGATIVE): (2, 1, 3),
        ("T1WIC", FALSE_POSITIVE): (1, 1, 3),
        ("T1WIC", FALSE_NEGATIVE): (1, 1, 3),
        ("DARNDEST", FALSE_POSITIVE): (2, 2, 3),
        ("DARNDEST", FALSE_NEGATIVE): (2, 2, 3),
        ("senior_1", FALSE_POSITIVE): (2, 1, 3),
        ("senior_1", FALSE_NEGATIVE): (1, 1, 2),
    }


def test_categories_that_led_and_that_contributed() -> None:
    found = bars(made())
    assert led(found["T1_T2", FALSE_NEGATIVE]) == {"focal": (1,)}
    among = {cell.category: cell.among for cell in found["T1_T2", FALSE_NEGATIVE].cells if cell.among}
    assert among == {"focal": 1, "position": 1}
    assert led(found["senior_1", FALSE_POSITIVE]) == {"fibrosis": (4,)}
    assert found["senior_1", FALSE_POSITIVE].adjudicated == 1
    assert [cell.category for cell in found["senior_1", FALSE_POSITIVE].cells] == list(PLAN.categories[FALSE_POSITIVE])
    share = next(cell.share for cell in found["DARNDEST", FALSE_NEGATIVE].cells if cell.category == "focal")
    assert (share.count, share.n) == (1, 2)


def test_the_tactics_error_is_that_of_the_network_that_decided() -> None:
    found = bars(made())
    assert led(found["DARNDEST", FALSE_NEGATIVE]) == {"focal": (1,), "necrosis": (2,)}
    assert led(found["DARNDEST", FALSE_POSITIVE]) == {"fibrosis": (4,), "sinusitis_turbinate": (5,)}


def test_stages_and_arms_are_sources_of_their_own() -> None:
    answers = [answer(1, False, stage="unaided"), answer(1, False, stage="aided")]
    rows = [coded(1, "senior_1", FALSE_NEGATIVE, "focal", stage="aided")]
    found = made(rows, answers=answers).cohorts[0].bars
    assert {bar.judge.stage: bar.settled for bar in found if bar.judge.name == "senior_1"} == {"unaided": 0, "aided": 1}


def test_cohorts_stand_apart() -> None:
    cases = [replace(row, cohort="a" if row.case < 3 else "b") for row in CASES]
    found = made(cases=cases)
    totals = {(one.name, bar.judge.name, bar.error): bar.total for one in found.cohorts for bar in one.bars}
    assert totals["a", "T1_T2", FALSE_NEGATIVE] == 2
    assert totals["b", "T1_T2", FALSE_NEGATIVE] == 0
    assert ("a", "T1_T2", FALSE_POSITIVE) not in totals, "nobody without recurrence is in it"


def test_coders_by_kind_of_error() -> None:
    found = {one.error: one for one in made().coders}
    missed, wrong = found[FALSE_NEGATIVE], found[FALSE_POSITIVE]
    assert (missed.first, missed.second, missed.n, missed.agreement.count) == (1, 2, 4, 3)
    assert (wrong.n, wrong.agreement.count) == (3, 2)
    first, second = ["focal", "position", "necrosis", "skull_base"], ["focal", "position", "necrosis", "focal"]
    assert missed.kappa == cohen_kappa(first, second)
    assert missed.categories["focal"].value == pytest.approx(2 / 3)
    assert missed.categories["atypical_site"].value is None
    assert missed.categories["atypical_site"].reason


def test_who_coded_first_does_not_matter() -> None:
    turned = [replace(row, codes=row.codes[::-1]) for row in CODED]
    assert made(turned).coders == made().coders


def test_three_coders_are_three_pairs() -> None:
    other = tuple(CodeSaid(coder=coder, primary="focal", contributors=()) for coder in (3, 1))
    rows = [*CODED[1:], replace(CODED[0], codes=other)]
    assert [(one.first, one.second, one.error, one.n) for one in made(rows).coders] == [
        (1, 2, FALSE_NEGATIVE, 3),
        (1, 2, FALSE_POSITIVE, 3),
        (1, 3, FALSE_NEGATIVE, 1),
    ]


def test_before_coding_errors_are_counted_and_a_reason_stands_there() -> None:
    found = made([])
    assert (found.reason, found.coders) == (NOT_CODED, ())
    assert bars(found)["T1_T2", FALSE_NEGATIVE].total == 2
    share = bars(found)["T1_T2", FALSE_NEGATIVE].cells[0].share
    assert (share.value, bool(share.reason)) == (None, True)
    assert made().reason == ""


def test_few_errors_are_flagged() -> None:
    many = [case(number, False, {"T1_T2": said(number % 2 == 0, 0.5)}) for number in range(20)]
    rows = [coded(number, "T1_T2", FALSE_POSITIVE, "fibrosis" if number < 12 else "difficult") for number in range(0, 20, 2)]
    (bar,) = made(rows, many, ()).cohorts[0].bars
    assert not bar.small
    assert {cell.category: cell.small for cell in bar.cells if cell.primary} == {"fibrosis": False, "difficult": True}
    assert bars(made())["T1_T2", FALSE_NEGATIVE].small


def test_no_analysis_of_a_protocol_is_about_errors() -> None:
    plan = replace(PLAN, analyses=(analysis("alone", "sensitivity", "network:T1_T2"),))
    assert made(plan=plan).not_here == ("alone",)


@pytest.mark.django_db
@pytest.mark.once
def test_the_same_as_investigators_see() -> None:
    study = scene.study()
    reader = scene.member(study, scene.person("rita"), "reader", name="Rita")
    for number, tier in ((1, "negative"), (2, "suspicious"), (3, ""), (4, "")):
        of = scene.case(study, number, examined=None, cohort="external" if number == 4 else "internal")
        erring.truth(of, number != 3)
        erring.reading(reader, of, number == 3)
        for name in ("T1_T2", "T1WIC", "DARNDEST") if tier else ():
            erring.call(of, name, False, tier=tier if name == "DARNDEST" else "")
    ada, bob, eve = (
        erring.coder(study, name, part) for name, part in (("ada", "coder"), ("bob", "coder"), ("eve", "adjudicator"))
    )
    items = erring.begun(study)
    for key, first, second in (
        ((1, "Rita"), ["focal", "position"], ["focal"]),
        ((1, "T1_T2"), ["focal"], ["focal"]),
        ((2, "T1WIC"), ["necrosis"], ["skull_base"]),
        ((3, "Rita"), ["fibrosis"], ["difficult"]),
    ):
        submit_code(items[key], bob, second)
        submit_code(items[key], ada, first)
    adjudicate(items[2, "T1WIC"], eve, ["skull_base"], "Bone.")
    submit_code(items[4, "Rita"], ada, ["focal"])
    found, shown = errors.errors(inputs_of(study), errors.Options()), overview(study)
    mine = {
        ("Rita" if bar.judge.name == "senior_1" else bar.judge.name, cohort.name, bar.error): (
            bar.total,
            bar.settled,
            [(cell.category, cell.primary, cell.among, list(cell.cases)) for cell in bar.cells],
        )
        for cohort in found.cohorts
        for bar in cohort.bars
        if bar.total
    }
    theirs = {
        (bar["name"], bar["cohort"], bar["error"]): (
            bar["total"],
            bar["settled"],
            [(one["key"], one["primary"], one["any"], one["cases"]) for one in bar["categories"]],
        )
        for bar in shown["bars"]
    }
    assert mine == theirs
    assert len(mine) == 6
    assert sum(bar.adjudicated for bar in found.cohorts[0].bars) == 2, "of T1WIC, and of the tactic that it decided"
    assert [(one.first, one.second, one.error, one.kappa) for one in found.coders] == [
        (one.first, one.second, one.error, one.kappa) for one in sorted(shown["agreement"], key=lambda one: one.error)
    ]
    assert Membership.objects.get(name="ada").pk < Membership.objects.get(name="bob").pk


@pytest.mark.django_db
@pytest.mark.once
def test_the_imported_studys_errors(papers: StudyInputs) -> None:
    """Misses and false alarms are those of Table 1; nobody has coded them."""
    found = errors.errors(papers, errors.Options())
    totals = {(one.name, bar.judge.name, bar.error): (bar.total, bar.rate.n) for one in found.cohorts for bar in one.bars}
    assert totals["internal", "DARNDEST", FALSE_NEGATIVE] == (19, 197)
    assert totals["internal", "DARNDEST", FALSE_POSITIVE] == (42, 236)
    assert totals["external", "senior_1", FALSE_NEGATIVE] == (93 - 77, 93)
    assert totals["external", "senior_1", FALSE_POSITIVE] == (3, 109)
    assert totals["internal", "junior_1", FALSE_POSITIVE] == (41, 236)
    assert found.reason == NOT_CODED


def test_tables() -> None:
    tables = {one.name: one.rows for one in of_errors(made())}
    row = next(row for row in tables["bars"] if (row["judge"], row["error"]) == ("T1_T2", FALSE_NEGATIVE))
    assert (row["total"], row["settled"], row["value"]) == (2, 1, pytest.approx(2 / 3))
    row = next(
        row
        for row in tables["categories"]
        if (row["judge"], row["category"]) == ("T1_T2", "position") and row["error"] == FALSE_NEGATIVE
    )
    assert (row["primary"], row["among_causes"]) == (0, 1)
    assert {row["measure"] for row in tables["coders"]} == {"agreement", "kappa", "ac1", "specific_agreement"}
