"""Answers that cost more to make than to keep: files under VAR_DIR/cache, named by what they were made from."""

import hashlib
import os
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

LIMIT_BYTES = 1024 * 1024 * 1024
_PRUNE_EVERY = 256


def digest_of(parts: Iterable[str]) -> str:
    """One name for a list of facts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def kept(kind: str, digest: str, make: Callable[[], bytes]) -> bytes:
    """The answer kept under this name, or made now and kept. A cache that cannot be written is no error."""
    path = Path(settings.VAR_DIR) / "cache" / kind / digest[:2] / digest
    with suppress(OSError):
        found = path.read_bytes()
        os.utime(path)
        return found
    made = make()
    with suppress(OSError):
        _write(path, made)
        if int(digest[:8], 16) % _PRUNE_EVERY == 0:
            prune(Path(settings.VAR_DIR) / "cache", LIMIT_BYTES)
    return made


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
