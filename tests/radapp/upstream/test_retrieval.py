"""Taking a study of the PACS in for good: an explicit act, whole or not at all, and triaged like any other."""

import threading
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import AuditEntry
from radapp.archive import storage
from radapp.archive.models import Instance, Study
from radapp.archive.signals import studies_received
from radapp.upstream import locks, retrieval
from radapp.upstream.courier import Courier
from radapp.upstream.models import CachedStudy, Retrieval, UpstreamSource
from tests.orthanc import Orthanc, Proxy
from tests.radapp.dicomweb.objects import encode, image
from tests.radapp.upstream.conftest import OTHER, SERIES, STUDY, study_files
from tests.radapp.upstream.test_liars import TORN, multipart, spoiling

pytestmark = [pytest.mark.services, pytest.mark.once]

ADDRESS = f"/api/upstream/{STUDY}/retrieval/"


@pytest.fixture
def announced() -> Iterator[list[str]]:
    """The studies that the archive announces."""
    heard: list[str] = []

    def listen(*, study_uids: list[str], **_: object) -> None:
        heard.extend(study_uids)

    studies_received.connect(listen)
    yield heard
    studies_received.disconnect(listen)


def held_files() -> list[bytes]:
    return sorted(storage.path_of(one.sha256).read_bytes() for one in Instance.objects.all())


def test_the_command_takes_a_study_in(source: UpstreamSource, announced: list[str]) -> None:
    out = StringIO()
    call_command("retrieve", STUDY, stdout=out)
    assert "Taken in: 2 series" in out.getvalue()
    assert held_files() == sorted(study_files())
    assert Study.objects.get().source == "upstream"
    assert announced == [STUDY]
    assert not CachedStudy.objects.filter(study_instance_uid=STUDY).exists()
    actions = dict(AuditEntry.objects.values_list("action", "actor_name"))
    assert actions == {"study_retrieved": "manage.py retrieve", "study_received": "manage.py retrieve"}
    with pytest.raises(CommandError, match="held here already"):
        call_command("retrieve", STUDY)


def test_what_is_nowhere_cannot_be_taken_in(source: UpstreamSource) -> None:
    with pytest.raises(CommandError, match="No source has a study under this UID"):
        call_command("retrieve", f"{STUDY}.99")


def test_a_radiologist_asks_and_the_courier_fetches(source: UpstreamSource, client: Client, announced: list[str]) -> None:
    asked = client.post(ADDRESS)
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    assert client.post(ADDRESS).status_code == 202  # asking twice is asking once
    assert Retrieval.objects.count() == 1
    assert client.get(f"/api/upstream/{STUDY}/").json()["retrieval"]["state"] == "queued"
    Courier().run_once()
    found = client.get(f"/api/upstream/{STUDY}/").json()
    assert found["state"] == "held"
    wish = found["retrieval"]
    assert (wish["state"], wish["attempts"], wish["series_done"], wish["series_total"]) == ("done", 0, 2, 2)
    assert announced == [STUDY]
    assert client.post(ADDRESS).status_code == 409
    received = AuditEntry.objects.get(action=AuditEntry.Action.STUDY_RECEIVED)
    assert received.actor_name == "radiologist"
    assert len(client.get(f"/dicom-web/studies/{STUDY}/metadata").json()) == 8


@pytest.mark.parametrize(("person", "status"), [("administrator", 403), ("reader", 403), ("anonymous", 401)])
def test_only_radiologists_may_ask(
    source: UpstreamSource, signed_in: Callable[[str], Client], person: str, status: int
) -> None:
    assert signed_in(person).post(ADDRESS).status_code == status
    assert not Retrieval.objects.exists()


def test_nothing_is_taken_in_while_a_series_is_not_whole(source: UpstreamSource, client: Client, proxy: Proxy) -> None:
    series = spoiling(f"/series/{STUDY}.2", lambda _: multipart(TORN))
    single = spoiling(f"/instances/{STUDY}.2.4", lambda _: multipart(TORN))
    proxy.spoil = lambda seen, answer: single(seen, series(seen, answer))
    client.post(ADDRESS)
    Courier().run_once()
    wish = Retrieval.objects.get()
    assert (wish.state, wish.attempts) == ("queued", 1)
    assert "0 of 4 instances" in wish.reason
    assert not Instance.objects.exists()
    proxy.spoil = None
    Retrieval.objects.update(next_try_at=timezone.now())
    from radapp.upstream.models import CachedSeries

    CachedSeries.objects.update(failed_at=None)
    Courier().run_once()
    assert Retrieval.objects.get().state == "done"
    assert held_files() == sorted(study_files())


def test_a_dead_source_is_waited_for(source: UpstreamSource, client: Client, pacs: Orthanc) -> None:
    client.post(ADDRESS)
    pacs.kill()
    Courier().run_once()
    wish = Retrieval.objects.get()
    assert (wish.state, wish.attempts) == ("queued", 1)
    pacs.start()
    UpstreamSource.objects.update(retry_at=None, fetch_retry_at=None)
    Retrieval.objects.update(next_try_at=timezone.now())
    Courier().run_once()
    assert Retrieval.objects.get().state == "done"


def test_it_is_given_up_in_the_end(source: UpstreamSource, client: Client, pacs: Orthanc) -> None:
    client.post(ADDRESS)
    pacs.delete_study(STUDY)
    Courier().run_once()
    wish = Retrieval.objects.get()
    assert (wish.state, wish.reason) == ("failed", "No source has a study under this UID.")
    assert client.post(ADDRESS).status_code == 404


def test_one_that_a_killed_process_began_is_taken_over(source: UpstreamSource, client: Client) -> None:
    client.post(ADDRESS)
    Retrieval.objects.update(state=Retrieval.State.RUNNING)  # its process is gone, and its lock with it
    Courier().run_once()
    assert Retrieval.objects.get().state == "done"


def test_one_that_another_process_carries_out_is_left_to_it(source: UpstreamSource, client: Client) -> None:
    client.post(ADDRESS)
    wish = Retrieval.objects.get()
    with locks.exclusive("retrieval", str(wish.pk), 1):
        assert not retrieval.carry_out(wish)
        Courier().run_once()
    assert Retrieval.objects.get().state == "queued"


def test_a_study_that_the_cache_cannot_hold_says_so(source: UpstreamSource, client: Client, settings: Any) -> None:
    settings.UPSTREAM_CACHE_BYTES = 50_000
    client.post(ADDRESS)
    Courier().run_once()
    wish = Retrieval.objects.get()
    assert wish.state == "queued"
    assert "UPSTREAM_CACHE_BYTES" in wish.reason
    assert not Instance.objects.exists()


def test_a_contradiction_with_the_archive_is_told(source: UpstreamSource, client: Client, pacs: Orthanc) -> None:
    """A SOP Instance UID of theirs is held here in another study: the archive refuses it, and says so."""
    from tests.radapp.dicomweb.conftest import take_in

    thief = image(f"{STUDY}.55", f"{STUDY}.55.1", 1)
    thief.SOPInstanceUID = f"{SERIES}.1"
    take_in(encode(thief))
    client.post(ADDRESS)
    Courier().run_once()
    wish = Retrieval.objects.get()
    assert wish.state == "failed"
    assert "1 instances were refused" in wish.reason


def test_reading_goes_on_while_it_is_taken_in(source: UpstreamSource, client: Client) -> None:
    assert client.get(f"/dicom-web/studies/{OTHER}/metadata").status_code == 200
    reading = locks.shared("reading", f"{OTHER}.1")
    ended = threading.Event()
    with reading:
        call_command("retrieve", OTHER, stdout=StringIO())
        ended.set()
    assert len(client.get(f"/dicom-web/studies/{OTHER}/metadata").json()) == 8
