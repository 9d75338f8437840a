"""Django's SQLite backend; a kept connection is used again only while its file is still the one under its name."""

import os
from contextlib import suppress

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Connecting takes longer than most questions (functions, pragmas), so that connections live on (CONN_MAX_AGE).

    One to a file that was moved, deleted or restored meanwhile would go on answering from what nobody sees any more.
    """

    _file: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, object]) -> object:
        """Connect, and note which file this is."""
        connection = super().get_new_connection(conn_params)
        self._file = self._found()
        return connection

    def is_usable(self) -> bool:
        """Asked once a request (CONN_HEALTH_CHECKS)."""
        return self._found() == self._file

    def _found(self) -> tuple[int, int] | None:
        """The file under the database's name; None for a database in memory."""
        with suppress(OSError):
            found = os.stat(str(self.settings_dict["NAME"]))
            return found.st_dev, found.st_ino
        return None
