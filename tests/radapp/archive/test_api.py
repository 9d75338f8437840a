"""The intake API, study detail and roles over HTTP."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import AuditEntry
from radapp.archive import intakes
from radapp.archive.models import Instance, Intake, Series, StudyChange
from radapp.archive.outcomes import IntakeReport
from radapp.archive.signals import studies_received
from tests.radapp.archive import makers

TakeIn = Callable[..., IntakeReport]


def send(client: Client, intake: str, files: dict[str, bytes], **extra: object) -> Any:
    uploads = [SimpleUploadedFile(name, data) for name, data in files.items()]
    return client.post(f"/api/intakes/{intake}/files/", {"files": uploads, **extra})


def test_an_intake_in_batches(signed_in: Callable[[str], Client], announced: list[list[str]]) -> None:
    client = signed_in("radiologist")
    intake = client.post("/api/intakes/").json()["id"]
    first = send(client, intake, {"1.dcm": makers.content(makers.mr(1)), "2.dcm": makers.content(makers.mr(2))})
    assert first.json() == {
        "stored": 2, "already": 0, "skipped": 0, "set_aside": [], "refused": [], "studies": [makers.STUDY],
    }  # fmt: skip
    cut = makers.content(makers.mr(3))[:-9]
    second = send(
        client, intake, {"3.dcm": cut, "1.dcm": makers.content(makers.mr(1))}, paths=["disc/a/3.dcm", "disc/a/1.dcm"]
    )
    assert (second.json()["stored"], second.json()["already"]) == (0, 1)
    assert [entry["path"] for entry in second.json()["refused"]] == ["disc/a/3.dcm"]
    assert announced == []
    whole = client.post(f"/api/intakes/{intake}/finish/").json()
    assert (whole["stored"], whole["already"], len(whole["refused"]), whole["studies"]) == (2, 1, 1, [makers.STUDY])
    assert announced == [[makers.STUDY]]
    row = client.get(f"/api/intakes/{intake}/").json()
    assert row["finished_at"] is not None
    assert row["source"] == "page"
    assert client.post(f"/api/intakes/{intake}/finish/").json() == whole  # once more changes nothing
    assert AuditEntry.objects.get(action="study_received").actor_name == "radiologist"


def test_a_zip_in_a_batch(signed_in: Callable[[str], Client], tmp_path: Any) -> None:
    client = signed_in("administrator")
    intake = client.post("/api/intakes/").json()["id"]
    archive = makers.zipped({f"{n}.dcm": makers.content(makers.mr(n)) for n in (1, 2, 3)}, tmp_path / "s.zip").read_bytes()
    assert send(client, intake, {"s.zip": archive}).json()["stored"] == 3


def test_other_peoples_intakes_are_not_found(signed_in: Callable[[str], Client]) -> None:
    intake = signed_in("administrator").post("/api/intakes/").json()["id"]
    assert send(signed_in("radiologist"), intake, {"1.dcm": b""}).status_code == 404
    assert signed_in("radiologist").get(f"/api/intakes/{intake}/").status_code == 404
    assert signed_in("radiologist").post(f"/api/intakes/{uuid4()}/finish/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("investigator", 403), ("newcomer", 403), ("anonymous", 401)])
def test_who_takes_nothing_in(take_in: TakeIn, signed_in: Callable[[str], Client], who: str, status: int) -> None:
    take_in({"1.dcm": makers.content(makers.mr(1))})
    client = signed_in(who)
    assert client.post("/api/intakes/").status_code == status
    assert client.get(f"/api/studies/{makers.STUDY}/").status_code == status
    role = f"/api/studies/{makers.STUDY}/series/{makers.SERIES}/role/"
    assert client.put(role, {"role": "T1WI"}, content_type="application/json").status_code == status


def test_idle_intakes_are_finished(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("radiologist")
    intake = client.post("/api/intakes/").json()["id"]
    send(client, intake, {"1.dcm": makers.content(makers.mr(1))})
    assert intakes.finish_idle_intakes() == 0
    Intake.objects.update(active_at=timezone.now() - timedelta(seconds=61))
    assert intakes.finish_idle_intakes() == 1
    assert Intake.objects.get().finished_at is not None
    # A batch that was on its way all the same reopens the intake, to be finished again.
    send(client, intake, {"2.dcm": makers.content(makers.mr(2))})
    assert Intake.objects.get().finished_at is None
    client.post(f"/api/intakes/{intake}/finish/")
    assert Intake.objects.get().finished_at is not None


def test_study_detail(take_in: TakeIn, signed_in: Callable[[str], Client]) -> None:
    take_in({f"{n}.dcm": makers.content(makers.mr(n)) for n in range(1, 16)} | {"sr.dcm": makers.content(makers.report())})
    client = signed_in("radiologist")
    detail = client.get(f"/api/studies/{makers.STUDY}/").json()
    assert detail["patient"] == {"id": "P1", "name": "Test^Anna", "sex": "F", "birth_date": None, "age": None}
    assert (detail["uid"], detail["study_date"], detail["set_aside"]) == (makers.STUDY, "2026-11-20", 0)
    series = {one["uid"]: one for one in detail["series"]}
    t2 = series[makers.SERIES]
    assert (t2["role"], t2["recognised_role"], t2["assigned_role"], t2["chosen"]) == ("T2WI", "T2WI", None, True)
    assert (t2["instances"], t2["plane"], t2["modality"]) == (15, "axial", "MR")
    assert t2["evidence"]
    report = series[makers.ROOT + "1.9"]
    assert (report["role"], report["chosen"], report["modality"]) == ("none", False, "SR")
    client.get(f"/api/studies/{makers.STUDY}/")
    assert AuditEntry.objects.filter(action="examination_opened").count() == 1
    assert client.get("/api/studies/1.2.3.4/").status_code == 404


def test_a_role_changed_and_taken_back(
    take_in: TakeIn,
    signed_in: Callable[[str], Client],
    roles_changed: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    take_in({f"{n}.dcm": makers.content(makers.mr(n)) for n in range(1, 4)})
    client, url = signed_in("radiologist"), f"/api/studies/{makers.STUDY}/series/{makers.SERIES}/role/"
    changes = StudyChange.objects.count()

    def put(role: str | None, reason: str = "") -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.put(url, {"role": role, "reason": reason}, content_type="application/json")

    answer = put("T1WIC", "contrast was given").json()
    [series] = answer["series"]
    assert (series["role"], series["assigned_role"], series["assigned_by"]) == ("T1WIC", "T1WIC", "radiologist")
    assert series["recognised_role"] != "T1WIC"
    assert put("T1WIC").status_code == 200  # the same again changes nothing
    assert put(None).json()["series"][0]["role"] == series["recognised_role"]
    assert put("FLAIR").status_code == 400
    assert roles_changed == [makers.STUDY, makers.STUDY]
    assert StudyChange.objects.count() >= changes + 2
    entries = AuditEntry.objects.filter(action="role_changed").order_by("id")
    assert [(entry.before["role"], entry.after["role"], entry.reason) for entry in entries] == [
        (series["recognised_role"], "T1WIC", "contrast was given"),
        ("T1WIC", series["recognised_role"], ""),
    ]
    row = Series.objects.get()
    assert (row.assigned_role, row.assigned_by, row.assigned_at) == (None, None, None)


def test_an_upload_that_is_no_form_is_refused_in_words(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("radiologist")
    intake = client.post("/api/intakes/").json()["id"]
    answer = client.post(f"/api/intakes/{intake}/files/", io.BytesIO(b"x").getvalue(), content_type="application/dicom")
    assert answer.status_code == 415
    assert answer.json()["detail"]
    assert Instance.objects.count() == 0


def test_a_batch_that_comes_while_an_intake_ends_is_not_forgotten(
    signed_in: Callable[[str], Client], announced: list[list[str]]
) -> None:
    client = signed_in("radiologist")
    intake = client.post("/api/intakes/").json()["id"]
    send(client, intake, {"1.dcm": makers.content(makers.mr(1))})
    late = [{"9.dcm": makers.content(makers.mr(1, study="1.2.9", series="1.2.9.1"))}]

    def meanwhile(**_: object) -> None:
        if late:
            send(client, intake, late.pop())

    studies_received.connect(meanwhile)
    client.post(f"/api/intakes/{intake}/finish/")
    assert Intake.objects.get().finished_at is None
    client.post(f"/api/intakes/{intake}/finish/")
    studies_received.disconnect(meanwhile)
    assert Intake.objects.get().finished_at is not None
    assert announced == [[makers.STUDY], sorted([makers.STUDY, "1.2.9"])]
