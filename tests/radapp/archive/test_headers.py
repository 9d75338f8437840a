"""Values that are read without pydicom's conversion read as they do with it."""

import pydicom
import pytest
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


def test_what_is_missing_is_empty() -> None:
    assert headers.text(pydicom.Dataset(), "PatientID") == ""
    assert headers.text(pydicom.Dataset(), "NoSuchKeyword") == ""
