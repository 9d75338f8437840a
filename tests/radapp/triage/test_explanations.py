"""Maps on demand as rows and over HTTP: asked for once, bounded, giving way to examinations, never written by two."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from ml.explanation import ON_DEMAND
from radapp import broker
from radapp.accounts.models import AuditEntry, User
from radapp.archive.models import Study
from radapp.triage import explanations, services
from radapp.triage.models import Explanation
from tests.radapp.triage import examinations as given

pytestmark = pytest.mark.django_db

SignedIn = Callable[[str], Client]
STORED = explanations.StoredMap("1.2.3.4", "1.2.3", (1.0, 2.0, 3.0), (10.0, 9.2, 9.2))


@pytest.fixture(autouse=True)
def _protocol() -> None:
    given.protocol()


def examined(*, t1wic: float | None = None) -> Study:
    """A study with a result."""
    study = given.study()
    given.series(study, "T1WI")
    given.series(study, "T2WI")
    services.consider(study.study_instance_uid)
    given.finished(study, given.findings(0.9, 0.9, t1wic))
    return study


def ask(client: Client, study: Study, **body: Any) -> tuple[int, dict[str, Any]]:
    wanted = {"sequence": "T2WI", "method": "integrated_gradients"} | body
    address = f"/api/studies/{study.study_instance_uid}/explanations/"
    response = client.post(address, json.dumps(wanted), content_type="application/json")
    return response.status_code, response.json()


def listed(client: Client, study: Study) -> list[dict[str, Any]]:
    response = client.get(f"/api/studies/{study.study_instance_uid}/explanations/")
    assert response.status_code == 200
    return list(response.json()["results"])


def held(row: Explanation) -> explanations.Lease:
    lease = explanations.claim(row.pk)
    assert lease is not None
    return lease


def test_asked_for_once_made_once(signed_in: SignedIn) -> None:
    client, study = signed_in("radiologist"), examined()
    assert listed(client, study) == []
    code, answer = ask(client, study)
    assert (code, answer["state"], answer["percent"], answer["asked_by"]) == (201, "queued", 0, "radiologist")
    assert ask(signed_in("administrator"), study)[0] == 200
    assert Explanation.objects.count() == 1
    entry = AuditEntry.objects.get(action="explanation_asked")
    assert (entry.actor_name, entry.study_instance_uid) == ("radiologist", study.study_instance_uid)
    assert "integrated_gradients of T2WI" in entry.target

    row = Explanation.objects.get()
    lease = held(row)
    explanations.progress(lease, 40)
    assert [(one["state"], one["percent"]) for one in listed(client, study)] == [("running", 40)]
    explanations.complete(lease, STORED)
    found = listed(client, study)[0]
    assert (found["state"], found["percent"], found["sop_instance_uid"]) == ("done", 100, "1.2.3.4")
    assert (found["peak"], found["cell_size"]) == ([1.0, 2.0, 3.0], [10.0, 9.2, 9.2])
    assert "1 = 0.5" in found["reference_label"]
    assert ask(client, study)[0] == 200
    assert AuditEntry.objects.filter(action="explanation_asked").count() == 1


@pytest.mark.once
def test_every_method_on_demand_can_be_asked_for(signed_in: SignedIn) -> None:
    client, study = signed_in("radiologist"), examined()
    assert [ask(client, study, method=method)[0] for method in ON_DEMAND] == [201] * len(ON_DEMAND)
    for body in ({"method": "grad_cam"}, {"method": "guided_backpropagation"}, {"sequence": "T1_T2"}, {"method": ""}):
        assert ask(client, study, **body)[0] == 400, body


def test_there_must_be_a_current_result_that_read_the_sequence(signed_in: SignedIn) -> None:
    client = signed_in("radiologist")
    assert ask(client, given.study())[1]["code"] == "nothing_to_explain"
    study = examined()
    code, answer = ask(client, study, sequence="T1WIC")
    assert (code, answer["code"]) == (409, "not_read")
    assert "T1WI, T2WI" in answer["detail"]
    given.series(study, "T1WIC")
    services.consider(study.study_instance_uid)
    assert ask(client, study)[1]["code"] == "result_is_stale"
    assert not Explanation.objects.exists()


def test_a_newer_results_study_lists_only_its_own(signed_in: SignedIn) -> None:
    client, study = signed_in("radiologist"), examined()
    ask(client, study)
    given.series(study, "T1WIC")
    services.consider(study.study_instance_uid)
    given.finished(study, given.findings(0.5, 0.5, 0.5))
    assert listed(client, study) == []
    assert ask(client, study)[0] == 201
    assert Explanation.objects.count() == 2


def test_one_person_cannot_flood_the_worker(signed_in: SignedIn) -> None:
    client = signed_in("radiologist")
    for _ in range(explanations.MOST_OPEN_OF_ONE):
        assert ask(client, examined())[0] == 201
    study = examined()
    code, answer = ask(client, study)
    assert (code, answer["code"]) == (429, "too_many_explanations")
    assert str(explanations.MOST_OPEN_OF_ONE) in answer["detail"]
    assert ask(signed_in("administrator"), study)[0] == 201
    row = Explanation.objects.first()
    assert row is not None
    explanations.complete(held(row), STORED)
    assert ask(client, examined())[0] == 201


def test_an_examination_goes_first(signed_in: SignedIn) -> None:
    ask(signed_in("radiologist"), examined())
    row = Explanation.objects.get()
    lease = held(row)
    waiting = given.study()
    given.series(waiting, "T1WI")
    given.series(waiting, "T2WI")
    services.consider(waiting.study_instance_uid)
    with pytest.raises(explanations.Postponed):
        explanations.progress(lease, 10)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.reason) == ("queued", 0, explanations.POSTPONED)
    assert explanations.claim(row.pk) is None
    given.finished(waiting, given.findings(0.1, 0.1))
    assert explanations.claim(row.pk) is not None


def test_failed_is_said_and_tried_anew_when_asked_again(signed_in: SignedIn) -> None:
    client, study = signed_in("radiologist"), examined()
    ask(client, study)
    explanations.fail(held(Explanation.objects.get()), "The disk broke.", "Mend it.")
    found = listed(client, study)[0]
    assert (found["state"], found["reason"], found["remedy"]) == ("failed", "The disk broke.", "Mend it.")
    code, answer = ask(client, study)
    assert (code, answer["state"], answer["reason"]) == (201, "queued", "")
    assert AuditEntry.objects.filter(action="explanation_asked").first().before["reason"] == "The disk broke."  # type: ignore[union-attr]


def test_who_lost_the_lease_writes_nothing(signed_in: SignedIn) -> None:
    ask(signed_in("radiologist"), examined())
    row = Explanation.objects.get()
    slow = held(row)
    Explanation.objects.update(heartbeat_at=timezone.now() - 2 * explanations.STALE_AFTER)
    explanations.ring_again()
    fast = held(row)
    for write in (lambda: explanations.progress(slow, 50), lambda: explanations.complete(slow, STORED)):
        with pytest.raises(explanations.LeaseLost):
            write()
    explanations.complete(fast, STORED)
    row.refresh_from_db()
    assert row.state == "done"


def test_a_map_that_kills_its_worker_is_given_up(signed_in: SignedIn) -> None:
    ask(signed_in("radiologist"), examined())
    row = Explanation.objects.get()
    for _ in range(explanations.ATTEMPTS):
        held(row)
        Explanation.objects.update(heartbeat_at=timezone.now() - 2 * explanations.STALE_AFTER)
        explanations.ring_again()
    row.refresh_from_db()
    assert row.state == "failed"
    assert "3 times" in row.reason


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "done"},
        {"state": "running"},
        {"state": "failed", "reason": ""},
    ],
)
def test_the_database_refuses_half_facts(signed_in: SignedIn, broken: dict[str, str]) -> None:
    ask(signed_in("radiologist"), examined())
    with pytest.raises(IntegrityError):
        Explanation.objects.update(**broken)


def test_the_database_keeps_one_row_a_method(people: dict[str, User], signed_in: SignedIn) -> None:
    ask(signed_in("radiologist"), examined())
    row = Explanation.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


def test_explanations_come_after_every_examination_and_reports_after_them() -> None:
    assert broker.QUEUES[-2:] == (broker.EXPLANATION_QUEUE, broker.ANALYSIS_QUEUE)
    assert broker.QUEUES.index(broker.TRIAGE_QUEUE) < broker.QUEUES.index(broker.EXPLANATION_QUEUE)


@pytest.mark.once
@pytest.mark.parametrize("role", ["reader", "investigator", "newcomer", "anonymous"])
def test_who_may_not(signed_in: SignedIn, role: str) -> None:
    study = examined()
    code, _ = ask(signed_in(role), study)
    assert code == (401 if role == "anonymous" else 403)
    assert not Explanation.objects.exists()


@pytest.mark.once
def test_an_unknown_study_is_not_found(signed_in: SignedIn) -> None:
    unknown = Study(study_instance_uid="1.2.3")
    assert ask(signed_in("radiologist"), unknown)[0] == 404
