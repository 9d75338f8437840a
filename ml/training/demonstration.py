"""From nothing to the shipped bundles: two cohorts, two architectures, three sequences each; calibrated and proved.

Every step leaves its result under the work folder and is skipped when that is there: a run that was killed goes on, network
by network, epoch by epoch. Cohorts are shared by the architectures that are trained on them.
"""

import copy
import hashlib
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch

from ml.appraisal.heldout import HeldoutSet, assess_sets
from ml.appraisal.layers import Subject, best_place, measure_layers, phantom_lesions
from ml.architecture import COMPACT, COMPACT_RESNET, NetworkSpec
from ml.bundle import BundleRefused
from ml.crops import COMPACT_CROP
from ml.files import write_whole
from ml.material.code import phantom_fingerprint
from ml.material.cohort import CohortPlan, Inputs, make_inputs
from ml.networks import DarndestNetwork
from ml.phantom.case import Cohort
from ml.phantom.words import SYNTHETIC_LABEL
from ml.preprocessing import Preprocessing
from ml.series.role import Role
from ml.training.bundling import ROLES, SetFacts, halve, write_set
from ml.training.calibration import SetCalibration, calibrate_networks
from ml.training.checkpoint import kept_row, read_curves
from ml.training.guarding import FEWEST, Safeguards, cohort_safeguards, kept_safeguards
from ml.training.loop import Labelled, Report, train
from ml.training.recipe import RECIPES, Recipe


@dataclass(frozen=True)
class ShippedSet:
    """One set of three bundles: which cohort, which network, the folder under ml/bundles and the name it installs as."""

    cohort: Cohort
    network: NetworkSpec
    name: str
    epochs: int
    """Of the shipped recipe; a ResNet learns more slowly by epoch and costs half as much by it."""


DENSENET_EPOCHS, RESNET_EPOCHS = 14, 18

SETS: Mapping[str, ShippedSet] = {
    # The default set of the application, so it keeps the plain name.
    "internal-densenet121": ShippedSet("internal", COMPACT, "demonstration", DENSENET_EPOCHS),
    "internal-resnet34": ShippedSet("internal", COMPACT_RESNET, "internal-resnet34", RESNET_EPOCHS),
    "external-densenet121": ShippedSet("external", COMPACT, "external-densenet121", DENSENET_EPOCHS),
    "external-resnet34": ShippedSet("external", COMPACT_RESNET, "external-resnet34", RESNET_EPOCHS),
}
NAME = SETS["internal-densenet121"].name
SHIPPED_RECIPE = RECIPES["fast"]


@dataclass(frozen=True)
class DemonstrationPlan:
    """Sizes and settings of the shipped networks. Seeds differ by cohort and part, so no case is in two of them."""

    training: Mapping[Cohort, int] = field(default_factory=lambda: {"internal": 1600, "external": 1100})
    validation: int = 200
    calibration: int = 300
    heldout: Mapping[Cohort, int] = field(default_factory=lambda: {"internal": 400, "external": 200})
    lesions: int = 100
    """Further recurrences, on which the place that Grad-CAM reads is chosen."""
    target: str = "0.85"
    """Sensitivity for the second cutoff. The paper's 0.9 is just out of these networks' reach (docs/networks.md): with it
    the tactic would send nearly everybody to contrast."""
    recipe: Recipe = SHIPPED_RECIPE
    epochs: int | None = None
    """Instead of each set's own."""
    preprocessing: Preprocessing = COMPACT_CROP
    sets: Mapping[str, ShippedSet] = field(default_factory=lambda: SETS)
    code: str = field(default_factory=phantom_fingerprint)
    """Taken once: every process of a run names its cohorts by the same code."""

    def __post_init__(self) -> None:
        """Refuse, before hours of work, what would fail at their end."""
        try:
            sensible = 0 < Fraction(self.target) <= 1
        except (ValueError, ZeroDivisionError):
            sensible = False
        if not sensible:
            raise ValueError(f"The target is {self.target!r}; expected a sensitivity above 0, at most 1, such as 0.85.")
        if self.epochs is not None and self.epochs < 1:
            raise ValueError(f"{self.epochs} epochs; expected at least one.")
        if self.lesions < 1:
            raise ValueError(f"{self.lesions} recurrences to choose Grad-CAM's layer on; expected at least 1.")

    def cohorts(self, cohort: Cohort) -> dict[str, CohortPlan]:
        """The four parts of one cohort by name."""
        sizes = {
            "training": self.training[cohort],
            "validation": self.validation,
            "calibration": self.calibration,
            "heldout": self.heldout[cohort],
        }
        start = 9001 if cohort == "internal" else 9011
        return {name: CohortPlan(name, cases, start + i, cohort, self.code) for i, (name, cases) in enumerate(sizes.items())}

    def recipe_of(self, name: str) -> Recipe:
        """What the networks of one set are trained by."""
        return replace(self.recipe, epochs=self.epochs or self.sets[name].epochs)

    def lesion_seed(self, cohort: Cohort) -> int:
        """Of the recurrences on which Grad-CAM's place is chosen; none of the cohorts has it."""
        return 9005 if cohort == "internal" else 9015


def train_demonstration(
    plan: DemonstrationPlan, work: Path, out: Path, report: Report, processes: int = 2, only: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Make the sets named in `only`, or all, each in its folder under `out`; what the held-out cohorts said of them, by set.

    A folder may hold an older set: it is replaced as a whole at the very end, when the new one is complete. BundleRefused,
    before anything is made, where it holds anything else.
    """
    chosen = {name: shipped for name, shipped in plan.sets.items() if not only or name in only}
    for shipped in chosen.values():
        _check_replaceable(out / shipped.name)
    cohorts = dict.fromkeys(shipped.cohort for shipped in chosen.values())
    material = {cohort: _material(plan, cohort, work, report, processes) for cohort in cohorts}
    _train_all(plan, chosen, work, report, processes)
    guards = {cohort: _safeguards(plan, cohort, work, report, processes) for cohort in cohorts}
    networks = {name: _rounded(plan, name, material[shipped.cohort], work, report) for name, shipped in chosen.items()}
    layers = _layers(plan, chosen, networks, work, report)
    made: dict[str, _Made] = {}
    for name, shipped in chosen.items():
        report(f"{name}: calibration")
        safeguards = guards[shipped.cohort]
        made[name] = _calibrated(plan, name, material[shipped.cohort], safeguards, networks[name], layers[name], work)
        made[name].write(work / "trial" / name, {})
    proofs: dict[str, dict[str, Any]] = {}
    for cohort in cohorts:
        trials = {
            name: HeldoutSet(work / "trial" / name, made[name].calibration.fingerprint)
            for name, shipped in chosen.items()
            if shipped.cohort == cohort
        }
        proofs |= assess_sets(trials, plan.cohorts(cohort)["heldout"], work / "heldout", processes, report)
    for name, shipped in chosen.items():
        made[name].write(work / "finished" / name, proofs[name])
        shutil.rmtree(out / shipped.name, ignore_errors=True)
        shutil.copytree(work / "finished" / name, out / shipped.name)
    return {name: proofs[name] for name in chosen}


def _check_replaceable(out: Path) -> None:
    """Refuse, before hours of work, a folder that holds anything but an older set: it would be deleted with the rest."""
    ours = {*map(str, ROLES), "protocol.json"}
    others = sorted({path.name for path in out.iterdir()} - ours) if out.is_dir() else []
    if others or (out.exists() and not out.is_dir()):
        found = ", ".join(others[:5]) or "a file"
        raise BundleRefused(f"{out} holds {found}; expected an older set of bundles, or nothing. Choose another folder.")


@dataclass(frozen=True, eq=False)
class _Made:
    """A set as trained and calibrated."""

    networks: Mapping[Role, DarndestNetwork]
    calibration: SetCalibration
    facts: SetFacts

    def write(self, folder: Path, proof: Mapping[str, Any]) -> None:
        """The set's files in a folder of their own, instead of what was there."""
        shutil.rmtree(folder, ignore_errors=True)
        write_set(folder, self.networks, self.calibration, self.facts, proof)


def _material(plan: DemonstrationPlan, cohort: Cohort, work: Path, report: Report, processes: int) -> dict[str, Inputs]:
    """The inputs of one cohort's first three parts, made once."""
    found: dict[str, Inputs] = {}
    for name, part in plan.cohorts(cohort).items():
        if name != "heldout":
            report(f"{cohort}, {name} cohort: {part.cases} synthetic cases")
            found[name] = make_inputs(part, plan.preprocessing, work / "inputs", processes)
    return found


def _safeguards(
    plan: DemonstrationPlan, cohort: Cohort, work: Path, report: Report, processes: int
) -> Mapping[Role, Safeguards]:
    """Guard and quality gates of one cohort's bundles; none from a cohort too small to tell a range."""
    parts = plan.cohorts(cohort)
    if min(plan.training[cohort], plan.calibration) < FEWEST:
        return {}
    kept = kept_safeguards(parts["training"], parts["calibration"], plan.preprocessing, work / "inputs")
    if kept is not None:
        return kept
    # Inputs made by an earlier release: their cases are made once more.
    report(f"{cohort}: what its images are like, for the guard and the quality gates")
    return cohort_safeguards(parts["training"], parts["calibration"], plan.preprocessing, work / "seen", processes)


@dataclass(frozen=True)
class _Job:
    """One network to train, as a process of its own can be told."""

    plan: DemonstrationPlan
    name: str
    role: Role
    work: Path

    @property
    def folder(self) -> Path:
        """Its run's: another one for other material or another recipe, so that nothing old is gone on with."""
        plan, shipped = self.plan, self.plan.sets[self.name]
        cohorts = plan.cohorts(shipped.cohort)
        settings = [
            shipped.network.to_json(),
            plan.recipe_of(self.name).to_json(),
            plan.preprocessing.to_json(),
            asdict(cohorts["training"]),
            asdict(cohorts["validation"]),
        ]
        key = hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:12]
        return self.work / "runs" / f"{self.name}-{key}" / self.role

    def run(self, report: Report) -> DarndestNetwork:
        """Train it, or go on, or read it where it is trained already."""
        plan, shipped = self.plan, self.plan.sets[self.name]
        parts = {}
        for part in ("training", "validation"):
            cohort = plan.cohorts(shipped.cohort)[part]
            inputs = make_inputs(cohort, plan.preprocessing, self.work / "inputs", roles=(self.role,))
            parts[part] = Labelled(inputs.voxels[self.role], inputs.labels, plan.preprocessing.spacing)

        def say(text: str) -> None:
            report(f"{self.name} {self.role}: {text}")

        return train(shipped.network, parts["training"], parts["validation"], plan.recipe_of(self.name), self.folder, say)


def _train_all(
    plan: DemonstrationPlan, chosen: Mapping[str, ShippedSet], work: Path, report: Report, processes: int
) -> None:
    """Train every network of the chosen sets, as many at once as there are processes, one thread each."""
    jobs = [_Job(plan, name, role, work) for name in chosen for role in ROLES]
    if processes == 1:
        for job in jobs:
            job.run(report)
        return
    with ProcessPoolExecutor(processes, mp_context=torch.multiprocessing.get_context("spawn")) as pool:
        for job, _ in zip(jobs, pool.map(_train_apart, jobs), strict=True):
            report(f"{job.name} {job.role}: trained")


def _train_apart(job: _Job) -> None:
    torch.set_num_threads(1)

    def say(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    job.run(say)


def _rounded(
    plan: DemonstrationPlan, name: str, material: Mapping[str, Inputs], work: Path, report: Report
) -> dict[Role, DarndestNetwork]:
    """A set's networks as they are shipped: in half precision where scores hold."""
    networks: dict[Role, DarndestNetwork] = {}
    for role in ROLES:
        networks[role], moved = halve(_Job(plan, name, role, work).run(report), material["calibration"].voxels[role])
        report(f"{name} {role}: half precision moves scores by at most {moved:.1e}")
    return networks


Rows = list[dict[str, Any]]


def _layers(
    plan: DemonstrationPlan,
    chosen: Mapping[str, ShippedSet],
    networks: Mapping[str, Mapping[Role, DarndestNetwork]],
    work: Path,
    report: Report,
) -> dict[str, dict[Role, Rows]]:
    """How well Grad-CAM points at every place of every network: by set and role a row for each place; kept in `work`."""
    paths = {
        (name, role): _Job(plan, name, role, work).folder / f"layers-{plan.lesions}.json"
        for name in chosen
        for role in ROLES
    }
    for cohort in dict.fromkeys(shipped.cohort for shipped in chosen.values()):
        wanted = [key for key, path in paths.items() if chosen[key[0]].cohort == cohort and not path.exists()]
        if not wanted:
            continue
        report(f"{cohort}: where Grad-CAM points best, on {plan.lesions} synthetic recurrences")
        subjects = [
            Subject(f"{name} {role}", role, copy.deepcopy(networks[name][role]).float().eval(), plan.preprocessing)
            for name, role in wanted
        ]
        rows = measure_layers(subjects, phantom_lesions(plan.lesions, plan.lesion_seed(cohort), cohort, ROLES))
        for name, role in wanted:
            write_whole(paths[name, role], json.dumps([row for row in rows if row["bundle"] == f"{name} {role}"]))
    found: dict[str, dict[Role, Rows]] = {name: {} for name in chosen}
    for (name, role), path in paths.items():
        found[name][role] = json.loads(path.read_text(encoding="utf-8"))
        report(f"{name} {role}: Grad-CAM reads at {best_place(found[name][role])}")
    return found


def _calibrated(
    plan: DemonstrationPlan,
    name: str,
    material: Mapping[str, Inputs],
    guards: Mapping[Role, Safeguards],
    networks: Mapping[Role, DarndestNetwork],
    layers: Mapping[Role, Rows],
    work: Path,
) -> _Made:
    """A set's networks with their cutoffs and what the bundles will say."""
    shipped, probe = plan.sets[name], material["calibration"]
    calibration = calibrate_networks(
        networks,
        probe.voxels,
        probe.labels,
        target=plan.target,
        fingerprints={"inputs": probe.sha256},
        layers={role: best_place(rows) for role, rows in layers.items()},
    )
    facts = SetFacts(
        name=shipped.name,
        label=SYNTHETIC_LABEL,
        synthetic=True,
        preprocessing=plan.preprocessing,
        # The external hospitals saturate fat on T2WI and T1WIC (DOMAIN.md).
        fat_saturated={role: shipped.cohort == "external" and role is not Role.T1WI for role in ROLES},
        provenance={
            role: {
                **_provenance(plan, name, material, _Job(plan, name, role, work).folder),
                "layers": _pointing(layers[role]),
            }
            for role in ROLES
        },
        guard={role: found.guard for role, found in guards.items()},
        quality={role: found.quality for role, found in guards.items()},
    )
    return _Made(networks, calibration, facts)


def _pointing(rows: Rows) -> dict[str, Any]:
    """Of each place: shares of peaks and of energy, four digits, since a gradient's last bits differ from run to run."""
    shares = ("hit", "within_10_mm", "within_one_cell", "energy")
    places = {
        row["place"]: {name: None if row[name]["value"] is None else round(row[name]["value"], 4) for name in shares}
        for row in rows
    }
    return {"recurrences": rows[0]["cases"], "places": places}


def _provenance(plan: DemonstrationPlan, name: str, material: Mapping[str, Inputs], run: Path) -> dict[str, Any]:
    """What one network was made from: cohorts with their fingerprints, code, recipe, and how training went."""
    curves = read_curves(run)
    data = {
        part: {"cases": len(inputs.labels), "recurrences": int(inputs.labels.sum()), "sha256": inputs.sha256}
        for part, inputs in material.items()
    }
    return {
        "made_by": "python -m ml train-demo",
        "cohort": f"phantom, {plan.sets[name].cohort}",
        "data": data,
        "code": {"phantom": plan.code, "torch": torch.__version__},
        "recipe": plan.recipe_of(name).to_json(),
        "course": {"epochs": len(curves), "best": _timeless(kept_row(curves, plan.recipe_of(name)))},
        "curves": [_timeless(row) for row in curves],
    }


def _timeless(row: Mapping[str, float]) -> dict[str, float]:
    """Without what differs from run to run: the same seed gives the same bundle."""
    return {name: value for name, value in row.items() if name != "seconds"}
