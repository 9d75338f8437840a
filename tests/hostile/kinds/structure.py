"""Lengths, tags, VRs, encodings and file meta information that contradict each other."""

import random
import struct
from itertools import pairwise, product

from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from radapp.archive.encoding import SHORT_VRS
from tests.hostile import parts
from tests.hostile.parts import (
    ITEM_END,
    SEQUENCE_END,
    UNDEFINED,
    Names,
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


def four_gigabytes(rng: random.Random, names: Names) -> bytes:
    """Lengths just below the undefined one: at the top, within items, within a guess, of a fragment."""
    size = rng.choice((0xFFFFFFFE, 0xFFFFFFF0, 0x80000000, 0x7FFFFFFE))
    vr = rng.choice((b"OB", b"OW", b"UN", b"UT", b"UC", b"UR", b"OV", b"SQ"))
    liar = element(0x0009, 0x1001, vr, b"abcd", size)
    ways = (liar, element(8, 0x1140, b"SQ", item(liar)), element(8, 0x1140, b"SQ", item(liar, size), UNDEFINED))
    if rng.random() < 0.3:
        return replaced(sound(names), 0x7FE00010, element(0x7FE0, 0x10, b"OB", item(b"") + item(b"a", size), UNDEFINED))
    return with_element(sound(names), rng.choice(ways))


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


def private_blocks(rng: random.Random, names: Names) -> bytes:
    """Private elements without, with doubled, with strange creators; in groups that are nobody's."""
    group = rng.choice((0x0009, 0x0019, 0x0029, 0x0001, 0x0003, 0xFFFF, 0x7FE1, 0x2001))
    creators = (b"", element(group, 0x10, b"SQ", item(b"")), element(group, 0x10, b"LO", b"SIEMENS CSA HEADER"),
                element(group, 0x10, b"LO", b"A\\B"), element(group, 0x10, b"UN", b"\xff" * 300))  # fmt: skip
    vr = rng.choice((b"UN", b"OB", b"SQ", b"DS", b"FD"))
    value = b"" if vr == b"SQ" else rng.randbytes(rng.choice((0, 1, 7, 400)))
    meta, data = split(with_element(sound(names), element(group, rng.choice((0x01, 0x0F, 0x1010, 0x10FF)), vr, value)))
    creator = rng.choice(creators)
    at = data.find(struct.pack("<H", group))
    return meta + data[:at] + creator + data[at:] if at > 0 else meta + data


def guessed_sequences(rng: random.Random, names: Names) -> bytes:
    """Implicit values that begin like a sequence, again and again within each other."""
    value = rng.randbytes(12)
    for _ in range(rng.choice((1, 5, 25, 400))):
        value = item(implicit(0x0009, 0x1001, value))
    made = parts.dataset(names)
    data = split(makers.content(made, ImplicitVRLittleEndian))[1]
    cut = data.index(struct.pack("<HH", 0x0010, 0x0010))
    return makers.with_meta(data[:cut] + implicit(0x0009, 0x1002, value) + data[cut:], ImplicitVRLittleEndian)


def unknown_in_unknown(rng: random.Random, names: Names) -> bytes:
    """UN of undefined length within UN, defined within undefined, known sequences called UN."""
    inner = implicit(0x0008, 0x1155, b"1.2\0")
    for _ in range(rng.choice((1, 10, 31, 33, 64))):
        way = rng.randrange(3)
        if way == 0:
            inner = implicit(0x0008, 0x1140, item(inner, UNDEFINED) + ITEM_END + SEQUENCE_END, UNDEFINED)
        else:
            inner = implicit(0x0008 if way == 1 else 0x0009, 0x1140, item(inner))
    tag = rng.choice((0x00081140, 0x00091010, 0x00400275))
    if rng.random() < 0.5:
        return with_element(sound(names), element(tag >> 16, tag & 0xFFFF, b"UN", item(inner) + SEQUENCE_END, UNDEFINED))
    return with_element(sound(names), element(tag >> 16, tag & 0xFFFF, b"UN", item(inner)))


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


def turned_around(rng: random.Random, names: Names) -> bytes:
    """Big endian with odd lengths, sequences and values that cannot be turned round."""
    data = split(makers.content(parts.dataset(names), ExplicitVRBigEndian))[1]
    vr, size = rng.choice(list(product((b"OW", b"OF", b"OD", b"AT", b"FD", b"US", b"UL"), (1, 3, 7, 16, 70_001))))
    head = struct.pack(">HH2s", 9, 0x1001, vr)
    head += struct.pack(">HL", 0, size) if vr in parts.LONG else struct.pack(">H", size & 0xFFFF)
    cut = data.index(struct.pack(">HH", 0x10, 0x10))
    body = data[:cut] + head + bytes(size if vr in parts.LONG else size & 0xFFFF) + data[cut:]
    return makers.with_meta(body, ExplicitVRBigEndian)


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


def groups_that_do_not_belong(rng: random.Random, names: Names) -> bytes:
    """Command elements and file meta information within the data set, before it, behind it."""
    meta, data = split(sound(names))
    strays = (
        element(0, 0, b"UL", b"\4\0\0\0") + element(0, 2, b"UI", b"1.2\0"),
        element(2, 0x10, b"UI", b"1.2.840.10008.1.2\0"),
        element(2, 0x102, b"OB", bytes(100_000)),
        element(1, 1, b"LO", b"x "),
        element(4, 0x1220, b"SQ", item(b"")),
        element(6, 6, b"LO", b"x "),
    )
    stray = rng.choice(strays)
    return rng.choice(
        (meta + stray + data, meta + data + stray, meta + stray * 3 + data, meta[:132] + stray + meta[132:] + data)
    )


def directory(rng: random.Random, names: Names) -> bytes:
    """DICOMDIRs: whole, empty, and disguised as images."""
    records = element(0x0004, 0x1220, b"SQ", item(element(0x0004, 0x1430, b"CS", b"PATIENT ")) * rng.choice((1, 2000)))
    data = rng.choice((b"", records, split(sound(names))[1]))
    made = makers.with_meta(data, ExplicitVRLittleEndian, "1.2.840.10008.1.3.10")
    return rng.choice((made, text(sound(names), "SOPClassUID", b"1.2.840.10008.1.3.10")))
