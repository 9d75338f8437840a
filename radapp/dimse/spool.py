"""A data set on its way in: in memory while it is small, in a temporary file of the archive where it is not."""

import hashlib
import io
import mmap
import struct
import uuid
from pathlib import Path
from typing import BinaryIO

from radapp.archive import storage
from radapp.archive.bare import PREAMBLE
from radapp.archive.errors import StorageFull, is_full
from radapp.archive.receiving import MOST_BYTES, Received

IN_MEMORY_BYTES = 4 * 1024 * 1024
LOOK_FOR_ROOM_EVERY = 32 * 1024 * 1024

IMPLEMENTATION_CLASS_UID = "2.25.234071757544481941315650284724806146185"  # of no registered root (PS3.5 section B.2)
IMPLEMENTATION_VERSION = "DARNDEST"


class TooLargeError(ValueError):
    """More bytes than an instance may have."""


def file_head(sop_class_uid: str, sop_instance_uid: str, transfer_syntax: str, source: str) -> bytes:
    """What a file has before its data set (PS3.10 section 7.1): C-STORE carries none of it."""
    elements = [
        struct.pack("<HH2s2xL", 2, 0x0001, b"OB", 2) + b"\0\1",
        _text(0x0002, b"UI", sop_class_uid),
        _text(0x0003, b"UI", sop_instance_uid),
        _text(0x0010, b"UI", transfer_syntax),
        _text(0x0012, b"UI", IMPLEMENTATION_CLASS_UID),
        _text(0x0013, b"SH", IMPLEMENTATION_VERSION),
        _text(0x0016, b"AE", source),
    ]
    group = b"".join(elements)
    return PREAMBLE + struct.pack("<HH2sHL", 2, 0x0000, b"UL", 4, len(group)) + group


def _text(element: int, vr: bytes, value: str) -> bytes:
    encoded = value.encode("ascii", "replace")
    encoded += (b"\0" if vr == b"UI" else b" ") * (len(encoded) % 2)
    return struct.pack("<HH2sH", 2, element, vr, len(encoded)) + encoded


class Spool:
    """Takes a file piece by piece. `received` gives it over; `discard` leaves nothing of it."""

    def __init__(self, head: bytes) -> None:
        self._pieces: list[bytes] = []
        self._file: BinaryIO | None = None
        self._path: Path | None = None
        self._digest = hashlib.sha256()
        self._looked_at = 0
        self.size = 0
        self.add(head)

    def add(self, piece: bytes | memoryview) -> None:
        """Take the next piece. Raises StorageFull, TooLargeError, OSError; then discard it."""
        self.size += len(piece)
        if self.size > MOST_BYTES:
            raise TooLargeError(f"found more than {MOST_BYTES} bytes, expected an instance of at most that")
        self._digest.update(piece)
        if self._file is None and self.size > IN_MEMORY_BYTES:
            self._begin_file()
        if self._file is None:
            self._pieces.append(bytes(piece))
            return
        if self.size - self._looked_at > LOOK_FOR_ROOM_EVERY:
            storage.ensure_room(LOOK_FOR_ROOM_EVERY)
            self._looked_at = self.size
        self._write(piece)

    def _begin_file(self) -> None:
        storage.ensure_room(self.size)
        self._path = storage.incoming() / uuid.uuid4().hex
        self._file = self._path.open("xb", buffering=io.DEFAULT_BUFFER_SIZE)
        for piece in self._pieces:
            self._write(piece)
        self._pieces.clear()

    def _write(self, piece: bytes | memoryview) -> None:
        assert self._file is not None
        try:
            self._file.write(piece)
        except OSError as error:
            raise StorageFull() if is_full(error) else error from error

    def received(self) -> Received:
        """The whole file. Raises StorageFull, OSError."""
        if self._file is None or self._path is None:
            content = b"".join(self._pieces)
            self._pieces.clear()
            return Received(content, self._digest.hexdigest(), self.size)
        try:
            self._file.close()
        except OSError as error:
            raise StorageFull() if is_full(error) else error from error
        with self._path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        path, self._path = self._path, None
        return Received(mapped, self._digest.hexdigest(), self.size, spooled=path)

    def discard(self) -> None:
        """Forget what was taken, unless it was given over."""
        self._pieces.clear()
        if self._file is not None:
            self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None
