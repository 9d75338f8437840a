"""Which slice says most of a result: the one to show where there is room for a single picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.heatmap_look import above
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
    """The slice (from 0) of a series."""

    mapped: Mapped
    slice: int

    @property
    def strength(self) -> float:
        """The heatmap's largest value on it."""
        return float(self.mapped.values[self.slice].max())

    @property
    def size(self) -> int:
        """How many of its voxels the overlay shows: those above the threshold."""
        return int(above(self.mapped.values[self.slice]).sum())

    @property
    def words(self) -> str:
        """Which it is, for people."""
        return f"{self.mapped.sequence}, slice {self.slice + 1} of {self.mapped.source.volume.shape[0]}"


def most_telling(maps: Sequence[Mapped]) -> TellingSlice | None:
    """The slice on which a heatmap is strongest; of equals that with most voxels above the threshold, then the higher score.

    A slice that was received: filled-in ones are passed over. Where no heatmap marks anything, the middle of the last series
    that decides without contrast (T2WI, else the first). None without maps.
    """
    if not maps:
        return None
    every = [TellingSlice(one, plane.slice) for one in maps for plane in one.source.planes]
    strongest = max(every, key=lambda one: (one.strength, one.size, one.mapped.score))
    if strongest.strength > 0:
        return strongest
    quiet = next((one for one in maps if one.sequence == "T2WI"), maps[0])
    planes = quiet.source.planes
    return TellingSlice(quiet, planes[len(planes) // 2].slice)
