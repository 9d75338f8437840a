"""A backup's folder: snapshots of the database, each with its manifest, over one set of objects that they share.

DIR/snapshots/20261126T101500Z/manifest.json   what it is, with checksums of all the rest
                               database…       the database at that moment
                               objects.txt     SHA-256 and size of every stored byte that it names
                               secret-key      the installation's (pseudonyms and exported UIDs hang on it)
DIR/objects/ab/abcdef…                         the bytes, as in the archive
DIR/bundles/abcdef…/                           networks that lie outside the program's own folder
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FORMAT = 1
MANIFEST, OBJECTS, KEY = "manifest.json", "objects.txt", "secret-key"
UNFINISHED = ".unfinished-"
BLOCK = 1024 * 1024


class BackupRefusedError(ValueError):
    """A backup cannot be taken or restored; the text says what was found, what was expected and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a snapshot is. `migrations`: the newest of each app; `missing`: SHA-256s that were lost when it was taken."""

    taken_at: str
    version: str
    engine: str
    database: str
    database_sha256: str
    objects: int
    octets: int
    objects_sha256: str
    studies: int
    instances: int
    migrations: dict[str, str]
    missing: list[str] = field(default_factory=list)
    bundles: list[str] = field(default_factory=list)
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Into the snapshot's folder, last of all."""
        written(folder / MANIFEST, json.dumps(asdict(self), indent=1).encode())


@dataclass(frozen=True)
class Snapshot:
    """One snapshot of a backup."""

    folder: Path
    manifest: Manifest

    @property
    def root(self) -> Path:
        """The backup's folder."""
        return self.folder.parent.parent

    def objects(self) -> Iterator[tuple[str, int]]:
        """(SHA-256, size) of every object."""
        return objects_in(self.folder / OBJECTS)


def objects_in(path: Path) -> Iterator[tuple[str, int]]:
    """The lines of an objects.txt."""
    with path.open() as file:
        for line in file:
            name, _, size = line.partition(" ")
            yield name, int(size)


def object_path(root: Path, sha256: str) -> Path:
    """Where an object lies in a backup."""
    return root / "objects" / sha256[:2] / sha256


def snapshots(root: Path) -> list[Snapshot]:
    """The finished snapshots of a backup, oldest first."""
    folders = sorted((root / "snapshots").glob("*/")) if (root / "snapshots").is_dir() else []
    return [Snapshot(one, _read(one)) for one in folders if not one.name.startswith(UNFINISHED)]


def chosen(root: Path, name: str | None) -> Snapshot:
    """The named snapshot, or the newest. Raises BackupRefusedError."""
    found = snapshots(root)
    if not found:
        raise BackupRefusedError(f"found no snapshot below {root}, expected a folder that `manage.py backup` wrote")
    if name is None:
        return found[-1]
    for one in found:
        if one.folder.name == name:
            return one
    names = ", ".join(one.folder.name for one in found)
    raise BackupRefusedError(f"found no snapshot {name!r}, expected one of {names}")


def _read(folder: Path) -> Manifest:
    try:
        facts: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        if facts.get("format") != FORMAT:
            raise BackupRefusedError(
                f"found a backup of format {facts.get('format')!r} in {folder}, expected {FORMAT}: "
                "use the version that wrote it"
            )
        return Manifest(**facts)
    except (OSError, ValueError, TypeError) as error:
        if isinstance(error, BackupRefusedError):
            raise
        raise BackupRefusedError(f"the manifest of {folder} cannot be read ({error}): this snapshot is not whole") from error


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def written(path: Path, content: bytes, mode: int = 0o600) -> None:
    """A small file, durably."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def synced(folder: Path) -> None:
    """Make a folder's names durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
