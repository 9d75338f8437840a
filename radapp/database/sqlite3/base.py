"""Django's SQLite backend for several writers at once, with connections that are kept between requests."""

import os
import sqlite3
import time
from contextlib import suppress

from django.db.backends.sqlite3 import base

LOOKS_AGAIN_S, LONGEST_S = 0.0003, 0.005
"""How long a writer sleeps whose turn it is not: ever longer, up to the second of these."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Connecting takes longer than most questions (functions, pragmas), so that connections live on (CONN_MAX_AGE).

    One to a file that was moved, deleted or restored meanwhile would go on answering from what nobody sees any more.
    A transaction that must wait for another's looks again after a moment; SQLite itself would sleep up to 0.1 s each time.
    """

    _file: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, object]) -> object:
        """Connect, and note which file this is."""
        connection = super().get_new_connection(conn_params)
        self._file = self._found()
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        """BEGIN IMMEDIATE, as soon as the writer before has ended, or the timeout's error.

        No cursor takes part: one that a failure leaves in a cycle of garbage is reset by whichever thread collects it, and
        that thread waits for this connection, perhaps within the very transaction that is waited for here.
        """
        patience_ms = int(1000 * self.settings_dict["OPTIONS"].get("timeout", 5))
        ends_at, pause = time.monotonic() + patience_ms / 1000, LOOKS_AGAIN_S
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while not self._began(last=time.monotonic() > ends_at):
                time.sleep(pause)
                pause = min(pause * 1.3, LONGEST_S)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {patience_ms}")

    def _began(self, *, last: bool) -> bool:
        """Whether it is this connection's turn to write. Raises OperationalError; for another's turn at the `last` time."""
        with self.wrap_database_errors:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if last or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                return False
            return True

    def is_usable(self) -> bool:
        """Asked once a request (CONN_HEALTH_CHECKS)."""
        return self._found() == self._file

    def _found(self) -> tuple[int, int] | None:
        """The file under the database's name; None for a database in memory."""
        with suppress(OSError):
            found = os.stat(str(self.settings_dict["NAME"]))
            return found.st_dev, found.st_ino
        return None
