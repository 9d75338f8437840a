"""Bytes that are read as the archive's own but are not: an app above keeps them for a while, named by their SHA-256 too."""

from collections.abc import Callable
from pathlib import Path

from radapp.archive import storage

Keeper = Callable[[str], Path | None]

_registered: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Name the callable that says where such bytes lie, None where they do not; called once, at start-up."""
    _registered[:] = [keeper]


def path_of(sha256: str) -> Path:
    """Where the bytes with this SHA-256 can be read: kept for another system, or the archive's."""
    kept = _registered[0](sha256) if _registered else None
    return kept or storage.path_of(sha256)
