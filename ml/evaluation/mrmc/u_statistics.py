"""The variance of readers' mean areas by U-statistics, for any design: who read what may be quite uneven.

Gallas, Acad Radiol 2006;13:353-362 (one shot: moments from the readings at hand, no resampling); Gallas, Bandos, Samuelson
and Wagner, Commun Stat Theory Methods 2009;38:2586-2603 (moments, components, any design); Gallas and Brown, Neural Netw
2008;21:387-397 (split-plot). Degrees of freedom and their floor as in the authors' program iMRMC: Satterthwaite on the
components of readers and of either kind of cases, t with whole degrees, normal above 50. A reader counts by the pairs of a
positive and a negative case read, so that where everybody read everything the mean is the plain one.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.estimate import LEVEL
from ml.evaluation.mrmc.covariances import Grams, unbiased
from ml.evaluation.mrmc.readings import Readings
from ml.evaluation.mrmc.results import ADVISED, FEW_READERS, ArmArea, ArmDifference, Found, Inference

Floats = NDArray[np.float64]
METHOD = "U-statistics (Gallas), {0}"
NOTHING_READ = "under an arm no reader has both kinds of cases"
ONE_CASE = "for a variance two cases of each kind are needed"
FEW = "with {0} reader(s) nothing can be said of others: readers are taken as fixed"


@dataclass(frozen=True)
class UStatistics:
    """Mean areas of the arms and every difference: of readers like these, and of these readers; cases like these in both."""

    arms: tuple[ArmArea, ...]
    differences: tuple[ArmDifference, ...]
    fixed_arms: tuple[ArmArea, ...]
    fixed_differences: tuple[ArmDifference, ...]
    advised: Inference
    note: str
    n: int
    left_out: int


@dataclass(frozen=True, eq=False)
class _Moments:
    """Of two arms (or one and itself): eight moments as they are and unbiased, and what each counts in the variance.

    First four: the same reader, by what the pairs of cases share (both, the positive, the negative, nothing); last four: two
    readers.
    """

    plain: Floats
    unbiased: Floats
    shares: Floats

    @property
    def covariance(self) -> float:
        """Of the two mean areas; an arm's variance with itself."""
        return float(self.shares @ self.unbiased - self.unbiased[7])

    def by_source(self) -> tuple[Floats, Floats]:
        """Components that negatives, positives and readers add alone, and how much each counts: (3,) each."""
        m, c = self.plain, self.shares
        found = np.array([m[6], m[5], m[3]]) - m[7]
        return found, np.array([c[[0, 2, 4, 6]].sum(), c[[0, 1, 4, 5]].sum(), c[:4].sum()])


def u_statistics(readings: Readings, level: float = LEVEL) -> UStatistics:
    """Any design with, under each arm, at least one reader of both kinds of cases."""
    count, n = len(readings.readers), readings.labels.size
    advised, note = (Inference.RANDOM, "") if count > FEW_READERS else (Inference.FIXED_READERS, FEW.format(count))
    if FEW_READERS < count < ADVISED:
        advised = Inference.FIXED_READERS
        note = f"{count} readers are few: an answer about readers in general takes {ADVISED}"
    arms, differences = range(len(readings.arms)), list(combinations(range(len(readings.arms)), 2))
    grams = Grams.of(readings)
    random, fixed = _Random(grams, readings, level), _Fixed(grams, readings, level)
    names = readings.arms
    return UStatistics(
        arms=tuple(random.area(arm).area(names[arm]) for arm in arms),
        differences=tuple(random.difference(i, j).difference(names[i], names[j]) for i, j in differences),
        fixed_arms=tuple(fixed.area(arm).area(names[arm]) for arm in arms),
        fixed_differences=tuple(fixed.difference(i, j).difference(names[i], names[j]) for i, j in differences),
        advised=advised, note=note, n=n, left_out=readings.left_out,
    )  # fmt: skip


class _Averages:
    """What both inferences share: each arm's mean area, weighted by pairs of cases."""

    inference: Inference

    def __init__(self, grams: Grams, readings: Readings, level: float) -> None:
        self.grams = grams
        self.of = [np.flatnonzero(grams.arm == arm) for arm in range(len(readings.arms))]
        self.readers = len(readings.readers)
        self.blank = Found(None, None, None, readings.labels.size, METHOD.format(self.inference), level, whole=True)
        read = np.asarray(readings.read.any(axis=1))
        up, down = (read[:, kind].sum(axis=1) for kind in (readings.labels, ~readings.labels))
        self.cases = [min(int(one), int(other)) for one, other in zip(up, down, strict=True)]
        self.pairs = np.sqrt(np.diag(grams.denominators[3]))
        self.successes = np.sqrt(np.diag(grams.numerators[3]))

    def mean(self, arm: int) -> float:
        """Successes among all pairs of cases that the arm's readers read."""
        return float(self.successes[self.of[arm]].sum() / self.pairs[self.of[arm]].sum())

    def found(self, arms: tuple[int, ...]) -> Found:
        """The mean or the difference of two, or why there is none; without its variance yet."""
        if any(self.pairs[self.of[arm]].sum() == 0 for arm in arms):
            return replace(self.blank, reason=NOTHING_READ)
        value = self.mean(arms[0]) - (self.mean(arms[1]) if len(arms) > 1 else 0.0)
        few = any(self.cases[arm] < 2 for arm in arms)
        return replace(self.blank, value=value, reason=ONE_CASE if few else "")


class _Random(_Averages):
    """Readers like these."""

    inference = Inference.RANDOM

    def area(self, arm: int) -> Found:
        """One arm."""
        found = self._checked((arm,))
        if found.reason:
            return found
        moments = self._moments(arm, arm)
        variance = moments.covariance
        return replace(found, variance=variance, freedom=self._freedom(variance, moments.by_source()[0], (arm,)))

    def difference(self, first: int, second: int) -> Found:
        """Two arms."""
        found = self._checked((first, second))
        if found.reason:
            return found
        one, other, crossed = (self._moments(i, j) for i, j in ((first, first), (second, second), (first, second)))
        variance = one.covariance + other.covariance - 2 * crossed.covariance
        sources = one.by_source()[0] + other.by_source()[0] - 2 * crossed.by_source()[0]
        return replace(found, variance=variance, freedom=self._freedom(variance, sources, (first, second)))

    def _checked(self, arms: tuple[int, ...]) -> Found:
        found = self.found(arms)
        few = self.readers <= FEW_READERS or any(len(self.of[arm]) < 2 for arm in arms)
        return replace(found, reason=FEW.format(self.readers)) if few and not found.reason else found

    def _moments(self, first: int, second: int) -> _Moments:
        here = np.ix_(self.of[first], self.of[second])
        same = self.grams.reader[self.of[first]][:, None] == self.grams.reader[self.of[second]]
        sums = []
        for gram in (self.grams.numerators, self.grams.denominators):
            every = np.array([one[here].sum() for one in gram])
            own = np.array([(one[here] * same).sum() for one in gram])
            sums.append((own, every))
        (own_above, above), (own_under, under) = sums
        # Two different readers: all pairs of readers without the pairs of one with oneself.
        clean_above = np.concatenate([unbiased(own_above), unbiased(above - own_above)])
        clean_under = np.concatenate([unbiased(own_under), unbiased(under - own_under)])
        return _Moments(
            plain=_divided(np.concatenate([own_above, above]), np.concatenate([own_under, under])),
            unbiased=_divided(clean_above, clean_under),
            shares=clean_under / under[3],
        )

    def _freedom(self, variance: float, sources: Floats, arms: tuple[int, ...]) -> float | None:
        """Satterthwaite's, at least the least of its parts; None (normal) without any of them."""
        if variance <= 0:
            return None
        counts = np.array([self._moments(arm, arm).by_source()[1] for arm in arms])
        parts = np.rint(1 / counts - 1).min(axis=0)
        if parts.min() < 1:
            return 1.0
        squares = float((sources**2 / parts**3).sum())
        return max(variance**2 / squares, float(parts.min())) if squares > 0 else None


class _Fixed(_Averages):
    """These readers: their areas' unbiased covariances, weighted."""

    inference = Inference.FIXED_READERS

    def __init__(self, grams: Grams, readings: Readings, level: float) -> None:
        super().__init__(grams, readings, level)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.covariance = np.nan_to_num(grams.covariance())

    def area(self, arm: int) -> Found:
        """One arm."""
        found = self.found((arm,))
        return found if found.reason else replace(found, variance=self._between(arm, arm))

    def difference(self, first: int, second: int) -> Found:
        """Two arms."""
        found = self.found((first, second))
        if found.reason:
            return found
        alone = self._between(first, first) + self._between(second, second)
        return replace(found, variance=alone - 2 * self._between(first, second))

    def _between(self, first: int, second: int) -> float:
        one, other = (self.pairs[self.of[arm]] / self.pairs[self.of[arm]].sum() for arm in (first, second))
        return float(one @ self.covariance[np.ix_(self.of[first], self.of[second])] @ other)


def _divided(above: Floats, under: Floats) -> Floats:
    """0 where nothing was summed: what has no pair counts nothing."""
    return np.divide(above, under, out=np.zeros_like(above), where=under > 0)
