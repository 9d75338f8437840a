"""A database at one moment as a file, and back: SQLite by VACUUM INTO, PostgreSQL by pg_dump on an exported snapshot."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import connection, connections

from radapp.accounts.models import AuditEntry
from radapp.archive.models import Discarded, Instance, SetAside, Study
from radapp.backup.layout import BackupRefusedError

Rows = Iterator[tuple[Any, ...]]


class Reader(Protocol):
    """The database as it was at the moment of the snapshot."""

    def rows(self, statement: str) -> Rows:
        """The rows of a query without parameters."""
        ...


def named_bytes(reader: Reader) -> Iterator[tuple[str, int | None]]:
    """(SHA-256, size) of all that the database names; no size where a deletion or the audit trail remembers them."""
    seen: set[str] = set()
    for model in (Instance, SetAside):
        table = model._meta.db_table
        for sha256, size in reader.rows(f'SELECT DISTINCT sha256, size FROM "{table}" ORDER BY sha256'):  # noqa: S608
            if sha256 not in seen:
                seen.add(sha256)
                yield sha256, size
    deleted = Discarded._meta.db_table  # may still be brought back
    for (sha256,) in reader.rows(f'SELECT sha256 FROM "{deleted}"'):  # noqa: S608
        if sha256 not in seen:
            seen.add(sha256)
            yield sha256, None
    table = AuditEntry._meta.db_table
    action = AuditEntry.Action.SET_ASIDE_DECIDED.value
    for (text,) in reader.rows(f"SELECT CAST(before AS text) FROM \"{table}\" WHERE action = '{action}'"):  # noqa: S608
        found = re.search(r'"sha256": ?"([0-9a-f]{64})"', text or "")
        if found and found[1] not in seen:
            seen.add(found[1])
            yield found[1], None


def count(reader: Reader, model: type) -> int:
    """How many rows a model has."""
    (row,) = reader.rows(f'SELECT COUNT(*) FROM "{model._meta.db_table}"')  # type: ignore[attr-defined] # noqa: S608
    return int(row[0])


def migrations(reader: Reader) -> dict[str, str]:
    """The newest migration of each app."""
    return {str(app): str(name) for app, name in reader.rows("SELECT app, MAX(name) FROM django_migrations GROUP BY app")}


@dataclass
class _Sqlite:
    connection: sqlite3.Connection

    def rows(self, statement: str) -> Rows:
        return iter(self.connection.execute(statement))


class SqliteDatabase:
    """The embedded database."""

    engine, file = "sqlite", "database.sqlite3"

    @property
    def _path(self) -> Path:
        return Path(str(connection.settings_dict["NAME"]))

    @contextmanager
    def dumped(self, target: Path) -> Iterator[Reader]:
        """Write the snapshot, and read it. Writers go on meanwhile."""
        with closing(sqlite3.connect(self._path, timeout=60)) as source:
            source.execute("VACUUM INTO ?", (str(target),))
        os.chmod(target, 0o600)
        with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as copy:
            yield _Sqlite(copy)

    def check(self, dump: Path) -> None:
        """Whether a dump is a whole database. Raises BackupRefusedError."""
        try:
            with closing(sqlite3.connect(f"file:{dump}?mode=ro", uri=True)) as copy:
                found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
        if found != "ok":
            raise BackupRefusedError(f"the backup's database is damaged: {found}")

    def refuse_unless_idle(self) -> None:
        """Another process that has the database open would go on writing into the one that was replaced."""
        users = _processes_with(self._path)
        if users:
            pids = ", ".join(map(str, users))
            raise BackupRefusedError(f"the processes {pids} use {self._path}, expected none: end the application first")

    def restore(self, dump: Path) -> None:
        """Put the dump in the database's place, whole or not at all."""
        connections.close_all()
        aside = self._path.with_name(f"{self._path.name}.restoring")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(dump, aside)
        os.chmod(aside, 0o600)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        for suffix in ("-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        aside.replace(self._path)


@dataclass
class _Postgresql:
    connection: Any

    def rows(self, statement: str) -> Rows:
        with self.connection.cursor(name="rows") as cursor:  # on the server: an archive's rows need not fit into memory
            cursor.execute(statement)
            yield from cursor


class PostgresqlDatabase:
    """A PostgreSQL database, by the client programs of its version."""

    engine, file = "postgresql", "database.dump"

    @contextmanager
    def dumped(self, target: Path) -> Iterator[Reader]:
        """Write the snapshot by pg_dump, and read the same one. Writers go on meanwhile."""
        import psycopg

        with psycopg.connect(**self._parameters()) as source, source.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            row = cursor.fetchone()
            assert row is not None
            program = self._program("pg_dump", source.info.server_version // 10000)
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={row[0]}", f"--file={target}"]
            self._run([program, *options])
            os.chmod(target, 0o600)
            yield _Postgresql(source)

    def check(self, dump: Path) -> None:
        """Whether a dump has a readable table of contents. Raises BackupRefusedError."""
        self._run([self._program("pg_restore", 0), "--list", str(dump)], connect=False)

    def refuse_unless_idle(self) -> None:
        """The database's own transaction keeps others out."""

    def restore(self, dump: Path) -> None:
        """All of the dump in one transaction, in place of whatever tables there are."""
        import psycopg

        connections.close_all()
        with psycopg.connect(**self._parameters()) as target:
            program = self._program("pg_restore", target.info.server_version // 10000)
        options = ["--single-transaction", "--exit-on-error", "--clean", "--if-exists", "--no-owner", "--no-privileges"]
        self._run([program, *options, f"--dbname={connection.settings_dict['NAME']}", str(dump)])

    def _parameters(self) -> dict[str, Any]:
        settings = connection.settings_dict
        names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
        return {name: settings[key] for name, key in names.items() if settings[key]}

    def _environment(self) -> dict[str, str]:
        """As libpq reads it: no password on a command line."""
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
        return {**os.environ, **{names[name]: str(value) for name, value in self._parameters().items()}}

    def _program(self, name: str, least: int) -> str:
        """The client program of the server's version, or of the next one above it."""
        places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
        found = [str(path) for path in places if int(path.parts[-3]) >= least]
        on_path = shutil.which(name)
        if on_path and not found:
            told = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=True).stdout
            version = re.search(r"(\d+)", told)
            found = [on_path] if version and int(version[1]) >= least else []
        if not found:
            raise BackupRefusedError(
                f"found no {name} of version {least} or later, expected PostgreSQL's client programs of the server's "
                f"version: install postgresql-client-{least or 'NN'}"
            )
        return found[0]

    def _run(self, command: list[str], *, connect: bool = True) -> None:
        environment = self._environment() if connect else dict(os.environ)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BackupRefusedError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-1000:]}")


Database = SqliteDatabase | PostgresqlDatabase


def database() -> Database:
    """The one that the settings name."""
    return SqliteDatabase() if connection.vendor == "sqlite" else PostgresqlDatabase()


def is_empty() -> bool:
    """Whether the database holds no study yet; one without tables holds none."""
    if Study._meta.db_table not in connection.introspection.table_names():
        return True
    return not Study.objects.exists() and not Instance._base_manager.exists()


def _processes_with(path: Path) -> list[int]:
    """Other processes that have this file open, as far as this user can see them."""
    wanted = str(path.resolve())
    others = [int(one.name) for one in Path("/proc").glob("[0-9]*") if int(one.name) != os.getpid()]
    return [process for process in others if wanted in _open_files(process)]


def _open_files(process: int) -> set[str]:
    """What it has open; handles that it closes meanwhile are left out. Nothing of one that ended or is somebody else's."""
    found = set()
    with suppress(OSError):
        for handle in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):
                found.add(os.readlink(handle))
    return found
