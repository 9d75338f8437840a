"""What names the patient, and the last look: does any of it still stand in what is about to leave?

The table is about attributes; a scanner that writes the patient's number into a coil's name defeats it. So what names the
patient, or whoever had to do with him, is gathered from the header as it was received, and every object's bytes but its
pixels are searched for it before it is written.
"""

import re
import warnings
from collections.abc import Iterable, Iterator

import pydicom
from pydicom.dataelem import DataElement
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.multival import MultiValue

from radapp.archive.headers import UNREADABLE, text
from radapp.confidentiality.cleaning import WORDS
from radapp.confidentiality.keys import WELL_KNOWN, is_of_a_class

_NUMBERS = """
PatientID OtherPatientIDs AccessionNumber AdmissionID PatientTelephoneNumbers PatientAddress StudyID RequestedProcedureID
ScheduledProcedureStepID PerformedProcedureStepID PlacerOrderNumberImagingServiceRequest
FillerOrderNumberImagingServiceRequest ServiceEpisodeID IssuerOfPatientID PersonTelephoneNumbers
"""
NUMBERS = frozenset(_NUMBERS.split())
PLACES = frozenset({"InstitutionName", "InstitutionAddress"})
PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_MAKERS = """
siemens ge philips toshiba canon hitachi fujifilm uih united imaging neusoft bruker esaote darndest
medical systems healthcare healthineers
"""
MAKERS = frozenset(_MAKERS.split())
SHORTEST_NUMBER, SHORTEST_DIGITS, SHORTEST_NAME, SHORTEST_INSIDE = 4, 6, 3, 6
"""Characters below which an identifier would be found everywhere; and from which on it is found inside other words too."""


def identifiers_of(dataset: pydicom.Dataset) -> frozenset[str]:
    """What must not be found: names of persons, numbers, the birth date, every UID that is the examination's own."""
    found: set[str] = set()
    for element in _elements(dataset):
        if element.VR == "PN":
            found |= {name for name in _names(element) if _is_name(name)}
        elif element.VR == "UI":
            uids = (uid for uid in _values(element) if uid not in WELL_KNOWN and len(uid) > 12)
            found |= {uid for uid in uids if not is_of_a_class(element.keyword, uid)}
        elif element.keyword in NUMBERS:
            found |= {value for value in _values(element) if _is_number(value)}
        elif element.keyword in PLACES:
            found |= {value for value in _values(element) if len(value) >= SHORTEST_INSIDE}
    birth = text(dataset, "PatientBirthDate")
    return frozenset(found | ({birth} if len(birth) == 8 else set()))


def _values(element: DataElement) -> list[str]:
    value = element.value
    if value is None or value == "":
        return []
    return [str(one).strip() for one in (value if isinstance(value, MultiValue | list) else [value])]


def _names(element: DataElement) -> Iterator[str]:
    """The parts of names in every script, and family and given name written together either way."""
    for written in "\\".join(_values(element)).replace("=", "\\").split("\\"):
        parts = re.findall(r"\w+", written)
        yield from parts
        if len(parts) > 1:
            yield from ("".join(parts[:2]), parts[1] + parts[0])


def _is_number(number: str) -> bool:
    return len(number) >= (SHORTEST_DIGITS if number.isdigit() else SHORTEST_NUMBER)


def _is_name(name: str) -> bool:
    """Long enough not to stand everywhere, and neither a word of the technique nor a maker's name."""
    return len(name) >= (SHORTEST_NAME if name.isascii() else 2) and name.lower() not in WORDS | MAKERS


def _elements(dataset: pydicom.Dataset) -> Iterator[DataElement]:
    for tag in sorted(dataset.keys()):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                element = dataset[tag]
        except UNREADABLE:
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
    return next((one for one in sorted(identifiers) if stands_in(content, one.casefold())), "")


def stands_in(content: str, identifier: str) -> bool:
    """Whether it does, both folded. Digits, and what is short, as a word of its own: else they are found by chance."""
    if len(identifier) >= SHORTEST_INSIDE and not identifier.isdigit():
        return identifier in content
    return re.search(rf"(?<![0-9a-z]){re.escape(identifier)}(?![0-9a-z])", content) is not None
