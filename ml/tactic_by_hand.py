"""What two cutoffs that a person set are worth: apparent, and with both set again without the fold that is judged. No torch.

Somebody who moves cutoffs over scores fits them to these cases as any rule does, and sees apparent figures. A hand cannot be
repeated in a fold; the operating point that it came to can: the first cutoff's specificity of T1_T2, and the sensitivity of
the whole tactic. Both are sought again in each fold (`again`). T1WIC's own cutoff was there before and stays.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from ml.evaluation.diagnostic import Diagnostic, diagnostic
from ml.evaluation.estimate import LEVEL, Estimate, Interval, Proportion, limits, not_estimable, proportion
from ml.tactic import Cutoffs, second_cutoff
from ml.tactic_cases import FUSED, CalibrationCases, Floats, Indices, Resampling, Truths, folds_of, tactic_calls

RULE = (
    "set by hand; in each fold again: the lowest first cutoff with at least its specificity of T1_T2, and the highest "
    "second one with which the tactic reaches at least its sensitivity"
)
ONE_PATIENT = "one kind of case has a single patient: there is nothing to choose from without it"
ONE_KIND = "a fold leaves one kind of case only, so no cutoff can be set without it"
NO_RECURRENCE_FOUND = "these cutoffs find no recurrence, so there is no operating point to come to again"


@dataclass(frozen=True, kw_only=True)
class Validated:
    """Means over the repeats, each case judged by cutoffs set without it; Wilson's corrected interval."""

    sensitivity: Estimate
    specificity: Estimate
    spared: Estimate


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """`apparent`: on the very cases. `spared`: below the second cutoff. `missing_t1wic`: suspicious ones without T1WIC."""

    cutoffs: Cutoffs
    apparent: Diagnostic
    spared: Proportion
    missing_t1wic: int
    cross_validated: Validated
    resampling: Resampling
    rule: str = RULE


def appraise(
    scores: ArrayLike,
    diseased: ArrayLike,
    t1wic: ArrayLike,
    cutoffs: Cutoffs,
    *,
    patients: ArrayLike | None = None,
    resampling: Resampling | None = None,
) -> ByHand:
    """Judge cutoffs on cases.

    `scores` (n,) of T1_T2, `diseased` (n,), `t1wic` (n,) with None or NaN where there is none, `patients` (n,) whose cases
    stay together. A suspicious case without T1WIC counts as not found. ValueError where both kinds are not there.
    """
    cases, plan = cases_of(scores, diseased, t1wic, patients), resampling or Resampling()
    fused, enhanced = cases.scores[FUSED], cases.scores["T1WIC"]
    suspicious = (fused >= cutoffs.second) & (fused < cutoffs.first)
    spared = fused < cutoffs.second
    return ByHand(
        cutoffs=cutoffs,
        apparent=diagnostic(tactic_calls(fused, enhanced, cutoffs), cases.labels, Interval.WILSON_CORRECTED),
        spared=proportion(int(spared.sum()), spared.size, Interval.WILSON_CORRECTED),
        missing_t1wic=int((suspicious & np.isnan(enhanced)).sum()),
        cross_validated=_cross_validated(cases, cutoffs, plan),
        resampling=plan,
    )


def again(cases: CalibrationCases, rows: Indices, point: "Point") -> Cutoffs:
    """The cutoffs that come to the same operating point on these rows alone."""
    fused, y, enhanced = cases.scores[FUSED][rows], cases.labels[rows], cases.scores["T1WIC"][rows]
    first = _first(fused, np.sort(fused[~y]), point.specificity)
    second = second_cutoff(fused, y, enhanced, first, point.t1wic, point.sensitivity).value
    if second is None:  # out of reach here: the highest that finds every recurrence T1WIC can still find
        second = float(fused[y & (fused < first) & (enhanced >= point.t1wic)].min(initial=first))
    return Cutoffs(first=first, second=second, t1wic=point.t1wic)


@dataclass(frozen=True, kw_only=True)
class Point:
    """An operating point in exact shares: of T1_T2 at the first cutoff, and of the whole tactic."""

    specificity: Fraction
    sensitivity: Fraction
    t1wic: float


def point_of(cases: CalibrationCases, cutoffs: Cutoffs) -> Point | None:
    """Where cutoffs stand on cases; None where they find no recurrence."""
    fused, y = cases.scores[FUSED], cases.labels
    found = int((tactic_calls(fused, cases.scores["T1WIC"], cutoffs) & y).sum())
    if not found:
        return None
    below = int((~y & (fused < cutoffs.first)).sum())
    return Point(
        specificity=Fraction(below, int((~y).sum())), sensitivity=Fraction(found, int(y.sum())), t1wic=cutoffs.t1wic
    )


def _first(fused: Floats, healthy: Floats, specificity: Fraction) -> float:
    """The lowest score with which at least this share of the cases without recurrence, sorted, stays below; else 1."""
    candidates = np.unique(fused)
    enough = -(-specificity.numerator * healthy.size // specificity.denominator)
    right = np.searchsorted(healthy, candidates, side="left") >= enough
    return float(candidates[int(np.argmax(right))]) if right.any() else 1.0


def cases_of(scores: ArrayLike, diseased: ArrayLike, t1wic: ArrayLike, patients: ArrayLike | None) -> CalibrationCases:
    """Checked cases of one fused score and T1WIC's, as the folds take them."""
    y = np.asarray(diseased).astype(bool)
    fused, enhanced = np.asarray(scores, np.float64), np.asarray(t1wic, np.float64)
    who = np.arange(y.size) if patients is None else np.asarray(patients)
    if not fused.shape == enhanced.shape == y.shape == who.shape or y.ndim != 1:
        raise ValueError(
            f"T1_T2 has shape {fused.shape}, T1WIC {enhanced.shape}, truths {y.shape}, patients {who.shape}; "
            "expected one of each per case."
        )
    if not ((fused >= 0) & (fused <= 1)).all():
        raise ValueError("A T1_T2 score is missing or not from 0 to 1; leave such cases out and report them.")
    if y.all() or not y.any():
        raise ValueError(f"{int(y.sum())} of {y.size} cases are diseased; both kinds are needed to judge cutoffs.")
    _, patient = np.unique(who, return_inverse=True)
    return CalibrationCases({FUSED: fused, "T1WIC": enhanced}, y, patient.astype(np.int64))


@dataclass(frozen=True, eq=False)
class _Judged:
    called: Truths
    spared: Truths


def _cross_validated(cases: CalibrationCases, cutoffs: Cutoffs, plan: Resampling) -> Validated:
    fewest = min(len(np.unique(cases.patient[kind])) for kind in (cases.labels, ~cases.labels))
    folds, point = min(plan.folds, fewest), point_of(cases, cutoffs)
    method = f"{folds}-fold cross-validation, {plan.repeats} times; {RULE}; Wilson interval with continuity correction"
    repeats, reason = _judged(cases, point, folds, plan) if point else ([], NO_RECURRENCE_FOUND)
    y, everyone = cases.labels, np.ones(cases.labels.size, bool)
    return Validated(
        sensitivity=_mean([one.called for one in repeats], y, method, reason),
        specificity=_mean([~one.called for one in repeats], ~y, method, reason),
        spared=_mean([one.spared for one in repeats], everyone, method, reason),
    )


def _judged(cases: CalibrationCases, point: Point, folds: int, plan: Resampling) -> tuple[list[_Judged], str]:
    """One judgement of every case a repeat, or none and the reason."""
    if folds < 2:
        return [], ONE_PATIENT
    rng, found = np.random.default_rng([plan.seed, 1]), []
    for _ in range(plan.repeats):
        fold = folds_of(cases, folds, rng)
        called, spared = np.zeros(fold.size, bool), np.zeros(fold.size, bool)
        for index in range(folds):
            rest, held = np.flatnonzero(fold != index), np.flatnonzero(fold == index)
            if not 0 < cases.labels[rest].sum() < rest.size:
                return [], ONE_KIND
            chosen = again(cases, rest, point)
            fused = cases.scores[FUSED][held]
            called[held] = tactic_calls(fused, cases.scores["T1WIC"][held], chosen)
            spared[held] = fused < chosen.second
        found.append(_Judged(called, spared))
    return found, ""


def _mean(repeats: list[Truths], among: Truths, method: str, reason: str) -> Estimate:
    n = int(among.sum())
    if reason or n == 0:
        return not_estimable(reason or "there are no such cases", method, n)
    share = float(np.mean([one[among].mean() for one in repeats]))
    low, high = limits(share, n, Interval.WILSON_CORRECTED)
    return Estimate(value=share, low=low, high=high, level=LEVEL, method=method, n=n)
