"""Taking in by STOW-RS and by C-STORE: the same images into Orthanc and ours in turn, each empty as a round begins."""

import http.client
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Barrier

from benchmarks import images, peers
from benchmarks.images import Cohort, Slice
from benchmarks.peers import CALLING, FRAME, System
from benchmarks.turns import in_turn

CONNECTIONS = 4
BATCH = 24
COHORT = Cohort(studies=30, series=2, slices=24, first=3000)
FIRST = Cohort(studies=2, series=2, slices=24, first=4000)
"""Taken in ahead of the clock: each connection's worth of a series."""
LOOKED_AT = 8

BOUNDARY = "bb7c1e"
STOW_HEADERS = {
    "Content-Type": f'multipart/related; type="application/dicom"; boundary={BOUNDARY}',
    "Accept": "application/dicom+json",
}


@dataclass(frozen=True)
class Taken:
    """Instances a second by system, medians over the rounds. `least`: what part of Orthanc's ours promises to reach."""

    what: str
    instances: int
    megabytes: float
    rates: dict[str, float]
    least: float

    @property
    def ratio(self) -> float:
        """Ours over Orthanc's."""
        return self.rates["DARNDEST"] / self.rates["Orthanc"]

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.ratio >= self.least


Send = Callable[[System, Sequence[Slice]], float]
"""Stores every slice and returns the seconds from the first byte sent to the last acknowledgement."""


def stow(rounds: int) -> Taken:
    """STOW-RS over four connections, a series a request."""
    return _compared("STOW-RS", stow_all, rounds, 1.0)


def c_store(rounds: int) -> Taken:
    """C-STORE over four associations by DCMTK's storescu."""
    peers.program("storescu", "dcmtk")
    return _compared("C-STORE", c_store_all, rounds, 0.75)


def _compared(what: str, send: Send, rounds: int, least: float) -> Taken:
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        first, slices = images.write(FIRST, folder / "first"), images.write(COHORT, folder / "files")
        token = peers.prepare_ours(folder / "prepared")
        for _, empty in in_turn([_empty_orthanc, _empty_ours], rounds):
            with empty(folder, token) as system:
                send(system, first)
                seconds.setdefault(system.name, []).append(send(system, slices))
                _check(system, [*first, *slices])
    rates = {name: len(slices) / median(times) for name, times in seconds.items()}
    return Taken(what, len(slices), (slices[0].pixels + slices[0].frame_bytes) / 1e6, rates, least)


@contextmanager
def _empty_orthanc(folder: Path, _token: str) -> Iterator[System]:
    with peers.orthanc(_own(folder)) as system:
        yield system


@contextmanager
def _empty_ours(folder: Path, token: str) -> Iterator[System]:
    own = _own(folder)
    shutil.copytree(folder / "prepared", own)
    with peers.ours_with_listener(own, token) as system:
        yield system


def _own(folder: Path) -> Path:
    """A new folder's name.

    Each round's is left until the last has ended: for a minute after files were deleted, ext4 without a journal makes each
    new one in a millisecond instead of a tenth, which whoever comes next would pay.
    """
    return folder / uuid.uuid4().hex


def _check(system: System, slices: Sequence[Slice]) -> None:
    """Some of what was acknowledged comes back as it was sent."""
    connection = system.connect()
    for one in random.Random(9).sample(slices, LOOKED_AT):
        if one.path.read_bytes()[one.pixels :] not in system.get(connection, system.frame(one), FRAME):
            raise RuntimeError(f"{system.name} does not send the frame that it acknowledged")
    connection.close()


def stow_all(system: System, slices: Sequence[Slice]) -> float:
    """Every slice by STOW-RS, `BATCH` a request, over `CONNECTIONS` connections. Raises RuntimeError where one is not in."""
    bodies = [_body(slices[first : first + BATCH]) for first in range(0, len(slices), BATCH)]
    ready = Barrier(CONNECTIONS + 1)

    def send(mine: Sequence[bytes]) -> int:
        connection = system.connect()
        connection.connect()
        ready.wait()
        stored = sum(_post(system, connection, body) for body in mine)
        connection.close()
        return stored

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        sent = [pool.submit(send, bodies[number::CONNECTIONS]) for number in range(CONNECTIONS)]
        ready.wait()
        began = time.perf_counter()
        stored = sum(one.result() for one in sent)
        took = time.perf_counter() - began
    _all_in(system, stored, slices)
    return took


def _body(slices: Sequence[Slice]) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    return b"".join(head + one.path.read_bytes() + b"\r\n" for one in slices) + f"--{BOUNDARY}--\r\n".encode()


def _post(system: System, connection: http.client.HTTPConnection, body: bytes) -> int:
    """Send one request; the number of instances that the answer calls stored."""
    authorised = {"Authorization": system.authorization} if system.authorization else {}
    connection.request("POST", "/dicom-web/studies", body, {**STOW_HEADERS, **authorised})
    response = connection.getresponse()
    text = response.read()
    if response.status != 200:
        raise RuntimeError(f"{system.name} answered {response.status} to STOW-RS: {text[:200]!r}")
    told = json.loads(text)
    return len((told[0] if isinstance(told, list) else told)["00081199"]["Value"])


def c_store_all(system: System, slices: Sequence[Slice]) -> float:
    """Every slice by C-STORE, a storescu and an association for each quarter. Raises RuntimeError where one is not in."""
    command = [peers.program("storescu", "dcmtk"), "-v", "-R", "-aet", CALLING, "-aec", system.ae_title]
    # DCMTK leaves Nagle's algorithm on, which costs 40 ms a message.
    environment = {**os.environ, "TCP_NODELAY": "1"}
    with tempfile.TemporaryDirectory() as root:
        for number, one in enumerate(slices):
            folder = Path(root, str(number * CONNECTIONS // len(slices)))
            folder.mkdir(exist_ok=True)
            (folder / f"{number:06}.dcm").symlink_to(one.path)
        began = time.perf_counter()
        sending = [
            subprocess.Popen(
                [*command, "127.0.0.1", str(system.dicom_port), "+sd", str(folder)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment,
                text=True,
            )
            for folder in sorted(Path(root).iterdir())
        ]
        told = [process.communicate()[0] for process in sending]
        took = time.perf_counter() - began
    _all_in(system, sum(text.count("Received Store Response (Success)") for text in told), slices)
    return took


def _all_in(system: System, stored: int, slices: Sequence[Slice]) -> None:
    if stored != len(slices):
        raise RuntimeError(f"{system.name} acknowledged {stored} of {len(slices)} instances")
