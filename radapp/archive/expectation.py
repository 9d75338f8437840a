"""How many images a series promises to have, read from one slice's header; and how far such promises are trusted.

| source | attribute | counts |
|---|---|---|
| acquisition | Images in Acquisition (0020,1002) | instances, while all share one Acquisition Number |
| related | Number of Series Related Instances (0020,1209) | instances |
| locations | GE Locations in Acquisition (0021,104F) or Philips Number of Slices MR (2001,1018), as often as there are
temporal positions (0020,0105) | frames |
| concatenation | In-concatenation Total Number (0020,9163) of an enhanced object cut in parts | instances |

A promise is dropped once slices of the series contradict each other about it, or more images have come than it said.
"""

from collections.abc import Iterable, Mapping

import pydicom
from pydicom.tag import BaseTag, Tag

from radapp.archive.headers import UNREADABLE, text, whole_number

ACQUISITION, RELATED, LOCATIONS, CONCATENATION = "acquisition", "related", "locations", "concatenation"
_ACQUISITION_NUMBER = "acquisition_number"
MOST = 20_000
"""No series has more images; a larger number is a broken header."""

# Private elements count only in the block that their maker reserves at its usual place: (creator's tag, name, element).
_VENDORS = (
    (Tag(0x0021, 0x0010), "GEMS_RELA_01", Tag(0x0021, 0x104F)),
    (Tag(0x2001, 0x0010), "Philips Imaging DD 001", Tag(0x2001, 0x1018)),
)

Stated = Mapping[str, int | None]


def read(header: pydicom.Dataset) -> dict[str, int]:
    """What one header promises, by source. The acquisition's number goes along: two of them spoil its promise."""
    found: dict[str, int | None] = {
        ACQUISITION: whole_number(header, "ImagesInAcquisition"),
        RELATED: whole_number(header, "NumberOfSeriesRelatedInstances"),
        CONCATENATION: whole_number(header, "InConcatenationTotalNumber"),
    }
    slices = next((number for vendor in _VENDORS if (number := _private(header, *vendor)) is not None), None)
    if slices is not None:
        found[LOCATIONS] = slices * max(whole_number(header, "NumberOfTemporalPositions") or 1, 1)
    stated = {source: number for source, number in found.items() if number is not None and 1 < number <= MOST}
    if ACQUISITION in stated:
        stated[_ACQUISITION_NUMBER] = whole_number(header, "AcquisitionNumber") or 0
    return stated


def is_derived(header: pydicom.Dataset) -> bool:
    """Whether the image was made from others: such a series says nothing of what the scanner acquires."""
    return text(header, "ImageType").upper().startswith("DERIVED")


def joined(known: Stated, further: Iterable[Mapping[str, int]]) -> dict[str, int | None]:
    """What is known with what further slices state: what contradicts is null from then on."""
    found = dict(known)
    for stated in further:
        for source, number in stated.items():
            if found.setdefault(source, number) != number:
                found[source] = None
    if _ACQUISITION_NUMBER in found and found[_ACQUISITION_NUMBER] is None:
        found[ACQUISITION] = None
    return found


def expected(stated: Stated, instances: int, frames: int) -> tuple[int, int] | None:
    """(how many of them are there, how many are promised) of the largest promise that stands; None where none does."""
    counted = {ACQUISITION: instances, RELATED: instances, CONCATENATION: instances, LOCATIONS: frames}
    standing = [
        (number, there)
        for source, there in counted.items()
        if (number := stated.get(source)) is not None and there <= number
    ]
    if not standing:
        return None
    number, there = max(standing, key=lambda one: (one[0] - one[1], one[0]))
    return there, number


def _private(header: pydicom.Dataset, creator: BaseTag, name: str, element: BaseTag) -> int | None:
    """A vendor's number (SS, SL, US, UL or as text), whatever VR the file gave it; None where it is not that vendor's."""
    raw_creator, raw = header.get_item(creator), header.get_item(element)
    if raw_creator is None or raw is None or _bytes(raw_creator).decode("latin-1").strip("\0 ") != name:
        return None
    value = _bytes(raw)
    digits = value.strip(b"\0 ")
    if digits.isdigit() and len(value) not in {2, 4}:
        return int(digits) if len(digits) < 10 else None
    return int.from_bytes(value[:4], "little", signed=True) if len(value) in {2, 4} else None


def _bytes(element: object) -> bytes:
    """An element's value as it stood in the file, little endian; empty where pydicom has read it already and oddly."""
    value = getattr(element, "value", None)
    try:
        if isinstance(value, bytes):
            return value
        if isinstance(value, int):
            return value.to_bytes(4, "little", signed=True)
        return str(value).encode("latin-1")
    except UNREADABLE:
        return b""
