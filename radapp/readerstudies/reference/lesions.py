"""From a segmentation to a mark: the sphere around a lesion that somebody drew elsewhere (PS3.3 A.51)."""

import logging
import warnings
from functools import lru_cache

import numpy as np
import pydicom
from numpy.typing import NDArray

from radapp.archive import storage
from radapp.archive.models import Instance
from radapp.readerstudies.reference.conclusion import FARTHEST, RADII, Mark

logger = logging.getLogger(__name__)
VOXELS_AT_MOST = 2**26
UNREADABLE = (OSError, ValueError, TypeError, AttributeError, KeyError, IndexError, NotImplementedError, RuntimeError)


def sphere_of(instance: Instance) -> Mark | None:
    """The sphere around everything that a segmentation marks; None where it cannot be read or marks nothing."""
    return _sphere(instance.sha256)


@lru_cache(maxsize=256)
def _sphere(sha256: str) -> Mark | None:
    """Stored bytes never change, so what was found is kept."""
    try:
        with storage.open_(sha256) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            points = _marked(pydicom.dcmread(file, force=True))
    except UNREADABLE:
        logger.warning("a segmentation of a case cannot be read; no mark is offered from it", exc_info=True)
        return None
    if not len(points):
        return None
    centre = points.mean(axis=0)
    radius = float(np.linalg.norm(points - centre, axis=1).max())
    if not np.isfinite(points).all() or np.abs(centre).max() > FARTHEST:
        return None
    x, y, z = (round(float(one), 2) for one in centre)
    return Mark((x, y, z), round(min(max(radius, RADII[0]), RADII[1]), 2))


def _marked(dataset: pydicom.Dataset) -> NDArray[np.float64]:
    """The middles of all marked pixels, (n, 3) LPS mm."""
    frames = int(dataset.get("NumberOfFrames") or 1)
    if int(dataset.Rows) * int(dataset.Columns) * frames > VOXELS_AT_MOST:
        raise ValueError(
            f"found {frames} frames of {dataset.Rows} x {dataset.Columns}, expected {VOXELS_AT_MOST} voxels at most"
        )
    pixels = dataset.pixel_array.reshape(frames, int(dataset.Rows), int(dataset.Columns))
    shared = dataset.SharedFunctionalGroupsSequence[0]
    found = [np.empty((0, 3))]
    for frame, own in zip(pixels, dataset.PerFrameFunctionalGroupsSequence, strict=True):
        rows, columns = np.nonzero(frame)
        if len(rows):
            found.append(_places(own, shared, rows, columns))
    return np.concatenate(found)


def _places(
    own: pydicom.Dataset, shared: pydicom.Dataset, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.float64]:
    """PS3.3 C.7.6.2.1.1: the place of pixels, (n, 3) LPS mm."""

    def macro(name: str) -> pydicom.Dataset:
        item: pydicom.Dataset = (own.get(name) or shared[name])[0]
        return item

    corner = np.array(macro("PlanePositionSequence").ImagePositionPatient, float)
    along, down = np.array(macro("PlaneOrientationSequence").ImageOrientationPatient, float).reshape(2, 3)
    between_rows, between_columns = map(float, macro("PixelMeasuresSequence").PixelSpacing)
    return corner + columns[:, None] * between_columns * along + rows[:, None] * between_rows * down
