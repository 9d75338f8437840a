"""The heartbeat beside long work: a thread that renews the lease while networks read or figures are drawn."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType

from django.db import Error as DatabaseError
from django.db import connection

from radapp.reports import leases
from radapp.triage import runs

logger = logging.getLogger(__name__)

EVERY_S = 2.0
LOST = (runs.LeaseLost, leases.LeaseLost)


class Heartbeat:
    """Renews a lease every two seconds until `end` or the `with` block's; stops by itself when the lease is lost."""

    def __init__(self, what: str, renew: Callable[[], object]) -> None:
        """`renew` raises one of LOST where `what` is another's by now."""
        self._what, self._renew = what, renew
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat of {what}", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    def end(self) -> None:
        """Stop renewing: the outcome is decided. May be said again."""
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._ended.wait(EVERY_S):
                try:
                    self._renew()
                except DatabaseError:
                    logger.warning("%s: the database did not take a heartbeat; trying again", self._what)
        except LOST:
            # Ended a moment ago, or another's; the work itself warns where it still wanted to write.
            logger.info("%s: the lease is over", self._what)
        finally:
            connection.close()
