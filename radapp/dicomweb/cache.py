"""Answers that cost more to make than to keep: files under VAR_DIR/cache, named by what they were made from."""

import hashlib
import os
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

LIMIT_BYTES = 1024 * 1024 * 1024
_PRUNE_EVERY = 256
_guard = threading.Lock()
_locks: dict[str, tuple[threading.Lock, int]] = {}


def digest_of(parts: Iterable[str]) -> str:
    """One name for a list of facts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def found(kind: str, digest: str) -> bytes | None:
    """The answer kept under this name, or None."""
    path = _path(kind, digest)
    with suppress(OSError):
        octets = path.read_bytes()
        os.utime(path)
        return octets
    return None


def is_kept(kind: str, digest: str) -> bool:
    """Whether there is one."""
    return _path(kind, digest).is_file()


def kept(kind: str, digest: str, make: Callable[[], bytes]) -> bytes:
    """The answer kept under this name, or made now and kept. A cache that cannot be written is no error.

    Of several threads that want the same, one makes it and the others wait for it.
    """
    octets = found(kind, digest)
    if octets is not None:
        return octets
    with _making(f"{kind} {digest}"):
        octets = found(kind, digest)
        if octets is None:
            octets = make()
            _keep(kind, digest, octets)
    return octets


def _path(kind: str, digest: str) -> Path:
    return Path(settings.VAR_DIR) / "cache" / kind / digest[:2] / digest


def _keep(kind: str, digest: str, octets: bytes) -> None:
    with suppress(OSError):
        _write(_path(kind, digest), octets)
        if int(digest[:8], 16) % _PRUNE_EVERY == 0:
            prune(Path(settings.VAR_DIR) / "cache", LIMIT_BYTES)


@contextmanager
def _making(name: str) -> Iterator[None]:
    """One thread at a time for each name."""
    with _guard:
        lock, waiting = _locks.get(name, (threading.Lock(), 0))
        _locks[name] = (lock, waiting + 1)
    try:
        with lock:
            yield
    finally:
        with _guard:
            waiting = _locks[name][1] - 1
            if waiting:
                _locks[name] = (lock, waiting)
            else:
                del _locks[name]


def _write(path: Path, octets: bytes) -> None:
    """Whole or not at all: written aside, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{uuid.uuid4().hex}")
    try:
        aside.write_bytes(octets)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def prune(folder: Path, limit: int) -> int:
    """Remove the least recently used files until `limit` octets are left; returns how many went."""
    files = []
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                found = path.stat()
                files.append((found.st_mtime, found.st_size, path))
    total, gone = sum(size for _, size, _ in files), 0
    for _, size, path in sorted(files):
        if total <= limit:
            break
        path.unlink(missing_ok=True)
        total, gone = total - size, gone + 1
    return gone
