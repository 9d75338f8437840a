"""What stands on images bars their deletion; forced, they go, and all that stands on them stays and comes back with them."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import AuditEntry, User
from radapp.archive.models import Deletion, Instance, Series, Study
from radapp.triage import decisions, services
from radapp.triage.models import Confirmation, Report, Result, Run, ScopeAnswer, StudyTriage, Truth
from tests.radapp.dicomweb.conftest import STUDY, take_in
from tests.radapp.dicomweb.objects import encode, image
from tests.radapp.triage.examinations import findings, finished, protocol

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = f"/dicom-web/studies/{STUDY}"
WHY = {"X-Deletion-Reason": "another patient's images"}
SERIES = [
    {"uid": f"{STUDY}.{number}", "role": role, "evidence": "", "resampled": False}
    for number, role in ((1, "T1WI"), (2, "T2WI"))
]


@pytest.fixture
def boss(signed_in: Callable[[str], Client], people: dict[str, User], tmp_path: Path, settings: object) -> Client:
    """An administrator's client, over one examination that was read, decided upon and established."""
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    protocol()
    take_in(*(encode(image(STUDY, f"{STUDY}.{series}", number)) for series in (1, 2, 3) for number in (1, 2)))
    for number, role in ((1, "T1WI"), (2, "T2WI"), (3, "none")):
        mine = {"assigned_role": role, "assigned_by": people["radiologist"], "assigned_at": timezone.now()}
        Series.objects.filter(series_instance_uid=f"{STUDY}.{number}").update(**mine)
    services.consider(STUDY)
    return signed_in("administrator")


@pytest.fixture
def decided(boss: Client, people: dict[str, User]) -> Study:
    """The examination with a result, a decision, an answer and a truth."""
    study = Study.objects.get()
    run = finished(study, findings(0.8, 0.9, series=SERIES))
    decisions.answer_scope(study=study, answers={"new_symptoms": False}, user=people["radiologist"])
    Confirmation.objects.create(
        result=run.result, decision="overridden", contrast=True, advice_given=False, advice_text="x", reason="y",
        decided_by=people["radiologist"],
    )  # fmt: skip
    Truth.objects.create(study=study, label=True, origin="file abc")
    return study


def facts() -> list[object]:
    """Every row that a person or a network answers for."""
    return [list(model.objects.order_by("pk").values()) for model in (Run, Result, Confirmation, ScopeAnswer, Truth, Report)]


def test_a_study_that_was_only_queued_goes_with_its_run(boss: Client) -> None:
    assert Run.objects.get().state == Run.State.QUEUED
    assert boss.delete(ROOT, headers=WHY).json()["stood_on_it"] == []
    assert [model.objects.count() for model in (Study, Run, StudyTriage)] == [0, 0, 0]
    call_command("deletions", restore=Deletion.objects.get().pk, stdout=StringIO())
    assert Run.objects.get().state == Run.State.QUEUED
    assert StudyTriage.objects.get().state == "queued"


def test_deleting_is_refused_while_something_stands_on_it(boss: Client, decided: Study) -> None:
    before = facts()
    refused = boss.delete(ROOT, headers=WHY)
    assert (refused.status_code, refused.json()["code"]) == (409, "stands_on_it")
    for words in ("1 result", "1 decision about contrast", "1 answer to a scope question", "1 report", "a truth"):
        assert words in refused.json()["detail"]
    assert "force" in refused.json()["detail"]
    for path in (f"{ROOT}/series/{STUDY}.1", f"{ROOT}/series/{STUDY}.2/instances/{STUDY}.2.1"):
        part = boss.delete(path, headers=WHY)
        assert part.status_code == 409
        assert "1 result, 1 decision about contrast and a truth stand on these images" in part.json()["detail"]
    assert facts() == before
    assert Instance.objects.count() == 6
    assert not Deletion.objects.exists()


def test_what_nothing_rests_on_goes_without_force(boss: Client, decided: Study) -> None:
    assert boss.delete(f"{ROOT}/series/{STUDY}.3", headers=WHY).status_code == 200
    assert Instance.objects.count() == 4
    assert StudyTriage.objects.get().result is not None


def test_forced_the_images_go_and_what_was_said_stays(boss: Client, decided: Study) -> None:
    before = facts()
    done = boss.delete(f"{ROOT}?force=true", headers=WHY)
    assert done.status_code == 200
    assert len(done.json()["stood_on_it"]) == 5
    assert [model.objects.count() for model in (Instance, Series)] == [0, 0]
    assert facts() == before, "not a word of it is lost"
    for path in (ROOT, f"{ROOT}/metadata", f"/api/studies/{STUDY}/", f"/api/studies/{STUDY}/result/", f"{ROOT}/thumbnail"):
        assert boss.get(path).status_code == 404, path
    assert boss.get("/dicom-web/studies").json() == []
    assert boss.get("/api/worklist/").json()["count"] == 0
    entry = AuditEntry.objects.get(action=AuditEntry.Action.IMAGES_DELETED)
    assert entry.after["forced"] is True
    assert "1 result" in entry.after["stood_on_it"]
    assert boss.delete(f"{ROOT}?force=true", headers=WHY).status_code == 404, "there are no images left to delete"


def test_and_comes_back_into_sight_with_them(boss: Client, decided: Study) -> None:
    before = boss.get(f"/api/studies/{STUDY}/result/").json()
    number = boss.delete(f"{ROOT}?force=true", headers=WHY).json()["deletion"]
    call_command("deletions", restore=number, stdout=StringIO())
    after = boss.get(f"/api/studies/{STUDY}/result/").json()
    assert {name: after[name] for name in ("tier", "state", "confirmation")} == {
        name: before[name] for name in ("tier", "state", "confirmation")
    }
    assert boss.get("/api/worklist/").json()["count"] == 1


def test_images_that_come_again_find_what_was_said_of_them(boss: Client, decided: Study) -> None:
    boss.delete(f"{ROOT}?force=true", headers=WHY)
    take_in(encode(image(STUDY, f"{STUDY}.1", 1)))
    assert Study.objects.get().images_deleted_at is None
    assert boss.get("/api/worklist/").json()["count"] == 1
    assert Truth.objects.filter(study__study_instance_uid=STUDY).exists()
    other = image(STUDY, f"{STUDY}.2", 1)
    other.PatientID = "somebody else"
    with pytest.raises(AssertionError, match="found the Patient ID"):
        take_in(encode(other))


def test_an_open_run_ends_when_its_images_go(boss: Client, decided: Study) -> None:
    take_in(encode(image(STUDY, f"{STUDY}.1", 3)))
    services.consider(STUDY)
    assert Run.objects.filter(state=Run.State.QUEUED).count() == 1
    boss.delete(f"{ROOT}?force=true", headers=WHY)
    assert not Run.objects.filter(state__in=[Run.State.QUEUED, Run.State.RUNNING]).exists()
    assert Run.objects.filter(state=Run.State.SUPERSEDED, reason="The study's images were deleted.").count() == 1


def test_a_part_deleted_by_force_makes_the_result_stale(boss: Client, decided: Study) -> None:
    assert boss.delete(f"{ROOT}/series/{STUDY}.2?force=true", headers=WHY).status_code == 200
    assert Confirmation.objects.count() == 1
    row = StudyTriage.objects.get()
    assert row.result is None, "what it was read from is no longer there"
    assert boss.get(f"/api/studies/{STUDY}/result/").json()["advice"]["given"] is False


def test_rows_of_apps_that_nobody_speaks_for_stand_on_a_study_too(boss: Client) -> None:
    from radapp.console.models import KeptAdvice

    KeptAdvice.objects.create(study=Study.objects.get(), given=False, text="No advice: routine protocol.", shown=False)
    refused = boss.delete(ROOT, headers=WHY)
    assert refused.status_code == 409
    assert "1 kept advice stands on these images" in refused.json()["detail"]
    assert boss.delete(f"{ROOT}?force=true", headers=WHY).status_code == 200
    assert KeptAdvice.objects.count() == 1
