"""Sets of bundles on cohorts: every set that fits a cohort reads the same cases, and all tables come from one run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.appraisal.assessment import ROLES, Prediction, assess, load_predictors, predict_case
from ml.appraisal.causes import add_causes
from ml.appraisal.folder import FolderRefused, read_cases
from ml.appraisal.heldout import HeldoutSet, predict_sets
from ml.appraisal.operating_points import OperatingPoints
from ml.appraisal.reading import Reading
from ml.appraisal.table import tabulate
from ml.bundle import Bundle
from ml.material.cohort import CohortPlan
from ml.phantom.case import COHORTS, Cohort
from ml.protocol import bundle_hashes
from ml.series.role import Role
from ml.volume import VolumeRefused

__all__ = ["PhantomMaterial", "Reading", "evaluate", "predict_material"]

SEEDS: dict[str, int] = {"internal": 9204, "external": 9214}
"""Of cohorts that nothing was trained, calibrated or proved on."""


@dataclass(frozen=True)
class PhantomMaterial:
    """`cases` synthetic cases of a cohort."""

    cohort: Cohort
    cases: int
    seed: int

    @classmethod
    def parse(cls, text: str) -> "PhantomMaterial":
        """COHORT:CASES or COHORT:CASES:SEED; ValueError says what is expected."""
        parts = text.split(":")
        known = [cohort for cohort in COHORTS if cohort == parts[0]]
        if len(parts) not in {2, 3} or not known or not all(part.isdecimal() for part in parts[1:]) or int(parts[1]) < 2:
            raise ValueError(f"{text!r} names no synthetic cohort; expected COHORT:CASES[:SEED], such as internal:400.")
        return cls(known[0], int(parts[1]), int(parts[2]) if len(parts) == 3 else SEEDS[parts[0]])

    @property
    def words(self) -> str:
        """For people."""
        return f"{self.cohort} (synthetic, seed {self.seed})"

    def fits(self, folder: Path) -> bool:
        """Whether a set was trained on images with this cohort's fat saturation (T2WI and T1WIC of the external one)."""
        saturated = {role: self.cohort == "external" and role is not Role.T1WI for role in ROLES}
        return all(Bundle.load(folder / role).fat_saturated in {None, saturated[role]} for role in ROLES)


def evaluate(
    folders: Sequence[Path],
    materials: Sequence[PhantomMaterial | Path],
    prevalences: Sequence[float],
    reading: Reading,
) -> dict[str, Any]:
    """Tables of every set on every cohort that it fits, as plain values: {"evaluations": […], "skipped": […]}.

    A folder of DICOM studies with truth.csv is read by every set. Partial results of synthetic cohorts are kept, so a
    run that was stopped goes on. BundleRefused, ProtocolRefused and FolderRefused say what is wrong.
    """
    sets = {str(folder): OperatingPoints.load(folder) for folder in folders}
    evaluations: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    for material in materials:
        fitting = [folder for folder in folders if not isinstance(material, PhantomMaterial) or material.fits(folder)]
        if isinstance(material, PhantomMaterial):
            skipped += [
                {
                    "set": sets[str(folder)].name,
                    "cohort": material.words,
                    "reason": "other fat saturation than it was trained on",
                }
                for folder in folders
                if folder not in fitting
            ]
        if not fitting:
            continue
        predictions, left_out = predict_material(fitting, material, reading)
        for folder in fitting:
            points, cases = sets[str(folder)], predictions[str(folder)]
            evaluations.append(
                {
                    "set": points.name,
                    "architecture": points.architecture,
                    "bundles": dict(points.bundles),
                    "cohort": material.words if isinstance(material, PhantomMaterial) else material.name,
                    "label": points.label,
                    "left_out": left_out,
                    **assess(cases, points.cutoffs),
                    **tabulate(cases, points, prevalences),
                }
            )
    return {"evaluations": evaluations, "skipped": skipped}


def predict_material(
    folders: Sequence[Path], material: PhantomMaterial | Path, reading: Reading
) -> tuple[dict[str, list[Prediction]], list[dict[str, str]]]:
    """What the sets in `folders` say of every case, by folder, and which cases could not be read, with the reason."""
    if isinstance(material, Path):
        return _predict_folder(folders, material)
    plan = CohortPlan("evaluation", material.cases, material.seed, material.cohort)
    wanted = {str(f): HeldoutSet(f, "-".join(sha256[:8] for sha256 in bundle_hashes(f).values())) for f in folders}
    rows = predict_sets(wanted, plan, reading.work, reading.processes, reading.report)
    predictions = {name: [Prediction.from_json(row) for row in found] for name, found in rows.items()}
    if not reading.causes:
        return predictions, []
    points = {str(folder): OperatingPoints.load(folder) for folder in folders}

    def alarming(name: str, case: Prediction) -> bool:
        return points[name].alarms(case.scores)

    return add_causes(wanted, predictions, alarming, plan, reading), []


def _predict_folder(folders: Sequence[Path], data: Path) -> tuple[dict[str, list[Prediction]], list[dict[str, str]]]:
    predictors = {str(folder): load_predictors(folder) for folder in folders}
    found: dict[str, list[Prediction]] = {name: [] for name in predictors}
    left_out: list[dict[str, str]] = []
    for case in read_cases(data, left_out):
        try:
            read = {name: predict_case(case, loaded) for name, loaded in predictors.items()}
        except VolumeRefused as refused:
            left_out.append({"case": case.name, "reason": str(refused)})
            continue
        for name, prediction in read.items():
            found[name].append(prediction)
    if not any(found.values()):
        raise FolderRefused(f"No case of {data} could be read: {left_out}.")
    return found, left_out
