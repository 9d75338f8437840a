"""Does a heatmap point at the lesion: the pointing game, near hits and energy, each against what chance gives. No torch.

Zhang et al., Int J Comput Vis 2018;126:1084-1102 (pointing game): a hit is a peak inside the lesion's mask. Wang et al.,
CVPR Workshops 2020 (Score-CAM, energy-based pointing game): the share of the map's positive energy that lies in the lesion.

Chance is stated case by case and averaged. For a peak it is a cell picked at random out of those that the map has: so it
already knows the crop that the network reads, and a finer map has no easier game. For energy it is a flat map.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from scipy.spatial import cKDTree

from ml.evaluation.estimate import Estimate, Proportion, not_estimable, proportion, z_of

NEAR_MM = 10.0
LEVEL = 0.95
MEASURES = ("hit", "within_10_mm", "within_one_cell")


@dataclass(frozen=True)
class Pointing:
    """Hits of `cases` peaks; `chance` is the mean share of the head that the lesions take; `ratio` is rate over chance."""

    cases: int
    hits: int
    within_10_mm: int
    without_peak: int
    rate: float
    chance: float
    ratio: float


def distance_to_mask(point: Sequence[float], mask: NDArray[np.bool_], affine: NDArray[np.float64]) -> float:
    """mm from a point (LPS) to the nearest voxel centre of `mask` (slices, rows, columns); 0 inside it."""
    inverse = np.linalg.inv(affine)
    index = np.rint(inverse[:3, :3] @ np.asarray(point) + inverse[:3, 3]).astype(int)
    if (index >= 0).all() and (index < mask.shape).all() and mask[tuple(index)]:
        return 0.0
    inside = np.argwhere(mask)
    if inside.size == 0:
        return float("inf")
    centres = inside @ affine[:3, :3].T + affine[:3, 3]
    return float(cKDTree(centres).query(np.asarray(point))[0])


def pointing(distances: Sequence[float | None], shares: Sequence[float]) -> Pointing:
    """Sum up: `distances` from peak to lesion in mm (0 is a hit, None where a heatmap has no peak), `shares` of the head."""
    if len(distances) != len(shares) or not shares:
        raise ValueError(f"{len(distances)} distances and {len(shares)} shares; expected as many of each, and at least one.")
    found = [d for d in distances if d is not None]
    hits = sum(d == 0.0 for d in found)
    rate, chance = hits / len(shares), float(np.mean(shares))
    return Pointing(
        cases=len(shares),
        hits=hits,
        within_10_mm=sum(d <= NEAR_MM for d in found),
        without_peak=len(distances) - len(found),
        rate=rate,
        chance=chance,
        ratio=rate / chance if chance > 0 else float("inf"),
    )


@dataclass(frozen=True)
class Spot:
    """How one map lies to one lesion: what its peak and its energy reached, and what chance gives in this very case.

    Without any positive cell there is no peak: nothing is reached, and `energy` is None.
    """

    hit: bool
    within_10_mm: bool
    within_one_cell: bool
    energy: float | None
    chance: Mapping[str, float]
    """Of `hit`, `within_10_mm`, `within_one_cell` and `energy`."""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Spot":
        """Read back what `dataclasses.asdict` and JSON made of one."""
        return cls(**row)


def localise(
    cells: NDArray[np.float32], affine: NDArray[np.float64], mask: NDArray[np.bool_], mask_affine: NDArray[np.float64]
) -> Spot:
    """One map of `cells` (d, h, w) against one lesion's `mask` (slices, rows, columns); affines (4, 4) map index to LPS mm.

    The peak is the centre of the strongest positive cell. Within one cell: some voxel of the lesion lies no farther from it
    than one cell along each of the map's axes. ValueError for an empty mask or a map that is not finite.
    """
    if not np.isfinite(cells).all():
        raise ValueError("The map holds values that are no numbers; expected finite ones.")
    inside = np.argwhere(mask)
    if not len(inside):
        raise ValueError("The lesion's mask is empty; expected at least one voxel. Leave cases without a mask out.")
    lesion = inside @ mask_affine[:3, :3].T + mask_affine[:3, 3]
    to_cells = np.linalg.inv(affine)
    in_cells = lesion @ to_cells[:3, :3].T + to_cells[:3, 3]
    reached = _reached(np.indices(cells.shape).reshape(3, -1).T, affine, lesion, in_cells, (mask, mask_affine))
    chance = {name: float(found.mean()) for name, found in reached.items()}
    volume, voxel = (float(abs(np.linalg.det(matrix[:3, :3]))) for matrix in (affine, mask_affine))
    evidence = np.maximum(np.asarray(cells, np.float64), 0)
    covered = ((in_cells >= -0.5) & (in_cells <= np.array(cells.shape) - 0.5)).all(axis=1)
    chance["energy"] = min(1.0, float(covered.sum()) * voxel / (evidence.size * volume))
    if evidence.max() <= 0:
        return Spot(hit=False, within_10_mm=False, within_one_cell=False, energy=None, chance=chance)
    peak = int(evidence.argmax())
    # Interpolated linearly with its border repeated, a map holds exactly its cells' sum times a cell's volume.
    read = map_coordinates(evidence, in_cells[covered].T, order=1, mode="nearest")
    energy = min(1.0, float(read.sum()) * voxel / (float(evidence.sum()) * volume))
    return Spot(**{name: bool(found[peak]) for name, found in reached.items()}, energy=energy, chance=chance)


def _reached(
    indices: NDArray[np.intp],
    affine: NDArray[np.float64],
    lesion: NDArray[np.float64],
    in_cells: NDArray[np.float64],
    mask: tuple[NDArray[np.bool_], NDArray[np.float64]],
) -> dict[str, NDArray[np.bool_]]:
    """For every cell (N, 3), whether a peak at its centre would count: by MEASURES' names, (N,) each."""
    centres = indices @ affine[:3, :3].T + affine[:3, 3]
    inverse = np.linalg.inv(mask[1])
    voxels = np.rint(centres @ inverse[:3, :3].T + inverse[:3, 3]).astype(int)
    known = ((voxels >= 0) & (voxels < mask[0].shape)).all(axis=1)
    hit = np.zeros(len(indices), bool)
    hit[known] = mask[0][tuple(voxels[known].T)]
    near = cKDTree(lesion).query(centres, distance_upper_bound=NEAR_MM)[0] <= NEAR_MM
    beside = cKDTree(in_cells).query(indices, p=np.inf, distance_upper_bound=1.001)[0] <= 1 + 1e-9
    return {"hit": hit, "within_10_mm": hit | near, "within_one_cell": hit | beside}


@dataclass(frozen=True)
class Localisation:
    """Maps against lesions over `cases`: proportions with Wilson's interval, mean energy with its normal one; chances."""

    cases: int
    without_peak: int
    hit: Proportion
    within_10_mm: Proportion
    within_one_cell: Proportion
    energy: Estimate
    """Over the cases with a peak; its chance is over the same cases."""
    chance: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def localisation(spots: Sequence[Spot]) -> Localisation:
    """Sum up; ValueError without any case."""
    if not spots:
        raise ValueError("There is no case with a lesion's mask; expected at least one.")
    shares = {name: proportion(sum(getattr(spot, name) for spot in spots), len(spots)) for name in MEASURES}
    chance = {name: float(np.mean([spot.chance[name] for spot in spots])) for name in MEASURES}
    speaking = [spot for spot in spots if spot.energy is not None]
    chance["energy"] = float(np.mean([spot.chance["energy"] for spot in speaking or spots]))
    return Localisation(
        cases=len(spots),
        without_peak=len(spots) - len(speaking),
        **shares,
        energy=_mean([float(spot.energy) for spot in speaking if spot.energy is not None]),
        chance=chance,
    )


def _mean(values: Sequence[float]) -> Estimate:
    """The mean of shares and its normal interval, cut at 0 and 1."""
    method, n = "mean, normal interval", len(values)
    if n < 2:
        return not_estimable("fewer than two maps speak for recurrence anywhere", method, n, LEVEL)
    value, reach = float(np.mean(values)), z_of(LEVEL) * float(np.std(values, ddof=1)) / n**0.5
    low, high = max(0.0, value - reach), min(1.0, value + reach)
    return Estimate(value=value, low=low, high=high, level=LEVEL, method=method, n=n)
