"""Where the pixels lie in stored bytes, kept in ByteIndex: written with an intake's rows, found later for older ones."""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from django.db.models import Exists, OuterRef

from radapp.archive import borrowed, fragments
from radapp.archive.clutter import HEAD_BYTES, judge
from radapp.archive.encoding import DEFLATED_LITTLE, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from radapp.archive.frames import NOWHERE, PixelPlace
from radapp.archive.inspection import BrokenFileError, ClutterError, Inspected, inspect
from radapp.archive.models import ByteIndex, Instance

NATIVE = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED_LITTLE})


@dataclass(frozen=True)
class PixelLayout:
    """Where an instance's pixel data lies. `offset`: of the value in the file (in the inflated data set if deflated).

    `bare`: the file lacks preamble and DICM. `packed`: the pieces of compressed frames, None where not told apart.
    """

    sha256: str
    syntax: str
    keyword: str
    offset: int
    length: int
    frames: int
    frame_bits: int
    bits_allocated: int
    bare: bool = False
    packed: bytes | None = None

    @property
    def native(self) -> bool:
        """Uncompressed pixels (whether or not the whole data set is deflated)."""
        return self.syntax in NATIVE

    @property
    def path(self) -> Path:
        """Where the bytes can be read."""
        return borrowed.path_of(self.sha256)

    @cached_property
    def ranges(self) -> list[fragments.Ranges] | None:
        """The pieces of each compressed frame, (offset, length) in the file; None where they cannot be told apart."""
        return None if self.packed is None else fragments.unpack(self.packed)


def row_of(sha256: str, inspected: Inspected) -> ByteIndex:
    """The row for bytes that were inspected; not saved yet."""
    return _row(sha256, inspected.transfer_syntax_uid, inspected.pixels, bare=inspected.bare)


def _row(sha256: str, syntax: str, place: PixelPlace, *, bare: bool) -> ByteIndex:
    return ByteIndex(sha256=sha256, transfer_syntax_uid=syntax, bare=bare, **vars(place))


def write(rows: Sequence[ByteIndex]) -> None:
    """Keep some rows; the same bytes have the same one."""
    ByteIndex.objects.bulk_create(rows, ignore_conflicts=True)


def layout_from(row: ByteIndex) -> PixelLayout:
    """A row as a value."""
    packed = None if row.ranges is None else bytes(row.ranges)
    return PixelLayout(
        sha256=row.sha256,
        syntax=row.transfer_syntax_uid,
        keyword=row.keyword,
        offset=row.offset,
        length=row.length,
        frames=row.frames,
        frame_bits=row.frame_bits,
        bits_allocated=row.bits_allocated,
        bare=row.bare,
        packed=packed,
    )


@lru_cache(maxsize=8192)
def layout_of(sha256: str) -> PixelLayout:
    """Where the pixels of stored bytes lie; an empty keyword where there are none. Bytes never change, so it is kept."""
    row = ByteIndex.objects.filter(pk=sha256).first()
    if row is None:
        row = _found(sha256)
        write([row])
    return layout_from(row)


def layouts_of(sha256s: Sequence[str]) -> dict[str, PixelLayout]:
    """The same of several, in one query where all were indexed."""
    rows = ByteIndex.objects.in_bulk(sha256s)
    return {sha256: layout_from(rows[sha256]) if sha256 in rows else layout_of(sha256) for sha256 in sha256s}


def backfill(most: int) -> int:
    """Index up to `most` instances that were stored before there was an index; returns how many were done."""
    indexed = ByteIndex.objects.filter(sha256=OuterRef("sha256"))
    missing = Instance.every.filter(~Exists(indexed)).order_by("id").values_list("sha256", flat=True)[:most]
    found = 0
    for sha256 in list(missing):
        try:
            write([_found(sha256)])
        except FileNotFoundError:
            continue  # manage.py verify_archive tells of it
        found += 1
    return found


def _found(sha256: str) -> ByteIndex:
    """Look into stored bytes. What cannot be read as it could when it was stored has no frames."""
    with borrowed.path_of(sha256).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        judgement = judge("", content[:HEAD_BYTES])
        try:
            return row_of(sha256, inspect(content, judgement))
        except (BrokenFileError, ClutterError):
            stored = Instance.every.filter(sha256=sha256).first()
            return _row(sha256, stored.transfer_syntax_uid if stored else "", NOWHERE, bare=False)
