"""What is read of a stored header: the keywords that the allow-list names and those that decide whether it may be shown.

Nothing else of a header enters these modules, so nothing else can leave them.
"""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pydicom
from pydicom.dataelem import DataElement
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag
from pydicom.valuerep import IS, DSdecimal, DSfloat

from radapp.archive import borrowed
from radapp.archive.headers import UNREADABLE

Values = tuple[Any, ...]

GUARDS = ("SOPClassUID", "NumberOfFrames", "BurnedInAnnotation", "FrameOfReferenceUID")
"""Read to decide what is shown, and to name it; shown to nobody."""
OVERLAYS = tuple(Tag(0x6000 + 2 * plane, 0x0102) for plane in range(16))
"""Overlay Bit Position: above 0, an overlay lies within the pixels themselves."""
MACROS: Mapping[str, str] = {
    "ImagePositionPatient": "PlanePositionSequence",
    "ImageOrientationPatient": "PlaneOrientationSequence",
    "PixelSpacing": "PixelMeasuresSequence",
    "SliceThickness": "PixelMeasuresSequence",
    "WindowCenter": "FrameVOILUTSequence",
    "WindowWidth": "FrameVOILUTSequence",
    "RescaleIntercept": "PixelValueTransformationSequence",
    "RescaleSlope": "PixelValueTransformationSequence",
}
"""In which functional group a multi-frame object keeps an attribute (PS3.3 C.7.6.16)."""
_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")


@dataclass(frozen=True)
class Plane:
    """One stored frame: `index` from 0 in the bytes of `sha256`, and what its header says by keyword; absent: not said."""

    sha256: str
    index: int
    values: Mapping[str, Values] = field(hash=False)

    def first(self, keyword: str, otherwise: Any = None) -> Any:
        """The first value of an attribute."""
        found = self.values.get(keyword)
        return found[0] if found else otherwise

    def numbers(self, keyword: str, count: int) -> tuple[float, ...] | None:
        """Exactly so many numbers, or None."""
        found = self.values.get(keyword, ())
        return found if len(found) == count and all(isinstance(one, int | float) for one in found) else None


@dataclass(frozen=True)
class Header:
    """One stored object: its frames, and whether an overlay lies within its pixels."""

    planes: tuple[Plane, ...]
    overlaid: bool


@lru_cache(maxsize=4096)
def header_of(sha256: str, keywords: tuple[str, ...]) -> Header:
    """Stored bytes never change, so what was read is kept. Raises FileNotFoundError where they are gone."""
    wanted: list[BaseTag] = [Tag(one) for one in (*keywords, *GUARDS, *_GROUPS)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(
            borrowed.path_of(sha256), stop_before_pixels=True, force=True, specific_tags=[*wanted, *OVERLAYS]
        )
        return Header(tuple(_planes(dataset, sha256, (*keywords, *GUARDS))), _is_overlaid(dataset))


def _planes(dataset: pydicom.Dataset, sha256: str, keywords: tuple[str, ...]) -> Iterator[Plane]:
    shared = (_items(dataset, _GROUPS[0]) or [pydicom.Dataset()])[0]
    own = _items(dataset, _GROUPS[1])
    counted = _values(dataset, "NumberOfFrames")
    count = max(1, int(counted[0])) if counted and isinstance(counted[0], int) else 1
    for index in range(count):
        groups = [*own[index : index + 1], shared]
        found = {keyword: values for keyword in keywords if (values := _of_frame(dataset, groups, keyword))}
        yield Plane(sha256, index, found)


def _of_frame(dataset: pydicom.Dataset, groups: list[pydicom.Dataset], keyword: str) -> Values:
    """A frame's own value, else the shared one, else the object's."""
    for group in groups:
        for item in _items(group, MACROS.get(keyword, ""))[:1]:
            if values := _values(item, keyword):
                return values
    return _values(dataset, keyword)


def _items(dataset: pydicom.Dataset, keyword: str) -> list[pydicom.Dataset]:
    try:
        return list(dataset.get(keyword) or []) if keyword else []
    except UNREADABLE:
        return []


def _values(dataset: pydicom.Dataset, keyword: str) -> Values:
    """An attribute's values as plain numbers and texts; empty where it is absent, empty or unreadable."""
    try:
        return tuple(_plain(dataset[keyword])) if keyword in dataset else ()
    except UNREADABLE:
        return ()


def _plain(element: DataElement) -> Iterator[int | float | str]:
    if element.value is None:
        return
    values = element.value if isinstance(element.value, MultiValue | list) else [element.value]
    for value in values:
        if isinstance(value, DSfloat | DSdecimal):
            yield float(value)
        elif isinstance(value, IS):
            yield int(value)
        elif isinstance(value, int | float):
            yield value
        elif str(value):
            yield str(value)


def _is_overlaid(dataset: pydicom.Dataset) -> bool:
    return any(dataset[tag].value for tag in OVERLAYS if tag in dataset)
