"""The heartbeat beside a run: a thread that renews the lease while the networks read."""

import logging
import threading
from types import TracebackType

from django.db import Error as DatabaseError
from django.db import connection

from radapp.triage import runs

logger = logging.getLogger(__name__)

EVERY_S = 2.0


class Heartbeat:
    """Renews a lease every two seconds until `end` or the `with` block's; stops by itself when the lease is lost."""

    def __init__(self, lease: runs.Lease) -> None:
        """For this lease."""
        self._lease = lease
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat of run {lease.run_id}", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    def end(self) -> None:
        """Stop renewing: the run's outcome is decided. May be said again."""
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._ended.wait(EVERY_S):
                try:
                    runs.heartbeat(self._lease)
                except DatabaseError:
                    logger.warning("run %d: the database did not take a heartbeat; trying again", self._lease.run_id)
        except runs.LeaseLost:
            # Ended a moment ago, or another's; the run itself warns where it still wanted to write.
            logger.info("run %d: the lease is over", self._lease.run_id)
        finally:
            connection.close()
