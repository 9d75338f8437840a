"""What is taken of networks when a study is locked: calls at their cutoffs, peaks, and what cannot be assessed."""

from typing import Any

import pytest
from django.db import transaction

from radapp.archive.models import Study
from radapp.readerstudies.coding.calls import take_calls
from radapp.readerstudies.models import Case, ChainEntry, NetworkCall, ReaderStudy
from radapp.triage.models import Heatmap, InstalledBundle, Run, StudyTriage
from radapp.triage.services import consider
from tests.radapp.readerstudies import scene
from tests.radapp.triage import examinations

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> ReaderStudy:
    """Cutoffs 0.6, 0.3 and 0.5; T1WI's own 0.45, T2WI's 0.55."""
    examinations.protocol()
    for role, cutoff in (("T1WI", 0.45), ("T2WI", 0.55)):
        InstalledBundle.objects.filter(role=role).update(manifest={"cutoff": cutoff})
    return scene.study()


def examined(number: int, *roles: str) -> Study:
    """An examination that triage has weighed."""
    made = examinations.study(patient_id=f"P{number}")
    for role in roles or ("T1WI", "T2WI", "T1WIC"):
        examinations.series(made, role)
    consider(made.study_instance_uid)
    return made


def read(number: int, *scores: float, **facts: Any) -> Study:
    """An examination that the networks have read; `peaks` by role."""
    peaks = facts.pop("peaks", {})
    made = examined(number)
    run = examinations.finished(made, examinations.findings(*scores, **facts))
    for role, peak in peaks.items():
        Heatmap.objects.create(
            result=run.result,
            sequence=role,
            sop_instance_uid=f"1.2.3.{number}.{len(role)}.{role[1]}",
            series_instance_uid="1.2.3",
            peak=peak,
            cell_size=[1, 1, 1],
        )
    return made


def taken(study: ReaderStudy, **facts: Any) -> dict[str, NetworkCall]:
    """By network, of a study with one case."""
    with transaction.atomic():
        take_calls(study, None, actor_name="test", **facts)
    return {call.network: call for call in NetworkCall.objects.filter(case__study=study)}


@pytest.mark.parametrize(
    ("scores", "calls", "tier"),
    [
        ((0.9, 0.8, 0.1), (True, True, True, False, True), "positive"),
        ((0.5, 0.5, 0.5), (True, False, False, True, True), "suspicious"),
        ((0.5, 0.5, 0.4), (True, False, False, False, False), "suspicious"),
        ((0.5, 0.5), (True, False, False, None, True), "suspicious"),
        ((0.1, 0.2, 0.9), (False, False, False, True, False), "negative"),
        ((0.65, 0.55, 0.9), (True, True, True, True, True), "positive"),
    ],
)
@pytest.mark.once
def test_each_network_calls_at_its_own_cutoff(
    study: ReaderStudy, scores: tuple[float, ...], calls: tuple[bool | None, ...], tier: str
) -> None:
    scene.case(study, 1, examined=read(1, *scores))
    found = taken(study)
    assert tuple(found[network].positive for network in ("T1WI", "T2WI", "T1_T2", "T1WIC", "DARNDEST")) == calls
    assert [found[network].cutoff for network in ("T1WI", "T2WI", "T1_T2", "T1WIC", "DARNDEST")] == [
        0.45,
        0.55,
        0.6,
        0.5,
        None,
    ]
    assert (found["DARNDEST"].tier, found["DARNDEST"].score) == (tier, None)
    assert all(call.synthetic for call in found.values())


@pytest.mark.parametrize(
    ("peaks", "fused"),
    [
        ({"T1WI": [1, 0, 0], "T2WI": [2, 0, 0], "T1WIC": [3, 0, 0]}, [2, 0, 0]),
        ({"T1WI": [1, 0, 0], "T2WI": None}, [1, 0, 0]),
        ({}, None),
    ],
)
@pytest.mark.once
def test_the_fused_peak_is_that_of_the_louder_network(study: ReaderStudy, peaks: dict[str, Any], fused: Any) -> None:
    scene.case(study, 1, examined=read(1, 0.6, 0.9, 0.5, peaks=peaks))
    found = taken(study)
    assert found["T1_T2"].peak == fused
    assert [found[role].peak for role in ("T1WI", "T1WIC")] == [peaks.get("T1WI"), peaks.get("T1WIC")]
    assert found["DARNDEST"].peak is None


@pytest.mark.once
def test_what_cannot_be_assessed_is_sent_to_contrast(study: ReaderStudy) -> None:
    scene.case(study, 1, examined=read(1, 0.9, 0.9))
    silent = scene.case(study, 2, examined=examined(2, "T1WI"))
    taken(study)
    found = {call.network: (call.positive, call.tier) for call in silent.calls.all()}
    assert found == {"DARNDEST": (True, ""), **dict.fromkeys(("T1WI", "T2WI", "T1_T2", "T1WIC"), (None, ""))}
    said = ChainEntry.objects.get(study=study).after
    assert [one["case"] for one in said["not_assessable"]] == [silent.key]
    assert said["protocols"] == {"test 1": 1}


@pytest.mark.once
def test_withheld_advice_is_the_routine_protocol(study: ReaderStudy) -> None:
    scene.case(study, 1, examined=read(1, 0.1, 0.1, guards=["The images cover too little."]))
    found = taken(study)
    assert (found["DARNDEST"].positive, found["DARNDEST"].tier, found["T1_T2"].positive) == (True, "", False)


@pytest.mark.once
def test_a_study_that_no_network_read_has_no_calls(db: None) -> None:
    study = scene.study()
    scene.case(study, 1, examined=examinations.study())
    assert taken(study) == {}


@pytest.mark.once
def test_a_case_whose_run_is_open_waits_for_the_next_time(study: ReaderStudy) -> None:
    waiting = scene.case(study, 1, examined=examined(1))
    scene.case(study, 2, examined=read(2, 0.9, 0.9))
    taken(study)
    assert waiting.calls.count() == 0
    assert ChainEntry.objects.get(study=study).after["waiting"] == [waiting.key]
    assert waiting.examination is not None
    examinations.finished(waiting.examination, examinations.findings(0.1, 0.1))
    taken(study)
    assert (waiting.calls.count(), NetworkCall.objects.count()) == (5, 10)


@pytest.mark.once
def test_the_last_time_waits_for_nothing(study: ReaderStudy) -> None:
    waiting = scene.case(study, 1, examined=examined(1))
    scene.case(study, 2, examined=read(2, 0.9, 0.9))
    taken(study, final=True)
    assert [call.positive for call in waiting.calls.order_by("pk")] == [None, None, None, None, True]


@pytest.mark.once
def test_an_outdated_result_says_nothing(study: ReaderStudy) -> None:
    scene.case(study, 1, examined=read(1, 0.9, 0.9))
    changed = scene.case(study, 2, examined=read(2, 0.9, 0.9))
    assert changed.examination is not None
    examinations.series(changed.examination, "T1WIC")
    consider(changed.examination.study_instance_uid)
    assert StudyTriage.objects.get(study=changed.examination).state == Run.State.QUEUED
    taken(study, final=True)
    assert changed.calls.get(network="T1_T2").positive is None


def test_only_cases_that_count_are_taken(study: ReaderStudy) -> None:
    kept = scene.case(study, 1, examined=read(1, 0.9, 0.9))
    scene.case(study, 2, examined=read(2, 0.9, 0.9), practice=True)
    scene.case(study, 3, examined=read(3, 0.9, 0.9), state="excluded", exclusion="surgery")
    gone = {"state": "withdrawn", "reason": "Consent.", "withdrawn_at": "2026-01-01T00:00Z"}
    withdrawn = scene.case(study, 4, examined=read(4, 0.9, 0.9), **gone)
    taken(study)
    assert set(Case.objects.filter(calls__isnull=False)) == {kept}
    study.draft = {**study.draft, "rules": {"withdrawn_case": "keep_submitted"}}
    study.save()
    taken(study)
    assert set(Case.objects.filter(calls__isnull=False)) == {kept, withdrawn}


def test_taking_twice_changes_nothing_and_the_chain_holds_every_figure(study: ReaderStudy) -> None:
    case = scene.case(study, 1, examined=read(1, 0.9, 0.8, 0.7, peaks={"T1WI": [1.5, 2, 3]}))
    first = {name: call.pk for name, call in taken(study).items()}
    assert {name: call.pk for name, call in taken(study).items()} == first
    entries = [entry.after["calls"] for entry in ChainEntry.objects.filter(study=study)]
    assert [len(calls) for calls in entries] == [5, 0]
    assert entries[0][0] == {
        "case": case.key,
        "network": "T1WI",
        "score": 0.9,
        "cutoff": 0.45,
        "positive": True,
        "tier": "",
        "peak": [1.5, 2, 3],
    }
