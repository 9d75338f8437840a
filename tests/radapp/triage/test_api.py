"""Worklist, result, scope, confirmation and retry over HTTP."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from radapp.accounts.models import AuditEntry
from radapp.archive.models import Study
from radapp.triage import runs, services
from radapp.triage.advice import NO_ADVICE, STALE
from radapp.triage.models import Confirmation, Run, ScopeAnswer
from radapp.triage.scope import KEYS
from tests.radapp.triage import examinations as given

pytestmark = pytest.mark.django_db

SignedIn = Callable[[str], Client]
ALL_NO = dict.fromkeys(sorted(KEYS), False)


@pytest.fixture
def protocol() -> None:
    given.protocol()


def _examined(t1wi: float = 0.9, t2wi: float = 0.9, t1wic: float | None = None, **facts: Any) -> Study:
    """A study with a result."""
    study = given.study(**facts)
    given.series(study, "T1WI")
    given.series(study, "T2WI")
    if t1wic is not None:
        given.series(study, "T1WIC")
    services.consider(study.study_instance_uid)
    given.finished(study, given.findings(t1wi, t2wi, t1wic))
    return study


def _post(client: Client, study: Study, what: str, body: object = None) -> tuple[int, dict[str, Any]]:
    response = client.post(
        f"/api/studies/{study.study_instance_uid}/{what}/", json.dumps(body), content_type="application/json"
    )
    return response.status_code, response.json()


def _result(client: Client, study: Study) -> dict[str, Any]:
    response = client.get(f"/api/studies/{study.study_instance_uid}/result/")
    assert response.status_code == 200, response.content
    return dict(response.json())


@pytest.mark.once
def test_a_study_nobody_weighed_waits(signed_in: SignedIn) -> None:
    found = _result(signed_in("radiologist"), given.study())
    assert (found["state"], found["tier"], found["final"]) == ("waiting", None, None)
    assert found["advice"] == {"given": False, "text": NO_ADVICE, "reason": "The images are being taken in."}
    assert found["scores"] == {"T1WI": None, "T2WI": None, "T1_T2": None, "T1WIC": None}
    assert found["heatmaps"] == []


@pytest.mark.once
def test_a_result_has_the_shape_that_scripts_rely_on(signed_in: SignedIn, protocol: None) -> None:
    study = _examined(0.4, 0.4, 0.7)
    found = _result(signed_in("radiologist"), study)
    assert {
        "state", "reason", "tier", "final", "advice", "confirmation", "scores", "cutoffs", "series", "bundles", "protocol",
        "heatmaps", "synthetic",
    } <= set(found)  # fmt: skip
    assert (found["state"], found["tier"], found["final"]) == ("done", "suspicious", "positive")
    assert found["scores"] == {"T1WI": 0.4, "T2WI": 0.4, "T1_T2": 0.4, "T1WIC": 0.7}
    assert found["cutoffs"] == {"first": 0.6, "second": 0.3, "T1WIC": 0.5}
    assert found["protocol"] == "test 1"
    assert found["bundles"] == {"T1WI": "T1WI-test", "T2WI": "T2WI-test", "T1WIC": "T1WIC-test"}


@pytest.mark.parametrize(
    ("scores", "tier", "final"),
    [
        ((0.6, 0.6, None), "positive", "positive"),
        ((0.9, 0.9, 0.1), "positive", "positive"),
        ((0.59, 0.59, None), "suspicious", "pending"),
        ((0.3, 0.3, 0.5), "suspicious", "positive"),
        ((0.3, 0.3, 0.49), "suspicious", "negative"),
        ((0.29, 0.29, None), "negative", "negative"),
        ((0.1, 0.1, 0.9), "negative", "negative"),
    ],
)
@pytest.mark.once
def test_the_tactics_call(
    signed_in: SignedIn, protocol: None, scores: tuple[float, float, float | None], tier: str, final: str
) -> None:
    found = _result(signed_in("radiologist"), _examined(*scores))
    assert (found["tier"], found["final"]) == (tier, final)
    assert ("T1WIC" in found["reason"]) == (final == "pending")


def test_scope_withholds_and_gives_advice(signed_in: SignedIn, protocol: None) -> None:
    client, study = signed_in("radiologist"), _examined()
    assert "unanswered (6 of 6)" in _result(client, study)["advice"]["reason"]
    code, body = _post(client, study, "scope", {"answers": {"new_symptoms": False}})
    assert (code, body["complete"], body["out_of_scope"]) == (200, False, [])
    code, body = _post(client, study, "scope", {"answers": ALL_NO})
    assert body["complete"] is True
    assert _result(client, study)["advice"]["given"] is True
    code, body = _post(client, study, "scope", {"answers": {"rising_ebv_dna": True}})
    assert body["out_of_scope"] == ["rising_ebv_dna"]
    found = _result(client, study)
    assert found["advice"] == {"given": False, "text": NO_ADVICE, "reason": "Out of scope: rising EBV-DNA."}
    assert found["tier"] == "positive", "the tier is always the computed one"
    assert ScopeAnswer.objects.filter(question="rising_ebv_dna").count() == 2, "answers are appended, never changed"
    trail = AuditEntry.objects.filter(action="scope_answered").order_by("id")
    assert [entry.after for entry in trail][-1] == {"rising_ebv_dna": True}
    assert trail.last().before == {"rising_ebv_dna": False}


@pytest.mark.once
def test_the_same_answer_again_adds_nothing(signed_in: SignedIn) -> None:
    client, study = signed_in("radiologist"), given.study()
    for _ in range(2):
        assert _post(client, study, "scope", {"answers": ALL_NO})[0] == 200
    assert ScopeAnswer.objects.count() == len(KEYS)
    assert AuditEntry.objects.filter(action="scope_answered").count() == 1


@pytest.mark.once
@pytest.mark.parametrize("body", [{}, {"answers": {}}, {"answers": {"gout": True}}, {"answers": {"new_symptoms": "?"}}, []])
def test_unusable_answers(signed_in: SignedIn, body: object) -> None:
    code, _ = _post(signed_in("radiologist"), given.study(), "scope", body)
    assert code == 400
    assert not ScopeAnswer.objects.exists()


def _advised(client: Client, **scores: Any) -> Study:
    study = _examined(**scores)
    assert _post(client, study, "scope", {"answers": ALL_NO})[0] == 200
    return study


# advice given?, body, status, code or the contrast that is kept
DECISIONS = [
    (True, {"decision": "confirmed"}, 200, True),
    (True, {"decision": "confirmed", "contrast": True}, 200, True),
    (True, {"decision": "confirmed", "contrast": False}, 409, "contradicts_advice"),
    (True, {"decision": "overridden", "reason": "seen last week"}, 200, False),
    (True, {"decision": "overridden", "contrast": True, "reason": "but with care"}, 200, True),
    (True, {"decision": "overridden"}, 409, "reason_needed"),
    (True, {"decision": "overridden", "reason": "  "}, 409, "reason_needed"),
    (False, {"decision": "confirmed"}, 409, "no_advice_given"),
    (False, {"decision": "overridden", "reason": "routine"}, 409, "contrast_needed"),
    (False, {"decision": "overridden", "contrast": True, "reason": "routine"}, 200, True),
    (True, {"decision": "agreed"}, 400, "invalid"),
]


@pytest.mark.once
@pytest.mark.parametrize(("advised", "body", "status", "outcome"), DECISIONS)
def test_decisions(
    signed_in: SignedIn, protocol: None, advised: bool, body: dict[str, Any], status: int, outcome: Any
) -> None:
    client = signed_in("radiologist")
    study = _advised(client) if advised else _examined()
    code, answer = _post(client, study, "confirmation", body)
    assert code == status, answer
    kept = Confirmation.objects.first()
    if code != 200:
        assert answer["code"] == outcome
        assert kept is None
        assert not AuditEntry.objects.filter(action="confirmation").exists()
        return
    assert kept is not None
    assert kept.contrast is outcome
    assert kept.advice_given is advised
    assert answer["confirmation"]["by"] == "radiologist"
    assert answer["confirmation"]["decision"] == body["decision"]
    entry = AuditEntry.objects.get(action="confirmation")
    assert (entry.after["contrast"], entry.reason) == (outcome, body.get("reason", "").strip())


def test_decisions_are_appended_and_the_newest_counts(signed_in: SignedIn, protocol: None) -> None:
    client = signed_in("radiologist")
    study = _advised(client)
    _post(client, study, "confirmation", {"decision": "confirmed"})
    _, answer = _post(client, study, "confirmation", {"decision": "overridden", "reason": "motion"})
    assert answer["confirmation"]["decision"] == "overridden"
    assert Confirmation.objects.count() == 2


def test_a_decision_belongs_to_its_result(signed_in: SignedIn, protocol: None) -> None:
    """A newer run makes the result stale: advice is withheld, nothing can be decided, and afterwards it is asked anew."""
    client = signed_in("radiologist")
    study = _advised(client)
    _post(client, study, "confirmation", {"decision": "confirmed"})
    given.series(study, "T1WIC")
    services.consider(study.study_instance_uid)
    found = _result(client, study)
    assert (found["state"], found["tier"], found["advice"]["reason"]) == ("queued", "positive", STALE)
    assert _post(client, study, "confirmation", {"decision": "overridden", "contrast": True, "reason": "x"})[0] == 409
    given.finished(study, given.findings(0.1, 0.1, 0.1))
    found = _result(client, study)
    assert (found["tier"], found["confirmation"]) == ("negative", None)
    assert Confirmation.objects.count() == 1


@pytest.mark.once
def test_a_decision_about_a_result_that_was_replaced_is_refused(signed_in: SignedIn, protocol: None) -> None:
    """The page had not heard of the newer result when the radiologist decided: another tier would carry the decision."""
    client = signed_in("radiologist")
    study = _advised(client)
    read = _result(client, study)
    given.series(study, "T1WIC")
    services.consider(study.study_instance_uid)
    given.finished(study, given.findings(0.1, 0.1, 0.1))
    code, answer = _post(client, study, "confirmation", {"decision": "confirmed", "run_id": read["run_id"]})
    assert (code, answer["code"]) == (409, "result_replaced")
    assert not Confirmation.objects.exists()
    now = _result(client, study)
    code, answer = _post(client, study, "confirmation", {"decision": "confirmed", "run_id": now["run_id"]})
    assert (code, answer["confirmation"]["contrast"]) == (200, False)


@pytest.mark.once
def test_nothing_to_confirm(signed_in: SignedIn) -> None:
    code, answer = _post(signed_in("radiologist"), given.study(), "confirmation", {"decision": "confirmed"})
    assert (code, answer["code"]) == (409, "nothing_to_confirm")


@pytest.mark.once
def test_a_guard_withholds_advice(signed_in: SignedIn, protocol: None) -> None:
    client = signed_in("radiologist")
    study = given.study()
    given.series(study, "T1WI")
    given.series(study, "T2WI")
    services.consider(study.study_instance_uid)
    given.finished(study, given.findings(0.9, 0.9, guards=["T2WI is fat-saturated."]))
    _post(client, study, "scope", {"answers": ALL_NO})
    assert _result(client, study)["advice"] == {"given": False, "text": NO_ADVICE, "reason": "T2WI is fat-saturated."}


def test_retry_of_a_failed_run(signed_in: SignedIn, protocol: None) -> None:
    client = signed_in("radiologist")
    study = given.study()
    given.series(study, "T1WI")
    given.series(study, "T2WI")
    services.consider(study.study_instance_uid)
    assert _post(client, study, "retry")[1]["code"] == "not_failed"
    lease = runs.claim(Run.objects.get().pk, "worker")
    assert lease is not None
    runs.fail(lease, "The disk broke.", "Mend it.")
    found = _result(client, study)
    assert (found["state"], found["reason"], found["remedy"]) == ("failed", "The disk broke.", "Mend it.")
    code, answer = _post(client, study, "retry")
    assert (code, answer["state"], answer["reason"]) == (200, "queued", "")
    assert Run.objects.get().attempts == 0
    assert AuditEntry.objects.get(action="run_retried").before["reason"] == "The disk broke."


ROLES = ("radiologist", "administrator", "investigator", "reader", "newcomer", "anonymous")
# Who may do what: a status by role, in the order of ROLES. Nobody learns from a refusal whether the study exists.
PERMISSIONS = [
    ("get", "worklist/", None, (200, 200, 403, 403, 403, 401)),
    ("get", "worklist/neighbours/?uid={uid}", None, (200, 200, 403, 403, 403, 401)),
    ("get", "studies/{uid}/result/", None, (200, 200, 403, 403, 403, 401)),
    ("get", "studies/{uid}/scope/", None, (200, 200, 403, 403, 403, 401)),
    ("post", "studies/{uid}/scope/", {"answers": ALL_NO}, (200, 403, 403, 403, 403, 401)),
    ("post", "studies/{uid}/confirmation/", {"decision": "confirmed"}, (409, 403, 403, 403, 403, 401)),
    ("post", "studies/{uid}/retry/", None, (409, 409, 403, 403, 403, 401)),
]


@pytest.mark.once
@pytest.mark.parametrize(("method", "path", "body", "statuses"), PERMISSIONS, ids=[row[1] for row in PERMISSIONS])
def test_permissions(
    signed_in: SignedIn, protocol: None, method: str, path: str, body: object, statuses: tuple[int, ...]
) -> None:
    study = _examined()
    address = "/api/" + path.format(uid=study.study_instance_uid)
    arguments = {} if method == "get" else {"data": json.dumps(body), "content_type": "application/json"}
    for role, status in zip(ROLES, statuses, strict=True):
        response = getattr(signed_in(role), method)(address, **arguments)
        assert response.status_code == status, f"{role}: {response.content!r}"
        assert study.patient_name not in response.content.decode() or response.status_code == 200, role


@pytest.mark.once
@pytest.mark.parametrize("path", ["result", "scope"])
def test_an_unknown_study_is_not_found(signed_in: SignedIn, path: str) -> None:
    assert signed_in("radiologist").get(f"/api/studies/1.2.3/{path}/").status_code == 404


def test_reading_a_result_is_an_opening(signed_in: SignedIn, protocol: None) -> None:
    study = _examined()
    for _ in range(3):
        _result(signed_in("radiologist"), study)
    assert AuditEntry.objects.filter(action="examination_opened", study_instance_uid=study.study_instance_uid).count() == 1


def test_a_row_of_the_worklist(signed_in: SignedIn, protocol: None) -> None:
    study = _examined(0.4, 0.4, patient_birth_date=date(1960, 6, 1), study_date=date(2026, 5, 31), accession_number="A7")
    body = signed_in("radiologist").get("/api/worklist/").json()
    assert (body["count"], body["page"], body["totals"]) == (1, 1, {"studies": 1, "running": 0, "need_person": 0})
    row = body["results"][0]
    assert row["uid"] == study.study_instance_uid
    assert row["patient"]["age"] == 65
    assert (row["tier"], row["final"], row["state"], row["score"]) == ("suspicious", "pending", "done", 0.4)
    assert row["cutoffs"] == {"first": 0.6, "second": 0.3}
    assert row["sequences"] == [
        {"role": "T1WI", "present": True, "resampled": False},
        {"role": "T2WI", "present": True, "resampled": False},
        {"role": "T1WIC", "present": False, "resampled": False},
    ]
    assert row["advice"]["given"] is False
    assert row["confirmation"] is None
    assert AuditEntry.objects.filter(action="examination_opened").count() == 0, "a list is no opening"
