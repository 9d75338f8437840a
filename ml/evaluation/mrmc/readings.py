"""Who read which cases under which arm, and which design that makes."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.flags import true_or_false


class Design(StrEnum):
    """The designs that have a test by Obuchowski and Rockette (Hillis, Stat Med 2014;33:330-360).

    INCOMPLETE also covers blocks of unequal size.
    """

    CROSSED = "every reader read every case under every arm"
    READERS_NESTED = "each arm has its own readers, who read every case"
    CASES_NESTED = "each arm has its own cases, read by every reader"
    BLOCKS = "split-plot: each block of readers read its own cases under every arm"
    INCOMPLETE = "every reader read under every arm, but not every case"


@dataclass(frozen=True, eq=False)
class Readings:
    """`ratings` (arms, readers, cases), NaN where not read, higher for more suspicious; `labels` (cases,) true or false.

    Cases that nobody read are left out and counted. Make one with `of` or `from_long`.
    """

    ratings: NDArray[np.float64]
    labels: NDArray[np.bool_]
    arms: tuple[str, ...]
    readers: tuple[str, ...]
    left_out: int = 0

    @classmethod
    def of(
        cls, ratings: ArrayLike, labels: ArrayLike, arms: Sequence[str] | None = None, readers: Sequence[str] | None = None
    ) -> "Readings":
        """From arrays; ValueError for shapes that do not fit, and for infinite ratings."""
        x, y = np.asarray(ratings, dtype=np.float64), true_or_false(labels, "labels")
        if x.ndim != 3 or y.shape != x.shape[2:]:
            raise ValueError(f"Ratings {x.shape}, labels {y.shape}; expected (arms, readers, cases) and (cases,).")
        if np.isinf(x).any():
            raise ValueError(f"{int(np.isinf(x).sum())} ratings are infinite; expected numbers, NaN where not read.")
        read = ~np.isnan(x).all(axis=(0, 1)) if x.size else np.ones(x.shape[2], bool)
        names = [
            tuple(map(str, given)) if given is not None else tuple(str(index + 1) for index in range(count))
            for given, count in ((arms, x.shape[0]), (readers, x.shape[1]))
        ]
        if [len(one) for one in names] != list(x.shape[:2]):
            raise ValueError(f"{len(names[0])} arms' and {len(names[1])} readers' names for ratings {x.shape}.")
        return cls(x[:, :, read], y[read], names[0], names[1], int((~read).sum()))

    @classmethod
    def from_long(
        cls,
        arms: Sequence[Hashable],
        readers: Sequence[Hashable],
        cases: Sequence[Hashable],
        ratings: Sequence[float],
        labels: Sequence[bool],
    ) -> "Readings":
        """From one row a reading, in any order; names in the order in which they come first.

        ValueError where a reader read a case twice under one arm, or a case has two truths.
        """
        names = [list(dict.fromkeys(column)) for column in (arms, readers, cases)]
        places = [{name: index for index, name in enumerate(one)} for one in names]
        x = np.full([len(one) for one in names], np.nan)
        truth: dict[Hashable, bool] = {}
        for arm, reader, case, rating, label in zip(arms, readers, cases, ratings, labels, strict=True):
            at = places[0][arm], places[1][reader], places[2][case]
            if not np.isnan(x[at]):
                raise ValueError(f"Reader {reader} has two ratings of case {case} under {arm}; expected one.")
            if truth.setdefault(case, bool(label)) != bool(label):
                raise ValueError(f"Case {case} is both with and without recurrence; expected one truth.")
            x[at] = rating
        y = np.array([truth[case] for case in names[2]], bool)
        return cls.of(x, y, [str(one) for one in names[0]], [str(one) for one in names[1]])

    @property
    def read(self) -> NDArray[np.bool_]:
        """(arms, readers, cases): who read what."""
        return ~np.isnan(self.ratings)

    def of_kind(self, kind: bool) -> "Readings":
        """The readings of cases with recurrence alone, or of those without."""
        among = self.labels == kind
        return Readings.of(self.ratings[:, :, among], self.labels[among], self.arms, self.readers)

    def design(self) -> Design | None:
        """Which of them it is; None for any other."""
        read = self.read
        there = read.any(axis=2)
        if read.size and read.all():
            return Design.CROSSED
        if len(self.arms) > 1 and (there.sum(axis=0) == 1).all() and (read[there]).all():
            return Design.READERS_NESTED
        if not there.all() or not read.size:
            return None
        if (read == read[:, :1]).all() and (read[:, 0].sum(axis=0) == 1).all():
            return Design.CASES_NESTED
        if (read == read[:1]).all() and _same_or_apart(read[0]) and len(set(np.bincount(self.blocks()).tolist())) == 1:
            return Design.BLOCKS
        return Design.INCOMPLETE

    def blocks(self) -> NDArray[np.intp]:
        """Of each reader (readers,) the number of the block: readers of the same cases under the first arm share one."""
        return np.asarray(np.unique(self.read[0], axis=0, return_inverse=True)[1].reshape(-1))


def _same_or_apart(masks: NDArray[np.bool_]) -> bool:
    shared = masks.astype(int) @ masks.T.astype(int)
    own = np.diag(shared)
    return bool(((shared == 0) | ((shared == own) & (shared == own[:, None]))).all())
