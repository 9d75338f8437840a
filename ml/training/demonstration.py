"""From nothing to the shipped demonstration bundles: cohort, three networks, calibration, held-out proof, bundles, protocol.

Every step leaves its result under the work folder and is skipped when that is there: a run that was killed goes on.
"""

import copy
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ml.architecture import COMPACT, NetworkSpec
from ml.bundle import BundleRefused, Manifest, write_bundle
from ml.heatmap import grad_cam
from ml.networks import DarndestNetwork
from ml.phantom.case import ROLES, Cohort
from ml.phantom.words import SYNTHETIC_LABEL
from ml.preprocessing import Preprocessing
from ml.series.role import Role
from ml.tactic import Attainment, Cutoffs, fuse, second_cutoff, youden_cutoff
from ml.training.cohort import CohortPlan, Inputs, make_inputs
from ml.training.heldout import assess_heldout
from ml.training.loop import Labelled, Recipe, predict, train

NAME = "demonstration"
HALF_TOLERANCE = 1e-3
"""Weights ship as float16 if no calibration score moves by more than this."""
REFERENCE_PERCENTILE = 90.0
"""Of the strongest Grad-CAM value in each recurrence of the calibration cohort: the fixed top of the heatmap's scale."""
TARGET_SENSITIVITY = 0.9


CROP = Preprocessing(shape=(16, 48, 48))
"""80 x 110 x 110 mm about the nasopharynx: every recurrence of the phantom fits, and the networks stay quick."""


@dataclass(frozen=True)
class DemonstrationPlan:
    """Sizes and settings of the shipped networks. Seeds differ by cohort, so no case is in two of them."""

    training: int = 1100
    validation: int = 200
    calibration: int = 300
    heldout: int = 200
    cohort: Cohort = "internal"
    recipe: Recipe = field(default_factory=Recipe)
    network: NetworkSpec = COMPACT
    preprocessing: Preprocessing = CROP

    def cohorts(self) -> dict[str, CohortPlan]:
        """The four cohorts by name."""
        sizes = {
            "training": self.training,
            "validation": self.validation,
            "calibration": self.calibration,
            "heldout": self.heldout,
        }
        return {name: CohortPlan(name, cases, 9001 + i, self.cohort) for i, (name, cases) in enumerate(sizes.items())}


def train_demonstration(
    plan: DemonstrationPlan, work: Path, out: Path, report: Callable[[str], None], processes: int = 2
) -> dict[str, Any]:
    """Make bundles and protocol.json in `out` and return what the held-out cohort said of them.

    `out` may hold an older set: it is replaced as a whole at the very end, when the new one is complete. BundleRefused where
    it holds anything else.
    """
    _check_replaceable(out)
    cohorts = plan.cohorts()
    inputs: dict[str, Inputs] = {}
    for name in ("training", "validation", "calibration"):
        report(f"{name} cohort: {cohorts[name].cases} synthetic cases")
        inputs[name] = make_inputs(cohorts[name], plan.preprocessing, work / "inputs", processes)
    networks: dict[Role, DarndestNetwork] = {}
    for role in ROLES:
        report(f"{role}: training")
        networks[role] = _train_role(plan, role, inputs, work / "runs" / role, report)
    calibration = calibrate(networks, inputs["calibration"], plan)
    trial = work / "trial"
    shutil.rmtree(trial, ignore_errors=True)
    write_set(trial, networks, calibration, plan, facts(inputs, work / "runs"), {})
    report(f"held-out cohort: {plan.heldout} synthetic cases")
    proof = assess_heldout(trial, cohorts["heldout"], work / "heldout", calibration.fingerprint, processes, report)
    finished = work / "finished"
    shutil.rmtree(finished, ignore_errors=True)
    write_set(finished, networks, calibration, plan, facts(inputs, work / "runs"), proof)
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(finished, out)
    return proof


def _check_replaceable(out: Path) -> None:
    """Refuse, before hours of work, a folder that holds anything but an older set: it would be deleted with the rest."""
    ours = {*map(str, ROLES), "protocol.json"}
    others = sorted({path.name for path in out.iterdir()} - ours) if out.is_dir() else []
    if others or (out.exists() and not out.is_dir()):
        found = ", ".join(others[:5]) or "a file"
        raise BundleRefused(f"{out} holds {found}; expected an older set of bundles, or nothing. Choose another folder.")


@dataclass(frozen=True, eq=False)
class Calibration:
    """What the calibration cohort gave: cutoffs, scores (cases,), labels, heatmap references, how c2 came about."""

    cutoffs: Cutoffs
    own_cutoffs: dict[Role, float]
    scores: dict[Role, NDArray[np.float64]]
    fused: NDArray[np.float64]
    labels: NDArray[np.uint8]
    references: dict[Role, float]
    second: dict[str, Any]

    @property
    def fingerprint(self) -> str:
        """Changes whenever a score or a label does."""
        digest = hashlib.sha256(self.labels.tobytes())
        for role in ROLES:
            digest.update(np.round(self.scores[role], 6).tobytes())
        return digest.hexdigest()[:12]


def _train_role(
    plan: DemonstrationPlan, role: Role, inputs: Mapping[str, Inputs], folder: Path, report: Callable[[str], None]
) -> DarndestNetwork:
    """Train one sequence's network and round its weights to half precision where its scores allow."""
    sets = {name: Labelled(inputs[name].voxels[role], inputs[name].labels) for name in ("training", "validation")}
    network = train(
        plan.network, sets["training"], sets["validation"], plan.recipe, folder, lambda s: report(f"{role}: {s}")
    )
    probe = inputs["calibration"].voxels[role]
    halved = copy.deepcopy(network).half()
    rounded = copy.deepcopy(halved).float()
    moved = float(np.abs(predict(network, probe) - predict(rounded, probe)).max())
    report(f"{role}: half precision moves scores by at most {moved:.1e}")
    return halved if moved <= HALF_TOLERANCE else network


def calibrate(networks: Mapping[Role, DarndestNetwork], inputs: Inputs, plan: DemonstrationPlan) -> Calibration:
    """Cutoffs on the calibration cohort: Youden for each network and for T1_T2, the second one by the tactic's rule."""
    full = {role: copy.deepcopy(network).float() for role, network in networks.items()}
    scores = {role: predict(full[role], inputs.voxels[role]) for role in ROLES}
    fused = np.array([fuse(a, b) for a, b in zip(scores[Role.T1WI], scores[Role.T2WI], strict=True)])
    labels = inputs.labels
    own = {role: youden_cutoff(scores[role], labels) for role in ROLES}
    first, enhanced = youden_cutoff(fused, labels), own[Role.T1WIC]
    found = second_cutoff(fused, labels, scores[Role.T1WIC].tolist(), first, enhanced, str(TARGET_SENSITIVITY))
    value = found.value
    if value is None:
        # The target cannot be reached: take every recurrence that T1WIC can still find, and say so.
        value = float(fused[(labels == 1) & (fused < first) & (scores[Role.T1WIC] >= enhanced)].min(initial=first))
    said = {"attainment": str(found.attainment), "target_sensitivity": TARGET_SENSITIVITY, "sensitivity": found.sensitivity}
    if found.attainment is Attainment.UNATTAINABLE:
        said["note"] = "the target is out of reach; the cutoff gives the highest sensitivity that can be had"
    return Calibration(
        cutoffs=Cutoffs(first=first, second=value, t1wic=enhanced),
        own_cutoffs=own,
        scores=scores,
        fused=fused,
        labels=labels,
        references={role: _heatmap_reference(full[role], inputs.voxels[role][labels == 1]) for role in ROLES},
        second=said,
    )


def _heatmap_reference(network: DarndestNetwork, voxels: NDArray[np.float16]) -> float:
    network.eval()
    peaks = []
    for start in range(0, len(voxels), 8):
        _, maps = grad_cam(network, torch.from_numpy(voxels[start : start + 8].astype(np.float32))[:, None])
        peaks += maps.flatten(1).max(dim=1).values.tolist()
    return max(float(np.percentile(peaks, REFERENCE_PERCENTILE)), 1e-6)


def facts(inputs: Mapping[str, Inputs], runs: Path) -> dict[str, Any]:
    """What the networks were made from: cohorts with their fingerprints, and how each training went."""
    data = {
        name: {"cases": len(cohort.labels), "recurrences": int(cohort.labels.sum()), "sha256": cohort.sha256}
        for name, cohort in inputs.items()
    }
    course = {}
    for role in ROLES:
        history = json.loads((runs / role / "history.json").read_text(encoding="utf-8"))
        best = min(history, key=lambda row: row["validation_loss"])
        course[role] = {"epochs": len(history), "best": best}
    return {"data": data, "course": course}


def write_set(
    folder: Path,
    networks: Mapping[Role, DarndestNetwork],
    calibration: Calibration,
    plan: DemonstrationPlan,
    origin: Mapping[str, Any],
    proof: Mapping[str, Any],
) -> None:
    """Three bundles and protocol.json in a fresh folder; `origin` is what `facts` returned."""
    for role in ROLES:
        metrics = {
            "heldout": {
                "cases": proof.get("n"),
                "auc": proof.get("auc", {}).get(str(role)),
                "ci95": proof.get("ci", {}).get(str(role)),
                "heatmap": proof.get("heatmaps", {}).get(str(role)),
                "histogram_auc": proof.get("histogram_auc", {}).get(str(role)),
            }
        }
        manifest = Manifest(
            name=f"{NAME}-{role.lower()}",
            role=role,
            network=plan.network,
            preprocessing=plan.preprocessing,
            cutoff=min(max(calibration.own_cutoffs[role], 1e-9), 1 - 1e-9),
            heatmap_reference=calibration.references[role],
            fat_saturated=plan.cohort == "external" and role is not Role.T1WI,
            synthetic=True,
            label=SYNTHETIC_LABEL,
            provenance={
                "made_by": "python -m ml train-demo",
                "cohort": f"phantom, {plan.cohort}",
                "data": origin["data"],
                "recipe": asdict(plan.recipe),
                "course": origin["course"][role],
                "note": origin.get("note", ""),
            },
            metrics=metrics if proof else {},
        )
        write_bundle(folder / role, networks[role], manifest)
    (folder / "protocol.json").write_text(json.dumps(_protocol(calibration, proof), indent=1) + "\n", encoding="utf-8")


def _protocol(calibration: Calibration, proof: Mapping[str, Any]) -> dict[str, Any]:
    cases = sorted([round(float(s), 6), int(y)] for s, y in zip(calibration.fused, calibration.labels, strict=True))
    return {
        "name": NAME,
        "label": SYNTHETIC_LABEL,
        "synthetic": True,
        "weights": {"T1WI": 0.5, "T2WI": 0.5},
        "cutoffs": {
            "first": calibration.cutoffs.first,
            "second": calibration.cutoffs.second,
            "T1WIC": calibration.cutoffs.t1wic,
        },
        "calibration": {
            "material": SYNTHETIC_LABEL,
            "patients": len(cases),
            "recurrences": int(calibration.labels.sum()),
            "first": "Youden index on T1_T2",
            "second": calibration.second,
            "T1WIC": "Youden index",
            "heldout": dict(proof),
            "cases": cases,
        },
    }
