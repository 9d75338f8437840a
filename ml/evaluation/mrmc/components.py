"""Obuchowski and Rockette's components of variance, and the mean squares that their tests are made of.

Obuchowski and Rockette, Commun Stat Simul 1995;24:285-308; Hillis, Stat Med 2007;26:596-619 (estimates, degrees of freedom);
nested designs: Hillis, Stat Med 2014;33:330-360. Relations to Dorfman, Berbaum and Metz's components: Hillis, Obuchowski,
Schartz and Berbaum, Stat Med 2005;24:1579-1607.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.mrmc.readings import Design

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Components:
    """Components of variance of one reader's area under one arm; estimates by differences, so one may come out negative.

    `reader` and `reader_by_arm` do not depend on the cases; `error` does, and so the covariances of two areas that share the
    reader (`same_reader`, Cov1), the arm (`same_arm`, Cov2), or only the cases (`neither`, Cov3). None where a design has
    none.
    """

    reader: float | None
    reader_by_arm: float | None
    error: float
    same_reader: float
    same_arm: float
    neither: float


@dataclass(frozen=True)
class CaseComponents:
    """The same in the words of Dorfman, Berbaum and Metz: of cases, arm by case, reader by case, and what is left."""

    case: float
    arm_by_case: float
    reader_by_case: float
    error: float


@dataclass(frozen=True)
class MeanSquares:
    """Between arms, between readers, readers by arms (or within arms), with their degrees of freedom."""

    arms: float
    readers: float | None
    readers_by_arms: float
    arms_freedom: int
    readers_freedom: int
    readers_by_arms_freedom: int


@dataclass(frozen=True, eq=False)
class Table:
    """What all tests are made of: `values` (arms, readers) and `covariance` (arms, readers, arms, readers).

    Where each arm has its own readers, column j holds each arm's j-th. `blocks` (readers,) numbers who share their cases.
    """

    values: Floats
    covariance: Floats
    design: Design
    blocks: NDArray[np.intp]

    @property
    def arms(self) -> int:
        """How many."""
        return self.values.shape[0]

    @property
    def readers(self) -> int:
        """How many under each arm."""
        return self.values.shape[1]

    @property
    def sharing(self) -> float:
        """How many readers share one set of cases."""
        return self.readers / (int(self.blocks.max()) + 1)

    def of_arm(self, arm: int) -> tuple[float, float]:
        """One arm's own error variance and covariance between readers."""
        among = self.covariance[arm, :, arm, :]
        return float(np.diag(among).mean()), _mean(among, self._others())

    def of_reader(self, reader: int, first: int, second: int) -> float:
        """Variance of one reader's difference between two arms."""
        own = self.covariance[:, reader, :, reader]
        return float(own[first, first] + own[second, second] - 2 * own[first, second])

    def _others(self) -> NDArray[np.bool_]:
        """(readers, readers): two readers of the same cases."""
        return (self.blocks[:, None] == self.blocks) & ~np.eye(self.readers, dtype=bool)

    def components(self) -> Components:
        """Means over the covariances of one kind, and what the mean squares then leave to readers."""
        t, own = self.arms, [self.of_arm(arm) for arm in range(self.arms)]
        error, same_arm = (float(np.mean([one[kind] for one in own])) for kind in (0, 1))
        crossed = [self.covariance[i, :, j, :] for i in range(t) for j in range(t) if i != j]
        everyone = np.eye(self.readers, dtype=bool)
        shares_reader = self.design is not Design.READERS_NESTED
        same_reader = float(np.mean([_mean(one, everyone) for one in crossed])) if crossed and shares_reader else 0.0
        apart = self._others() if shares_reader else np.ones_like(everyone)
        neither = float(np.mean([_mean(one, apart) for one in crossed])) if crossed else 0.0
        squares = self.mean_squares()
        reader = by_arm = None
        if self.design in (Design.CROSSED, Design.INCOMPLETE) and self.readers > 1 and t > 1:
            assert squares.readers is not None
            by_arm = squares.readers_by_arms - error + same_reader + same_arm - neither
            reader = (squares.readers - squares.readers_by_arms) / t - same_reader + neither
        return Components(reader, by_arm, error, same_reader, same_arm, neither)

    def mean_squares(self) -> MeanSquares:
        """Of the figures. In blocks, readers by arms within them, unless each reader has a block alone."""
        x, t, r = self.values, self.arms, self.readers
        arms = r * float(((x.mean(axis=1) - x.mean()) ** 2).sum()) / max(t - 1, 1)
        readers = t * float(((x.mean(axis=0) - x.mean()) ** 2).sum()) / max(r - 1, 1)
        if self.design is Design.READERS_NESTED:
            within = float(((x - x.mean(axis=1, keepdims=True)) ** 2).sum()) / max(t * (r - 1), 1)
            return MeanSquares(arms, None, within, t - 1, 0, t * (r - 1))
        left, blocks = x - x.mean(axis=1, keepdims=True), int(self.blocks.max()) + 1
        if blocks in (1, r):
            left, blocks = left - left.mean(axis=0), 1
        else:
            left = x - self._block_means(x)
            for block in range(blocks):
                left[:, self.blocks == block] -= left[:, self.blocks == block].mean(axis=0)
        freedom = (t - 1) * (r - blocks)
        return MeanSquares(arms, readers, float((left**2).sum()) / max(freedom, 1), t - 1, r - 1, freedom)

    def of_readers(self, arm: int) -> tuple[float, int]:
        """Mean square between readers under one arm, and its degrees of freedom; within blocks where these are larger."""
        x, blocks = self.values[arm], int(self.blocks.max()) + 1
        if self.design is not Design.BLOCKS or blocks in (1, self.readers):
            return float(x.var(ddof=1)) if self.readers > 1 else 0.0, self.readers - 1
        left = x - self._block_means(x[None])[0]
        return float((left**2).sum()) / max(self.readers - blocks, 1), self.readers - blocks

    def _block_means(self, x: Floats) -> Floats:
        means = np.zeros_like(x)
        for block in range(int(self.blocks.max()) + 1):
            means[:, self.blocks == block] = x[:, self.blocks == block].mean(axis=1, keepdims=True)
        return means


def _mean(values: Floats, which: NDArray[np.bool_]) -> float:
    """Of those that `which` names; 0 where it names none: such a pair shares nothing."""
    return float(values[which].mean()) if which.any() else 0.0


def case_components(components: Components, cases: int) -> CaseComponents:
    """From Obuchowski and Rockette's, by the jackknife's relation: crossed designs only."""
    one = components
    return CaseComponents(
        case=cases * one.neither,
        arm_by_case=cases * (one.same_arm - one.neither),
        reader_by_case=cases * (one.same_reader - one.neither),
        error=cases * (one.error - one.same_reader - one.same_arm + one.neither),
    )
