"""The database gone while a peer sends: it is told to try again, nothing acknowledged is lost, and it is served after."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pynetdicom import build_context

from radapp.environment import ROOT
from tests.installation import Installation
from tests.radapp.archive.makers import ROOT as UID_ROOT
from tests.radapp.archive.makers import mr
from tests.radapp.dimse.house import dcmtk
from tests.radapp.dimse.scu import associated
from tests.services import free_port, wait_until

pytestmark = pytest.mark.services

CONTEXTS = [build_context("1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.1.2.1")]
STUDY = f"{UID_ROOT}95"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An installation of its own, which a peer may send to."""
    made = Installation.make(tmp_path / "gone")
    made.manage("dimse_peer", "add", "TEST_SCU", "127.0.0.1", "--allow", "echo,store")
    return made


@pytest.fixture
def port(installation: Installation, tmp_path: Path) -> Iterator[int]:
    """Its listener."""
    port = free_port()
    environment = installation.environment | {"DIMSE_PORT": str(port), "DIMSE_PROCESSES": "1"}
    with (tmp_path / "dimse.log").open("wb") as log:
        command = [sys.executable, "manage.py", "dimse"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: dcmtk("echoscu", port).returncode == 0, 120, "the listener answers", every=0.5)
        yield port
    finally:
        process.terminate()
        assert process.wait(30) == 0
    assert "Traceback" not in (tmp_path / "dimse.log").read_text()


def rejection(port: int) -> tuple[int, int, int] | None:
    """(result, source, reason) of the rejection of an association; None where it is accepted."""
    with associated(port, CONTEXTS) as association:
        if not association.is_rejected:
            return None
        answer = association.acceptor.primitive
        assert answer is not None
        return answer.result, answer.result_source, answer.diagnostic  # type: ignore[return-value]


def test_a_database_that_is_gone_for_a_while(installation: Installation, port: int) -> None:
    acknowledged = []

    def send(association: object, number: int) -> int:
        dataset = mr(number, study=STUDY, series=f"{STUDY}.1")
        status = int(association.send_c_store(dataset).Status)  # type: ignore[attr-defined]
        if status == 0:
            acknowledged.append(str(dataset.SOPInstanceUID))
        return status

    with associated(port, CONTEXTS) as association:
        assert [send(association, number) for number in (1, 2)] == [0, 0]
        with installation.database_gone():
            assert [send(association, number) for number in (3, 4)] == [0xA700, 0xA700]
            wait_until(lambda: rejection(port) == (2, 3, 1), 20, "others are told to come again", every=0.5)
        assert [send(association, number) for number in (3, 4)] == [0, 0], "the association goes on"
    wait_until(lambda: rejection(port) is None, 20, "everybody is let in again", every=0.5)
    assert sorted(installation.instances()) == sorted(acknowledged)
    assert installation.verified()["faults"] == []
    assert sum(len(path.name) == 64 for path in installation.archive.rglob("*")) == len(acknowledged)
