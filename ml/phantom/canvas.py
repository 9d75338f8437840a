"""The canvas on which anatomy is painted: a label volume with the patient's own coordinates at every voxel.

Patient (anatomy) coordinates are mm with the origin in the middle of the nasopharyngeal airway: x to the patient's left,
y to the back, z to the head (LPS about that point). The voxel grid belongs to the scanner, so a tilted or stretched head is
a tilted or stretched coordinate field, and every structure stays a few numbers in patient coordinates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.phantom.tissues import Tissue

Field: TypeAlias = NDArray[np.float32]
Point: TypeAlias = tuple[float, float, float]
Station: TypeAlias = tuple[float, float, float, float, float]
"""One level of a column: z, centre x, centre y, half-width x, half-width y (mm)."""
Box: TypeAlias = tuple[slice, slice, slice]

_MARGIN = 7.0
"""mm by which tilt, warp and wobble may carry a structure outside the box of its nominal coordinates."""


@dataclass(frozen=True)
class Pose:
    """How this head differs from the nominal one and how it lies in the scanner."""

    scale: Point
    angles: Point
    """Rotation about x, y and z in radians."""
    warp: Field
    """(2 terms, 3 axes, 5) sine terms: amplitude in mm, three wavenumbers per mm, phase."""

    @staticmethod
    def sample(rng: np.random.Generator) -> "Pose":
        """A plausible head: ±6 % size, a few degrees of tilt, 1–2 mm of smooth deformation."""
        size = float(rng.normal(1.0, 0.03))
        scale = tuple(float(v) for v in size * rng.normal(1.0, 0.025, 3))
        angles = tuple(float(v) for v in np.deg2rad(rng.normal(0.0, (3.0, 1.5, 2.5))))
        warp = np.empty((2, 3, 5))
        warp[..., 0] = rng.uniform(0.5, 1.6, (2, 3))
        warp[..., 1:4] = rng.uniform(0.02, 0.09, (2, 3, 3)) * rng.choice([-1.0, 1.0], (2, 3, 3))
        warp[..., 4] = rng.uniform(0, 2 * np.pi, (2, 3))
        return Pose(
            scale=(scale[0], scale[1], scale[2]), angles=(angles[0], angles[1], angles[2]), warp=warp.astype(np.float32)
        )

    def rotation(self) -> NDArray[np.float64]:
        """3×3: scanner mm about the isocentre -> patient mm, size included."""
        ax, ay, az = self.angles
        rx = np.array([[1, 0, 0], [0, np.cos(ax), -np.sin(ax)], [0, np.sin(ax), np.cos(ax)]])
        ry = np.array([[np.cos(ay), 0, np.sin(ay)], [0, 1, 0], [-np.sin(ay), 0, np.cos(ay)]])
        rz = np.array([[np.cos(az), -np.sin(az), 0], [np.sin(az), np.cos(az), 0], [0, 0, 1]])
        return np.asarray(np.diag(1.0 / np.asarray(self.scale)) @ rx @ ry @ rz)


TILE = 64
"""Cells of the noise tile along each axis; it repeats without a seam."""


@lru_cache(maxsize=1)
def _tile() -> Field:
    """Periodic Gaussian noise (64, 64, 64) of unit deviation, smooth over about 4 cells; always the same."""
    white = np.random.default_rng(2025).standard_normal((TILE, TILE, TILE)).astype(np.float32)
    smooth: Field = ndimage.gaussian_filter(white, 1.3, mode="wrap")
    return smooth / smooth.std()


def _interpolated(field: Field, places: Field, axis: int) -> Field:
    """Values of a field that repeats, at these places along one axis, linearly between cells."""
    left = np.floor(places).astype(np.int64)
    shape = [1, 1, 1]
    shape[axis] = places.size
    part = (places - left).astype(np.float32).reshape(shape)
    low = np.take(field, left % TILE, axis=axis)
    high = np.take(field, (left + 1) % TILE, axis=axis)
    high -= low
    high *= part
    low += high
    return low


class Canvas:
    """A label volume being painted. `labels` is uint8 (planes, rows, columns); `x`, `y`, `z` are patient mm per voxel.

    `planes`, `rows`, `columns` are the voxel centres' scanner coordinates in mm (z, y, x about the nasopharynx).
    """

    def __init__(self, planes: Field, rows: Field, columns: Field, pose: Pose, rng: np.random.Generator) -> None:
        self.labels: NDArray[np.uint8] = np.zeros((planes.size, rows.size, columns.size), np.uint8)
        self.recurrence: NDArray[np.bool_] = np.zeros(self.labels.shape, bool)
        self.rng = rng
        self._axes = (planes, rows, columns)
        self.x, self.y, self.z = self._coordinates(pose)
        self._pose = pose
        self.wobble = self._waves(rng, ((40.0, 0.55), (22.0, 0.35), (13.0, 0.2)))
        """An irregularity in about −1…1 that keeps outlines from being ellipses."""
        self.fine = self.noise(3.0)
        """Unit noise of about 3 mm: fibres, lobules, ragged borders."""
        self.coarse = self.noise(11.0)
        """Unit noise of about 11 mm: gyri, islands of fat, infiltration."""

    def _coordinates(self, pose: Pose) -> tuple[Field, Field, Field]:
        planes, rows, columns = (axis.astype(np.float32) for axis in self._axes)
        rotation = pose.rotation().astype(np.float32)
        coordinates = []
        for axis in range(3):
            rx, ry, rz = rotation[axis]
            field = (rz * planes)[:, None, None] + (ry * rows)[None, :, None] + (rx * columns)[None, None, :]
            for amplitude, kx, ky, kz, phase in pose.warp[:, axis]:
                field += (amplitude * np.sin(kz * planes + phase))[:, None, None] * (
                    np.cos(ky * rows + phase)[:, None] * np.sin(kx * columns - phase)[None, :]
                )
            coordinates.append(field)
        return coordinates[0], coordinates[1], coordinates[2]

    def _waves(self, rng: np.random.Generator, waves: Sequence[tuple[float, float]]) -> Field:
        """A sum of standing waves, each (wavelength in mm, amplitude), over the scanner's own axes."""
        planes, rows, columns = self._axes
        field = np.zeros(self.labels.shape, np.float32)
        for wavelength, amplitude in waves:
            k = (2 * np.pi / wavelength * rng.uniform(0.8, 1.25, 4)).astype(np.float32)
            p = rng.uniform(0, 2 * np.pi, 4).astype(np.float32)
            plane = np.float32(amplitude) * np.sin(k[0] * rows + p[0])[:, None] * np.sin(k[1] * columns + p[1])[None, :]
            other = np.float32(amplitude) * np.cos(k[2] * rows + p[2])[:, None] * np.cos(k[3] * columns + p[3])[None, :]
            turn = k[0] * planes
            field += np.cos(turn)[:, None, None] * plane
            field += np.sin(turn)[:, None, None] * other
        return field

    def noise(self, size: float) -> Field:
        """Smooth noise of unit deviation whose blobs are about `size` mm, drawn at a place of its own.

        It lives in scanner millimetres, so that a second series of the same head on another grid shows the same texture.
        """
        field, shift = _tile(), self.rng.uniform(0, TILE, 3)
        for number in (2, 1, 0):
            places = self._axes[number] * np.float32(4.0 / size) + np.float32(shift[number])
            field = _interpolated(field, places, number)
        return field

    def box(self, low: Point, high: Point) -> Box:
        """The voxels whose coordinates may lie between two patient points (mm), with margin for tilt and warp."""
        inverse = np.linalg.inv(self._pose.rotation())
        corners = np.array([[a, b, c] for a in (low[0], high[0]) for b in (low[1], high[1]) for c in (low[2], high[2])])
        scanner = corners @ inverse.T
        lowest, highest = scanner.min(0) - _MARGIN, scanner.max(0) + _MARGIN
        found = [
            slice(int(np.searchsorted(axis, lowest[i])), int(np.searchsorted(axis, highest[i], side="right")))
            for axis, i in zip(self._axes, (2, 1, 0), strict=True)
        ]
        return found[0], found[1], found[2]

    def ellipsoid(self, centre: Point, radii: Point, angle: float = 0.0, wobble: float = 0.15) -> "Region":
        """Ellipsoid about `centre` with half-axes `radii` (mm), turned by `angle` degrees axially (x to y)."""
        reach = max(radii[0], radii[1]) if angle else None
        rx, ry = (reach, reach) if reach is not None else (radii[0], radii[1])
        box = self.box(
            (centre[0] - rx, centre[1] - ry, centre[2] - radii[2]), (centre[0] + rx, centre[1] + ry, centre[2] + radii[2])
        )
        dx, dy, dz = self.x[box] - centre[0], self.y[box] - centre[1], self.z[box] - centre[2]
        if angle:
            c, s = np.float32(np.cos(np.deg2rad(angle))), np.float32(np.sin(np.deg2rad(angle)))
            dx, dy = c * dx + s * dy, c * dy - s * dx
        q = (dx / np.float32(radii[0])) ** 2 + (dy / np.float32(radii[1])) ** 2 + (dz / np.float32(radii[2])) ** 2
        return Region(self, box, q - np.float32(wobble) * self.wobble[box])

    def column(self, stations: Sequence[Station], wobble: float = 0.1, exponent: float = 2.0) -> "Region":
        """A tube through `stations` (ascending z), its cross-section a superellipse with the given exponent."""
        s = np.asarray(stations, dtype=np.float64)
        low = (float((s[:, 1] - s[:, 3]).min()), float((s[:, 2] - s[:, 4]).min()), float(s[0, 0]))
        high = (float((s[:, 1] + s[:, 3]).max()), float((s[:, 2] + s[:, 4]).max()), float(s[-1, 0]))
        box = self.box(low, high)
        z = self.z[box]
        grid = np.arange(s[0, 0] - 1.0, s[-1, 0] + 1.5, 0.5)
        index = np.clip(((z - grid[0]) * 2.0).astype(np.int32), 0, grid.size - 1)
        cx, cy, rx, ry = (
            np.take(np.interp(grid, s[:, 0], s[:, i]).astype(np.float32), index, mode="clip") for i in range(1, 5)
        )
        dx, dy = np.abs(self.x[box] - cx) / rx, np.abs(self.y[box] - cy) / ry
        q = dx * dx + dy * dy if exponent == 2.0 else dx**exponent + dy**exponent
        q[(z < s[0, 0]) | (z > s[-1, 0])] = np.inf
        return Region(self, box, q - np.float32(wobble) * self.wobble[box])


class Region:
    """Part of a canvas with a level value per voxel: below 1 is inside."""

    def __init__(self, canvas: Canvas, box: Box, level: Field) -> None:
        self.canvas, self.box, self.level = canvas, box, level

    def fill(self, tissue: Tissue, *, below: float = 1.0, over: Iterable[Tissue] | None = None) -> "Region":
        """Paint `tissue` where the level is under `below`, only over the tissues named, if any."""
        mask = self.inside(below, over)
        self.canvas.labels[self.box][mask] = tissue
        return self

    def ragged(self, amount: float) -> "Region":
        """The same region with a border that noise of a few millimetres frays: infiltration, no capsule."""
        noise = np.float32(0.6 * amount) * self.canvas.fine[self.box] + np.float32(amount) * self.canvas.coarse[self.box]
        return Region(self.canvas, self.box, self.level + noise)

    def streaks(self, angle: float, tissue: Tissue, *, share: float = 0.12, width: float = 3.2) -> "Region":
        """Fibres along y turned by `angle` degrees: thin lines of `tissue` through the muscle of this region."""
        c, s = np.float32(np.cos(np.deg2rad(angle))), np.float32(np.sin(np.deg2rad(angle)))
        across = c * self.canvas.x[self.box] + s * self.canvas.y[self.box]
        wave = np.sin(np.float32(2 * np.pi / width) * across + np.float32(1.4) * self.canvas.coarse[self.box])
        wave += np.float32(0.8) * self.canvas.fine[self.box]
        wave[(self.level >= np.float32(0.92)) | (self.canvas.labels[self.box] != Tissue.MUSCLE)] = -9.0
        threshold = np.float32(1.15 * (1.0 - 2.0 * share) + 0.25)
        labels = self.canvas.labels[self.box]
        labels[wave > threshold] = Tissue.CONNECTIVE
        labels[wave > threshold + np.float32(0.4)] = tissue
        return self

    def inside(self, below: float = 1.0, over: Iterable[Tissue] | None = None) -> NDArray[np.bool_]:
        """The voxels of the box under that level that hold one of the tissues named (all without a list)."""
        mask = self.level < np.float32(below)
        if over is not None:
            allowed = np.zeros(256, bool)
            allowed[[int(t) for t in over]] = True
            mask &= allowed[self.canvas.labels[self.box]]
        return mask
