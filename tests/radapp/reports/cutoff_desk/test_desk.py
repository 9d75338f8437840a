"""The desk over HTTP: who sees which source, what comes of it, and drafts with honest figures that activate nothing."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from radapp.accounts.models import AuditEntry, Role, User
from radapp.accounts.people import add_person
from radapp.readerstudies.keeping.finished import import_finished
from radapp.readerstudies.keeping.finished_table import read_table
from radapp.triage.draft_models import DraftFrozen
from radapp.triage.models import Protocol, ProtocolDraft
from tests.radapp.reports.cohorts import archive
from tests.radapp.reports.conftest import SHIPPED
from tests.radapp.triage import examinations as given

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "/api/cutoff-desk/"


def person(role: Role, name: str = "a") -> User:
    return add_person(username=f"{name}-{role}", password="moves-two-cutoffs", roles=[role], added_by="a test")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def examine(of_each: int) -> None:
    for number in range(of_each):
        step = number / (2 * of_each)
        archive.examined(0.45 + step, 0.4 + step, truth=True, patient_id=f"R{number}", patient_name="Secret^Name")
        archive.examined(step, 0.05 + step, truth=False, patient_id=f"N{number}")


def source_of(client: Client) -> str:
    return f"{LIST}{client.get(LIST).json()['sources'][0]['key']}/"


def wish(data: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"name": "by hand", "cohort": "", "first": 0.6, "second": 0.35, "inputs_sha256": data["inputs_sha256"], **other}


def test_an_administrator_saves_a_draft_of_the_archives_examinations() -> None:
    active = given.protocol()
    examine(31)
    administrator = person(Role.ADMINISTRATOR)
    client = signed_in(administrator)
    assert [one["kind"] for one in client.get(LIST).json()["sources"]] == ["archive"]
    data = client.get(source_of(client)).json()
    (cohort,) = data["cohorts"]
    assert cohort["scores"] == sorted(cohort["scores"])
    assert (len(cohort["scores"]), sum(cohort["truths"]), cohort["refusal"]) == (62, 31, None)
    assert "Secret" not in str(data)
    assert [(one["whose"], one["standing"]) for one in data["marks"]] == [
        ("installed", "own" if active.calibrated_on else "uncalibrated"),
        ("paper", "others"),
        ("paper", "others"),
    ]

    answer = client.post(f"{source_of(client)}drafts/", wish(data), content_type="application/json")
    assert answer.status_code == 201, answer.json()
    draft = answer.json()
    assert (draft["version"], draft["first"], draft["second"]) == (1, 0.6, 0.35)
    for kind in ("apparent", "cross_validated"):
        for measure in ("sensitivity", "specificity", "spared"):
            one = draft[kind][measure]
            assert one["low"] <= one["value"] <= one["high"], (kind, measure)
    assert client.get(f"{source_of(client)}drafts/").json()["drafts"] == [draft]

    assert Protocol.objects.get(active=True) == active
    assert Protocol.objects.count() == 1
    row = AuditEntry.objects.get(action="protocol_drafted")
    assert (row.actor, row.target) == (administrator, "protocol draft by hand 1")
    assert row.after["inputs"] == data["inputs_sha256"]
    kept = ProtocolDraft.objects.get()
    assert kept.calibration["rule"].startswith("set by hand")
    with pytest.raises(DraftFrozen):
        kept.save()

    again = client.post(f"{source_of(client)}drafts/", wish(data), content_type="application/json")
    assert again.json()["version"] == 2
    archive.examined(0.9, 0.8, truth=True, patient_id="new")
    late = client.post(f"{source_of(client)}drafts/", wish(data), content_type="application/json")
    assert (late.status_code, late.json()["code"]) == (409, "inputs_changed")


def test_of_too_few_nothing_is_saved() -> None:
    given.protocol()
    examine(3)
    client = signed_in(person(Role.ADMINISTRATOR))
    data = client.get(source_of(client)).json()
    assert data["cohorts"][0]["refusal"]["code"] == "too_few"
    refused = client.post(f"{source_of(client)}drafts/", wish(data), content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_few")
    wrong = client.post(f"{source_of(client)}drafts/", wish(data, second=0.7), content_type="application/json")
    assert wrong.status_code == 400
    assert not ProtocolDraft.objects.exists()
    assert not AuditEntry.objects.filter(action="protocol_drafted").exists()


def test_scores_that_were_brought_are_looked_at_and_not_saved() -> None:
    investigator, stranger = person(Role.INVESTIGATOR), person(Role.INVESTIGATOR, "another")
    table = read_table(SHIPPED)
    few = [line for lines in table.cohorts.values() for line in lines[::10]]
    study = import_finished(replace(table, lines=tuple(few)), "The paper's", investigator=investigator)
    path = f"{LIST}study:{study.key}/"
    client = signed_in(investigator)
    assert [one["title"] for one in client.get(LIST).json()["sources"]] == ["The paper's"]
    data = client.get(path).json()
    assert [len(one["scores"]) for one in data["cohorts"]] == [44, 21]
    assert {one["refusal"]["code"] for one in data["cohorts"]} == {"scores_imported"}
    assert {one["standing"] for one in data["marks"]} == {"unknown"}
    refused = client.post(f"{path}drafts/", wish(data, cohort="internal"), content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "scores_imported")

    other = signed_in(stranger)
    assert other.get(LIST).json() == {"sources": []}
    assert other.get(path).status_code == other.get(f"{LIST}study:none/").status_code == 404
    assert other.post(f"{path}drafts/", wish(data), content_type="application/json").status_code == 404
    assert signed_in(person(Role.READER)).get(LIST).status_code == 403
