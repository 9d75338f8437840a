"""Searches by QIDO-RS: ours against Orthanc at 10 000 examinations, and ours at 1 000 000 against ours at 10 000.

One keep-alive connection, the systems in turn; values differ from request to request, and the number of records in
every answer is checked against what was put in.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, RemoteDisconnected
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

from benchmarks import peers
from benchmarks.peers import JSON, PeerMissingError, System
from benchmarks.rows import ASKED, StudyRow, asked_study
from benchmarks.turns import in_turn
from tests.plugins.postgresql import PrivateCluster

MANY = 1_000_000
FASTER = 2.0
"""Than Orthanc, at least."""
SLOWER = 1.5
"""With MANY studies than with ASKED, at most."""
FIRST_PAGE = 101
EACH = 10
"""Questions of each kind in one round."""


@dataclass(frozen=True)
class Question:
    """One search for studies, and how many records answer it."""

    kind: str
    parameters: Mapping[str, str]
    hits: int


@dataclass(frozen=True)
class Times:
    """Median milliseconds of one kind of question, by system; `hits`: records in an answer, on average."""

    kind: str
    hits: float
    milliseconds: dict[str, float]

    def ratio(self, over: str, under: str) -> float:
        """One system's time over the other's."""
        return self.milliseconds[over] / self.milliseconds[under]


def _questions(rows: Sequence[StudyRow], rng: random.Random, total: int, limit: int | None) -> Iterator[Question]:
    """One of each kind. `total`: studies in the archive; `limit`: records of a page, None: all."""
    one = rng.choice(rows)
    month, year = one.day.strftime("%Y%m"), one.day.strftime("%Y")
    family = one.name.partition("^")[0]
    page = {} if limit is None else {"limit": str(limit)}
    least = len(rows) if limit is None else limit

    def count(fits: list[StudyRow]) -> int:
        return min(len(fits), least)

    yield Question("PatientID", {"PatientID": one.patient_id, **page}, 1)
    yield Question(
        "PatientName, beginning (`Han*`)",
        {"PatientName": f"{family[:3]}*", **page},
        count([row for row in rows if row.name.startswith(family[:3])]),
    )
    yield Question(
        "PatientName, any part (`*anse*`)",
        {"PatientName": f"*{family[1:5]}*", **page},
        count([row for row in rows if family[1:5].lower() in row.name.lower()]),
    )
    yield Question(
        "StudyDate, a month",
        {
            "StudyDate": f"{month}01-{month}28",  # no day of theirs is later
            **page,
        },
        count([row for row in rows if row.day.strftime("%Y%m") == month]),
    )
    yield Question(
        "StudyDate, a year",
        {"StudyDate": f"{year}0101-{year}1231", **page},
        count([row for row in rows if row.day.strftime("%Y") == year]),
    )
    yield Question(
        "AccessionNumber and StudyDate",
        {"AccessionNumber": one.accession, "StudyDate": one.day.strftime("%Y%m%d"), **page},
        1,
    )
    yield Question("StudyInstanceUID", {"StudyInstanceUID": one.uid, **page}, 1)
    yield Question(
        "ModalitiesInStudy", {"ModalitiesInStudy": "CT", **page}, count([row for row in rows if row.modality == "CT"])
    )
    if limit is None:
        yield Question("page of 25 at a random offset", {"limit": "25", "offset": str(rng.randrange(total - 25))}, 25)
    else:
        yield Question("the first page, nothing asked", page, limit)


def _ask(systems: Sequence[System], totals: Mapping[str, int], rounds: int, limit: int | None) -> list[Times]:
    rows = [asked_study(number) for number in range(ASKED)]
    connections = {system.name: system.connect() for system in systems}
    seen: dict[str, dict[str, list[float]]] = {}
    hits: dict[str, list[int]] = {}
    for number in range(rounds + 1):
        for turn, system in in_turn(systems, EACH if number else 2):
            rng = random.Random(1000 * number + turn)
            for question in _questions(rows, rng, totals[system.name], limit):
                # An unescaped asterisk: Orthanc reads no other.
                address = "/dicom-web/studies?" + urllib.parse.urlencode(question.parameters, safe="*^")
                try:
                    took, body = _timed(system, connections[system.name], address)
                except RemoteDisconnected:  # it was idle for long
                    connections[system.name] = system.connect()
                    took, body = _timed(system, connections[system.name], address)
                found = len(json.loads(body)) if body else 0
                if found != question.hits:
                    raise RuntimeError(f"{system.name} finds {found} for {question}")
                if number:  # the first one warms up
                    seen.setdefault(question.kind, {}).setdefault(system.name, []).append(took)
                    hits.setdefault(question.kind, []).append(found)
    return [
        Times(kind, sum(hits[kind]) / len(hits[kind]), {name: median(times) for name, times in systems_.items()})
        for kind, systems_ in seen.items()
    ]


def _timed(system: System, connection: HTTPConnection, address: str) -> tuple[float, bytes]:
    began = time.perf_counter()
    body = system.get(connection, address, JSON)
    return 1e3 * (time.perf_counter() - began), body


def against_orthanc(rounds: int) -> list[Times]:
    """Both with the same ASKED studies of one image each; ours by the index's rows, since a search reads no file."""
    with tempfile.TemporaryDirectory() as root, ExitStack() as stack:
        folder = Path(root)
        orthanc = stack.enter_context(peers.orthanc(folder / "orthanc"))
        peers.load_orthanc(orthanc, [partial(_file, number) for number in range(ASKED)])
        own = stack.enter_context(_filled(folder / "ours", ASKED, "", "DARNDEST"))
        return _ask([own, orthanc], {own.name: ASKED, orthanc.name: ASKED}, rounds, None)


def against_itself(rounds: int) -> list[Times]:
    """Ours on PostgreSQL: MANY studies against ASKED, equal numbers of answers, the first page of each."""
    with tempfile.TemporaryDirectory() as root, ExitStack() as stack:
        folder = Path(root)
        url = stack.enter_context(cluster())
        systems = [
            stack.enter_context(_filled(folder / name, count, database(url, name), name))
            for name, count in (("small", ASKED), ("large", MANY))
        ]
        return _ask(systems, {"small": ASKED, "large": MANY}, rounds, FIRST_PAGE)


@contextmanager
def cluster() -> Iterator[str]:
    """A PostgreSQL of its own; the URL of its first database."""
    try:
        started = PrivateCluster.start()
    except RuntimeError as error:
        raise PeerMissingError(str(error)) from error
    try:
        yield started.url
    finally:
        started.stop()


def database(url: str, name: str) -> str:
    """A new database beside the one of the URL; its URL."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{url.rpartition('/')[0]}/{name}"


def fill(folder: Path, count: int, *words: str) -> None:
    """Index rows into the installation of a folder."""
    command = [sys.executable, "-m", "benchmarks.rows", "--studies", str(count), *words]
    subprocess.run(command, cwd=peers.ROOT, env=peers.environment_of(folder), check=True)


@contextmanager
def _filled(folder: Path, count: int, url: str, name: str) -> Iterator[System]:
    with peers.ours(folder, url) as system:
        fill(folder, count)
        yield System(name, system.port, system.authorization)


def _file(number: int) -> bytes:
    """The study that is asked about as a file of one tiny image."""
    row = asked_study(number)
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = MRImageStorage
    values: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "StudyInstanceUID": row.uid,
        "SeriesInstanceUID": f"{row.uid}.1",
        "SOPInstanceUID": f"{row.uid}.1.1",
        "PatientID": row.patient_id,
        "PatientName": row.name,
        "PatientSex": row.sex,
        "PatientBirthDate": row.born.strftime("%Y%m%d"),
        "StudyDate": row.day.strftime("%Y%m%d"),
        "StudyTime": "101500",
        "AccessionNumber": row.accession,
        "StudyID": row.modality,
        "StudyDescription": "MR nasopharynx",
        "Modality": row.modality,
        "SeriesNumber": 1,
        "SeriesDescription": "T2WI",
        "InstanceNumber": 1,
        "Rows": 4,
        "Columns": 4,
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "PixelData": bytes(32),
    }
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    written = BytesIO()
    dataset.save_as(written, enforce_file_format=True)
    return written.getvalue()
