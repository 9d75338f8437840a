"""Kills processes of a running application by `kill -9`, and finds what a killed parent has left behind."""

import contextlib
import http.client
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.application import Application

SERVER, LISTENER, WORKER = "web server", "DICOM listener", "worker"
ROLES = {SERVER: "granian", LISTENER: "manage.py dimse", WORKER: "worker.app worker"}
PAUSE_S = (1.0, 6.0)
IN_ITS_START = 0.15
"""How often a process is killed that has not done anything yet since it was killed last."""


def _stat(pid: int) -> tuple[str, int]:
    """(state, parent) of a process; ("", 0) once it is gone."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return words[0], int(words[1])
    return "", 0


def _alive(pid: int) -> bool:
    return _stat(pid)[0] not in {"", "Z"}


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in task.read_text().split() if _alive(int(child))]
    return found


def orphans(application: Application) -> list[str]:
    """Command lines of the application's processes that do not descend from its supervisor."""
    wanted, found = f"VAR_DIR={application.var}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0") and _alive(pid):
                ancestor = pid
                while ancestor > 1 and ancestor != application.process.pid:
                    ancestor = _stat(ancestor)[1]
                if ancestor != application.process.pid:
                    found.append(_command(pid))
    return found


@dataclass(frozen=True)
class Kill:
    """One kill: whose process, and whether the one that the supervisor had started or a child of it."""

    role: str
    child: bool
    at: float


@dataclass
class Killer:
    """Kills one process after the other; `token` is an administrator's, who may see the workers."""

    application: Application
    token: str
    chance: random.Random
    kills: list[Kill] = field(default_factory=list)
    done_before: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def kill(self, role: str, *, child: bool) -> bool:
        """kill -9; whether there was such a process."""
        top = self._started(role)
        below = [one for pid in top for one in _children(pid)]
        chosen = below if child else top
        if not chosen:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.chance.choice(chosen), signal.SIGKILL)
        self.kills.append(Kill(role, child, time.monotonic()))
        return True

    def at_random(self) -> None:
        """Kill at random moments until told to end. What is not at work again is mostly spared, lest nothing gets done."""
        while not self.ended.wait(self.chance.uniform(*PAUSE_S)):
            role, child = self.chance.choice(list(ROLES)), self.chance.random() < 0.5
            if self.is_at_work(role) or self.chance.random() < IN_ITS_START:
                done = self.done()
                if self.kill(role, child=child) and role == WORKER:
                    self.done_before = done

    def each_once(self, acknowledged: Callable[[], int]) -> None:
        """Kill server and listener while instances come in, and the worker in mid-run."""
        self._kill_when(lambda: acknowledged() > 10, SERVER, child=False)
        self._kill_when(lambda: acknowledged() > 40, LISTENER, child=True)
        self._kill_when(lambda: self.overview().get("running"), WORKER, child=False)

    def _kill_when(self, due: Callable[[], object], role: str, *, child: bool) -> None:
        while not self.ended.wait(0.05):
            if due() and self.kill(role, child=child):
                return

    def overview(self) -> dict[str, Any]:
        """The queue and the workers as the administrators' page has them; nothing where the server does not answer."""
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            status, body = self.application.get("/api/workers/", self.token)
            if status == 200:
                return dict(body)
        return {}

    def done(self) -> int:
        """How many runs were done in the last hour, as the server says; as many as before where it does not answer."""
        return int(self.overview().get("done_last_hour", self.done_before))

    def is_at_work(self, role: str) -> bool:
        """Whether the server or the listener answers, or the worker has done a run since it was killed last."""
        if role == WORKER:
            return self.done() != self.done_before
        if role == SERVER:
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                return bool(self.application.get("/health/live/")[0] == 200)
            return False
        return bool([one for pid in self._started(role) for one in _children(pid)])

    def _started(self, role: str) -> list[int]:
        """The process that the supervisor has started for a role, if it lives."""
        return [pid for pid in _children(self.application.process.pid) if ROLES[role] in _command(pid)]
