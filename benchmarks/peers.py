"""What the archive is measured against: Orthanc with its DICOMweb plugin, and nginx with the same bytes as files."""

import gzip
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pydicom

from benchmarks.images import Slice

ROOT = Path(__file__).resolve().parent.parent
PLUGIN = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"
GIVE_UP_S = 60.0
LOADERS = 4
DATABASE = "database-url"
WORKERS = "4"
"""Web processes, as `make demo` has where there are two cores or more."""
CALLING = "BENCH"
USER, PASSWORD = "bench", "a-password-for-benchmarks-7"

FRAME = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
WHOLE = 'multipart/related; type="application/dicom"; transfer-syntax=*'
JSON = "application/dicom+json"


class PeerMissingError(RuntimeError):
    """A program to measure against is not installed; the text says how to."""


@dataclass(frozen=True)
class System:
    """A running archive as a client sees it. `files`: it has files in place of addresses by PS3.18."""

    name: str
    port: int
    authorization: str = ""
    files: bool = False
    dicom_port: int = 0
    ae_title: str = ""

    def frame(self, one: Slice) -> str:
        """The address of a slice's only frame."""
        if self.files:
            return f"/{one.study}/{one.series}/{one.instance}.raw"
        return f"/dicom-web/studies/{one.study}/series/{one.series}/instances/{one.instance}/frames/1"

    def series(self, one: Slice) -> str:
        """The address of a slice's series."""
        return f"/{one.study}/{one.series}.whole" if self.files else f"/dicom-web/studies/{one.study}/series/{one.series}"

    def metadata(self, one: Slice) -> str:
        """The address of the metadata of a slice's series."""
        return f"/{one.study}/{one.series}.json.gz" if self.files else f"{self.series(one)}/metadata"

    def connect(self) -> http.client.HTTPConnection:
        """A connection of its own."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(self, connection: http.client.HTTPConnection, address: str, accept: str) -> bytes:
        """One answer's body; anything but 200 ends the benchmark."""
        headers = {"Accept": accept, "Accept-Encoding": "gzip"}
        if self.authorization:
            headers["Authorization"] = self.authorization
        connection.request("GET", address, headers=headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{self.name} answered {response.status} for {address}: {body[:200]!r}")
        return body


def program(name: str, package: str) -> str:
    """A program of Debian's. Raises PeerMissingError."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise PeerMissingError(f"{name} is not installed: apt-get install {package}")
    return found


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def orthanc(folder: Path) -> Iterator[System]:
    """An empty Orthanc as Debian ships it, for this machine only."""
    binary = program("Orthanc", "orthanc orthanc-dicomweb")
    if not Path(PLUGIN).exists():
        raise PeerMissingError("Orthanc's DICOMweb plugin is not installed: apt-get install orthanc-dicomweb")
    folder.mkdir(parents=True)
    port, dicom_port = free_port(), free_port()
    settings = {
        "Name": "PEER",
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "Plugins": [PLUGIN],
        "HttpPort": port,
        "HttpThreadsCount": 50,
        "TcpNoDelay": True,
        "KeepAlive": True,
        "HttpCompressionEnabled": False,  # its quicker way
        "RemoteAccessAllowed": False,
        "DicomAet": "ORTHANC",
        "DicomPort": dicom_port,
        "DicomCheckCalledAet": False,
        "DicomAlwaysAllowStore": True,
        "StorageCompression": False,
        "AuthenticationEnabled": False,
        "DefaultEncoding": "Utf8",
        "LimitFindResults": 0,
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "StudiesMetadata": "Full", "SeriesMetadata": "Full"},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    command = [binary, f"--logdir={folder}", str(folder / "orthanc.json")]
    with _running(command, port, {"TCP_NODELAY": "1", "LC_ALL": "C.UTF-8"}):
        yield System("Orthanc", port, dicom_port=dicom_port, ae_title="ORTHANC")


@contextmanager
def nginx(folder: Path, slices: Sequence[Slice]) -> Iterator[System]:
    """The same frames, series and metadata as plain files: no authorisation, nothing to decide. The ceiling."""
    _write_files(folder / "www", slices)
    http = "tcp_nopush on; keepalive_requests 1000000; open_file_cache max=50000 inactive=600s;"
    with running_nginx(folder, http, f"root {folder}/www;") as port:
        yield System("nginx", port, files=True)


@contextmanager
def running_nginx(folder: Path, http: str, server: str) -> Iterator[int]:
    """nginx for this machine only, with these directives of its `http` and `server` blocks; its port."""
    binary = program("nginx", "nginx-light")
    port = free_port()
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root; " if os.geteuid() == 0 else ""  # else its workers may not read a temporary folder of root's
    (folder / "nginx.conf").write_text(
        f"{user}worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        "events { worker_connections 512; }\n"
        f"http {{ access_log off; sendfile on; tcp_nodelay on; {temporary} default_type application/octet-stream;\n"
        f"{http}\n"
        f"server {{ listen 127.0.0.1:{port}; {server} }} }}\n"
    )
    with _running([binary, "-c", str(folder / "nginx.conf"), "-p", str(folder)], port, {}):
        yield port


def _write_files(folder: Path, slices: Sequence[Slice]) -> None:
    folder.mkdir(parents=True)
    by_series: dict[tuple[str, str], list[Slice]] = {}
    for one in slices:
        by_series.setdefault((one.study, one.series), []).append(one)
    for (study, series), members in by_series.items():
        (folder / study / series).mkdir(parents=True)
        documents = []
        with (folder / study / f"{series}.whole").open("wb") as whole:
            for one in members:
                content = one.path.read_bytes()
                (folder / study / series / f"{one.instance}.raw").write_bytes(content[one.pixels :])
                whole.write(b"--b\r\nContent-Type: application/dicom\r\n\r\n" + content + b"\r\n")
                documents.append(pydicom.dcmread(one.path, stop_before_pixels=True).to_json_dict())
            whole.write(b"--b--\r\n")
        (folder / study / f"{series}.json.gz").write_bytes(gzip.compress(json.dumps(documents).encode(), 6))


@contextmanager
def ours(folder: Path, database: str = "") -> Iterator[System]:
    """This application's web server as it is installed, with a radiologist's token; `take_in` fills it."""
    token = prepare_ours(folder, database)
    with _web(folder) as port:
        yield System("DARNDEST", port, f"Bearer {token}")


@contextmanager
def ours_with_listener(folder: Path, token: str) -> Iterator[System]:
    """The web server and the DICOM listener of a folder that `prepare_ours` made."""
    dicom_port = free_port()
    listener = [sys.executable, "manage.py", "dimse"]
    environment = {**environment_of(folder), "DIMSE_PORT": str(dicom_port), "DIMSE_HOST": "127.0.0.1"}
    with _web(folder) as port, _running(listener, dicom_port, environment):
        yield System("DARNDEST", port, f"Bearer {token}", dicom_port=dicom_port, ae_title="DARNDEST")


def prepare_ours(folder: Path, database: str = "") -> str:
    """An installation that lets CALLING store; returns a radiologist's token. `database`: its URL, else SQLite's file."""
    folder.mkdir(parents=True)
    if database:
        (folder / DATABASE).write_text(database)
    manage(folder, "migrate", "--verbosity", "0")
    manage(folder, "add_person", USER, "--role", "radiologist", feed=f"{PASSWORD}\n")
    manage(folder, "dimse_peer", "add", CALLING, "127.0.0.1", "--allow", "store")
    return manage(folder, "create_token", USER).split()[-1]


@contextmanager
def _web(folder: Path) -> Iterator[int]:
    port = free_port()
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "asginl", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", WORKERS, "--workers-kill-timeout", "3", "--no-ws"]
    command += ["--log-level", "warning", "radapp.asgi:application"]
    with _running(command, port, environment_of(folder)):
        yield port


def environment_of(folder: Path) -> dict[str, str]:
    """An installation of its own below the folder."""
    dropped = ("DATABASE_URL", "STORAGE_URL", "SECRET_KEY", "PUBLIC_URL", "ALLOWED_HOSTS", "PORT")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    if (folder / DATABASE).exists():
        kept["DATABASE_URL"] = (folder / DATABASE).read_text()
    return {
        **kept,
        "VAR_DIR": str(folder),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": "radapp.settings",
    }


def manage(folder: Path, *words: str, feed: str = "") -> str:
    """manage.py of the installation in this folder."""
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment_of(folder), input=feed, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"manage.py {words[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def take_in(folder: Path, files: Path) -> None:
    """Take files into this application."""
    manage(folder, "import_dicom", str(files))


def load_orthanc(system: System, files: Sequence[Callable[[], bytes]]) -> None:
    """Store files in Orthanc by its own quickest way; each is read when its turn comes."""

    def store(mine: Sequence[Callable[[], bytes]]) -> None:
        connection = system.connect()
        for read in mine:
            connection.request("POST", "/instances", read(), {"Content-Type": "application/dicom"})
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise RuntimeError(f"Orthanc answered {response.status} to a file")
        connection.close()

    with ThreadPoolExecutor(LOADERS) as pool:
        list(pool.map(store, [files[first::LOADERS] for first in range(LOADERS)]))


@contextmanager
def _running(command: Sequence[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        list(command),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + GIVE_UP_S
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{Path(command[0]).name} did not listen within {GIVE_UP_S:.0f} s")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
