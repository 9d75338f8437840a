"""Keeps a handful of processes running: ordered start, restart with back-off, and an end that leaves none behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
LONGEST_PAUSE_S = 15.0
GRACE_S = 8.0


@dataclass
class Process:
    """One kept process; `once` marks one that may end by itself, `after` runs once it has started."""

    name: str
    command: list[str]
    once: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    popen: subprocess.Popen[bytes] | None = None
    failures: int = 0
    start_again_at: float | None = None
    started_at: float = 0.0


def _die_with_parent() -> None:
    """In the child: be told to end when the supervisor is gone, even by kill -9."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Starts processes in the order they are added; each writes to `log_dir/NAME.log` and leads a group of its own."""

    def __init__(self, log_dir: Path, say: Callable[[str], None]) -> None:
        self.log_dir = log_dir
        self.say = say
        self.processes: list[Process] = []
        self.stopping = False
        log_dir.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def add(self, process: Process) -> Process:
        """Start a process and keep it from now on."""
        self.processes.append(process)
        self._start(process)
        return process

    def _start(self, process: Process) -> None:
        log = (self.log_dir / f"{process.name}.log").open("ab")
        process.popen = subprocess.Popen(
            process.command,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ | process.environment,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which ends the others in order
            preexec_fn=_die_with_parent,
        )
        log.close()
        process.started_at, process.start_again_at = time.monotonic(), None

    def check(self) -> None:
        """Restart what has ended, pausing longer after each failure in a row."""
        now = time.monotonic()
        for process in self.processes:
            if process.start_again_at is not None:
                if now >= process.start_again_at:
                    self._start(process)
                continue
            if process.popen is None or process.popen.poll() is None:
                continue
            if process.once and process.popen.returncode == 0:
                process.popen = None
                continue
            process.failures = 0 if now - process.started_at > 60 else process.failures + 1
            pause = min(LONGEST_PAUSE_S, 0.2 * 2**process.failures)
            self.say(
                f"{process.name} ended ({_ending(process.popen.returncode)}), starting it again in {pause:.1f} s; "
                f"its log: {self.log_dir / process.name}.log"
            )
            process.start_again_at = now + pause

    def run(self) -> None:
        """Watch until asked to stop, then end everything in reverse order."""
        try:
            while not self.stopping:
                self.check()
                time.sleep(0.2)
        finally:
            self.end()

    def end(self) -> None:
        """Ask each group to end, last started first, and kill what has not ended after a grace period."""
        alive = [process for process in reversed(self.processes) if process.popen and process.popen.poll() is None]
        for process in alive:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for process in alive:
            assert process.popen is not None
            try:
                process.popen.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"{process.name} did not end in {GRACE_S:.0f} s; killing it")
            _signal_group(process, signal.SIGKILL)
            process.popen.wait()


def _signal_group(process: Process, number: int) -> None:
    assert process.popen is not None
    try:
        os.killpg(process.popen.pid, number)
    except ProcessLookupError:
        return


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"status {code}"


def say(line: str) -> None:
    """One line to the terminal."""
    print(line, flush=True, file=sys.stdout)
