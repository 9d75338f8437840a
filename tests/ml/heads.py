"""A crude head for tests: enough for the search to find its airway, at a place the test chooses."""

import numpy as np
from numpy.typing import NDArray

from ml.volume import Affine, Volume
from tests.ml.stacks import FRAME_OF_REFERENCE


def intensity(points: NDArray[np.float64], airway: NDArray[np.float64]) -> NDArray[np.float32]:
    """An ellipsoid of tissue whose midline airway centres on `airway`, LPS mm (..., 3); neck below, vertex outside."""
    x, y, z = np.moveaxis(points - airway, -1, 0)
    # The head reaches 80 mm in front of the airway and 115 mm behind it.
    head = (x / 75) ** 2 + ((y - 17) / 98) ** 2 + ((z - 20) / 130) ** 2 < 1
    air = (np.abs(x) < 12) & (np.abs(z) < 14) & (y > -12) & (y < 10)
    throat = (np.abs(x) < 9) & (z < 0) & (y > 2) & (y < 10)
    nose = (np.abs(x) < 9) & (np.abs(z) < 12) & (y <= -12) & (y > -65)
    texture = 40 * np.sin(x / 5) * np.sin(y / 6) * np.sin(z / 7)
    values = np.where(head, 400 + texture, 0)
    return np.where(air | throat, 10, np.where(nose, 0.4 * values, values)).astype(np.float32)


def head(airway: tuple[float, float, float], axes: NDArray[np.float64], shape: tuple[int, int, int],
         spacing: tuple[float, float, float], coverage: tuple[float, float, float] = (0, 17, 10)) -> Volume:  # fmt: skip
    """A Volume whose axes (3, 3, one a column: slice, row, column) and spacing are given, centred `coverage` mm off."""
    affine: Affine = np.eye(4)
    affine[:3, :3] = axes * np.array(spacing)
    affine[:3, 3] = np.array(airway) + coverage - affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    k, i, j = np.meshgrid(*(np.arange(n) for n in shape), indexing="ij")
    points = np.stack([k, i, j], axis=-1) @ affine[:3, :3].T + affine[:3, 3]
    return Volume(intensity(points, np.array(airway)), affine, FRAME_OF_REFERENCE)


AXIAL = np.array([[0.0, 0, 1], [0, 1, 0], [1, 0, 0]])
SAGITTAL = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
CORONAL = np.array([[0.0, 0, 1], [1, 0, 0], [0, -1, 0]])
