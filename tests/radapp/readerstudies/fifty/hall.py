"""The web server as `make demo` starts it, on an installation with a study for many readers; killed and started at will."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from radapp.environment import ROOT
from tests.installation import Installation
from tests.services import free_port

HANGS_AFTER_S = 180
FOUND = """
from django.core.management import call_command
from radapp.readerstudies.models import Answer, ChainEntry, Draft, Reading, ReadingEvent
rows = Answer.objects.values_list("assignment__key", "stage", "version", "submission", "answers")
answer = {
    "answers": [[key, stage, version, str(name), said] for key, stage, version, name, said in rows],
    "entries": list(ChainEntry.objects.filter(action__in=["answered", "reading_opened"]).values_list("action", "target")),
    "drafts": Draft.objects.count(),
    "locked": Reading.objects.filter(state="locked").count(),
    "seats": ReadingEvent.objects.filter(kind="seat_taken").count(),
}
call_command("verify_audit")
"""


@dataclass
class Hall:
    """One server and its installation."""

    installation: Installation
    processes: int
    port: int = field(default_factory=free_port)
    kills: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {**self.installation.environment, "DJANGO_SETTINGS_MODULE": "radapp.settings", "PYTHONPATH": str(ROOT)}

    @property
    def log(self) -> Path:
        return self.installation.var / "web.log"

    def prepare(self, *numbers: int) -> dict[str, Any]:
        """What tests.radapp.readerstudies.fifty.prepare made."""
        words = [sys.executable, "-m", "tests.radapp.readerstudies.fifty.prepare", *map(str, numbers)]
        done = subprocess.run(words, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def start(self) -> None:
        """Return when it answers."""
        (self.installation.var / "port").write_text(str(self.port))
        command = [str(Path(sys.executable).parent / "granian"), "--interface", "asginl", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", str(self.processes), "--workers-kill-timeout", "3", "--no-ws"]
        command += ["--log-level", "warning", "radapp.asgi:application"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + HANGS_AFTER_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url + "/health/live/", timeout=5) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.05)
        raise TimeoutError(f"no answer within {HANGS_AFTER_S} s: {self.log.read_text()}")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """kill -9 of all its processes."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        self.kills += 1

    def stop(self) -> None:
        """End it, if it runs."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    @contextlib.contextmanager
    def killed_again_and_again(self, pauses: Iterator[float], done: Callable[[], int], least: int) -> Iterator[None]:
        """While the `with` block lasts, kill and start it after each pause, once `done()` has grown by `least` since it
        started: where a machine is so busy that starting takes longer than a pause, something is to get done in between.
        """
        over = threading.Event()

        def go() -> None:
            for pause in pauses:
                before = done()
                if over.wait(pause):
                    return
                while done() < before + least:
                    if over.wait(0.05):
                        return
                self.kill()
                self.start()

        thread = threading.Thread(target=go, name="killer")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def found(self) -> dict[str, Any]:
        """What the database holds; fails where verify_audit finds that the chain is not whole."""
        return dict(self.installation.ask(FOUND))
