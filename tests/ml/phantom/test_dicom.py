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
from highdicom.seg import segread

from ml.__main__ import main
from ml.phantom.case import ROLES, Case, generate_case
from ml.phantom.defects import Defect
from ml.phantom.dicom import TRUTH_FILE, read_mask, vendor_of, write_study
from ml.phantom.segmentation import write_segmentation
from ml.phantom.vendors import VENDORS, Vendor
from ml.phantom.words import SYNTHETIC_COMMENT, is_synthetic
from ml.series import Role, read_facts, recognise
from ml.volume import load_series
from tests.ml.conftest import make_coarse
from tests.shared import not_here

MATRIX = 64
"""Coarser than any scanner's, for speed."""


@pytest.fixture(scope="module")
def case() -> Case:
    """A recurrence of the external cohort: two of its series are fat-saturated."""
    return generate_case(7, "external", label=1, matrix=MATRIX)


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


def test_command_writes_cases_truth_and_masks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_coarse(monkeypatch, 128, thick=False)
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


def test_a_segmentation_holds_the_mask_and_points_at_its_source(case: Case, tmp_path: Path) -> None:
    """Read back by highdicom in the source's geometry it is the mask; binary, valid, marked synthetic, the same twice."""
    assert case.lesion is not None
    source = write_study(case, tmp_path / "study", roles=[Role.T2WI])
    path = write_segmentation(case, source, tmp_path / "one.dcm")
    _assert_valid(path)
    read = segread(path)
    assert read.SegmentationType == "BINARY"
    assert is_synthetic(str(read.PatientName), read.ImageComments)
    segment = read.get_segment_description(1)
    assert (segment.algorithm_type.value, "Synthetic" in segment.segment_label) == ("AUTOMATIC", True)
    uids = [d.SOPInstanceUID for d in load_series(source).datasets]
    pixels = read.get_pixels_by_source_instance(source_sop_instance_uids=uids, ignore_spatial_locations=True,
                                                assert_missing_frames_are_empty=True, combine_segments=True)  # fmt: skip
    assert np.array_equal(pixels > 0, case.lesion.voxels > 0.5)
    again = write_segmentation(case, source, tmp_path / "two.dcm")
    assert again.read_bytes() == path.read_bytes()


def test_a_segmentation_of_nothing_is_refused(tmp_path: Path) -> None:
    negative = generate_case(7, label=0, matrix=MATRIX, roles=[Role.T2WI])
    with pytest.raises(ValueError, match="no local recurrence"):
        write_segmentation(negative, write_study(negative, tmp_path / "study"), tmp_path / "seg.dcm")


@pytest.fixture(scope="module")
def sagittal() -> Case:
    """A sagittal 3D T1 and an axial T2WI."""
    return generate_case(12, label=0, matrix=MATRIX, roles=[Role.T2WI], sagittal="instead")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda v: v.manufacturer)
def test_a_sagittal_series_is_valid_and_taken_for_a_t1(sagittal: Case, vendor: Vendor, tmp_path: Path) -> None:
    paths = write_study(sagittal, tmp_path, vendor=vendor)
    folders = sorted({path.parent for path in paths})
    assert [folder.name for folder in folders] == ["002", "003"]
    series = [[pydicom.dcmread(path) for path in sorted(folder.iterdir())] for folder in folders]
    found = recognise([read_facts(instances) for instances in series])
    assert [(r.role, r.plane) for r in found] == [(Role.T1WI, "sagittal"), (Role.T2WI, "axial")]
    _assert_valid(paths[0])
    read = load_series([path for path in paths if path.parent == folders[0]]).volume
    made = sagittal.volumes[Role.T1WI]
    assert np.allclose(read.affine, made.affine, atol=1e-3)
    assert np.abs(read.voxels - made.voxels).max() <= 0.5


def test_slices_left_out_are_missing_from_the_written_study(tmp_path: Path) -> None:
    case = generate_case(50, label=1, matrix=MATRIX, roles=[Role.T2WI], defect=Defect.GAP)
    paths = write_study(case, tmp_path)
    assert len(paths) == case.examination.slices - len(case.left_out)
    heights = sorted(float(pydicom.dcmread(p, stop_before_pixels=True).SliceLocation) for p in paths)
    assert np.diff(heights).max() > 1.9 * np.median(np.diff(heights))


def test_command_writes_segmentations_sagittal_series_and_defects(coarse: None, tmp_path: Path) -> None:
    asked = ["phantom", "--cases", "2", "--seed", "1", "--out", str(tmp_path), "--roles", "T2WI", "--seg",
             "--sagittal", "beside", "--sagittal-share", "0", "--defect", "motion"]  # fmt: skip
    assert main(asked) == 0
    rows = list(csv.DictReader((tmp_path / TRUTH_FILE).read_text(encoding="utf-8").splitlines()))
    assert {row["defect"] for row in rows} == {"motion"}
    for row in rows:
        assert (tmp_path / "segmentations" / f"{row['case']}.dcm").exists() == (row["label"] == "1")
        assert [f.name for f in (tmp_path / row["case"]).iterdir()] == ["003"], "a share of 0 has no sagittal series"
        assert row["growth"] in ({"submucosal", "mucosal"} if row["label"] == "1" else {""})


def test_command_refuses_a_share_above_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["phantom", "--cases", "1", "--seed", "1", "--out", str(tmp_path), "--sagittal-share", "2"]
    assert main(asked) == 2
    assert "0 to 1" in capsys.readouterr().err
