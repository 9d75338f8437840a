"""Resampling by weights: each replicate is how often every case was drawn, so that figures are reweighted, never recomputed.

Efron and Tibshirani, An Introduction to the Bootstrap, 1993; percentile intervals as in their chapter 13. Drawn within the
kinds of cases (stratified): the numbers with and without recurrence stay as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AT_ONCE = 4_000_000
"""Weights held in memory at a time."""

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Bootstrap:
    """How often to resample, and the seed that makes it repeatable."""

    replicates: int = 2000
    seed: int = 1

    def __post_init__(self) -> None:
        if self.replicates < 2:
            raise ValueError(f"{self.replicates} replicates; expected at least 2.")

    @property
    def words(self) -> str:
        """For a method's name."""
        return f"bootstrap, {self.replicates} stratified replicates"

    def draws(self, *sizes: int) -> Iterator[tuple[Weights, ...]]:
        """Portions of the replicates: for each stratum of so many units weights (units, replicates), whole numbers."""
        rng = np.random.default_rng(self.seed)
        portion = max(1, min(self.replicates, AT_ONCE // max(1, sum(sizes))))
        for start in range(0, self.replicates, portion):
            count = min(portion, self.replicates - start)
            yield tuple(drawn(rng, size, count) for size in sizes)


def drawn(rng: np.random.Generator, size: int, replicates: int) -> Weights:
    """How often each of `size` units is among as many drawn with replacement: (size, replicates)."""
    picked = rng.integers(0, size, (size, replicates), dtype=np.int64)
    picked *= replicates
    picked += np.arange(replicates)
    counted = np.bincount(picked.ravel(), minlength=replicates * size)
    return counted.reshape(size, replicates).astype(np.float32)


def percentiles(values: NDArray[np.float64], level: float) -> tuple[float, float]:
    """The percentile interval, quantiles as R's type 7."""
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
