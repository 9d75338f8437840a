"""Frames of a stored instance: native ones by offset and length from the file, compressed ones as stored or decoded."""

import mmap
import os
from collections.abc import Sequence

import numpy as np
import pydicom
from pydicom.pixels import pixel_array
from pydicom.uid import UID

from ml import decoding
from radapp.archive import byte_index
from radapp.archive.byte_index import PixelLayout as PixelLayout
from radapp.archive.headers import UNREADABLE
from radapp.dicomweb.syntaxes import BIG_ENDIAN, DEFLATED

# What pydicom and its decoders raise on pixels or headers that are not what they claim.
DAMAGED = (*UNREADABLE, RuntimeError)


class NoPixelsError(ValueError):
    """The instance's pixel data cannot be read, or written, as it is asked for."""


def layout_of(sha256: str) -> PixelLayout | None:
    """Where the pixel data of a stored file lies; None for objects without any that could be read (reports, say)."""
    layout = byte_index.layout_of(sha256)
    return layout if layout.keyword else None


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
    ranges = layout.ranges
    if ranges is None:
        raise NoPixelsError("the fragments cannot be told apart by frames")
    with layout.path.open("rb", buffering=0) as file:
        handle = file.fileno()
        return [b"".join(os.pread(handle, length, offset) for offset, length in ranges[index]) for index in indices]


def decoded_frames(layout: PixelLayout, indices: Sequence[int]) -> list[bytes]:
    """Compressed frames (indices from 0) decoded to little endian octets; NoPixelsError where no decoder reads them."""
    if layout.frame_bits // 8 * len(indices) > decoding.MOST_DECODED:
        raise NoPixelsError("these frames are too large to be decoded at once")
    frames = []
    for index in indices:
        try:
            pixels = pixel_array(layout.path, index=index, raw=True)
        except DAMAGED as error:
            raise NoPixelsError(f"no decoder reads {UID(layout.syntax).name}") from error
        frames.append(pixels.astype(pixels.dtype.newbyteorder("<"), copy=False).tobytes())
    return frames
