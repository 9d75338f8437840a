"""The command as it is run: several processes on one port, started again when one is killed, nothing acknowledged lost."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pynetdicom import build_context

from radapp.archive import storage
from radapp.archive.models import Instance
from tests import ready
from tests.radapp.archive.makers import ROOT, mr
from tests.radapp.dimse.house import add_peer, dcmtk
from tests.radapp.dimse.scu import Wire, command
from tests.radapp.dimse.test_store import EXPLICIT, MR, data_set, status_of
from tests.services import ROOT as CHECKOUT
from tests.services import RedisServer, free_port, surroundings, wait_until

pytestmark = [pytest.mark.services, pytest.mark.once, pytest.mark.django_db(transaction=True)]
KILLS = 2


def environment(port: int, **more: str) -> dict[str, str]:
    """What lets the command work on this test's database and storage."""
    return surroundings(RedisServer(Path())) | {"DIMSE_PORT": str(port), "DIMSE_PROCESSES": "2", **more}


@pytest.fixture
def running(transactional_db: None, tmp_path: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """`manage.py dimse` with two processes."""
    add_peer()
    port = free_port()
    with (tmp_path / "dimse.log").open("wb") as log:
        command = [sys.executable, "manage.py", "dimse"]
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment(port), stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: dcmtk("echoscu", port).returncode == 0, 60, "the listener answers", every=0.5)
        yield port, process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
    log_text = (tmp_path / "dimse.log").read_text()
    assert "Traceback" not in log_text, log_text


def children(process: "subprocess.Popen[bytes]") -> list[int]:
    """The processes that serve."""
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def _ends_with_all_its_processes(port: int, process: "subprocess.Popen[bytes]") -> None:
    wait_until(lambda: [_alive(pid) for pid in children(process)] == [True] * 2, 30, "both processes are there")
    pids = children(process)
    process.terminate()
    assert process.wait(30) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0


def test_they_end_when_their_parent_is_killed(running: tuple[int, "subprocess.Popen[bytes]"]) -> None:
    _, process = running
    pids = children(process)
    process.kill()
    process.wait()
    wait_until(lambda: not any(_alive(pid) for pid in pids), 30, "the children have ended")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


def _send(port: int, sender: int, acknowledged: list[str], stop: threading.Event) -> None:
    """Store one instance after the other, over a new association whenever one ends."""
    study, number = f"{ROOT}8{sender}", 0
    while not stop.is_set():
        with contextlib.suppress(OSError, AssertionError), Wire(port) as wire:
            wire.associate([build_context(MR, EXPLICIT)])
            kind = 4
            while kind == 4 and not stop.is_set():
                number += 1
                uid = f"{study}.1.{number}"
                wire.data(1, 3, command(1, sop_class=MR, instance=uid))
                wire.data(1, 2, data_set(mr(number, study=study, series=f"{study}.1", size=64)))
                kind, body = wire.pdu()
                if kind == 4 and status_of(body) == 0:
                    acknowledged.append(uid)


def test_whatever_was_acknowledged_survives_kill_9(running: tuple[int, "subprocess.Popen[bytes]"]) -> None:
    """And the processes that took the places of those killed end with the command, when it is told to."""
    port, process = running
    acknowledged: list[str] = []
    stop = threading.Event()
    threads = [threading.Thread(target=_send, args=(port, sender, acknowledged, stop)) for sender in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(KILLS):
        before = len(acknowledged)
        wait_until(lambda least=before + 5: len(acknowledged) > least, 60, "instances go in")  # type: ignore[misc]
        for pid in children(process):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(children(process)) == 2, 30, "both processes are there again")
    stop.set()
    for thread in threads:
        thread.join(60)
    rows = dict(Instance.objects.values_list("sop_instance_uid", "sha256"))
    assert len(acknowledged) > 5 * KILLS
    assert [uid for uid in acknowledged if uid not in rows] == []
    for uid, sha256 in rows.items():
        assert storage.store().digest_of(sha256)[0] == sha256, uid
    _ends_with_all_its_processes(port, process)


def test_a_taken_port_is_said_in_one_line(transactional_db: None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = ready.manage(["dimse"], environment(port))
    assert done.returncode == 1
    assert done.stderr.strip() == f"CommandError: cannot listen on 127.0.0.1 port {port}: Address already in use"
