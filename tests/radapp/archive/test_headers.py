"""Values that are read without pydicom's conversion read as they do with it."""

import pydicom
import pytest
from pydicom.charset import convert_encodings
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from radapp.archive import headers

pytestmark = pytest.mark.once

VALUES = [
    ("SOPInstanceUID", "UI", b"1.2.840.10008.1\0"),
    ("SOPInstanceUID", "UI", b"1.2.840.10008.12"),
    ("SOPInstanceUID", "UI", b"1.2\\1.3\0"),
    ("SOPInstanceUID", "UI", b"../etc"),
    ("SOPInstanceUID", "UI", b"1.2\n\0"),
    ("ImageType", "CS", b"ORIGINAL\\PRIMARY\\M\\ND "),
    ("Modality", "CS", b"MR"),
    ("Modality", "CS", b" MR "),
    ("Modality", "CS", b"mr"),
    ("StudyDate", "DA", b"20260131"),
    ("StudyDate", "DA", b"2026.01.31"),
    ("InstanceNumber", "IS", b" 12 "),
    ("InstanceNumber", "IS", b"012 "),
    ("InstanceNumber", "IS", b"-3"),
    ("InstanceNumber", "IS", b"1.5 "),
    ("InstanceNumber", "IS", b"x "),
    ("Rows", "US", b"\x00\x02"),
    ("Rows", "US", b"\x00\x02\x01\x00"),
    ("Rows", "US", b"\x02"),
    ("Rows", None, b"\x00\x02"),
    ("PatientName", "PN", b"Adams^Bo"),
    ("PatientID", "LO", b""),
    ("PatientID", "LO", b"MRN 0815-4711 "),
    ("PatientID", "LO", b" 0815\0"),
    ("PatientID", "LO", b"A  "),
    ("PatientID", "LO", b"A\\B"),
    ("PatientID", "LO", b"A~B"),
    ("PatientID", "LO", b"\x1b$B;3ED\x1b(B"),
    ("PatientID", "LO", b"M\xfcller"),
    ("PatientID", "LO", b"A\nB"),
    ("PatientID", "LO", b"  "),
    ("StudyID", "SH", b"1(2)[3]{4}"),
    ("StudyTime", "TM", b"071500"),
    ("StudyTime", "TM", b"071500.123456"),
    ("StudyTime", "TM", b"07:15 "),
    ("StudyTime", "TM", b"0715-0800 "),
]


def raw(keyword: str, vr: str | None, value: bytes, *, little: bool = True) -> pydicom.Dataset:
    tag = Tag(keyword)
    return pydicom.Dataset({tag: RawDataElement(tag, vr, len(value), value or None, 0, vr is None, little, True)})


@pytest.mark.parametrize("little", [True, False])
@pytest.mark.parametrize(("keyword", "vr", "value"), VALUES)
def test_it_reads_as_pydicom_does(keyword: str, vr: str | None, value: bytes, little: bool) -> None:
    converted = headers._converted(raw(keyword, vr, value, little=little), keyword)
    assert headers.text(raw(keyword, vr, value, little=little), keyword) == converted
    assert headers.text(raw(keyword, vr, value, little=little), keyword, 3) == converted[:3]


@pytest.mark.parametrize(
    "charset", ["", "ISO_IR 13", "ISO_IR 100", "ISO_IR 192", "GB18030", "ISO 2022 IR 87", "ISO 2022 IR 149"]
)
def test_plain_text_reads_alike_in_every_character_set(charset: str) -> None:
    every = bytes(code for code in range(0x20, 0x7F) if chr(code) not in "\\~")
    header = raw("PatientID", "LO", every)
    header.set_original_encoding(False, True, convert_encodings(charset.split("\\")))
    assert headers.text(header, "PatientID") == headers._converted(header, "PatientID") == every.decode("ascii").strip()


def test_what_is_missing_is_empty() -> None:
    assert headers.text(pydicom.Dataset(), "PatientID") == ""
    assert headers.text(pydicom.Dataset(), "NoSuchKeyword") == ""
