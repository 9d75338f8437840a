"""Cohorts of network inputs made from the phantom, kept on disk in shards: an interrupted run goes on where it stopped."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.guard.statistics import NAMES
from ml.material.code import phantom_fingerprint
from ml.material.observing import Observation, observe_case
from ml.phantom.case import ROLES, CaseTruth, Cohort, cohort_seeds, generate_case
from ml.preprocessing import Preprocessing
from ml.quality import GATES
from ml.series.role import Role

SHARD = 50
"""Cases per file."""
OBSERVED = 200
"""Of so many first cases of a cohort is kept, beside the inputs, what they look like: a guard's training range."""


@dataclass(frozen=True)
class CohortPlan:
    """`cases` synthetic patients of seed `seed`; seeds from 9000 on are kept for training and held-out cohorts."""

    name: str
    cases: int
    seed: int
    cohort: Cohort = "internal"
    code: str = field(default_factory=phantom_fingerprint)
    """Of the code that makes the images: other code makes another cohort."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Network inputs of a cohort: per role float16 (cases, D, H, W); labels (cases,) uint8; the truths in the same order."""

    voxels: dict[Role, NDArray[np.float16]]
    labels: NDArray[np.uint8]
    truths: tuple[CaseTruth, ...]

    @property
    def sha256(self) -> str:
        """Fingerprint of everything a network is trained on."""
        digest = hashlib.sha256(self.labels.tobytes())
        for role in sorted(self.voxels):
            digest.update(self.voxels[role].tobytes())
        return digest.hexdigest()


def make_inputs(
    plan: CohortPlan, preprocessing: Preprocessing, folder: Path, processes: int = 1, roles: Sequence[Role] = ROLES
) -> Inputs:
    """The cohort's inputs, made shard by shard under `folder`; of what is already there, `roles` alone are read."""
    seeds = list(cohort_seeds(plan.cases, plan.seed))
    place = _place(plan, preprocessing, folder)
    place.mkdir(parents=True, exist_ok=True)
    shards = [(place / f"{start:05d}.npz", seeds[start : start + SHARD]) for start in range(0, plan.cases, SHARD)]
    missing = [
        (path, part, plan.cohort, preprocessing, start < OBSERVED)
        for start, (path, part) in zip(range(0, plan.cases, SHARD), shards, strict=True)
        if not path.exists()
    ]
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            list(pool.map(_make_shard, missing))
    else:
        for job in missing:
            _make_shard(job)
    return _read([path for path, _ in shards], roles)


def kept_observations(
    plan: CohortPlan, preprocessing: Preprocessing, folder: Path, most: int
) -> dict[Role, list[Observation]] | None:
    """What `make_inputs` kept of the plan's first cases under `folder`, by role: of `most`, or of all that there are.

    None where it kept nothing, or saw other things than this program's guard and gates look at.
    """
    wanted = min(most, plan.cases)
    found: dict[Role, list[Observation]] = {role: [] for role in ROLES}
    for start in range(0, wanted, SHARD):
        path = _place(plan, preprocessing, folder) / f"{start:05d}.npz"
        if not path.is_file():
            return None
        with np.load(path) as stored:
            seen = json.loads(str(stored["seen"])) if "seen" in stored.files else {}
        if seen.get("looked") != _LOOKED:
            return None
        for row in seen["cases"][: wanted - start]:
            for role in ROLES:
                found[role].append(Observation.from_json(row[str(role)]))
    return found


_LOOKED = [list(NAMES), list(GATES)]


def _place(plan: CohortPlan, preprocessing: Preprocessing, folder: Path) -> Path:
    key = hashlib.sha256(json.dumps([asdict(plan), preprocessing.to_json()]).encode()).hexdigest()[:12]
    return folder / f"{plan.name}-{key}"


def _make_shard(job: tuple[Path, Sequence[tuple[int, int]], Cohort, Preprocessing, bool]) -> None:
    path, seeds, cohort, preprocessing, look = job
    voxels: dict[Role, list[NDArray[np.float16]]] = {role: [] for role in ROLES}
    truths, seen = [], []
    for seed, label in seeds:
        case = generate_case(seed, cohort, label=label)
        prepared = {role: preprocessing.apply(volume) for role, volume in case.volumes.items()}
        for role, one in prepared.items():
            voxels[role].append(one.voxels.astype(np.float16))
        truths.append(asdict(case.truth))
        if look:
            seen.append({str(role): one.to_json() for role, one in observe_case(case, prepared).items()})
    unfinished = path.with_suffix(".part.npz")
    arrays = {str(role): np.stack(found) for role, found in voxels.items()}
    if look:
        arrays["seen"] = np.array(json.dumps({"looked": _LOOKED, "cases": seen}))
    np.savez(unfinished, truths=np.array(json.dumps(truths)), **arrays)  # type: ignore[arg-type]
    unfinished.rename(path)


def _read(paths: Sequence[Path], roles: Sequence[Role]) -> Inputs:
    voxels: dict[Role, list[NDArray[np.float16]]] = {role: [] for role in roles}
    truths: list[CaseTruth] = []
    for path in paths:
        with np.load(path) as stored:
            for role in roles:
                voxels[role].append(stored[str(role)])
            for values in json.loads(str(stored["truths"])):
                truths.append(CaseTruth(**{**values, "imitators": tuple(values["imitators"])}))
    return Inputs(
        voxels={role: np.concatenate(found) for role, found in voxels.items()},
        labels=np.array([truth.label for truth in truths], dtype=np.uint8),
        truths=tuple(truths),
    )
