"""DELETE: by administrators, with a reason, kept to be brought back; nothing that people or networks said is lost."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import AuditEntry, User
from radapp.archive import removal, storage
from radapp.archive.ingest import Ingest
from radapp.archive.models import Deletion, Discarded, Instance, Series, SetAside, Source, Study
from tests.radapp.dicomweb.bodies import content_of
from tests.radapp.dicomweb.conftest import OTHER_STUDY, STUDY, take_in
from tests.radapp.dicomweb.objects import encode, image

ROOT = f"/dicom-web/studies/{STUDY}"
SERIES = f"{ROOT}/series/{STUDY}.1"
WHY = {"X-Deletion-Reason": "sent twice by the scanner"}


@pytest.fixture
def boss(signed_in: Callable[[str], Client], archive: object) -> Client:
    """An administrator's client, over the archive of the folder's conftest."""
    return signed_in("administrator")


def counts() -> tuple[int, int, int]:
    return Study.objects.count(), Series.objects.count(), Instance.objects.count()


def test_a_study_goes_and_comes_back_as_it_was(boss: Client) -> None:
    before = {
        model: list(model.objects.filter(**{path: STUDY}).order_by("pk").values())
        for model, path in (
            (Study, "study_instance_uid"),
            (Series, "study__study_instance_uid"),
            (Instance, "series__study__study_instance_uid"),
        )
    }
    metadata = content_of(boss.get(f"{ROOT}/metadata"))
    response = boss.delete(ROOT, headers=WHY)
    assert response.status_code == 200, response.content
    assert (response.json()["series"], response.json()["instances"]) == (5, 8)
    assert counts() == (1, 1, 1)
    assert boss.get(ROOT).status_code == 404
    assert boss.get(f"/dicom-web/studies?StudyInstanceUID={STUDY}").json() == []
    out = StringIO()
    call_command("deletions", stdout=out)
    assert "sent twice by the scanner" in out.getvalue()
    assert "can be brought back until" in out.getvalue()
    call_command("deletions", restore=response.json()["deletion"], stdout=StringIO())
    for model, rows in before.items():
        after = list(model.objects.filter(pk__in=[row["id"] for row in rows]).order_by("pk").values())
        if model is Series:  # recognised anew, of headers that say the same
            assert [(one["id"], one["study_id"], one["received_at"]) for one in after] == [
                (one["id"], one["study_id"], one["received_at"]) for one in rows
            ]
        else:
            assert after == rows
    assert content_of(boss.get(f"{ROOT}/metadata")) == metadata
    assert not Discarded.objects.exists()


def test_who_what_and_why_stand_in_the_audit_trail(boss: Client, people: dict[str, User]) -> None:
    boss.delete(SERIES, data=json.dumps({"reason": "wrong patient"}), content_type="application/json")
    entry = AuditEntry.objects.get(action=AuditEntry.Action.IMAGES_DELETED)
    assert (entry.actor, entry.study_instance_uid, entry.reason) == (people["administrator"], STUDY, "wrong patient")
    assert entry.target == f"series {STUDY}.1"
    assert entry.before["instances"] == 3
    assert entry.before["patient_id"] == "P-0007"
    row = Deletion.objects.get()
    assert (entry.after["deletion"], entry.after["forced"]) == (row.pk, False)
    assert row.size == entry.before["bytes"] > 0


@pytest.mark.parametrize(
    ("path", "left"),
    [
        (ROOT, (1, 1, 1)),
        (SERIES, (2, 5, 6)),
        (f"{SERIES}/instances/{STUDY}.1.2", (2, 6, 8)),
        (f"{ROOT}/series/{STUDY}.5/instances/{STUDY}.5.1", (2, 5, 8)),  # the last of its series
        (f"/dicom-web/studies/{OTHER_STUDY}/series/{OTHER_STUDY}.1", (1, 5, 8)),  # the last of its study
        (f"/dicom-web/studies/{OTHER_STUDY}/series/{OTHER_STUDY}.1/instances/{OTHER_STUDY}.1.1", (1, 5, 8)),
    ],
)
def test_each_level_and_the_way_back(boss: Client, path: str, left: tuple[int, int, int]) -> None:
    response = boss.delete(path, headers=WHY)
    assert response.status_code == 200
    assert counts() == left
    call_command("deletions", restore=response.json()["deletion"], stdout=StringIO())
    assert counts() == (2, 6, 9)
    assert boss.get(path).status_code == 200


def test_bytes_go_later_and_only_once_nothing_names_them(boss: Client, settings: object) -> None:
    settings.DELETED_KEPT_DAYS = 3  # type: ignore[attr-defined]
    shas = set(Instance.objects.filter(series__series_instance_uid=f"{STUDY}.1").values_list("sha256", flat=True))
    answer = boss.delete(SERIES, headers=WHY).json()
    assert set(Discarded.objects.values_list("sha256", flat=True)) == shas
    kept_until = Deletion.objects.get(pk=answer["deletion"]).kept_until
    assert abs(kept_until - timezone.now() - timedelta(days=3)) < timedelta(minutes=5)
    removal.sweep()
    assert all(storage.path_of(sha256).is_file() for sha256 in shas)
    Discarded.objects.update(due_at=timezone.now())
    assert removal.sweep().removed == 3
    call_command("deletions", restore=answer["deletion"], stdout=StringIO())
    assert len(boss.get(f"{SERIES}/metadata").json()) == 3
    boss.delete(SERIES, headers=WHY)
    for _ in range(2):
        Discarded.objects.update(due_at=timezone.now())
        removal.sweep()
    with pytest.raises(CommandError, match="3 of its 3 files are gone for good"):
        call_command("deletions", restore=Deletion.objects.latest("id").pk)
    assert counts() == (2, 5, 6)


def test_what_was_set_aside_goes_and_comes_with_its_instance(boss: Client) -> None:
    other = image(STUDY, f"{STUDY}.1", 1)
    other.StudyDescription = "Corrected"
    with Ingest(Source.IMPORT) as ingest:
        ingest.add_stream(BytesIO(encode(other)), "other.dcm")
    aside = SetAside.objects.values().get()
    number = boss.delete(SERIES, headers=WHY).json()["deletion"]
    assert not SetAside.objects.exists()
    assert Discarded.objects.filter(pk=aside["sha256"]).exists()
    call_command("deletions", restore=number, stdout=StringIO())
    assert SetAside.objects.values().get() == aside


def test_a_reason_is_needed_and_read_in_any_writing(boss: Client) -> None:
    for headers in ({}, {"X-Deletion-Reason": "  "}):
        refused = boss.delete(SERIES, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (400, "reason_missing")
    assert counts() == (2, 6, 9)
    written = {"X-Deletion-Reason": "%E9%94%99%E8%AF%AF%E7%9A%84%E7%97%85%E4%BA%BA"}
    assert boss.delete(SERIES, headers=written).status_code == 200
    assert Deletion.objects.get().reason == "错误的病人"


@pytest.mark.parametrize(
    "body",
    ["[]", "{", '{"reason": 7}', '{"reason": "x", "force": "yes"}', '{"reason": "' + "x" * 3000 + '"}', "[" * 60000],
)
def test_bodies_that_cannot_be_read_delete_nothing(boss: Client, body: str) -> None:
    response = boss.delete(SERIES, data=body, content_type="application/json")
    assert response.status_code == 400
    assert counts() == (2, 6, 9)


@pytest.mark.once
@pytest.mark.parametrize("name", ["anonymous", "newcomer", "reader", "investigator", "radiologist"])
@pytest.mark.parametrize("path", [ROOT, SERIES, f"{SERIES}/instances/{STUDY}.1.1"])
def test_nobody_else_deletes(archive: object, signed_in: Callable[[str], Client], name: str, path: str) -> None:
    assert signed_in(name).delete(path, headers=WHY).status_code == (401 if name == "anonymous" else 403)
    assert counts() == (2, 6, 9)
    assert not AuditEntry.objects.filter(action=AuditEntry.Action.IMAGES_DELETED).exists()


def test_a_session_needs_its_csrf_token(
    people: dict[str, User], archive: object, bearer: Callable[[str], dict[str, str]]
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people["administrator"], backend="django.contrib.auth.backends.ModelBackend")
    assert browser.delete(SERIES, headers=WHY).status_code == 403
    assert Client(enforce_csrf_checks=True).delete(SERIES, headers={**WHY, **bearer("administrator")}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/dicom-web/studies/1.2.3", f"{ROOT}/series/1.2.3", f"{SERIES}/instances/1.2.3", f"{ROOT}/series/{OTHER_STUDY}.1"],
)
def test_what_is_not_there(boss: Client, path: str) -> None:
    assert boss.delete(path, headers=WHY).status_code == 404
    assert counts() == (2, 6, 9)


def test_nothing_is_deleted_twice_or_brought_back_twice(boss: Client) -> None:
    number = boss.delete(SERIES, headers=WHY).json()["deletion"]
    assert boss.delete(SERIES, headers=WHY).status_code == 404
    call_command("deletions", restore=number, stdout=StringIO())
    with pytest.raises(CommandError, match="no deletion"):
        call_command("deletions", restore=number)


def test_a_part_that_went_before_its_whole_waits_for_it(boss: Client) -> None:
    part = boss.delete(f"{SERIES}/instances/{STUDY}.1.2", headers=WHY).json()["deletion"]
    whole = boss.delete(ROOT, headers=WHY).json()["deletion"]
    with pytest.raises(CommandError, match="bring that one back first"):
        call_command("deletions", restore=part)
    for number in (whole, part):
        call_command("deletions", restore=number, stdout=StringIO())
    assert counts() == (2, 6, 9)


def test_what_was_made_here_goes_with_its_study_alone(boss: Client) -> None:
    Series.objects.filter(series_instance_uid=f"{STUDY}.3").update(generated=True)
    for force in ("", "?force=true"):
        refused = boss.delete(f"{ROOT}/series/{STUDY}.3{force}", headers=WHY)
        assert (refused.status_code, refused.json()["code"]) == (409, "generated")
    assert boss.delete(ROOT, headers=WHY).json()["instances"] == 8


def test_the_last_series_received_takes_along_what_was_made_of_it(boss: Client) -> None:
    Series.objects.filter(study__study_instance_uid=STUDY).exclude(series_instance_uid=f"{STUDY}.1").update(generated=True)
    assert boss.delete(SERIES, headers=WHY).json()["instances"] == 8
    assert counts() == (1, 1, 1)


def test_dicom_that_comes_again_is_new(boss: Client) -> None:
    number = boss.delete(SERIES, headers=WHY).json()["deletion"]
    take_in(encode(image(STUDY, f"{STUDY}.1", 2)))
    assert len(boss.get(f"{SERIES}/metadata").json()) == 1
    with pytest.raises(CommandError, match="received again"):
        call_command("deletions", restore=number)
    assert counts() == (2, 6, 7)
    removal.sweep()
    assert len(boss.get(f"{SERIES}/metadata").json()) == 1
