"""What this process does for the table, in a thread that ends with it: series completed, advice kept moment by moment."""

import threading
import time
from dataclasses import dataclass

from radapp.archive import arrival_watch
from radapp.console import keeping

KEEP_EVERY_S = 1.0


@dataclass
class _Keeper:
    """Keeps advice about once a second, whatever often it is asked."""

    kept_at: float = float("-inf")

    def __call__(self) -> None:
        now = time.monotonic()
        if now - self.kept_at >= KEEP_EVERY_S:
            self.kept_at = now
            keeping.keep()


def start() -> threading.Thread:
    """Begin; the beat does the same every few seconds where no web process lives (worker.tasks)."""
    return arrival_watch.start(then=_Keeper())
