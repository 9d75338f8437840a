"""A web process, from its start to its first answer: seconds, memory, and no torch in it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
SERVER = ("--interface", "asginl", "--workers", "1", "--host", "127.0.0.1", "--workers-kill-timeout", "3")
ADDRESS = "/api/session/"
"""Passes every middleware, the registry and the database, and answers 401."""
GIVE_UP = 60.0


@dataclass(frozen=True)
class WebStart:
    """Medians over `rounds` starts: seconds to the first answer, MB of the server's processes after it; is torch there?"""

    seconds: float
    megabytes: float
    torch: bool
    rounds: int


def measure(rounds: int) -> WebStart:
    """Start the server `rounds` times on an empty, migrated database of its own."""
    with tempfile.TemporaryDirectory() as var_dir:
        environment = {**os.environ, "VAR_DIR": var_dir, "DJANGO_SETTINGS_MODULE": "radapp.settings"}
        for name in ("DATABASE_URL", "STORAGE_URL", "SECRET_KEY", "PUBLIC_URL", "ALLOWED_HOSTS", "PORT"):
            environment.pop(name, None)
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        starts = [_start_once(environment) for _ in range(rounds)]
    return WebStart(
        seconds=median(seconds for seconds, _, _ in starts),
        megabytes=median(megabytes for _, megabytes, _ in starts),
        torch=any(torch for _, _, torch in starts),
        rounds=rounds,
    )


def _start_once(environment: dict[str, str]) -> tuple[float, float, bool]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    begin = time.perf_counter()
    with _server(port, environment) as process:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - begin > GIVE_UP:
                raise RuntimeError(f"The web server did not answer within {GIVE_UP:.0f} s; start it by hand to see why.")
            time.sleep(0.01)
        seconds = time.perf_counter() - begin
        processes = list(_family(process.pid))
        return seconds, sum(map(_megabytes, processes)), any(map(_holds_torch, processes))


@contextmanager
def _server(port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [str(Path(sys.executable).parent / "granian"), *SERVER, "--port", str(port), "radapp.asgi:application"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{ADDRESS}", timeout=30)
    except urllib.error.HTTPError as error:
        if error.code != 401:
            raise RuntimeError(f"{ADDRESS} answered {error.code}; expected 401 without a session.") from error
        return True
    except OSError:
        return False
    raise RuntimeError(f"{ADDRESS} let an anonymous client in; expected 401.")


def _family(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _megabytes(pid: int) -> float:
    """Proportional set size: shared pages count once among those who share them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/smaps_rollup has no Pss; this benchmark reads Linux's.")


def _holds_torch(pid: int) -> bool:
    return "libtorch" in Path(f"/proc/{pid}/maps").read_text()
