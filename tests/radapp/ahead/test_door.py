"""Who is answered ahead of Django, what is left to it, and that nothing stale or refused is sent."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from radapp.accounts.models import AccessToken, AuditEntry, User
from radapp.ahead import admission, holdings, reading
from radapp.ahead.asked import asked_in
from radapp.archive import changes, selectors, storage
from radapp.archive.models import Instance, Study
from tests.radapp.ahead.conftest import Asking
from tests.radapp.dicomweb.conftest import take_in
from tests.radapp.dicomweb.objects import encode, image

pytestmark = pytest.mark.once

STUDY = "1.2.826.0.1.3680043.10.7.1"
SERIES = f"/dicom-web/studies/{STUDY}/series/{STUDY}.1"
FRAME = f"{SERIES}/instances/{STUDY}.1.1/frames/1"


@pytest.fixture
def series(transactional_db: None) -> None:
    take_in(*(encode(image(STUDY, f"{STUDY}.1", number)) for number in (1, 2)))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered longer than one request."""
    monkeypatch.setattr(admission, "PERSON_S", 0.0)
    monkeypatch.setattr(admission, "STUDY_S", 0.0)
    monkeypatch.setattr(holdings, "FRESH_S", 0.0)


@pytest.mark.parametrize("role", ["reader", "investigator", "newcomer"])
def test_other_roles_get_django_s_refusal(
    asking: Asking, series: None, bearer: Callable[[str], dict[str, str]], role: str
) -> None:
    asking.credentials = bearer(role)
    for path in (FRAME, SERIES, f"{SERIES}/metadata"):
        assert asking.ahead(path) is None
    assert asking.behind(FRAME).status == 403


@pytest.mark.parametrize("credentials", [{}, {"Authorization": "Bearer nonsense"}, {"Cookie": "sessionid=nonsense"}])
def test_nobody_gets_nothing(asking: Asking, series: None, credentials: dict[str, str]) -> None:
    asking.credentials = credentials
    assert asking.ahead(FRAME) is None
    assert asking.behind(FRAME).status == 401


def test_another_host_name_is_not_served(asking: Asking, series: None) -> None:
    assert asking.ahead(FRAME) is not None
    assert asking.ahead(FRAME, Host="elsewhere.example") is None


def test_a_session_counts_as_a_token_does(asking: Asking, series: None, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("administrator")
    asking.credentials = {"Cookie": f"a=b; sessionid={client.cookies['sessionid'].value}"}
    assert asking.ahead(FRAME) is not None
    User.objects.filter(username="administrator").update(is_active=False)
    asking.door.admissions.clear()
    assert asking.ahead(FRAME) is None


def test_what_is_taken_away_ends_within_seconds(asking: Asking, series: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asking.ahead(FRAME) is not None
    AccessToken.objects.update(revoked_at="2026-01-01T00:00Z")
    assert asking.ahead(FRAME) is not None, "remembered"
    later = time.monotonic() + admission.PERSON_S + 1
    monkeypatch.setattr(admission, "time", SimpleNamespace(monotonic=lambda: later))
    assert asking.ahead(FRAME) is None


def test_a_study_that_is_not_this_person_s(
    asking: Asking, series: None, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asking.ahead(FRAME) is not None
    monkeypatch.setattr(selectors, "clinical_studies", lambda user: Study.objects.none())
    assert asking.ahead(FRAME) is None
    assert asking.behind(FRAME).status == 404


def test_opening_is_noted_once(asking: Asking, series: None) -> None:
    for path in (FRAME, FRAME, SERIES, f"{SERIES}/metadata"):
        assert asking.ahead(path) is not None
    opened = AuditEntry.objects.filter(action=AuditEntry.Action.EXAMINATION_OPENED)
    assert [(one.actor_name, one.study_instance_uid) for one in opened] == [("radiologist", STUDY)]


@pytest.mark.parametrize(
    ("path", "more"),
    [
        (FRAME, {"method": "HEAD"}),
        (FRAME, {"method": "POST"}),
        (FRAME, {"query": b"accept=image/jpeg"}),
        (FRAME, {"Range": "bytes=0-5"}),
        (FRAME, {"Origin": "https://viewer.example"}),
        (FRAME, {"Content_Length": "5"}),
        (FRAME, {"Transfer_Encoding": "chunked"}),
        (f"{FRAME}/rendered", {}),
        (f"{SERIES}/instances/{STUDY}.1.1", {}),
        (f"{SERIES}/instances", {}),
        (f"{SERIES}/", {}),
        (f"{SERIES}\n", {}),
        (f"/dicom-web/studies/{STUDY}/metadata", {}),
        (f"/dicom-web/studies/{STUDY}٣/series/1", {}),
        (f"{SERIES}/instances/{STUDY}.1.1/frames/{'1,' * 5000}1", {}),
        (f"{SERIES}/instances/{STUDY}.9.9/frames/1", {}),
        (f"/dicom-web/studies/{STUDY}/series/{STUDY}.9", {}),
        (f"/dicom-web/studies/1.2/series/{STUDY}.1", {}),
        ("/api/session/", {}),
    ],
)
def test_everything_else_is_left_to_django(asking: Asking, series: None, path: str, more: dict[str, Any]) -> None:
    assert asking.ahead(path, **more) is None


def test_a_header_that_comes_twice_is_left_to_django(asking: Asking, series: None) -> None:
    scope = asking.scope(FRAME, {})
    scope["headers"] += [(b"accept", b"*/*"), (b"accept", b"image/jpeg")]
    assert asked_in(scope) is None


def test_a_new_slice_shows_at_once(asking: Asking, series: None, at_once: None) -> None:
    before = asking.ahead(f"{SERIES}/metadata"), asking.ahead(SERIES)
    take_in(encode(image(STUDY, f"{STUDY}.1", 3)))
    after = asking.ahead(f"{SERIES}/metadata"), asking.ahead(SERIES)
    assert after == (asking.behind(f"{SERIES}/metadata"), asking.behind(SERIES))
    assert all(old and new and len(new.body) > len(old.body) for old, new in zip(before, after, strict=True))


def test_a_change_while_a_series_is_read_is_not_missed(asking: Asking, series: None) -> None:
    """The slice comes after the series was read and before it is kept."""
    kept = holdings.Holdings()
    kept.refresh()

    def read(study_uid: str, series_uid: str) -> holdings.HeldSeries | None:
        found = holdings.read_series(study_uid, series_uid)
        take_in(encode(image(STUDY, f"{STUDY}.1", 3)))
        kept.refresh()
        return found

    found = kept.load(STUDY, f"{STUDY}.1", read)
    assert found is not None
    assert len(found.instances) == 2
    assert kept.get(STUDY, f"{STUDY}.1") is None


def test_a_study_that_is_gone_is_gone_here(asking: Asking, series: None, at_once: None) -> None:
    assert asking.ahead(FRAME) is not None
    with transaction.atomic():
        Study.objects.all().delete()
        changes.announce(STUDY)
    assert asking.ahead(FRAME) is None


def test_memory_is_bounded(series: None, monkeypatch: pytest.MonkeyPatch) -> None:
    take_in(*(encode(image(STUDY, f"{STUDY}.2", number)) for number in (1, 2)))
    monkeypatch.setattr(holdings, "INSTANCES_AT_MOST", 3)
    kept = holdings.Holdings()
    kept.load(STUDY, f"{STUDY}.1")
    kept.load(STUDY, f"{STUDY}.2")
    assert (kept.get(STUDY, f"{STUDY}.1"), kept.get(STUDY, f"{STUDY}.2") is not None) == (None, True)


@pytest.mark.parametrize("path", [FRAME, SERIES])
def test_bytes_that_are_gone_are_told_by_django(asking: Asking, series: None, path: str, caplog: Any) -> None:
    assert asking.ahead(path) is not None
    storage.path_of(Instance.objects.get(sop_instance_uid=f"{STUDY}.1.1").sha256).unlink()
    assert asking.ahead(path) is None
    assert "left to Django" in caplog.text


def test_a_file_that_ends_early_is_no_answer(series: None) -> None:
    large = [reading.Piece("", "", 0, 3_000_000)]
    assert [reading.length_of(one) for one in reading.chunks(large, 1_000_000)] == [1_000_000] * 3
    one = Instance.objects.get(sop_instance_uid=f"{STUDY}.1.1")
    beyond = [reading.Piece(one.sha256, str(storage.path_of(one.sha256)), one.size - 10, 20)]
    assert reading.filled(beyond, wait=False) is None
    with pytest.raises(reading.TruncatedError, match="found 10 octets"):
        reading.filled(beyond, wait=True)


def test_what_lies_only_on_the_disk_is_read_in_a_thread(
    asking: Asking, series: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = asking.ahead(FRAME)
    monkeypatch.setattr(reading, "NO_WAIT", 0)
    assert asking.ahead(FRAME) == at_once
