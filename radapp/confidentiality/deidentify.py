"""One data set without its patient, by the profile's table; and what became of each of its attributes.

A new data set is built from what may stay, sequences in all their depth; what cannot be read does not stay. Attributes that
the table does not list stay as they are, but for names of persons, dates, free text, addresses, bytes that are no pixels,
retired attributes and those that no dictionary knows, words that may be about somebody, and UIDs of instances.
"""

import re
import warnings
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

import pydicom
from pydicom.datadict import dictionary_has_tag, dictionary_is_retired, dictionary_VR, keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import FileMetaDataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag

from ml.phantom.words import SYNTHETIC_COMMENT, SYNTHETIC_FAMILY_NAME
from radapp.archive.headers import UNREADABLE, is_synthetic
from radapp.confidentiality.cleaning import cleaned
from radapp.confidentiality.keys import ProjectKey, Pseudonymous, is_of_a_class
from radapp.confidentiality.private import safe_elements
from radapp.confidentiality.profile import Action, Options, action_of, basic_action, line_of
from radapp.confidentiality.traces import identifiers_of
from radapp.confidentiality.words import Wording

METHOD = "DARNDEST by PS3.15 2024e"
FREE_TEXT = frozenset({"ST", "LT", "UT", "UC", "UR", "UN", "AE", "PN"})
WORDS = frozenset({"LO", "SH", "CS"})
BYTES = frozenset({"OB", "OD", "OF", "OL", "OV", "OW"})
_KEPT_BYTES = """
PixelData FloatPixelData DoubleFloatPixelData ExtendedOffsetTable ExtendedOffsetTableLengths LUTData
RedPaletteColorLookupTableData GreenPaletteColorLookupTableData BluePaletteColorLookupTableData
AlphaPaletteColorLookupTableData SegmentedRedPaletteColorLookupTableData SegmentedGreenPaletteColorLookupTableData
SegmentedBluePaletteColorLookupTableData SegmentedAlphaPaletteColorLookupTableData
"""
KEPT_BYTES = frozenset(_KEPT_BYTES.split())
"""Pixels and tables of colours. A profile of colours (ICC) has words in it and goes."""
MEDIA, CHARACTERISTICS = 0x0004, BaseTag(0x00080300)
IDENTITY = frozenset({"PatientName", "PatientID"})
DUMMIES: dict[str, object] = {
    "AE": "ANONYMOUS", "AS": "000Y", "CS": "ANONYMOUS", "DA": "19000101", "DS": "0", "DT": "19000101000000", "IS": "0",
    "LO": "ANONYMOUS", "LT": "ANONYMOUS", "PN": "ANONYMOUS", "SH": "ANONYMOUS", "ST": "ANONYMOUS", "TM": "000000",
    "UC": "ANONYMOUS", "UR": "urn:anonymous", "UT": "ANONYMOUS", "FD": 0.0, "FL": 0.0, "SL": 0, "SS": 0, "UL": 0, "US": 0,
    "OB": b"\0\0", "OW": b"\0\0", "UN": b"\0\0",
}  # fmt: skip
"""Of non-zero length, valid for the VR, saying nothing (PS3.15 section E.1.1, action D)."""

_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})((\d{2}){0,3}|\d{6}\.\d{1,6})([+-]\d{4})? *")
_NUMBER = re.compile(r" *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *")
_FORMS = {
    "DS": _NUMBER,
    "IS": re.compile(r" *[+-]?\d+(\.0*)? *"),
    "TM": re.compile(r"(\d{2}(:?\d{2}(:?\d{2}(\.\d{1,6})?)?)?)? *"),
    "AS": re.compile(r"(\d{3}[DWMY])? *"),
}

Tally = Counter[tuple[str, Action]]


@dataclass
class Deidentified:
    """The new data set, and how often each attribute (by the names on the way to it) met which action."""

    dataset: pydicom.Dataset
    tally: Tally = field(default_factory=Counter)
    retained: frozenset[str] = frozenset()
    """Values that an option keeps on purpose."""


class Deidentifier:
    """The profile under some options, for one patient of one project."""

    def __init__(self, options: Options, key: ProjectKey, patient: Pseudonymous) -> None:
        """`key` gives UIDs; `patient` gives name and date shift."""
        self._options, self._key, self._patient = options, key, patient
        self._tally: Tally = Counter()
        self._names: Collection[str] = ()
        self._wording = Wording(())
        self._retained: set[str] = set()

    def run(self, dataset: pydicom.Dataset) -> Deidentified:
        """The data set without its patient; pixel data are the same bytes. The given one stays as it is."""
        self._tally, self._names, self._retained = Counter(), name_parts(dataset), set()
        self._wording = Wording(identifiers_of(dataset))
        kept = self._level(dataset, "")
        kept.PatientName = kept.PatientID = self._patient.name
        if is_synthetic(dataset):
            kept.PatientName, kept.ImageComments = f"{SYNTHETIC_FAMILY_NAME}^{self._patient.name}", SYNTHETIC_COMMENT
            self._retained.add(SYNTHETIC_FAMILY_NAME)
        kept.SpecificCharacterSet = "ISO_IR 192"
        kept.PatientIdentityRemoved, kept.DeidentificationMethod = "YES", METHOD
        kept.DeidentificationMethodCodeSequence = [_code(*code) for code in self._options.codes]
        kept.LongitudinalTemporalInformationModified = "MODIFIED" if self._options.modified_dates else "REMOVED"
        kept.file_meta = FileMetaDataset()
        return Deidentified(kept, self._tally, frozenset(self._retained))

    def _level(self, dataset: pydicom.Dataset, path: str) -> pydicom.Dataset:
        """What may stay of one data set or item."""
        kept = pydicom.Dataset()
        for tag in sorted(dataset.keys()):
            if tag.is_private or tag.element == 0 or keyword_for_tag(tag) == "SpecificCharacterSet":
                if tag.is_private and not tag.is_private_creator:
                    self._count(f"{path}{_name(tag)}", Action.REMOVED)
                continue
            # Commands and file meta information have no place in a data set (PS3.7, PS3.10).
            element = _readable(dataset, tag) if tag.group > 2 else None
            name = f"{path}{_name(tag)}"
            new = None if element is None else self._element(element, name)
            if new is None:
                self._count(name, Action.REMOVED)
            else:
                kept.add(new)
        if self._options.retain_safe_private:
            self._keep_safe(dataset, kept, path)
        return kept

    def _keep_safe(self, dataset: pydicom.Dataset, kept: pydicom.Dataset, path: str) -> None:
        for creator, element in safe_elements(dataset):
            words = [*_values(creator), *(_values(element) if element.VR == "CS" else [])]
            if not _is_sound(element) or not all(map(self._wording.may_stay, words)):
                continue
            kept.add(creator)
            kept.add(element)
            name = f"{path}{_name(element.tag)}"
            self._tally[name, Action.REMOVED] -= 1
            self._count(name, Action.KEPT)

    def _element(self, element: DataElement, name: str) -> DataElement | None:
        """One element as it leaves; None where it does not."""
        line = line_of(element.tag)
        if element.keyword in IDENTITY:
            self._count(name, Action.DUMMY)
            return DataElement(element.tag, element.VR, self._patient.name)
        if line is None:
            return self._unlisted(element, name)
        action = action_of(line, element.VR, self._options)
        if action is Action.CLEANED:
            words = cleaned(element.keyword, _text(element), self._names)
            if words:
                return self._new(element, name, Action.CLEANED, words)
            action = basic_action(line, element.VR)
        if action is Action.SHIFTED:
            shifted = self._shifted(element)
            if shifted:
                return self._new(element, name, Action.KEPT if element.VR == "TM" else Action.SHIFTED, shifted)
            action = basic_action(line, element.VR)
        return self._acted(element, name, action)

    def _acted(self, element: DataElement, name: str, action: Action) -> DataElement | None:
        if action is Action.REMOVED:
            return None
        if action is Action.KEPT and element.VR == "SQ":
            return self._sequence(element, name)
        if action is Action.KEPT:
            self._retained.update(_values(element))
            return self._new(element, name, action, element.value)
        if action is Action.UID:
            return self._with_uids(element, name)
        if action is Action.EMPTIED or _is_empty(element):
            return self._new(element, name, Action.EMPTIED, [] if element.VR == "SQ" else None)
        if element.VR == "SQ":
            items = [_code("ANON", "Anonymous", "99DARNDEST")] if element.keyword.endswith("CodeSequence") else []
            return self._new(element, name, Action.DUMMY, items)
        return self._new(element, name, Action.DUMMY, DUMMIES.get(element.VR, ""))

    def _unlisted(self, element: DataElement, name: str) -> DataElement | None:
        """What the table is silent about."""
        if not _is_known(element) or element.VR in FREE_TEXT or element.tag.group == MEDIA:
            return None
        if element.tag == CHARACTERISTICS and not self._options.retain_safe_private:
            return None
        if element.VR in BYTES and element.keyword not in KEPT_BYTES:
            return None
        if element.VR == "SQ":
            return self._sequence(element, name)
        if element.VR == "UI":
            return self._with_uids(element, name)
        if element.VR in {"DA", "DT", "TM"}:
            return self._new(element, name, Action.EMPTIED, None)
        if element.VR in WORDS:
            return self._worded(element, name)
        return self._new(element, name, Action.KEPT, element.value)

    def _worded(self, element: DataElement, name: str) -> DataElement | None:
        """Its values that cannot be about somebody; a dummy in place of any other of several, and of a code's meaning."""
        values = _values(element)
        checked = self._wording.is_code if element.keyword == "CodeValue" else self._wording.may_stay
        kept = [value if checked(value) else str(DUMMIES[element.VR]) for value in values]
        if kept == values:
            return self._new(element, name, Action.KEPT, element.value)
        if len(kept) > 1 or element.keyword == "CodeMeaning":
            return self._new(element, name, Action.DUMMY, kept if len(kept) > 1 else kept[0])
        return None

    def _sequence(self, element: DataElement, name: str) -> DataElement:
        items = [self._level(item, f"{name}/") for item in element.value]
        return DataElement(element.tag, "SQ", items)

    def _with_uids(self, element: DataElement, name: str) -> DataElement | None:
        """UIDs by the project's; a sequence of references keeps its items, whose UIDs are replaced in their turn."""
        if element.VR == "SQ":
            return self._sequence(element, name)
        before = _values(element)
        if all(is_of_a_class(element.keyword, value) for value in before):
            return self._new(element, name, Action.KEPT, element.value)
        values = [self._key.uid(value) for value in before]
        return self._new(element, name, Action.UID, values if len(values) != 1 else values[0])

    def _shifted(self, element: DataElement) -> object | None:
        """Its dates moved by the patient's days, times of day as they are; None where any is no date."""
        values = _values(element)
        if element.VR == "TM":
            return element.value
        found = [moved(value, self._patient.days) for value in values]
        if not found or any(value is None for value in found):
            return None
        return found if len(found) != 1 else found[0]

    def _new(self, element: DataElement, name: str, action: Action, value: object) -> DataElement | None:
        """The element with this value; None where a kept value is none that its VR may have."""
        if action is Action.KEPT and not _is_sound(element):
            return None
        self._count(name, action)
        return DataElement(element.tag, element.VR, value)

    def _count(self, name: str, action: Action) -> None:
        self._tally[name, action] += 1


def moved(value: str, days: int) -> str | None:
    """A DA or DT value with its date moved; None where it is no whole date, with or without a time."""
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    try:
        day = date(*(int(part) for part in match.groups()[:3])) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return f"{day:%Y%m%d}".rjust(8, "0") + value[8:].rstrip()


def name_parts(dataset: pydicom.Dataset) -> frozenset[str]:
    """The parts of the patient's name, lower case."""
    element = _readable(dataset, BaseTag(0x00100010))
    return frozenset() if element is None else frozenset(re.findall(r"\w+", _text(element).lower()))


def _readable(dataset: pydicom.Dataset, tag: BaseTag) -> DataElement | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return dataset[tag]
    except UNREADABLE:
        return None


def _name(tag: BaseTag) -> str:
    return keyword_for_tag(tag) or f"({tag.group:04X},{tag.element:04X})"


def _values(element: DataElement) -> list[str]:
    value = element.value
    if value is None or value == "":
        return []
    return [str(one) for one in value] if isinstance(value, MultiValue | list) else [str(value)]


def _text(element: DataElement) -> str:
    return " ".join(_values(element))


def _is_empty(element: DataElement) -> bool:
    return element.is_empty


def _is_known(element: DataElement) -> bool:
    """Whether the dictionary has it, in use, and of this VR: a name may stand where a number is expected."""
    tag = element.tag
    return (
        dictionary_has_tag(tag) and not dictionary_is_retired(tag) and element.VR in re.split(r" or |/", dictionary_VR(tag))
    )


def _is_sound(element: DataElement) -> bool:
    """False where words stand in place of a number, a time or an age: pydicom passes them on as text."""
    form = _FORMS.get(element.VR)
    return form is None or all(form.fullmatch(_written(value)) for value in _originals(element))


def _originals(element: DataElement) -> list[object]:
    value = element.value
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, MultiValue | list) else [value]


def _written(value: object) -> str:
    """As it stood in the file, which pydicom keeps beside a number."""
    return str(getattr(value, "original_string", value))


def _code(value: str, meaning: str, scheme: str = "DCM") -> pydicom.Dataset:
    code = pydicom.Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    return code
