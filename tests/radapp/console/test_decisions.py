"""A named person decides at the screen, by PIN; both advice and decision are kept."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import AuditEntry, User
from radapp.archive.models import Study
from radapp.console import pins
from radapp.console.models import ConsolePin
from radapp.triage.models import Confirmation, ScopeAnswer
from radapp.triage.scope import KEYS
from tests.radapp.console.conftest import PIN

pytestmark = pytest.mark.django_db
Decide = Callable[..., Any]


@pytest.fixture
def decide(kiosk: Client, radiographer: User) -> Decide:
    def act(study: Study, **facts: object) -> Any:
        body = {
            "person": radiographer.pk,
            "pin": PIN,
            "decision": "confirmed",
            "run_id": study.runs.get().pk,
            **facts,
        }
        url = f"/console/api/examinations/{study.pk}/decision/"
        return kiosk.post(url, body, content_type="application/json")

    return act


def test_confirming_is_kept_with_name_advice_and_screen(
    decide: Decide, shown: None, examined: Callable[..., Study], radiographer: User
) -> None:
    study = examined()
    answer = decide(study)
    assert answer.status_code == 200
    kept = Confirmation.objects.get()
    assert (kept.decided_by, kept.decision, kept.contrast, kept.advice_given) == (radiographer, "confirmed", True, True)
    (row,) = answer.json()["examinations"]
    assert (row["decided"]["by"], row["decided"]["decision"], row["decided"]["contrast"]) == ("Ho Lan", "confirmed", True)
    audited = AuditEntry.objects.get(action="confirmation")
    assert audited.actor == radiographer
    assert audited.target == f"result of run {study.runs.get().pk}, at console MR 2"
    assert audited.before["advice"].startswith("Recurrence suspected")


def test_overriding_needs_a_reason(decide: Decide, shown: None, examined: Callable[..., Study]) -> None:
    study = examined()
    refused = decide(study, decision="overridden")
    assert (refused.status_code, refused.json()["code"]) == (409, "reason_needed")
    assert decide(study, decision="overridden", reason="Allergy to the agent").status_code == 200
    kept = Confirmation.objects.get()
    assert (kept.decision, kept.contrast, kept.reason) == ("overridden", False, "Allergy to the agent")


def test_in_shadow_mode_nothing_is_decided(decide: Decide, examined: Callable[..., Study]) -> None:
    refused = decide(examined())
    assert (refused.status_code, refused.json()["code"]) == (409, "shadow_mode")
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize("pin", ["000000", "40285"])
def test_a_wrong_pin_decides_nothing(decide: Decide, shown: None, examined: Callable[..., Study], pin: str) -> None:
    assert decide(examined(), pin=pin).status_code in {400, 403}
    assert not Confirmation.objects.exists()


def test_nobody_elses_pin_will_do(
    decide: Decide, shown: None, examined: Callable[..., Study], people: dict[str, User]
) -> None:
    assert decide(examined(), person=people["radiologist"].pk).json()["code"] == "nobody"
    assert decide(examined(), person=987654).json()["code"] == "nobody"
    pins.set_pin(people["radiologist"], "918273", actor_name="test")
    assert decide(examined(), person=people["radiologist"].pk).json()["code"] == "wrong_pin"


def test_wrong_pins_lock_the_person_for_a_while(
    decide: Decide, shown: None, examined: Callable[..., Study], radiographer: User
) -> None:
    study = examined()
    for _ in range(pins.WRONG_AT_MOST):
        assert decide(study, pin="111222").json()["code"] == "wrong_pin"
    assert decide(study).status_code == 429
    row = ConsolePin.objects.get(user=radiographer)
    assert row.locked_until is not None
    ConsolePin.objects.update(locked_until=timezone.now())
    assert decide(study).status_code == 200


def test_a_clock_set_back_locks_nobody_out(decide: Decide, shown: None, examined: Callable[..., Study]) -> None:
    study = examined()
    ConsolePin.objects.update(locked_until=timezone.now() + 10 * pins.LOCKED_FOR)
    assert decide(study).status_code == 200


def test_a_decision_about_a_result_that_was_replaced_is_refused(
    decide: Decide, shown: None, examined: Callable[..., Study]
) -> None:
    refused = decide(examined(), run_id=987654)
    assert (refused.status_code, refused.json()["code"]) == (409, "result_replaced")


def test_scope_is_answered_at_the_screen(
    kiosk: Client, shown: None, examined: Callable[..., Study], radiographer: User
) -> None:
    study = examined(answered=False)
    url = f"/console/api/examinations/{study.pk}/scope/"
    assert [one["answer"] for one in kiosk.get(url).json()] == [None] * len(KEYS)
    body = {"person": radiographer.pk, "pin": PIN, "answers": dict.fromkeys(KEYS, False)}
    assert kiosk.post(url, {**body, "pin": "111222"}, content_type="application/json").status_code == 403
    assert not ScopeAnswer.objects.exists()
    answer = kiosk.post(url, body, content_type="application/json")
    assert [one["answer"] for one in answer.json()] == [False] * len(KEYS)
    assert kiosk.get("/console/api/table/").json()["examinations"][0]["advice"]["given"]
    assert AuditEntry.objects.get(action="scope_answered").target == "scope questions, at console MR 2"
    unknown = kiosk.post(url, {**body, "answers": {"weather": True}}, content_type="application/json")
    assert (unknown.status_code, unknown.json()["code"]) == (400, "unknown_question")


def test_who_may_decide_is_listed_by_name(kiosk: Client, radiographer: User, people: dict[str, User]) -> None:
    assert kiosk.get("/console/api/people/").json() == [{"id": radiographer.pk, "name": "Ho Lan"}]
    User.objects.filter(pk=radiographer.pk).update(is_active=False)
    assert kiosk.get("/console/api/people/").json() == []


def set_pin(monkeypatch: pytest.MonkeyPatch, pin: str, *words: str) -> str:
    out = StringIO()
    monkeypatch.setattr("sys.stdin", StringIO(pin + "\n"))
    call_command("set_console_pin", *words, stdout=out)
    return out.getvalue()


def test_the_command_gives_a_person_a_pin_and_adds_a_radiographer(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="no active person is called 'ho'"):
        set_pin(monkeypatch, PIN, "ho")
    assert set_pin(monkeypatch, PIN, "ho", "--add", "Ho Lan") == "Ho Lan may decide at the console.\n"
    user = User.objects.get(username="ho")
    assert user.roles == set()
    assert not user.has_usable_password()
    assert pins.person_of(user.pk, PIN) == user
    assert PIN not in ConsolePin.objects.get().digest


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345a", "１２３４５６", "111111", "123456", "987654"])
def test_plain_pins_are_refused(people: dict[str, User], monkeypatch: pytest.MonkeyPatch, pin: str) -> None:
    with pytest.raises(CommandError, match="expected"):
        set_pin(monkeypatch, pin, "radiologist")
    assert not ConsolePin.objects.exists()


def test_a_reader_gets_no_pin(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="is a reader"):
        set_pin(monkeypatch, PIN, "reader")
