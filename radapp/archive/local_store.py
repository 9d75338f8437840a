"""Bytes on this machine's own disk: `ab/abcdef…` below one folder, each name the SHA-256 of what it holds."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from radapp.archive.stored import BLOCK, Stored

# fsync waits for the disk, not for the processor: a few at once share the journal's commits.
SYNC_THREADS = 8
ONE_BY_ONE = 4
"""So few are synchronised before a thread would have begun."""
REMOVED, QUARANTINE, INCOMING = "removed", "quarantine", "incoming"


@dataclass(frozen=True)
class LocalStore:
    """The archive's folder. What is to go lies in `removed/` for a while, and what is damaged in `quarantine/`."""

    root: Path

    def place_of(self, sha256: str) -> Path:
        """Where these bytes lie, stored or not."""
        return self.root / sha256[:2] / sha256

    def path_of(self, sha256: str) -> Path:
        """Where these bytes can be read; brought back first if they were on their way out."""
        place = self.place_of(sha256)
        if not place.exists():
            self.restore(sha256)
        return place

    def holds(self, sha256: str, size: int) -> bool:
        """Whether these bytes lie under their name. They are read: a crash may have left the name and not its content."""
        return self.size_of(sha256) == size and self.digest_of(sha256)[0] == sha256

    def size_of(self, sha256: str) -> int | None:
        """Their size, None where there are none."""
        try:
            return self.place_of(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def take(self, staged: Mapping[str, Path], known: Sequence[str]) -> None:
        """Give every file its final name, and make it durable under it: contents, names and new folders in one round.

        `known` were there already, perhaps since a moment ago: they are made durable too. What cannot be stays as a file
        without a row: somebody else may have taken it for known by now.
        """
        places = {sha256: self.place_of(sha256) for sha256 in (*staged, *known)}
        folders = {place.parent for place in places.values()}
        for sha256, path in staged.items():
            try:
                path.replace(places[sha256])
            except FileNotFoundError:
                places[sha256].parent.mkdir(exist_ok=True)
                folders.add(self.root)  # it holds the new folder's name
                path.replace(places[sha256])
        in_parallel(_sync, [*places.values(), *folders])

    def digest_of(self, sha256: str) -> tuple[str, int]:
        """SHA-256 and size of what really lies under this name. Raises FileNotFoundError."""
        digest, size = hashlib.sha256(), 0
        with self.place_of(sha256).open("rb", buffering=0) as file:
            while block := file.read(BLOCK):
                digest.update(block)
                size += len(block)
        return digest.hexdigest(), size

    def names(self, prefix: str) -> Iterator[Stored]:
        """Everything in the folder of one prefix, by name."""
        folder = self.root / prefix
        if not folder.is_dir():
            return
        for name in sorted(os.listdir(folder)):
            with suppress(FileNotFoundError):
                found = (folder / name).stat()
                yield Stored(name, found.st_size, found.st_mtime)

    def remove(self, sha256: str) -> bool:
        """Put bytes among the removed ones, from where `path_of` brings them back; False where there are none."""
        return _moved(self.place_of(sha256), self._removed(sha256))

    def restore(self, sha256: str) -> bool:
        """Bring removed bytes back; False where there are none."""
        return _moved(self._removed(sha256), self.place_of(sha256))

    def drop(self, sha256: str) -> None:
        """Delete removed bytes for good."""
        self._removed(sha256).unlink(missing_ok=True)

    def quarantine(self, prefix: str, name: str) -> str:
        """Put a file aside where nothing reads it; returns its new place, told from the folder."""
        target = self.root / QUARANTINE / name
        number = 0
        while target.exists():
            number += 1
            target = target.with_name(f"{name}.{number}")
        _moved(self.root / prefix / name, target)
        return str(target.relative_to(self.root))

    def _removed(self, sha256: str) -> Path:
        return self.root / REMOVED / sha256


def _moved(source: Path, target: Path) -> bool:
    if not source.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.replace(target)
    except FileNotFoundError:
        return False
    for folder in (target.parent, source.parent):
        _sync(folder)
    return True


def _sync(path: Path) -> None:
    """Make a file's content or a folder's names durable; nothing where it has gone."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def in_parallel(act: Callable[[Path], None], paths: list[Path]) -> None:
    """Act on each, some at a time where there are many."""
    if len(paths) <= ONE_BY_ONE:
        for path in paths:
            act(path)
        return

    def act_on(some: list[Path]) -> None:
        for path in some:
            act(path)

    list(_threads(os.getpid()).map(act_on, [paths[first::SYNC_THREADS] for first in range(SYNC_THREADS)]))


@cache
def _threads(_process: int) -> ThreadPoolExecutor:
    """Threads that wait for a disk or a store; made once in a process, since a fork has none of its parent's."""
    return ThreadPoolExecutor(SYNC_THREADS, thread_name_prefix="sync")
