"""Retain Safe Private (PS3.15 section E.3.10): private elements of which it is known that they hold nothing of the patient.

Known by the standard's own list (Table E.3.10-1, its MR part, numbers and codes only), or because the data set says so of a
block (Private Data Element Characteristics Sequence, PS3.3 C.12.1.1.7).
"""

import warnings
from collections.abc import Iterator, Mapping

import pydicom
from pydicom.dataelem import DataElement
from pydicom.tag import BaseTag

from radapp.archive.headers import UNREADABLE

SAFE: Mapping[tuple[str, int, int], str] = {
    ("SIEMENS MR HEADER", 0x0019, 0x0C): "IS",
    ("SIEMENS MR HEADER", 0x0019, 0x0D): "CS",
    ("SIEMENS MR HEADER", 0x0019, 0x0E): "FD",
    ("SIEMENS MR HEADER", 0x0019, 0x27): "FD",
    ("Philips Imaging DD 001", 0x2001, 0x03): "FL",
    ("Philips Imaging DD 001", 0x2001, 0x04): "CS",
    ("Philips MR Imaging DD 001", 0x2005, 0x0D): "FL",
    ("Philips MR Imaging DD 001", 0x2005, 0x0E): "FL",
    ("GEMS_PARM_01", 0x0043, 0x39): "IS",
}
"""By private creator, group and element within the block: the VR. b-values, gradient directions, scale factors."""
NUMBERS = frozenset({"IS", "DS", "FL", "FD", "SL", "SS", "UL", "US"})


def safe_elements(dataset: pydicom.Dataset) -> Iterator[tuple[DataElement, DataElement]]:
    """Safe private elements of one level, each with its creator; values are numbers, or codes of capital letters."""
    declared = _declared(dataset)
    for tag in sorted(dataset.keys()):
        if not tag.is_private or tag.is_private_creator or tag.element < 0x1000:
            continue
        creator = _element(dataset, BaseTag(tag.group << 16 | tag.element >> 8))
        element = _element(dataset, tag)
        if creator is None or element is None:
            continue
        name, offset = str(creator.value or "").strip(), tag.element & 0xFF
        vr = SAFE.get((name, tag.group, offset))
        listed = vr is not None and element.VR in {vr, "UN"} and element.VR != "UN"
        if (listed or (tag.group, name, offset) in declared or (tag.group, name, None) in declared) and _is_plain(element):
            yield creator, element


def _declared(dataset: pydicom.Dataset) -> set[tuple[int, str, int | None]]:
    """(group, creator, element or None for the whole block) that the data set itself calls safe."""
    found: set[tuple[int, str, int | None]] = set()
    sequence = _element(dataset, BaseTag(0x00080300))
    if sequence is None or sequence.VR != "SQ":
        return found
    for item in sequence.value:
        group, creator = item.get("PrivateGroupReference"), str(item.get("PrivateCreatorReference", "")).strip()
        if not isinstance(group, int) or not creator:
            continue
        status = item.get("BlockIdentifyingInformationStatus")
        if status == "SAFE":
            found.add((group, creator, None))
        elif status == "MIXED":
            listed = item.get("NonidentifyingPrivateElements") or []
            found |= {(group, creator, int(one) & 0xFF) for one in ([listed] if isinstance(listed, int) else listed)}
    return found


def _element(dataset: pydicom.Dataset, tag: BaseTag) -> DataElement | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return dataset.get(tag)
    except UNREADABLE:
        return None


def _is_plain(element: DataElement) -> bool:
    """Numbers, or code strings: nothing that could be words about somebody."""
    return element.VR in NUMBERS or element.VR == "CS"
