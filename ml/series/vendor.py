"""What vendors of MR scanners write into private elements where the standard one is missing: b values, EPI factor.

Elements as named in pydicom's dictionary of private elements; a block that a de-identifier removed says nothing.
"""

import struct
from collections.abc import Iterator, Sequence

import pydicom

from ml.unreadable import UNREADABLE

# (group, private creator, element, struct format where its VR was lost): the b value in s/mm².
_B_VALUES = (
    (0x2001, "Philips Imaging DD 001", 0x03, "<f"),
    (0x0019, "SIEMENS MR HEADER", 0x0C, ""),
    (0x0065, "Image Private Header", 0x09, "<d"),
)
_EPI_FACTOR = (0x2001, "Philips Imaging DD 001", 0x13, "<i")


def _private(dataset: pydicom.Dataset, group: int, creator: str, element: int, layout: str) -> float | None:
    """A number of a private block; its bytes are unpacked where an implicit transfer syntax lost its VR."""
    try:
        value = dataset.private_block(group, creator)[element].value
        if isinstance(value, bytes):
            return float(struct.unpack(layout, value)[0]) if layout else float(value.decode("ascii").strip("\0 "))
        return float(value)
    except UNREADABLE:
        return None


def private_b_values(datasets: Sequence[pydicom.Dataset]) -> Iterator[float]:
    """The b values in private elements of Philips, Siemens and United Imaging headers."""
    for dataset in datasets:
        for place in _B_VALUES:
            value = _private(dataset, *place)
            if value is not None:
                yield value


def has_epi_factor(dataset: pydicom.Dataset) -> bool:
    """Philips writes echo planar imaging as SE or GR in classic headers; its EPI factor (over 1) tells it."""
    factor = _private(dataset, *_EPI_FACTOR)
    return factor is not None and factor > 1
