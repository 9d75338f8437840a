"""The held-out proof of a set of bundles: cases made on the fly, read from `Volume`s as the worker does, assessed."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ml.phantom.case import ROLES, Case, Cohort, cohort_seeds, generate_case
from ml.series.role import Role
from ml.training.assessment import KnownCase, Prediction, assess, load_cutoffs, load_predictors, predict_case
from ml.training.cohort import CohortPlan
from ml.training.leak import histogram_auc, histogram_features

PART = 20
"""Cases per file of partial results."""


def known_case(case: Case) -> KnownCase:
    """A generated case as the assessment wants it."""
    truth = case.truth
    share = truth.lesion_ml / truth.head_ml if truth.label else 0.0
    return KnownCase(str(truth.seed), truth.label, truth.kind, case.volumes, case.lesion, share)


def assess_heldout(
    bundles: Path, plan: CohortPlan, work: Path, fingerprint: str, processes: int, report: Callable[[str], None]
) -> dict[str, Any]:
    """Assess `bundles` on the plan's cases; partial results lie in `work` under the bundles' `fingerprint`."""
    place = work / f"{plan.seed}-{plan.cases}-{fingerprint}"
    place.mkdir(parents=True, exist_ok=True)
    seeds = list(cohort_seeds(plan.cases, plan.seed))
    jobs = [(place / f"{i:05d}.json", bundles, seeds[i : i + PART], plan.cohort) for i in range(0, len(seeds), PART)]
    missing = [job for job in jobs if not job[0].exists()]
    if processes > 1:
        with ProcessPoolExecutor(processes, mp_context=torch.multiprocessing.get_context("spawn")) as pool:
            for done, _ in enumerate(pool.map(_assess_part, missing), start=1):
                report(f"held-out cohort: {done} of {len(missing)} parts")
    else:
        for job in missing:
            _assess_part(job)
    rows = [row for job in jobs for row in json.loads(job[0].read_text(encoding="utf-8"))]
    return summarise(rows, load_cutoffs(bundles))


def summarise(rows: Sequence[dict[str, Any]], cutoffs: Any) -> dict[str, Any]:
    """The assessment plus what brightness alone tells, from rows as `_assess_part` writes them."""
    result = assess((_prediction(row) for row in rows), cutoffs)
    labels = [row["label"] for row in rows]
    features = {str(r): [np.array(row["features"][str(r)]) for row in rows] for r in ROLES}
    leak = {name: histogram_auc(values, labels).value for name, values in features.items()}
    together = [np.concatenate(parts) for parts in zip(*features.values(), strict=True)]
    result["histogram_auc"] = {**leak, "all": histogram_auc(together, labels).value}
    return result


def _assess_part(job: tuple[Path, Path, Sequence[tuple[int, int]], Cohort]) -> None:
    path, bundles, seeds, cohort = job
    torch.set_num_threads(1)
    predictors = load_predictors(bundles)
    rows = []
    for seed, label in seeds:
        case = generate_case(seed, cohort, label=label)
        row = asdict(predict_case(known_case(case), predictors))
        row["features"] = {str(role): histogram_features(volume.voxels).tolist() for role, volume in case.volumes.items()}
        rows.append(row)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(rows), encoding="utf-8")
    unfinished.rename(path)


def _prediction(row: dict[str, Any]) -> Prediction:
    values = {name: row[name] for name in ("name", "label", "kind", "lesion_share")}
    scores = {Role(role): score for role, score in row["scores"].items()}
    return Prediction(**values, scores=scores, distances={Role(role): d for role, d in row["distances"].items()})
