"""Identifiers, texts and numbers that paths, terminals, columns, JSON or clocks would stumble over."""

import random
import struct

from tests.hostile.parts import Names, element, item, replaced, sound, text, with_element

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
