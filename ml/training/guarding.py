"""What a bundle keeps for its guard and quality gates, found on the cohorts that its network was trained and calibrated on.

`ml.material.observing` looks at one series; `set_safeguards` turns a training and a calibration cohort's observations into
the two entries of each manifest. `cohort_safeguards` does both for synthetic cohorts.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf

from ml.guard import Guard, HeaderRange
from ml.guard.guard import Discriminant
from ml.guard.statistics import NAMES, Thumb, correlation
from ml.material.cohort import OBSERVED, CohortPlan, kept_observations
from ml.material.observing import Observation, observe_case
from ml.phantom.case import Cohort, cohort_seeds, generate_case
from ml.preprocessing import Preprocessing
from ml.quality import GATES, QualityGates
from ml.series.role import Role

RATE = 0.01
"""Share of series like the training set's on which the guard may alarm falsely."""
GATE_RATE = 0.005
"""The same for each calibrated quality gate."""
FEWEST = 20
"""Cases below which no training range is worth its name."""
PART = 25
"""Cases per file of observations."""
_LIKENESS = NAMES.index("likeness")


@dataclass(frozen=True)
class Safeguards:
    """What `Manifest(guard=…, quality=…)` takes."""

    guard: Mapping[str, Any]
    quality: Mapping[str, Any]


def set_safeguards(
    training: Mapping[Role, Sequence[Observation]], calibration: Mapping[Role, Sequence[Observation]], rate: float = RATE
) -> dict[Role, Safeguards]:
    """Guard and gates of every role of a set, from series its networks were trained on and others that they were not.

    ValueError with fewer than 20 series of a role in either: no range could be told from so few.
    """
    for role in training:
        if min(len(training[role]), len(calibration[role])) < FEWEST:
            raise ValueError(
                f"{role} has {len(training[role])} training and {len(calibration[role])} calibration series; a guard needs "
                f"at least {FEWEST} of each."
            )
    return {
        role: Safeguards(
            fit_guard(role, training, calibration[role], rate).to_json(), fit_gates(calibration[role]).to_json()
        )
        for role in training
    }


def fit_guard(
    role: Role, training: Mapping[Role, Sequence[Observation]], calibration: Sequence[Observation], rate: float = RATE
) -> Guard:
    """Mean, ranges, covariance and discriminants from the training series; limits from the role's others.

    Half of `rate` goes to the farthest single statistic, half to the distance. A discriminant's limit lies midway between
    the sequences, or at the second highest of the role's own calibration series: two in n + 1 may pass that. (The very
    highest may be a stray: a crop laid beside the nasopharynx.)
    """
    own = training[role]
    average = np.stack([one.small for one in own]).mean(axis=0, dtype=np.float64).astype(np.float32)
    values, further = _values(own, average), _values(calibration, average)
    mean = values.mean(axis=0)
    scale = np.maximum(values.std(axis=0), 1e-6 + 1e-3 * np.abs(mean))
    covariance, _ = ledoit_wolf((values - mean) / scale, assume_centered=True)
    low, high = np.percentile(values, (0.5, 99.5), axis=0)
    others = {
        str(other): _discriminant(*(((v - mean) / scale) for v in (values, _values(series, average), further)))
        for other, series in training.items()
        if other is not role
    }
    most = (2 + 2 * len(others)) / (len(calibration) + 1)
    guard = Guard(
        average=average,
        mean=mean,
        scale=scale,
        low=low,
        high=high,
        precision=np.linalg.inv(covariance),
        farthest=0.0,
        distance=1.0,
        headers=HeaderRange.of([one.one for one in (*own, *calibration)]),
        rate=max(rate, round(most, 4)),
        trained=len(own),
        calibrated=len(calibration),
        others=others,
    )
    return replace(
        guard,
        farthest=upper_limit(guard.excess(further).max(axis=1), rate / 2),
        distance=upper_limit(guard.distances(further), rate / 2),
    )


def _discriminant(own: NDArray[np.float64], other: NDArray[np.float64], further: NDArray[np.float64]) -> Discriminant:
    """Fisher's direction from `own` to `other`, all standardised (n, p), with a shrunk covariance within the sequences."""
    within = np.vstack([own - own.mean(axis=0), other - other.mean(axis=0)])
    covariance, _ = ledoit_wolf(within, assume_centered=True)
    weights = np.linalg.solve(covariance, other.mean(axis=0) - own.mean(axis=0))
    midway = float((own.mean(axis=0) + other.mean(axis=0)) @ weights) / 2
    return Discriminant(weights, max(midway, float(np.sort(further @ weights)[-2])))


def fit_gates(calibration: Sequence[Observation], rate: float = GATE_RATE) -> QualityGates:
    """The calibrated gates' limits: what all but `rate` of sound series keep, and never stricter than the default."""
    limits = {}
    for name, gate in GATES.items():
        values = np.array([v for v in (one.measures[name] for one in calibration) if v is not None])
        limits[name] = gate.default
        if not gate.fixed and values.size:
            sign = -1.0 if gate.least else 1.0
            found = sign * upper_limit(sign * values, rate)
            limits[name] = float(f"{(min if gate.least else max)(found, gate.default):.6g}")
    return QualityGates(limits, len(calibration), max(rate, round(1 / (len(calibration) + 1), 4)))


def upper_limit(scores: NDArray[np.float64], rate: float) -> float:
    """The split-conformal limit: of n scores the one of rank ceil((n + 1)(1 - rate)), the highest where n is too small."""
    ordered = np.sort(scores)
    rank = int(np.ceil((len(ordered) + 1) * (1 - rate)))
    return float(ordered[min(rank, len(ordered)) - 1])


def _values(observations: Sequence[Observation], average: Thumb) -> NDArray[np.float64]:
    values = np.stack([one.values for one in observations])
    values[:, _LIKENESS] = [correlation(one.small, average) for one in observations]
    return values


def kept_safeguards(
    training: CohortPlan, calibration: CohortPlan, preprocessing: Preprocessing, inputs: Path, most: int = OBSERVED
) -> dict[Role, Safeguards] | None:
    """As `cohort_safeguards`, from what `make_inputs` kept under `inputs`; None where it kept nothing of a cohort."""
    own, further = (kept_observations(plan, preprocessing, inputs, most) for plan in (training, calibration))
    return set_safeguards(own, further) if own and further else None


def cohort_safeguards(
    training: CohortPlan,
    calibration: CohortPlan,
    preprocessing: Preprocessing,
    folder: Path,
    processes: int = 1,
    most: int = OBSERVED,
    matrix: int | None = None,
) -> dict[Role, Safeguards]:
    """Safeguards of every role of a synthetic cohort, on at most `most` cases of each plan, made for it (a second a case).

    Observations lie under `folder`, part by part, and are not made again. `matrix` overrides the phantom's own (quicker).
    """
    own, further = (
        make_observations(plan, preprocessing, folder, processes, most, matrix) for plan in (training, calibration)
    )
    return set_safeguards(own, further)


def make_observations(
    plan: CohortPlan,
    preprocessing: Preprocessing,
    folder: Path,
    processes: int = 1,
    most: int = OBSERVED,
    matrix: int | None = None,
) -> dict[Role, list[Observation]]:
    """What there is to see of a plan's first cases, by role; parts that are there already are read."""
    settings = [asdict(plan), preprocessing.to_json(), list(NAMES), list(GATES), matrix]
    key = hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:12]
    place = folder / f"seen-{plan.name}-{key}"
    place.mkdir(parents=True, exist_ok=True)
    seeds = list(cohort_seeds(plan.cases, plan.seed))[:most]
    jobs = [
        (place / f"{start:05d}-{len(part)}.json", part, plan.cohort, preprocessing, matrix)
        for start in range(0, len(seeds), PART)
        for part in [seeds[start : start + PART]]
    ]
    missing = [job for job in jobs if not job[0].exists()]
    if processes > 1:
        with ProcessPoolExecutor(processes, mp_context=torch.multiprocessing.get_context("spawn")) as pool:
            list(pool.map(_observe_part, missing))
    else:
        for job in missing:
            _observe_part(job)
    found: dict[Role, list[Observation]] = {}
    for path, *_ in jobs:
        for row in json.loads(path.read_text(encoding="utf-8")):
            for role, values in row.items():
                found.setdefault(Role(role), []).append(Observation.from_json(values))
    return found


def _observe_part(job: tuple[Path, Sequence[tuple[int, int]], Cohort, Preprocessing, int | None]) -> None:
    path, seeds, cohort, preprocessing, matrix = job
    torch.set_num_threads(1)
    rows = []
    for seed, label in seeds:
        case = generate_case(seed, cohort, label=label, matrix=matrix)
        seen = observe_case(case, {role: preprocessing.apply(volume) for role, volume in case.volumes.items()})
        rows.append({str(role): one.to_json() for role, one in seen.items()})
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(rows), encoding="utf-8")
    unfinished.replace(path)
