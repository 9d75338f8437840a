"""Bytes to build hostile files from: elements written by hand, and sound files to harm."""

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
)

from tests.radapp.archive import makers

LONG = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
UNDEFINED = 0xFFFFFFFF
ROOT = "1.2.826.0.1.3680043.8.498.66."
GOOD_EVERY = 5
"""One file in so many is sound: those whose numbers can be divided by it."""
SIZES = (0, 1, 8, 33, 5000, 20_000, 65_500, 65_535)
"""Rows or columns that a header or a stream may claim."""
JPEG = b"\xff\xd8\xff\xe0" + bytes(120) + b"\xff\xd9"


@dataclass(frozen=True)
class Names:
    """The UIDs and the patient of one file; two files of one number have the same."""

    number: int

    @property
    def study(self) -> str:
        return f"{ROOT}{self.number}"

    @property
    def series(self) -> str:
        return f"{self.study}.1"

    @property
    def instance(self) -> str:
        return f"{self.series}.1"

    @property
    def patient(self) -> str:
        return f"H{self.number}"

    @property
    def known(self) -> "Names":
        """Those of the sound file that came before this one."""
        return Names(self.number - self.number % GOOD_EVERY)


def called(names: Names) -> dict[str, str]:
    """These names as makers take them."""
    return {"study": names.study, "series": names.series, "PatientID": names.patient}


def dataset(names: Names, **attributes: Any) -> Dataset:
    """A sound slice under these names."""
    return makers.mr(1, **called(names), **attributes)


def sound(names: Names) -> bytes:
    """A sound file."""
    return makers.content(dataset(names))


def element(group: int, number: int, vr: bytes, value: bytes, length: int | None = None) -> bytes:
    """One element, explicit little endian, with its own length or another."""
    size = len(value) if length is None else length
    if vr in LONG:
        return struct.pack("<HH2sHL", group, number, vr, 0, size & 0xFFFFFFFF) + value
    return struct.pack("<HH2sH", group, number, vr, size & 0xFFFF) + value


def implicit(group: int, number: int, value: bytes, length: int | None = None) -> bytes:
    """One element, implicit little endian."""
    return struct.pack("<HHL", group, number, len(value) if length is None else length) + value


def item(value: bytes, length: int | None = None) -> bytes:
    """One item of a sequence or one fragment."""
    return struct.pack("<HHL", 0xFFFE, 0xE000, len(value) if length is None else length) + value


SEQUENCE_END = struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
ITEM_END = struct.pack("<HHL", 0xFFFE, 0xE00D, 0)


def split(file: bytes) -> tuple[bytes, bytes]:
    """(preamble and file meta information, data set) of a sound file."""
    end = 132 + next(position for position, tag, *_ in headers_of(file[132:2000]) if tag >> 16 != 2)
    return file[:end], file[end:]


def headers_of(data: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """(position, tag, VR, length) of the top-level elements of a sound explicit little endian data set."""
    position = 0
    while position + 8 <= len(data):
        group, number, vr, length = struct.unpack_from("<HH2sH", data, position)
        head = 8
        if vr in LONG:
            length = struct.unpack_from("<L", data, position + 8)[0]
            head = 12
        yield position, group << 16 | number, vr, length
        if length == UNDEFINED:
            return
        position += head + length


def with_element(file: bytes, extra: bytes) -> bytes:
    """The sound file with one more element where its tag belongs."""
    meta, data = split(file)
    group, number = struct.unpack_from("<HH", extra)
    tag = group << 16 | number
    for position, found, _, _ in headers_of(data):
        if found == tag:
            return replaced(file, tag, extra)
        if found > tag:
            return meta + data[:position] + extra + data[position:]
    return meta + data + extra


def replaced(file: bytes, tag: int, other: bytes) -> bytes:
    """The sound file with these bytes in place of one element."""
    meta, data = split(file)
    places = list(headers_of(data))
    for number, (position, found, _, _) in enumerate(places):
        if found == tag:
            end = places[number + 1][0] if number + 1 < len(places) else len(data)
            return meta + data[:position] + other + data[end:]
    return with_element(file, other)


def text(file: bytes, keyword: str, value: bytes, vr: bytes | None = None) -> bytes:
    """The sound file with this value, even where it cannot be one."""
    tag = pydicom.datadict.tag_for_keyword(keyword)
    assert tag is not None
    kind = vr or pydicom.datadict.dictionary_VR(tag).encode()
    value += b"\0" if len(value) % 2 else b""
    if kind not in LONG and len(value) > 65534:
        kind = b"UN"
    return replaced(file, tag, element(tag >> 16, tag & 0xFFFF, kind, value))


def _native(syntax: str) -> Callable[[Names], bytes]:
    return lambda names: makers.content(dataset(names), syntax)


def _compressed(syntax: str) -> Callable[[Names], bytes]:
    def make(names: Names) -> bytes:
        made = dataset(names)
        made.compress(syntax, generate_instance_uid=False)
        return makers.content(made, syntax)

    return make


def _frames(names: Names) -> bytes:
    made = dataset(names, SOPClassUID="1.2.840.10008.5.1.4.1.1.4.1", NumberOfFrames="3")
    made.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    made.PixelData = encapsulate([JPEG + bytes([number]) * 8 for number in range(3)], has_bot=True)
    made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
    return makers.written(made)


def renamed(made: Dataset, names: Names) -> Dataset:
    """The data set, under these names from now on."""
    made.StudyInstanceUID, made.SeriesInstanceUID, made.SOPInstanceUID = names.study, names.series, names.instance
    made.PatientID = names.patient
    return made


def _report(names: Names) -> bytes:
    return makers.content(renamed(makers.report(), names))


def _map(names: Names) -> bytes:
    return makers.content(renamed(makers.parametric_map(), names), DeflatedExplicitVRLittleEndian)


def _bare(names: Names) -> bytes:
    return makers.bare(dataset(names), ImplicitVRLittleEndian)


SOUND: tuple[Callable[[Names], bytes], ...] = (
    *(_native(syntax) for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian)),
    *(_native(DeflatedExplicitVRLittleEndian), _compressed(RLELossless), _compressed(JPEG2000Lossless)),
    *(_frames, _report, _map, _bare),
)
"""Sound files of every encoding."""


@cache
def _templates() -> tuple[bytes, ...]:
    """One of each, under placeholders that are as long as what takes their place."""
    return tuple(make(Names(_PLACEHOLDER)) for make in SOUND)


_PLACEHOLDER = 9_999_999
_DEFLATED = DeflatedExplicitVRLittleEndian.encode()


def any_sound(rng: random.Random, names: Names) -> bytes:
    """A sound file of some encoding. Made from a template, since writing one takes milliseconds; deflated ones are not."""
    which = rng.randrange(len(SOUND))
    made, old, new = _templates()[which], str(_PLACEHOLDER).encode(), str(names.number).encode()
    if len(old) != len(new) or _DEFLATED in made:
        return SOUND[which](names)
    return made.replace(old, new)


def deflated(data: bytes) -> bytes:
    """These data set bytes, deflated, as a file."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return makers.with_meta(packer.compress(data) + packer.flush(), DeflatedExplicitVRLittleEndian)
