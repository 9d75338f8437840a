"""Random numbers that will be the same in ten years: SHA-256 in counter mode, written out here.

Word i of a stream is the first eight bytes (big-endian) of SHA-256 over the text `ordering 1|SEED|NAME|…|i`. Numbers below n
come from words by rejection, shuffles by Fisher and Yates from the end (Knuth, TAOCP 2, algorithm P). Python's `random` and
NumPy's generators may change their methods from one release to the next; the version in the text changes if ours ever do.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

VERSION = "ordering 1"
WORDS = 1 << 64
T = TypeVar("T")


class Chance:
    """One stream, told apart from the others of a seed by its name."""

    def __init__(self, seed: int, *name: str | int) -> None:
        self._start = "|".join([VERSION, str(seed), *map(str, name), ""])
        self._drawn = 0

    def word(self) -> int:
        """The next 64 bits."""
        digest = hashlib.sha256(f"{self._start}{self._drawn}".encode()).digest()
        self._drawn += 1
        return int.from_bytes(digest[:8], "big")

    def below(self, n: int) -> int:
        """One of 0 … n - 1, each as likely; ValueError for n < 1."""
        if n < 1:
            raise ValueError(f"a number below {n} was asked for; expected at least 1")
        fair = WORDS - WORDS % n
        while (word := self.word()) >= fair:
            pass
        return word % n

    def choose(self, items: Sequence[T]) -> T:
        """One of them."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All of them, each order as likely."""
        found = list(items)
        for last in range(len(found) - 1, 0, -1):
            other = self.below(last + 1)
            found[last], found[other] = found[other], found[last]
        return found
