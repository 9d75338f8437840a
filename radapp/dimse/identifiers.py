"""Identifiers of queries and retrievals (PS3.4 annex C): what is asked at which level, and how an answer is written."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydicom import Dataset
from pydicom.charset import convert_encodings
from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.tag import BaseTag

from radapp.archive.headers import UNREADABLE, text
from radapp.dicomweb.attributes import BY_NAME, Attribute, Level
from radapp.dimse.contexts import PATIENT_ROOT

PATIENT = "PATIENT"
LEVELS = {PATIENT: Level.STUDY, "STUDY": Level.STUDY, "SERIES": Level.SERIES, "IMAGE": Level.INSTANCE}
_NOT_KEYS = frozenset({0x00080005, 0x00080052, 0x00080053, 0x00080201})
"""Character set, level, Query/Retrieve View, time zone: they say how to read the others."""

UTF_8 = "ISO_IR 192"


class IdentifierError(ValueError):
    """The identifier cannot be read, or does not fit its SOP class."""


class Requested(Protocol):
    """What carries an identifier: an event of pynetdicom's."""

    @property
    def identifier(self) -> Dataset:
        """The decoded identifier."""
        ...


@dataclass(frozen=True)
class Query:
    """What is asked. `keys`: tags in the order asked for; `values`: the text of those that have one."""

    level: str
    keys: tuple[BaseTag, ...]
    values: dict[str, str] = field(default_factory=dict)
    charset: str = ""

    @property
    def unknown(self) -> list[str]:
        """Keys that are not kept here: neither matched nor returned."""
        return [f"{tag:08X}" for tag in self.keys if f"{tag:08X}" not in BY_NAME and f"{tag:08X}" not in COUNTED]

    def conditions(self) -> list[tuple[Attribute, str]]:
        """What can be matched, as radapp.dicomweb.matching has it."""
        known = ((BY_NAME.get(tag), value) for tag, value in self.values.items())
        return [(one, value) for one, value in known if one is not None and one.match is not None and value != "*"]


COUNTED = frozenset(["00080054", "00080056", "00201200", "00201202", "00201204", "00201206", "00201208", "00201209"])
"""Answered though no attribute of the index: where to retrieve, availability, and numbers of what is below."""


def read(identifier: Dataset, sop_class_uid: str) -> Query:
    """The query that an identifier asks. Raises IdentifierError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            level = text(identifier, "QueryRetrieveLevel").upper()
            keys = tuple(
                tag for tag in sorted(identifier.keys()) if tag not in _NOT_KEYS and tag.element and not tag.is_private
            )
            values = {f"{tag:08X}": value for tag in keys if (value := _value(identifier, tag))}
            charset = text(identifier, "SpecificCharacterSet")
    except UNREADABLE as error:
        raise IdentifierError(f"the identifier cannot be read: {error}") from error
    if level not in LEVELS or (level == PATIENT and sop_class_uid not in PATIENT_ROOT):
        allowed = ", ".join(name for name in LEVELS if name != PATIENT or sop_class_uid in PATIENT_ROOT)
        raise IdentifierError(f"QueryRetrieveLevel {level[:16]!r}, expected {allowed}")
    return Query(level, keys, values, charset)


def _value(identifier: Dataset, tag: BaseTag) -> str:
    keyword = keyword_for_tag(tag)
    raw = identifier.get_item(tag)
    if not keyword or raw is None or raw.VR == "SQ":
        return ""
    return text(identifier, keyword)


def uids(query: Query, keyword: str) -> list[str]:
    """The UIDs (or the one ID) that a retrieval names; wildcards are none."""
    value = query.values.get(BY_NAME[keyword].tag, "")
    found = [part.strip() for part in value.split("\\") if part.strip()]
    if any("*" in part or "?" in part for part in found):
        raise IdentifierError(f"a wildcard in {keyword}, expected UIDs or an ID")
    return found


def answer(query: Query, found: dict[str, Any], ae_title: str) -> Dataset:
    """One record in DICOM JSON as the identifier of a response: every key asked for, empty where nothing is known."""
    record = found | {"00080054": {"vr": "AE", "Value": [ae_title]}}
    dataset = Dataset.from_json({f"{tag:08X}": record[f"{tag:08X}"] for tag in query.keys if f"{tag:08X}" in record})
    for tag in query.keys:
        if tag not in dataset:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                dataset.add_new(tag, _vr(tag), None)
    dataset.QueryRetrieveLevel = query.level
    charset = _charset(list(_texts(found, query)), query.charset)
    if charset:
        dataset.SpecificCharacterSet = charset
    return dataset


def _vr(tag: BaseTag) -> str:
    try:
        return dictionary_VR(tag)[:2]
    except KeyError:
        return "UN"


def _texts(found: dict[str, Any], query: Query) -> Iterator[str]:
    for tag in query.keys:
        for value in found.get(f"{tag:08X}", {}).get("Value", []):
            if isinstance(value, dict):
                yield from value.values()
            elif isinstance(value, str):
                yield value


def _charset(texts: list[str], asked: str) -> str:
    """The character set of an answer: none while ASCII does, the asker's own where it has every letter, else UTF-8."""
    if all(one.isascii() for one in texts):
        return ""
    if asked and "\\" not in asked:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                encoding = convert_encodings(asked)[0]
            for one in texts:
                one.encode(encoding)
        except (*UNREADABLE, Warning):
            return UTF_8
        return asked
    return UTF_8
