"""The figures of one set of bundles on one cohort: the paper's Table 1, its tiers, its errors by kind."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ml.appraisal.assessment import ROLES, Prediction
from ml.appraisal.error_table import tabulate_errors
from ml.appraisal.operating_points import OperatingPoints
from ml.evaluation.diagnostic import Diagnostic, PredictiveValues, diagnostic, predictive_values
from ml.evaluation.estimate import Interval, proportion
from ml.evaluation.plain import plain
from ml.evaluation.roc import auc
from ml.series.role import Role
from ml.tactic import Tier
from ml.tactic_calibration import calibrate_tactic
from ml.tactic_cases import FUSED, MODELS, TACTIC, Resampling, tactic_calls, tiers_of

__all__ = ["OperatingPoints", "tabulate"]

RECHOSEN = Resampling(resamples=200)
"""For cutoffs chosen on the cohort itself, as the paper did."""


def tabulate(
    predictions: Sequence[Prediction], points: OperatingPoints, prevalences: Sequence[float] = ()
) -> dict[str, Any]:
    """All tables of one set on one cohort as plain values; a part that cannot be estimated says why.

    Cases without T1WI or T2WI are left out of T1_T2 and the tactic, those without T1WIC out of T1WIC; in the tactic a
    suspicious case without T1WIC counts as not called.
    """
    cases = list(predictions)
    scores = {model: _scores(cases, model) for model in MODELS}
    labels = np.array([case.label == 1 for case in cases])
    called: dict[str, np.ndarray] = {model: scores[model] >= points.own[model] for model in MODELS}
    called[TACTIC] = tactic_calls(scores[FUSED], scores["T1WIC"], points.cutoffs)
    known = {model: ~np.isnan(values) for model, values in scores.items()}
    known[TACTIC] = known[FUSED]
    tiers = np.where(known[FUSED], tiers_of(scores[FUSED], points.cutoffs), "")
    rows = {}
    for model in (*MODELS, TACTIC):
        keep = known[model]
        # The paper's Table 1 and 2: Wald for networks, Wilson with continuity correction for DARNDEST.
        interval = Interval.WILSON_CORRECTED if model == TACTIC else Interval.WALD
        table = diagnostic(called[model][keep], labels[keep], interval)
        rows[model] = {
            **plain(table),
            "cutoff": None if model == TACTIC else points.own[model],
            "auc": None if model == TACTIC else plain(auc(scores[model][keep], labels[keep])),
            "at_prevalence": plain(_at_prevalences(table, prevalences)),
            "left_out": int((~keep).sum()),
        }
    return {
        "models": rows,
        "tactic_figures": _tactic(labels[known[FUSED]], tiers[known[FUSED]], points),
        "rechosen": _rechosen(scores, labels, known[FUSED]),
        "errors": {model: tabulate_errors(cases, model, points) for model in (*MODELS, TACTIC)},
    }


def _scores(cases: Sequence[Prediction], model: str) -> np.ndarray:
    found = [case.fused if model == FUSED else case.scores.get(Role(model)) for case in cases]
    return np.array([np.nan if score is None else score for score in found], np.float64)


def _at_prevalences(table: Diagnostic, prevalences: Sequence[float]) -> list[PredictiveValues]:
    return [predictive_values(table.sensitivity, table.specificity, share) for share in prevalences]


def _tactic(labels: np.ndarray, tiers: np.ndarray, points: OperatingPoints) -> dict[str, Any]:
    counts = {
        tier: {"cases": int((tiers == tier).sum()), "recurrences": int((labels & (tiers == tier)).sum())}
        for tier in map(str, Tier)
    }
    spared = proportion(counts[str(Tier.NEGATIVE)]["cases"], labels.size, Interval.WILSON_CORRECTED)
    calibration = points.calibration.get("tactic")
    reason = "" if calibration else "the protocol keeps no cross-validated figures; calibrate it anew"
    return {
        "tiers": counts,
        "spared_contrast": plain(spared),
        "calibration": calibration,
        "calibration_cases": points.calibration.get("examinations", points.calibration.get("patients")),
        "second": points.calibration.get("second"),
        "reason": reason,
    }


def _rechosen(scores: Mapping[str, np.ndarray], labels: np.ndarray, keep: np.ndarray) -> dict[str, Any]:
    """Cutoffs chosen on this very cohort, as the paper did: how good they look there, and cross-validated."""
    try:
        found = calibrate_tactic({str(role): scores[str(role)][keep] for role in ROLES}, labels[keep], resampling=RECHOSEN)
    except ValueError as error:
        return {"reason": str(error)}
    return {"reason": "", "cutoffs": plain(found.cutoffs), "second": found.second.words, **plain(found.tactic)}
