"""Frames of a stored instance: native ones by offset and length from the file, compressed ones as stored or decoded."""

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

import numpy as np
import pydicom
from pydicom.encaps import get_frame
from pydicom.pixels import pixel_array
from pydicom.uid import UID

from radapp.archive import storage
from radapp.archive.headers import UNREADABLE, whole_number
from radapp.dicomweb.syntaxes import BIG_ENDIAN, DEFLATED, IMPLICIT, NATIVE

PIXEL_TAGS = {(0x7FE0, 0x0008): "FloatPixelData", (0x7FE0, 0x0009): "DoubleFloatPixelData", (0x7FE0, 0x0010): "PixelData"}
_HEADER_TAGS = ["Rows", "Columns", "SamplesPerPixel", "BitsAllocated", "NumberOfFrames", "PhotometricInterpretation"]
_UNDEFINED = 0xFFFFFFFF
# What pydicom and its decoders raise on pixels or headers that are not what they claim.
DAMAGED = (*UNREADABLE, RuntimeError, struct.error)


class NoPixelsError(ValueError):
    """The instance has no pixel data that could be read by frames."""


@dataclass(frozen=True)
class PixelLayout:
    """Where an instance's pixel data lies. `offset`: of the value in the file (in the inflated data set if deflated)."""

    sha256: str
    syntax: str
    keyword: str
    offset: int
    length: int
    frames: int
    frame_bits: int
    bits_allocated: int

    @property
    def native(self) -> bool:
        """Uncompressed pixels (whether or not the whole data set is deflated)."""
        return self.syntax in NATIVE

    @property
    def path(self) -> Path:
        return storage.path_of(self.sha256)


def _syntax_of(dataset: pydicom.FileDataset) -> str:
    """The declared syntax; a file without meta information was read by pydicom's guess."""
    declared = getattr(dataset.file_meta, "TransferSyntaxUID", None)
    if declared:
        return str(declared)
    return IMPLICIT if dataset.original_encoding[0] else "1.2.840.10008.1.2.1"


def _frame_bits(dataset: pydicom.Dataset) -> tuple[int, int]:
    """(bits of one frame, bits allocated)."""
    allocated = whole_number(dataset, "BitsAllocated") or 0
    pixels = (whole_number(dataset, "Rows") or 0) * (whole_number(dataset, "Columns") or 0)
    samples = whole_number(dataset, "SamplesPerPixel") or 1
    if dataset.get("PhotometricInterpretation") == "YBR_FULL_422":
        samples = 2
    return pixels * samples * allocated, allocated


def _element_header(file: IO[bytes], implicit: bool, little: bool) -> tuple[str, int]:
    """(keyword, length) of the pixel element at the file's position, which moves to its value."""
    order = "<" if little else ">"
    head = file.read(8 if implicit else 12)
    if len(head) < 8:
        raise NoPixelsError("the data set ends without pixel data")
    tag = struct.unpack(order + "HH", head[:4])
    keyword = PIXEL_TAGS.get((tag[0], tag[1]))
    if keyword is None:
        raise NoPixelsError("no pixel data element")
    return keyword, struct.unpack(order + "L", head[4:8] if implicit else head[8:12])[0]


@lru_cache(maxsize=8192)
def layout_of(sha256: str) -> PixelLayout:
    """Find the pixel data of a stored file. Raises NoPixelsError for objects without any (reports, say)."""
    with storage.open_(sha256) as file:
        dataset = pydicom.dcmread(file, stop_before_pixels=True, force=True, specific_tags=_HEADER_TAGS)
        syntax = _syntax_of(dataset)
        bits, allocated = _frame_bits(dataset)
        frames = max(whole_number(dataset, "NumberOfFrames") or 1, 1)
        if syntax == DEFLATED:
            keyword, length = _deflated_element(sha256)
            return PixelLayout(sha256, syntax, keyword, 0, length, frames, bits, allocated)
        implicit, little = dataset.original_encoding
        keyword, length = _element_header(file, bool(implicit), bool(little))
        offset = file.tell()
    if syntax in NATIVE and (length == _UNDEFINED or bits * frames > length * 8):
        raise NoPixelsError("the pixel data is shorter than rows, columns and frames ask for")
    return PixelLayout(sha256, syntax, keyword, offset, length, frames, bits, allocated)


def _deflated_element(sha256: str) -> tuple[str, int]:
    dataset = pydicom.dcmread(storage.path_of(sha256), force=True)
    for keyword in PIXEL_TAGS.values():
        if keyword in dataset:
            return keyword, len(dataset[keyword].value)
    raise NoPixelsError("no pixel data element")


def _native_value(layout: PixelLayout) -> bytes | mmap.mmap:
    """The whole pixel value: inflated, or the file mapped (then offsets count from the file's start)."""
    if layout.syntax == DEFLATED:
        value = pydicom.dcmread(layout.path, force=True)[layout.keyword].value
        return bytes(value)
    with layout.path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _little_endian(octets: bytes, layout: PixelLayout) -> bytes:
    """Big endian words turned around; everything else as it is."""
    if layout.syntax != BIG_ENDIAN or layout.bits_allocated <= 8:
        return octets
    return np.frombuffer(octets, dtype=f">u{layout.bits_allocated // 8}").byteswap().tobytes()


def _packed_bits(value: bytes | mmap.mmap, layout: PixelLayout, index: int) -> bytes:
    """A frame of one-bit pixels that need not begin at an octet (PS3.5 section 8.1.1): cut out and packed anew."""
    start = index * layout.frame_bits
    first, last = layout.offset + start // 8, layout.offset + (start + layout.frame_bits + 7) // 8
    bits = np.unpackbits(np.frombuffer(value[first:last], dtype=np.uint8), bitorder="little")
    cut = bits[start % 8 : start % 8 + layout.frame_bits]
    return np.packbits(cut, bitorder="little").tobytes()


def native_frames(layout: PixelLayout, indices: Sequence[int]) -> list[bytes]:
    """Uncompressed frames (indices from 0) as little endian octets, straight from the file where it is not deflated."""
    size = layout.frame_bits // 8
    if len(indices) == 1 and layout.syntax != DEFLATED and layout.frame_bits % 8 == 0 and layout.bits_allocated >= 8:
        with layout.path.open("rb", buffering=0) as file:
            file.seek(layout.offset + indices[0] * size)
            return [_little_endian(file.read(size), layout)]
    value = _native_value(layout)
    try:
        if layout.bits_allocated < 8:
            return [_packed_bits(value, layout, index) for index in indices]
        starts = [layout.offset + index * size for index in indices]
        return [_little_endian(value[start : start + size], layout) for start in starts]
    finally:
        if isinstance(value, mmap.mmap):
            value.close()


def stored_frames(layout: PixelLayout, indices: Sequence[int]) -> list[bytes]:
    """Compressed frames (indices from 0) as they lie in the file; NoPixelsError where they cannot be told apart."""
    with layout.path.open("rb") as file:
        frames = []
        for index in indices:
            file.seek(layout.offset)
            try:
                frames.append(get_frame(file, index, number_of_frames=layout.frames))
            except DAMAGED as error:
                raise NoPixelsError("the fragments cannot be told apart by frames") from error
    return frames


def decoded_frames(layout: PixelLayout, indices: Sequence[int]) -> list[bytes]:
    """Compressed frames (indices from 0) decoded to little endian octets; NoPixelsError where no decoder reads them."""
    frames = []
    for index in indices:
        try:
            pixels = pixel_array(layout.path, index=index, raw=True)
        except DAMAGED as error:
            raise NoPixelsError(f"no decoder reads {UID(layout.syntax).name}") from error
        frames.append(pixels.astype(pixels.dtype.newbyteorder("<"), copy=False).tobytes())
    return frames
