"""Further kinds of hostile files: what readers behind the doors stumble over, rather than the doors."""

import gzip
import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.uid import (
    HTJ2K,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    KeyObjectSelectionDocumentStorage,
    RLELossless,
)

from tests.hostile import parts
from tests.hostile.parts import (
    ITEM_END,
    SEQUENCE_END,
    UNDEFINED,
    Names,
    element,
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
SIZES = (0, 1, 8, 33, 5000, 20_000, 65_500, 65_535)


# --------------------------------------------------------------------------------------------------- compressed pictures


@cache
def _stream(syntax: str) -> bytes:
    """One sound frame of 32 x 32."""
    if syntax == JPEGBaseline8Bit:
        out = io.BytesIO()
        Image.fromarray(np.zeros((32, 32), np.uint8)).save(out, "JPEG")
        return out.getvalue()
    made = parts.dataset(Names(1), Rows=32, Columns=32, PixelData=bytes(32 * 32 * 2))
    made.compress(syntax, generate_instance_uid=False)
    return next(generate_frames(made.PixelData, number_of_frames=1))


def _claiming(rng: random.Random, syntax: str) -> bytes:
    """A frame whose own header says another size."""
    if syntax == RLELossless:
        segments = rng.choice((1, 2, 15))
        offsets = struct.pack("<16L", segments, *(rng.choice((64, 0, 2**31, 70)) for _ in range(15)))
        return offsets + b"\x81\0" * rng.choice((10, 40_000))
    found = bytearray(_stream(JPEG2000Lossless if syntax == HTJ2K else syntax))
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
        found[at:at] = bytes(_stream(syntax))[at : at + 2 + int.from_bytes(found[at + 2 : at + 4])]
    return bytes(found)


def claiming_pictures(rng: random.Random, names: Names) -> bytes:
    """Sound headers over streams that claim gigabytes, and the other way round; in one frame or in hundreds."""
    syntax = rng.choice((JPEGBaseline8Bit, JPEG2000Lossless, HTJ2K, JPEGLSLossless, RLELossless))
    frames = rng.choice((1, 1, 3, 400))
    bits = 8 if syntax == JPEGBaseline8Bit else 16
    size = rng.choice((32, 32, 5000, 65_500))
    return makers.fragmented(
        1, [_claiming(rng, syntax)] * frames, syntax, study=names.study, series=names.series, PatientID=names.patient,
        Rows=size, Columns=size, NumberOfFrames=str(frames), BitsAllocated=bits, BitsStored=bits, HighBit=bits - 1,
    )  # fmt: skip


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


# ------------------------------------------------------------------------------------------------------ how it is drawn


def lying_tables(rng: random.Random, names: Names) -> bytes:
    """Lookup tables whose descriptors say otherwise than their data."""
    words = rng.choice(((0, 0, 16), (65_535, 65_535, 255), (256, 0, 8), (2, -5 & 0xFFFF, 16), (1,), (0,) * 9))
    descriptor = struct.pack(f"<{len(words)}H", *words)
    data = rng.randbytes(rng.choice((0, 1, 2, 512, 60_000)))
    if rng.random() < 0.5:
        table = element(0x28, 0x3002, rng.choice((b"US", b"SS")), descriptor)
        table += element(0x28, 0x3006, rng.choice((b"OW", b"US")), data[:60_000])
        sequence = rng.choice((0x3000, 0x3010))
        return with_element(sound(names), element(0x28, sequence, b"SQ", item(table) * rng.choice((1, 1, 40))))
    made = text(sound(names), "PhotometricInterpretation", b"PALETTE COLOR ")
    for number in range(rng.choice((0, 1, 3))):
        made = with_element(made, element(0x28, 0x1101 + number, b"US", descriptor))
        made = with_element(made, element(0x28, rng.choice((0x1201, 0x1221)) + number, b"OW", data))
    return made


def strange_windows(rng: random.Random, names: Names) -> bytes:
    """Windows, slopes and padding that are no numbers, or none that a picture could be made with."""
    made = sound(names)
    values = (b"NaN", b"inf", b"-inf", b"0", b"-1", b"1e308", b"-1e308", b"1e-320", b"", b"\\\\", b"1\\2\\3", b"1e400", b"x")
    keywords = ("WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept", "VOILUTFunction", "PixelPaddingValue")
    for keyword in rng.sample(keywords, rng.choice((1, 2, 4))):
        value = rng.choice(values)
        made = text(made, keyword, value, b"DS" if keyword == "PixelPaddingValue" else None)
    return made


def photometrics(rng: random.Random, names: Names) -> bytes:
    """Colour without colours, bits that do not fit each other."""
    made = sound(names)
    kinds = (b"PALETTE COLOR", b"RGB", b"YBR_FULL", b"YBR_FULL_422", b"YBR_ICT", b"YBR_PARTIAL_420", b"HSV", b"XYZ", b"")
    made = text(made, "PhotometricInterpretation", rng.choice(kinds))
    for keyword, values in (
        ("SamplesPerPixel", (0, 1, 2, 3, 4)),
        ("PlanarConfiguration", (0, 1, 7)),
        ("BitsAllocated", (1, 8, 12, 16, 24, 32, 64)),
        ("BitsStored", (0, 1, 12, 16, 77)),
        ("HighBit", (0, 11, 15, 99)),
        ("PixelRepresentation", (0, 1, 2)),
        ("Rows", (1, 3, 8)),
    ):
        if rng.random() < 0.5:
            made = text(made, keyword, struct.pack("<H", rng.choice(values)))
    return made


def numbers_in_other_vrs(rng: random.Random, names: Names) -> bytes:
    """Rows that are negative, fractional, three, texts."""
    made = sound(names)
    ways = (
        *((b"SS", struct.pack("<h", -8)), (b"FD", struct.pack("<d", float("nan"))), (b"FD", struct.pack("<d", 8.7))),
        *((b"FL", struct.pack("<f", float("inf"))), (b"IS", b"8 "), (b"US", struct.pack("<3H", 8, 9, 10)), (b"US", b"")),
        *(
            (b"UL", struct.pack("<L", 2**32 - 1)),
            (b"SV", struct.pack("<q", -(2**63))),
            (b"UV", struct.pack("<Q", 2**64 - 1)),
        ),
        *((b"OB", b"\x08\0"), (b"AT", b"\x08\0\x10\0"), (b"DS", b"8.0000001"), (b"UN", b"\x08\0"), (b"US", b"\x08")),
    )
    for keyword in rng.sample(("Rows", "Columns", "BitsAllocated", "BitsStored", "InstanceNumber", "NumberOfFrames"), 2):
        vr, value = rng.choice(ways)
        made = text(made, keyword, value, vr)
    return made


def overlays(rng: random.Random, names: Names) -> bytes:
    """Overlays larger than the image, without data, in every group."""
    made = sound(names)
    for group in range(0x6000, 0x6000 + 2 * rng.choice((1, 16, 30)), 2):
        made = with_element(made, element(group, 0x10, b"US", struct.pack("<H", rng.choice(SIZES))))
        made = with_element(made, element(group, 0x3000, b"OW", bytes(rng.choice((0, 2, 900)))))
    return made


# ---------------------------------------------------------------------------------------------------------------- pixels


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


def endless_offset_tables(rng: random.Random, names: Names) -> bytes:
    """A basic offset table of megabytes, or an extended one, before a single fragment."""
    table = struct.pack("<L", rng.choice((0, 2**31))) * rng.choice((2, 16_000, 4_000_000))
    made = parts.dataset(names)
    made.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    made.PixelData = item(table) + item(parts.JPEG) * rng.choice((1, 2))
    made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
    return makers.written(made)


# ------------------------------------------------------------------------------------------------- meaning of the images


def functional_groups(rng: random.Random, names: Names) -> bytes:
    """Enhanced images whose functional groups are fewer, more, empty, or no sequences."""
    frames = rng.choice((1, 3, 200))
    made = parts.dataset(names, SOPClassUID="1.2.840.10008.5.1.4.1.1.4.1", NumberOfFrames=str(frames))
    made.PixelData = bytes(len(made.PixelData) * frames)
    empty, place = Dataset(), Dataset()
    place.PlanePositionSequence = [Dataset()] * rng.choice((0, 1, 2))
    made.PerFrameFunctionalGroupsSequence = [rng.choice((empty, place))] * rng.choice((0, 1, frames - 1, frames, frames + 9))
    file = makers.written(made)
    if rng.random() < 0.5:
        shared = rng.choice((element(0x5200, 0x9229, b"LO", b"none"), element(0x5200, 0x9229, b"SQ", item(b"") * 700)))
        meta, data = split(file)
        cut = data.index(struct.pack("<HH", 0x5200, 0x9230))
        return meta + data[:cut] + shared + data[cut:]
    return file


def geometry(rng: random.Random, names: Names) -> bytes:
    """Places and directions that lie nowhere."""
    made = sound(names)
    numbers = (b"NaN", b"inf", b"1e308", b"-1e308", b"0", b"1e-320", b"", b"x", b"1e400")
    for keyword, count in (("ImagePositionPatient", 3), ("ImageOrientationPatient", 6), ("PixelSpacing", 2)):
        count = rng.choice((count, count, 0, 1, 900))
        made = text(made, keyword, b"\\".join(rng.choice(numbers) for _ in range(count)))
    return text(made, "SliceThickness", rng.choice(numbers))


def expectations(rng: random.Random, names: Names) -> bytes:
    """Numbers of images that are expected, temporal positions, concatenations: absurd ones."""
    made = sound(names)
    values = (b"-1", b"0", b"2147483647", b"99999999999", b"1e9", b"NaN", b"3\\4\\5", b"")
    for keyword in ("ImagesInAcquisition", "NumberOfTemporalPositions", "NumberOfSeriesRelatedInstances"):
        made = text(made, keyword, rng.choice(values), b"IS")
    made = with_element(made, element(0x21, 0x10, b"LO", rng.choice((b"GEMS_RELA_01", b"", b"X" * 5001 + b" "))))
    made = with_element(made, element(0x21, 0x104F, rng.choice((b"SS", b"SQ", b"UN", b"FD")), b""))
    made = with_element(made, element(0x2001, 0x10, b"LO", b"Philips Imaging DD 001"))
    return with_element(made, element(0x2001, 0x1018, b"SL", struct.pack("<l", rng.choice((-1, 0, 2**31 - 1)))))


def taking_back(rng: random.Random, names: Names) -> bytes:
    """Rejection notes about themselves, about nothing, about thousands, about names that are none."""
    made = makers.report()
    made.StudyInstanceUID, made.SeriesInstanceUID, made.SOPInstanceUID = names.study, names.series, names.instance
    made.SOPClassUID = KeyObjectSelectionDocumentStorage
    made.PatientID, made.Modality = names.patient, "KO"
    file = makers.content(made)
    title = item(
        element(8, 0x100, b"SH", b"113001") + element(8, 0x102, b"SH", b"DCM ") + element(8, 0x104, b"LO", b"Rejected")
    )
    file = with_element(file, element(0x40, 0xA043, b"SQ", rng.choice((title, title * 5, b"", item(b"")))))
    uid = rng.choice((names.instance, "1.2.3", "../x", "")).encode()
    named = element(8, 0x1150, b"UI", b"1.2.3\0") + element(8, 0x1155, b"UI", uid + b"\0" * (len(uid) % 2))
    images = element(8, 0x1199, b"SQ", item(named) * rng.choice((1, 3000)))
    series = element(8, 0x1115, b"SQ", item(images + element(0x20, 0xE, b"UI", b"1.2\0")))
    evidence = rng.choice((series, images, b""))
    return with_element(file, element(0x40, 0xA375, b"SQ", item(evidence + element(0x20, 0xD, b"UI", b"1.2\0"))))


# -------------------------------------------------------------------------------------------------------- texts and values

_TEXTS = (
    *(b"\x1b[31mred\x1b[2J\x07", b"</td><script>alert(1)</script>", b"<img src=x onerror=alert(1)>", b"=cmd|' /C calc'!A0"),
    *(b"A\r\nSet-Cookie: x=y", b"A\0B", b"\xed\xa0\x80\xed\xb0\x80", "\u202e\u2066x\u2069".encode(), b'"}],"x":['),
    *(b"%00%0a", b"a" * 70_000),
    *("ＡＢ^👩🏽‍⚕️".encode(), b"\xc3", b"\xff\xfe\xfa", b"^^^^^^^^^^^^", b"A=B=C=D=E", b"\x1b%G\xe2\x82\xac", b"'; --"),
)  # fmt: skip
_NAMED = (
    *("PatientName", "PatientID", "StudyDescription", "SeriesDescription", "ProtocolName", "StationName", "Manufacturer"),
    *("Modality", "BodyPartExamined", "AccessionNumber", "ReferringPhysicianName", "StudyTime", "ImageComments"),
)


def texts_for_programs(rng: random.Random, names: Names) -> bytes:
    """What terminals, browsers, spreadsheets and headers would act on."""
    made = sound(names)
    for keyword in rng.sample(_NAMED, rng.choice((1, 4, 13))):
        made = text(made, keyword, rng.choice(_TEXTS))
    if rng.random() < 0.5:
        made = text(
            made, "SpecificCharacterSet", rng.choice((b"ISO_IR 192", b"GB18030", b"ISO 2022 IR 87", b"\\ISO 2022 IR 149"))
        )
    return made


def values_no_json_has(rng: random.Random, names: Names) -> bytes:
    """Numbers beyond what JSON, a column or a double holds, of every VR; odd lengths; lists of thousands."""
    made = sound(names)
    with_vr = (
        *(
            (b"FD", struct.pack("<3d", float("nan"), float("-inf"), 5e-324)),
            (b"FL", b"\0\0\xc0\x7f" * 700),
            (b"FD", b"\0" * 7),
        ),
        *((b"UV", b"\xff" * 8), (b"SV", b"\0" * 7 + b"\x80"), (b"OV", b"\xff" * 24), (b"AT", b"\1\2\3"), (b"DS", b"1e400")),
        *((b"IS", b"1.5"), (b"IS", b"99999999999"), (b"UR", b"http://x y\r\n"), (b"UC", b"a\\b" * 9000), (b"AS", b"999Z")),
        *(
            (b"DT", b"99999999999999.999999+9999"),
            (b"TM", b"999999.9999999"),
            (b"LO", b"x\\" * 10_000),
            (b"US", b"\1" * 3001),
        ),
        *((b"PN", b"=" * 3000), (b"OL", b"\1" * 5), (b"OD", b"\1" * 9), (b"UT", b"\xff" * 99), (b"SQ", b"\0" * 8)),
    )
    tags = (0x00181310, 0x00280034, 0x00189073, 0x00200032, 0x00081030, 0x00204000, 0x00291010, 0x00102000, 0x00400275)
    for tag in rng.sample(tags, 3):
        vr, value = rng.choice(with_vr)
        made = with_element(made, element(tag >> 16, tag & 0xFFFF, vr, value[:65_000]))
    return made


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


def four_gigabytes(rng: random.Random, names: Names) -> bytes:
    """Lengths just below the undefined one: at the top, within items, within a guess, of a fragment."""
    size = rng.choice((0xFFFFFFFE, 0xFFFFFFF0, 0x80000000, 0x7FFFFFFE))
    vr = rng.choice((b"OB", b"OW", b"UN", b"UT", b"UC", b"UR", b"OV", b"SQ"))
    liar = element(0x0009, 0x1001, vr, b"abcd", size)
    ways = (liar, element(8, 0x1140, b"SQ", item(liar)), element(8, 0x1140, b"SQ", item(liar, size), UNDEFINED))
    if rng.random() < 0.3:
        return replaced(sound(names), 0x7FE00010, element(0x7FE0, 0x10, b"OB", item(b"") + item(b"a", size), UNDEFINED))
    return with_element(sound(names), rng.choice(ways))


# ------------------------------------------------------------------------------------------------------------- wrappings


def wrapped(rng: random.Random, names: Names) -> bytes:
    """A sound file packed, cut at the front, doubled, or with its marks in other places."""
    file = sound(names)
    ways = (
        *(gzip.compress(file, mtime=0), zlib.compress(file), file[128:], file[132:], b"DICM" + file, b"\xef\xbb\xbf" + file),
        *(b"\r\n" + file, file[:128] + b"dicm" + file[132:], file[:132] + file, file + file, file[:132] * 2 + file[132:]),
        *(b"\0" * 128 + b"DICM" + split(file)[1], bytes(len(file)), file[:132], file.hex().encode(), file[::-1]),
    )
    return rng.choice(ways)


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


def inner_deflation(rng: random.Random, names: Names) -> bytes:
    """Deflated twice, with a zlib header, in pieces, with another syntax's name."""
    data = split(sound(names))[1]
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    once = packer.compress(data) + packer.flush()
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    twice = packer.compress(once) + packer.flush()
    body = rng.choice((twice, zlib.compress(data), gzip.compress(data, mtime=0), once + once, once[:1] + once))
    return makers.with_meta(body, rng.choice((DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian)))


def turned_around(rng: random.Random, names: Names) -> bytes:
    """Big endian with odd lengths, sequences and values that cannot be turned round."""
    data = split(makers.content(parts.dataset(names), ExplicitVRBigEndian))[1]
    vr, size = rng.choice(list(product((b"OW", b"OF", b"OD", b"AT", b"FD", b"US", b"UL"), (1, 3, 7, 16, 70_001))))
    head = struct.pack(">HH2s", 9, 0x1001, vr)
    head += struct.pack(">HL", 0, size) if vr in parts.LONG else struct.pack(">H", size & 0xFFFF)
    cut = data.index(struct.pack(">HH", 0x10, 0x10))
    body = data[:cut] + head + bytes(size if vr in parts.LONG else size & 0xFFFF) + data[cut:]
    return makers.with_meta(body, ExplicitVRBigEndian)


MORE: dict[str, tuple[Make, float]] = {
    "streams that claim other sizes": (claiming_pictures, 6),
    "icons": (icons, 2),
    "lying lookup tables": (lying_tables, 4),
    "strange windows and slopes": (strange_windows, 4),
    "colours and bits that do not fit": (photometrics, 5),
    "numbers in other VRs": (numbers_in_other_vrs, 4),
    "overlays": (overlays, 2),
    "float pixels": (float_pixels, 3),
    "no pixels": (no_pixels, 3),
    "endless offset tables": (endless_offset_tables, 0.5),
    "functional groups": (functional_groups, 2),
    "places nowhere": (geometry, 3),
    "absurd expectations": (expectations, 3),
    "rejection notes": (taking_back, 2),
    "texts for other programs": (texts_for_programs, 5),
    "values that JSON has not": (values_no_json_has, 5),
    "private blocks": (private_blocks, 3),
    "unknown within unknown": (unknown_in_unknown, 3),
    "4 GB": (four_gigabytes, 3),
    "wrapped": (wrapped, 3),
    "groups that do not belong": (groups_that_do_not_belong, 2),
    "deflated otherwise": (inner_deflation, 2),
    "big endian": (turned_around, 2),
}
"""Name, maker, and how often it comes."""
