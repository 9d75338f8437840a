"""Cohorts of network inputs made from the phantom, kept on disk in shards: an interrupted run goes on where it stopped."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.phantom.case import ROLES, Case, CaseTruth, Cohort, cohort_seeds, generate_case
from ml.preprocessing import Preprocessing
from ml.series.role import Role
from ml.training.code import phantom_fingerprint

SHARD = 50
"""Cases per file."""


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
    key = hashlib.sha256(json.dumps([asdict(plan), preprocessing.to_json()]).encode()).hexdigest()[:12]
    place = folder / f"{plan.name}-{key}"
    place.mkdir(parents=True, exist_ok=True)
    shards = [(place / f"{start:05d}.npz", seeds[start : start + SHARD]) for start in range(0, plan.cases, SHARD)]
    missing = [(path, part, plan.cohort, preprocessing) for path, part in shards if not path.exists()]
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            list(pool.map(_make_shard, missing))
    else:
        for job in missing:
            _make_shard(job)
    return _read([path for path, _ in shards], roles)


def case_inputs(case: Case, preprocessing: Preprocessing) -> dict[Role, NDArray[np.float16]]:
    """Every series of a case as a network sees it, (D, H, W)."""
    return {role: preprocessing.apply(volume).voxels.astype(np.float16) for role, volume in case.volumes.items()}


def _make_shard(job: tuple[Path, Sequence[tuple[int, int]], Cohort, Preprocessing]) -> None:
    path, seeds, cohort, preprocessing = job
    voxels: dict[Role, list[NDArray[np.float16]]] = {role: [] for role in ROLES}
    truths = []
    for seed, label in seeds:
        case = generate_case(seed, cohort, label=label)
        for role, array in case_inputs(case, preprocessing).items():
            voxels[role].append(array)
        truths.append(asdict(case.truth))
    unfinished = path.with_suffix(".part.npz")
    arrays = {str(role): np.stack(found) for role, found in voxels.items()}
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
