"""New cutoffs for networks that stay as they are, on a hospital's own cases or synthetic ones."""

import shutil
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from ml.appraisal.assessment import ROLES, Prediction
from ml.appraisal.evaluation import PhantomMaterial, Reading, predict_material
from ml.appraisal.folder import read_truth
from ml.bundle import Bundle
from ml.protocol import write_protocol
from ml.tactic_calibration import TARGET, TacticCalibration
from ml.tactic_cases import Resampling
from ml.training.calibration import calibrate_predictions


def calibrate_set(
    bundles: Path,
    material: PhantomMaterial | Path,
    out: Path,
    *,
    name: str,
    target: float | str | Fraction = TARGET,
    resampling: Resampling | None = None,
    reading: Reading,
) -> tuple[TacticCalibration, list[dict[str, str]]]:
    """Find cutoffs of existing bundles on `material` and write the same bundles with a new protocol.json to `out`.

    Returns the calibration and which cases were left out, with reasons. BundleRefused, FolderRefused, FileExistsError and
    ValueError say what is wrong; `out` then is not made.
    """
    if out.exists():
        raise FileExistsError(f"{out} is there already; a calibrated set goes into a new folder.")
    found = {str(role): Bundle.load(bundles / role) for role in ROLES}
    hashes = {role: bundle.sha256 for role, bundle in found.items()}
    predictions, left_out = predict_material([bundles], material, reading)
    cases = predictions[str(bundles)]
    calibration, lone = calibrate_predictions(
        cases,
        patients=_patients(material, cases) if isinstance(material, Path) else None,
        target=target,
        resampling=resampling,
        fingerprints={f"bundle {role}": sha256 for role, sha256 in hashes.items()},
    )
    left_out += [{"case": case, "reason": "T1WI or T2WI is missing"} for case in lone]
    unfinished = out.with_name(f"{out.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    for role, bundle in found.items():
        shutil.copytree(bundle.folder, unfinished / role)
    facts = found["T1WI"].facts
    synthetic = not isinstance(material, Path) or any(bundle.synthetic for bundle in found.values())
    write_protocol(unfinished, calibration, name=name, label=facts.label, synthetic=synthetic, notes={"left_out": left_out})
    unfinished.rename(out)
    return calibration, left_out


def _patients(data: Path, cases: Sequence[Prediction]) -> list[str]:
    """Whose each case is, by truth.csv's column patient (or patient_id); without it every case is a patient of its own."""
    known = {row["case"]: row.get("patient") or row.get("patient_id") or row["case"] for row in read_truth(data)}
    return [known[case.name] for case in cases]
