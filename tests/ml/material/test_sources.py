"""Data sets: the public layout and DICOM folders are read, and what is wrong is said with patient, file and remedy."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest

from ml.material.dicom_source import DicomSource
from ml.material.npc_source import NpcSource, write_patient
from ml.material.phantom_source import PhantomSource
from ml.material.preparation import Handling, Prepared, prepare, split_cases, survey_all
from ml.material.problems import DataRefused
from ml.material.sources import DataSource
from ml.material.split import INTERNAL, PARTS, Split
from ml.phantom.case import ROLES, generate_case
from ml.preprocessing import Preprocessing
from ml.series import Role
from tests.ml.conftest import CASES, MATRIX

SMALL = Preprocessing(shape=(8, 24, 24), spacing=(10.0, 4.6, 4.6))


@pytest.fixture
def npc(made: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return shutil.copytree(made / "npc", tmp_path / "npc")


@pytest.fixture
def dicom(made: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return shutil.copytree(made / "dicom", tmp_path / "dicom")


def ready(source: DataSource, inputs: Path, *, skip: bool = False) -> Prepared:
    """Prepared for all three networks."""
    return prepare(source, ROLES, SMALL, (INTERNAL, 1), Handling(inputs, skip=skip), lambda _: None)


def drawn(source: DataSource) -> Split:
    """The split alone, which headers tell."""
    return split_cases(survey_all(source, ROLES, lambda _: None)[0], INTERNAL, 1)


def test_both_layouts_and_the_phantom_give_the_same_parts_and_inputs(coarse: None, made: Path, tmp_path: Path) -> None:
    public = ready(NpcSource(made / "npc"), tmp_path / "inputs")
    studies = ready(DicomSource(made / "dicom"), tmp_path / "inputs")
    assert (public.basis, studies.basis) == ("mask", "truth.csv")
    assert public.synthetic
    assert studies.synthetic
    for part in PARTS:
        assert set(public.parts[part].labels.tolist()) == {0, 1}
        assert public.parts[part].voxels[Role.T1WIC].shape == (2, 8, 24, 24)
    by_case = {
        name: public.parts[part].voxels[Role.T2WI][row]
        for part in PARTS
        for row, name in enumerate(public.parts[part].names)
    }
    for part in PARTS:
        for row, name in enumerate(studies.parts[part].names):
            np.testing.assert_array_equal(studies.parts[part].voxels[Role.T2WI][row], by_case[name])
    assert studies.parts["test"].patients[0].startswith("patient ")
    assert public.fat_saturated == studies.fat_saturated == dict.fromkeys(ROLES, False)
    synthetic = ready(PhantomSource.parse("external:7:8989"), tmp_path / "inputs")
    assert synthetic.synthetic
    assert synthetic.fat_saturated == {Role.T1WI: False, Role.T2WI: True, Role.T1WIC: True}


def test_the_public_archive_may_be_left_as_it_unpacks(made: Path, tmp_path: Path) -> None:
    """data/MRI-Segments/NNN, with what a Mac leaves beside the images."""
    shutil.copytree(made / "npc", tmp_path / "data" / "MRI-Segments")
    for place in (tmp_path / "data" / "MRI-Segments").glob("*/T1WI"):
        (place / "._0001.dcm").write_bytes(b"\0\5\x16\7 no image")
        (place.parent / ".DS_Store").write_bytes(b"\0")
    expected = NpcSource(made / "npc")
    for folder in (tmp_path, tmp_path / "data", tmp_path / "data" / "MRI-Segments"):
        found = NpcSource(folder)
        assert found.cases() == expected.cases()
        assert all(not found.survey(case, ROLES).problems for case in found.cases())


def test_a_recurrence_thinner_than_the_slices_still_marks_its_mask(tmp_path: Path) -> None:
    """The mask is the label: thinned to a thousandth, it must not vanish."""
    case = generate_case(89900002, label=1, matrix=64)
    assert case.lesion is not None
    thin = np.where(case.lesion.voxels > 0, np.float32(1e-3), np.float32(0))
    write_patient(replace(case, lesion=replace(case.lesion, voxels=thin)), tmp_path / "001")
    assert [case.label for case in NpcSource(tmp_path).cases()] == [1]


def test_an_agent_in_every_header_is_told_apart_as_in_the_application(dicom: Path, tmp_path: Path) -> None:
    """Some consoles name the agent from the start: only the whole study tells which T1 series came after it."""
    for path in dicom.rglob("*.dcm"):
        image = pydicom.dcmread(path)
        image.ContrastBolusAgent = "Gadovist"
        image.SeriesDescription = image.SeriesDescription.replace("+C", "").replace("_CE", "").replace("Gd", "")
        image.save_as(path)
    source = DicomSource(dicom)
    for case in source.cases():
        found = source.survey(case, ROLES)
        said = {role: source.read(case, role, found.series[role]).acquired.names.get("contrast") for role in found.series}
        assert said[Role.T1WI] == "before a contrast agent"
        assert said[Role.T1WIC] == "after a contrast agent"


def test_inputs_are_made_once_and_again_when_images_change(npc: Path, tmp_path: Path) -> None:
    ready(NpcSource(npc), tmp_path / "inputs")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "inputs").iterdir()}
    assert len(before) == CASES
    ready(NpcSource(npc), tmp_path / "inputs")
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "inputs").iterdir()}
    path = sorted((npc / "001" / "T2WI").iterdir())[0]
    image = pydicom.dcmread(path)
    image.StudyDescription = "sent again, corrected"
    image.save_as(path)
    ready(NpcSource(npc), tmp_path / "inputs")
    assert len(list((tmp_path / "inputs").iterdir())) == CASES + 1


def cut_short(folder: Path) -> None:
    """Half of a file, as a broken transfer leaves it."""
    path = sorted((folder / "002" / "T1WI").iterdir())[3]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def other_size(folder: Path) -> None:
    """One slice of another matrix."""
    path = sorted((folder / "002" / "T1WI").iterdir())[3]
    image = pydicom.dcmread(path)
    image.PixelData = image.pixel_array[:48, :48].tobytes()
    image.Rows = image.Columns = 48
    image.save_as(path)


def no_dicom(folder: Path) -> None:
    """A file that only looks like DICOM."""
    sorted((folder / "002" / "T1WI").iterdir())[3].write_text("not DICOM", encoding="utf-8")


def other_mask(folder: Path) -> None:
    """A mask of other images."""
    nibabel.Nifti1Image(np.ones((4, 4, 4), np.uint8), np.eye(4)).to_filename(folder / "002" / "ROI-T1.nii")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no sequence": (
        lambda folder: shutil.rmtree(folder / "002" / "T1WI"),
        r"Patient 002, \S*002/T1WI: is missing\. Mend it",
    ),
    "not DICOM": (no_dicom, r"Patient 002, \S*T1WI/0004.dcm: cannot be read as DICOM"),
    "cut short": (cut_short, r"Patient 002, \S*002/T1WI: .*0004.dcm: its pixels cannot be read.*--skip-unusable"),
    "other size": (
        other_size,
        rf"Patient 002, \S*T1WI: .*different sizes.*0004.dcm: 48 x 48.*most are {MATRIX} x {MATRIX}",
    ),
    "other mask": (
        other_mask,
        rf"Patient 002, \S*ROI-T1.nii: is 4 x 4 x 4; its images have {MATRIX} rows and \d+ slices",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_wrong_is_said_with_patient_file_and_remedy(name: str, npc: Path, tmp_path: Path) -> None:
    damage, words = DAMAGE[name]
    damage(npc)
    with pytest.raises(DataRefused, match=words) as refused:
        ready(NpcSource(npc), tmp_path / "inputs")
    assert len(refused.value.problems) == 1


def test_every_problem_is_listed_before_anything_is_trained(npc: Path, tmp_path: Path) -> None:
    no_dicom(npc)
    shutil.rmtree(npc / "005" / "CE-T1WI")
    with pytest.raises(DataRefused, match=r"Patient 002.*\n.*Patient 005"):
        ready(NpcSource(npc), tmp_path / "inputs")
    assert not (tmp_path / "inputs").exists()


def test_unusable_cases_may_be_left_out_where_enough_are_left(made: Path, tmp_path: Path) -> None:
    more = shutil.copytree(made / "npc", tmp_path / "more")
    for name in ("101", "102", "103", "104"):
        shutil.copytree(more / f"00{name[-1]}", more / name)
    for path in (p for name in ("101", "102", "103", "104") for p in (more / name).rglob("*.dcm")):
        image = pydicom.dcmread(path)
        image.PatientID = ""
        image.save_as(path)
    clean = ready(NpcSource(more), tmp_path / "inputs")
    largest = clean.parts["training"].names[0]
    shutil.rmtree(more / largest / "T2WI")
    kept = ready(NpcSource(more), tmp_path / "inputs", skip=True)
    assert kept.split == clean.split, "the split is that of all patients, whatever can be read"
    assert [problem.patient for problem in kept.left_out] == [largest]
    assert sum(len(part.names) for part in kept.parts.values()) == 9


def test_without_any_case_of_one_kind_the_public_set_is_refused(npc: Path, tmp_path: Path) -> None:
    """As the public data set comes: every patient has a tumour."""
    for mask in npc.rglob("ROI-*.nii"):
        image = nibabel.Nifti1Image.from_filename(mask)
        nibabel.Nifti1Image(np.ones(image.shape, np.uint8), image.affine).to_filename(mask)
    with pytest.raises(DataRefused, match="6 patients with and 0 without recurrence"):
        ready(NpcSource(npc), tmp_path / "inputs")
    (npc / "truth.csv").write_text("case,label\n" + "".join(f"00{n},{n % 2}\n" for n in range(1, 7)), encoding="utf-8")
    assert ready(NpcSource(npc), tmp_path / "inputs").basis == "truth.csv"


def test_one_patient_id_in_every_case_is_a_deidentifiers(dicom: Path) -> None:
    before = drawn(DicomSource(dicom))
    for path in dicom.rglob("*.dcm"):
        image = pydicom.dcmread(path)
        image.PatientID = "ANONYMOUS"
        image.save_as(path)
    assert drawn(DicomSource(dicom)) == before


def test_one_patient_in_two_parts_is_refused(dicom: Path, tmp_path: Path) -> None:
    """Two cases of one PatientID that the table calls two patients; named as one they stay together."""
    split = drawn(DicomSource(dicom))
    learnt, judged = split.training[0].removeprefix("patient "), split.test[0].removeprefix("patient ")
    for path in (p for name in (learnt, judged) for p in (dicom / f"00{name}").rglob("*.dcm")):
        image = pydicom.dcmread(path)
        image.PatientID = "HOSPITAL-7"
        image.save_as(path)
    with pytest.raises(DataRefused, match=r"has PatientID HOSPITAL-7 like case .*Add the column patient"):
        ready(DicomSource(dicom), tmp_path / "inputs")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no rows"),
        ("case,truth\n001,1\n", "has the columns case, truth"),
        ("case,label\n001,yes\n", "line 2 has the label 'yes'. Write 0 or 1"),
        ("case,label\n001,1\n001,0\n", "Patient 001, .*line 2 repeats this case"),
    ],
)
def test_a_truth_table_is_checked(text: str, words: str, dicom: Path, tmp_path: Path) -> None:
    (dicom / "truth.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataRefused, match=words):
        ready(DicomSource(dicom), tmp_path / "inputs")


def test_a_study_without_a_recognised_series_is_named(dicom: Path, tmp_path: Path) -> None:
    shutil.rmtree(sorted((dicom / "003").iterdir())[0])
    with pytest.raises(DataRefused, match=r"Patient 003, \S*003: holds no series that is recognised as T1WI \(2 series\)"):
        ready(DicomSource(dicom), tmp_path / "inputs")
