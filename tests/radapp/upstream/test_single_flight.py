"""Many viewers, one fetch: counted at the source, across threads and processes, and when the one that fetches is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import ready
from tests.orthanc import PASSWORD, USER, Answer, Orthanc, Proxy, Seen
from tests.radapp.live.server import Server
from tests.radapp.upstream.conftest import OTHER, SECOND, SECRET, SERIES, STUDY, web_source
from tests.services import ROOT

pytestmark = [pytest.mark.services, pytest.mark.once]

VIEWERS = 50
FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'


@dataclass(frozen=True)
class Served:
    """The application as it is served, and what stands before its source."""

    server: Server
    proxy: Proxy


@pytest.fixture(scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory, pacs_process: Orthanc) -> Iterator[Served]:
    """With the PACS as its source; started once, so each test asks for a study of its own, which nobody has fetched."""
    folder = tmp_path_factory.mktemp("served")
    if pacs_process.process is None:
        pacs_process.start()
    proxy = Proxy(pacs_process)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET, f"{USER}:{PASSWORD}")
        server = Server.prepared(folder)
        words = ("source", "add", "dicomweb", "PACS", proxy.url, "--basic", SECRET)
        done = ready.manage(words, Server.environment(folder))
        assert "It answers" in done.stdout, done.stdout + done.stderr
        server.start()
    yield Served(server, proxy)
    server.hang_up()
    server.stop()
    proxy.close()


@pytest.fixture
def served(_running: Served, pacs: Orthanc) -> Iterator[Served]:
    """Nothing is held up or spoilt, and nothing was seen."""
    _running.proxy.seen.clear()
    yield _running
    _running.proxy.delay, _running.proxy.spoil = 0.0, None
    _running.server.hang_up()


def view(server: Server, study: str, series: str) -> list[int]:
    """What a viewer does: metadata, then frames. The statuses."""
    authorised = server.bearer("radiologist")
    addresses = [f"/dicom-web/studies/{study}/series/{series}/metadata"]
    addresses += [f"/dicom-web/studies/{study}/series/{series}/instances/{series}.{number}/frames/1" for number in (1, 4)]
    statuses = []
    for address in addresses:
        response = server.get(address, **authorised, Accept="application/dicom+json" if "metadata" in address else FRAMES)
        response.read()
        statuses.append(response.status)
    return statuses


def test_fifty_viewers_fetch_each_series_once(served: Served) -> None:
    server, proxy = served.server, served.proxy
    proxy.delay = 0.3
    with ThreadPoolExecutor(VIEWERS) as pool:
        seen = list(pool.map(lambda number: view(server, STUDY, (SERIES, SECOND)[number % 2]), range(VIEWERS)))
    assert seen == [[200] * 3] * VIEWERS
    for series in (SERIES, SECOND):
        assert [one.path for one in proxy.seen].count(f"/dicom-web/studies/{STUDY}/series/{series}") == 1
        assert proxy.count(f"/series/{series}/instances?") == 1
        assert proxy.count(f"/series/{series}/instances/") == 0
    assert proxy.count(f"/studies/{STUDY}/series?") <= 2  # once a minute


def test_a_slow_source_holds_up_nobody_else(served: Served) -> None:
    """Forty requests wait for a source that does not go on before what needs no source was answered."""
    server, proxy = served.server, served.proxy
    fetched, go_on, begun = f"/dicom-web/studies/{OTHER}/series/{OTHER}.1", threading.Event(), threading.Event()

    def spoil(seen: Seen, answer: Answer) -> Answer:
        if seen.path == fetched:
            begun.set()
            assert go_on.wait(18), "the worklist had to wait for the source"
        return answer

    proxy.spoil = spoil
    with ThreadPoolExecutor(VIEWERS) as pool:
        waiting = [pool.submit(view, server, OTHER, f"{OTHER}.1") for _ in range(40)]
        assert begun.wait(60)
        response = server.get("/api/worklist/", **server.bearer("radiologist"))
        response.read()
        held_up = [one for one in waiting if one.done()]
        go_on.set()
        assert response.status == 200
        assert held_up == []
        assert [one.result() for one in waiting] == [[200] * 3] * 40
    assert [one.path for one in proxy.seen].count(fetched) == 1


READ = """
from radapp.accounts.models import User
from radapp.dicomweb.errands import Errand
from radapp.upstream import web
from radapp.upstream.reading import Elsewhere
web.READ_S = 300.0  # a busy machine starts a process slowly
errand = Errand(User.objects.get(username="radiologist"))
print("begun", flush=True)
found = Elsewhere().instances(errand, "{study}", "{series}", "")
print(len(found))
"""


def surroundings(tmp_path: Path) -> dict[str, str]:
    """What lets another process work on this test's database and cache."""
    from django.conf import settings
    from django.db import connection

    database = connection.settings_dict
    url = f"sqlite://{database['NAME']}"
    if connection.vendor != "sqlite":
        url = f"postgresql://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        "DATABASE_URL": url,
        "VAR_DIR": str(tmp_path),
        "STORAGE_URL": f"file://{settings.STORAGE_DIR}",
        "UPSTREAM_CACHE_DIR": str(settings.UPSTREAM_CACHE_DIR),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "",
    }


WORDS = ("shell", "--no-imports", "-c", READ.format(study=STUDY, series=SERIES))


def reader(tmp_path: Path) -> "subprocess.Popen[str]":
    """A process of its own that reads one series through."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *WORDS],
        env={**os.environ, **surroundings(tmp_path)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def said(process: "subprocess.Popen[str]") -> str:
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return out.split()[-1]


@pytest.fixture
def person(transactional_db: None, people: object) -> object:
    """The radiologist, committed for other processes to see."""
    return people


def test_processes_share_one_fetch(person: object, proxy: Proxy, tmp_path: Path) -> None:
    web_source("PACS", proxy.url)
    proxy.delay = 0.5
    environment = {**os.environ, **surroundings(tmp_path)}
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: ready.manage(WORDS, environment), range(4)))
    assert [one.stdout.split() for one in done] == [["begun", "4"]] * 4, [one.stderr for one in done]
    assert [one.path for one in proxy.seen].count(f"/dicom-web/studies/{STUDY}/series/{SERIES}") == 1


def test_who_waits_takes_over_from_one_that_is_killed(person: object, proxy: Proxy, pacs: Orthanc, tmp_path: Path) -> None:
    web_source("PACS", proxy.url)
    fetched = f"/dicom-web/studies/{STUDY}/series/{SERIES}"
    hung, go_on = threading.Event(), threading.Event()

    def spoil(seen: Seen, answer: Answer) -> Answer:
        if seen.path == fetched and not hung.is_set():
            hung.set()
            go_on.wait(200)  # longer than the fetcher lives
        return answer

    proxy.spoil = spoil
    first = reader(tmp_path)
    assert hung.wait(100)
    second = reader(tmp_path)
    assert first.stdout is not None
    assert second.stdout is not None
    try:
        assert second.stdout.readline() == "begun\n"
        time.sleep(2)
        assert second.poll() is None
        os.killpg(first.pid, signal.SIGKILL)
        assert said(second) == "4"  # at once: no lease is waited out
    finally:
        go_on.set()
        first.stdout.close()
        first.wait()
    assert [one.path for one in proxy.seen].count(fetched) == 2
