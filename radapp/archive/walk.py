"""A walk over a data set's elements that cannot be made to recurse, hang or read outside the file.

It runs before pydicom sees the bytes. On the way it computes two digests that do not depend on the transfer syntax of
uncompressed data: of the data set as Implicit VR Little Endian with defined lengths (PS3.5 A.1), file meta information
and group lengths left out, and of the pixel data's value.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pydicom.datadict import dictionary_VR

from radapp.archive.encoding import LONG_VRS, SHORT_VRS, SWAPPED_UNITS, Encoding
from radapp.archive.fragments import Fragments
from radapp.archive.limits import LIMITS, LimitExceededError, Limits, MalformedError
from radapp.archive.storage import Buffer

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_DATA = 0x7FE00010
PIXEL_TAGS = frozenset({PIXEL_DATA, 0x7FE00008, 0x7FE00009})
_EXTENDED_OFFSETS = frozenset({0x7FE00001, 0x7FE00002})
# Longer values are hashed where they lie: raw data may hold gigabytes in one private element.
COPIED_BYTES = 64 * 1024
BLOCK_BYTES = 4 * 1024 * 1024
ITEM_START = b"\xfe\xff\x00\xe0"
_TAG_LENGTH = {True: struct.Struct("<HHL"), False: struct.Struct(">HHL")}
_SHORT = {True: struct.Struct("<H"), False: struct.Struct(">H")}
_LONG = {True: struct.Struct("<L"), False: struct.Struct(">L")}
_CANONICAL = _TAG_LENGTH[True]
_SHORT_HEAD = struct.Struct("<HH2sH")
PIXEL_GROUP = 0x7FE0


@dataclass(frozen=True)
class PixelData:
    """The top-level pixel data: where its value begins, its length, its digest; its fragments where encapsulated."""

    tag: int
    offset: int
    length: int
    sha256: str
    fragments: Fragments | None = None


@dataclass(frozen=True)
class RawElement:
    """One top-level element that was asked for: VR as written (None where implicit) and value bytes."""

    vr: str | None
    value: bytes


@dataclass(frozen=True)
class Walked:
    """What the walk found."""

    digest: str
    pixel_data: PixelData | None
    wanted: dict[int, RawElement]
    elements: int


@dataclass(slots=True)
class _Level:
    """One open data set, item or sequence. `end` is None where the length is undefined; `limit` is the nearest known end.

    `parts`: its canonical bytes so far; those of the outermost data set go into the digest at once.
    """

    sequence: bool
    tag: int
    end: int | None
    limit: int
    implicit: bool
    little: bool
    parts: list[bytes | memoryview] = field(default_factory=list)
    resume: int | None = None  # a sequence only guessed at: where its raw value ends, should the guess fail
    start: int = 0


@lru_cache(maxsize=16384)
def _is_sequence(tag: int) -> bool:
    """Whether the dictionary says SQ for this public tag."""
    try:
        return dictionary_VR(tag) == "SQ"
    except KeyError:
        return False


def tag_text(tag: int) -> str:
    """(gggg,eeee)."""
    return f"({tag >> 16:04x},{tag & 0xFFFF:04x})"


class Walk:
    """One walk over `buffer[start:]`. `wanted`: top-level tags whose values are kept (up to 64 kB each)."""

    KEPT_BYTES = COPIED_BYTES

    def __init__(
        self, buffer: Buffer, start: int, encoding: Encoding, wanted: frozenset[int], limits: Limits = LIMITS
    ) -> None:
        self._buffer = buffer
        self._view = memoryview(buffer)
        self._position = start
        self._encoding = encoding
        self._ordinary = encoding.little and not encoding.implicit
        self._wanted_tags = wanted
        self._limits = limits
        self._wanted: dict[int, RawElement] = {}
        self._seen: set[int] = set()
        self._pixel_data: PixelData | None = None
        self._digest = hashlib.sha256()
        self._elements = 0
        self._items = 0
        end = len(buffer)
        self._stack = [_Level(False, 0, end, end, encoding.implicit, encoding.little)]

    def run(self) -> Walked:
        """Walk to the end. Raises MalformedError or LimitExceededError."""
        try:
            while self._stack:
                try:
                    self._step(self._stack[-1])
                except MalformedError as error:
                    self._take_guess_back(error)
        finally:
            self._stack.clear()  # its parts may look into the buffer, which its owner wants to close
            self._view.release()
        return Walked(self._digest.hexdigest(), self._pixel_data, self._wanted, self._elements)

    def _step(self, level: _Level) -> None:
        if level.end is not None and self._position >= level.end:
            self._close()
        elif level.sequence:
            self._item(level)
        else:
            if self._ordinary and len(self._stack) == 1 and self._pixel_data is None:
                self._short_elements(level)
                if self._position >= level.limit:
                    return
            self._element(level)

    def _take_guess_back(self, error: MalformedError) -> None:
        """A malformed place inside a value that was only guessed to be a sequence means that it is plain bytes."""
        for depth in range(len(self._stack) - 1, 0, -1):
            level = self._stack[depth]
            if level.resume is not None:
                del self._stack[depth:]
                self._position = level.resume
                self._leaf(self._stack[-1], level.tag, self._view[level.start : level.resume])
                return
        raise error

    def _close(self) -> None:
        """End the innermost level and give its canonical bytes to the one around it."""
        level = self._stack.pop()
        if not self._stack:
            return
        length = sum(map(len, level.parts))
        parts = [b"".join(level.parts)] if length <= COPIED_BYTES else level.parts
        self._emit(self._stack[-1], level.tag, length, parts)

    def _emit(self, level: _Level, tag: int, length: int, parts: Sequence[bytes | memoryview]) -> None:
        """Give a level one canonical element or item: tag, length and value."""
        head = _CANONICAL.pack(tag >> 16, tag & 0xFFFF, length)
        if level is self._stack[0]:
            for part in (head, *parts):
                self._digest.update(part)
        else:
            level.parts += (head, *parts)

    def _header(self, level: _Level, what: str) -> tuple[int, int]:
        """Tag and 4-byte length at the position."""
        if level.limit - self._position < 8:
            left = level.limit - self._position
            raise MalformedError(f"found {left} bytes at offset {self._position}, expected {what}: truncated")
        group, element, length = _TAG_LENGTH[level.little].unpack_from(self._buffer, self._position)
        return group << 16 | element, length

    def _item(self, level: _Level) -> None:
        tag, length = self._header(level, "an item")
        if tag == SEQUENCE_END and level.end is None:
            self._position += 8
            self._close()
            return
        if tag != ITEM:
            raise MalformedError(
                f"found {tag_text(tag)} at offset {self._position}, expected an item of {tag_text(level.tag)}"
            )
        self._items += 1
        if self._items > self._limits.items:
            raise LimitExceededError(f"found more than {self._limits.items} sequence items")
        self._position += 8
        self._push(ITEM, length, level, sequence=False)

    def _push(self, tag: int, length: int, level: _Level, *, sequence: bool, implicit: bool | None = None) -> _Level:
        if len(self._stack) >= 2 * self._limits.depth:
            raise LimitExceededError(f"found sequences nested more than {self._limits.depth} deep")
        end = None if length == UNDEFINED else self._end_of(tag, length, level)
        within_un = implicit is True
        inner = _Level(
            sequence=sequence,
            tag=tag,
            end=end,
            limit=level.limit if end is None else end,
            implicit=level.implicit if implicit is None else implicit,
            little=True if within_un else level.little,
            start=self._position,
        )
        self._stack.append(inner)
        return inner

    def _end_of(self, tag: int, length: int, level: _Level) -> int:
        end = self._position + length
        if end > level.limit:
            left = level.limit - self._position
            at = self._position
            raise MalformedError(f"{tag_text(tag)} claims {length} bytes at offset {at}, but {left} are left: truncated")
        return end

    def _short_elements(self, level: _Level) -> None:
        """What `_element` does, in a third of the time, for a run of ordinary ones: a short VR, and nothing wrong."""
        position, limit, view, seen = self._position, level.limit, self._view, self._seen
        most = self._limits.elements - self._elements
        canonical: list[bytes] = []
        while position + 8 <= limit and len(canonical) < most:
            group, element, vr, length = _SHORT_HEAD.unpack_from(self._buffer, position)
            tag, end = group << 16 | element, position + 8 + length
            if vr not in SHORT_VRS or not 0 < group < PIXEL_GROUP or end > limit or tag in seen or not element:
                break
            value = bytes(view[position + 8 : end])
            if tag in self._wanted_tags:
                self._wanted[tag] = RawElement(vr.decode("ascii"), value)
            seen.add(tag)
            canonical.append(_CANONICAL.pack(group, element, length) + value)
            position = end
        self._position = position
        self._elements += len(canonical)
        self._digest.update(b"".join(canonical))

    def _element(self, level: _Level) -> None:
        if self._at_padding(level):
            self._position = level.limit
            return
        tag, length = self._header(level, "an element")
        if tag == ITEM_END and level.end is None:
            self._position += 8
            self._close()
            return
        if tag >> 16 == 0xFFFE:
            raise MalformedError(f"found the delimiter {tag_text(tag)} at offset {self._position}, expected an element")
        self._count(tag, level)
        vr = None
        self._position += 8
        if not level.implicit:
            vr, length = self._explicit(tag, level)
        self._value(tag, vr, length, level)

    def _at_padding(self, level: _Level) -> bool:
        """Whether the rest of the file is zeros: some writers fill up to a block's end."""
        if len(self._stack) != 1 or any(self._view[self._position : self._position + 4]):
            return False
        for start in range(self._position, level.limit, BLOCK_BYTES):
            block = bytes(self._view[start : min(start + BLOCK_BYTES, level.limit)])
            if block.count(0) != len(block):
                return False
        return True

    def _count(self, tag: int, level: _Level) -> None:
        self._elements += 1
        if self._elements > self._limits.elements:
            raise LimitExceededError(f"found more than {self._limits.elements} elements")
        if len(self._stack) == 1:
            if tag in self._seen:
                raise MalformedError(f"{tag_text(tag)} occurs twice, the second time at offset {self._position}")
            if self._pixel_data is not None and tag < self._pixel_data.tag:
                raise MalformedError(f"{tag_text(tag)} stands behind the pixel data: out of order")
            self._seen.add(tag)

    def _explicit(self, tag: int, level: _Level) -> tuple[bytes, int]:
        """VR and length of an explicit element; the position moves behind them."""
        vr = bytes(self._view[self._position - 4 : self._position - 2])
        if vr in SHORT_VRS:
            return vr, _SHORT[level.little].unpack_from(self._buffer, self._position - 2)[0]
        if vr not in LONG_VRS:
            where = self._position - 4
            raise MalformedError(f"{tag_text(tag)} has the VR {vr!r} at offset {where}, expected one of PS3.5 section 6.2")
        if level.limit - self._position < 4:
            raise MalformedError(f"{tag_text(tag)} ends before its length at offset {self._position}: truncated")
        length = _LONG[level.little].unpack_from(self._buffer, self._position)[0]
        self._position += 4
        return vr, length

    def _value(self, tag: int, vr: bytes | None, length: int, level: _Level) -> None:
        unknown = vr is None or vr == b"UN"
        if length == UNDEFINED:
            if tag == PIXEL_DATA and vr in {b"OB", b"OW", b"UN"}:
                self._fragments(tag, level)
            elif unknown or vr == b"SQ":
                # An undefined length with VR UN is a sequence in Implicit VR Little Endian (PS3.5 section 6.2.2).
                self._push(tag, length, level, sequence=True, implicit=True if vr == b"UN" else None)
            else:
                raise MalformedError(f"{tag_text(tag)} has an undefined length, which {vr!r} cannot have")
            return
        end = self._end_of(tag, length, level)
        if length and (vr == b"SQ" or (unknown and _is_sequence(tag))):
            self._push(tag, length, level, sequence=True, implicit=True if vr == b"UN" else None)
        elif length >= 8 and unknown and self._view[self._position : self._position + 4] == ITEM_START:
            # Perhaps a private sequence whose VR nobody wrote down: walked as one, and plain bytes if that fails.
            self._push(tag, length, level, sequence=True, implicit=True).resume = end
        else:
            self._plain(tag, vr, end, level)

    def _plain(self, tag: int, vr: bytes | None, end: int, level: _Level) -> None:
        start, self._position = self._position, end
        top = len(self._stack) == 1
        if top and tag in _EXTENDED_OFFSETS:
            self._check_offsets(end - start, 8)
        if top and tag in PIXEL_TAGS:
            self._native_pixels(tag, vr, start, end, level)
            return
        unit = SWAPPED_UNITS.get(vr, 1) if vr is not None and not level.little else 1
        if end - start > COPIED_BYTES and unit == 1:
            self._leaf(level, tag, self._view[start:end])
            return
        value = _swapped(bytes(self._view[start:end]), unit, tag)
        if top and tag in self._wanted_tags and len(value) <= self.KEPT_BYTES:
            self._wanted[tag] = RawElement(vr.decode("ascii") if vr else None, value)
        self._leaf(level, tag, value)

    def _check_offsets(self, length: int, unit: int) -> None:
        """Decoders make a number of each entry of an offset table, however many there are."""
        if length > unit * self._limits.frames:
            raise LimitExceededError(f"found an offset table of {length} bytes, for more than {self._limits.frames} frames")

    def _leaf(self, level: _Level, tag: int, value: bytes | memoryview) -> None:
        if tag & 0xFFFF:  # (gggg,0000) is a group length
            self._emit(level, tag, len(value), [value])

    def _native_pixels(self, tag: int, vr: bytes | None, start: int, end: int, level: _Level) -> None:
        digest = hashlib.sha256()
        if level.little or vr is None:
            digest.update(self._view[start:end])
        else:
            unit = SWAPPED_UNITS.get(vr, 1)
            for block in range(start, end, BLOCK_BYTES):
                digest.update(_swapped(bytes(self._view[block : min(block + BLOCK_BYTES, end)]), unit, tag))
        self._pixels(PixelData(tag, start, end - start, digest.hexdigest()), level)

    def _pixels(self, pixel_data: PixelData, level: _Level) -> None:
        """The pixel data stands in the data set's digest by its own digest, so that it is read once."""
        self._pixel_data = pixel_data
        self._leaf(level, pixel_data.tag, bytes.fromhex(pixel_data.sha256))

    def _fragments(self, tag: int, level: _Level) -> None:
        """Encapsulated pixel data (PS3.5 A.4): an offset table, fragments, a delimiter. The offset table is not hashed."""
        start = self._position
        digest = hashlib.sha256(self._encoding.uid.encode())
        fragments = Fragments()
        while True:
            item, length = self._header(level, "a fragment of the pixel data or its end")
            self._position += 8
            if item == SEQUENCE_END:
                break
            if item != ITEM or length == UNDEFINED:
                at = self._position - 8
                raise MalformedError(f"found {tag_text(item)} at offset {at}, expected a fragment of the pixel data")
            self._items += 1
            if self._items > self._limits.items:
                raise LimitExceededError(f"found more than {self._limits.items} sequence items")
            end = self._end_of(item, length, level)
            if fragments.table is None:
                self._check_offsets(length, 4)
            if fragments.add(self._view, self._position, end):
                digest.update(length.to_bytes(4, "little"))
                digest.update(self._view[self._position : end])
            self._position = end
        if len(self._stack) == 1:
            self._pixels(PixelData(tag, start, self._position - start, digest.hexdigest(), fragments), level)
        else:
            self._leaf(level, tag, digest.digest())


def _swapped(value: bytes, unit: int, tag: int) -> bytes:
    """The value in the other byte order."""
    if unit == 1:
        return value
    if len(value) % unit:
        raise MalformedError(f"{tag_text(tag)} has {len(value)} bytes, expected a multiple of {unit}")
    swapped = bytearray(len(value))
    for offset in range(unit):
        swapped[offset::unit] = value[unit - 1 - offset :: unit]
    return bytes(swapped)
