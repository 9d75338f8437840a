"""The database is the truth, Redis the bell: losing the broker, or all it holds, loses no study."""

import os
import signal
import socket
import time
from pathlib import Path

from tests.e2e.application import Application
from tests.e2e.phantoms import make_examination


def test_demo_goes_on_after_kill_9_of_redis_and_after_flushall(application: Application, tmp_path: Path) -> None:
    token = application.token("radiologist")
    first = make_examination(tmp_path / "first", first=10)
    second = make_examination(tmp_path / "second", first=11)
    port = redis_port(application)
    os.kill(redis_pid(port), signal.SIGKILL)
    assert application.manage("import_dicom", str(first.folder)).returncode == 0
    assert application.wait_for_state(first.uid, "done", token)["tier"]
    assert application.manage("import_dicom", str(second.folder)).returncode == 0
    assert flush(port) == b"+OK\r\n"
    assert application.wait_for_state(second.uid, "done", token)["tier"]
    for made in (first, second):
        assert len(application.result(made.uid, token)["heatmaps"]) == 2, "one heatmap of each network, none twice"


def redis_port(application: Application) -> int:
    return int((application.var / "redis-url").read_text().rsplit(":", 1)[1].split("/")[0])


def redis_pid(port: int) -> int:
    """The process whose command line names this port."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ")
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        if b"redis-server" in words and str(port).encode() in words:
            return int(path.parent.name)
    raise AssertionError(f"no redis-server on port {port}")


def flush(port: int) -> bytes:
    """FLUSHALL, as soon as the restarted server takes it."""
    deadline = time.monotonic() + 120
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
                client.sendall(b"FLUSHALL\r\n")
                return client.recv(64)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "Redis did not come back"
            time.sleep(0.2)
