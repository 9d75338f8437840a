"""Where planes lie in the patient, and in which order they are shown."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from radapp.readerstudies.blinding.headers import Plane

GREY = frozenset({"MONOCHROME1", "MONOCHROME2"})
PARALLEL = 0.999
"""Cosine between two normals of one stack, as the front end wants it."""
_WHOLE = ("Rows", "Columns", "BitsAllocated")
_PLACE = (("ImagePositionPatient", 3), ("ImageOrientationPatient", 6), ("PixelSpacing", 2))
T = TypeVar("T")


def has_place(plane: Plane) -> bool:
    """Whether its header says where it lies, and how large it is."""
    sized = all(isinstance(plane.first(keyword), int) for keyword in _WHOLE)
    places = [plane.numbers(keyword, count) for keyword, count in _PLACE]
    return sized and all(place is not None and all(map(math.isfinite, place)) for place in places) and _length(plane) > 0


def is_showable(plane: Plane) -> bool:
    """Whether it is a grey image with a place in the patient."""
    return (
        has_place(plane)
        and plane.first("SamplesPerPixel", 1) == 1
        and plane.first("PhotometricInterpretation") in GREY
        and all(isinstance(plane.first(keyword), int) for keyword in ("BitsStored", "HighBit", "PixelRepresentation"))
    )


def normal_of(plane: Plane) -> NDArray[np.float64]:
    """Unit normal (3,), row direction x column direction."""
    across = _cross(plane)
    return across / np.linalg.norm(across)


def ascending(planes: Sequence[tuple[T, Plane]]) -> tuple[tuple[T, Plane], ...]:
    """The planes that are parallel to most of them, along their normal."""
    if not planes:
        return ()
    normals = np.array([normal_of(plane) for _, plane in planes])
    parallel = normals @ normals.T > PARALLEL
    most = int(np.argmax(parallel.sum(axis=1)))
    stack = [one for one, kept in zip(planes, parallel[most], strict=True) if kept]
    return tuple(sorted(stack, key=lambda one: along(one[1], normals[most])))


def along(plane: Plane, normal: NDArray[np.float64]) -> float:
    """mm from the origin along a direction."""
    return float(np.dot(plane.values["ImagePositionPatient"], normal))


def thickness_of(planes: Sequence[Plane]) -> float:
    """Slice thickness in mm as the header says, else the usual distance between ascending planes, else 1."""
    said = planes[0].first("SliceThickness")
    if isinstance(said, int | float) and said > 0:
        return float(said)
    normal = normal_of(planes[0])
    gaps = [along(after, normal) - along(before, normal) for before, after in pairwise(planes)]
    return round(median(gaps), 3) if gaps and median(gaps) > 0 else 1.0


def _cross(plane: Plane) -> NDArray[np.float64]:
    directions = np.array(plane.values["ImageOrientationPatient"], np.float64)
    return np.cross(directions[:3], directions[3:])


def _length(plane: Plane) -> float:
    return float(np.linalg.norm(_cross(plane)))
