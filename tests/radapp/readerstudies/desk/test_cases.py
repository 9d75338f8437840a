"""Candidates and cases: what is found, what bars it, what is noted as left out, and how the flow draws itself."""

import datetime as dt
from typing import Any

import pytest

from radapp.accounts.errors import ApiError
from radapp.archive.models import Study
from radapp.readerstudies.desk import candidates, cases, flow
from radapp.readerstudies.desk.candidates import Query
from radapp.readerstudies.models import Case, ReaderStudy, Waiver
from radapp.readerstudies.reference.archive_truths import take_from_archive
from radapp.triage.models import StudyTriage, TrainingCase, TrainingSet
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench


def learnt(study: Study) -> None:
    """The networks learnt from this patient."""
    made = TrainingSet.objects.create(folder="x", identified=False, sequences=[], truth_sha256="0")
    TrainingCase.objects.create(
        training_set=made,
        study_instance_uid=f"{study.study_instance_uid}.9",
        patient_id=study.patient_id,
        case="a",
        patient="b",
        label=True,
    )


def numbers(found: candidates.Found) -> list[str]:
    return [one.examination.accession_number for one in found.candidates]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["ACC1", "ACC2", "ACC3", "ACC4"]),
        ({"date_from": dt.date(2026, 1, 4)}, ["ACC3", "ACC4"]),
        ({"date_to": dt.date(2026, 1, 2)}, ["ACC1"]),
        ({"sequences": ["T1WIC"]}, ["ACC1", "ACC2", "ACC4"]),
        ({"truth": "known"}, ["ACC1", "ACC2"]),
        ({"truth": "unknown"}, ["ACC3", "ACC4"]),
        ({"truth": "positive"}, ["ACC1"]),
        ({"truth": "negative"}, ["ACC2"]),
        ({"tiers": ["positive"]}, ["ACC4"]),
        ({"states": ["done"]}, ["ACC4"]),
        ({"listed": ["ACC2", f"{bench.ROOT}.4", "ACC2"]}, ["ACC2", "ACC4"]),
    ],
)
def test_queries(db: None, query: dict[str, Any], expected: list[str]) -> None:
    bench.examination(1, truth=True)
    bench.examination(2, truth=False)
    bench.examination(3, roles=("T1WI", "T2WI"))
    StudyTriage.objects.create(study=bench.examination(4), tier="positive", state="done")
    found = candidates.find(bench.draft(), Query(**query))
    assert (numbers(found), found.not_found, found.ambiguous) == (expected, [], [])


def test_a_list_tells_what_it_does_not_find(db: None) -> None:
    bench.examination(1)
    bench.examination(2, accession_number="TWICE")
    bench.examination(3, accession_number="TWICE")
    found = candidates.find(bench.draft(), Query.of({"listed": "ACC1; TWICE\nNONE,ACC1"}))
    assert (numbers(found), found.not_found, found.ambiguous) == (["ACC1"], ["NONE"], ["TWICE"])


def test_bars(db: None) -> None:
    study = bench.draft()
    known = bench.examination(1, patient=50)
    learnt(known)
    bench.add(study, bench.examination(2, patient=60))
    bench.examination(3, roles=("T1WI", "T2WI"))
    bench.examination(4, roles=("T1WI", "T1WIC"))
    bench.examination(5, images_deleted_at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC))
    bench.examination(6, patient=60)
    bench.examination(7)
    found = candidates.find(study, Query(listed=tuple(f"ACC{number}" for number in range(1, 8))))
    bars = {one.examination.accession_number: [bar.code for bar in one.bars] for one in found.candidates}
    assert bars == {
        "ACC1": ["calibrated"],
        "ACC2": ["in_study"],
        "ACC3": ["no_t1wic"],
        "ACC4": ["incomplete"],
        "ACC5": ["no_images"],
        "ACC6": [],
        "ACC7": [],
    }
    notes = {one.examination.accession_number: [note.code for note in one.notes] for one in found.candidates}
    assert notes["ACC6"] == ["same_patient", "truth_unknown"]


def test_a_patient_without_a_number_is_known_by_the_study_that_was_learnt_from(db: None) -> None:
    facts = {"patient_id": "", "patient_name": "Secret^Name", "patient_birth_date": dt.date(1970, 2, 3)}
    first, second = bench.examination(1, **facts), bench.examination(2, **facts)
    other = bench.examination(3, **facts | {"patient_birth_date": dt.date(1971, 2, 3)})
    made = TrainingSet.objects.create(folder="x", identified=False, sequences=[], truth_sha256="0")
    TrainingCase.objects.create(
        training_set=made, study_instance_uid=first.study_instance_uid, case="a", patient="b", label=True
    )
    found = candidates.weigh(bench.draft(), [first, second, other])
    assert [[bar.code for bar in one.bars] for one in found] == [["calibrated"], ["calibrated"], []]


def test_an_unenhanced_design_takes_cases_without_t1wic(db: None) -> None:
    bench.examination(1, roles=("T1WI", "T2WI"))
    found = candidates.find(bench.draft(scene.SEQUENTIAL), Query())
    assert [one.bars for one in found.candidates] == [[]]


def test_the_desk_is_told_no_name_and_no_number_of_a_patient(db: None) -> None:
    bench.examination(1, patient_name="Secretname^Given", study_description="secret words", patient=4321)
    study = bench.draft()
    ines = bench.client(bench.investigator())
    found = ines.post(f"/api/reader-studies/{study.key}/candidates/", {}, content_type="application/json")
    bench.add(study, Study.objects.get())
    for response in (found, ines.get(f"/api/reader-studies/{study.key}/cases/")):
        assert response.status_code == 200
        assert b"ACC1" in response.content
        assert not {b"ecretname", b"P4321", b"secret words"} & set(response.content.split())
        assert b"ecretname" not in response.content
        assert b"P4321" not in response.content


def test_what_is_barred_is_noted_as_left_out(db: None) -> None:
    study = bench.draft()
    known = bench.examination(1)
    learnt(known)
    gone = bench.examination(4, images_deleted_at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC))
    added = bench.add(study, known, bench.examination(2, roles=("T1WI", "T2WI")), bench.examination(3), gone)
    assert (len(added.included), len(added.excluded), len(added.refused)) == (1, 2, 1)
    stored = {case.number: (case.state, case.exclusion) for case in study.cases.all()}
    assert stored == {1: ("excluded", "other"), 2: ("excluded", "image_quality"), 3: ("included", "")}
    assert "no T1WIC" in bench.case(study, 2).reason


def test_a_calibration_patient_comes_in_by_a_waiver_alone(db: None) -> None:
    study = bench.draft()
    known = bench.examination(1)
    learnt(known)
    bench.add(study, known, waive_calibrated="too few patients")
    waiver = Waiver.objects.get()
    assert (waiver.ground, waiver.case, waiver.user, waiver.reason) == (
        "calibrated",
        bench.case(study, 1),
        None,
        "too few patients",
    )
    assert bench.case(study, 1).state == "included"


def test_targets_are_filled_by_lot_and_not_beyond(db: None) -> None:
    study = bench.draft(scene.PAPER | {"targets": {"positive": 3, "negative": 2}})
    images = [bench.examination(number, truth=number % 2 == 0) for number in range(1, 13)]
    bench.add(study, images[1])
    take_from_archive(study, bench.investigator())
    added = cases.add(study, candidates.find(study, Query()), cases.Wish(fill_targets=True), actor=bench.investigator())
    assert len(added.included) == 4
    take_from_archive(study, bench.investigator())
    drawn = flow.of(study)
    assert (drawn["truth"], drawn["targets"]) == (
        {"positive": 3, "negative": 2, "unknown": 0},
        {"positive": 3, "negative": 2, "unknown": 0},
    )


def test_one_patient_has_one_pseudonym(db: None) -> None:
    study = bench.draft()
    bench.add(study, bench.examination(1, patient=5), bench.examination(2, patient=5), bench.examination(3, patient=6))
    first, second, third = [case.patient for case in study.cases.all()]
    assert first == second != third
    assert "P0005" not in first
    assert len(first) <= 64


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"state": "excluded"}, "exclusion_needed"),
        ({"state": "excluded", "exclusion": "other"}, "reason_needed"),
        ({"state": "excluded", "exclusion": "surgery", "practice": True}, "no_practice"),
        ({"prior": f"{bench.ROOT}.2"}, "no_prior"),
        ({"prior": f"{bench.ROOT}.3"}, "no_prior"),
    ],
)
def test_changes_that_do_not_fit(db: None, wanted: dict[str, Any], code: str) -> None:
    """Examination 2 is another patient's, 3 a later one of the same patient."""
    study = bench.draft()
    bench.add(study, bench.examination(1))
    bench.examination(2)
    bench.examination(3, patient=1)
    with pytest.raises(ApiError) as refused:
        cases.change(bench.case(study, 1), wanted, actor=bench.investigator())
    assert refused.value.get_codes() == code
    assert bench.case(study, 1).state == "included"


def test_changes(db: None) -> None:
    study = bench.draft()
    before, now = bench.examination(1, patient=1), bench.examination(2, patient=1)
    bench.add(study, now)
    actor = bench.investigator()
    cases.change(bench.case(study, 1), {"prior": before.study_instance_uid, "practice": True}, actor=actor)
    assert (bench.case(study, 1).prior, bench.case(study, 1).practice) == (before, True)
    cases.change(bench.case(study, 1), {"state": "excluded", "exclusion": "other", "reason": "motion"}, actor=actor)
    left = bench.case(study, 1)
    assert (left.state, left.exclusion, left.reason, left.practice) == ("excluded", "other", "motion", False)
    cases.change(bench.case(study, 1), {"state": "included"}, actor=actor)
    assert (bench.case(study, 1).state, bench.case(study, 1).reason) == ("included", "")


def test_what_is_barred_cannot_be_taken_in_again(db: None) -> None:
    study = bench.draft()
    bench.add(study, bench.examination(1, roles=("T1WI", "T2WI")))
    with pytest.raises(ApiError, match="no T1WIC"):
        cases.change(bench.case(study, 1), {"state": "included"}, actor=bench.investigator())


def test_a_case_that_was_tagged_cannot_be_forgotten(db: None) -> None:
    study = bench.draft()
    bench.add(study, bench.examination(1, truth=True), bench.examination(2))
    take_from_archive(study, bench.investigator())
    cases.remove(bench.case(study, 2), actor=bench.investigator())
    with pytest.raises(ApiError) as refused:
        cases.remove(bench.case(study, 1), actor=bench.investigator())
    assert refused.value.get_codes() == "case_has_facts"
    assert [case.number for case in Case.objects.all()] == [1]


def test_the_flow_draws_itself(db: None) -> None:
    study = bench.draft()
    images = [bench.examination(number, truth=number < 3) for number in range(1, 9)]
    bench.add(study, *images[:4])
    bench.add(study, images[4], practice=True)
    bench.add(study, images[5], exclusion="surgery")
    bench.add(study, images[6], exclusion="other", reason="moved")
    bench.add(study, images[7], exclusion="other", reason="moved")
    take_from_archive(study, bench.investigator())
    found = flow.of(study)
    assert {key: found[key] for key in ("assessed", "excluded", "practice", "included", "patients")} == {
        "assessed": 8,
        "excluded": 3,
        "practice": 1,
        "included": 4,
        "patients": 4,
    }
    assert found["truth"] == {"positive": 2, "negative": 2, "unknown": 0}
    assert found["exclusions"] == [
        {"exclusion": "surgery", "reason": "", "count": 1},
        {"exclusion": "other", "reason": "moved", "count": 2},
    ]


def test_a_synthetic_case_makes_the_study_synthetic(db: None) -> None:
    study = bench.draft()
    bench.add(study, bench.examination(1))
    assert not ReaderStudy.objects.get().synthetic
    bench.add(study, bench.examination(2, synthetic=True))
    assert ReaderStudy.objects.get().synthetic
