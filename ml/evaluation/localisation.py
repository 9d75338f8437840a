"""Does a heatmap point at the lesion: the pointing game against what chance would give. No torch.

Zhang et al., Int J Comput Vis 2018;126:1084-1102 (pointing game): a hit is a peak inside the lesion's mask. Chance is
the lesion's share of the head's volume: the rate at which a point thrown anywhere into the head would hit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree


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
        within_10_mm=sum(d <= 10.0 for d in found),
        without_peak=len(distances) - len(found),
        rate=rate,
        chance=chance,
        ratio=rate / chance if chance > 0 else float("inf"),
    )
