"""The application as it is served: a real granian with a database of its own, and a client that reads event streams."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests import ready
from tests.installation import template

ROOT = Path(__file__).resolve().parents[3]
HANGS_AFTER_S = 120
"""Only what hangs takes this long, on whatever machine."""
PREPARE = """
import json
from django.contrib.sessions.backends.db import SessionStore
from radapp.accounts.authentication import issue_token
from radapp.accounts.models import Role, User
people = {role: User.objects.create(username=role.value, password="!", **{f"is_{role.value}": True}) for role in Role}
session = SessionStore()
session["_auth_user_id"] = str(people[Role.RADIOLOGIST].pk)
session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
session["_auth_user_hash"] = people[Role.RADIOLOGIST].get_session_auth_hash()
session.create()
print(json.dumps({"session": session.session_key, **{role.value: issue_token(user) for role, user in people.items()}}))
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Server:
    """One running granian, its database file, and what identifies each person: tokens by role, a radiologist's session."""

    folder: Path
    port: int
    secrets: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)
    connections: list[http.client.HTTPConnection | http.client.HTTPResponse] = field(default_factory=list)

    @classmethod
    def prepared(cls, folder: Path) -> "Server":
        """A migrated database with people in it; the server is not started yet."""
        cls.migrate(folder)
        return cls(folder, free_port(), json.loads(cls.executed(folder, PREPARE)))

    @classmethod
    def executed(cls, folder: Path, script: str) -> str:
        """The last line that a script within the installation prints."""
        done = ready.manage(("shell", "--no-imports", "-c", script), cls.environment(folder))
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    @staticmethod
    def migrate(folder: Path) -> None:
        """Put a migrated database where the server looks for one: a file, whatever the tests' own is."""
        like = template()
        assert not like.database_url, "it is served on SQLite: mark the test `once`"
        shutil.copy(like.sqlite, folder)

    @classmethod
    @contextlib.contextmanager
    def running(cls, folder: Path) -> Iterator["Server"]:
        """Prepared and started, until the `with` block ends."""
        server = cls.prepared(folder)
        server.start()
        try:
            yield server
        finally:
            server.hang_up()
            server.stop()

    @staticmethod
    def environment(folder: Path) -> dict[str, str]:
        """Its own state, and a broker that is not there."""
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "TEST_CLUSTER_URL"}}
        own = {"VAR_DIR": str(folder), "REDIS_URL": "redis://127.0.0.1:1/0", "DJANGO_SETTINGS_MODULE": "radapp.settings"}
        return {**kept, **own, "PYTHONPATH": str(ROOT)}

    def start(self) -> None:
        """Start as `make demo` does, but with no kill timeout (what hangs at the end hangs here); return when it answers."""
        (self.folder / "port").write_text(str(self.port))  # as the demo notes it; PUBLIC_URL hangs on it
        command = [str(Path(sys.executable).parent / "granian"), "--interface", "asginl", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", "1", "--no-ws"]
        command += ["--log-level", "warning", "radapp.asgi:application"]
        with (self.folder / "web.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(self.folder), stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + HANGS_AFTER_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder / "web.log").read_text()
            with contextlib.suppress(OSError):
                if self.get("/health/live/").status == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError(f"granian did not answer within {HANGS_AFTER_S} s: " + (self.folder / "web.log").read_text())

    def stop(self) -> None:
        """End it as a supervisor does; TimeoutExpired where it does not end by itself."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=HANGS_AFTER_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        """The response to one GET, its body not read yet."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANGS_AFTER_S)
        self.connections.append(connection)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        self.connections.append(response)
        return response

    def hang_up(self) -> None:
        """Close every connection opened so far."""
        for connection in self.connections:
            connection.close()
        self.connections.clear()

    def bearer(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secrets[role]}"}

    def execute(self, statement: str, *values: object) -> int:
        """What another process commits to the database; returns the new row's id."""
        with contextlib.closing(sqlite3.connect(self.folder / "darndest.sqlite3", timeout=20)) as connection, connection:
            return int(connection.execute(statement, values).lastrowid or 0)

    def announce(self, uid: str, number: int | None = None) -> int:
        """A study changed."""
        at = datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ")
        return self.execute("INSERT INTO archive_studychange (id, study_instance_uid, at) VALUES (?, ?, ?)", number, uid, at)


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    kind: str
    data: dict[str, object]
    id: int | None


def events(response: http.client.HTTPResponse) -> Iterator[Event]:
    """Events as they come; ends with the stream. Comments and the retry line are left out."""
    fields: dict[str, str] = {}
    while line := response.readline().decode():
        name, _, value = line.rstrip("\n").partition(": ")
        if line == "\n":
            if "event" in fields:
                number = int(fields["id"]) if "id" in fields else None
                yield Event(fields["event"], json.loads(fields["data"]), number)
            fields = {}
        elif name:
            fields[name] = value


def studies(response: http.client.HTTPResponse) -> Iterator[Event]:
    """The study events alone."""
    return (event for event in events(response) if event.kind == "study")
