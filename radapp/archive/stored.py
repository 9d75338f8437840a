"""What a store of bytes can do, wherever it keeps them: each under the SHA-256 of its content, written once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Stored:
    """One thing in a store: its name (a SHA-256, unless somebody put it there by hand), bytes, and when it was written."""

    name: str
    size: int
    modified: float


class Store(Protocol):
    """`take` makes durable; `remove`, `restore` and `drop` are the ways of what no row names any more."""

    def place_of(self, sha256: str) -> Path:
        """Where these bytes lie on this machine, if they do. Asks nobody."""
        ...

    def path_of(self, sha256: str) -> Path:
        """Where these bytes can be read, fetched or brought back first where need be."""
        ...

    def holds(self, sha256: str, size: int) -> bool:
        """Whether they need not be written; False where only asking the store would tell."""
        ...

    def size_of(self, sha256: str) -> int | None:
        """Their size in the store, None where there are none."""
        ...

    def take(self, staged: Mapping[str, Path], known: Sequence[str]) -> None:
        """Make temporary files durable under their final names; they are gone from where they lay."""
        ...

    def digest_of(self, sha256: str) -> tuple[str, int]:
        """SHA-256 and size of what the store really has under this name. Raises FileNotFoundError."""
        ...

    def names(self, prefix: str) -> Iterator[Stored]:
        """Everything whose name should begin with these two digits, in the order of names."""
        ...

    def remove(self, sha256: str) -> bool:
        """Put bytes among the removed ones, from where `path_of` brings them back; False where there are none."""
        ...

    def restore(self, sha256: str) -> bool:
        """Bring removed bytes back; False where there are none."""
        ...

    def drop(self, sha256: str) -> None:
        """Delete removed bytes for good."""
        ...

    def quarantine(self, prefix: str, name: str) -> str:
        """Put a file aside where nothing reads it; returns its new place."""
        ...
