"""The paper's tactic as pure functions: fusion, cutoffs, tiers, final call and how cutoffs are chosen. No torch here.

Source: Deng et al., Cancer Imaging 2025 (the tactic; Tables 1 and 2). A score at or above a cutoff counts as above it.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Tier(StrEnum):
    """What the unenhanced sequences say."""

    POSITIVE = "positive"
    SUSPICIOUS = "suspicious"
    NEGATIVE = "negative"


class FinalCall(StrEnum):
    """The tactic's call; PENDING where a suspicious case has no T1WIC score yet."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    PENDING = "pending"


@dataclass(frozen=True)
class Cutoffs:
    """`first` and `second` on the T1_T2 score, `t1wic` on the T1WIC network's own; full precision, never rounded."""

    first: float
    second: float
    t1wic: float

    def __post_init__(self) -> None:
        """Refuse cutoffs out of order."""
        if not 0 <= self.second <= self.first <= 1 or not 0 <= self.t1wic <= 1:
            raise ValueError(
                f"Cutoffs are first {self.first}, second {self.second}, T1WIC {self.t1wic}; "
                "expected 0 <= second <= first <= 1 and T1WIC from 0 to 1."
            )


def fuse(t1wi: float, t2wi: float, weights: tuple[float, float] = (0.5, 0.5)) -> float:
    """The T1_T2 score: the weighted mean of both networks' scores."""
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-9:
        raise ValueError(f"Fusion weights are {weights}; expected two weights from 0 that add up to 1.")
    for name, score in (("T1WI", t1wi), ("T2WI", t2wi)):
        if not 0 <= score <= 1:
            raise ValueError(f"The {name} score is {score}; expected a value from 0 to 1.")
    return weights[0] * t1wi + weights[1] * t2wi


def fuse_all(t1wi: ArrayLike, t2wi: ArrayLike, weights: tuple[float, float] = (0.5, 0.5)) -> NDArray[np.float64]:
    """`fuse` for each of n cases, with the same bits: cutoffs are compared with these scores."""
    pairs = zip(np.asarray(t1wi, np.float64), np.asarray(t2wi, np.float64), strict=True)
    return np.array([fuse(float(a), float(b), weights) for a, b in pairs], np.float64)


def tier(score: float, cutoffs: Cutoffs) -> Tier:
    """The tier of a T1_T2 score: positive s >= c1, suspicious c2 <= s < c1, negative s < c2."""
    if not 0 <= score <= 1:
        raise ValueError(f"The T1_T2 score is {score}; expected a value from 0 to 1.")
    if score >= cutoffs.first:
        return Tier.POSITIVE
    return Tier.SUSPICIOUS if score >= cutoffs.second else Tier.NEGATIVE


def final_call(tier: Tier, t1wic_score: float | None, cutoffs: Cutoffs) -> FinalCall:
    """The tactic's call: T1WIC decides suspicious cases only, and never overturns a positive or a negative one."""
    if tier != Tier.SUSPICIOUS:
        return FinalCall(str(tier))
    if t1wic_score is None:
        return FinalCall.PENDING
    return FinalCall.POSITIVE if t1wic_score >= cutoffs.t1wic else FinalCall.NEGATIVE


def youden_cutoff(scores: ArrayLike, diseased: ArrayLike) -> float:
    """The score with the largest sensitivity + specificity - 1 when used as cutoff; of several, the lowest.

    `scores` (n,), `diseased` (n,) true or false; both classes must be there. Counted in integers, so ties are exact.
    """
    s, y = _checked(scores, diseased)
    positives, negatives = int(y.sum()), int((~y).sum())
    candidates = np.unique(s)
    # A case counts as called when its score is at or above the candidate.
    true_positive = positives - np.searchsorted(np.sort(s[y]), candidates, side="left")
    false_positive = negatives - np.searchsorted(np.sort(s[~y]), candidates, side="left")
    index = true_positive.astype(np.int64) * negatives - false_positive.astype(np.int64) * positives
    return float(candidates[int(np.argmax(index))])


class Attainment(StrEnum):
    """How a second cutoff came about."""

    FOUND = "found"
    NOT_NEEDED = "not needed"
    UNATTAINABLE = "unattainable"


@dataclass(frozen=True)
class SecondCutoff:
    """The second cutoff, or None where the target cannot be reached; `sensitivity` is the whole tactic's."""

    value: float | None
    attainment: Attainment
    sensitivity: float
    missing_t1wic: int
    """Diseased cases below the first cutoff without a T1WIC score: they count as not found."""
    target: float

    @property
    def words(self) -> str:
        """How it came about, for people."""
        share, target = f"{100 * self.sensitivity:.1f} %", f"{100 * self.target:g} %"
        said = {
            Attainment.FOUND: f"The highest second cutoff with which the tactic finds {target} of recurrences: {share}.",
            Attainment.NOT_NEEDED: (
                f"Not needed: the first cutoff alone finds {share}, and {target} were asked for. "
                "The second cutoff equals the first and nobody is suspicious."
            ),
            Attainment.UNATTAINABLE: (
                f"Unattainable: {target} is out of reach. No second cutoff finds more than {share}, since T1WIC stays below "
                "its own cutoff in the others. The cutoff in use is the highest that finds as many."
            ),
        }[self.attainment]
        if self.missing_t1wic:
            said += f" {self.missing_t1wic} recurrences below the first cutoff have no T1WIC score and count as not found."
        return said


def second_cutoff(
    scores: ArrayLike, diseased: ArrayLike, t1wic: ArrayLike, first: float, t1wic_cutoff: float,
    target: float | str | Fraction = Fraction(9, 10),
) -> SecondCutoff:  # fmt: skip
    """The highest second cutoff with which the whole tactic reaches the target sensitivity.

    `scores` (n,) T1_T2, `diseased` (n,), `t1wic` (n,) with None or NaN where there is none. Of the diseased below `first`
    those count that T1WIC calls; sorted downwards, the k-th is the cutoff, k being how many are still wanted. `target` is
    taken as the decimal written, so 0.9 of 10 is 9 and not 9.000000000000001.
    """
    s, y = _checked(scores, diseased)
    enhanced = np.asarray(t1wic, np.float64)  # None turns into NaN
    if enhanced.shape != s.shape:
        raise ValueError(f"There are {len(s)} T1_T2 scores and {len(enhanced)} T1WIC scores; expected as many.")
    wanted_share = Fraction(str(target)) if isinstance(target, float) else Fraction(target)
    if not 0 < wanted_share <= 1:
        raise ValueError(f"The target sensitivity is {target}; expected a share above 0, at most 1.")
    positives, found = int(y.sum()), int((y & (s >= first)).sum())
    wanted = ceil(wanted_share * positives) - found
    below = y & (s < first)
    rescued = np.sort(s[below & (enhanced >= t1wic_cutoff)])[::-1]
    missing = int((below & np.isnan(enhanced)).sum())
    goal = float(wanted_share)
    if wanted <= 0:
        return SecondCutoff(first, Attainment.NOT_NEEDED, found / positives, missing, goal)
    if len(rescued) < wanted:
        return SecondCutoff(None, Attainment.UNATTAINABLE, (found + len(rescued)) / positives, missing, goal)
    value = float(rescued[wanted - 1])
    return SecondCutoff(value, Attainment.FOUND, (found + int((rescued >= value).sum())) / positives, missing, goal)


@dataclass(frozen=True)
class ChosenCutoffs:
    """Cutoffs that follow from cases, and how the second one came about."""

    cutoffs: Cutoffs
    second: SecondCutoff


def choose_cutoffs(
    scores: ArrayLike, diseased: ArrayLike, t1wic: ArrayLike, target: float | str | Fraction = Fraction(9, 10)
) -> ChosenCutoffs:
    """All three cutoffs: Youden's on T1_T2 and, over the cases that have it, on T1WIC; the second by the tactic's rule.

    Where the target is unattainable the second cutoff is the highest that finds every recurrence T1WIC can still find.
    """
    s, y = _checked(scores, diseased)
    enhanced = np.asarray(t1wic, np.float64)
    known = ~np.isnan(enhanced)
    first, own = youden_cutoff(s, y), youden_cutoff(enhanced[known], y[known])
    second = second_cutoff(s, y, t1wic, first, own, target)
    value = second.value
    if value is None:
        value = float(s[y & (s < first) & (enhanced >= own)].min(initial=first))
    return ChosenCutoffs(Cutoffs(first=first, second=value, t1wic=own), second)


def _checked(scores: ArrayLike, diseased: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    s, y = np.asarray(scores, np.float64), np.asarray(diseased).astype(bool)
    if s.ndim != 1 or s.shape != y.shape:
        raise ValueError(f"Scores have shape {s.shape}, truths {y.shape}; expected one of each per case.")
    if not np.isfinite(s).all():
        raise ValueError("A score is not a number; leave such cases out and report them.")
    if y.all() or not y.any():
        raise ValueError(f"{int(y.sum())} of {len(y)} cases are diseased; both kinds are needed to choose a cutoff.")
    return s, y
