"""The chain through its addresses: whose turn it is, what is refused, what is kept, and what a tagger hears."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from radapp.accounts.models import AppendOnlyError
from radapp.readerstudies.models import Case, ChainEntry, ReaderStudy, ReferenceStep
from radapp.readerstudies.reference.status import statuses
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.reference.conftest import EXAMINED, FREE, Send, Tagging

State = ReaderStudy.State


def room(tagging: Tagging, chair: str) -> dict[str, Any]:
    response = tagging.client(chair).get(f"{tagging.root()}/")
    assert response.status_code == 200
    return dict(response.json())


def waiting(tagging: Tagging, chair: str) -> list[int]:
    return [one["number"] for one in room(tagging, chair)["waiting"]]


def test_a_case_goes_along_the_chain_and_to_the_senior_where_opinions_differ(tagging: Tagging, send: Send) -> None:
    assert [waiting(tagging, chair) for chair in tagging.taggers] == [[1, 2], [], [], []]
    assert send("junior").status_code == 201
    assert [waiting(tagging, chair) for chair in tagging.taggers] == [[2], [1], [], []]
    assert room(tagging, "oncologist_2")["later"] == 2
    assert send("oncologist_1", **FREE).status_code == 201
    assert send("oncologist_2").status_code == 201
    assert [waiting(tagging, chair) for chair in tagging.taggers] == [[2], [], [], [1]]
    assert statuses(tagging.study)[tagging.cases[0].pk].recurrence is None
    assert send("senior", basis="images", basis_date=None).status_code == 201
    found = statuses(tagging.study)[tagging.cases[0].pk]
    assert (found.recurrence, found.rule, found.debatable) == (True, "senior", True)
    assert room(tagging, "senior")["current"] is None


@pytest.mark.once
def test_who_is_not_next_neither_sees_nor_tags(tagging: Tagging, send: Send) -> None:
    case = tagging.cases[0]
    for chair in ("oncologist_1", "oncologist_2", "senior"):
        assert tagging.client(chair).get(f"{tagging.root()}/cases/{case.key}/").status_code == 403
        assert send(chair).status_code == 403
    send("junior")
    send("oncologist_1")
    send("oncologist_2")
    assert send("senior").status_code == 403  # all agree: nobody asks the senior
    assert not ReferenceStep.objects.filter(step="senior").exists()


@pytest.mark.once
def test_each_step_has_its_entry_in_the_audit_chain(tagging: Tagging, send: Send) -> None:
    send("junior", sites=["skull_base"], rt_stage="rT3")
    send("junior", rt_stage="rT4", reason="A slip of the pen.")
    first, second = ChainEntry.objects.filter(study=tagging.study, action="reference_step").order_by("sequence")
    key = tagging.cases[0].key
    assert (first.actor, first.target, first.before) == (tagging.user("junior"), f"case {key} junior version 1", None)
    assert first.after
    assert second.before
    assert second.after
    assert first.after["sites"] == ["skull_base"]
    assert (second.before["rt_stage"], second.after["rt_stage"], second.reason) == ("rT3", "rT4", "A slip of the pen.")


def test_the_same_act_sent_twice_is_one_step(tagging: Tagging, send: Send) -> None:
    name = str(uuid.uuid4())
    assert [send("junior", submission=name).status_code for _ in range(3)] == [201, 201, 201]
    assert ReferenceStep.objects.count() == 1
    assert ChainEntry.objects.filter(action="reference_step").count() == 1
    again = send("junior", number=2, submission=name)
    assert (again.status_code, again.json()["code"]) == (409, "submission_used")


def test_a_correction_is_a_further_version_with_a_reason(tagging: Tagging, send: Send) -> None:
    send("junior")
    refused = send("junior", **FREE)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_tagged")
    assert send("junior", **FREE, reason="I looked at another patient.").json()["mine"]["version"] == 2
    send("oncologist_1", **FREE)
    # Somebody later in the chain has spoken: it can still be corrected, and all of it stands in the rows.
    assert send("junior", reason="The biopsy came.", basis="histopathology", basis_date=None).status_code == 201
    kept = ReferenceStep.objects.filter(step="junior").order_by("version")
    assert list(kept.values_list("version", "recurrence", "basis")) == [
        (1, True, "growth"),
        (2, False, "one_year_free"),
        (3, True, "histopathology"),
    ]
    with pytest.raises(AppendOnlyError):
        kept[0].save()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferenceStep.objects.filter(pk=kept[0].pk).update(recurrence=False)


STATES = {State.DRAFT: 201, State.CHECKED: 201, State.OPEN: 201, State.CLOSED: 201, State.LOCKED: 409, State.UNBLINDED: 409}


@pytest.mark.once
@pytest.mark.parametrize(("state", "code"), STATES.items())
def test_tagging_goes_on_until_the_lock(tagging: Tagging, send: Send, state: str, code: int) -> None:
    now = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
    opened = state not in {State.DRAFT, State.CHECKED}
    final = state in {State.LOCKED, State.UNBLINDED}
    ReaderStudy.objects.filter(pk=tagging.study.pk).update(
        state=state,
        seed=1 if opened else None,
        opened_at=now if opened else None,
        locked_at=now if final else None,
        unblinded_at=now if state == State.UNBLINDED else None,
    )
    response = send("junior")
    assert response.status_code == code, response.content
    assert room(tagging, "junior")["open"] == (code == 201)
    if final:
        assert response.json()["code"] == "study_locked"
        assert room(tagging, "junior")["current"] is None


@pytest.mark.once
def test_what_does_not_fit_is_refused_by_field(tagging: Tagging, send: Send) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({**FREE, "basis_date": EXAMINED.isoformat(), "sites": ["orbit"]}, "basis_date sites"),
        ({"segmentation": "1.2.3"}, "segmentation"),
        ({"comparison": "nothing"}, "comparison"),
    ]
    for facts, fields in wrong:
        response = send("junior", **facts)
        assert response.status_code == 400, response.content
        assert " ".join(one["field"] for one in response.json()["problems"]) == fields
    shapeless: list[dict[str, Any]] = [
        {"recurrence": True, "basis": "follow_up"},
        {"recurrence": False, "basis": "unstated"},
        {"rt_stage": "rT5"},
        {"marks": [{"point": [0, 0], "radius": 5}]},
        {"marks": [{"point": [0, 0, 0], "radius": 0}]},
        {"submission": "one"},
    ]
    assert [send("junior", **facts).status_code for facts in shapeless] == [400] * len(shapeless)
    assert not ReferenceStep.objects.exists()


def test_the_database_holds_a_step_to_its_criterion(db: None) -> None:
    case = scene.case(scene.study(), 1, examined=None)
    wrong: list[dict[str, Any]] = [
        {"recurrence": False, "basis": "growth"},
        {"recurrence": True, "basis": "one_year_free"},
        {"recurrence": None, "basis": "histopathology"},
        {"recurrence": True, "basis": "images", "nodal_only": True},
        {"recurrence": False, "basis": "images", "rt_stage": "rT1"},
        {"recurrence": True, "basis": "follow_up", "step": "junior"},
        {"recurrence": True, "basis": "images", "version": 2},
        {"recurrence": True, "basis": "said_so"},
    ]
    for columns in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            ReferenceStep.objects.create(**{"case": case, "step": "report", **columns})


@pytest.mark.once
def test_what_is_left_out_or_withdrawn_is_tagged_no_more(tagging: Tagging, send: Send) -> None:
    first, second = (Case.objects.filter(pk=case.pk) for case in tagging.cases)
    first.update(state="withdrawn", withdrawn_at=dt.datetime(2026, 11, 27, tzinfo=dt.UTC), reason="x")
    second.update(state="excluded", exclusion="surgery")
    assert waiting(tagging, "junior") == []
    assert [send("junior", number).status_code for number in (1, 2)] == [404, 404]


@pytest.mark.once
def test_who_reads_does_not_tag(tagging: Tagging, send: Send) -> None:
    reader = scene.member(tagging.study, tagging.user("junior"), "reader")
    reader.ended_at, reader.ended_reason = dt.datetime(2026, 11, 27, tzinfo=dt.UTC), "Left."
    reader.save()
    refused = send("junior")
    assert (refused.status_code, refused.json()["code"]) == (403, "reads_in_study")


@pytest.mark.once
def test_a_case_of_another_study_is_none(tagging: Tagging, send: Send) -> None:
    other = scene.study("Another")
    case = scene.case(other, 1, examined=tagging.cases[1].examination)
    client = tagging.client("junior")
    assert client.get(f"{tagging.root()}/cases/{case.key}/").status_code == 404
    assert client.get(f"/api/tagging/{other.key}/").status_code == 404
    assert client.get(f"/api/tagging/{other.key}/cases/{case.key}/").status_code == 404


@pytest.mark.once
def test_a_tagger_sees_the_chain_before_them_and_no_further(tagging: Tagging, send: Send) -> None:
    ReferenceStep.objects.create(case=tagging.cases[0], step="report", recurrence=True, basis="images", remark="Seen.")
    send("junior", remark="Grew.", marks=[{"point": [1.5, 2, 3], "radius": 8}])
    seen = tagging.client("oncologist_1").get(f"{tagging.root()}/cases/{tagging.cases[0].key}/").json()
    assert [(one["step"], one["basis_days"], one["remark"]) for one in seen["previous"]] == [
        ("report", None, "Seen."),
        ("junior", 92, "Grew."),
    ]
    assert seen["previous"][1]["marks"] == [{"point": [1.5, 2.0, 3.0], "radius": 8.0}]
    assert seen["mine"] is None
    assert send("oncologist_1", as_step="oncologist_2", basis_date=None).status_code == 400
    assert send("oncologist_1", as_step="junior", basis_date=None).status_code == 201
    assert ReferenceStep.objects.get(step="oncologist_1").basis_date == EXAMINED + dt.timedelta(days=92)
    junior = tagging.client("junior").get(f"{tagging.root()}/cases/{tagging.cases[0].key}/").json()
    assert [one["step"] for one in junior["previous"]] == ["report"]
    assert junior["mine"]["basis_days"] == 92
    assert send("junior", as_step="junior", basis_date=None, reason="A slip.").status_code == 201, "its own day, by its name"
    assert ReferenceStep.objects.get(step="junior", version=2).basis_date == EXAMINED + dt.timedelta(days=92)


@pytest.mark.once
def test_other_examinations_of_the_patient_are_offered_by_their_distance(tagging: Tagging, send: Send) -> None:
    view = tagging.client("junior").get(f"{tagging.root()}/cases/{tagging.cases[0].key}/").json()
    assert [one["days"] for one in view["comparisons"]] == [-400, 92]
    shown = [[series["prior"] for series in one["images"]["series"]] for one in view["comparisons"]]
    assert shown == [[False] * 3 + [True], [False] * 3 + [True] * 3]  # beside the case's own
    later = view["comparisons"][1]["key"]
    assert send("junior", basis_date=None, comparison=later).status_code == 201
    assert ReferenceStep.objects.get().basis_date == EXAMINED + dt.timedelta(days=92)
    alone = tagging.client("junior").get(f"{tagging.root()}/cases/{tagging.cases[1].key}/").json()
    assert alone["comparisons"] == []
    assert send("junior", number=2, basis_date=None, comparison=later).status_code == 400


@pytest.mark.once
def test_a_prior_is_a_comparison_like_any_other(tagging: Tagging) -> None:
    prior = scene.examination(7)
    Case.objects.filter(pk=tagging.cases[1].pk).update(prior=prior)
    view = tagging.client("junior").get(f"{tagging.root()}/cases/{tagging.cases[1].key}/").json()
    assert len(view["comparisons"]) == 1
    assert prior.study_date is not None
    assert view["comparisons"][0]["days"] == (prior.study_date - EXAMINED).days
    assert not any(one["prior"] for one in view["images"]["series"])


@pytest.mark.once
def test_images_are_served_blinded_to_who_is_next_and_to_nobody_else(tagging: Tagging) -> None:
    view = tagging.client("junior").get(f"{tagging.root()}/cases/{tagging.cases[0].key}/").json()
    looks = [view["images"], *(one["images"] for one in view["comparisons"])]
    assert len({one["study_uid"] for one in looks}) == len(looks)
    for images in looks:
        url = f"{images['root']}/dicom-web/studies/{images['study_uid']}/metadata"
        found = tagging.client("junior").get(url)
        assert found.status_code == 200
        text = found.content.decode()
        assert not {word for word in ("SECRET", "Secret", "secret", scene.ROOT, '"20250301"') if word in text}
        assert tagging.client("oncologist_1").get(url).status_code == 403
        assert tagging.client("investigator").get(url).status_code == 403
    assert view["images"]["heatmaps"] == []
    missing = f"{tagging.root()}/comparisons/{tagging.cases[0].key}.x/dicom-web/studies/1/metadata"
    assert tagging.client("junior").get(missing).status_code == 404


@pytest.mark.once
def test_nothing_that_a_tagger_hears_names_a_patient_a_day_or_a_person(tagging: Tagging, send: Send) -> None:
    ReferenceStep.objects.create(
        case=tagging.cases[0], step="report", recurrence=True, basis="histopathology", basis_date=dt.date(2025, 4, 2)
    )
    send("junior")
    client = tagging.client("oncologist_1")
    texts = [
        client.get(url).content.decode() for url in (f"{tagging.root()}/", f"{tagging.root()}/cases/{tagging.cases[0].key}/")
    ]
    forbidden = [scene.ROOT, "SECRET", "Secret", "secret", "tagger-junior", "2025-", str(tagging.cases[0].examination)]
    assert not {word for word in forbidden if any(word in text for text in texts)}


@pytest.mark.once
def test_two_taggers_share_no_pseudonym(tagging: Tagging, send: Send) -> None:
    url = f"{tagging.root()}/cases/{tagging.cases[0].key}/"
    send("junior")
    first, second = (tagging.client(chair).get(url).json()["images"] for chair in ("junior", "oncologist_1"))
    assert first["study_uid"] != second["study_uid"]
    assert not {one["series_uid"] for one in first["series"]} & {one["series_uid"] for one in second["series"]}
