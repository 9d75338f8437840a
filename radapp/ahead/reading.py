"""Bodies put together from short texts and pieces of stored files, one copy from the disk's cache into the answer."""

import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from radapp.archive import storage

CHUNK_BYTES = 1024 * 1024
# What an ordinary series has is sent at once: each further piece is a way to the server's thread and back.
WHOLE_BYTES = 4 * CHUNK_BYTES
# Linux: read only what needs no waiting for the disk. Elsewhere every read is done in a thread.
NO_WAIT = getattr(os, "RWF_NOWAIT", 0)
_WOULD_WAIT = {errno.EAGAIN, errno.EOPNOTSUPP, errno.ENOENT, errno.EINVAL}


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a stored file. `path`: where it lies on this machine if it does."""

    sha256: str
    path: str
    offset: int
    length: int


Plan = Sequence[bytes | Piece]


class TruncatedError(OSError):
    """A stored file ends before its piece does."""


def length_of(plan: Plan) -> int:
    """Octets of the whole body."""
    return sum(len(part) if isinstance(part, bytes) else part.length for part in plan)


def chunks(plan: Plan, most: int = CHUNK_BYTES) -> Iterator[list[bytes | Piece]]:
    """The plan cut into stretches of up to `most` octets."""
    stretch: list[bytes | Piece] = []
    room = most
    for part in plan:
        if isinstance(part, bytes):
            stretch.append(part)
            room -= len(part)
            continue
        offset, left = part.offset, part.length
        while left > 0:
            if room <= 0:
                yield stretch
                stretch, room = [], most
            size = min(left, room)
            stretch.append(Piece(part.sha256, part.path, offset, size))
            offset, left, room = offset + size, left - size, room - size
    if stretch:
        yield stretch


def filled(stretch: Sequence[bytes | Piece], *, wait: bool) -> bytearray | None:
    """The stretch's octets; without `wait` None where a disk or a store elsewhere would have to be waited for.

    Raises FileNotFoundError or TruncatedError where stored bytes are not what the archive says, with `wait` only.
    """
    body = bytearray(length_of(stretch))
    with memoryview(body) as view:
        at = 0
        for part in stretch:
            if isinstance(part, bytes):
                view[at : at + len(part)] = part
                at += len(part)
                continue
            piece = view[at : at + part.length]
            if not (_read_waiting(piece, part) if wait else _read_at_once(piece, part)):
                return None
            at += part.length
    return body


def _read_at_once(view: memoryview, piece: Piece) -> bool:
    """Fill `view` from memory; False where that is not possible."""
    if not NO_WAIT:
        return False
    try:
        handle = os.open(piece.path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return os.preadv(handle, [view], piece.offset, NO_WAIT) == piece.length
    except OSError as error:
        if error.errno in _WOULD_WAIT:
            return False
        raise
    finally:
        os.close(handle)


def _read_waiting(view: memoryview, piece: Piece) -> bool:
    with open(storage.path_of(piece.sha256), "rb", buffering=0) as file:
        done = 0
        while done < piece.length:
            count = os.preadv(file.fileno(), [view[done:]], piece.offset + done)
            if count == 0:
                raise TruncatedError(f"found {done} octets at {piece.offset} of stored bytes, expected {piece.length}")
            done += count
    return True
