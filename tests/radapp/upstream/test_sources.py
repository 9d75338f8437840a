"""Sources as rows: added, tested, switched and removed by a command, audited; their secrets shown nowhere."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import AuditEntry
from radapp.upstream import circuit, inventory, locks
from radapp.upstream.models import CachedInstance, CachedStudy, UpstreamSource
from radapp.upstream.peer import SourceDownError
from tests.orthanc import PASSWORD, Orthanc, Proxy
from tests.radapp.upstream.conftest import SECRET, SERIES, STUDY, web_source


def run(*words: str) -> str:
    out = StringIO()
    call_command("source", *words, stdout=out)
    return out.getvalue()


@pytest.mark.services
def test_a_source_is_added_listed_and_removed(db: None, proxy: Proxy, settings: Any, client: Client) -> None:
    said = run("add", "dicomweb", "Main PACS", proxy.url + "/", "--basic", SECRET, "--results", "held", "--prefetch")
    assert "It answers: it answers a search for studies." in said
    source = UpstreamSource.objects.get()
    assert (source.url, source.auth, source.results, source.prefetch) == (proxy.url, "basic", "held", True)
    assert client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata").status_code == 200
    listed = run("list")
    for words in ("Main PACS  online", proxy.url, f"basic, from ${SECRET}", "results: held", "1 studies known", "1 series"):
        assert words in listed, words
    found = json.loads(run("list", "--json"))
    assert found["sources"][0]["standing"] == "online"
    assert found["cache"]["used_bytes"] > 0
    assert "removed" in run("remove", "Main PACS")
    assert not UpstreamSource.objects.exists()
    assert not CachedStudy.objects.exists()
    assert not CachedInstance.objects.exists()
    assert [path for path in Path(settings.UPSTREAM_CACHE_DIR, "kept").rglob("*") if path.is_file()] == []
    actions = list(AuditEntry.objects.filter(target="source Main PACS").order_by("id").values_list("action", flat=True))
    assert actions == ["source_added", "source_removed"]


@pytest.mark.services
def test_no_secret_is_shown_anywhere(db: None, proxy: Proxy, signed_in: Callable[[str], Client]) -> None:
    shown = run("add", "dicomweb", "PACS", proxy.url, "--basic", SECRET) + run("list") + run("list", "--json")
    shown += signed_in("administrator").get("/api/sources/").content.decode()
    shown += json.dumps(list(AuditEntry.objects.values("before", "after", "target")), default=str)
    assert PASSWORD not in shown
    assert SECRET in shown


@pytest.mark.services
def test_testing_tells_what_is_wrong_and_ends_a_pause(source: UpstreamSource, pacs: Orthanc) -> None:
    pacs.kill()
    for _ in range(2):
        with pytest.raises(CommandError, match="PACS is not usable now"):
            run("test", "PACS")
    source.refresh_from_db()
    assert circuit.is_paused(source)
    pacs.start()
    assert "It answers" in run("test", "PACS")
    source.refresh_from_db()
    assert (source.failures, source.retry_at) == (0, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("dicomweb", "a", "pacs.example/dicom-web"), "expected http:// or https://"),
        (("dicomweb", "a", "ftp://pacs.example"), "expected http:// or https://"),
        (("dicomweb", "a", "http://user:secret@pacs.example"), "without a query, a user or a password"),
        (("dicomweb", "a", "http://pacs.example:port"), "expected http:// or https://"),
        (("dicomweb", "a", "http://pacs.example", "--bearer", "a token"), "the name of the environment variable"),
        (("dicomweb", "a", "http://pacs.example", "--ca", "/nowhere.pem"), "cannot be read"),
        (("dicomweb", "a", "http://pacs.example", "--basic", "A", "--bearer", "B"), "one of them at most"),
        (("dicomweb", " ", "http://pacs.example"), "a name that can be printed"),
        (("dicomweb", "a", "http://pacs.example", "--priority", "99999"), "a number from 0 to 32767"),
        (("dimse", "a", "PACS"), "expected AET@HOST:PORT"),
        (("dimse", "a", "PACS@host:70000"), "expected a number from 1 to 65535"),
        (("dimse", "a", "A_TITLE_THAT_IS_TOO_LONG@host:104"), "1 to 16 ASCII characters"),
        (("dimse", "a", "PACS@host:104", "--move-to", "DARNDEST_MV"), "expected AET:PORT"),
        (("dimse", "a", "PACS@host:104", "--as", "BACK\\SLASH"), "1 to 16 ASCII characters"),
    ],
)
def test_what_is_no_source_is_refused_in_words(db: None, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=r"\w") as refused:
        run("add", *words)
    assert said in str(refused.value)
    assert not UpstreamSource.objects.exists()
    assert not AuditEntry.objects.exists()


def test_one_that_does_not_answer_is_added_and_told(db: None) -> None:
    said = run("add", "dicomweb", "PACS", "http://127.0.0.1:1/dicom-web")
    assert "It does not answer as it should: it cannot be reached." in said
    with pytest.raises(CommandError, match="is there already"):
        run("add", "dicomweb", "PACS", "http://127.0.0.1:1/dicom-web")
    with pytest.raises(CommandError, match="no source is called 'Other'; there are: PACS"):
        run("remove", "Other")


def test_switching_is_audited(db: None) -> None:
    web_source("PACS", "http://127.0.0.1:1/dicom-web")
    run("disable", "PACS")
    assert circuit.sources() == []
    assert "PACS  disabled" in run("list")
    run("enable", "PACS")
    assert [one.name for one in circuit.sources()] == ["PACS"]
    changes = (
        AuditEntry.objects.filter(action=AuditEntry.Action.SOURCE_CHANGED).order_by("id").values_list("after", flat=True)
    )
    assert list(changes) == [{"enabled": False}, {"enabled": True}]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "dicomweb", "url": ""},
        {"kind": "dimse", "host": "h", "ae_title": "A", "calling_ae_title": "B"},
        {"kind": "dicomweb", "url": "http://h", "auth": "basic"},
        {"kind": "dimse", "host": "h", "port": 1, "ae_title": "A", "calling_ae_title": "B", "retrieve_by": "move"},
    ],
)
def test_the_database_refuses_half_a_source(db: None, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UpstreamSource.objects.create(name="half", **fields)


def test_the_pause_grows_and_ends(db: None) -> None:
    source = web_source("PACS", "http://127.0.0.1:1/dicom-web")
    pauses = []
    for _ in range(10):
        circuit.note_failure(source, SourceDownError("gone"))
        source.refresh_from_db()
        pauses.append(round((source.retry_at - timezone.now()).total_seconds()) if source.retry_at else 0)
    assert pauses == [0, 5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert not circuit.admit(source)
    UpstreamSource.objects.update(retry_at=timezone.now())
    source.refresh_from_db()
    assert circuit.admit(source)
    assert not circuit.admit(source)  # one request tries it for all
    circuit.note_answer(source)
    source.refresh_from_db()
    assert circuit.admit(source)


def test_a_pause_from_before_the_clock_was_set_back_counts_for_nothing(db: None) -> None:
    source = web_source("PACS", "http://127.0.0.1:1/dicom-web", retry_at=timezone.now() + timezone.timedelta(hours=5))
    assert not circuit.is_paused(source)
    assert circuit.admit(source)


def test_fetching_and_searching_fail_apart(db: None) -> None:
    source = web_source("PACS", "http://127.0.0.1:1/dicom-web")
    for _ in range(2):
        circuit.note_failure(source, SourceDownError("slow"), circuit.Service.FETCH)
        circuit.note_answer(source)
        source.refresh_from_db()
    assert circuit.is_paused(source, circuit.Service.FETCH)
    assert not circuit.is_paused(source)


def test_locks_hold_and_let_go(db: None) -> None:
    first = locks.shared("reading", "1.2")
    second = locks.shared("reading", "1.2")
    assert locks.try_exclusive("reading", "1.2") is None
    first.release()
    first.release()
    assert locks.try_exclusive("reading", "1.2") is None
    second.release()
    held = locks.try_exclusive("reading", "1.2")
    assert held is not None
    with held, pytest.raises(locks.LockBusyError):
        locks.exclusive("reading", "1.2", 0.05)
    with locks.exclusive("reading", "1.2", 0.05):
        pass


@pytest.mark.services
def test_the_sources_api_is_for_administrators(source: UpstreamSource, signed_in: Callable[[str], Client]) -> None:
    administrator = signed_in("administrator")
    found = administrator.get("/api/sources/").json()
    assert [one["standing"] for one in found["sources"]] == ["unknown"]
    tested = administrator.post("/api/sources/test/", {"name": "PACS"}, content_type="application/json")
    assert tested.json() == {"answers": True, "words": "it answers a search for studies"}
    assert [one["standing"] for one in administrator.get("/api/sources/").json()["sources"]] == ["online"]
    unknown = administrator.post("/api/sources/test/", {"name": "None"}, content_type="application/json")
    assert unknown.status_code == 404
    assert administrator.post("/api/sources/test/", {}, content_type="application/json").status_code == 400
    for person, status in (("radiologist", 403), ("reader", 403), ("anonymous", 401)):
        assert signed_in(person).get("/api/sources/").status_code == status


@pytest.mark.services
def test_the_state_of_a_study(source: UpstreamSource, client: Client) -> None:
    assert client.get(f"/api/upstream/{STUDY}.99/").json()["state"] == "unknown"
    found = client.get(f"/api/upstream/{STUDY}/").json()
    assert (found["state"], found["source"], found["series"], found["series_kept"]) == ("online", "PACS", 2, 0)
    client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata")
    found = client.get(f"/api/upstream/{STUDY}/").json()
    assert (found["series"], found["series_kept"], found["retrieval"]) == (2, 1, None)


@pytest.mark.services
def test_a_study_moves_to_another_source_that_has_it(
    source: UpstreamSource, client: Client, proxy: Proxy, pacs: Orthanc
) -> None:
    """The first source is gone, the second has the same study: nobody need know."""
    second = Proxy(pacs)
    try:
        web_source("Mirror", second.url, priority=200)
        assert client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata").status_code == 200
        proxy.spoil = lambda seen, answer: (503, {}, b"")
        CachedStudy.objects.update(listed_at=timezone.now() - inventory.FRESH)
        response = client.get(f"/dicom-web/studies/{STUDY}/series/{STUDY}.2/metadata")
        assert response.status_code == 200
        assert CachedStudy.objects.get().source.name == "Mirror"
    finally:
        second.close()


def test_the_cache_is_bounded_by_the_environment(tmp_path: Path) -> None:
    from radapp.environment import EnvironmentRefused, read_environment

    surroundings = {"VAR_DIR": str(tmp_path)}
    found = read_environment(surroundings)
    assert (found.upstream_cache_bytes, found.upstream_cache_dir) == (10_000_000_000, tmp_path / "upstream")
    chosen = {"UPSTREAM_CACHE_BYTES": "5000", "UPSTREAM_CACHE_DIR": str(tmp_path / "elsewhere")}
    found = read_environment({**surroundings, **chosen})
    assert (found.upstream_cache_bytes, found.upstream_cache_dir) == (5000, tmp_path / "elsewhere")
    with pytest.raises(EnvironmentRefused, match="UPSTREAM_CACHE_BYTES is '10 GB'; expected a whole number from 0"):
        read_environment({**surroundings, "UPSTREAM_CACHE_BYTES": "10 GB"})
