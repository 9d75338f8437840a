"""Compressed pixel data in fragments (PS3.5 A.4): where they lie, and which of them make up which frame."""

import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

# A JPEG stream (JPEG-LS and JPEG 2000 too) ends with this marker; padding may follow it.
END_OF_IMAGE, END_BYTES = b"\xff\xd9", 10
BEGINNING_BYTES = 12
_COUNT = struct.Struct("<I")
_RANGE = struct.Struct("<QI")

Ranges = tuple[tuple[int, int], ...]
"""(offset, length) of the pieces of one frame, in order."""


@dataclass
class Fragments:
    """Where the offset table lies (offset, length), and the fragments behind it.

    `ends`: 1 for a fragment whose last bytes hold an end-of-image marker. `beginning`: the first one's first bytes.
    """

    table: tuple[int, int] | None = None
    offsets: "array[int]" = field(default_factory=lambda: array("Q"))
    lengths: "array[int]" = field(default_factory=lambda: array("Q"))
    ends: bytearray = field(default_factory=bytearray)
    beginning: bytes = b""

    def add(self, view: memoryview, start: int, end: int) -> bool:
        """Note the next item of the pixel data, whose value is `view[start:end]`; False for the first, the offset table."""
        if self.table is None:
            self.table = (start, end - start)
            return False
        if not self.offsets:
            self.beginning = bytes(view[start : min(end, start + BEGINNING_BYTES)])
        self.offsets.append(start)
        self.lengths.append(end - start)
        self.ends.append(END_OF_IMAGE in bytes(view[max(start, end - END_BYTES) : end]))
        return True

    def __len__(self) -> int:
        return len(self.offsets)

    def _range(self, first: int, last: int) -> Ranges:
        return tuple((self.offsets[n], self.lengths[n]) for n in range(first, last))

    def frames(self, count: int, basic: Sequence[int], extended: Sequence[int]) -> list[Ranges] | None:
        """The pieces of each of `count` frames; None where they cannot be told apart.

        `basic`, `extended`: the offset tables (PS3.5 A.4, PS3.3 C.7.6.3.1.8), counted from the first fragment's item.
        """
        total = len(self)
        if count == 1 and total:
            return [self._range(0, total)]
        if count == total:
            return [self._range(n, n + 1) for n in range(total)]
        for table in (extended, basic):
            starts = self._starts(count, table)
            if starts:
                return [self._range(*pair) for pair in zip(starts, [*starts[1:], total], strict=True)]
        if sum(self.ends) == count and self.ends and self.ends[-1]:
            lasts = [n + 1 for n in range(total) if self.ends[n]]
            return [self._range(*pair) for pair in zip([0, *lasts], lasts, strict=False)]
        return None

    def _starts(self, count: int, table: Sequence[int]) -> list[int]:
        """The number of each frame's first fragment by an offset table; empty where the table is not to be trusted."""
        if len(table) != count or not self.offsets:
            return []
        first = self.offsets[0]
        numbers = {offset - first: n for n, offset in enumerate(self.offsets)}
        starts = [numbers.get(offset, -1) for offset in table]
        rising = all(a < b for a, b in pairwise(starts))
        return starts if rising and starts[:1] == [0] else []


def offsets_of(table: bytes, unit: str) -> tuple[int, ...]:
    """An offset table's numbers; `unit` is struct's letter, L for the basic table and Q for the extended one."""
    size = struct.calcsize("<" + unit)
    return struct.unpack(f"<{len(table) // size}{unit}", table[: len(table) // size * size])


def pack(frames: Sequence[Ranges]) -> bytes:
    """The pieces of every frame as ByteIndex keeps them."""
    parts = bytearray()
    for pieces in frames:
        parts += _COUNT.pack(len(pieces))
        for offset, length in pieces:
            parts += _RANGE.pack(offset, length)
    return bytes(parts)


def unpack(packed: bytes) -> list[Ranges]:
    """What `pack` was given."""
    frames, position = [], 0
    while position < len(packed):
        (count,) = _COUNT.unpack_from(packed, position)
        position += _COUNT.size
        end = position + count * _RANGE.size
        frames.append(tuple(_RANGE.iter_unpack(packed[position:end])))
        position = end
    return frames
