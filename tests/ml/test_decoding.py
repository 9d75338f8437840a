"""Compressed streams that claim more than their headers are refused before a decoder believes them."""

import io
import struct

import pytest
from pydicom.pixels import pixel_array
from pydicom.uid import HTJ2K, JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless, RLELossless

from ml import decoding
from tests.radapp.archive import makers


def claiming(syntax: str, rows: int, columns: int) -> bytes:
    """The frame with another size in its own header."""
    found = bytearray(makers.frame(syntax))
    if syntax in {JPEG2000Lossless, HTJ2K}:
        at = found.index(b"\xff\x51")
        found[at + 6 : at + 14] = struct.pack(">LL", columns, rows)
        found[at + 22 : at + 30] = struct.pack(">LL", columns, rows)
    else:
        at = found.index(b"\xff\xf7" if syntax == JPEGLSLossless else b"\xff\xc0")
        found[at + 5 : at + 9] = struct.pack(">HH", rows, columns)
    return bytes(found)


def file_of(frame: bytes, syntax: str, size: int = 32) -> io.BytesIO:
    bits = 8 if syntax == JPEGBaseline8Bit else 16
    return io.BytesIO(
        makers.fragmented(1, [frame], syntax, Rows=size, Columns=size, BitsAllocated=bits, BitsStored=bits, HighBit=bits - 1)
    )


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEGLSLossless, JPEG2000Lossless, RLELossless])
def test_sound_frames_are_decoded(syntax: str) -> None:
    assert pixel_array(file_of(makers.frame(syntax), syntax), index=0).shape == (32, 32)


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEGLSLossless, JPEG2000Lossless, HTJ2K])
def test_a_frame_that_claims_gigabytes(syntax: str) -> None:
    with pytest.raises(RuntimeError, match="found a stream of 65500 x 65500"):
        pixel_array(file_of(claiming(syntax, 65500, 65500), syntax), index=0)


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, RLELossless])
def test_a_header_that_claims_gigabytes(syntax: str) -> None:
    with pytest.raises(RuntimeError, match="found a frame of 65500 x 65500"):
        pixel_array(file_of(makers.frame(syntax), syntax, 65500), index=0)


def test_a_second_frame_header_hidden_behind_the_first() -> None:
    found = bytearray(makers.frame(JPEGBaseline8Bit))
    at = found.index(b"\xff\xc0")
    second = bytearray(found[at : at + 2 + int.from_bytes(found[at + 2 : at + 4])])
    second[5:9] = struct.pack(">HH", 65500, 65500)
    found[at:at] = found[at : at + len(second)]
    found[at + len(second) : at + 2 * len(second)] = second
    with pytest.raises(decoding.StreamRefusedError):
        decoding.check(bytes(found), JPEGBaseline8Bit, 32, 32)
    behind = makers.frame(JPEGBaseline8Bit)[:-2] + bytes(second)
    with pytest.raises(decoding.StreamRefusedError, match="second frame header"):
        decoding.check(behind, JPEGBaseline8Bit, 32, 32)


def test_millions_of_packets() -> None:
    """Every layer that can be, of precincts of a single pixel."""
    found = bytearray(makers.frame(JPEG2000Lossless))
    at = found.index(b"\xff\x52")
    levels = found[at + 9]
    found[at + 4] |= 1
    found[at + 6 : at + 8] = b"\xff\xff"
    found[at + 2 : at + 4] = struct.pack(">H", int.from_bytes(found[at + 2 : at + 4]) + levels + 1)
    found[at + 14 : at + 14] = bytes(levels + 1)
    with pytest.raises(decoding.StreamRefusedError, match="millions of packets"):
        decoding.check(bytes(found), JPEG2000Lossless, 32, 32)


def test_sizes_that_are_no_numbers_claim_nothing() -> None:
    dataset = makers.mr(1, NumberOfFrames="1000")
    assert decoding.decoded_bytes(dataset) == 32 * 32 * 2 * 1000
    del dataset.Rows
    dataset.add_new(0x00280010, "FD", b"abc")
    assert decoding.decoded_bytes(dataset) == 0
