"""What stands in the original headers of a case: the texts, dates and UIDs that nobody blinded may meet."""

import warnings
from collections.abc import Iterable, Iterator

import pydicom
from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.multival import MultiValue

from radapp.archive import borrowed
from radapp.archive.headers import UNREADABLE

SPEAKING = frozenset({"AE", "AS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT", "CS"})
"""Value representations that hold words, names, dates or UIDs."""
LEAST = 3
"""Shorter values stand anywhere by chance; that their attribute is not sent is looked at by itself."""


def spoken(sha256s: Iterable[str]) -> dict[str, str]:
    """{value: the attribute that holds it} of some stored headers, sequences and private elements included."""
    found: dict[str, str] = {}
    for sha256 in sha256s:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(borrowed.path_of(sha256), stop_before_pixels=True, force=True)
            for name, value in _values(dataset):
                if len(value) >= LEAST:
                    found.setdefault(value, name)
    return found


def attributes(sha256: str) -> set[str]:
    """The attributes of one stored header, by keyword or tag."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(borrowed.path_of(sha256), stop_before_pixels=True, force=True)
        return {keyword_for_tag(tag) or str(tag) for tag in dataset.keys() if tag.element != 0}  # noqa: SIM118 - unread


def _values(dataset: pydicom.Dataset) -> Iterator[tuple[str, str]]:
    for tag in list(dataset.keys()):
        try:
            element = dataset[tag]
        except UNREADABLE:
            continue
        if element.VR == "SQ":
            for item in element.value or []:
                yield from _values(item)
        elif element.VR in SPEAKING or (element.tag.is_private and element.VR != "SQ"):
            yield from ((element.keyword or str(element.tag), one) for one in _texts(element))


def _texts(element: DataElement) -> Iterator[str]:
    values = element.value if isinstance(element.value, MultiValue | list) else [element.value]
    for value in values:
        if isinstance(value, bytes):
            value = value.decode("ascii", "ignore")
        yield str(value or "").strip()
