"""The four doors as real processes of a real installation: what each answers to a file, and how long that takes."""

import contextlib
import http.client
import io
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
import zipfile
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage
from pynetdicom import AE, _config
from pynetdicom.association import Association
from pynetdicom.dimse_primitives import C_STORE

from radapp.dimse.wire import unhurried
from radapp.environment import ROOT
from tests.hostile import parts
from tests.hostile.generator import Made
from tests.installation import Installation
from tests.services import free_port, listens, wait_until

TIMEOUT_S = 120.0
BOUNDARY = "hostile7c1e"
SCU = "HOSTILE"


@dataclass(frozen=True)
class Answer:
    """What a door said of one file: a reason where it refused, and the seconds that it took."""

    number: int
    refused: str
    seconds: float


@dataclass
class Door(ABC):
    """A process of the installation with its log; `processes` are what its memory is the sum of."""

    installation: Installation
    log: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @abstractmethod
    def take(self, files: Sequence[Made]) -> Iterator[Answer]:
        """Give the files to the door."""

    def start(self) -> None:  # noqa: B027 - a command needs nothing beforehand
        """Make the door ready."""

    def stop(self) -> None:
        """End its process as a supervisor does; it must end by itself."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise
        finally:
            if self.process.stdout is not None:
                self.process.stdout.close()
            self.process = None

    def _run(self, command: list[str], **more: str) -> "subprocess.Popen[bytes]":
        out = self.log.open("ab")
        environment = {**self.installation.environment, "PYTHONPATH": str(ROOT), **more}
        with out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=out, start_new_session=True
            )
        return self.process

    @cached_property
    def reads(self) -> "Readings | None":
        """How its archive is read back, where it can be."""
        return None

    def alive(self) -> bool:
        """Whether the process that was started is still the same one."""
        return self.process is not None and self.process.poll() is None


class FolderDoor(Door):
    """What import_dicom does with a folder; one process for each call."""

    def _paths(self, files: Sequence[Made], folder: Path) -> list[Path]:
        folder.mkdir(parents=True)
        for one in files:
            (folder / one.name).write_bytes(one.content)
        return [folder]

    def take(self, files: Sequence[Made]) -> Iterator[Answer]:
        folder = self.installation.var / f"door-{files[0].number}"
        paths = self._paths(files, folder)
        process = self._run([sys.executable, "-m", "tests.hostile.taking", *map(str, paths)])
        assert process.stdout is not None
        answered: dict[int, Answer] = {}
        for line in process.stdout:
            told = json.loads(line)
            number = _number_of(told["path"])
            if number:
                answered[number] = Answer(number, told["refused"], told["seconds"])
        process.stdout.close()
        assert process.wait(TIMEOUT_S) == 0, f"the intake ended with {process.returncode}: {self.log.read_text()[-2000:]}"
        self.process = None
        for one in files:
            yield answered[one.number]
        shutil.rmtree(folder)


class ZipDoor(FolderDoor):
    """The same files within zip archives."""

    def _paths(self, files: Sequence[Made], folder: Path) -> list[Path]:
        folder.mkdir(parents=True)
        with zipfile.ZipFile(folder / "disc.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for one in files:
                archive.writestr(f"DICOM/{one.name}", one.content)
        return [folder / "disc.zip"]


def _number_of(path: str) -> int:
    """The file's number from its path in a report."""
    stem = path.rsplit("/", 1)[-1].split(".", 1)[0]
    return int(stem) if stem.isdigit() else 0


class StowDoor(Door):
    """STOW-RS at a running server, one file a request."""

    port: int = 0
    token: str = ""

    def start(self) -> None:
        self.installation.manage("add_person", "hostile", "--role", "radiologist", feed="none-of-your-business-7\n")
        self.token = self.installation.manage("create_token", "hostile").split()[-1]
        self.port = free_port()
        command = [str(Path(sys.executable).parent / "granian"), "--interface", "asginl", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", "1", "--no-ws", "--log-level", "warning"]
        command.append("radapp.asgi:application")
        self._run(command, DJANGO_SETTINGS_MODULE="radapp.settings")
        wait_until(lambda: listens(self.port), 120, "the server answers")

    def take(self, files: Sequence[Made]) -> Iterator[Answer]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        for one in files:
            head = f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
            body = head + one.content + f"\r\n--{BOUNDARY}--\r\n".encode()
            headers = {
                "Content-Type": f'multipart/related; type="application/dicom"; boundary={BOUNDARY}',
                "Accept": "application/dicom+json",
                "Authorization": f"Bearer {self.token}",
            }
            began = time.monotonic()
            connection.request("POST", "/dicom-web/studies", body, headers)
            response = connection.getresponse()
            text = response.read()
            seconds = time.monotonic() - began
            assert response.status in {200, 202, 400, 409}, (one.number, one.kind, response.status, text[:500])
            yield Answer(one.number, _refusal_in(response.status, text), seconds)
        connection.close()

    @cached_property
    def reads(self) -> "Readings":
        return Readings(self.port, self.token)


@dataclass(frozen=True)
class Readings:
    """Asks a server for all that can be read of an instance."""

    port: int
    token: str
    statuses: "Counter[int]" = field(default_factory=Counter)

    def of(self, names: parts.Names) -> Iterator[tuple[str, int, float]]:
        """(address, status, seconds) of each way of reading."""
        series = f"/dicom-web/studies/{names.study}/series/{names.series}"
        instance = f"{series}/instances/{names.instance}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        for address, accept in (
            (f"{series}/metadata", "application/dicom+json"),
            (f"{instance}/frames/1", "multipart/related; type=application/octet-stream"),
            (f"{instance}/frames/1", "multipart/related; type=application/octet-stream; transfer-syntax=*"),
            (instance, "application/dicom; transfer-syntax=1.2.840.10008.1.2.1"),
            (f"{instance}/frames/1", "multipart/related; type=image/jls"),
            (instance, "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90"),
            (f"{instance}/rendered", "image/jpeg"),
            (f"{instance}/rendered?viewport=64,64&window=40,400,linear", "image/png"),
            (f"{series}/thumbnail", "image/jpeg"),
            (f"{instance}/bulkdata/7FE00010", "application/octet-stream"),
            (f"{instance}/bulkdata", "multipart/related; type=application/octet-stream"),
            (f"/dicom-web/studies?StudyInstanceUID={names.study}&includefield=all", "application/dicom+json"),
            (f"/dicom-web/instances?SOPInstanceUID={names.instance}&includefield=all", "application/dicom+json"),
        ):
            began = time.monotonic()
            connection.request("GET", address, headers={"Accept": accept, "Authorization": f"Bearer {self.token}"})
            response = connection.getresponse()
            response.read()
            self.statuses[response.status] += 1
            yield address, response.status, time.monotonic() - began
        connection.close()


def _refusal_in(status: int, text: bytes) -> str:
    """The first reason of a STOW-RS answer; empty where everything is in."""
    answer = json.loads(text)
    if status == 400:
        return str(answer["detail"])
    failed = answer.get("00081198", {}).get("Value", []) + answer.get("0008119A", {}).get("Value", [])
    for entry in failed:
        comment = entry.get("00000902", {}).get("Value", [""])[0]
        return str(comment or entry["00081197"]["Value"][0])
    return ""


class StoreDoor(Door):
    """C-STORE at a running listener, raw data sets over one association after another."""

    port: int = 0

    def start(self) -> None:
        self.port = free_port()
        self.installation.manage("dimse_peer", "add", SCU, "127.0.0.1", "--allow", "store,echo")
        settings = {"DIMSE_PORT": str(self.port), "DIMSE_HOST": "127.0.0.1", "DIMSE_PROCESSES": "1"}
        self._run([sys.executable, "manage.py", "dimse"], **settings)
        wait_until(lambda: listens(self.port), 120, "the listener answers")

    def take(self, files: Sequence[Made]) -> Iterator[Answer]:
        _config.LOG_HANDLER_LEVEL = "none"
        ae = AE(ae_title=SCU)
        ae.dimse_timeout = ae.network_timeout = TIMEOUT_S
        for syntax in _SYNTAXES:
            ae.add_requested_context(MRImageStorage, [syntax])
        association = None
        for number, one in enumerate(files):
            if association is None or not association.is_established:
                association = ae.associate("127.0.0.1", self.port, ae_title="DARNDEST")
                assert association.is_established, f"no association for {one.number} ({one.kind})"
                unhurried(association.dul.socket.socket)
            began = time.monotonic()
            refused = _sent(association, one, number % 60000)
            yield Answer(one.number, refused, time.monotonic() - began)
        if association is not None and association.is_established:
            association.release()


_SYNTAXES = (
    *(ExplicitVRLittleEndian, "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"),
    *("1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.80"),
)


def _sent(association: Association, one: Made, message: int) -> str:
    """Send a file's data set as it is, under the context of its own syntax where there is one; the refusal, or empty."""
    syntax, data = data_set_of(one.content)
    contexts = {str(one.transfer_syntax[0]): one.context_id for one in association.accepted_contexts}
    request = C_STORE()
    request.MessageID = message + 1
    request.AffectedSOPClassUID = MRImageStorage
    request.AffectedSOPInstanceUID = _told_uid(data) or one.names.instance
    request.Priority = 0
    request.DataSet = io.BytesIO(data or b"\0")
    association._reactor_checkpoint.clear()  # else pynetdicom's own thread takes the answer, as its send_c_store knows
    while not association._is_paused:
        time.sleep(0.001)
    association.dimse.send_msg(request, contexts.get(syntax, contexts[ExplicitVRLittleEndian]))
    _, response = association.dimse.get_msg(block=True)
    association._reactor_checkpoint.set()
    while association._is_paused and association.is_alive():
        time.sleep(0.001)  # woken late, it would take the next answer
    if response is None:
        return "the association was aborted"
    if response.Status in {0x0000, 0xB000}:
        return ""
    return str(response.ErrorComment or hex(response.Status))


def _told_uid(data: bytes) -> str:
    """The SOP Instance UID that the data set tells, as a sender would state it; empty where it cannot be one."""
    found = re.search(rb"\x08\x00\x18\x00UI..([0-9.]{5,64})", data, re.DOTALL)
    return found[1].decode() if found else ""


def data_set_of(file: bytes) -> tuple[str, bytes]:
    """(transfer syntax, data set) as a sender would take them from a file; all of it where there is nothing to see."""
    if file[128:132] != b"DICM":
        return "1.2.840.10008.1.2", file
    with contextlib.suppress(ValueError, StopIteration, struct.error):
        meta, data = parts.split(file)
        at = meta.index(b"\x02\x00\x10\x00UI")
        length = int.from_bytes(meta[at + 6 : at + 8], "little")
        return meta[at + 8 : at + 8 + length].rstrip(b"\0 ").decode("ascii"), data
    return ExplicitVRLittleEndian, file[132:]


DOORS: dict[str, type[Door]] = {"folder": FolderDoor, "zip": ZipDoor, "STOW-RS": StowDoor, "C-STORE": StoreDoor}
