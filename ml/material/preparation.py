"""From a data source to network inputs: everything wrong with it is said first, then each case is cropped once and kept."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.fingerprints import arrays_fingerprint
from ml.guard.statistics import NAMES
from ml.material.observing import Observation, observe
from ml.material.problems import DataRefused, Problem
from ml.material.sources import DataSource, FoundSeries, Survey, TrainingCase, unreadable
from ml.material.split import PARTS, Split, draw_split
from ml.preprocessing import Preprocessing
from ml.quality import GATES
from ml.series.role import Role
from ml.volume import VolumeRefused


@dataclass(frozen=True, eq=False)
class Part:
    """Cases of one part in the order of their names: per role inputs (n, D, H, W) float16; labels and patients (n,).

    `seen` is by role what the guard compares later studies with, one observation a case.
    """

    names: tuple[str, ...]
    patients: tuple[str, ...]
    labels: NDArray[np.uint8]
    voxels: Mapping[Role, NDArray[np.float16]]
    seen: Mapping[Role, Sequence[Observation]]

    @property
    def sha256(self) -> str:
        """Fingerprint of labels and voxels."""
        return arrays_fingerprint(self.labels, *(self.voxels[role] for role in sorted(self.voxels)))


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set ready to train on. `left_out` are problems that were skipped on request."""

    split: Split
    parts: Mapping[str, Part]
    fat_saturated: Mapping[Role, bool | None]
    synthetic: bool
    basis: str
    left_out: tuple[Problem, ...]


@dataclass(frozen=True)
class Handling:
    """Where made inputs are kept, how many cases are made at once, and whether unusable ones are left out."""

    inputs: Path
    processes: int = 1
    skip: bool = False


def survey_all(
    source: DataSource, roles: Sequence[Role], report: Callable[[str], None]
) -> tuple[list[tuple[TrainingCase, Survey]], list[Problem]]:
    """Every case's headers, and all that is wrong with them."""
    cases = source.cases()
    report(f"{len(cases)} cases, {sum(case.label for case in cases)} with recurrence; reading headers")
    found = [(case, source.survey(case, roles)) for case in cases]
    return found, [problem for _, survey in found for problem in survey.problems]


def split_cases(surveyed: Sequence[tuple[TrainingCase, Survey]], ratio: tuple[float, float, float], seed: int) -> Split:
    """The split of all patients, whole or not, so that it is the same for every sequence; DataRefused where it leaks."""
    labels: dict[str, int] = {}
    for case, _ in surveyed:
        labels[case.patient] = max(labels.get(case.patient, 0), case.label)
    split = draw_split(labels, ratio, seed)
    check_identities(surveyed, split)
    return split


def check_identities(surveyed: Sequence[tuple[TrainingCase, Survey]], split: Split) -> None:
    """Refuse one DICOM PatientID in two parts: it would be learnt from and judged on.

    One that every case of the set has was written by a de-identifier and says nothing.
    """
    if len({survey.identity for _, survey in surveyed}) == 1:
        return
    seen: dict[str, TrainingCase] = {}
    problems = []
    for case, survey in surveyed:
        if not survey.identity:
            continue
        first = seen.setdefault(survey.identity, case)
        ours, theirs = split.part_of(case.patient), split.part_of(first.patient)
        if ours != theirs:
            words = f"has PatientID {survey.identity} like case {first.name}, and one is in {ours}, the other in {theirs}"
            remedy = "Add the column patient to the truth table, the same for both, or remove one of them."
            problems.append(Problem(case.name, None, words, remedy))
    if problems:
        raise DataRefused(problems)


def prepare(
    source: DataSource,
    roles: Sequence[Role],
    preprocessing: Preprocessing,
    split_settings: tuple[tuple[float, float, float], int] | Split,
    handling: Handling,
    report: Callable[[str], None],
) -> Prepared:
    """Survey, split, crop; DataRefused with every problem unless they are to be skipped.

    `split_settings` are ratio and seed of the split to draw, or a split as drawn earlier.
    """
    surveyed, problems = survey_all(source, roles, report)
    if problems and not handling.skip:
        raise DataRefused(problems)
    if isinstance(split_settings, Split):
        split = split_settings
        _check_members(surveyed, split)
        check_identities(surveyed, split)
    else:
        split = split_cases(surveyed, *split_settings)
    usable = [(case, survey) for case, survey in surveyed if not survey.problems]
    jobs = [
        (source, case, {role: survey.series[role] for role in roles}, preprocessing, handling.inputs)
        for case, survey in usable
    ]
    made = _make_all(jobs, handling.processes, report)
    refused = [problem for problem in made if problem is not None]
    if refused and not handling.skip:
        raise DataRefused(refused)
    kept = [job for job, problem in zip(jobs, made, strict=True) if problem is None]
    parts = {part: _read_part(part, split, kept, roles) for part in PARTS}
    _check_parts(parts)
    surveys = [survey for case, survey in usable]
    return Prepared(
        split=split,
        parts=parts,
        fat_saturated={role: _one({survey.series[role].fat_saturated for survey in surveys}) for role in roles},
        synthetic=any(survey.synthetic for survey in surveys),
        basis=", ".join(sorted({case.basis for case, _ in usable})),
        left_out=(*problems, *refused),
    )


def _check_members(surveyed: Sequence[tuple[TrainingCase, Survey]], split: Split) -> None:
    known = {patient for part in PARTS for patient in getattr(split, part)}
    strangers = sorted({case.patient for case, _ in surveyed} - known)
    if strangers:
        remedy = "Give every patient a part, or let a new split be drawn."
        raise DataRefused([Problem(patient, None, "is in no part of the given split", remedy) for patient in strangers])


_Job = tuple[DataSource, TrainingCase, Mapping[Role, FoundSeries], Preprocessing, Path]


def _make_all(jobs: Sequence[_Job], processes: int, report: Callable[[str], None]) -> list[Problem | None]:
    made: list[Problem | None] = []
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            for problem in pool.map(_make, jobs):
                made.append(problem)
                _tell(made, jobs, report)
    else:
        for job in jobs:
            made.append(_make(job))
            _tell(made, jobs, report)
    return made


def _tell(made: Sequence[object], jobs: Sequence[_Job], report: Callable[[str], None]) -> None:
    if len(made) % 100 == 0 or len(made) == len(jobs):
        report(f"network inputs: {len(made)} of {len(jobs)} cases")


def _path(job: _Job) -> Path:
    """A case's inputs: another file for another crop, when its images have changed, or when more is looked at."""
    source, case, series, preprocessing, folder = job
    files = [
        (str(role), path.name, found.st_size, found.st_mtime_ns)
        for role in sorted(series)
        for path in series[role].paths
        for found in [path.stat()]
    ]
    recognised = [str(series[role].recognised) for role in sorted(series)]
    looked = [recognised, list(NAMES), list(GATES)]
    words = json.dumps([source.description, case.name, sorted(series), files, preprocessing.to_json(), looked])
    return folder / f"{hashlib.sha256(words.encode()).hexdigest()[:24]}.npz"


def _make(job: _Job) -> Problem | None:
    source, case, series, preprocessing, folder = job
    path = _path(job)
    if path.exists():
        return None
    arrays, seen = {}, {}
    for role, found in series.items():
        try:
            read = source.read(case, role, found)
            prepared = preprocessing.apply(read.volume)
            arrays[str(role)] = prepared.voxels.astype(np.float16)
            seen[str(role)] = observe(read.volume, prepared, read.acquired).to_json()
        except VolumeRefused as error:
            return unreadable(case, error, found.paths[0].parent if found.paths else None)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.npz")
    np.savez(unfinished, seen=np.array(json.dumps(seen)), **arrays)  # type: ignore[arg-type]  # NumPy's stub takes keywords for options
    unfinished.replace(path)
    return None


def _read_part(part: str, split: Split, jobs: Sequence[_Job], roles: Sequence[Role]) -> Part:
    members = set(getattr(split, part))
    mine = sorted((job for job in jobs if job[1].patient in members), key=lambda job: job[1].name)
    voxels: dict[Role, list[NDArray[np.float16]]] = {role: [] for role in roles}
    seen: dict[Role, list[Observation]] = {role: [] for role in roles}
    for job in mine:
        with np.load(_path(job)) as stored:
            observed = json.loads(str(stored["seen"]))
            for role in roles:
                voxels[role].append(stored[str(role)])
                seen[role].append(Observation.from_json(observed[str(role)]))
    return Part(
        names=tuple(job[1].name for job in mine),
        patients=tuple(job[1].patient for job in mine),
        labels=np.array([job[1].label for job in mine], np.uint8),
        voxels={role: np.stack(found) for role, found in voxels.items() if found},
        seen=seen,
    )


def _check_parts(parts: Mapping[str, Part]) -> None:
    poor = [part for part in PARTS if set(parts[part].labels.tolist()) != {0, 1}]
    if poor:
        words = f"no cases of one kind are left in {' and '.join(poor)}"
        raise DataRefused([Problem(None, None, words, "Bring more cases, or mend those that were left out.")])


def _one(values: set[bool | None]) -> bool | None:
    """What all agree on, else None."""
    return values.pop() if len(values) == 1 else None
