"""How good are three bundles and their tactic on cases whose truth is known: AUC, tiers, heatmaps against lesions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ml.bundle import Bundle, BundleRefused
from ml.evaluation.diagnostic import Interval, diagnostic
from ml.evaluation.localisation import Spot, distance_to_mask, localisation, localise, pointing
from ml.evaluation.roc import auc
from ml.prediction import Predictor
from ml.protocol import load_cutoffs
from ml.series.role import Role
from ml.tactic import Cutoffs, FinalCall, Tier, final_call, fuse, tier
from ml.volume import Volume

__all__ = ["FUSED", "ROLES", "KnownCase", "Prediction", "Words", "assess", "load_cutoffs", "load_predictors", "predict_case"]

ROLES = (Role.T1WI, Role.T2WI, Role.T1WIC)
FUSED = "T1_T2"


@dataclass(frozen=True, eq=False)
class KnownCase:
    """A case to assess: its series, its label and kind, the lesion's mask where there is one, its share of the head."""

    name: str
    label: int
    kind: str
    volumes: Mapping[Role, Volume]
    lesion: Volume | None
    lesion_share: float
    words: "Words" = field(default_factory=lambda: Words())


@dataclass(frozen=True)
class Words:
    """What a truth table says of a case beyond label and kind.

    `origin` is where the phantom's own coordinates begin (LPS mm): its imitators then lie in known zones about it.
    """

    stage: str = ""
    site: str = ""
    imitators: tuple[str, ...] = ()
    synthetic: bool = False
    origin: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Prediction:
    """What the networks said of a case: scores, each heatmap's peak (LPS mm), and its distance in mm to the lesion."""

    name: str
    label: int
    kind: str
    lesion_share: float
    scores: dict[Role, float]
    distances: dict[Role, float | None]
    peaks: dict[Role, tuple[float, ...] | None] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    spots: dict[Role, Spot] = field(default_factory=dict)
    """How each heatmap lies to the lesion, where that is known."""
    without: Mapping[str, Mapping[Role, float]] = field(default_factory=dict)
    """Scores of a synthetic false alarm painted again without one imitator, by that imitator (`ml.appraisal.causes`)."""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Prediction":
        """Read back what `dataclasses.asdict` and JSON made of one."""
        return cls(
            **{name: row[name] for name in ("name", "label", "kind", "lesion_share")},
            scores={Role(role): score for role, score in row["scores"].items()},
            distances={Role(role): distance for role, distance in row["distances"].items()},
            peaks={Role(role): None if peak is None else tuple(peak) for role, peak in row.get("peaks", {}).items()},
            words=_words(row.get("words") or {}),
            spots={Role(role): Spot.from_json(spot) for role, spot in row.get("spots", {}).items()},
            without={
                name: {Role(role): score for role, score in scores.items()}
                for name, scores in row.get("without", {}).items()
            },
        )

    @property
    def fused(self) -> float | None:
        """The T1_T2 score, where both series were there."""
        if Role.T1WI not in self.scores or Role.T2WI not in self.scores:
            return None
        return fuse(self.scores[Role.T1WI], self.scores[Role.T2WI])


def _words(row: Mapping[str, Any]) -> Words:
    origin = row.get("origin")
    return Words(
        **{**row, "imitators": tuple(row.get("imitators", ())), "origin": None if origin is None else tuple(origin)}
    )


def load_predictors(folder: Path, device: str = "cpu") -> dict[Role, Predictor]:
    """The predictors of a folder with one bundle per role; BundleRefused where one is missing, damaged or another role's."""
    bundles = {role: Bundle.load(folder / role) for role in ROLES}
    for role, bundle in bundles.items():
        if bundle.role != role:
            raise BundleRefused(f"{folder / role} holds a bundle for {bundle.role}; expected one for {role}.")
    return {role: Predictor(bundle, device) for role, bundle in bundles.items()}


def predict_case(case: KnownCase, predictors: Mapping[Role, Predictor]) -> Prediction:
    """Scores of every series that the case has, and where each heatmap points."""
    scores: dict[Role, float] = {}
    distances: dict[Role, float | None] = {}
    peaks: dict[Role, tuple[float, ...] | None] = {}
    spots: dict[Role, Spot] = {}
    for role, volume in case.volumes.items():
        said = predictors[role].predict(volume)
        scores[role] = said.score
        peak = said.heatmap.peak
        peaks[role] = None if peak is None else tuple(float(value) for value in peak)
        if case.lesion is not None:
            mask = case.lesion.voxels > 0.5
            distances[role] = None if peak is None else distance_to_mask(peak, mask, case.lesion.affine)
            if mask.any():
                spots[role] = localise(said.heatmap.evidence, said.heatmap.affine, mask, case.lesion.affine)
    return Prediction(case.name, case.label, case.kind, case.lesion_share, scores, distances, peaks, case.words, spots)


def assess(predictions: Iterable[Prediction], cutoffs: Cutoffs) -> dict[str, Any]:
    """AUC with DeLong's interval for T1WI, T2WI, T1_T2 and T1WIC, tiers, the tactic's figures, and localisation.

    Plain values, ready for JSON. A part that cannot be computed (one label only, no masks) is None.
    """
    cases = list(predictions)
    result: dict[str, Any] = {
        "n": len(cases),
        "positives": sum(case.label for case in cases),
        "cutoffs": {"first": cutoffs.first, "second": cutoffs.second, "T1WIC": cutoffs.t1wic},
        "auc": {},
        "ci": {},
    }
    for name in (*ROLES[:2], FUSED, ROLES[2]):
        scored = [(_score(case, name), case.label) for case in cases]
        known = [(score, label) for score, label in scored if score is not None]
        labels = {label for _, label in known}
        area = auc([s for s, _ in known], [y for _, y in known]) if labels == {0, 1} else None
        result["auc"][str(name)] = area.value if area else None
        result["ci"][str(name)] = [area.low, area.high] if area else None
    result["tiers"] = _tiers(cases, cutoffs)
    result["tactic"] = _tactic(cases, cutoffs)
    result["heatmaps"] = {str(role): _pointing(cases, role) for role in ROLES}
    result["kinds"] = _kinds(cases, cutoffs)
    return result


def _score(case: Prediction, name: str) -> float | None:
    return case.fused if name == FUSED else case.scores.get(Role(name))


def _call(case: Prediction, cutoffs: Cutoffs) -> tuple[Tier, FinalCall] | None:
    fused = case.fused
    if fused is None:
        return None
    found = tier(fused, cutoffs)
    return found, final_call(found, case.scores.get(Role.T1WIC), cutoffs)


def _tiers(cases: list[Prediction], cutoffs: Cutoffs) -> dict[str, dict[str, int]]:
    counts = {str(t): {"cases": 0, "recurrences": 0} for t in Tier}
    for case in cases:
        called = _call(case, cutoffs)
        if called is not None:
            counts[str(called[0])]["cases"] += 1
            counts[str(called[0])]["recurrences"] += case.label
    return counts


def _tactic(cases: list[Prediction], cutoffs: Cutoffs) -> dict[str, Any] | None:
    """Sensitivity and specificity of the whole tactic, and the share of cases spared contrast."""
    called = [(call[1] is FinalCall.POSITIVE, case.label) for case in cases if (call := _call(case, cutoffs)) is not None]
    if not called:
        return None
    table = diagnostic([c for c, _ in called], [y for _, y in called], Interval.WILSON_CORRECTED)
    spared = _tiers(cases, cutoffs)[str(Tier.NEGATIVE)]["cases"] / len(called)
    return {"sensitivity": asdict(table.sensitivity), "specificity": asdict(table.specificity), "spared_contrast": spared}


def _pointing(cases: list[Prediction], role: Role) -> dict[str, Any] | None:
    """The pointing game over the positive cases whose lesion is known, and how the maps lie to the lesions."""
    known = [case for case in cases if role in case.distances]
    if not known:
        return None
    found = asdict(pointing([case.distances[role] for case in known], [case.lesion_share for case in known]))
    # Without the head's volume chance is 0 and the ratio infinite, which JSON cannot say.
    ratio = found["ratio"] if found["chance"] > 0 else None
    spots = [case.spots[role] for case in known if role in case.spots]
    return {**found, "ratio": ratio, "localisation": localisation(spots).to_json() if spots else None}


def _kinds(cases: list[Prediction], cutoffs: Cutoffs) -> dict[str, dict[str, float]]:
    """Per kind: cases, share called positive or suspicious by T1_T2, mean score."""
    kinds: dict[str, dict[str, float]] = {}
    for kind, count in sorted(Counter(case.kind for case in cases).items()):
        fused = [case.fused for case in cases if case.kind == kind and case.fused is not None]
        if fused:
            above = float(np.mean([score >= cutoffs.second for score in fused]))
            kinds[kind] = {"cases": count, "at_or_above_second": above, "mean_score": float(np.mean(fused))}
    return kinds
