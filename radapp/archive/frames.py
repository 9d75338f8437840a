"""Where each frame lies in a file's bytes: found once, when the file is inspected, so that nobody parses it again."""

from dataclasses import dataclass

import pydicom

from radapp.archive.encoding import Encoding
from radapp.archive.fragments import offsets_of, pack
from radapp.archive.headers import text, whole_number
from radapp.archive.storage import Buffer
from radapp.archive.walk import PixelData

KEYWORDS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", 0x7FE00010: "PixelData"}
EXTENDED_OFFSETS = 0x7FE00001
# What a database's column holds; nothing real comes near it.
_MOST = 2**62


@dataclass(frozen=True)
class PixelPlace:
    """The pixel data of a data set. `offset`: of the value in the file, 0 where the data set is deflated.

    `ranges`: the pieces of every compressed frame (fragments.pack); None where they cannot be told apart, or uncompressed.
    """

    keyword: str
    offset: int
    length: int
    frames: int
    frame_bits: int
    bits_allocated: int
    ranges: bytes | None


NOWHERE = PixelPlace("", 0, 0, 0, 0, 0, None)
"""Of a data set without pixels, or with none that could be read by frames."""


def place_of(
    content: Buffer, pixels: PixelData | None, header: pydicom.Dataset, encoding: Encoding, extended: bytes
) -> PixelPlace:
    """Where the pixels of an inspected data set lie. `extended`: the value of its extended offset table, or empty."""
    if pixels is None:
        return NOWHERE
    allocated = whole_number(header, "BitsAllocated") or {0x7FE00008: 32, 0x7FE00009: 64}.get(pixels.tag, 0)
    frames = max(whole_number(header, "NumberOfFrames") or 1, 1)
    bits = _frame_bits(header, allocated)
    if encoding.encapsulated:
        if pixels.fragments is None:
            return NOWHERE
        start, length = pixels.fragments.table or (0, 0)
        if length != 4 * frames or frames > len(pixels.fragments):
            length = 0  # such a table tells nothing, and may be of any size
        basic = offsets_of(bytes(content[start : start + length]), "L")
        found = pixels.fragments.frames(frames, basic, offsets_of(extended, "Q"))
        ranges = None if found is None else pack(found)
        return PixelPlace(KEYWORDS[pixels.tag], pixels.offset, pixels.length, frames, bits, allocated, ranges)
    if pixels.fragments is not None or bits <= 0 or bits * frames > pixels.length * 8:
        return NOWHERE
    offset = 0 if encoding.deflated else pixels.offset
    return PixelPlace(KEYWORDS[pixels.tag], offset, pixels.length, frames, bits, allocated, None)


def _frame_bits(header: pydicom.Dataset, allocated: int) -> int:
    """Bits of one uncompressed frame; 0 where the header does not tell."""
    pixels = (whole_number(header, "Rows") or 0) * (whole_number(header, "Columns") or 0)
    samples = whole_number(header, "SamplesPerPixel") or 1
    if text(header, "PhotometricInterpretation") == "YBR_FULL_422":
        samples = 2
    return min(max(pixels * samples * allocated, 0), _MOST)
