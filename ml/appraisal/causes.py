"""What false alarms hang on: each is read again without each of its imitators in turn (`ml.appraisal.without`).

Only scores are kept, beside the partial results of the held-out cohort, a file for each case and set; so a run that was
stopped goes on, and a case that several sets or models called is made once for all of them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import torch

from ml.appraisal.assessment import Prediction, load_predictors
from ml.appraisal.heldout import HeldoutSet, place_of
from ml.appraisal.reading import Reading
from ml.appraisal.without import generate_without
from ml.files import write_whole
from ml.material.cohort import CohortPlan
from ml.phantom.case import Cohort
from ml.prediction import Predictor
from ml.series.role import Role

Without = dict[str, dict[Role, float]]
"""Scores by sequence, by the imitator that was left out."""


def add_causes(
    sets: Mapping[str, HeldoutSet],
    predictions: Mapping[str, Sequence[Prediction]],
    alarming: Callable[[str, Prediction], bool],
    plan: CohortPlan,
    reading: Reading,
) -> dict[str, list[Prediction]]:
    """The same predictions; those of negative cases that are `alarming` (by set and prediction) carry `without`."""
    files: dict[tuple[str, str], Path] = {}
    jobs: dict[str, list[tuple[Path, Path]]] = {}
    for name, cases in predictions.items():
        for case in cases:
            if case.label or not case.words.imitators or not alarming(name, case):
                continue
            path = place_of(sets[name], plan, reading.work) / "without" / f"{case.name}.json"
            files[name, case.name] = path
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                jobs.setdefault(case.name, []).append((path, sets[name].bundles))
    imitators = {case.name: case.words.imitators for cases in predictions.values() for case in cases}
    work_list = [(int(seed), plan.cohort, imitators[seed], targets) for seed, targets in jobs.items()]
    _read_all(work_list, reading)
    return {
        name: [
            replace(case, without=_read(files[name, case.name])) if (name, case.name) in files else case for case in cases
        ]
        for name, cases in predictions.items()
    }


_Job = tuple[int, Cohort, tuple[str, ...], list[tuple[Path, Path]]]
_loaded: dict[Path, dict[Role, Predictor]] = {}
"""In each process, the predictors of the sets it has read with."""


def _read_all(jobs: Sequence[_Job], reading: Reading) -> None:
    if reading.processes > 1 and len(jobs) > 1:
        with ProcessPoolExecutor(reading.processes, mp_context=torch.multiprocessing.get_context("spawn")) as pool:
            for done, _ in enumerate(pool.map(_read_without, jobs), start=1):
                reading.report(f"what false alarms hang on: {done} of {len(jobs)} cases")
        return
    for done, job in enumerate(jobs, start=1):
        _read_without(job)
        reading.report(f"what false alarms hang on: {done} of {len(jobs)} cases")


def _read_without(job: _Job) -> None:
    seed, cohort, imitators, targets = job
    torch.set_num_threads(1)
    found: list[dict[str, dict[str, float]]] = [{} for _ in targets]
    for imitator in imitators:
        case = generate_without(seed, cohort, 0, imitator)
        for rows, (_, bundles) in zip(found, targets, strict=True):
            if bundles not in _loaded:
                _loaded[bundles] = load_predictors(bundles)
            read = {role: _loaded[bundles][role].predict(volume).score for role, volume in case.volumes.items()}
            rows[imitator] = {str(role): score for role, score in read.items()}
    for rows, (path, _) in zip(found, targets, strict=True):
        write_whole(path, json.dumps(rows))


def _read(path: Path) -> Without:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {imitator: {Role(role): score for role, score in scores.items()} for imitator, scores in rows.items()}
