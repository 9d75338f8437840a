"""How much is coming in by requests of this process: what follows for examinations of other days can wait for the watch."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_open: set[object] = set()


@contextmanager
def taking_in() -> Iterator[None]:
    """Around a request that brings instances."""
    one = object()
    with _lock:
        _open.add(one)
    try:
        yield
    finally:
        with _lock:
            _open.discard(one)


def alone() -> bool:
    """Whether at most one request brings instances just now."""
    return len(_open) < 2
