"""SQLite's connections are kept, and never to a file that is no longer the database."""

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from radapp.database.sqlite3.base import DatabaseWrapper
from radapp.environment import sqlite


@pytest.fixture
def connection(db: None, tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    written = {**connections["default"].settings_dict, **sqlite(tmp_path / "own.sqlite3")}
    found = DatabaseWrapper(written, "own")
    found.inc_thread_sharing()
    with found.cursor() as cursor:
        cursor.execute("CREATE TABLE note (text TEXT)")
    yield found
    found.close()


def next_request(connection: BaseDatabaseWrapper) -> None:
    """What Django does between requests."""
    connection.close_if_unusable_or_obsolete()
    connection.health_check_done = False


def notes(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM note")
        return [text for (text,) in cursor.fetchall()]


def test_one_connection_serves_many_requests(connection: BaseDatabaseWrapper) -> None:
    before = connection.connection
    next_request(connection)
    assert notes(connection) == []
    assert connection.connection is before


def test_a_restored_database_is_seen_at_once(connection: BaseDatabaseWrapper, tmp_path: Path) -> None:
    """Another file under the same name, as `restore` puts it there."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(tmp_path / "own.sqlite3", copy)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO note VALUES ('before')")
    next_request(connection)
    assert notes(connection) == ["before"]
    for end in ("-wal", "-shm"):
        (tmp_path / f"own.sqlite3{end}").unlink(missing_ok=True)
    copy.replace(tmp_path / "own.sqlite3")
    next_request(connection)
    assert notes(connection) == []


def test_a_writer_waits_for_the_one_before(connection: BaseDatabaseWrapper, tmp_path: Path) -> None:
    with contextlib.closing(
        sqlite3.connect(tmp_path / "own.sqlite3", isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO note VALUES ('first')")
        threading.Timer(0.2, other.execute, ["COMMIT"]).start()
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        assert notes(connection) == ["first"]
        connection.rollback()


def test_one_who_waits_too_long_is_told(connection: BaseDatabaseWrapper, tmp_path: Path) -> None:
    """And the connection is as good as before: its other statements wait as long as they are told to."""
    connection.settings_dict["OPTIONS"] = {**connection.settings_dict["OPTIONS"], "timeout": 0.2}
    with contextlib.closing(sqlite3.connect(tmp_path / "own.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        other.execute("ROLLBACK")
    assert connection.connection.execute("PRAGMA busy_timeout").fetchone() == (200,)
    assert notes(connection) == []
