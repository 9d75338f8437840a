"""Records of sources in DICOM JSON, read as one reads a stranger's writing: known attributes of a sane form alone."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from radapp.archive.encoding import is_uid
from radapp.dicomweb.attributes import ATTRIBUTES, Level, element

Record = dict[str, Any]

STUDY_UID, SERIES_UID, SOP_UID = "0020000D", "0020000E", "00080018"
MODALITIES, SERIES_COUNT, STUDY_COUNT = "00080061", "00201206", "00201208"
INSTANCE_COUNT = "00201209"
UID_OF = {Level.STUDY: STUDY_UID, Level.SERIES: SERIES_UID, Level.INSTANCE: SOP_UID}

_COUNTS = {SERIES_COUNT: Level.STUDY, STUDY_COUNT: Level.STUDY, INSTANCE_COUNT: Level.SERIES}
_KNOWN = {one.tag: (one.vr, one.level) for one in ATTRIBUTES} | {tag: ("IS", level) for tag, level in _COUNTS.items()}
_LONGEST = {"AE": 16, "CS": 16, "SH": 64, "LO": 256, "PN": 324, "TM": 16}
_VALUES_AT_MOST = 64
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_FORMS = {"DA": re.compile(r"\d{8}"), "TM": re.compile(r"[\d:.]{2,16}")}
_LARGEST = 2**31 - 1


def parse(text: bytes) -> list[Any] | None:
    """The list that a QIDO-RS answer holds; None where it holds none."""
    if not text.strip():
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def clean(record: object, level: Level) -> Record | None:
    """The record with what this application knows, up to its level; None where it lacks the UID that makes it one."""
    if not isinstance(record, Mapping):
        return None
    found: Record = {}
    for tag, (vr, of_level) in _KNOWN.items():
        written = record.get(tag)
        if of_level.value <= level.value and isinstance(written, Mapping):
            values = written.get("Value")
            sane = [_sane(vr, value) for value in values[:_VALUES_AT_MOST]] if isinstance(values, list) else []
            found[tag] = element(vr, *[value for value in sane if value is not None])
    return found if value_of(found, UID_OF[level]) else None


def cleaned(written: Iterable[object], level: Level) -> list[Record]:
    """Those of them that are records, cleaned."""
    return [record for one in written if (record := clean(one, level)) is not None]


def _sane(vr: str, value: object) -> str | int | None:
    """The value as `element` takes it, or None. A person's name comes as its groups, joined by =."""
    if vr == "PN":
        return _name(value)
    if vr in {"IS", "US"}:
        return _number(value)
    if not isinstance(value, str):
        return None
    text = _CONTROL.sub(" ", value).strip()[: _LONGEST.get(vr, 64)]
    if vr == "UI":
        return text if is_uid(text) else None
    form = _FORMS.get(vr)
    return text if form is None or form.fullmatch(text) else None


def _number(value: object) -> int | None:
    try:
        number = int(value)  # type: ignore[call-overload]
    except (ValueError, TypeError, OverflowError):
        return None
    return number if 0 <= abs(number) <= _LARGEST else None


def _name(value: object) -> str | None:
    groups = ("Alphabetic", "Ideographic", "Phonetic")
    parts = [value.get(group, "") for group in groups] if isinstance(value, Mapping) else [value]
    texts = [_CONTROL.sub(" ", part).strip() if isinstance(part, str) else "" for part in parts]
    return "=".join(texts).rstrip("=")[: _LONGEST["PN"]] or None


def values_of(record: Record, tag: str) -> list[Any]:
    """All values; names as texts with their groups joined by =."""
    values = record.get(tag, {}).get("Value", [])
    return [_name(value) if isinstance(value, dict) else value for value in values]


def value_of(record: Record, tag: str) -> Any:
    """The first value, or None."""
    return next(iter(values_of(record, tag)), None)


def text_of(record: Record, tag: str) -> str:
    """The first value as a text, or an empty one."""
    found = value_of(record, tag)
    return "" if found is None else str(found)
