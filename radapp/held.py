"""A file's lock that processes share and that dies with its holder: the kernel gives it to who waits (flock)."""

import fcntl
import os
from pathlib import Path
from types import TracebackType


class Held:
    """A lock that is held until `release`, the end of the `with` block, or the end of the process."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    def __enter__(self) -> "Held":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def __del__(self) -> None:
        self.release()

    def release(self) -> None:
        """Give it up; may be said again."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


def try_hold(path: Path, how: int = fcntl.LOCK_EX) -> Held | None:
    """The file's lock, which is made where there is none; None while another holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return Held(handle)
