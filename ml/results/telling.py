"""Which slice says most of a result: the one to show where there is room for a single picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.results.segmentation import above
from ml.volume import SeriesVolume


@dataclass(frozen=True, eq=False)
class Mapped:
    """One series that a network read, with its heatmap (0 to 1) on the series' grid, its score and the cell's size in mm."""

    sequence: str
    source: SeriesVolume
    values: NDArray[np.float32]
    score: float
    cell_size: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class TellingSlice:
    """The slice (from 0) of a series, and the heatmap's strength there."""

    mapped: Mapped
    slice: int
    strength: float

    @property
    def words(self) -> str:
        """Which it is, for people."""
        return f"{self.mapped.sequence}, slice {self.slice + 1} of {self.mapped.source.volume.shape[0]}"

    @property
    def shown(self) -> bool:
        """Whether the overlay is seen on it: the heatmap exceeds its threshold."""
        return bool(above(self.mapped.values[self.slice]).any())


def most_telling(maps: Sequence[Mapped]) -> TellingSlice | None:
    """The slice on which a heatmap is strongest; of equals that with most voxels above the threshold, then the higher score.

    A slice that was received: filled-in ones are passed over. Where no heatmap marks anything, the middle of the last series
    that decides without contrast (T2WI, else the first). None without maps.
    """
    if not maps:
        return None
    found = [_strongest(one) for one in maps]
    strongest = max(found, key=lambda one: (one.strength, _size(one), one.mapped.score))
    if strongest.strength > 0:
        return strongest
    quiet = next((one for one in maps if one.sequence == "T2WI"), maps[0])
    planes = quiet.source.planes
    return TellingSlice(quiet, planes[len(planes) // 2].slice, 0.0)


def _strongest(mapped: Mapped) -> TellingSlice:
    slices = [plane.slice for plane in mapped.source.planes]
    best = max(slices, key=lambda k: (float(mapped.values[k].max()), int(above(mapped.values[k]).sum())))
    return TellingSlice(mapped, best, float(mapped.values[best].max()))


def _size(telling: TellingSlice) -> int:
    return int(above(telling.mapped.values[telling.slice]).sum())
