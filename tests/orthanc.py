"""A real Orthanc (Debian's orthanc and orthanc-dicomweb) as another system, and a proxy that counts what it is asked."""

import base64
import contextlib
import http.client
import http.server
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.services import free_port, wait_until

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
USER, PASSWORD = "darndest", "a secret that nobody may see"
AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def orthanc_binary() -> str:
    """Orthanc, or what to install."""
    found = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
    if found is None or not PLUGIN.is_file():
        raise RuntimeError("Orthanc and its DICOMweb plugin are missing: apt-get install orthanc orthanc-dicomweb")
    return found


class Web(Protocol):
    """Something with DICOMweb under `url`."""

    @property
    def url(self) -> str: ...


@dataclass
class Orthanc:
    """An Orthanc with a folder of its own; it may be killed and started again. It wants a name and a password, or not."""

    folder: Path
    authenticated: bool = True
    http_port: int = field(default_factory=free_port)
    dicom_port: int = field(default_factory=free_port)
    move_port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where its DICOMweb is."""
        return f"http://127.0.0.1:{self.http_port}/dicom-web"

    def configuration(self) -> dict[str, Any]:
        """It listens to us alone: by password, and by the address and title of a known modality."""
        known = {
            "darndest": ["DARNDEST", "127.0.0.1", self.move_port],
            "destination": ["DARNDEST_MV", "127.0.0.1", self.move_port],
        }
        return {
            "Name": "PACS",
            "StorageDirectory": str(self.folder),
            "IndexDirectory": str(self.folder),
            "Plugins": [str(PLUGIN)],
            "HttpPort": self.http_port,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": self.authenticated,
            "RegisteredUsers": {USER: PASSWORD},
            "KeepAlive": True,
            "TcpNoDelay": True,
            "DicomServerEnabled": True,
            "DicomAet": "PACS",
            "DicomPort": self.dicom_port,
            "DicomCheckCalledAet": True,
            "DicomAlwaysAllowEcho": False,
            "DicomAlwaysAllowStore": False,
            "DicomAlwaysAllowFind": False,
            "DicomAlwaysAllowGet": False,
            "DicomAlwaysAllowMove": False,
            "DicomCheckModalityHost": True,
            "DicomModalities": known,
            "OverwriteInstances": False,
            "UnknownSopClassAccepted": True,
            "DefaultEncoding": "Utf8",
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "QidoCaseSensitive": False},
        }

    def start(self) -> None:
        """Start, and return when it answers."""
        self.folder.mkdir(exist_ok=True)
        settings = self.folder / "orthanc.json"
        settings.write_text(json.dumps(self.configuration()))
        with (self.folder / "orthanc.log").open("ab") as log:
            self.process = subprocess.Popen(
                [orthanc_binary(), str(settings)],
                stdout=log,
                stderr=log,
                env={**os.environ, "LC_ALL": "C.UTF-8", "TCP_NODELAY": "1"},
                start_new_session=True,
            )
        wait_until(self._answers, 120, "Orthanc answers")

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "orthanc.log").read_text()
        with contextlib.suppress(OSError):
            return self.ask("GET", "/system")[0] == 200
        return False

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """One request to its own interface."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=60)
        try:
            connection.request(method, path, body, {"Authorization": AUTHORIZATION})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def store(self, *files: bytes) -> None:
        """Store whole DICOM files."""
        for file in files:
            status, answer = self.ask("POST", "/instances", file)
            assert status == 200, answer

    def instances(self) -> list[str]:
        """The SOP Instance UIDs that it holds."""
        found = json.loads(self.ask("GET", "/instances?expand")[1])
        return sorted(one["MainDicomTags"]["SOPInstanceUID"] for one in found)

    def file_of(self, sop_instance_uid: str) -> bytes:
        """One instance as it stored it."""
        (identity,) = json.loads(self.ask("POST", "/tools/lookup", sop_instance_uid.encode())[1])
        return self.ask("GET", f"/instances/{identity['ID']}/file")[1]

    def empty(self) -> None:
        """Forget every patient."""
        for identity in json.loads(self.ask("GET", "/patients")[1]):
            self.ask("DELETE", f"/patients/{identity}")

    def delete_study(self, study_uid: str) -> None:
        """Forget a study."""
        (identity,) = json.loads(self.ask("POST", "/tools/lookup", study_uid.encode())[1])
        assert self.ask("DELETE", f"/studies/{identity['ID']}")[0] == 200


@dataclass(frozen=True)
class Seen:
    """One request that went through the proxy."""

    method: str
    path: str


Answer = tuple[int, dict[str, str], bytes]


class Proxy:
    """Stands before another system, counts, and spoils its answers where a test wants it: `spoil(seen, answer) -> answer`.

    Without a system behind it, `spoil` makes the answers.
    """

    def __init__(self, behind: Orthanc | None = None, spoil: Callable[[Seen, Answer], Answer] | None = None) -> None:
        self.behind = behind
        self.spoil = spoil
        self.delay = 0.0
        self.seen: list[Seen] = []
        self._lock = threading.Lock()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy._pass(self)

            do_POST = do_GET  # noqa: N815 - http.server's name

            def log_message(self, *words: object) -> None:
                """Nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda request, address: None  # type: ignore[method-assign, assignment]  # clients hang up
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where DICOMweb is, through it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/dicom-web"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def count(self, part: str = "", method: str = "GET") -> int:
        """How many requests had this in their path."""
        return sum(part in one.path and one.method == method for one in self.seen)

    def _pass(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        seen = Seen(handler.command, handler.path)
        with self._lock:
            self.seen.append(seen)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if self.delay:
            time.sleep(self.delay)
        answer: Answer = (404, {}, b"") if self.behind is None else self._ask(handler, body)
        if self.spoil is not None:
            answer = self.spoil(seen, answer)
        status, headers, content = answer
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            handler.send_response(status)
            headers = {"Content-Length": str(len(content)), **headers}
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(content)
        if int(headers["Content-Length"]) != len(content):
            handler.close_connection = True

    def _ask(self, handler: http.server.BaseHTTPRequestHandler, body: bytes) -> Answer:
        assert self.behind is not None
        connection = http.client.HTTPConnection("127.0.0.1", self.behind.http_port, timeout=60)
        kept = {name: value for name, value in handler.headers.items() if name.lower() not in {"host", "connection"}}
        try:
            connection.request(handler.command, handler.path, body or None, kept)
            response = connection.getresponse()
            content = response.read()
            headers = {name: value for name, value in response.getheaders() if name in {"Content-Type", "Warning"}}
            return response.status, headers, content
        except OSError:
            return 502, {}, b""
        finally:
            connection.close()


@contextlib.contextmanager
def dead_port() -> Iterator[int]:
    """A port on which nobody answers a connection that the kernel accepts."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield int(listener.getsockname()[1])
