"""Worker processes as the database keeps them: who is heard, what it did, and what is shown of one that is gone."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.db.models.functions import Now
from django.test import Client

from radapp.triage import workers
from radapp.triage.models import WorkerProcess
from radapp.triage.workers import Description, LoadedNetwork

pytestmark = pytest.mark.django_db

T1WI = LoadedNetwork("ab" * 32, "internal T1WI", "T1WI", "densenet3d", "openvino", "float32", 1.4, ("a remark",))
CPU = Description(
    node="a@host", slot=0, pid=11, device="cpu", device_name="CPU", threads=2, batch=1, memory_mb=512.0, networks=(T1WI,)
)


def _standing() -> list[tuple[str, str]]:
    return [(row.name, row.standing) for row in workers.overview().workers]


def test_a_process_starts_gets_ready_works_ends() -> None:
    workers.enrol(CPU)
    assert _standing() == [("a@host/0", "starting")]
    workers.heartbeat(replace(CPU, warm=True))
    assert _standing() == [("a@host/0", "ready")]
    workers.heartbeat(replace(CPU, warm=True, current=(3, 4)))
    (row,) = workers.overview().workers
    assert (row.standing, list(row.current)) == ("working", [3, 4])
    workers.sign_off(CPU)
    assert _standing() == [("a@host/0", "stopped")]


def test_one_that_is_not_heard_is_silent_and_its_place_is_taken_over() -> None:
    workers.enrol(CPU)
    workers.heartbeat(replace(CPU, warm=True, current=(3,)), error="run 3: it burst")
    WorkerProcess.objects.update(heartbeat_at=Now() - workers.SILENT_AFTER - timedelta(seconds=1))
    (row,) = workers.overview().workers
    assert (row.standing, row.last_error, list(row.current)) == ("silent", "run 3: it burst", [3])
    workers.enrol(replace(CPU, pid=12))
    (row,) = workers.overview().workers
    assert (row.standing, row.last_error, row.last_error_at, list(row.current), row.pid) == ("starting", "", None, [], 12)
    # The one before was only slow, not dead: it no longer owns the place.
    workers.heartbeat(replace(CPU, warm=True, current=(3,)))
    assert _standing() == [("a@host/0", "starting")]


def test_an_error_stays_until_the_next() -> None:
    workers.enrol(CPU)
    workers.heartbeat(CPU, error="the first")
    workers.heartbeat(CPU)
    (row,) = workers.overview().workers
    assert row.last_error == "the first"
    assert row.last_error_at is not None
    with pytest.raises(IntegrityError):
        WorkerProcess.objects.update(last_error_at=None)


def test_places_silent_for_a_week_are_forgotten() -> None:
    workers.enrol(CPU)
    WorkerProcess.objects.update(heartbeat_at=Now() - workers.FORGOTTEN_AFTER - timedelta(hours=1))
    workers.enrol(replace(CPU, node="b@host"))
    assert [name for name, _ in _standing()] == ["b@host/0"]


def test_the_command_tells_people_and_programs() -> None:
    out = StringIO()
    call_command("workers", stdout=out)
    assert "No worker has ever started here" in out.getvalue()
    workers.enrol(CPU)
    workers.heartbeat(replace(CPU, current=(7,)), error="run 7: it burst")
    out = StringIO()
    call_command("workers", stdout=out)
    assert "analyses: 0 queued, 0 running\nexplanations: 0 queued, 0 running\n" in out.getvalue()
    for words in ("a@host/0  starting on runs 7", "2 CPU threads", "openvino, float32, 1 MB; a remark", "run 7: it burst"):
        assert words in out.getvalue()
    out = StringIO()
    call_command("workers", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert (found["queued"], found["running"], found["oldest_queued_at"]) == (0, 0, None)
    assert found["workers"][0]["networks"][0]["sha256"] == T1WI.sha256


def test_an_administrator_reads_them(signed_in: Callable[[str], Client]) -> None:
    workers.enrol(CPU)
    answer = signed_in("administrator").get("/api/workers/")
    assert answer.status_code == 200
    (worker,) = answer.json()["workers"]
    assert (worker["name"], worker["standing"], worker["networks"][0]["backend"]) == ("a@host/0", "starting", "openvino")
    assert signed_in("radiologist").get("/api/workers/").status_code == 403
