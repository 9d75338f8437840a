"""The attributes that QIDO-RS matches and returns (PS3.18 tables 10.6.1-5 and 10.6.3-3 to -5), one record each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from pydicom.datadict import keyword_dict

from radapp.archive.models import Instance, Series, Study


class Level(Enum):
    """What a search returns: one record a study, a series or an instance."""

    STUDY = 0
    SERIES = 1
    INSTANCE = 2


class Match(Enum):
    """How a value of the query is compared."""

    TEXT = "text"  # wildcards * and ?, case counts
    NAME = "name"  # wildcards, case does not count
    PERSON = "person"  # the same, and each group of the name alone
    FUZZY = "fuzzy"  # a person's name, by words (radapp.dicomweb.names)
    UIDS = "uids"  # a list, separated by commas or backslashes
    CODES = "codes"  # a list, or wildcards
    DATE = "date"  # one day or a range
    TIME = "time"  # one time or a range
    NUMBER = "number"
    MODALITIES = "modalities"  # any series of the study
    CLASSES = "classes"  # any instance of the study


@dataclass(frozen=True)
class Attribute:
    """One attribute: its tag, VR, the level it belongs to, the model's field, and how it is matched (None: not at all)."""

    tag: str
    keyword: str
    vr: str
    level: Level
    field: str
    match: Match | None = None


STUDY, SERIES, INSTANCE = Level.STUDY, Level.SERIES, Level.INSTANCE

ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("00080020", "StudyDate", "DA", STUDY, "study_date", Match.DATE),
    Attribute("00080030", "StudyTime", "TM", STUDY, "study_time", Match.TIME),
    Attribute("00080050", "AccessionNumber", "SH", STUDY, "accession_number", Match.TEXT),
    Attribute("00080061", "ModalitiesInStudy", "CS", STUDY, "", Match.MODALITIES),
    Attribute("00080062", "SOPClassesInStudy", "UI", STUDY, "", Match.CLASSES),
    Attribute("00080090", "ReferringPhysicianName", "PN", STUDY, "referring_physician_name", Match.PERSON),
    Attribute("00081030", "StudyDescription", "LO", STUDY, "study_description", Match.NAME),
    Attribute("00100010", "PatientName", "PN", STUDY, "patient_name", Match.PERSON),
    Attribute("00100020", "PatientID", "LO", STUDY, "patient_id", Match.TEXT),
    Attribute("00100021", "IssuerOfPatientID", "LO", STUDY, "issuer_of_patient_id", Match.TEXT),
    Attribute("00100030", "PatientBirthDate", "DA", STUDY, "patient_birth_date", Match.DATE),
    Attribute("00100040", "PatientSex", "CS", STUDY, "patient_sex", Match.CODES),
    Attribute("0020000D", "StudyInstanceUID", "UI", STUDY, "study_instance_uid", Match.UIDS),
    Attribute("00200010", "StudyID", "SH", STUDY, "study_id", Match.TEXT),
    Attribute("00080060", "Modality", "CS", SERIES, "modality", Match.CODES),
    Attribute("00080021", "SeriesDate", "DA", SERIES, "series_date", Match.DATE),
    Attribute("00080031", "SeriesTime", "TM", SERIES, "series_time", Match.TIME),
    Attribute("0008103E", "SeriesDescription", "LO", SERIES, "series_description", Match.NAME),
    Attribute("00080070", "Manufacturer", "LO", SERIES, "manufacturer", Match.NAME),
    Attribute("00081010", "StationName", "SH", SERIES, "station_name", Match.TEXT),
    Attribute("00180015", "BodyPartExamined", "CS", SERIES, "body_part_examined", Match.CODES),
    Attribute("00181030", "ProtocolName", "LO", SERIES, "protocol_name", Match.NAME),
    Attribute("0020000E", "SeriesInstanceUID", "UI", SERIES, "series_instance_uid", Match.UIDS),
    Attribute("00200011", "SeriesNumber", "IS", SERIES, "series_number", Match.NUMBER),
    Attribute("00200052", "FrameOfReferenceUID", "UI", SERIES, "frame_of_reference_uid", Match.UIDS),
    Attribute("00400244", "PerformedProcedureStepStartDate", "DA", SERIES, "performed_start_date", Match.DATE),
    Attribute("00400245", "PerformedProcedureStepStartTime", "TM", SERIES, "performed_start_time", Match.TIME),
    Attribute("00080016", "SOPClassUID", "UI", INSTANCE, "sop_class_uid", Match.UIDS),
    Attribute("00080018", "SOPInstanceUID", "UI", INSTANCE, "sop_instance_uid", Match.UIDS),
    Attribute("00200013", "InstanceNumber", "IS", INSTANCE, "instance_number", Match.NUMBER),
    Attribute("00280010", "Rows", "US", INSTANCE, "rows", Match.NUMBER),
    Attribute("00280011", "Columns", "US", INSTANCE, "columns", Match.NUMBER),
    Attribute("00280008", "NumberOfFrames", "IS", INSTANCE, "number_of_frames", Match.NUMBER),
    Attribute("00083002", "AvailableTransferSyntaxUID", "UI", INSTANCE, "transfer_syntax_uid", Match.UIDS),
)
REQUESTS: tuple[Attribute, ...] = (
    Attribute("00400275.00400009", "ScheduledProcedureStepID", "SH", SERIES, "scheduled_step_id", Match.TEXT),
    Attribute("00400275.00401001", "RequestedProcedureID", "SH", SERIES, "requested_procedure_id", Match.TEXT),
)
"""Items of the RequestAttributesSequence, of which the first is kept."""

BY_NAME: dict[str, Attribute] = {name: one for one in ATTRIBUTES for name in (one.tag, one.keyword)}
_NESTED = {one.tag: one for one in REQUESTS}


def attribute_of(name: str) -> Attribute | None:
    """What a query key names, if it is matched or told here: by keyword, tag, or both with dots between them."""
    return BY_NAME.get(name) or BY_NAME.get(name.upper()) or _NESTED.get(tag_of(name) or "")


def is_attribute(name: str) -> bool:
    """Whether a query key names any DICOM attribute: keywords or tags of eight hexadecimal digits, dots between them."""
    return tag_of(name) is not None


def tag_of(name: str) -> str | None:
    """The tag, or tags with dots between them, of a name; None where a part of it names no attribute."""
    parts = [_own_tag(part) for part in name.split(".")]
    return ".".join(parts) if all(parts) else None


def _own_tag(part: str) -> str:
    return part.upper() if _is_tag(part) else f"{tag:08X}" if (tag := keyword_dict.get(part)) else ""


def _is_tag(text: str) -> bool:
    return len(text) == 8 and all(character in "0123456789abcdefABCDEF" for character in text)


def _name(value: str) -> dict[str, str]:
    groups = ("Alphabetic", "Ideographic", "Phonetic")
    return {group: part for group, part in zip(groups, value.split("="), strict=False) if part}


def _json_value(vr: str, value: Any) -> Any:
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    return _name(value) if vr == "PN" else value


def element(vr: str, *values: Any) -> dict[str, Any]:
    """One DICOM JSON attribute; empty values are left out."""
    written = [_json_value(vr, value) for value in values if value is not None and value != ""]
    return {"vr": vr, "Value": written} if written else {"vr": vr}


def _of_level(level: Level) -> Callable[[Study | Series | Instance], dict[str, Any]]:
    chosen = [one for one in ATTRIBUTES if one.level is level and one.field]

    def write(row: Study | Series | Instance) -> dict[str, Any]:
        return {one.tag: element(one.vr, getattr(row, one.field)) for one in chosen}

    return write


def request_attributes(series: Series) -> dict[str, Any]:
    """The RequestAttributesSequence (PS3.18 table 10.6.3-4); nothing where the series tells no request."""
    item = {one.tag[9:]: element(one.vr, value) for one in REQUESTS if (value := getattr(series, one.field))}
    return {"00400275": element("SQ", item)} if item else {}


study_attributes = _of_level(STUDY)
series_attributes = _of_level(SERIES)
instance_attributes = _of_level(INSTANCE)
