"""Health and the status line: what they say, that nothing blocks when a part is down, that no study shows."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client

from radapp.broker import AliveWorker
from radapp.live import facts
from radapp.triage.models import StudyTriage
from tests.radapp.triage import examinations

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def var_dir(settings: object, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[AliveWorker] | None], None]:
    """Sets what the census of workers says; tests/worker asks a real one."""
    return lambda found: monkeypatch.setattr(facts, "alive_workers", lambda: found)


def ready() -> tuple[int, dict[str, object]]:
    response = Client().get("/health/ready/")
    return response.status_code, response.json()


def test_live_needs_nothing() -> None:
    response = Client().get("/health/live/")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("found", "status", "broker", "count"),
    [(None, 503, "down", 0), ([], 503, "ok", 0), ([AliveWorker("w", NOW)], 200, "ok", 1)],
    ids=["no broker", "no worker", "a worker"],
)
def test_ready_says_what_is_there(
    db: None, workers: Callable[..., None], found: object, status: int, broker: str, count: int
) -> None:
    workers(found)
    words = "ready" if status == 200 else "not_ready"
    assert ready() == (status, {"status": words, "database": "ok", "broker": broker, "workers": count})


def test_ready_without_a_database(db: None, workers: Callable[..., None]) -> None:
    def down(*_: object) -> None:
        raise OperationalError("the database is away")

    workers([AliveWorker("w", NOW)])
    with connection.execute_wrapper(down):
        status, body = ready()
    assert (status, body["status"], body["database"]) == (503, "not_ready", "down")


def test_a_broker_that_is_away_does_not_hold_the_answer_up(db: None, settings: object) -> None:
    """The real census, against a port where nothing listens."""
    from radapp import broker

    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    broker.celery.cache_clear()
    begun = time.monotonic()
    status, body = ready()
    assert (status, body["broker"]) == (503, "down")
    assert time.monotonic() - begun < 60, "a broker that is down refuses at once; only endless retries take this long"
    broker.celery.cache_clear()


def test_demo_counts_synthetic_studies_alone(
    signed_in: Callable[[str], Client], workers: Callable[..., None], var_dir: Path
) -> None:
    workers([])
    (var_dir / "demo-progress.json").write_text('{"preparing": true, "expected": 28}')
    studies = [examinations.study(synthetic=synthetic) for synthetic in (True, True, False)]
    for study in (studies[0], studies[2]):
        StudyTriage.objects.create(study=study, state="done", tier="positive")
    StudyTriage.objects.create(study=studies[1], state="not_assessable")
    demo = signed_in("radiologist").get("/api/status/").json()["demo"]
    assert (demo["studies"], demo["triaged"]) == (2, 1)


def test_status_line(signed_in: Callable[[str], Client], workers: Callable[..., None], var_dir: Path) -> None:
    workers([AliveWorker("demo@host", NOW)])
    client = signed_in("radiologist")
    expected = {
        "workers": [{"name": "demo@host", "alive_at": "2026-11-23T12:00:00Z"}],
        "queued": 0,
        "running": 0,
        "demo": None,
        "set_aside_waiting": 0,
    }
    assert client.get("/api/status/").json() == expected
    progress = {"preparing": True, "expected": 28, "message": "making patients"}
    (var_dir / "demo-progress.json").write_text(json.dumps(progress))
    assert client.get("/api/status/").json() == {**expected, "demo": {**progress, "studies": 0, "triaged": 0}}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"preparing": true}', '{"preparing": true, "expected": "many"}'])
def test_a_broken_progress_file_is_no_demo(
    signed_in: Callable[[str], Client], workers: Callable[..., None], var_dir: Path, text: str
) -> None:
    workers([])
    (var_dir / "demo-progress.json").write_text(text)
    assert signed_in("radiologist").get("/api/status/").json()["demo"] is None


def test_plain_wsgi_says_that_it_has_no_event_stream(signed_in: Callable[[str], Client]) -> None:
    response = signed_in("radiologist").get("/api/events/")
    assert (response.status_code, response.json()["code"]) == (501, "no_event_stream")
