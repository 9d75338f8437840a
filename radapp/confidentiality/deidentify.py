"""One data set without its patient, by the profile's table; and what became of each of its attributes.

A new data set is built from what may stay, sequences in all their depth; what cannot be read does not stay. Attributes that
the table does not list stay as they are, but for names of persons, dates, free text, references by address, attributes that
no dictionary knows, and UIDs of instances.
"""

import re
import warnings
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

import pydicom
from pydicom.datadict import dictionary_has_tag, keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import FileMetaDataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag

from ml.phantom.words import SYNTHETIC_COMMENT, SYNTHETIC_FAMILY_NAME
from radapp.archive.headers import UNREADABLE, is_synthetic
from radapp.confidentiality.cleaning import cleaned
from radapp.confidentiality.keys import ProjectKey, Pseudonymous
from radapp.confidentiality.private import safe_elements
from radapp.confidentiality.profile import Action, Options, action_of, basic_action, line_of

METHOD = "DARNDEST by PS3.15 2024e"
FREE_TEXT = frozenset({"ST", "LT", "UT", "UC", "UR", "UN"})
_KEPT_UIDS = """
SOPClassUID ReferencedSOPClassUID CodingSchemeUID ContextUID MappingResourceUID ContextGroupExtensionCreatorUID
TransferSyntaxUID RelatedGeneralSOPClassUID OriginalSpecializedSOPClassUID
"""
KEPT_UIDS = frozenset(_KEPT_UIDS.split())
"""UIDs of classes and codes, never of instances."""
IDENTITY = frozenset({"PatientName", "PatientID"})
DUMMIES: dict[str, object] = {
    "AE": "ANONYMOUS", "AS": "000Y", "CS": "ANONYMOUS", "DA": "19000101", "DS": "0", "DT": "19000101000000", "IS": "0",
    "LO": "ANONYMOUS", "LT": "ANONYMOUS", "PN": "ANONYMOUS", "SH": "ANONYMOUS", "ST": "ANONYMOUS", "TM": "000000",
    "UC": "ANONYMOUS", "UR": "urn:anonymous", "UT": "ANONYMOUS", "FD": 0.0, "FL": 0.0, "SL": 0, "SS": 0, "UL": 0, "US": 0,
    "OB": b"\0\0", "OW": b"\0\0", "UN": b"\0\0",
}  # fmt: skip
"""Of non-zero length, valid for the VR, saying nothing (PS3.15 section E.1.1, action D)."""

_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")

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
        self._retained: set[str] = set()

    def run(self, dataset: pydicom.Dataset) -> Deidentified:
        """The data set without its patient; pixel data are the same bytes. The given one stays as it is."""
        self._tally, self._names, self._retained = Counter(), name_parts(dataset), set()
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
        if not dictionary_has_tag(element.tag) or element.VR in FREE_TEXT:
            return None
        if element.VR == "SQ":
            return self._sequence(element, name)
        if element.VR == "UI":
            return self._with_uids(element, name)
        if element.VR == "PN":
            return self._new(element, name, Action.EMPTIED, None)
        if element.VR in {"DA", "DT", "TM"}:
            shifted = self._shifted(element) if self._options.modified_dates else None
            if shifted is None:
                return self._new(element, name, Action.EMPTIED, None)
            return self._new(element, name, Action.KEPT if element.VR == "TM" else Action.SHIFTED, shifted)
        return self._new(element, name, Action.KEPT, element.value)

    def _sequence(self, element: DataElement, name: str) -> DataElement:
        items = [self._level(item, f"{name}/") for item in element.value]
        return DataElement(element.tag, "SQ", items)

    def _with_uids(self, element: DataElement, name: str) -> DataElement | None:
        """UIDs by the project's; a sequence of references keeps its items, whose UIDs are replaced in their turn."""
        if element.VR == "SQ":
            return self._sequence(element, name)
        if element.keyword in KEPT_UIDS:
            return self._new(element, name, Action.KEPT, element.value)
        values = [self._key.uid(value) for value in _values(element)]
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
    """A DA or DT value with its date moved; None where it does not begin with a whole date."""
    match = _DATE.match(value)
    if match is None:
        return None
    try:
        day = date(*(int(part) for part in match.groups())) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return f"{day:%Y%m%d}".rjust(8, "0") + value[8:]


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


def _is_sound(element: DataElement) -> bool:
    """False where words stand in place of a number, or of a date: pydicom passes them on as text."""
    numeric: dict[str, Callable[[str], object]] = {"DS": float, "IS": float}
    check = numeric.get(element.VR)
    if check is None:
        return element.VR != "TM" or all(re.fullmatch(r"[\d.:]*\s*", value) for value in _values(element))
    try:
        for value in _values(element):
            check(value)
    except ValueError:
        return False
    return True


def _code(value: str, meaning: str, scheme: str = "DCM") -> pydicom.Dataset:
    code = pydicom.Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    return code
