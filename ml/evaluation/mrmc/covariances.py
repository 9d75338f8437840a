"""Figures (areas, sensitivities, specificities) of all readers under all arms, and how they vary together with the cases.

DeLong, DeLong and Clarke-Pearson, Biometrics 1988;44:837-845; the jackknife (as Iowa's OR-DBM); and the unbiased estimate by
U-statistics (Gallas, Acad Radiol 2006;13:353-362), which alone takes readers of partly the same cases. Covariances may come
out negative: they are kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.mrmc.readings import Readings
from ml.evaluation.placements import Placed

Floats = NDArray[np.float64]
NOTHING = "nobody read any case of the kind"
AT_ONCE = 1_000_000
"""Pairs of a positive and a negative case held in memory at a time, for each figure."""


class Covariance(StrEnum):
    """How covariances are estimated."""

    DELONG = "DeLong"
    JACKKNIFE = "jackknife"
    UNBIASED = "unbiased (U-statistics)"


class Figure(StrEnum):
    """What is compared: the ROC area of ratings, or a share of calls (0 and 1) of the cases of one kind."""

    AREA = "area"
    SENSITIVITY = "sensitivity"
    SPECIFICITY = "specificity"


@dataclass(frozen=True, eq=False)
class Figures:
    """`values` (figures,) of readers under arms (by number) and their `covariance` (figures, figures)."""

    arm: NDArray[np.intp]
    reader: NDArray[np.intp]
    values: Floats
    covariance: Floats


def figures(readings: Readings, method: Covariance = Covariance.DELONG, figure: Figure = Figure.AREA) -> Figures | str:
    """One figure for each arm and reader who read under it; or why there is none.

    Covariances of shares are those of means, by whatever method: DeLong's, the jackknife's and the unbiased are one.
    """
    arm, reader = np.nonzero(readings.read.any(axis=2))
    masks = readings.read[arm, reader]
    reason = _too_few(readings, masks, figure)
    if reason:
        return reason
    if figure is not Figure.AREA:
        kind = readings.labels == (figure is Figure.SENSITIVITY)
        return Figures(arm, reader, *_shares(readings.ratings[arm, reader][:, kind], figure))
    if method is Covariance.UNBIASED:
        grams = Grams.of(readings)
        return Figures(arm, reader, grams.areas, grams.covariance())
    values, covariance = np.zeros(len(arm)), np.zeros((len(arm), len(arm)))
    ratings, y = readings.ratings[arm, reader], readings.labels
    for mask, of in _by_cases(masks):
        up, down = mask & y, mask & ~y
        found = [Placed.of(ratings[one, up], ratings[one, down]).components() for one in of]
        positive, negative = (np.array([one[kind] for one in found]) for kind in (0, 1))
        values[of] = positive.mean(axis=1)
        spread = _delong if method is Covariance.DELONG else _jackknife
        covariance[np.ix_(of, of)] = spread(positive, negative)
    return Figures(arm, reader, values, covariance)


def _too_few(readings: Readings, masks: NDArray[np.bool_], figure: Figure) -> str:
    if not len(masks):
        return NOTHING
    up, down = (masks & readings.labels).sum(axis=1).min(), (masks & ~readings.labels).sum(axis=1).min()
    needed = {Figure.AREA: min(up, down), Figure.SENSITIVITY: up, Figure.SPECIFICITY: down}[figure]
    if needed < 2:
        each = "two of each" if figure is Figure.AREA else "two"
        return f"a reader has {up} cases with and {down} without recurrence; for the {figure} {each} are needed"
    return ""


def _shares(calls: Floats, figure: Figure) -> tuple[Floats, Floats]:
    """Shares of right calls (figures,) and their covariance, from calls (figures, cases), NaN where not read."""
    known = ~np.isnan(calls)
    if not np.isin(calls[known], (0, 1)).all():
        raise ValueError(f"Calls other than 0 and 1; expected yes or no of every case for the {figure}.")
    right = np.where(known, calls if figure is Figure.SENSITIVITY else 1 - calls, 0.0)
    read = known.astype(np.float64)
    count, both = read.sum(axis=1), read @ read.T
    sums = right @ read.T
    apart = right @ right.T - np.divide(sums * sums.T, both, out=np.zeros_like(both), where=both > 0)
    shared = np.divide(apart, both - 1, out=np.zeros_like(both), where=both > 1)
    return right.sum(axis=1) / count, both / np.outer(count, count) * shared


def _by_cases(masks: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.intp]]]:
    """Figures by what was read; of designs where two figures share all cases or none."""
    sets: dict[bytes, list[int]] = {}
    for index, mask in enumerate(masks):
        sets.setdefault(mask.tobytes(), []).append(index)
    for together in sets.values():
        yield masks[together[0]], np.array(together, np.intp)


def _delong(positive: Floats, negative: Floats) -> Floats:
    """From placements (figures, m) and (figures, n)."""
    m, n = positive.shape[1], negative.shape[1]
    return np.atleast_2d(np.cov(positive)) / m + np.atleast_2d(np.cov(negative)) / n


def _jackknife(positive: Floats, negative: Floats) -> Floats:
    """Areas without each case in turn follow from the placements: no area is computed again."""
    m, n = positive.shape[1], negative.shape[1]
    area = positive.mean(axis=1, keepdims=True)
    without = np.concatenate([(m * area - positive) / (m - 1), (n * area - negative) / (n - 1)], axis=1)
    apart = without - without.mean(axis=1, keepdims=True)
    return np.asarray((m + n - 1) / (m + n) * apart @ apart.T)


@dataclass(frozen=True, eq=False)
class Grams:
    """Sums over pairs of figures (figures, figures) of products of successes, and of how many products there are.

    A success is 1 where the positive case is rated above the negative one, one half where alike. Four sums: of the same pair
    of cases; of two pairs with the positive in common; with the negative in common; of any two pairs. The last three hold
    the ones before: `unbiased` takes them out.
    """

    arm: NDArray[np.intp]
    reader: NDArray[np.intp]
    numerators: Floats
    denominators: Floats

    @classmethod
    def of(cls, readings: Readings) -> "Grams":
        """From any design."""
        arm, reader = np.nonzero(readings.read.any(axis=2))
        ratings, y = readings.ratings[arm, reader], readings.labels
        up, down = ratings[:, y], ratings[:, ~y]
        has_up, has_down = ((~np.isnan(one)).astype(np.float64) for one in (up, down))
        return cls(arm, reader, _numerators(up, down), _denominators(has_up, has_down))

    @property
    def areas(self) -> Floats:
        """Of each figure."""
        return np.sqrt(np.diag(self.numerators[3]) / np.diag(self.denominators[3]))

    def covariance(self) -> Floats:
        """Unbiased, of every pair of figures: what they share, minus the product of their areas."""
        above, under = unbiased(self.numerators), unbiased(self.denominators)
        moments = np.divide(above, under, out=np.zeros_like(above), where=under > 0)
        shares = under / self.denominators[3]
        return np.asarray((shares * moments).sum(axis=0) - moments[3])


def unbiased(sums: Floats) -> Floats:
    """Sums (4, …) over the same pair, a common positive alone, a common negative alone, and nothing in common."""
    same, positive, negative, any_ = sums
    return np.stack([same, positive - same, negative - same, any_ - positive - negative + same])


def _numerators(up: Floats, down: Floats) -> Floats:
    """From ratings (figures, m) of the positives and (figures, n) of the negatives, NaN where not read."""
    count, m = up.shape
    n = down.shape[1]
    same, by_positive, by_negative = np.zeros((count, count)), np.zeros((count, m)), np.zeros((count, n))
    step = max(1, AT_ONCE // max(1, n))
    for start in range(0, m, step):
        some = up[:, start : start + step, None]
        # A comparison with NaN is false: what was not read is no success.
        success = (some > down[:, None, :]).astype(np.float32)
        success += (some == down[:, None, :]).astype(np.float32) / 2
        by_positive[:, start : start + step] = success.sum(axis=2, dtype=np.float64)
        by_negative += success.sum(axis=1, dtype=np.float64)
        flat = success.reshape(count, some.shape[1] * n)
        same += flat @ flat.T
    total = by_positive.sum(axis=1)
    return np.stack([same, by_positive @ by_positive.T, by_negative @ by_negative.T, np.outer(total, total)])


def _denominators(has_up: Floats, has_down: Floats) -> Floats:
    both_up, both_down = has_up @ has_up.T, has_down @ has_down.T
    ups, downs = has_up.sum(axis=1), has_down.sum(axis=1)
    of_ups, of_downs = np.outer(ups, ups), np.outer(downs, downs)
    return np.stack([both_up * both_down, both_up * of_downs, of_ups * both_down, of_ups * of_downs])
