"""Where scores lie among those of the other kind: what ROC areas, their variances and their bootstrap are made of.

DeLong, DeLong, Clarke-Pearson, Biometrics 1988;44:837-845: structural components. One sort of the negatives and one search
of the positives in it give both kinds' components; ties count one half.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Placed:
    """One score's positives (m,) searched in its sorted negatives (n,).

    `order` sorts the negatives; `below` and `upto` count, for each positive, the negatives below it, and at most equal to
    it.
    """

    order: NDArray[np.intp]
    below: NDArray[np.intp]
    upto: NDArray[np.intp]

    @classmethod
    def of(cls, positives: Floats, negatives: Floats) -> "Placed":
        """Scores (m,) and (n,), finite."""
        order = np.argsort(negatives)
        sorted_ = negatives[order]
        # Searched in their order, positives find their places in the cache.
        rank = np.argsort(positives)
        below = np.empty(positives.size, np.intp)
        below[rank] = np.searchsorted(sorted_, positives[rank], side="left")
        # Where no negative equals a positive, one search is enough.
        tied = below < sorted_.size
        tied[tied] = sorted_[below[tied]] == positives[tied]
        upto = below.copy()
        if tied.any():
            upto[tied] = np.searchsorted(sorted_, positives[tied], side="right")
        return cls(order, below, upto)

    def components(self) -> tuple[Floats, Floats]:
        """Of the positives (m,): the share of negatives below; of the negatives (n,): the share of positives above."""
        m, n = self.below.size, self.order.size
        positive = (self.below + self.upto) / (2 * n)
        # A sorted negative j lies below the positives that have more than j negatives below them.
        reached = np.cumsum(np.bincount(self.below, minlength=n + 1)[:n] + np.bincount(self.upto, minlength=n + 1)[:n])
        negative = np.empty(n)
        negative[self.order] = 1.0 - reached / (2 * m)
        return positive, negative

    def area(self, positive: NDArray[np.float32], negative: NDArray[np.float32]) -> Floats:
        """Areas (replicates,) with weights (m, replicates) of the positives and (n, replicates) of the negatives."""
        n, replicates = negative.shape
        summed = np.zeros((n + 1, replicates), np.float32)
        np.cumsum(negative[self.order], axis=0, out=summed[1:])
        placed = summed[self.below]
        apart = np.flatnonzero(self.upto != self.below)
        placed[apart] = (placed[apart] + summed[self.upto[apart]]) / 2
        placed *= positive
        # Each product is a whole or half number and exact; their sum needs the wider type.
        whole = positive.sum(axis=0, dtype=np.float64) * negative.sum(axis=0, dtype=np.float64)
        return np.asarray(placed.sum(axis=0, dtype=np.float64) / whole)
