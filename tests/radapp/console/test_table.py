"""What the screen shows of an examination, and what it must not."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from radapp.archive import arrivals
from radapp.archive.models import SeriesArrival, Study
from radapp.console import examinations
from radapp.triage import runs, services
from radapp.triage.models import Run
from tests.radapp.console.conftest import enhanced
from tests.radapp.triage import examinations as given
from tests.radapp.triage.test_arriving import arrive

pytestmark = pytest.mark.django_db


def row(kiosk: Client) -> dict[str, Any]:
    (found,) = kiosk.get("/console/api/table/").json()["examinations"]
    return dict(found)


def test_advice_with_its_mark_and_no_name(kiosk: Client, shown: None, examined: Callable[..., Study]) -> None:
    study = examined(patient_name="Zweifelhaft^Quintessa", patient_id="PID-31337")
    found = row(kiosk)
    assert (found["accession_number"], found["initials"]) == ("A17", "Z. Q.")
    assert found["advice"] == {
        "given": True,
        "text": "Recurrence suspected on unenhanced images. Enhanced examination advised.",
        "reason": "",
    }
    assert (found["tier"], found["final"], found["can_decide"]) == ("positive", "positive", True)
    assert [(one["role"], one["state"], one["why"]) for one in found["segments"]] == [
        ("T1WI", "complete", "quiet"),
        ("T2WI", "complete", "quiet"),
        ("T1WIC", "absent", ""),
    ]
    text = kiosk.get("/console/api/table/").content.decode()
    for secret in ("Zweifelhaft", "Quintessa", "31337", study.study_instance_uid):
        assert secret not in text


def test_shadow_mode_shows_nothing_of_what_was_found(kiosk: Client, examined: Callable[..., Study]) -> None:
    examined()
    answer = kiosk.get("/console/api/table/")
    assert answer.json()["shown"] is False
    found = row(kiosk)
    assert found["advice"] == {"given": False, "text": "No advice: routine protocol.", "reason": examinations.SHADOW}
    assert (found["tier"], found["final"], found["run_id"], found["decided"], found["can_decide"]) == (None,) * 4 + (False,)
    assert "positive" not in answer.content.decode()


def begun(*roles: str) -> Study:
    """An examination on the table of which these have come."""
    given.protocol()
    study = given.study(source="dimse", study_date=timezone.now().date())
    for role in roles:
        arrive(given.series(study, role), complete=True)
    return study


def waiting() -> None:
    services.consider(begun("T1WI").study_instance_uid)


def not_weighed() -> None:
    begun("T1WI", "T2WI")


def queued() -> None:
    services.consider(begun("T1WI", "T2WI").study_instance_uid)


def failed() -> None:
    queued()
    lease = runs.claim(Run.objects.get().pk, "test")
    assert lease is not None
    runs.fail(lease, "The worker met an error.")


def guarded() -> None:
    queued()
    given.finished(Study.objects.get(), given.findings(0.9, 0.9, guards=["T2WI: The image is unlike those."]))


def unanswered() -> None:
    queued()
    given.finished(Study.objects.get(), given.findings(0.9, 0.9))


@pytest.mark.parametrize("network", [True, False])
def test_a_synthetic_networks_advice_on_a_real_examination_is_labelled(kiosk: Client, shown: None, network: bool) -> None:
    queued()
    given.finished(Study.objects.get(synthetic=False), given.findings(0.9, 0.9, synthetic=network))
    assert row(kiosk)["synthetic"] is network


@pytest.mark.parametrize("standing", [waiting, not_weighed, queued, failed, guarded, unanswered])
def test_without_a_result_in_force_there_is_no_advice(kiosk: Client, shown: None, standing: Callable[[], None]) -> None:
    standing()
    found = row(kiosk)
    assert found["advice"]["given"] is False
    assert found["advice"]["text"] == "No advice: routine protocol."
    assert found["advice"]["reason"], "it is said why"
    assert (found["tier"], found["final"]) == (None, None)


def test_a_late_slice_withdraws_advice_before_anybody_has_weighed_it(
    kiosk: Client, shown: None, examined: Callable[..., Study]
) -> None:
    study = examined()
    arrival = SeriesArrival.objects.filter(series__study=study).first()
    assert arrival is not None
    arrivals._touch(arrival, 1, timezone.now(), arrivals.LATE)
    arrival.save()
    found = row(kiosk)
    assert found["advice"] == {"given": False, "text": "No advice: routine protocol.", "reason": examinations.SLICES_COME}
    assert (found["tier"], found["can_decide"]) == (None, False)
    assert found["segments"][0]["state"] == "arriving"
    assert found["segments"][0]["remark"].startswith("A slice came ")


def test_the_call_of_a_suspicious_examination_is_completed_by_t1wic(
    kiosk: Client, shown: None, examined: Callable[..., Study]
) -> None:
    study = examined(0.4, 0.4)
    assert row(kiosk)["final"] == "pending"
    enhanced(study, complete=False)
    assert row(kiosk)["advice"]["given"], "while it arrives, what was said of the unenhanced images stands"
    arrive(study.series.get(recognised_role="T1WIC"), complete=True)
    services.consider(study.study_instance_uid)
    assert row(kiosk)["advice"]["given"] is False
    given.finished(study, given.findings(0.4, 0.4, 0.8))
    found = row(kiosk)
    assert (found["tier"], found["final"]) == ("suspicious", "positive")
    assert found["advice"]["text"].endswith("Enhanced network above its cutoff: a radiologist must read.")
    assert found["can_decide"] is False, "contrast was given"


def test_only_the_table_is_shown_the_newest_first(kiosk: Client, shown: None, examined: Callable[..., Study]) -> None:
    old = examined(accession_number="OLD")
    SeriesArrival.objects.filter(series__study=old).update(last_at=timezone.now() - timedelta(hours=3))
    prior = examined(accession_number="PRIOR", study_date=timezone.now().date() - timedelta(days=400))
    for number in range(7):
        study = examined(accession_number=f"N{number}")
        SeriesArrival.objects.filter(series__study=study).update(last_at=timezone.now() + timedelta(seconds=number))
    folder = given.study(accession_number="FOLDER", study_date=timezone.now().date())
    given.series(folder, "T1WI")
    answer = kiosk.get("/console/api/table/").json()
    assert [one["accession_number"] for one in answer["examinations"]] == [f"N{number}" for number in (6, 5, 4, 3, 2, 1)]
    assert answer["more"] == 1
    for study in (old, prior, folder):
        assert kiosk.get(f"/console/api/examinations/{study.pk}/scope/").status_code == 404
        decision = {"person": 1, "pin": "402857", "decision": "confirmed", "run_id": 1}
        url = f"/console/api/examinations/{study.pk}/decision/"
        assert kiosk.post(url, decision, content_type="application/json").status_code == 404


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Li^Wei", "L. W."),
        ("Li^Wei=李^伟", "L. W."),
        ("李^伟", "李"),
        ("=李^伟", "李"),
        ("Синица^Анна", "С. А."),
        ("Adams", "A."),
        ("^", ""),
        ("", ""),
        ("synthetic^001^^", "S. 0."),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert examinations.initials(name) == initials


def test_seconds_since_the_last_slice_never_run_backwards_below_nought(
    kiosk: Client, shown: None, examined: Callable[..., Study]
) -> None:
    study = examined()
    for seconds, least, most in ((-90, 89, 100), (3600, 0, 0)):
        SeriesArrival.objects.filter(series__study=study).update(last_at=timezone.now() + timedelta(seconds=seconds))
        assert least <= float(row(kiosk)["quiet_s"]) <= most


def test_the_table_costs_few_queries_whatever_its_length(
    examined: Callable[..., Study], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(6):
        examined()
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        assert len(examinations.present().examinations) == 6
    assert json.dumps(examinations.present().shown) == "false"
