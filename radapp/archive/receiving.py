"""One received file: its bytes in memory while it is small, in a temporary file of the archive where it is not."""

import hashlib
import io
import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from radapp.archive import storage
from radapp.archive.clutter import HEAD_BYTES, Judgement, judge
from radapp.archive.storage import Buffer

IN_MEMORY_BYTES = 32 * 1024 * 1024
# DICOM's own lengths end at 4 GiB; an enhanced multi-frame series stays far below this.
MOST_BYTES = 2 * 1024**3


class TooLargeError(ValueError):
    """The file is larger than any instance that is taken in."""


@dataclass
class Received:
    """The whole file: a bytes object, or a memory map of `spooled`; call `discard` when done with it."""

    content: Buffer
    sha256: str
    size: int
    spooled: Path | None = None

    def write_ahead(self) -> None:
        """Make bytes that are in memory durable under a temporary name; for a thread of many, ahead of one that records.

        Raises StorageFull.
        """
        if self.spooled is None:
            self.spooled = storage.written_ahead(self.content)

    def hand_over(self, batch: storage.Batch) -> None:
        """Give the bytes to a storage batch. A temporary file is the batch's from then on. Raises StorageFull."""
        if self.spooled is None:
            batch.add(self.sha256, self.content)
        elif batch.add_file(self.sha256, self.spooled, self.size):
            self.spooled = None

    def open(self) -> IO[bytes]:
        """The bytes as a file."""
        return io.BytesIO(self.content)

    def discard(self) -> None:
        """Forget the bytes; a temporary file that nobody took over is removed."""
        if isinstance(self.content, mmap.mmap):
            self.content.close()
        if self.spooled is not None:
            self.spooled.unlink(missing_ok=True)
            self.spooled = None


def peek(file: IO[bytes], path: str) -> tuple[bytes, Judgement]:
    """The first bytes, and what they say the file is."""
    head = file.read(HEAD_BYTES)
    return head, judge(path, head)


def refuse_larger(size: int) -> None:
    """Raise TooLargeError where a size that is known beforehand is an instance's no more."""
    if size > MOST_BYTES:
        raise TooLargeError(f"found {size} bytes, expected an instance of at most {MOST_BYTES}")


def at_hand(content: bytes | bytearray) -> Received:
    """Bytes that are in memory already."""
    return Received(content, hashlib.sha256(content).hexdigest(), len(content))


def receive(head: bytes, file: IO[bytes]) -> Received:
    """Read the rest behind `head`. Raises TooLargeError, StorageFull, and what the stream raises."""
    content = head + file.read(IN_MEMORY_BYTES - len(head))
    if len(content) < IN_MEMORY_BYTES:
        return at_hand(content)
    path, sha256, size = storage.spool(cast(IO[bytes], _Joined(content, file)))
    with path.open("rb") as spooled:
        return Received(mmap.mmap(spooled.fileno(), 0, access=mmap.ACCESS_READ), sha256, size, spooled=path)


class _Joined(io.RawIOBase):
    """What was read already, then the rest of the stream; no more than an instance may have."""

    def __init__(self, begun: bytes, rest: IO[bytes]) -> None:
        self._begun = io.BytesIO(begun)
        self._rest = rest
        self._left = MOST_BYTES

    def read(self, size: int = -1) -> bytes:
        block = self._begun.read(size) or self._rest.read(size)
        self._left -= len(block)
        if self._left < 0:
            raise TooLargeError(f"found more than {MOST_BYTES} bytes, expected an instance of at most that")
        return block
