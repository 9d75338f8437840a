"""What cutoffs chosen on these very cases are worth: the tactic's figures apparent, cross-validated and bootstrapped.

docs/calibration.md has the method: every cutoff is chosen again without the fold that is judged, patients kept together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.evaluation.estimate import Estimate
from ml.tactic_calibration import TacticFigures, calibrate_tactic
from ml.tactic_cases import Resampling, tactic_calls
from radapp.reports.analyses.figures import is_small
from radapp.reports.analyses.judges import ENHANCED, FUSED, TACTIC, called_by_tactic
from radapp.reports.inputs.values import CaseRow

NO_SCORES = "the study keeps no T1_T2 scores from 0 to 1: cutoffs cannot be chosen again"
ONE_KIND = "with T1WIC scores there are {0} cases with and {1} without recurrence: cutoffs cannot be chosen from one kind"
SPARED = "spared_contrast"
MEASURES = ("sensitivity", "specificity", "accuracy", SPARED)


@dataclass(frozen=True, kw_only=True)
class Mix:
    """Cases and recurrences of a tier: with the cutoffs of all cases, and on average with cutoffs chosen without them."""

    tier: str
    cases: float
    diseased: float
    cross_validated_cases: float | None
    cross_validated_diseased: float | None


@dataclass(frozen=True, kw_only=True)
class Validated:
    """By the paper's rule on these cases: Youden for the first cutoff and T1WIC's, the target sensitivity for the second.

    `same_calls`: how many cases those cutoffs call as the study has it. `left_out`: without a T1_T2 score. `optimism`: by
    how much the bootstrap finds the apparent sensitivity flattered, and `corrected` without it. `attainment`, `second`: how
    the second cutoff came about. Everything is empty, with a `reason`, where cutoffs cannot be chosen again.
    """

    cases: int
    patients: int
    left_out: int
    target: float
    same_calls: int
    attainment: str
    second: str
    apparent: Mapping[str, Estimate]
    cross_validated: Mapping[str, Estimate]
    optimism: float | None
    corrected: Estimate | None
    mix: tuple[Mix, ...]
    small: bool
    reason: str


def validated(rows: Sequence[CaseRow], target: float, plan: Resampling) -> Validated:
    """Of cases whose truth is established."""
    scored = [row for row in rows if _score(row, FUSED) is not None]
    fused = np.array([_score(row, FUSED) for row in scored], float)
    enhanced = np.array([_score(row, ENHANCED) for row in scored], float)
    truths = np.array([bool(row.truth) for row in scored], bool)
    reason = _why_not(fused, enhanced, truths)
    if reason:
        return _nothing(len(scored), len(rows) - len(scored), target, reason)
    # The fused score is the study's own: the mean of it and itself is it, to the last bit.
    scores = {"T1WI": fused, "T2WI": fused, "T1WIC": enhanced}
    patients = [row.patient for row in scored]
    found = calibrate_tactic(scores, truths, patients=patients, target=target, resampling=plan)
    recorded = np.array([called_by_tactic(row.networks[TACTIC]) for row in scored], bool)
    figures = found.tactic
    return Validated(
        cases=len(scored),
        patients=len(set(patients)),
        left_out=len(rows) - len(scored),
        target=target,
        same_calls=int((tactic_calls(fused, enhanced, found.cutoffs) == recorded).sum()),
        attainment=found.second.attainment,
        second=found.second.words,
        apparent=_apparent(figures),
        cross_validated=_cross_validated(figures),
        optimism=figures.optimism,
        corrected=figures.sensitivity,
        mix=_mix(figures),
        small=is_small(int(truths.sum()), int((~truths).sum())),
        reason="",
    )


def _score(row: CaseRow, network: str) -> float | None:
    return row.networks[network].score if network in row.networks else None


def _why_not(fused: np.ndarray, enhanced: np.ndarray, truths: np.ndarray) -> str:
    known = ~np.isnan(enhanced)
    within = [bool(((one >= 0) & (one <= 1)).all()) for one in (fused, enhanced[known])]
    if not fused.size or not all(within):
        return NO_SCORES
    kinds = int(truths[known].sum()), int((~truths[known]).sum())
    return "" if min(kinds) > 0 else ONE_KIND.format(*kinds)


def _nothing(cases: int, left_out: int, target: float, reason: str) -> Validated:
    return Validated(
        cases=cases, patients=0, left_out=left_out, target=target, same_calls=0, attainment="", second="",
        apparent={}, cross_validated={}, optimism=None, corrected=None, mix=(), small=True, reason=reason,
    )  # fmt: skip


def _apparent(figures: TacticFigures) -> dict[str, Estimate]:
    table = figures.apparent
    found: dict[str, Estimate] = {name: getattr(table, name) for name in MEASURES if name != SPARED}
    return {**found, SPARED: figures.apparent_spared}


def _cross_validated(figures: TacticFigures) -> dict[str, Estimate]:
    found = {name: getattr(figures.cross_validated, name) for name in MEASURES if name != SPARED}
    return {**found, SPARED: figures.cross_validated_spared}


def _mix(figures: TacticFigures) -> tuple[Mix, ...]:
    held = figures.cross_validated_tiers
    return tuple(
        Mix(
            tier=tier,
            cases=one.cases,
            diseased=one.recurrences,
            cross_validated_cases=held[tier].cases if tier in held else None,
            cross_validated_diseased=held[tier].recurrences if tier in held else None,
        )
        for tier, one in figures.apparent_tiers.items()
    )
