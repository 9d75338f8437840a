"""Processes are started again after kill -9, and none outlives the supervisor, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from deploy.supervisor import Process, Supervisor
supervisor = Supervisor(Path({folder!r}), print)
sleeper = "import os, sys, time; open(sys.argv[1], 'a').write(f'{{os.getpid()}} '); time.sleep(600)"
supervisor.add(Process("sleeper", [sys.executable, "-c", sleeper, {pids!r}]))
supervisor.run()
"""


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


class Watched:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "pids"
        self.file.touch()
        program = PROGRAM.format(root=str(ROOT), folder=str(folder / "log"), pids=str(self.file))
        self.process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL)
        wait_for(lambda: len(self.pids) == 1, "the sleeper did not start")

    @property
    def pids(self) -> list[int]:
        return [int(word) for word in self.file.read_text().split()]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_killed_process_is_started_again_and_ctrl_c_ends_it(watched: Watched) -> None:
    os.kill(watched.pids[0], signal.SIGKILL)
    wait_for(lambda: len(watched.pids) == 2, "it was not started again")
    watched.process.send_signal(signal.SIGINT)
    assert watched.process.wait(120) == 0
    assert not alive(watched.pids[1])


def test_kill_9_of_the_supervisor_leaves_nothing(watched: Watched) -> None:
    watched.process.kill()
    watched.process.wait(120)
    wait_for(lambda: not alive(watched.pids[0]), "the child outlived the supervisor")
