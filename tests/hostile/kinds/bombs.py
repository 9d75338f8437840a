"""Few bytes that ask for much: depth, number, deflated gigabytes; and deflated data that is none."""

import gzip
import random
import struct
import zlib
from functools import cache

from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, JPEGBaseline8Bit, RLELossless

from tests.hostile import parts
from tests.hostile.parts import (
    ITEM_END,
    SEQUENCE_END,
    UNDEFINED,
    Names,
    called,
    element,
    implicit,
    item,
    sound,
    split,
    text,
    with_element,
)
from tests.radapp.archive import makers


def _nested(depth: int, opening: bytes, closing: bytes = b"") -> bytes:
    return opening * depth + closing * depth


@cache
def _deep(depth: int, way: int) -> bytes:
    begun = element(0x0008, 0x1140, b"SQ", b"", UNDEFINED) + item(b"", UNDEFINED)
    if way == 0:
        return _nested(depth, begun, ITEM_END + SEQUENCE_END)
    if way == 1:
        return _nested(depth, begun)
    if way == 2:  # defined lengths all the way down
        value = b""
        for _ in range(depth):
            value = element(0x0040, 0xA730, b"SQ", item(value))
        return value
    value = implicit(0x0008, 0x1140, b"", UNDEFINED) + item(b"", UNDEFINED)
    return element(0x0009, 0x1001, b"UN", _nested(depth, value, ITEM_END + SEQUENCE_END) + SEQUENCE_END, UNDEFINED)


def nested(rng: random.Random, names: Names) -> bytes:
    """30 to 2000 deep, explicit and within UN, with and without ends."""
    return with_element(sound(names), _deep(rng.choice((30, 33, 200, 2000)), rng.randrange(4)))


@cache
def _many(kind: int) -> bytes:
    if kind == 0:
        return element(0x0008, 0x1140, b"SQ", item(b"") * 200_000)
    if kind == 1:
        return element(0x0008, 0x1140, b"SQ", (item(b"", UNDEFINED) + ITEM_END) * 200_000 + SEQUENCE_END, UNDEFINED)
    if kind == 2:
        return element(0x0009, 0x1001, b"UN", item(b"") * 200_000)
    inner = element(0x0008, 0x1150, b"UI", b"1.2\0")
    return element(0x0008, 0x1140, b"SQ", item(inner) * 149_000)


def many_items(rng: random.Random, names: Names) -> bytes:
    return with_element(sound(names), _many(rng.randrange(4)))


def many_elements(rng: random.Random, names: Names) -> bytes:
    """A private group full of empty elements; and, more rarely, of a million in sequences."""
    if rng.random() < 0.2:
        full = b"".join(element(0x0011, number, b"LO", b"") for number in range(0x1000, 0x1F00))
        return with_element(sound(names), element(0x0009, 0x1001, b"SQ", item(full) * 300))
    full = b"".join(element(0x0009, number, b"LO", b"") for number in range(0x1000, 0xFF00))
    return with_element(sound(names), full)


def many_fragments(rng: random.Random, names: Names) -> bytes:
    pieces = [b""] * rng.choice((1, 3000, 149_000, 200_000))
    first = rng.choice((b"", b"\1\0\0\0" + bytes(60)))
    return makers.fragmented(1, [first, *pieces], RLELossless, **called(names))


def many_values(rng: random.Random, names: Names) -> bytes:
    value = rng.choice((b"\\" * 65000, b"1.5\\" * 16000, b"^" * 60000, b"=" * 60000, b"A\\B\\" * 12000))
    return text(sound(names), rng.choice(("ImageType", "PixelSpacing", "PatientName", "OtherPatientIDs", "EchoTime")), value)


def large_values(rng: random.Random, names: Names) -> bytes:
    """A private value of megabytes, a few of which do not fit into memory's share of an intake."""
    size = rng.choice((1, 4, 4, 34)) * 1024 * 1024
    vr = rng.choice((b"OB", b"UN", b"UT"))
    return with_element(sound(names), element(0x0009, 0x1010, vr, bytes(size)))


def endless_offset_tables(rng: random.Random, names: Names) -> bytes:
    """A basic offset table of megabytes, or an extended one, before a single fragment."""
    table = struct.pack("<L", rng.choice((0, 2**31))) * rng.choice((2, 16_000, 4_000_000))
    made = parts.dataset(names)
    made.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    made.PixelData = item(table) + item(parts.JPEG) * rng.choice((1, 2))
    made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
    return makers.written(made)


@cache
def _zeros(megabytes: int) -> bytes:
    """Packed zeros; after a full flush, packed blocks can be repeated."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"\0" * 1024 * 1024) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes


def deflate_bomb(rng: random.Random, names: Names) -> bytes:
    """300 MB to 20 GB of zeros behind a sound header, ended or not."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    begun = packer.compress(split(sound(names))[1]) + packer.flush(zlib.Z_FULL_FLUSH)
    end = rng.choice((packer.flush(), b""))
    size = rng.choice((300, 300, 300, 2000, 20_000))
    return makers.with_meta(begun + _zeros(size) + end, DeflatedExplicitVRLittleEndian)


def deflated_damage(rng: random.Random, names: Names) -> bytes:
    meta, packed = split(parts.deflated(split(sound(names))[1]))
    return meta + rng.choice((packed[: len(packed) // 2], packed[:-1], rng.randbytes(500), b"", packed + rng.randbytes(99)))


def not_deflated(rng: random.Random, names: Names) -> bytes:
    return makers.with_meta(split(sound(names))[1], DeflatedExplicitVRLittleEndian)


def inner_deflation(rng: random.Random, names: Names) -> bytes:
    """Deflated twice, with a zlib header, in pieces, with another syntax's name."""
    data = split(sound(names))[1]
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    once = packer.compress(data) + packer.flush()
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    twice = packer.compress(once) + packer.flush()
    body = rng.choice((twice, zlib.compress(data), gzip.compress(data, mtime=0), once + once, once[:1] + once))
    return makers.with_meta(body, rng.choice((DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian)))
