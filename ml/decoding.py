"""Keeps compressed frames from taking what their stream claims: importing this guards every decoder of pydicom's.

A few hundred bytes of JPEG or JPEG 2000 may claim gigabytes, whatever Rows and Columns say; decoders believe them.
"""

import re
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pydicom
from pydicom.pixels import get_decoder
from pydicom.pixels.decoders.base import DecodeRunner
from pydicom.uid import JPEG2000TransferSyntaxes, JPEGLSTransferSyntaxes, JPEGTransferSyntaxes, RLELossless

from ml.unreadable import UNREADABLE

MOST_PIXELS = 32 * 1024 * 1024
"""Of one frame: far more than any MR image has, and a few seconds' work."""
MOST_DECODED = 1024**3
"""Bytes of all frames that are decoded at once."""
MOST_COMPONENTS = 4
_MOST_PACKETS = 4 * 1024 * 1024

_HIERARCHICAL, _START_OF_SCAN, _LS_PARAMETERS, _OVERSIZE = 0xDE, 0xDA, 0xF8, 4
_FRAME_HEADERS = frozenset({*range(0xC0, 0xD0), 0xF7}) - {0xC4, 0xC8, 0xCC}
_FRAME_HEADER = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf\xde\xf7]")

Plugin = Callable[[bytes, DecodeRunner], bytes | bytearray]


class StreamRefusedError(ValueError):
    """A compressed stream that claims more than the header, or than any image has."""


def decoded_bytes(dataset: pydicom.Dataset) -> int:
    """Bytes of all frames of a data set once they are decoded, by its header; 0 where the header does not tell."""
    size = 1
    try:
        for keyword in ("Rows", "Columns", "SamplesPerPixel", "NumberOfFrames"):
            size *= int(dataset.get(keyword, 1) or 1)
        return size * max(int(dataset.get("BitsAllocated", 0) or 0), 0) // 8
    except UNREADABLE:
        return 0


def check(stream: bytes, syntax: str, rows: int, columns: int) -> None:
    """Raises StreamRefusedError for a frame that claims more pixels than `rows` × `columns`, or than MOST_PIXELS."""
    if rows * columns > MOST_PIXELS:
        raise StreamRefusedError(f"found a frame of {rows} x {columns}, decoded are at most {MOST_PIXELS} pixels")
    if syntax in JPEG2000TransferSyntaxes:
        claims = _of_jpeg_2000(stream)
    elif syntax in JPEGTransferSyntaxes or syntax in JPEGLSTransferSyntaxes:
        claims = _of_jpeg(stream)
    else:
        return
    for height, width, components in claims:
        if not 0 < height * width <= rows * columns or not 0 < components <= MOST_COMPONENTS:
            raise StreamRefusedError(
                f"found a stream of {height} x {width} pixels, {components} components, expected {rows} x {columns}"
            )


def _of_jpeg(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """(height, width, components) of every frame header; there is one, before the first scan."""
    at = 2
    while at + 4 <= len(stream):
        marker, length = stream[at + 1], int.from_bytes(stream[at + 2 : at + 4])
        if stream[at] != 0xFF:
            raise StreamRefusedError("found a JPEG stream whose segments do not follow each other")
        if marker == 0xFF:  # fill bytes may stand before any marker
            at += 1
            continue
        if marker == _HIERARCHICAL or (marker == _LS_PARAMETERS and stream[at + 4 : at + 5] == bytes([_OVERSIZE])):
            raise StreamRefusedError("found a hierarchical or oversize JPEG stream, which is not decoded")
        if marker in _FRAME_HEADERS:
            if len(stream) < at + 10:
                raise StreamRefusedError("found a JPEG stream that ends within its frame header")
            yield *struct.unpack_from(">HH", stream, at + 5), stream[at + 9]
        if marker == _START_OF_SCAN:
            # Within a scan 0xFF is stuffed, so this cannot be picture.
            if _FRAME_HEADER.search(stream, at):
                raise StreamRefusedError("found a second frame header in a JPEG stream")
            return
        at += 2 + max(length, 2)


def _of_jpeg_2000(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """(height, width, components) of every code stream; a JP2 file's boxes may stand around it."""
    at = -1
    while (at := stream.find(b"\xff\x4f\xff\x51", at + 1)) >= 0:
        if len(stream) < at + 42:
            raise StreamRefusedError("found a JPEG 2000 stream that ends within its header")
        right, bottom, left, top, wide, high = struct.unpack_from(">6L", stream, at + 8)
        components = int.from_bytes(stream[at + 40 : at + 42])
        height, width = max(bottom - top, 0), max(right - left, 0)
        yield height, width, components
        tiles = -(-width // max(wide, 1)) * -(-height // max(high, 1))
        for layers, precincts in _packets(stream, at + 2, height, width):
            if max(tiles, precincts) * layers * components > _MOST_PACKETS:
                raise StreamRefusedError("found a JPEG 2000 stream of millions of packets, which is not decoded")


def _packets(stream: bytes, at: int, height: int, width: int) -> Iterator[tuple[int, int]]:
    """(layers, precincts of a component) by each coding style of the main and the tiles' headers (ISO 15444-1 A.6)."""
    layers, part = 1, 0
    wide_indices = int.from_bytes(stream[at + 38 : at + 40]) > 256
    while at + 4 <= len(stream) and stream[at] == 0xFF:
        marker, length = stream[at + 1], int.from_bytes(stream[at + 2 : at + 4])
        value = stream[at + 4 : at + 2 + length]
        if marker == 0x52 and len(value) >= 10:
            layers = max(int.from_bytes(value[2:4]), 1)
            yield layers, _precincts(value[0], value[5:], height, width)
        elif marker == 0x53 and len(value) >= 7:
            style = 2 if wide_indices else 1
            yield layers, _precincts(value[style], value[style + 1 :], height, width)
        elif marker == 0x90 and len(value) >= 8:
            size = int.from_bytes(value[2:6])
            part = at + size if size else len(stream)
        elif marker == 0x93:
            at = max(part, at + 2)
            continue
        at += 2 + max(length, 2)


def _precincts(style: int, settings: bytes, height: int, width: int) -> int:
    """Over all resolutions. `settings` begin with the number of decompositions; sizes follow where `style` says so."""
    levels, sizes = min(settings[0], 32), settings[5:]
    found = 0
    for level in range(levels + 1):
        size = sizes[level] if style & 1 and level < len(sizes) else 0xFF
        across, down = 1 << (size & 15), 1 << (size >> 4)
        shrink = 1 << (levels - level)
        found += max(-(-width // shrink // across), 1) * max(-(-height // shrink // down), 1)
    return found


def _guarded(plugin: Plugin) -> Plugin:
    def decode(stream: bytes, runner: DecodeRunner) -> bytes | bytearray:
        check(stream, runner.transfer_syntax, runner.rows, runner.columns)
        return plugin(stream, runner)

    decode.guarded = True  # type: ignore[attr-defined]
    return decode


def _install() -> None:
    for syntax in (*JPEGTransferSyntaxes, *JPEGLSTransferSyntaxes, *JPEG2000TransferSyntaxes, RLELossless):
        try:
            plugins: dict[str, Any] = get_decoder(syntax)._available
        except NotImplementedError:
            continue
        for name, plugin in plugins.items():
            if not hasattr(plugin, "guarded"):
                plugins[name] = _guarded(plugin)


_install()
