"""From a Volume to a network's input: crop at the nasopharynx, one trilinear resampling, robust scaling. No torch here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.nasopharynx import CHOOSE_ANOTHER, find_nasopharynx
from ml.resampling import bounding_box, inside_source, reduce_blocks, resample
from ml.volume import Affine, Volume, VolumeRefused

TILT_COSINE = 0.85
"""Up to about 32 degrees of tilt the crop keeps the series' own axes; beyond, it is laid along the patient's."""
SAMPLE = 100_000
FLAT = 0.6
"""Of the reference: where 99 of 100 values lie above it there is nothing to see; an airway alone takes more than that."""
VERSION = 1


@dataclass(frozen=True)
class NetworkInput:
    """What one network reads: voxels (D, H, W) float32, axial, 0 is air; affine (4, 4) from its indices to LPS mm."""

    voxels: NDArray[np.float32]
    affine: Affine
    resampled: bool
    """The source was not axial and was resampled to axial."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preprocessing:
    """How a bundle's input is made; kept in bundle.json. Slices run upwards, rows backwards, columns to the left (LPS)."""

    shape: tuple[int, int, int] = (24, 64, 64)
    spacing: tuple[float, float, float] = (5.0, 2.3, 2.3)
    """mm between slices, rows, columns."""
    percentile: float = 95.0
    """This percentile of the head's voxels inside the crop becomes 1."""
    ceiling: float = 2.0
    least_covered_depth: float = 60.0
    """mm from head to foot that the images must show of the crop."""
    most_shift: float = 20.0
    """mm that the crop may move up or down, away from its own place, to stay within the images."""
    rise: float = 0.0
    """mm that the crop's centre lies above the nasopharynx's: the skull base and the cavernous sinus are above it."""
    version: int = VERSION

    def __post_init__(self) -> None:
        """Refuse settings that make no crop."""
        object.__setattr__(self, "shape", tuple(int(n) for n in self.shape))
        object.__setattr__(self, "spacing", tuple(float(mm) for mm in self.spacing))
        if len(self.shape) != 3 or len(self.spacing) != 3 or min(self.shape) < 2 or min(self.spacing) <= 0:
            raise ValueError(
                f"Crop {self.shape} at {self.spacing} mm; expected three counts from 2 and three lengths above 0."
            )
        others = (self.percentile, self.ceiling, self.least_covered_depth, self.most_shift, self.rise)
        if not np.isfinite([*self.spacing, *others]).all():
            raise ValueError(f"A length or a share of the preprocessing is no finite number: {self.to_json()}.")
        if not 50 <= self.percentile <= 100 or self.ceiling < 1:
            raise ValueError(f"Percentile {self.percentile} and ceiling {self.ceiling}; expected 50 to 100 and at least 1.")
        if self.version != VERSION:
            raise ValueError(
                f"Preprocessing version {self.version} is not known here; this program knows version {VERSION}."
            )

    def to_json(self) -> dict[str, Any]:
        """Plain values for bundle.json."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Preprocessing":
        """Read back what `to_json` wrote; unknown names are refused."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"The preprocessing has unknown entries {sorted(unknown)}.")
        return cls(**values)

    def apply(self, volume: Volume, centre: NDArray[np.float64] | None = None) -> NetworkInput:
        """Crop, resample and scale one volume.

        `centre`, (3,) LPS mm, is the nasopharynx as found in another series of the same frame of reference; without it the
        volume is searched. VolumeRefused where the images show too little of the region.
        """
        if max(volume.spacing) > 2 * max(self.spacing):
            found, most = max(volume.spacing), 2 * max(self.spacing)
            raise VolumeRefused(
                f"Slices or pixels are {found:.0f} mm apart; at most {most:.0f} mm can be read.", CHOOSE_ANOTHER
            )
        place = find_nasopharynx(volume) if centre is None else np.asarray(centre, np.float64)
        affine = self._keep_covered(volume, self._crop_affine(volume, place))
        to_source = np.linalg.inv(volume.affine) @ affine
        covered = inside_source(to_source, self.shape, volume.shape)
        notes = self._check_coverage(covered)
        voxels = self._scale(self._sample(volume, to_source), covered)
        resampled = volume.plane != "axial"
        if resampled:
            notes = (f"{volume.plane} acquisition, resampled to axial", *notes)
        return NetworkInput(voxels=voxels, affine=affine, resampled=resampled, notes=(*volume.notes, *notes))

    def _crop_affine(self, volume: Volume, centre: NDArray[np.float64]) -> Affine:
        directions = axial_axes(volume)
        affine = np.eye(4)
        affine[:3, :3] = directions * np.array(self.spacing)
        middle = centre + self.rise * directions[:, 0]
        affine[:3, 3] = middle - affine[:3, :3] @ ((np.array(self.shape) - 1) / 2)
        return affine

    def _keep_covered(self, volume: Volume, affine: Affine) -> Affine:
        """Move the crop along its slices, by whole slices, where one end lies outside the images and the other has room."""
        slices = np.arange(-self.shape[0], 2 * self.shape[0])
        middle = np.stack(
            [slices, np.full_like(slices, self.shape[1] // 2), np.full_like(slices, self.shape[2] // 2)], axis=1
        )
        indices = volume.to_indices(middle @ affine[:3, :3].T + affine[:3, 3])
        covered = slices[((indices >= -0.5) & (indices <= np.array(volume.shape) - 0.5)).all(axis=1)]
        if not covered.size:
            return affine
        most = int(self.most_shift / self.spacing[0])
        missing_below, missing_above = max(covered[0], 0), max(self.shape[0] - 1 - covered[-1], 0)
        shift = int(np.clip(missing_below, 0, most) - np.clip(missing_above, 0, most))
        moved = affine.copy()
        moved[:3, 3] += affine[:3, 0] * shift
        return moved

    def _sample(self, volume: Volume, to_source: Affine) -> NDArray[np.float32]:
        """Block means against aliasing, then one trilinear interpolation, on the part of the volume that the crop reads."""
        steps = np.abs(to_source[:3, :3]).max(axis=1)
        factors = [max(1, int(step + 1e-6)) for step in steps]
        box = bounding_box(to_source, self.shape, volume.shape, margin=max(factors) + 1)
        part = volume.voxels[box]
        if part.size == 0:
            return np.zeros(self.shape, np.float32)
        factors = [min(factor, length) for factor, length in zip(factors, part.shape, strict=True)]
        reduced, scale = reduce_blocks(part, (factors[0], factors[1], factors[2]))
        shift = np.eye(4)
        shift[:3, 3] = [-edge.start for edge in box]
        return resample(reduced, np.linalg.inv(scale) @ shift @ to_source, self.shape)

    def _scale(self, voxels: NDArray[np.float32], covered: NDArray[np.bool_]) -> NDArray[np.float32]:
        # A sample of large crops: percentiles of a hundred thousand voxels are steady enough. Sorted once, all are read off.
        inside = (voxels.reshape(-1) if covered.all() else voxels[covered])[:: max(1, voxels.size // SAMPLE)].copy()
        inside.sort()
        head = inside[np.searchsorted(inside, np.float32(0.1 * _percentile(inside, 99)), side="right") :]
        reference = _percentile(head, self.percentile) if head.size else 0.0
        if reference <= 0:
            raise VolumeRefused("The images are empty around the nasopharynx.", CHOOSE_ANOTHER)
        if _percentile(inside, 1) > FLAT * reference:
            raise VolumeRefused("The images show nothing but one even grey around the nasopharynx.", CHOOSE_ANOTHER)
        voxels /= np.float32(reference)
        return np.clip(voxels, 0, self.ceiling, out=voxels)

    def _check_coverage(self, covered: NDArray[np.bool_]) -> tuple[str, ...]:
        if covered.all():
            return ()
        slices = np.count_nonzero(covered, axis=(1, 2)) > 0.5 * covered[0].size
        depth = float(slices.sum() * self.spacing[0])
        whole = self.shape[0] * self.spacing[0]
        least = min(self.least_covered_depth, 0.5 * whole)
        if depth < least:
            raise VolumeRefused(
                f"The images show {depth:.0f} mm of the region around the nasopharynx from head to foot; "
                f"at least {least:.0f} mm are needed.",
                CHOOSE_ANOTHER,
            )
        return (f"{depth:.0f} of {whole:.0f} mm around the nasopharynx are in the images",) if depth < 0.9 * whole else ()


def _percentile(ascending: NDArray[np.float32], percent: float) -> float:
    """The value below which `percent` of the sorted values (n,) lie, between two neighbours as numpy.percentile reads it."""
    place = percent / 100 * (len(ascending) - 1)
    below = int(place)
    low, high = float(ascending[below]), float(ascending[min(below + 1, len(ascending) - 1)])
    return low + (place - below) * (high - low)


def axial_axes(volume: Volume) -> NDArray[np.float64]:
    """Unit vectors (3, 3), one a column: upwards, backwards, to the left; the series' own where they are near enough."""
    patient = np.eye(3)[:, ::-1]
    cosines = patient.T @ volume.axes
    nearest = np.abs(cosines).argmax(axis=1)
    chosen = cosines[range(3), nearest]
    if len(set(nearest.tolist())) < 3 or np.abs(chosen).min() < TILT_COSINE:
        return patient
    return volume.axes[:, nearest] * np.sign(chosen)
