"""The attributes that the archive indexes, read tolerantly: what cannot be read is left empty, never guessed."""

import re
import warnings
from datetime import date
from functools import lru_cache
from typing import Any

import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag

from ml import phantom
from ml.charset import without_escapes
from ml.unreadable import UNREADABLE as UNREADABLE

_STUDY_TEXTS = {
    "patient_id": ("PatientID", 64),
    "issuer_of_patient_id": ("IssuerOfPatientID", 64),
    "patient_name": ("PatientName", 324),
    "patient_sex": ("PatientSex", 16),
    "study_time": ("StudyTime", 16),
    "accession_number": ("AccessionNumber", 64),
    "study_id": ("StudyID", 64),
    "study_description": ("StudyDescription", 256),
    "referring_physician_name": ("ReferringPhysicianName", 324),
}
_STUDY_DATES = {"patient_birth_date": "PatientBirthDate", "study_date": "StudyDate"}
_SERIES_TEXTS = {
    "modality": ("Modality", 16),
    "series_description": ("SeriesDescription", 256),
    "series_time": ("SeriesTime", 16),
    "body_part_examined": ("BodyPartExamined", 64),
    "protocol_name": ("ProtocolName", 256),
    "manufacturer": ("Manufacturer", 256),
    "station_name": ("StationName", 64),
    "frame_of_reference_uid": ("FrameOfReferenceUID", 64),
}
_OTHERS = """
SpecificCharacterSet SOPClassUID SOPInstanceUID StudyInstanceUID SeriesInstanceUID SeriesNumber SeriesDate InstanceNumber
ImageComments Rows Columns NumberOfFrames BitsAllocated SamplesPerPixel PhotometricInterpretation
ImageType AcquisitionNumber NumberOfTemporalPositions ImagesInAcquisition NumberOfSeriesRelatedInstances
InConcatenationTotalNumber
"""
# Private, with their creators (radapp.archive.expectation): GE's locations, Philips's slices.
_VENDORS = frozenset({0x00210010, 0x0021104F, 0x20010010, 0x20011018})

INDEXED_KEYWORDS = (
    *(keyword for keyword, _ in _STUDY_TEXTS.values()),
    *_STUDY_DATES.values(),
    *(keyword for keyword, _ in _SERIES_TEXTS.values()),
    *_OTHERS.split(),
)
INDEXED_TAGS = _VENDORS | {tag for keyword in INDEXED_KEYWORDS if (tag := tag_for_keyword(keyword)) is not None}

_DATE = re.compile(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# What a database's integer column holds.
_LARGEST = 2**31 - 1


# Printable, of one value, and the same in every character set of PS3.3 C.12.1.1.2: not the backslash, nor Japan's overline.
_PLAIN = re.compile(rb"([!-\[\]-}](?:[ -\[\]-}]*[!-\[\]-}])?)[ \0]?")
# Values that read as they are written, whatever the character set: they are taken without pydicom's conversion.
_AS_WRITTEN = {
    "UI": re.compile(rb"([0-9.]{1,64})\0?"),
    "CS": re.compile(rb"([A-Z0-9_]{1,16}(?:\\[A-Z0-9_]{1,16})*) ?"),
    "DA": re.compile(rb"([0-9]{8})"),
    "IS": re.compile(rb" ?([0-9]{1,9}) ?"),
    "TM": re.compile(rb"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?"),
    "LO": _PLAIN,
    "SH": _PLAIN,
}


@lru_cache(maxsize=4096)
def tag_of(number: int) -> BaseTag:
    """A tag as pydicom wants it."""
    return Tag(number)


@lru_cache(maxsize=1024)
def _tag(keyword: str) -> BaseTag | None:
    number = tag_for_keyword(keyword)
    return None if number is None else tag_of(number)


def text(header: pydicom.Dataset, keyword: str, longest: int = 1000) -> str:
    """The attribute as one line of text without padding; empty where it is missing or unreadable."""
    tag = _tag(keyword)
    raw = header.get_item(tag) if tag is not None else None
    if raw is None:
        return ""
    if isinstance(raw, RawDataElement) and isinstance(raw.value, bytes):
        as_written = _as_written(raw.VR, raw.value, little=raw.is_little_endian)
        if as_written:
            return as_written[:longest]
    return _converted(header, keyword)[:longest]


def _as_written(vr: str | None, value: bytes, *, little: bool) -> str:
    """A value that needs no conversion; empty for all others."""
    if vr == "US" and len(value) == 2 and little:
        return str(value[0] | value[1] << 8)
    pattern = _AS_WRITTEN.get(vr or "")
    found = pattern.fullmatch(value) if pattern else None
    return found[1].decode("ascii") if found else ""


def _converted(header: pydicom.Dataset, keyword: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = header.get(keyword)
            if value is None:
                return ""
            parts = [str(part) for part in value] if isinstance(value, MultiValue | list) else [str(value)]
    except UNREADABLE:
        return ""
    return _CONTROL.sub(" ", without_escapes("\\".join(parts)).rstrip("\0 ")).strip()


def whole_number(header: pydicom.Dataset, keyword: str) -> int | None:
    """The attribute's first value as an integer, or None."""
    first = text(header, keyword).split("\\", 1)[0]
    try:
        number = int(float(first))
    except (ValueError, OverflowError):
        return None
    return number if -_LARGEST <= number <= _LARGEST else None


def day(header: pydicom.Dataset, keyword: str) -> date | None:
    """The attribute as a date, or None. Both DA and its old form with dots are read."""
    match = _DATE.fullmatch(text(header, keyword))
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def study_fields(header: pydicom.Dataset) -> dict[str, Any]:
    """The columns of Study that a header fills."""
    fields: dict[str, Any] = {name: text(header, keyword, most) for name, (keyword, most) in _STUDY_TEXTS.items()}
    return fields | {name: day(header, keyword) for name, keyword in _STUDY_DATES.items()}


def series_fields(header: pydicom.Dataset) -> dict[str, Any]:
    """The columns of Series that a header fills."""
    fields: dict[str, Any] = {name: text(header, keyword, most) for name, (keyword, most) in _SERIES_TEXTS.items()}
    return fields | {"series_number": whole_number(header, "SeriesNumber"), "series_date": day(header, "SeriesDate")}


def request_fields(header: pydicom.Dataset) -> dict[str, Any]:
    """The columns of Series that say what was performed and who had asked for it; of a whole header, sequences included."""
    requests = header.get("RequestAttributesSequence")
    first = requests[0] if isinstance(requests, pydicom.Sequence) and requests else pydicom.Dataset()
    return {
        "performed_start_date": day(header, "PerformedProcedureStepStartDate"),
        "performed_start_time": text(header, "PerformedProcedureStepStartTime", 16),
        "scheduled_step_id": text(first, "ScheduledProcedureStepID", 64),
        "requested_procedure_id": text(first, "RequestedProcedureID", 64),
    }


def instance_fields(header: pydicom.Dataset) -> dict[str, Any]:
    """The columns of Instance that a header fills."""
    return {
        "instance_number": whole_number(header, "InstanceNumber"),
        "rows": _positive(header, "Rows"),
        "columns": _positive(header, "Columns"),
        "number_of_frames": _positive(header, "NumberOfFrames") or 1,
    }


def is_synthetic(header: pydicom.Dataset) -> bool:
    """Whether ml.phantom made it: the data set says so twice, by the patient's name and by the image comments."""
    return phantom.is_synthetic(text(header, "PatientName"), text(header, "ImageComments"))


def _positive(header: pydicom.Dataset, keyword: str) -> int | None:
    number = whole_number(header, keyword)
    return number if number is not None and number > 0 else None
