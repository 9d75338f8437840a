"""The held-out proof of a set of bundles: cases made on the fly, read from `Volume`s as the worker does, assessed."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ml.appraisal.assessment import KnownCase, Prediction, Words, assess, load_cutoffs, load_predictors, predict_case
from ml.appraisal.leak import histogram_auc, histogram_features
from ml.files import write_whole
from ml.material.cohort import CohortPlan
from ml.phantom.case import ROLES, Case, Cohort, cohort_seeds, generate_case

PART = 20
"""Cases per file of partial results."""
FORMAT = 2
"""Of the rows in them: those of another one are made again."""


def known_case(case: Case) -> KnownCase:
    """A generated case as the assessment wants it."""
    truth = case.truth
    share = truth.lesion_ml / truth.head_ml if truth.label else 0.0
    words = Words(
        stage=truth.stage,
        site=truth.site,
        imitators=truth.imitators,
        synthetic=True,
        origin=case.examination.isocentre,
    )
    return KnownCase(str(truth.seed), truth.label, truth.kind, case.volumes, case.lesion, share, words)


@dataclass(frozen=True)
class HeldoutSet:
    """A folder of bundles with protocol.json, and the fingerprint under which its results are kept."""

    bundles: Path
    fingerprint: str


def assess_heldout(
    bundles: Path, plan: CohortPlan, work: Path, fingerprint: str, processes: int, report: Callable[[str], None]
) -> dict[str, Any]:
    """Assess `bundles` on the plan's cases; partial results lie in `work` under the bundles' `fingerprint`."""
    return assess_sets({"": HeldoutSet(bundles, fingerprint)}, plan, work, processes, report)[""]


def assess_sets(
    sets: Mapping[str, HeldoutSet], plan: CohortPlan, work: Path, processes: int, report: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    """Assess several sets on the same cases, each of which is generated once; by the sets' names."""
    rows = predict_sets(sets, plan, work, processes, report)
    return {name: summarise(found, load_cutoffs(sets[name].bundles)) for name, found in rows.items()}


def place_of(one: HeldoutSet, plan: CohortPlan, work: Path) -> Path:
    """Where the partial results of a set on a cohort lie."""
    return work / f"{plan.seed}-{plan.cases}-{plan.cohort}-{plan.code[:8]}-{one.fingerprint}-{FORMAT}"


def predict_sets(
    sets: Mapping[str, HeldoutSet], plan: CohortPlan, work: Path, processes: int, report: Callable[[str], None]
) -> dict[str, list[dict[str, Any]]]:
    """What several sets say of the same cases, as rows for `Prediction.from_json`; partial results lie in `work`."""
    places = {name: place_of(s, plan, work) for name, s in sets.items()}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    seeds = list(cohort_seeds(plan.cases, plan.seed))
    starts = range(0, len(seeds), PART)
    jobs = []
    for start in starts:
        wanted = [(places[name] / f"{start:05d}.json", s.bundles) for name, s in sets.items()]
        missing = [(path, bundles) for path, bundles in wanted if not path.exists()]
        if missing:
            jobs.append((missing, seeds[start : start + PART], plan.cohort))
    if processes > 1:
        with ProcessPoolExecutor(processes, mp_context=torch.multiprocessing.get_context("spawn")) as pool:
            for done, _ in enumerate(pool.map(_assess_part, jobs), start=1):
                report(f"held-out cohort: {done} of {len(jobs)} parts")
    else:
        for job in jobs:
            _assess_part(job)
    return {
        name: [row for start in starts for row in json.loads((place / f"{start:05d}.json").read_text(encoding="utf-8"))]
        for name, place in places.items()
    }


def summarise(rows: Sequence[dict[str, Any]], cutoffs: Any) -> dict[str, Any]:
    """The assessment plus what brightness alone tells, from rows as `_assess_part` writes them."""
    result = assess((Prediction.from_json(row) for row in rows), cutoffs)
    labels = [row["label"] for row in rows]
    features = {str(r): [np.array(row["features"][str(r)]) for row in rows] for r in ROLES}
    leak = {name: histogram_auc(values, labels).value for name, values in features.items()}
    together = [np.concatenate(parts) for parts in zip(*features.values(), strict=True)]
    result["histogram_auc"] = {**leak, "all": histogram_auc(together, labels).value}
    return result


def _assess_part(job: tuple[Sequence[tuple[Path, Path]], Sequence[tuple[int, int]], Cohort]) -> None:
    targets, seeds, cohort = job
    torch.set_num_threads(1)
    predictors = [load_predictors(bundles) for _, bundles in targets]
    rows: list[list[dict[str, Any]]] = [[] for _ in targets]
    for seed, label in seeds:
        case = generate_case(seed, cohort, label=label)
        features = {str(role): histogram_features(volume.voxels).tolist() for role, volume in case.volumes.items()}
        for found, loaded in zip(rows, predictors, strict=True):
            found.append({**asdict(predict_case(known_case(case), loaded)), "features": features})
    for found, (path, _) in zip(rows, targets, strict=True):
        write_whole(path, json.dumps(found))
