"""An administrator accepts or refuses what was set aside; both are audited, and triage hears of what changed."""

from collections.abc import Callable

import pytest
from django.test import Client

from radapp.accounts.models import AuditEntry, User
from radapp.archive import storage
from radapp.archive.models import Instance, SetAside, Study
from radapp.archive.outcomes import IntakeReport
from tests.radapp.archive import makers

TakeIn = Callable[..., IntakeReport]


@pytest.fixture
def waiting(take_in: TakeIn) -> SetAside:
    """A stored slice, and the same one with a corrected name set aside."""
    take_in({"1.dcm": makers.content(makers.mr(1))})
    take_in({"1.dcm": makers.content(makers.mr(1, PatientName="Right^Name", SeriesDescription="t2 corrected"))})
    return SetAside.objects.get()


def decide(client: Client, row: SetAside, decision: str, reason: str = "") -> tuple[int, dict[str, object]]:
    answer = client.post(
        f"/api/set-aside/{row.pk}/decision/", {"decision": decision, "reason": reason}, content_type="application/json"
    )
    return answer.status_code, answer.json()


def test_the_list_shows_what_differs(waiting: SetAside, signed_in: Callable[[str], Client]) -> None:
    answer = signed_in("administrator").get("/api/set-aside/?state=waiting").json()
    assert (answer["count"], answer["page"]) == (1, 1)
    [item] = answer["results"]
    assert (item["study_uid"], item["patient"]["id"], item["state"]) == (makers.STUDY, "P1", "waiting")
    assert {difference["keyword"] for difference in item["differences"]} == {"PatientName", "SeriesDescription"}
    assert signed_in("administrator").get("/api/set-aside/?state=accepted").json()["count"] == 0


def test_accepting_shows_the_received_data_set(
    waiting: SetAside, signed_in: Callable[[str], Client], roles_changed: list[str]
) -> None:
    before = Instance.objects.get()
    status, body = decide(signed_in("administrator"), waiting, "accepted", "the PACS corrected the name")
    assert (status, body["state"], body["decided_by"]) == (200, "accepted", "administrator")
    instance, study = Instance.objects.get(), Study.objects.get()
    assert (instance.sha256, instance.dataset_digest) == (waiting.sha256, waiting.dataset_digest)
    assert study.patient_name == "Right^Name"
    assert instance.series.series_description == "t2 corrected"
    assert storage.path_of(before.sha256).is_file()  # the earlier bytes stay
    entry = AuditEntry.objects.get(action="set_aside_decided")
    assert (entry.actor_name, entry.reason) == ("administrator", "the PACS corrected the name")
    assert entry.before["sha256"] == before.sha256
    assert entry.before["patient_name"] == "Test^Anna"
    assert entry.after["patient_name"] == "Right^Name"
    assert roles_changed == [makers.STUDY]


def test_refusing_needs_a_reason_and_changes_nothing(
    waiting: SetAside, signed_in: Callable[[str], Client], take_in: TakeIn
) -> None:
    before = Instance.objects.get().sha256
    assert decide(signed_in("administrator"), waiting, "refused")[0] == 400
    assert decide(signed_in("administrator"), waiting, "refused", "wrong patient")[0] == 200
    assert Instance.objects.get().sha256 == before
    assert Study.objects.get().patient_name == "Test^Anna"
    entry = AuditEntry.objects.get(action="set_aside_decided")
    assert (entry.after, entry.reason) == ({"state": "refused"}, "wrong patient")
    again = take_in({"1.dcm": makers.content(makers.mr(1, PatientName="Right^Name", SeriesDescription="t2 corrected"))})
    assert "an administrator refused this data set before (wrong patient)" in again.refused[0]["reason"]


def test_a_decision_is_made_once(waiting: SetAside, signed_in: Callable[[str], Client]) -> None:
    administrator = signed_in("administrator")
    assert decide(administrator, waiting, "accepted")[0] == 200
    status, body = decide(administrator, waiting, "refused", "changed my mind")
    assert (status, body["code"]) == (409, "decided_already")


def test_the_earlier_data_set_after_acceptance_is_set_aside_in_turn(
    waiting: SetAside, signed_in: Callable[[str], Client], take_in: TakeIn
) -> None:
    decide(signed_in("administrator"), waiting, "accepted")
    assert take_in({"1.dcm": makers.content(makers.mr(1))}).set_aside
    earlier = SetAside.objects.get(state="waiting")
    assert decide(signed_in("administrator"), earlier, "accepted")[0] == 200
    assert Study.objects.get().patient_name == "Test^Anna"
    # … and the corrected one, accepted once and since replaced, may be decided about again.
    take_in({"1.dcm": makers.content(makers.mr(1, PatientName="Right^Name", SeriesDescription="t2 corrected"))})
    assert SetAside.objects.get(pk=waiting.pk).state == "waiting"


@pytest.mark.parametrize("who", ["radiologist", "reader", "investigator", "newcomer", "anonymous"])
def test_only_an_administrator_decides(waiting: SetAside, signed_in: Callable[[str], Client], who: str) -> None:
    expected = 401 if who == "anonymous" else 403
    assert decide(signed_in(who), waiting, "accepted")[0] == expected
    assert signed_in(who).get("/api/set-aside/").status_code == expected
    assert SetAside.objects.get().state == "waiting"


def test_an_unknown_one_is_not_found(people: dict[str, User], signed_in: Callable[[str], Client]) -> None:
    answer = signed_in("administrator").post(
        "/api/set-aside/4711/decision/", {"decision": "accepted"}, content_type="application/json"
    )
    assert answer.status_code == 404
