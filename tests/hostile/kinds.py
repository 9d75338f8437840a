"""The kinds of hostile files: each a function of a random generator and the names its file would have."""

import random
import struct
import zlib
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
)

from radapp.archive.encoding import SHORT_VRS
from tests.hostile import parts
from tests.hostile.more_kinds import MORE
from tests.hostile.parts import (
    ITEM_END,
    SEQUENCE_END,
    UNDEFINED,
    Names,
    any_sound,
    element,
    headers_of,
    implicit,
    item,
    replaced,
    sound,
    split,
    text,
    with_element,
)
from tests.radapp.archive import makers

Make = Callable[[random.Random, Names], bytes]


# ------------------------------------------------------------------------------------------------------ harmed in transit


def bit_flips(rng: random.Random, names: Names) -> bytes:
    data = bytearray(any_sound(rng, names))
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def header_flips(rng: random.Random, names: Names) -> bytes:
    """Where it hurts: within the first 2 kB."""
    data = bytearray(any_sound(rng, names))
    for _ in range(rng.choice((1, 3, 20))):
        data[rng.randrange(128, min(len(data), 2000))] = rng.randrange(256)
    return bytes(data)


def truncated(rng: random.Random, names: Names) -> bytes:
    data = any_sound(rng, names)
    return data[: rng.randrange(len(data))]


def holes(rng: random.Random, names: Names) -> bytes:
    """A block lost, zeroed or doubled, as a bad disk or a retried transfer leaves it."""
    data = any_sound(rng, names)
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.choice((1, 2, 16, 512)))
    return data[:start] + rng.choice((b"", bytes(end - start), data[start:end] * 2)) + data[end:]


def trailing(rng: random.Random, names: Names) -> bytes:
    rest = rng.choice((bytes(700), b"\xff" * 33, rng.randbytes(100), b"\n", ITEM_END, SEQUENCE_END * 50, sound(names)))
    return any_sound(rng, names) + rest


def noise(rng: random.Random, names: Names) -> bytes:
    return rng.choice((b"", b"\0" * 128 + b"DICM", sound(names)[:200])) + rng.randbytes(rng.choice((0, 1, 7, 4000)))


# ---------------------------------------------------------------------------------------------------------------- lengths


def wrong_length(rng: random.Random, names: Names) -> bytes:
    meta, data = split(sound(names))
    position, _, vr, length = rng.choice(list(headers_of(data)))
    other = rng.choice((0, 1, length + 1, length - 1, length + 2, length * 2, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFF, 0xFFFFFFFF))
    if vr in parts.LONG:
        return meta + data[: position + 8] + struct.pack("<L", other & 0xFFFFFFFF) + data[position + 12 :]
    return meta + data[: position + 6] + struct.pack("<H", other & 0xFFFF) + data[position + 8 :]


def undefined_length(rng: random.Random, names: Names) -> bytes:
    vr = rng.choice((b"UN", b"OB", b"OW", b"UT", b"SQ", b"UC"))
    inner = rng.choice((b"", rng.randbytes(60), item(b""), item(element(8, 0x60, b"CS", b"MR"), UNDEFINED)))
    end = rng.choice((b"", SEQUENCE_END, ITEM_END, ITEM_END + SEQUENCE_END))
    return with_element(sound(names), element(0x0008, 0x1140, vr, inner + end, UNDEFINED))


def item_lengths(rng: random.Random, names: Names) -> bytes:
    inner = element(0x0008, 0x1155, b"UI", b"1.2.3\0")
    wrong = item(inner, rng.choice((0, 3, len(inner) - 1, len(inner) + 1, 0x7FFFFFFF, UNDEFINED - 1)))
    return with_element(sound(names), element(0x0008, 0x1140, b"SQ", wrong))


def group_lengths(rng: random.Random, names: Names) -> bytes:
    lie = element(rng.choice((8, 0x10, 0x28, 0x7FE0)), 0, b"UL", struct.pack("<L", rng.choice((0, 1, 2**31, UNDEFINED))))
    return with_element(sound(names), lie)


# ------------------------------------------------------------------------------------------------------- depth and number


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
    return makers.fragmented(1, [first, *pieces], RLELossless, **_called(names))


def many_values(rng: random.Random, names: Names) -> bytes:
    value = rng.choice((b"\\" * 65000, b"1.5\\" * 16000, b"^" * 60000, b"=" * 60000, b"A\\B\\" * 12000))
    return text(sound(names), rng.choice(("ImageType", "PixelSpacing", "PatientName", "OtherPatientIDs", "EchoTime")), value)


# ------------------------------------------------------------------------------------------------------------------ bombs


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


# ------------------------------------------------------------------------------------------------------- names and texts

_PATHS = (
    *(b"../../../../etc/passwd", b"/etc/cron.d/x", b"..\\..\\windows", b"1.2/../3", b"C:\\1.2.3", b"file:///etc/passwd"),
    *(b"1.2.3\n4", b"1.2.3\r\nSet-Cookie: a=b", b"1.2\0.3", b"1.2.3\0../x", b"%2e%2e%2f", b"1.2.3;rm -rf", b"$(reboot)"),
    *(b"' OR 1=1 --", b"1.2.3'); DROP TABLE archive_study;--", b"{{7*7}}", b"<script>", b"${jndi:ldap://x}", b"%s%n%d"),
    *(b"", b" ", b".", b"..", b"1..2", b".1.2", b"1.2.", b"-1.2", b"1.2e3", b"01.2.3", b"1.02.3", b"1" * 64, b"1" * 65),
    *(
        b"1." * 32,
        b"1.2\xff\xfe",
        "１.２.３".encode(),
        "1.2.٣".encode(),
        "1.2.3\u202e".encode(),
        b"\x1b[2J",
        b"1.2.3\\1.2.4",
    ),
    *(b"9" * 64, b"0", b"2.25." + b"9" * 58, b"1.2." + b"3" * 65000),
)


def strange_uid(rng: random.Random, names: Names) -> bytes:
    keyword = rng.choice(("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID", "FrameOfReferenceUID"))
    return text(sound(names), keyword, rng.choice(_PATHS), rng.choice((b"UI", b"UI", b"LO", b"UN", b"OB", b"UT")))


def uid_as_sequence(rng: random.Random, names: Names) -> bytes:
    tag = rng.choice((0x0020000D, 0x0020000E, 0x00080018, 0x00080016, 0x00100010, 0x00280010))
    value = rng.choice((b"", item(b""), item(element(0x0008, 0x0018, b"UI", b"1.2\0"))))
    return replaced(sound(names), tag, element(tag >> 16, tag & 0xFFFF, b"SQ", value))


_CHARSETS = (
    *(b"ISO_IR 999", b"unicode_escape", b"rot13", b"zlib", b"idna", b"punycode", b"utf-7", b"utf_16", b"mbcs", b"undefined"),
    *(b"\\" * 9000, b"ISO 2022 IR 87\\" * 4000, b"ISO 2022 IR 149\\ISO 2022 IR 58", b"GB18030\\ISO 2022 IR 87", b"\\\\\\"),
    *(b"ISO_IR 192\\ISO 2022 IR 13", b"\xff\xfe", b"ISO 2022 IR 6" * 300, b"../../etc/passwd", b"ISO_IR 100\n"),
)


def charset_bomb(rng: random.Random, names: Names) -> bytes:
    """Unknown, repeated, contradicting character sets, with values full of escapes."""
    value = rng.choice(
        (
            *(b"\x1b$B" * 20000, b"\x1b$)A\xcd\xf5" * 9000, b"\x1b" * 60000, b"\xff\xfe" * 30000, b"\xed\xa0\x80" * 900),
            *(b"\x1b(J\\\x1b(B" * 8000, "👩‍👩‍👧‍👦".encode() * 2000, b"\x81\x30\x81" * 9001, b"\x0e\x0f" * 20000),
        )
    )
    made = text(sound(names), "PatientName", value)
    return text(made, "SpecificCharacterSet", rng.choice(_CHARSETS))


def control_characters(rng: random.Random, names: Names) -> bytes:
    """What would write further lines into a log, colours onto a terminal, or nothing into a database."""
    value = rng.choice(
        (b"A\nERROR forged\n", b"\x1b]0;title\x07", b"\0\0\0A", b"\r\n" * 5000, "\u202eABC\u2066".encode(), b"\x7f\x08")
    )
    keyword = rng.choice(("PatientName", "PatientID", "StudyDescription", "SeriesDescription", "AccessionNumber", "StudyID"))
    return text(sound(names), keyword, value)


def absurd_numbers(rng: random.Random, names: Names) -> bytes:
    value = rng.choice(
        (
            *(
                b"1e9999",
                b"-1e9999",
                b"NaN",
                b"inf",
                b"1" * 16000,
                b"0x10",
                b"1_000",
                "١٢٣".encode(),
                b"--1",
                b"1,5",
                b" ",
                b"\\",
            ),
            *(b"99999999999999999999", b"-2147483649", b"2147483648", b"1\\2\\3", b"1e-400", b"+", b"."),
        )
    )
    keyword = rng.choice(
        ("InstanceNumber", "SeriesNumber", "NumberOfFrames", "EchoTime", "RepetitionTime", "PixelSpacing", "SliceThickness")
    )
    return text(sound(names), keyword, value)


def absurd_days(rng: random.Random, names: Names) -> bytes:
    value = rng.choice(
        (b"99999999", b"00000000", b"20261332", b"2026", b"-0001010", b"19700101-20991231", b"\xff" * 8, b"2" * 900)
    )
    return text(sound(names), rng.choice(("StudyDate", "PatientBirthDate", "SeriesDate", "StudyTime", "SeriesTime")), value)


# ----------------------------------------------------------------------------------------------------------------- pixels


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
    called = _called(names) | {"NumberOfFrames": frames}
    size = rng.choice((32, 65535))
    pieces = [b"\1\0\0\0" + bytes(64)] * rng.choice((1, 2, 5))
    return makers.fragmented(1, pieces, RLELossless, **called, Rows=size, Columns=size)


def wrong_codec(rng: random.Random, names: Names) -> bytes:
    """Fragments of one codec under another's transfer syntax, or of none."""
    syntax = rng.choice((RLELossless, JPEGBaseline8Bit, JPEGLSLossless, JPEG2000Lossless, "1.2.840.10008.1.2.4.202"))
    starts = (b"\1\0\0\0", b"\x0f\0\0\0" + b"\xff" * 60, b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ", b"")
    return makers.fragmented(1, [rng.choice(starts) + rng.randbytes(200)], syntax, **_called(names))


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
    file = makers.fragmented(1, [b"\1\0\0\0" + bytes(64)], RLELossless, **_called(names))
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


# ------------------------------------------------------------------------------------------------------ file and structure


_SYNTAXES = (
    *(b"", b"1.2.3", b"1.2.840.10008.1.2.1 ", b"1.2.840.10008.1.2.1\n", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.4.100"),
    *(b"1.2.840.10008.1.2.4.95", b"1.2.840.10008.1.20", b"\xff" * 40, b"1.2.840.10008.1.2.1\0x", b"9" * 3000),
)


def meta_information(rng: random.Random, names: Names) -> bytes:
    """Group 0002 missing, doubled, endless, or claiming what is not so."""
    _, data = split(sound(names))
    head = b"\0" * 128 + b"DICM"
    syntax = rng.choice(_SYNTAXES)
    told = element(2, 0x10, b"UI", syntax + b"\0" * (len(syntax) % 2))
    ways = (
        *(
            data,
            told + data,
            told * 2 + data,
            told * 90 + data,
            told * 4000 + data,
            element(2, 0, b"UL", b"\xff" * 4) + told + data,
        ),
        *(element(2, 0x102, b"OB", b"", 2**31) + told + data, element(2, 0x10, b"ZZ", b"1.2 ") + data, told, told[:5]),
    )
    return head + rng.choice(ways)


def directory(rng: random.Random, names: Names) -> bytes:
    """DICOMDIRs: whole, empty, and disguised as images."""
    records = element(0x0004, 0x1220, b"SQ", item(element(0x0004, 0x1430, b"CS", b"PATIENT ")) * rng.choice((1, 2000)))
    data = rng.choice((b"", records, split(sound(names))[1]))
    made = makers.with_meta(data, ExplicitVRLittleEndian, "1.2.840.10008.1.3.10")
    return rng.choice((made, text(sound(names), "SOPClassUID", b"1.2.840.10008.1.3.10")))


def polyglot(rng: random.Random, names: Names) -> bytes:
    """Sound files whose preamble is another program's beginning, and other programs' files with DICM in them."""
    file = sound(names)
    heads = (
        b"MZ",
        b"\x7fELF",
        b"PK\x03\x04",
        b"GIF89a",
        b"%PDF-1.7",
        b"II*\0",
        b"#!/bin/sh\n",
        b"<?php ",
        b"\xff\xd8\xff\xe0",
    )
    head = rng.choice(heads)
    return rng.choice(
        (head.ljust(128, b"\0") + file[128:], head + rng.randbytes(3000), head.ljust(128, b" ") + b"DICM" + head)
    )


def out_of_order(rng: random.Random, names: Names) -> bytes:
    meta, data = split(sound(names))
    places = [position for position, *_ in headers_of(data)] + [len(data)]
    pieces = [data[a:b] for a, b in pairwise(places)]
    way = rng.randrange(3)
    if way == 0:
        rng.shuffle(pieces)
    elif way == 1:
        pieces.insert(rng.randrange(len(pieces)), rng.choice(pieces))
    else:
        pieces = pieces[::-1]
    return meta + b"".join(pieces)


def stray_tags(rng: random.Random, names: Names) -> bytes:
    meta, data = split(sound(names))
    position = rng.choice([position for position, *_ in headers_of(data)])
    stray = rng.choice((ITEM_END, SEQUENCE_END, item(b""), bytes(8), b"\xff" * 8, element(0xFFFF, 0xFFFF, b"UN", b"")))
    return meta + data[:position] + stray + data[position:]


def wrong_vr(rng: random.Random, names: Names) -> bytes:
    meta, data = split(sound(names))
    position, *_ = rng.choice(list(headers_of(data)))
    vr = rng.choice((b"ZZ", b"us", b"\0\0", b"??", b"UN", b"OW", b"SQ", b"FD", b"AT", b"US", b"IS", b"UR"))
    return meta + data[: position + 4] + vr + data[position + 6 :]


def grammar(rng: random.Random, names: Names) -> bytes:
    """Random elements of random VRs with random values, in order of their tags, behind a sound header."""
    vrs = sorted(parts.LONG | SHORT_VRS)
    tags = sorted(rng.sample(range(0x0029_1000, 0x7FDF_FFFF, 2), 40))
    made = b"".join(
        element(tag >> 16, tag & 0xFFFF, vr := rng.choice(vrs), b"" if vr == b"SQ" else rng.randbytes(2 * rng.randrange(20)))
        for tag in tags
    )
    meta, data = split(sound(names))
    cut = next(position for position, tag, *_ in headers_of(data) if tag > 0x0029_0000)
    return meta + data[:cut] + made + data[cut:]


def large_values(rng: random.Random, names: Names) -> bytes:
    """A private value of megabytes, a few of which do not fit into memory's share of an intake."""
    size = rng.choice((1, 4, 4, 34)) * 1024 * 1024
    vr = rng.choice((b"OB", b"UN", b"UT"))
    return with_element(sound(names), element(0x0009, 0x1010, vr, bytes(size)))


def guessed_sequences(rng: random.Random, names: Names) -> bytes:
    """Implicit values that begin like a sequence, again and again within each other."""
    value = rng.randbytes(12)
    for _ in range(rng.choice((1, 5, 25, 400))):
        value = item(implicit(0x0009, 0x1001, value))
    made = parts.dataset(names)
    data = split(makers.content(made, ImplicitVRLittleEndian))[1]
    cut = data.index(struct.pack("<HH", 0x0010, 0x0010))
    return makers.with_meta(data[:cut] + implicit(0x0009, 0x1002, value) + data[cut:], ImplicitVRLittleEndian)


def wrong_endianness(rng: random.Random, names: Names) -> bytes:
    """One encoding's bytes under the name of another."""
    _, data = split(sound(names))
    syntaxes = (
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.2",
        "1.2.840.10008.1.2.1.98",
        "1.2.840.10008.1.2.4.50",
        "1.2.840.10008.1.2.5",
    )
    return makers.with_meta(data, rng.choice(syntaxes))


# ----------------------------------------------------------------------------------------- contradicting what is stored


def other_pixels(rng: random.Random, names: Names) -> bytes:
    """A stored file's UIDs over another image."""
    meta, data = split(sound(Names(known(names.number))))
    return meta + data[:-64] + rng.randbytes(64)


def other_attributes(rng: random.Random, names: Names) -> bytes:
    """A stored file with another name, ID or description."""
    file = sound(Names(known(names.number)))
    keyword = rng.choice(("PatientName", "StudyDescription", "EchoTime", "AccessionNumber"))
    return text(file, keyword, str(rng.randrange(10**6)).encode())


def other_place(rng: random.Random, names: Names) -> bytes:
    """A stored instance, series or study under another parent or patient."""
    file = sound(Names(known(names.number)))
    keyword, value = rng.choice(
        (
            ("StudyInstanceUID", f"{names.study}.5"),
            ("SeriesInstanceUID", f"{names.study}.5.1"),
            ("PatientID", "SOMEBODY ELSE"),
        )
    )
    made = text(file, keyword, value.encode())
    return text(made, "SOPInstanceUID", f"{names.instance}.7".encode()) if rng.random() < 0.5 else made


GOOD_EVERY = 5
"""One file in so many is sound: those whose numbers can be divided by it."""


def known(number: int) -> int:
    """The number of the sound file that came before this one."""
    return number - number % GOOD_EVERY


def _called(names: Names) -> dict[str, str]:
    return {"study": names.study, "series": names.series, "PatientID": names.patient}


KINDS: dict[str, tuple[Make, float]] = {
    "bit flips": (bit_flips, 12),
    "flips in the header": (header_flips, 12),
    "truncated": (truncated, 12),
    "blocks lost, zeroed or doubled": (holes, 8),
    "something behind the end": (trailing, 4),
    "noise": (noise, 4),
    "wrong lengths": (wrong_length, 10),
    "undefined lengths": (undefined_length, 6),
    "wrong item lengths": (item_lengths, 4),
    "lying group lengths": (group_lengths, 2),
    "nested 30 to 2000 deep": (nested, 5),
    "200 000 items": (many_items, 0.5),
    "65 000 to a million elements": (many_elements, 0.5),
    "up to 200 000 fragments": (many_fragments, 0.5),
    "thousands of values": (many_values, 3),
    "deflate bombs": (deflate_bomb, 0.7),
    "damaged deflated data": (deflated_damage, 4),
    "plain data called deflated": (not_deflated, 1),
    "UIDs that are paths, lines, code": (strange_uid, 12),
    "sequences in place of UIDs and texts": (uid_as_sequence, 3),
    "character set bombs": (charset_bomb, 6),
    "control characters": (control_characters, 4),
    "absurd numbers": (absurd_numbers, 6),
    "absurd days and times": (absurd_days, 3),
    "65535 × 65535": (impossible_size, 6),
    "impossible numbers of frames": (impossible_frames, 4),
    "wrong codec": (wrong_codec, 4),
    "lying offset tables": (lying_offsets, 3),
    "fragments without an end": (open_fragments, 3),
    "pixels in other places": (pixels_elsewhere, 3),
    "file meta information": (meta_information, 6),
    "DICOMDIR": (directory, 3),
    "two kinds of file in one": (polyglot, 4),
    "elements out of order or doubled": (out_of_order, 4),
    "stray tags": (stray_tags, 4),
    "wrong VR": (wrong_vr, 6),
    "random elements": (grammar, 4),
    "values of megabytes": (large_values, 0.5),
    "guessed sequences": (guessed_sequences, 3),
    "one encoding under another's name": (wrong_endianness, 3),
    "other pixels under a stored UID": (other_pixels, 4),
    "other attributes under a stored UID": (other_attributes, 4),
    "stored UIDs in another place": (other_place, 4),
    **MORE,
}
"""Name, maker, and how often it comes."""
