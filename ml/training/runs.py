"""A training run's folder: split.json, inputs/, and for each sequence its network, curves, facts and calibration cases."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file

from ml.architecture import NetworkSpec
from ml.files import write_whole
from ml.fingerprints import arrays_fingerprint
from ml.material.observing import Observation
from ml.material.preparation import Part, Prepared
from ml.material.split import PARTS
from ml.networks import DarndestNetwork, build_network
from ml.phantom.words import SYNTHETIC_LABEL
from ml.preprocessing import Preprocessing
from ml.series.role import Role
from ml.tactic_cases import Resampling
from ml.training.bundling import ROLES, SetFacts, halve
from ml.training.calibration import SetCalibration, calibrate_networks
from ml.training.checkpoint import BEST, RunRefused, kept_row, read_curves
from ml.training.guarding import FEWEST, Safeguards, set_safeguards
from ml.training.loop import Labelled, Machine, train
from ml.training.recipe import Recipe

SPLIT = "split.json"
FACTS = "run.json"
CASES = "calibration.npz"
INPUTS = "inputs"
SEEN = PARTS
"""Parts that the guard looks at: ranges come from the first, limits from the others, which no network has learnt from."""
OWN_LABEL = "trained on local data, research use"


@dataclass(frozen=True)
class RunPlan:
    """What to train: architecture's name and spec, recipe, crop."""

    architecture: str
    network: NetworkSpec
    recipe: Recipe
    preprocessing: Preprocessing


def train_roles(
    plan: RunPlan,
    prepared: Prepared,
    source: str,
    out: Path,
    report: Callable[[str], None],
    machine: Machine,
) -> dict[str, Any]:
    """Train the network of every sequence that is prepared; what came of each, by role."""
    first = machine.fabric.is_global_zero
    if first:
        out.mkdir(parents=True, exist_ok=True)
        _keep_split(prepared, out / SPLIT)
    summary: dict[str, Any] = {}
    for role in prepared.fat_saturated:
        folder = out / role
        sets = {part: _labelled(prepared.parts[part], role, plan) for part in ("training", "validation")}

        def say(text: str, role: Role = role) -> None:
            report(f"{role}: {text}")

        train(plan.network, sets["training"], sets["validation"], plan.recipe, folder, say, machine)
        if first:
            facts = _facts(plan, prepared, role, source, folder)
            write_whole(folder / FACTS, json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
            _keep_cases(prepared.parts, role, folder / CASES)
            summary[str(role)] = {"folder": str(folder), **facts["course"]}
    return summary


def _keep_split(prepared: Prepared, path: Path) -> None:
    """One run, one split: another data set or ratio in the same folder is refused."""
    if path.exists():
        stored = json.loads(path.read_text(encoding="utf-8"))["fingerprint"]
        if stored != prepared.split.fingerprint:
            raise RunRefused(
                f"{path} is the split of other patients, labels, ratio or seed ({stored[:12]}, now "
                f"{prepared.split.fingerprint[:12]}). Choose another folder, or bring back what it was drawn from."
            )
        return
    prepared.split.write(path)


def _labelled(part: Part, role: Role, plan: RunPlan) -> Labelled:
    return Labelled(part.voxels[role], part.labels, plan.preprocessing.spacing)


def _facts(plan: RunPlan, prepared: Prepared, role: Role, source: str, folder: Path) -> dict[str, Any]:
    curves = read_curves(folder)
    data = {
        part: {
            "cases": len(cases.labels),
            "recurrences": int(cases.labels.sum()),
            "sha256": replace(cases, voxels={role: cases.voxels[role]}).sha256,
        }
        for part, cases in prepared.parts.items()
    }
    return {
        "architecture": plan.architecture,
        "network": plan.network.to_json(),
        "recipe": plan.recipe.to_json(),
        "preprocessing": plan.preprocessing.to_json(),
        "source": source,
        "labels_from": prepared.basis,
        "synthetic": prepared.synthetic,
        "fat_saturated": prepared.fat_saturated[role],
        "split": {"fingerprint": prepared.split.fingerprint, "ratio": list(prepared.split.ratio), "parts": list(PARTS)},
        "data": data,
        "left_out": len(prepared.left_out),
        "course": {"epochs": len(curves), "best": kept_row(curves, plan.recipe)},
        "curves": curves,
    }


def _keep_cases(parts: Mapping[str, Part], role: Role, path: Path) -> None:
    """The part that no network has seen, for calibration without the data set at hand; what the guard compares with."""
    part = parts["test"]
    seen = {name: [one.to_json() for one in parts[name].seen[role]] for name in SEEN}
    unfinished = path.with_suffix(".part.npz")
    np.savez(
        unfinished,
        names=np.array(part.names),
        patients=np.array(part.patients),
        labels=part.labels,
        voxels=part.voxels[role],
        seen=np.array(json.dumps(seen)),
    )
    unfinished.replace(path)


@dataclass(frozen=True, eq=False)
class TrainedSet:
    """Three trained networks with the cases, seen by none, that they are calibrated on: `voxels` by role (n, D, H, W)."""

    networks: Mapping[Role, DarndestNetwork]
    facts: Mapping[Role, Mapping[str, Any]]
    names: tuple[str, ...]
    patients: NDArray[np.str_]
    labels: NDArray[np.uint8]
    voxels: Mapping[Role, NDArray[np.float16]]
    learnt: Mapping[Role, Sequence[Observation]]
    """What the training part's series look like, by role: the guard's ranges."""
    further: Mapping[Role, Sequence[Observation]]
    """The same of the other parts, which no network has learnt from: the guard's and the gates' limits."""

    @property
    def guarded(self) -> bool:
        """Whether there are cases enough for a guard and quality gates."""
        return min(self.seen_in_training, self.seen_further) >= FEWEST

    @property
    def seen_in_training(self) -> int:
        """Cases behind the guard's ranges."""
        return min(len(seen) for seen in self.learnt.values())

    @property
    def seen_further(self) -> int:
        """Cases behind its limits."""
        return min(len(seen) for seen in self.further.values())

    @property
    def synthetic(self) -> bool:
        """Whether any of it was trained on the phantom."""
        return any(facts["synthetic"] for facts in self.facts.values())

    def calibrate(self, target: str = "0.9", resampling: Resampling | None = None) -> SetCalibration:
        """Cutoffs with all that is known of them; the same every time."""
        inputs = arrays_fingerprint(self.labels, *(self.voxels[role] for role in ROLES))
        return calibrate_networks(
            self.networks,
            self.voxels,
            self.labels,
            patients=self.patients,
            target=target,
            resampling=resampling,
            fingerprints={"inputs": inputs},
        )

    def describe(self, name: str, label: str | None) -> SetFacts:
        """What its bundles say; what is trained on the phantom cannot be called anything else."""
        guards = self._safeguards()
        words = SYNTHETIC_LABEL if self.synthetic else label or OWN_LABEL
        kept = ("architecture", "source", "labels_from", "split", "data", "left_out", "recipe", "course", "curves")
        provenance = {
            role: {"made_by": "python -m ml bundle", **{key: facts[key] for key in kept}}
            for role, facts in self.facts.items()
        }
        return SetFacts(
            name=name,
            label=words,
            synthetic=self.synthetic,
            preprocessing=Preprocessing.from_json(self.facts[Role.T1WI]["preprocessing"]),
            fat_saturated={role: facts["fat_saturated"] for role, facts in self.facts.items()},
            provenance=provenance,
            notes={"calibrated_on": "test part of the split, seen by no network"},
            guard={role: found.guard for role, found in guards.items()},
            quality={role: found.quality for role, found in guards.items()},
        )

    def _safeguards(self) -> dict[Role, Safeguards]:
        """Guard and quality gates; none where there are too few cases to tell a range, and each result will say so."""
        return set_safeguards(self.learnt, self.further) if self.guarded else {}


def load_runs(folders: Sequence[Path]) -> TrainedSet:
    """The three networks of one run's folder, or of several; RunRefused where one is missing or they do not match."""
    places: dict[Role, Path] = {}
    for folder in folders:
        for role in ROLES:
            if (folder / role / FACTS).is_file():
                if role in places:
                    raise RunRefused(f"{places[role]} and {folder / role} are both networks for {role}. Name one of them.")
                places[role] = folder / role
    missing = [str(role) for role in ROLES if role not in places]
    if missing:
        listed = ", ".join(map(str, folders))
        raise RunRefused(f"No finished network for {', '.join(missing)} in {listed}. Train it first: python -m ml train.")
    facts = {role: json.loads((places[role] / FACTS).read_text(encoding="utf-8")) for role in ROLES}
    _check_together(facts)
    cases = {role: _read_cases(places[role] / CASES) for role in ROLES}
    names = sorted(set.intersection(*(set(found["names"].tolist()) for found in cases.values())))
    rows = {role: [found["names"].tolist().index(name) for name in names] for role, found in cases.items()}
    networks = {}
    voxels = {role: cases[role]["voxels"][rows[role]] for role in ROLES}
    for role in ROLES:
        network = build_network(NetworkSpec.from_json(facts[role]["network"]))
        network.load_state_dict(load_file(places[role] / BEST))
        networks[role], _ = halve(network.eval(), voxels[role])
    one, kept = cases[Role.T1WI], rows[Role.T1WI]
    learnt, further = ({role: _observed(cases[role], parts) for role in ROLES} for parts in (SEEN[:1], SEEN[1:]))
    return TrainedSet(networks, facts, tuple(names), one["patients"][kept], one["labels"][kept], voxels, learnt, further)


def _observed(cases: Mapping[str, NDArray[Any]], parts: Sequence[str]) -> list[Observation]:
    """What was seen of the parts' series; runs made earlier kept nothing of the validation part."""
    seen = json.loads(str(cases["seen"]))
    return [Observation.from_json(row) for part in parts for row in seen.get(part, ())]


def _check_together(facts: Mapping[Role, Mapping[str, Any]]) -> None:
    """Networks of different splits or crops make no set: one may have learnt from what another is judged on."""
    for entry, words in (("split", "splits"), ("preprocessing", "crops")):
        if len({json.dumps(found[entry], sort_keys=True) for found in facts.values()}) > 1:
            raise RunRefused(f"The networks were trained on different {words}. Train them with the same data and settings.")


def _read_cases(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}
