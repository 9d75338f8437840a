"""Locks that processes share and that die with their holder: flock on files of the cache's folder.

A process that is killed in mid-fetch leaves no lease to wait out: the kernel gives the lock to who waits. Names that fall
on the same file wait for each other without need, which is rare and harmless; holders take one lock of a kind at a time.
"""

import fcntl
import time
import zlib

from radapp.held import Held, try_hold
from radapp.upstream import folder

FILES = 4096
_FIRST_S, _LONGEST_S = 0.005, 0.25


class LockBusyError(Exception):
    """Another holds the lock for longer than one was ready to wait."""


def _try(kind: str, name: str, how: int) -> Held | None:
    return try_hold(folder.below("locks") / f"{kind}-{zlib.crc32(name.encode()) % FILES:03x}", how)


def _wait(kind: str, name: str, how: int, seconds: float) -> Held:
    ends_at, pause = time.monotonic() + seconds, _FIRST_S
    while (held := _try(kind, name, how)) is None:
        if time.monotonic() > ends_at:
            raise LockBusyError(f"{kind} was not free within {seconds:.0f} s")
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_S)
    return held


def exclusive(kind: str, name: str, seconds: float) -> Held:
    """Hold alone; waits so long at most. Raises LockBusyError."""
    return _wait(kind, name, fcntl.LOCK_EX, seconds)


def shared(kind: str, name: str, seconds: float = 10.0) -> Held:
    """Hold beside others that share it."""
    return _wait(kind, name, fcntl.LOCK_SH, seconds)


def try_exclusive(kind: str, name: str) -> Held | None:
    """Hold alone if nobody else holds it now."""
    return _try(kind, name, fcntl.LOCK_EX)
