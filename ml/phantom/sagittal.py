"""The sagittal 3D T1 that some hospitals take: about 1 mm, inversion-prepared gradient echo, the same frame of reference.

The head is painted a second time on the series' own grid from the same random numbers, so it is the same head, not an
interpolated one.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ml.phantom.acquire import acquire, head_of
from ml.phantom.canvas import Field
from ml.phantom.scanner import Acquisition, Examination, sagittal_acquisition
from ml.phantom.tissues import TissueMaps
from ml.volume import Volume

Voxel = TypeVar("Voxel", bound=np.generic)
SLICE = 1.2
"""mm between sagittal slices."""
PIXEL = 1.0
WIDTH, DEPTH, HEIGHT = 134, 232, 192
"""Slices, columns (front to back) and rows (from head to foot)."""
TOP = 88.0
"""Scanner z of the uppermost row's centre, mm about the nasopharynx."""


def sagittal_grid(examination: Examination) -> tuple[Field, Field, Field]:
    """Scanner mm of the painted planes (z, ascending), rows (y) and columns (x)."""
    planes = TOP - PIXEL * np.arange(HEIGHT - 1, -1, -1)
    rows = (np.arange(DEPTH) - (DEPTH - 1) / 2) * PIXEL + examination.offset[0]
    columns = (np.arange(WIDTH) - (WIDTH - 1) / 2) * SLICE + examination.offset[1]
    return planes.astype(np.float32), rows.astype(np.float32), columns.astype(np.float32)


def acquire_sagittal(
    labels: NDArray[np.uint8],
    grain: Field,
    tissues: TissueMaps,
    examination: Examination,
    reference: str,
    rng: np.random.Generator,
) -> tuple[Volume, Acquisition]:
    """The series (slices from left to right, rows downwards, columns backwards) of a head painted on `sagittal_grid`."""
    acquisition = sagittal_acquisition(rng, examination)
    head = head_of(_turned(labels), _turned(grain), PIXEL, SLICE, subplanes=1)
    voxels = acquire(head, tissues, acquisition, rng)
    planes, rows, columns = sagittal_grid(examination)
    affine = np.eye(4)
    steps = np.zeros((3, 3))
    steps[0, 0], steps[2, 1], steps[1, 2] = -SLICE, -PIXEL, PIXEL
    affine[:3, :3] = examination.turn() @ steps
    first = np.array([columns[-1], rows[0], planes[-1]], dtype=np.float64)
    affine[:3, 3] = examination.turn() @ first + np.asarray(examination.isocentre)
    return Volume(voxels, affine, reference), acquisition


def _turned(volume: NDArray[Voxel]) -> NDArray[Voxel]:
    """(z ascending, y, x ascending) to (x descending, z descending, y)."""
    return np.ascontiguousarray(volume.transpose(2, 0, 1)[::-1, ::-1])
