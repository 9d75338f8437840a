"""Phantom studies as DICOM: valid, of four manufacturers, recognised, and saying in every instance what they are."""

import csv
import hashlib
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from ml.__main__ import main
from ml.phantom.case import ROLES, Case, generate_case
from ml.phantom.dicom import TRUTH_FILE, read_mask, vendor_of, write_study
from ml.phantom.vendors import VENDORS, Vendor
from ml.phantom.words import SYNTHETIC_COMMENT, is_synthetic
from ml.series import Role, read_facts, recognise
from ml.volume import load_series
from tests.shared import not_here


@pytest.fixture(scope="module")
def case() -> Case:
    """A recurrence of the external cohort: two of its series are fat-saturated."""
    return generate_case(7, "external", label=1, matrix=128)


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda v: v.manufacturer)
def test_a_study_is_valid_marked_and_recognised(case: Case, vendor: Vendor, tmp_path: Path) -> None:
    paths = write_study(case, tmp_path, vendor=vendor)
    assert len(paths) == 3 * case.examination.slices
    series: dict[Path, list[pydicom.Dataset]] = {}
    for path in paths:
        instance = pydicom.dcmread(path)
        assert is_synthetic(str(instance.PatientName), instance.ImageComments)
        assert instance.ImageComments == SYNTHETIC_COMMENT
        series.setdefault(path.parent, []).append(instance)
    found = recognise([read_facts(instances) for instances in series.values()])
    assert [r.role for r in found] == list(ROLES)
    assert [r.plane for r in found] == ["axial"] * 3
    assert [r.fat_saturated for r in found][1:] == [True, True]
    for instances in (paths[0], paths[-1]):
        _assert_valid(instances)


def _assert_valid(path: Path) -> None:
    program = shutil.which("dciodvfy")
    if program is None:
        not_here("dciodvfy is not installed: apt-get install dicom3tools")
    said = subprocess.run([program, str(path)], capture_output=True, text=True, check=False)
    errors = [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")]
    assert not errors


def test_written_and_read_back_the_volume_is_the_same(case: Case, tmp_path: Path) -> None:
    paths = write_study(case, tmp_path, roles=[Role.T2WI])
    read = load_series(paths).volume
    made = case.volumes[Role.T2WI]
    assert np.allclose(read.affine, made.affine, atol=1e-4)
    assert np.abs(read.voxels - made.voxels).max() <= 0.5
    assert read.frame_of_reference_uid == made.frame_of_reference_uid


def test_writing_twice_gives_the_same_bytes(case: Case, tmp_path: Path) -> None:
    digests = [
        [hashlib.sha256(path.read_bytes()).hexdigest() for path in write_study(case, tmp_path / name, roles=[Role.T1WI])]
        for name in ("one", "two")
    ]
    assert digests[0] == digests[1]


def test_contrast_comes_last(case: Case, tmp_path: Path) -> None:
    paths = write_study(case, tmp_path)
    times = {int(d.SeriesNumber): d.AcquisitionTime for d in (pydicom.dcmread(p, stop_before_pixels=True) for p in paths)}
    assert list(times.values()) == sorted(times.values())
    last = pydicom.dcmread(paths[-1], stop_before_pixels=True)
    assert last.ContrastBolusAgent
    assert "ContrastBolusAgent" not in pydicom.dcmread(paths[0], stop_before_pixels=True)


def test_command_writes_cases_truth_and_masks(tmp_path: Path) -> None:
    assert main(["phantom", "--cases", "3", "--seed", "1", "--out", str(tmp_path), "--roles", "T1WI,T2WI"]) == 0
    rows = list(csv.DictReader((tmp_path / TRUTH_FILE).read_text(encoding="utf-8").splitlines()))
    assert [row["case"] for row in rows] == ["001", "002", "003"]
    for row in rows:
        assert len(list((tmp_path / row["case"]).iterdir())) == 2, "two series, no contrast"
        first = pydicom.dcmread(next((tmp_path / row["case"]).rglob("*.dcm")), stop_before_pixels=True)
        assert (first.StudyInstanceUID, first.PatientID) == (row["study_instance_uid"], row["patient_id"])
        mask = tmp_path / "masks" / f"{row['case']}.npz"
        assert mask.exists() == (row["label"] == "1")
        if mask.exists():
            lesion = read_mask(mask, "1.2.3")
            volume = lesion.voxels.sum() * np.prod(lesion.spacing) / 1000
            assert volume == pytest.approx(float(row["lesion_ml"]), rel=0.3, abs=0.5), "thick slices round small lesions up"


def test_command_refuses_what_it_cannot_make(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phantom", "--cases", "1", "--seed", "1", "--out", str(tmp_path), "--roles", "FLAIR"]) == 2
    assert "T1WI,T2WI,T1WIC" in capsys.readouterr().err


def test_seeds_meet_every_manufacturer(case: Case) -> None:
    drawn = {vendor_of(replace(case.truth, seed=seed)).manufacturer for seed in range(12)}
    assert drawn == {vendor.manufacturer for vendor in VENDORS}
