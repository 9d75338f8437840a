"""The real application in a folder of its own: `deploy/demo.py` with its Redis, worker, beat and web server."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.cohort import SEED
from tests import ready
from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Application:
    """A running application."""

    var: Path
    port: int
    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def password(self, username: str) -> str:
        return str(json.loads((self.var / "demo-users.json").read_text())[username]["password"])

    def manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """One manage.py command in the application's surroundings."""
        return ready.manage(words, self.environment)

    def get(self, path: str, token: str | None = None) -> tuple[int, Any]:
        """Status and parsed JSON (or text) of one GET."""
        request = urllib.request.Request(self.url + path)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                status, body = response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                status, body = error.code, error.read()
        text = body.decode()
        return status, json.loads(text) if text[:1] in "{[" else text

    def token(self, username: str = "radiologist") -> str:
        """A bearer token by the command that people use."""
        return self.manage("create_token", username).stdout.strip().splitlines()[-1]

    def wait_until_ready(self, seconds: float = 400) -> None:
        """Return when a worker answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.get("/health/ready/")[0] == 200:
                return
            time.sleep(0.5)
        raise AssertionError(f"no worker answered in {seconds:.0f} s: {self.get('/health/ready/')}\n{self.logs()}")

    def logs(self) -> str:
        """The last lines of every log, for a failure's text."""
        found = []
        for path in sorted((self.var / "log").glob("*.log")):
            found.append(f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-15:]))
        return "\n".join(found)

    def result(self, uid: str, token: str) -> dict[str, Any]:
        """The result of one study."""
        status, body = self.get(f"/api/studies/{uid}/result/", token)
        assert status == 200, (status, body)
        return dict(body)

    def wait_for_state(self, uid: str, state: str, token: str, seconds: float = 300) -> dict[str, Any]:
        """Return the study's result once it stands in `state`."""
        deadline = time.monotonic() + seconds
        body: dict[str, Any] = {}
        while time.monotonic() < deadline:
            body = self.result(uid, token)
            if body["state"] == state:
                return body
            time.sleep(0.5)
        raise AssertionError(f"{uid} is {body.get('state')} ({body.get('reason')}), not {state}\n{self.logs()}")


def in_application(application: Application, script: str, *words: str) -> str:
    """What a script of this folder prints, run in the application's surroundings."""
    path = str(Path(__file__).with_name(script))
    run = f"import runpy, sys; sys.argv = {[path, *words]!r}; runpy.run_path({path!r}, run_name='__main__')"
    done = application.manage("shell", "--no-imports", "-c", run)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def triaged(application: Application, count: int) -> list[str]:
    """Accession numbers of the demo's own so many patients, once all of them are triaged and their truths known."""
    own = {f"SYN{SEED}{number:04d}" for number in range(1, count + 1)}
    token, progress = application.token(), application.var / "demo-progress.json"
    deadline = time.monotonic() + 900
    while time.monotonic() < deadline:
        found = application.get("/api/worklist/?state=done&search=SYN-&page_size=200", token)[1]["results"]
        done = sorted({row["accession_number"] for row in found} & own)
        if len(done) == count and not json.loads(progress.read_text())["preparing"]:
            return done
        time.sleep(0.5)
    raise AssertionError(f"the demo's {count} patients were not all done\n{application.logs()}")


@contextmanager
def running_application(var: Path, *, cases: int, **extra: str) -> Iterator[Application]:
    """Start the demo in `var`, yield it when its page answers, and end it as Ctrl-C does."""
    var.mkdir(parents=True, exist_ok=True)
    dropped = {"REDIS_URL", "DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "STORAGE_URL", "ALLOWED_HOSTS"}
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    port = free_port()
    own = {"VAR_DIR": str(var), "PORT": str(port), "DIMSE_PORT": str(free_port()), "OMP_NUM_THREADS": "2"}
    environment |= own | {"WEB_PROCESSES": "2"} | extra  # what one does, another sees; two more show no more
    command = [sys.executable, "deploy/demo.py", "--port", str(port), "--cases", str(cases)]
    with (var / "demo.out").open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    application = Application(var, port, environment, process)
    try:
        _wait_for_page(application)
        yield application
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)


def _wait_for_page(application: Application) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and application.process.poll() is None:
        try:
            if application.get("/health/live/")[0] == 200 and "DARNDEST is up" in (application.var / "demo.out").read_text():
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"the demo did not start:\n{(application.var / 'demo.out').read_text()}\n{application.logs()}")
