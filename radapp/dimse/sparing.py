"""Log lines about peers that misbehave: enough to see it, never so many that they fill a disk."""

import logging
import threading
import time
from collections.abc import Callable

LINES = 20
WITHIN_S = 60.0


class SparingLog:
    """At most twenty lines a minute; the first one after that tells how many were left out."""

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._logger = logger
        self._clock = clock
        self._lock = threading.Lock()
        self._since = clock()
        self._written = 0
        self._left_out = 0

    def warning(self, line: str, *values: object) -> None:
        """Write the line, or count it."""
        with self._lock:
            now = self._clock()
            if now - self._since >= WITHIN_S:
                self._since, self._written = now, 0
            if self._written >= LINES:
                self._left_out += 1
                return
            self._written += 1
            left_out, self._left_out = self._left_out, 0
        if left_out:
            self._logger.warning("%d more warnings about peers were left out", left_out)
        self._logger.warning(line, *values)
