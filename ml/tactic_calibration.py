"""The tactic's cutoffs from cases whose truth is known, and what they are worth: apparent, cross-validated, bootstrapped.

The paper chose its second cutoff on its test set, which flatters it. Beside the apparent figures stand those of
cross-validation, in which every cutoff is chosen again without the fold that is judged, and the bootstrap's optimism (Efron
and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 17; Harrell, Stat Med 1996;15:361-387). docs/calibration.md
says how far each can be trusted. No torch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ml.evaluation.calibration import CalibrationLine, Reliability, brier, calibration_line, reliability
from ml.evaluation.diagnostic import Diagnostic, diagnostic
from ml.evaluation.estimate import LEVEL, Estimate, Interval, Proportion, limits, not_estimable, proportion
from ml.evaluation.plain import plain
from ml.evaluation.roc import Auc, auc
from ml.fingerprints import code_fingerprint, scores_fingerprint
from ml.tactic import Attainment, Cutoffs, SecondCutoff, Tier
from ml.tactic_cases import (
    FUSED,
    MODELS,
    ROLES,
    TACTIC,
    CalibrationCases,
    Calls,
    Chosen,
    Indices,
    Resampling,
    Truths,
    call,
    folds_of,
    resamples_of,
)

TARGET = Fraction(9, 10)
BOOTSTRAP = "bootstrap: cutoffs of one sample applied to another, percentile interval; value: apparent minus optimism"


@dataclass(frozen=True)
class CrossValidated:
    """Out-of-sample figures of a model or of the tactic: means over the repeats, every cutoff re-selected in each fold."""

    sensitivity: Estimate
    specificity: Estimate
    accuracy: Estimate


@dataclass(frozen=True)
class ModelFigures:
    """One model: Youden's cutoff with the bootstrap's interval, area, figures on its own cases and cross-validated ones."""

    cutoff: Estimate
    auc: Auc
    apparent: Diagnostic
    cross_validated: CrossValidated


@dataclass(frozen=True)
class TierCount:
    """Cases and recurrences of a tier; means over the repeats where cross-validated."""

    cases: float
    recurrences: float


@dataclass(frozen=True)
class TacticFigures:
    """The whole tactic. `optimism` is by how much the bootstrap finds the apparent sensitivity flattered."""

    apparent: Diagnostic
    apparent_tiers: Mapping[str, TierCount]
    apparent_spared: Proportion
    cross_validated: CrossValidated
    cross_validated_tiers: Mapping[str, TierCount]
    cross_validated_spared: Estimate
    second_cutoff: Estimate
    sensitivity: Estimate
    optimism: float | None
    unattainable: float
    """Share of the resamples in which the target was out of reach."""


@dataclass(frozen=True)
class Probability:
    """Whether the T1_T2 score is a probability."""

    reliability: Reliability
    brier: Estimate
    line: CalibrationLine


@dataclass(frozen=True, eq=False)
class TacticCalibration:
    """Cutoffs and all that is known of them. `to_json` is what a protocol keeps, `of_role` what a bundle keeps."""

    cases: CalibrationCases
    chosen: Chosen
    models: Mapping[str, ModelFigures]
    tactic: TacticFigures
    probability: Probability
    resampling: Resampling
    weights: tuple[float, float]
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    @property
    def cutoffs(self) -> Cutoffs:
        """The tactic's cutoffs."""
        return self.chosen.tactic.cutoffs

    @property
    def second(self) -> SecondCutoff:
        """How the second cutoff came about."""
        return self.chosen.tactic.second

    def to_json(self) -> dict[str, Any]:
        """Plain values, floats in full precision; `cases` are [T1_T2 score, 0 or 1] and `t1wic` their T1WIC scores."""
        order = np.argsort(self.cases.scores[FUSED], kind="stable")
        fused, enhanced = self.cases.scores[FUSED][order].tolist(), self.cases.scores["T1WIC"][order]
        second = self.second
        return {
            "patients": int(self.cases.patient.max()) + 1,
            "examinations": len(fused),
            "recurrences": int(self.cases.labels.sum()),
            "weights": {"T1WI": self.weights[0], "T2WI": self.weights[1]},
            "first": "Youden index on T1_T2",
            "second": {
                "attainment": str(second.attainment),
                "target_sensitivity": second.target,
                "sensitivity": second.sensitivity,
                "missing_t1wic": second.missing_t1wic,
                "note": second.words,
            },
            "T1WIC": "Youden index",
            "models": plain(self.models),
            "tactic": plain(self.tactic),
            "probability": plain(self.probability),
            "resampling": plain(self.resampling),
            "fingerprints": dict(self.fingerprints),
            "cases": [[score, int(label)] for score, label in zip(fused, self.cases.labels[order], strict=True)],
            "t1wic": [None if np.isnan(score) else float(score) for score in enhanced],
        }

    def of_role(self, role: str) -> dict[str, Any]:
        """What one network's bundle keeps of it."""
        return {"fingerprints": dict(self.fingerprints), "cases": self.cases.labels.size, **plain(self.models[role])}


def calibrate_tactic(
    scores: Mapping[str, ArrayLike],
    labels: ArrayLike,
    *,
    patients: ArrayLike | None = None,
    weights: tuple[float, float] = (0.5, 0.5),
    target: float | str | Fraction = TARGET,
    resampling: Resampling | None = None,
    fingerprints: Mapping[str, str] | None = None,
) -> TacticCalibration:
    """Choose every cutoff and say what it is worth.

    `scores` of T1WI, T2WI and T1WIC by role, each (n,), T1WIC None or NaN where there is none; `labels` (n,) true or false;
    `patients` (n,), where some have several examinations: they stay together in every fold and resample. `fingerprints`
    of the data and networks are kept beside those of scores and code. ValueError where cases are no cases, or of one kind.
    """
    plan = resampling or Resampling()
    share = Fraction(str(target)) if isinstance(target, float) else Fraction(target)
    cases = CalibrationCases.of(scores, labels, patients, weights)
    everyone = np.arange(cases.labels.size)
    chosen = cases.choose(everyone, share)
    apparent = call(cases, everyone, chosen)
    held_out = _cross_validate(cases, share, plan)
    drawn = _bootstrap(cases, share, plan)
    return TacticCalibration(
        cases=cases,
        chosen=chosen,
        models={model: _model(cases, model, chosen, apparent, held_out, drawn) for model in MODELS},
        tactic=_tactic(cases, chosen, apparent, held_out, drawn),
        probability=Probability(
            reliability(cases.scores[FUSED], cases.labels),
            brier(cases.scores[FUSED], cases.labels),
            calibration_line(cases.scores[FUSED], cases.labels),
        ),
        resampling=plan,
        weights=weights,
        fingerprints={
            **(fingerprints or {}),
            "scores": scores_fingerprint({role: cases.scores[role] for role in ROLES}, cases.labels),
            "code": code_fingerprint(),
        },
    )


@dataclass(frozen=True, eq=False)
class _HeldOut:
    """Calls of every case by cutoffs chosen without it, once per repeat; `folds` is 0 where there are too few cases."""

    repeats: Sequence[Calls]
    method: str
    reason: str = ""


def _cross_validate(cases: CalibrationCases, target: Fraction, plan: Resampling) -> _HeldOut:
    rng = np.random.default_rng([plan.seed, 1])
    every = set(range(cases.labels.size))
    fewest = min(len(np.unique(cases.patient[kind])) for kind in (cases.labels, ~cases.labels))
    folds = min(plan.folds, fewest)
    method = f"{folds}-fold cross-validation, {plan.repeats} times, every cutoff chosen again in each fold"
    if folds < 2:
        return _HeldOut((), method, "one kind of case has a single patient: there is nothing to choose from without it")
    repeats = []
    for _ in range(plan.repeats):
        fold = folds_of(cases, folds, rng)
        parts = []
        for index in range(folds):
            held = np.flatnonzero(fold == index)
            rest = np.array(sorted(every - set(held.tolist())), np.int64)
            if not cases.both_kinds(rest):
                return _HeldOut((), method, "a fold leaves one kind of case only, so no cutoff can be chosen without it")
            parts.append((held, call(cases, held, cases.choose(rest, target))))
        repeats.append(_together(parts, cases.labels.size))
    return _HeldOut(repeats, method)


def _together(parts: Sequence[tuple[Indices, Calls]], n: int) -> Calls:
    called = {name: np.zeros(n, bool) for name in parts[0][1].called}
    tiers = np.empty(n, parts[0][1].tiers.dtype)
    for rows, calls in parts:
        tiers[rows] = calls.tiers
        for name, values in calls.called.items():
            called[name][rows] = values
    return Calls(called, tiers)


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What the bootstrap saw: cutoffs by name (resamples,), the tactic's sensitivity three ways, shares out of reach."""

    cutoffs: Mapping[str, Sequence[float]]
    apparent: Sequence[float]
    original: Sequence[float]
    another: Sequence[float]
    unattainable: float


def _bootstrap(cases: CalibrationCases, target: Fraction, plan: Resampling) -> _Drawn:
    samples = resamples_of(cases, np.random.default_rng([plan.seed, 2]))
    everyone = np.arange(cases.labels.size)
    cutoffs: dict[str, list[float]] = {name: [] for name in (*MODELS, "second")}
    apparent: list[float] = []
    original: list[float] = []
    another: list[float] = []
    unattainable = 0
    for _ in range(plan.resamples):
        rows, other = next(samples), next(samples)
        chosen = cases.choose(rows, target)
        for model in MODELS:
            cutoffs[model].append(chosen.own[model])
        cutoffs["second"].append(chosen.tactic.cutoffs.second)
        unattainable += chosen.tactic.second.attainment is Attainment.UNATTAINABLE
        for found, judged in ((apparent, rows), (original, everyone), (another, other)):
            found.append(float(call(cases, judged, chosen).called[TACTIC][cases.labels[judged]].mean()))
    return _Drawn(cutoffs, apparent, original, another, unattainable / plan.resamples)


def _model(
    cases: CalibrationCases, model: str, chosen: Chosen, apparent: Calls, held_out: _HeldOut, drawn: _Drawn
) -> ModelFigures:
    known = ~np.isnan(cases.scores[model])
    return ModelFigures(
        cutoff=_interval(chosen.own[model], drawn.cutoffs[model], int(known.sum())),
        auc=auc(cases.scores[model][known], cases.labels[known]),
        apparent=diagnostic(apparent.called[model][known], cases.labels[known], Interval.WALD),
        cross_validated=_validated(cases.labels, held_out, model, known),
    )


def _tactic(cases: CalibrationCases, chosen: Chosen, apparent: Calls, held_out: _HeldOut, drawn: _Drawn) -> TacticFigures:
    everyone = np.ones(cases.labels.size, bool)
    table = diagnostic(apparent.called[TACTIC], cases.labels, Interval.WILSON_CORRECTED)
    optimism = float(np.mean(drawn.apparent) - np.mean(drawn.original))
    low, high = np.percentile(drawn.another, [100 * (1 - LEVEL) / 2, 100 * (1 + LEVEL) / 2])
    sensitivity = Estimate(
        value=max(0.0, (table.sensitivity.value or 0.0) - optimism),
        low=float(low),
        high=float(high),
        level=LEVEL,
        method=BOOTSTRAP,
        n=int(cases.labels.sum()),
    )
    spared = str(Tier.NEGATIVE)
    return TacticFigures(
        apparent=table,
        apparent_tiers=_tiers(cases, [apparent]),
        apparent_spared=proportion(int((apparent.tiers == spared).sum()), cases.labels.size, Interval.WILSON_CORRECTED),
        cross_validated=_validated(cases.labels, held_out, TACTIC, everyone),
        cross_validated_tiers=_tiers(cases, held_out.repeats),
        cross_validated_spared=_mean_share(held_out, lambda calls: calls.tiers == spared, everyone),
        second_cutoff=_interval(chosen.tactic.cutoffs.second, drawn.cutoffs["second"], cases.labels.size),
        sensitivity=sensitivity,
        optimism=optimism,
        unattainable=drawn.unattainable,
    )


def _interval(value: float, drawn: Sequence[float], n: int) -> Estimate:
    low, high = np.percentile(drawn, [100 * (1 - LEVEL) / 2, 100 * (1 + LEVEL) / 2])
    return Estimate(value=value, low=float(low), high=float(high), level=LEVEL, method="bootstrap, percentile interval", n=n)


def _validated(labels: Truths, held_out: _HeldOut, name: str, known: Truths) -> CrossValidated:
    return CrossValidated(
        sensitivity=_mean_share(held_out, lambda calls: calls.called[name], known & labels),
        specificity=_mean_share(held_out, lambda calls: ~calls.called[name], known & ~labels),
        accuracy=_mean_share(held_out, lambda calls: calls.called[name] == labels, known),
    )


def _mean_share(held_out: _HeldOut, right: Callable[[Calls], Truths], among: Truths) -> Estimate:
    """The mean over the repeats of the share of `among` that is right, with Wilson's corrected interval about it."""
    n, method = int(among.sum()), f"{held_out.method}; Wilson interval with continuity correction"
    if held_out.reason or n == 0:
        return not_estimable(held_out.reason or "there are no such cases", method, n)
    share = float(np.mean([right(calls)[among].mean() for calls in held_out.repeats]))
    low, high = limits(share, n, Interval.WILSON_CORRECTED)
    return Estimate(value=share, low=low, high=high, level=LEVEL, method=method, n=n)


def _tiers(cases: CalibrationCases, repeats: Sequence[Calls]) -> dict[str, TierCount]:
    if not repeats:
        return {}
    counted = {}
    for tier in map(str, Tier):
        inside = [calls.tiers == tier for calls in repeats]
        recurrences = [(one & cases.labels).sum() for one in inside]
        counted[tier] = TierCount(float(np.mean([one.sum() for one in inside])), float(np.mean(recurrences)))
    return counted
