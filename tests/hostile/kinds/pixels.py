"""Pixel data: sizes, frames, fragments, offset tables and compressed streams that are not what they claim."""

import random
import struct

from pydicom.uid import HTJ2K, JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless, RLELossless

from tests.hostile import parts
from tests.hostile.parts import (
    ITEM_END,
    SEQUENCE_END,
    SIZES,
    UNDEFINED,
    Names,
    called,
    element,
    item,
    replaced,
    sound,
    split,
    text,
    with_element,
)
from tests.radapp.archive import makers


def impossible_size(rng: random.Random, names: Names) -> bytes:
    """65535 × 65535 and its relatives, over the pixels of a small slice."""
    made = sound(names)
    for keyword in rng.sample(("Rows", "Columns", "SamplesPerPixel", "BitsAllocated", "BitsStored"), rng.choice((1, 2, 4))):
        made = text(made, keyword, struct.pack("<H", rng.choice((0, 1, 7, 8, 255, 32768, 65535))))
    return made


def impossible_frames(rng: random.Random, names: Names) -> bytes:
    frames = rng.choice(("0", "-1", "2", "65536", "2147483647", "4294967296", "1e9"))
    if rng.random() < 0.5:
        return text(sound(names), "NumberOfFrames", frames.encode())
    size = rng.choice((32, 65535))
    pieces = [b"\1\0\0\0" + bytes(64)] * rng.choice((1, 2, 5))
    return makers.fragmented(1, pieces, RLELossless, **called(names), NumberOfFrames=frames, Rows=size, Columns=size)


def wrong_codec(rng: random.Random, names: Names) -> bytes:
    """Fragments of one codec under another's transfer syntax, or of none."""
    syntax = rng.choice((RLELossless, JPEGBaseline8Bit, JPEGLSLossless, JPEG2000Lossless, "1.2.840.10008.1.2.4.202"))
    starts = (b"\1\0\0\0", b"\x0f\0\0\0" + b"\xff" * 60, b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ", b"")
    return makers.fragmented(1, [rng.choice(starts) + rng.randbytes(200)], syntax, **called(names))


def lying_offsets(rng: random.Random, names: Names) -> bytes:
    """Basic and extended offset tables that point nowhere."""
    made = parts.dataset(names, NumberOfFrames="3")
    made.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    table = b"".join(struct.pack("<L", rng.choice((0, 7, 136, 2**31, UNDEFINED))) for _ in range(rng.choice((1, 3, 4000))))
    made.PixelData = b"".join(map(item, [table, *[parts.JPEG] * rng.choice((3, 5))]))
    made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
    if rng.random() < 0.5:
        made.ExtendedOffsetTable = struct.pack("<3Q", 0, 2**63, 2**64 - 1)
        made.ExtendedOffsetTableLengths = struct.pack("<3Q", 2**63, 1, 0)
    return makers.written(made)


def open_fragments(rng: random.Random, names: Names) -> bytes:
    """Encapsulated pixels that do not end, or whose items are none."""
    file = makers.fragmented(1, [b"\1\0\0\0" + bytes(64)], RLELossless, **called(names))
    cut = file.rindex(SEQUENCE_END)
    tail = rng.choice((b"", item(b"x", UNDEFINED), item(b"", 2**31), ITEM_END, element(8, 5, b"CS", b"A ")))
    return file[:cut] + tail


def pixels_elsewhere(rng: random.Random, names: Names) -> bytes:
    """Encapsulated icons, pixels within sequences, elements behind the pixels."""
    icon = element(0x7FE0, 0x0010, b"OB", item(b"") + item(rng.randbytes(30)) + SEQUENCE_END, UNDEFINED)
    behind = rng.choice((element(0xFFFC, 0xFFFC, b"OB", bytes(10)), element(0x0008, 0x0060, b"CS", b"MR"), icon))
    if rng.random() < 0.5:
        return sound(names) + behind
    return with_element(sound(names), element(0x0088, 0x0200, b"SQ", item(icon)))


def float_pixels(rng: random.Random, names: Names) -> bytes:
    """Float pixel data with what is no number, too short, or beside another pixel data."""
    meta, data = split(text(sound(names), "BitsAllocated", struct.pack("<H", rng.choice((16, 32, 64)))))
    cut = data.index(struct.pack("<HH", 0x7FE0, 0x10))
    values = struct.pack("<f", rng.choice((float("nan"), float("inf"), 1e38))) * rng.choice((0, 3, 64 * 64))
    single = element(0x7FE0, 0x08, rng.choice((b"OF", b"OW", b"UN")), values)
    double = element(0x7FE0, 0x09, b"OD", values * 2)
    both = rng.choice((b"", data[cut:]))
    return meta + data[:cut] + rng.choice((single, double, single + double)) + both


def no_pixels(rng: random.Random, names: Names) -> bytes:
    """Pixel data of nothing, of another VR, as a sequence, only within one."""
    file = sound(names)
    ways = (
        *(element(0x7FE0, 0x10, vr, b"") for vr in (b"OW", b"OB", b"UN", b"UT", b"SQ")),
        element(0x7FE0, 0x10, b"SQ", item(element(0x7FE0, 0x10, b"OW", bytes(8192)))),
        element(0x7FE0, 0x10, b"OB", SEQUENCE_END, UNDEFINED),
        element(0x7FE0, 0x10, b"OB", item(b"") + SEQUENCE_END, UNDEFINED),
        element(0x7FE0, 0x10, b"OW", item(b"") + item(bytes(8192)) + SEQUENCE_END, UNDEFINED),
        element(0x7FE0, 0x10, b"UN", item(element(8, 0x60, b"CS", b"MR")) + SEQUENCE_END, UNDEFINED),
        element(0x7FE0, 0x10, b"OW", bytes(8191)),
        element(0x7FE0, 0x10, b"US", bytes(8192)),
        element(0x7FE0, 0x20, b"OW", bytes(8192)),
    )
    return replaced(file, 0x7FE00010, rng.choice(ways))


def _claiming(rng: random.Random, syntax: str) -> bytes:
    """A frame whose own header says another size."""
    if syntax == RLELossless:
        segments = rng.choice((1, 2, 15))
        offsets = struct.pack("<16L", segments, *(rng.choice((64, 0, 2**31, 70)) for _ in range(15)))
        return offsets + b"\x81\0" * rng.choice((10, 40_000))
    found = bytearray(makers.frame(syntax))
    rows, columns = rng.choice(SIZES), rng.choice(SIZES)
    if syntax in {JPEG2000Lossless, HTJ2K}:
        at = found.index(b"\xff\x51")
        found[at + 6 : at + 14] = struct.pack(">LL", columns, rows)
        found[at + 22 : at + 30] = struct.pack(">LL", *[rng.choice((1, 32, 65_535, 2**32 - 1))] * 2)
        if rng.random() < 0.4:
            found[at + 38 : at + 40] = struct.pack(">H", rng.choice((0, 3, 255, 16_384)))
        style = found.index(b"\xff\x52")
        if rng.random() < 0.4:  # as many layers as there can be, and precincts of one pixel
            found[style + 6 : style + 8] = b"\xff\xff"
            found[style + 4] |= 1
        return bytes(found)
    mark = b"\xff\xf7" if syntax == JPEGLSLossless else b"\xff\xc0"
    at = found.index(mark)
    found[at + 5 : at + 9] = struct.pack(">HH", rows, columns)
    if rng.random() < 0.3:
        found[at + 9] = rng.choice((0, 2, 255))
    if rng.random() < 0.3:  # two headers: the second one wins where nobody counts
        found[at:at] = makers.frame(syntax)[at : at + 2 + int.from_bytes(found[at + 2 : at + 4])]
    return bytes(found)


def claiming_pictures(rng: random.Random, names: Names) -> bytes:
    """Sound headers over streams that claim gigabytes, and the other way round; in one frame or in hundreds."""
    syntax = rng.choice((JPEGBaseline8Bit, JPEG2000Lossless, HTJ2K, JPEGLSLossless, RLELossless))
    frames = rng.choice((1, 1, 3, 400))
    bits = 8 if syntax == JPEGBaseline8Bit else 16
    size = rng.choice((32, 32, 5000, 65_500))
    shape = {"Rows": size, "Columns": size, "NumberOfFrames": str(frames)}
    depth = {"BitsAllocated": bits, "BitsStored": bits, "HighBit": bits - 1}
    return makers.fragmented(1, [_claiming(rng, syntax)] * frames, syntax, **called(names), **shape, **depth)


def icons(rng: random.Random, names: Names) -> bytes:
    """Icon images that are larger than their image, compressed, or within each other."""
    size = rng.choice((1, 64, 65_535))
    pixels = rng.choice(
        (
            element(0x7FE0, 0x10, b"OW", bytes(128)),
            element(0x7FE0, 0x10, b"OB", item(b"") + item(_claiming(rng, JPEGBaseline8Bit)) + SEQUENCE_END, UNDEFINED),
            element(0x7FE0, 0x10, b"OW", b"", UNDEFINED - 1),
        )
    )
    rows = element(0x28, 0x10, b"US", struct.pack("<H", size)) + element(0x28, 0x11, b"US", struct.pack("<H", size))
    icon = item(rows + pixels)
    for _ in range(rng.choice((0, 3, 30))):
        icon = item(element(0x88, 0x200, b"SQ", icon))
    return with_element(sound(names), element(0x88, 0x200, b"SQ", icon * rng.choice((1, 500))))
