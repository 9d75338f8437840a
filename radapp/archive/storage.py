"""Where bytes lie: `ab/abcdef…`, named by their SHA-256, exactly as received, each stored once.

In a folder of this machine (local_store) or in an S3-compatible store (object_store), by STORAGE_URL. A file is written
under a temporary name, named when it is whole, and made durable; rows that name it come afterwards. So a crash leaves at
most a file without a row, which the same bytes will use, or replace where its content was lost, when they come again.
"""

import hashlib
import mmap
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO

from django.conf import settings

from radapp.archive.errors import StorageFull, naming_full
from radapp.archive.local_store import LocalStore
from radapp.archive.stored import BLOCK, Store
from radapp.environment import Bucket

Buffer = bytes | bytearray | mmap.mmap
# No intake keeps a temporary file longer than this: what is older belongs to a process that died.
STALE_SECONDS = 24 * 3600
# Kept free for the database and the uploads' temporary files where they share the disk.
RESERVE_BYTES = 16 * 1024 * 1024

_SHA256 = re.compile(r"[0-9a-f]{64}")


def store() -> Store:
    """The store that the settings name."""
    if settings.STORAGE_BUCKET is None:
        return _local_store(str(settings.STORAGE_DIR))
    return _object_store(settings.STORAGE_BUCKET, Path(settings.STORAGE_DIR), settings.STORAGE_CACHE_BYTES)


@lru_cache(maxsize=4)
def _local_store(folder: str) -> Store:
    return LocalStore(Path(folder))


@lru_cache(maxsize=4)
def _object_store(bucket: Bucket, copies: Path, copies_bytes: int) -> Store:
    """One for each process: its connections are kept. boto3 is loaded only where it is used."""
    from radapp.archive.object_store import ObjectStore

    return ObjectStore(bucket, copies, copies_bytes)


def _root() -> Path:
    return Path(settings.STORAGE_DIR)


def incoming() -> Path:
    """The folder of temporary files, on the same disk as the archive so that a rename is atomic."""
    folder = _root() / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def is_name(text: str) -> bool:
    """Whether a text could be the name of stored bytes."""
    return _SHA256.fullmatch(text) is not None


def _checked(sha256: str) -> str:
    if not is_name(sha256):
        raise ValueError(f"found {sha256!r}, expected the 64 hexadecimal digits of a SHA-256")
    return sha256


def path_of(sha256: str) -> Path:
    """Where the bytes with this SHA-256 can be read; fetched first where the store is elsewhere.

    A local path for bytes that are not stored, too. Raises StorageUnreachable, and FileNotFoundError from a store elsewhere.
    """
    return store().path_of(_checked(sha256))


def place_of(sha256: str) -> Path:
    """Where the bytes with this SHA-256 lie on this machine, if they do. Asks nobody."""
    return store().place_of(_checked(sha256))


def open_(sha256: str) -> IO[bytes]:
    """The stored bytes, opened for reading."""
    return path_of(sha256).open("rb")


def put(file: IO[bytes]) -> tuple[str, int]:
    """Store what the file holds from its position on; returns (SHA-256, size), durably. Raises StorageFull."""
    with Batch() as batch:
        stored = batch.add_stream(file)
        batch.commit()
    return stored


class Batch:
    """Some files that become durable together: `add` each, then `commit` once. Leaving without commit forgets them all."""

    def __init__(self) -> None:
        self._staged: dict[str, Path] = {}
        self._known: set[str] = set()
        self._store = store()

    def __enter__(self) -> "Batch":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for path in self._staged.values():
            path.unlink(missing_ok=True)
        self._staged.clear()

    def add(self, sha256: str, content: Buffer) -> None:
        """Write the bytes under a temporary name, unless they are stored already."""
        if not self._needed(sha256, len(content)):
            return
        ensure_room(len(content))
        self._staged[sha256] = _written(lambda out: _write(out, content))

    def add_file(self, sha256: str, path: Path, size: int) -> bool:
        """Take over a temporary file that lies in `incoming()`; False where the bytes are stored and it is not needed."""
        needed = self._needed(sha256, size)
        if needed:
            self._staged[sha256] = path
        return needed

    def add_stream(self, file: IO[bytes]) -> tuple[str, int]:
        """Copy a stream; returns (SHA-256, size)."""
        path, sha256, size = spool(file)
        if self._needed(sha256, size):
            self._staged[sha256] = path
        else:
            path.unlink()
        return sha256, size

    def _needed(self, sha256: str, size: int) -> bool:
        if sha256 in self._staged:
            return False
        if self._store.holds(_checked(sha256), size):
            self._known.add(sha256)
            return False
        return True

    def commit(self) -> None:
        """Make every file durable under its final name. Raises StorageFull, which is StorageUnreachable where it is that."""
        with naming_full():
            self._store.take(self._staged, sorted(self._known))
        self._staged.clear()


def spool(file: IO[bytes]) -> tuple[Path, str, int]:
    """Copy a stream into a temporary file of `incoming()`; returns (path, SHA-256, size). The caller moves or removes it."""
    digest = hashlib.sha256()
    size = 0

    def copy(out: IO[bytes]) -> None:
        nonlocal size
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
            out.write(block)

    return _written(copy), digest.hexdigest(), size


def written_ahead(content: Buffer) -> Path:
    """A temporary file of `incoming()` with these bytes, durable; the caller moves or removes it. Raises StorageFull."""
    ensure_room(len(content))

    def write(out: IO[bytes]) -> None:
        _write(out, content)
        out.flush()
        os.fsync(out.fileno())

    return _written(write)


def ensure_room(size: int) -> None:
    """Refuse before writing what would leave the disk without its reserve (a twentieth of a small disk)."""
    try:
        usage = shutil.disk_usage(_root())
    except FileNotFoundError:
        usage = shutil.disk_usage(incoming())
    if usage.free < size + min(RESERVE_BYTES, usage.total // 20):
        raise StorageFull


def remove_stale() -> int:
    """Remove temporary files, ours and those of uploads, that a dead process left; returns how many."""
    before = time.time() - STALE_SECONDS
    removed = 0
    for folder in (incoming(), Path(settings.FILE_UPLOAD_TEMP_DIR)):
        for path in folder.iterdir():
            with suppress(FileNotFoundError):  # its process was alive after all, and done with it
                if path.is_file() and path.stat().st_mtime < before:
                    path.unlink()
                    removed += 1
    return removed


def _written(write: Callable[[IO[bytes]], None]) -> Path:
    """A new temporary file with what `write` puts into it; nothing is left of it if that fails."""
    path = _root() / "incoming" / uuid.uuid4().hex
    with naming_full(), ExitStack() as undo:
        undo.callback(path.unlink, missing_ok=True)
        with _created(path) as out:
            write(out)
        undo.pop_all()
    return path


def _created(path: Path) -> IO[bytes]:
    """A new file, and its folder where there is none yet."""
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        handle = os.open(path, how, 0o640)
    except FileNotFoundError:
        incoming()
        handle = os.open(path, how, 0o640)
    return os.fdopen(handle, "wb")


def _write(out: IO[bytes], content: Buffer) -> None:
    out.write(content)
