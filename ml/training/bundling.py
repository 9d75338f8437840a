"""From three trained networks to a set of bundles with its protocol.json: half precision, manifests, files."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import model_card
from ml.bundle import Manifest, write_bundle
from ml.networks import DarndestNetwork
from ml.preprocessing import Preprocessing
from ml.protocol import write_protocol
from ml.series.role import Role
from ml.training.calibration import SetCalibration
from ml.training.loop import predict

ROLES = (Role.T1WI, Role.T2WI, Role.T1WIC)
HALF_TOLERANCE = 1e-3
"""Weights ship as float16 if no calibration score moves by more than this."""


@dataclass(frozen=True)
class SetFacts:
    """What a set of bundles says of itself: its name, what stands beside every result, and where its networks come from."""

    name: str
    label: str
    synthetic: bool
    preprocessing: Preprocessing
    fat_saturated: Mapping[Role, bool | None]
    provenance: Mapping[Role, Mapping[str, Any]]
    notes: Mapping[str, Any] = field(default_factory=dict)
    """Further entries of the protocol's `calibration`."""
    guard: Mapping[Role, Mapping[str, Any]] = field(default_factory=dict)
    quality: Mapping[Role, Mapping[str, Any]] = field(default_factory=dict)
    """Out-of-distribution guard and quality gates by role, as `Manifest` keeps them; empty without."""


def halve(network: DarndestNetwork, probe: NDArray[np.float16]) -> tuple[DarndestNetwork, float]:
    """The network in half precision where no score of `probe` moves too far, else as it was; and how far they move."""
    halved = copy.deepcopy(network).half()
    moved = float(np.abs(predict(network, probe) - predict(copy.deepcopy(halved).float(), probe)).max())
    return (halved if moved <= HALF_TOLERANCE else network), moved


def write_set(
    folder: Path,
    networks: Mapping[Role, DarndestNetwork],
    calibration: SetCalibration,
    facts: SetFacts,
    proof: Mapping[str, Any],
) -> None:
    """Three bundles, each with its model card, and protocol.json in a fresh folder.

    `proof` is what a held-out cohort said of them, or empty.
    """
    for role in ROLES:
        metrics = {"calibration": calibration.tactic.of_role(str(role))}
        manifest = Manifest(
            name=f"{facts.name}-{role.lower()}",
            role=role,
            network=networks[role].spec,
            preprocessing=facts.preprocessing,
            cutoff=min(max(calibration.own_cutoffs[role], 1e-9), 1 - 1e-9),
            # Six digits: the last bits of a gradient depend on where its memory happened to lie.
            heatmap_reference=float(f"{calibration.references[role]:.6g}"),
            heatmap_layer=calibration.layers[role],
            fat_saturated=facts.fat_saturated[role],
            synthetic=facts.synthetic,
            label=facts.label,
            provenance=facts.provenance[role],
            metrics=metrics | ({"heldout": _figures(role, proof)} if proof else {}),
            guard=facts.guard.get(role, {}),
            quality=facts.quality.get(role, {}),
        )
        bundle = write_bundle(folder / role, networks[role], manifest)
        (folder / role / model_card.FILE).write_text(model_card.model_card(bundle.manifest), encoding="utf-8")
    notes = {**facts.notes, "heldout": dict(proof)}
    write_protocol(folder, calibration.tactic, name=facts.name, label=facts.label, synthetic=facts.synthetic, notes=notes)


def _figures(role: Role, proof: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cases": proof.get("n"),
        "auc": proof.get("auc", {}).get(str(role)),
        "ci95": proof.get("ci", {}).get(str(role)),
        "heatmap": proof.get("heatmaps", {}).get(str(role)),
        "histogram_auc": proof.get("histogram_auc", {}).get(str(role)),
    }
