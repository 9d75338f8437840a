"""A set of bundles as installed: its cutoffs, and what it calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.appraisal.assessment import ROLES
from ml.bundle import Bundle
from ml.protocol import FILE, ProtocolFile
from ml.series.role import Role
from ml.tactic import Cutoffs, FinalCall, Tier, final_call, fuse, tier
from ml.tactic_cases import FUSED, MODELS, TACTIC

Scores = Mapping[Role, float]
EVERY = (*MODELS, TACTIC)


@dataclass(frozen=True)
class OperatingPoints:
    """A set as installed: its name, architecture, each model's own cutoff, the tactic's, and its calibration's figures."""

    name: str
    architecture: str
    own: Mapping[str, float]
    cutoffs: Cutoffs
    calibration: Mapping[str, Any]
    bundles: Mapping[str, str]
    label: str

    @classmethod
    def load(cls, folder: Path) -> "OperatingPoints":
        """Of a folder with three bundles and protocol.json. BundleRefused and ProtocolRefused say what is wrong."""
        protocol = ProtocolFile.load(folder / FILE)
        bundles = {str(role): Bundle.load(folder / role) for role in ROLES}
        hashes = {role: bundle.sha256 for role, bundle in bundles.items()}
        protocol.check(hashes)
        # A protocol that was calibrated on other cases than its bundles has cutoffs of its own for each network.
        kept = protocol.calibration.get("models", {})
        own = {role: kept[role]["cutoff"]["value"] if role in kept else bundles[role].cutoff for role in ("T1WI", "T2WI")}
        architectures = {bundle.network.architecture for bundle in bundles.values()}
        return cls(
            name=protocol.name,
            architecture=" and ".join(sorted(architectures)),
            own={**own, FUSED: protocol.cutoffs.first, "T1WIC": protocol.cutoffs.t1wic},
            cutoffs=protocol.cutoffs,
            calibration=protocol.calibration,
            bundles=hashes,
            label=bundles["T1WI"].label,
        )

    def tier_of(self, scores: Scores) -> Tier | None:
        """The tier; None without T1WI or T2WI."""
        fused = score_of(scores, FUSED)
        return None if fused is None else tier(fused, self.cutoffs)

    def calls(self, scores: Scores, model: str) -> bool | None:
        """Whether a model, or the tactic, calls a case with these scores; None where it cannot say.

        In the tactic a suspicious case without T1WIC counts as not called.
        """
        if model != TACTIC:
            score = score_of(scores, model)
            return None if score is None else score >= self.own[model]
        found = self.tier_of(scores)
        return None if found is None else final_call(found, scores.get(Role.T1WIC), self.cutoffs) is FinalCall.POSITIVE

    def alarms(self, scores: Scores) -> bool:
        """Whether any model, or the tactic, calls the case."""
        return any(self.calls(scores, model) for model in EVERY)

    def decider(self, scores: Scores, model: str) -> str:
        """Whose score decides: the model's own, of the tactic T1WIC's where the case is suspicious and has one."""
        if model != TACTIC:
            return model
        return str(Role.T1WIC) if self.tier_of(scores) is Tier.SUSPICIOUS and Role.T1WIC in scores else FUSED


def score_of(scores: Scores, model: str) -> float | None:
    """The score of T1WI, T2WI, T1_T2 or T1WIC; None where a series is missing."""
    if model != FUSED:
        return scores.get(Role(model))
    return fuse(scores[Role.T1WI], scores[Role.T2WI]) if Role.T1WI in scores and Role.T2WI in scores else None


def looking(points: OperatingPoints, scores: Scores, model: str) -> Role:
    """Whose heatmap shows what decided: of T1_T2 the network with the higher score."""
    decider = points.decider(scores, model)
    return Role(decider) if decider != FUSED else max((Role.T1WI, Role.T2WI), key=lambda role: scores[role])
