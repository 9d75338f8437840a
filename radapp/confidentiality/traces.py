"""The last look: does anything that names the patient still stand in what is about to leave?

The table is about attributes; a scanner that writes the patient's number into a coil's name defeats it. So every object's
bytes but its pixels are searched for the patient's name, numbers, birth date and the original UIDs before it is written.
"""

import re
import warnings
from collections.abc import Iterable, Iterator

import pydicom
from pydicom.dataelem import DataElement
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from radapp.archive.headers import UNREADABLE, text
from radapp.confidentiality.cleaning import WORDS
from radapp.confidentiality.keys import WELL_KNOWN

NUMBERS = ("PatientID", "OtherPatientIDs", "AccessionNumber", "AdmissionID", "PatientTelephoneNumbers", "PatientAddress")
PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
EQUIPMENT = ("Manufacturer", "ManufacturerModelName")
SHORTEST_NUMBER, SHORTEST_DIGITS, SHORTEST_NAME, SHORTEST_INSIDE = 4, 6, 3, 6
"""Characters below which an identifier would be found everywhere; and from which on it is found inside other words too."""


def identifiers_of(dataset: pydicom.Dataset) -> frozenset[str]:
    """What must not be found: parts of the name, numbers, the birth date, every UID that is the examination's own."""
    found = {part for keyword in NUMBERS for part in text(dataset, keyword).split("\\") if _is_number(part)}
    equipment = {word for keyword in EQUIPMENT for word in re.findall(r"\w+", text(dataset, keyword).lower())}
    names = re.findall(r"\w+", text(dataset, "PatientName"))
    found |= {name for name in names if _is_name(name) and name.lower() not in equipment}
    birth = text(dataset, "PatientBirthDate")
    return frozenset(found | set(_uids(dataset)) | ({birth} if len(birth) == 8 else set()))


def _is_number(number: str) -> bool:
    return len(number) >= (SHORTEST_DIGITS if number.isdigit() else SHORTEST_NUMBER)


def _is_name(name: str) -> bool:
    """Long enough not to stand everywhere, and no word of the technique."""
    return len(name) >= (SHORTEST_NAME if name.isascii() else 2) and name.lower() not in WORDS


def _uids(dataset: pydicom.Dataset) -> Iterator[str]:
    for element in _elements(dataset):
        if element.VR == "UI" and element.value:
            values = [element.value] if isinstance(element.value, str) else element.value
            yield from (str(value) for value in values if not str(value).startswith(WELL_KNOWN) and len(str(value)) > 12)


def _elements(dataset: pydicom.Dataset) -> Iterator[DataElement]:
    for tag in sorted(dataset.keys()):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                element = dataset[tag]
        except UNREADABLE:
            continue
        if element.keyword in {"CodingSchemeUID", "ContextUID", "MappingResourceUID"}:
            continue
        yield element
        if element.VR == "SQ":
            for item in element.value:
                yield from _elements(item)


def found_in(dataset: pydicom.Dataset, identifiers: Iterable[str]) -> str:
    """The first identifier that still stands in the data set, pixels apart; empty where none does."""
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False
    bare = pydicom.Dataset({element.tag: element for element in dataset if element.keyword not in PIXELS})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_dataset(out, bare)
    content = out.getvalue().decode("utf-8", "replace").casefold()
    return next((one for one in sorted(identifiers) if _stands_in(content, one.casefold())), "")


def _stands_in(content: str, identifier: str) -> bool:
    """Digits, and what is short, as a word of its own: they may be part of something longer by chance."""
    if len(identifier) >= SHORTEST_INSIDE and not identifier.isdigit():
        return identifier in content
    return re.search(rf"(?<![0-9a-z]){re.escape(identifier)}(?![0-9a-z])", content) is not None
