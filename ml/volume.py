"""Volume: voxels with their place in the patient, one frozen type for every image the tactic touches. No torch here.

Axis order is (slices, rows, columns) everywhere. The affine maps (slice k, row i, column j, 1) to millimetres in DICOM's
patient system LPS: x to the patient's left, y to the back, z to the head (PS3.3 C.7.6.2.1.1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Affine = NDArray[np.float64]
PLANES = ("sagittal", "coronal", "axial")
OBLIQUE_COSINE = 0.8
"""A slice normal counts as axial, sagittal or coronal up to about 37 degrees from that axis."""


class VolumeRefused(ValueError):  # noqa: N818 - a refusal, named like the others here
    """A series that cannot be read as one volume, or not by this network: why, and what would help, in a reader's words."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, eq=False)
class Volume:
    """Voxels, float32 (slices, rows, columns), and the affine, float64 (4, 4), to LPS mm in `frame_of_reference_uid`."""

    voxels: NDArray[np.float32]
    affine: Affine
    frame_of_reference_uid: str

    def __post_init__(self) -> None:
        """Refuse shapes and matrices that no image has."""
        if self.voxels.ndim != 3 or min(self.voxels.shape) < 1:
            raise ValueError(f"Voxels have shape {self.voxels.shape}; expected (slices, rows, columns), none empty.")
        if self.voxels.dtype != np.float32:
            raise ValueError(f"Voxels are {self.voxels.dtype}; expected float32.")
        if self.affine.shape != (4, 4) or not np.array_equal(self.affine[3], (0, 0, 0, 1)):
            raise ValueError("The affine must be a 4 x 4 matrix whose last row is 0 0 0 1.")
        if not np.isfinite(self.affine).all() or abs(np.linalg.det(self.affine[:3, :3])) < 1e-9:
            raise ValueError("The affine cannot be inverted: two of its axes are parallel or empty.")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        slices, rows, columns = self.voxels.shape
        return slices, rows, columns

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Distance between slices, between rows, between columns, mm."""
        slices, rows, columns = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(slices), float(rows), float(columns)

    @property
    def axes(self) -> NDArray[np.float64]:
        """Unit vectors (3, 3) in LPS, one a column: towards the next slice, the next row, the next column."""
        axes: NDArray[np.float64] = self.affine[:3, :3] / np.linalg.norm(self.affine[:3, :3], axis=0)
        return axes

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit normal of the slices, (3,) in LPS: row direction x column direction."""
        normal: NDArray[np.float64] = np.cross(self.axes[:, 2], self.axes[:, 1])
        return normal / np.linalg.norm(normal)

    @property
    def plane(self) -> str:
        """axial, sagittal, coronal or oblique, by the slices' normal."""
        return plane_of(self.normal)

    def to_patient(self, indices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Voxel indices (..., 3) as (slice, row, column) to LPS mm (..., 3)."""
        points: NDArray[np.float64] = np.asarray(indices, np.float64) @ self.affine[:3, :3].T + self.affine[:3, 3]
        return points

    def to_indices(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """LPS mm (..., 3) to fractional voxel indices (..., 3) as (slice, row, column)."""
        inverse = np.linalg.inv(self.affine)
        indices: NDArray[np.float64] = np.asarray(points, np.float64) @ inverse[:3, :3].T + inverse[:3, 3]
        return indices


def plane_of(normal: NDArray[np.float64]) -> str:
    """The body plane whose normal is nearest to `normal` (3,), or oblique."""
    nearest = int(np.argmax(np.abs(normal)))
    return PLANES[nearest] if abs(normal[nearest]) >= OBLIQUE_COSINE else "oblique"
