"""`manage.py export_training_set`: from truths to a folder that training reads, without the patients, or not at all."""

import csv
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pydicom
import pytest
from django.core.management import CommandError, call_command

from ml.__main__ import main
from ml.material.dicom_source import DicomSource
from ml.material.preparation import Handling, prepare
from ml.material.problems import DataRefused
from ml.phantom.case import cohort_seeds, generate_case
from ml.phantom.dicom import write_study
from ml.preprocessing import Preprocessing
from ml.series import Role
from radapp.accounts.models import AuditEntry, User
from radapp.archive import storage
from radapp.archive.ingest import Ingest
from radapp.archive.models import Instance, Series, Source, Study
from radapp.archive.roles import assign_role
from radapp.triage import training_export
from radapp.triage.models import TrainingCase, TrainingSet, Truth
from radapp.triage.training_plan import Wish
from tests.radapp.archive import makers
from tests.shared import not_here

pytestmark = pytest.mark.once

SECRETS = ("Test^Anna", "SYN-", "SYN0", "P1", "A1", "19700229", "20261120")
T1 = {"RepetitionTime": "550", "EchoTime": "12", "SeriesDescription": "t1_tse_tra"}
SEQUENCES: dict[str, dict[str, str]] = {
    "1": T1,
    "2": {"SeriesDescription": "t2_tse_tra"},
    "3": T1 | {"SeriesDescription": "t1_tse_tra +C", "ContrastBolusAgent": "Gd"},
}


@pytest.fixture(autouse=True)
def _own_archive(tmp_path: Path, settings: Any, db: None) -> None:
    settings.STORAGE_DIR = tmp_path / "archive"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "set"


def take_in(folder: Path) -> None:
    ingest = Ingest(Source.IMPORT)
    ingest.add_path(folder, "")
    report = ingest.finish()
    assert not report.refused
    assert not report.set_aside


def examination(
    folder: Path, uid: str, patient: str = "P1", label: int | None = 1, kinds: str = "123", **more: Any
) -> Study:
    """Take in a study of three slices a series; `kinds` names its series: 1 T1WI, 2 T2WI, 3 T1WIC."""
    for kind in kinds:
        for number in (1, 2, 3):
            attributes = SEQUENCES[kind] | {"PatientID": patient, "SeriesNumber": kind, "ScanOptions": ""} | more
            slice_ = makers.mr(number, study=uid, series=f"{uid}.{kind}", **attributes)
            makers.folder({f"{kind}/{number}.dcm": makers.content(slice_)}, folder / uid)
    take_in(folder / uid)
    study = Study.objects.get(study_instance_uid=uid)
    if label is not None:
        Truth.objects.create(study=study, label=bool(label), origin="test")
    return study


def export(out: Path | None, *options: str) -> str:
    printed = StringIO()
    call_command("export_training_set", *([str(out)] if out else []), *options, stdout=printed)
    return printed.getvalue()


def refused(out: Path, *options: str) -> str:
    """Its refusal; nothing may be left of it, neither files nor rows."""
    before = sorted(out.rglob("*")) if out.is_dir() else out.exists()
    with pytest.raises(CommandError) as told:
        export(out, *options)
    assert (sorted(out.rglob("*")) if out.is_dir() else out.exists()) == before
    assert not TrainingSet.objects.exists()
    assert not AuditEntry.objects.filter(action="export").exists()
    return str(told.value)


def table(out: Path) -> list[dict[str, str]]:
    with (out / "truth.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def files(out: Path) -> list[Path]:
    return sorted(out.rglob("*.dcm"))


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven coarse synthetic examinations, of every other slice; the seventh is a later one of the first patient. Labels
    alternate from 1.
    """
    folder = tmp_path_factory.mktemp("cohort")
    lines = ["accession_number,label,kind"]
    for number, (seed, _) in enumerate(cohort_seeds(7, 8990), start=1):
        written = write_study(generate_case(seed, label=number % 2, matrix=64), folder / str(number))
        for path in written[1::2]:
            path.unlink()
        dataset = pydicom.dcmread(written[0])
        if number == 1:
            first = dataset.PatientID
        for path in written[::2] if number == 7 else ():
            dataset = pydicom.dcmread(path)
            dataset.PatientID = first
            dataset.save_as(path)
        lines.append(f"{dataset.AccessionNumber},{number % 2},invented")
    (folder / "truths.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_from_truths_to_a_trained_network(cohort: Path, out: Path, tmp_path: Path, capsys: Any) -> None:
    take_in(cohort)
    call_command("import_truth", str(cohort / "truths.csv"), stdout=StringIO())
    printed = export(out)
    assert "7 cases of 6 patients (3 with recurrence, 3 without)" in printed
    rows = table(out)
    labels = {row.study_instance_uid: int(row.label) for row in TrainingCase.objects.all()}
    assert sorted(labels.values()) == [0, 0, 0, 1, 1, 1, 1]
    assert len({row["patient"] for row in rows}) == 6
    names = {case.case: case for case in TrainingCase.objects.all()}
    assert {row["case"]: (int(row["label"]), row["patient"]) for row in rows} == {
        name: (int(case.label), case.patient) for name, case in names.items()
    }
    assert sorted(path.name for path in out.iterdir()) == sorted([*names, "truth.csv"])
    crop = Preprocessing(shape=(8, 24, 24), spacing=(10.0, 4.6, 4.6))
    prepared = prepare(
        DicomSource(out), list(Role)[:3], crop, ((8.0, 1.0, 1.0), 2025), Handling(tmp_path / "inputs"), lambda text: None
    )
    assert prepared.synthetic, "what the phantom made stays known as synthetic"
    assert prepared.left_out == ()
    for part in prepared.parts.values():
        assert [(name, int(label)) for name, label in zip(part.names, part.labels, strict=True)] == [
            (name, int(names[name].label)) for name in part.names
        ]
    twice = next(row["patient"] for row in rows if [one["patient"] for one in rows].count(row["patient"]) == 2)
    assert sorted(part.patients.count(twice) for part in prepared.parts.values()) == [0, 0, 2]
    run = ["train", "--data", str(out), "--layout", "dicom", "--architecture", "resnet-compact", "--epochs", "1"]
    small = ["--crop", "8x24x24", "--spacing", "10x4.6x4.6", "--threads", "1", "--sequence", "T2WI", "--json"]
    assert main([*run, *small, "--out", str(tmp_path / "run")]) == 0
    assert json.loads(capsys.readouterr().out)["networks"]["T2WI"]["epochs"] == 1


def test_nothing_of_the_patient_leaves(tmp_path: Path, out: Path, people: dict[str, User]) -> None:
    study = examination(tmp_path, "1.2.3.7777", PatientName="Test^Anna", InstitutionName="St. Mary", OperatorsName="Nurse")
    printed = export(out, "--by", "investigator")
    assert [path.parent.name for path in files(out)] == ["T1WI"] * 3 + ["T1WIC"] * 3 + ["T2WI"] * 3
    assert out.stat().st_mode & 0o077 == 0, "for the owner alone"
    secrets = (*SECRETS, "Mary", "Nurse", "1.2.3.7777")
    for path in files(out):
        dataset = pydicom.dcmread(path)
        assert dataset.PatientID == table(out)[0]["patient"]
        pixels = dataset.PixelData
        stored = Instance.objects.get(
            series__series_description__in=[SEQUENCES[str(dataset.SeriesNumber)]["SeriesDescription"]],
            instance_number=dataset.InstanceNumber,
        )
        assert pixels == pydicom.dcmread(storage.path_of(stored.sha256)).PixelData
        content = path.read_bytes().replace(pixels, b"")
        assert [word for word in secrets if word.encode() in content or word in str(path.relative_to(out))] == []
    assert [word for word in secrets if word in (out / "truth.csv").read_text()] == []
    assert "training needs at least 3 patients" in printed
    noted, row = TrainingSet.objects.get(), TrainingCase.objects.get()
    assert (noted.made_by, noted.identified, noted.folder) == (people["investigator"], False, str(out))
    assert (row.study_instance_uid, row.patient_id, row.case) == (study.study_instance_uid, "P1", table(out)[0]["case"])
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor_name, entry.study_instance_uid, entry.target) == (
        "investigator", "1.2.3.7777", f"training set {noted.pk}",
    )  # fmt: skip
    assert entry.after == {"case": row.case, "identified": False}


def test_again_under_the_same_names(tmp_path: Path, out: Path) -> None:
    examination(tmp_path, "1.2.3.1")
    export(out)
    export(tmp_path / "again")
    assert table(out) == table(tmp_path / "again")
    assert [path.read_bytes() for path in files(out)] == [path.read_bytes() for path in files(tmp_path / "again")]
    assert TrainingSet.objects.count() == 2
    assert TrainingCase.objects.filter(patient_id="P1").count() == 2


def test_identified_as_stored(tmp_path: Path, out: Path) -> None:
    examination(tmp_path, "1.2.3.1")
    slice_ = makers.mr(4, study="1.2.3.1", series="1.2.3.1.2", ScanOptions="", SeriesNumber="2")
    take_in(makers.folder({"bare.dcm": makers.bare(slice_)}, tmp_path / "bare"))
    printed = export(out, "--identified")
    assert "names, numbers and dates are in them" in printed
    found = {path.read_bytes() for path in files(out)}
    stored = [storage.path_of(one.sha256).read_bytes() for one in Instance.objects.all()]
    assert len(found & set(stored)) == 9, "byte for byte"
    names = {str(pydicom.dcmread(path).PatientName) for path in files(out)}
    assert names == {"Test^Anna"}, "the bare one too has a preamble"
    assert TrainingSet.objects.get().identified
    survey = DicomSource(out).survey(DicomSource(out).cases()[0], list(Role)[:3])
    assert survey.problems == ()
    assert len(survey.series[Role.T2WI].paths) == 4


def test_only_the_series_that_were_chosen_unless_all_are_asked_for(tmp_path: Path, out: Path) -> None:
    examination(tmp_path, "1.2.3.1")
    extra = {
        "dwi.dcm": makers.content(makers.mr(1, study="1.2.3.1", series="1.2.3.1.7", SeriesDescription="ep2d_diff b1000")),
        "sr.dcm": makers.content(report_of("1.2.3.1")),
    }
    take_in(makers.folder(extra, tmp_path / "extra"))
    export(out)
    assert len(files(out)) == 9
    export(tmp_path / "all", "--all-series")
    described = {pydicom.dcmread(path).SeriesDescription for path in files(tmp_path / "all")}
    assert described == {"T1 axial native", "T2 axial", "T1 axial +C", "diffusion"}
    assert len(files(tmp_path / "all")) == 10, "a report has no place among images without a name"
    export(tmp_path / "identified", "--all-series", "--identified")
    assert len(files(tmp_path / "identified")) == 11


def report_of(study: str) -> pydicom.Dataset:
    report = makers.report()
    report.StudyInstanceUID, report.SeriesInstanceUID = study, f"{study}.9"
    return report


def test_fewer_sequences(tmp_path: Path, out: Path) -> None:
    """An examination that ended before the contrast agent, as this tactic wants it."""
    examination(tmp_path, "1.2.3.1", kinds="12")
    examination(tmp_path, "1.2.3.2", patient="P2", label=0)
    printed = export(out, "--sequences", "T1WI", "T2WI")
    assert "2 cases of 2 patients" in printed
    assert {path.parent.name for path in files(out)} == {"T1WI", "T2WI"}
    assert TrainingSet.objects.get().sequences == ["T1WI", "T2WI"]
    printed = export(tmp_path / "three")
    assert "1 cases of 1 patients" in printed
    assert "left out: study 1.2.3.1 (A1), label 1: no series is recognised as T1WIC (2 series)" in printed


def test_missing_lists_truths_that_no_study_serves(tmp_path: Path) -> None:
    examination(tmp_path, "1.2.3.1")
    examination(tmp_path, "1.2.3.2", patient="P2", kinds="13", label=0)
    examination(tmp_path, "1.2.3.3", patient="P3", BurnedInAnnotation="YES")
    examination(tmp_path, "1.2.3.4", patient="P4", label=None)
    lines = export(None, "--missing").splitlines()
    assert len(lines) == 3
    assert "1.2.3.2 (A1), label 0: no series is recognised as T2WI (2 series)" in lines[0]
    assert "1.2.3.3 (A1), label 1: its T1WI cannot be exported: its header says that writing is burned" in lines[1]
    assert lines[2] == "2 of 3 truths have no study that can be used"
    assert not TrainingSet.objects.exists()


def test_a_role_that_headers_contradict_is_not_passed_off(tmp_path: Path, out: Path, people: dict[str, User]) -> None:
    """Training chooses by headers: where it would take something else than the archive does, the study is left out."""
    examination(tmp_path, "1.2.3.1")
    t2 = Series.objects.get(series_instance_uid="1.2.3.1.2")
    assign_role(series=t2, role="none", user=people["radiologist"], reason="moved")
    flair = {"SeriesDescription": "t2_tirm", "InversionTime": "2500", "RepetitionTime": "9000"}
    slices = {f"{n}.dcm": makers.mr(n, study="1.2.3.1", series="1.2.3.1.8", **flair) for n in (1, 2, 3)}
    take_in(makers.folder({name: makers.content(one) for name, one in slices.items()}, tmp_path / "flair"))
    assign_role(
        series=Series.objects.get(series_instance_uid="1.2.3.1.8"), role="T2WI", user=people["radiologist"], reason="?"
    )
    line = export(None, "--missing").splitlines()[0]
    assert "by its headers training would take none for T2WI: a person gave it this role" in line
    assert "no study with a truth can be exported" in refused(out)


def test_a_role_that_a_person_gave_is_kept_where_headers_allow(tmp_path: Path, out: Path, people: dict[str, User]) -> None:
    """A T1 whose header names no agent, said by a person to be the enhanced one: its words say so in the set."""
    examination(tmp_path, "1.2.3.1", kinds="12")
    plain = T1 | {"SeriesDescription": "t1_tse_tra", "ScanOptions": ""}
    slices = {f"{n}.dcm": makers.mr(n, study="1.2.3.1", series="1.2.3.1.5", SeriesNumber="5", **plain) for n in (1, 2, 3)}
    take_in(makers.folder({name: makers.content(one) for name, one in slices.items()}, tmp_path / "later"))
    enhanced = Series.objects.get(series_instance_uid="1.2.3.1.5")
    assert enhanced.recognised_role == "T1WI"
    assign_role(series=enhanced, role="T1WIC", user=people["radiologist"], reason="after the agent")
    export(out)
    survey = DicomSource(out).survey(DicomSource(out).cases()[0], list(Role)[:3])
    assert survey.problems == ()
    assert {path.parent.name for path in survey.series[Role.T1WIC].paths} == {"T1WIC"}
    assert "T1WIC" in export(None, "--missing", "--identified"), "as stored, nothing in it says so"


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "bytes instead of"),
        (lambda path: path.write_bytes(b"\0" + path.read_bytes()[1:-1] + b"!"), "is not what was stored"),
    ],
    ids=["missing", "cut", "altered"],
)
def test_damaged_files(tmp_path: Path, out: Path, harm: Callable[[Path], None], words: str) -> None:
    examination(tmp_path, "1.2.3.1")
    examination(tmp_path, "1.2.3.2", patient="P2", label=0)
    instance = Instance.objects.get(sop_instance_uid="1.2.3.2.2.2")
    harm(storage.path_of(instance.sha256))
    told = refused(out)
    assert words in told
    assert "1.2.3.2.2.2" in told
    assert "bring back a backup" in told
    if words != "is not what was stored":  # seen before anything is written
        assert "1 cases of 1 patients" in export(out, "--skip-damaged")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, out: Path) -> None:
    examination(tmp_path, "1.2.3.1")
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    assert "holds 1 file or folders already, such as notes.txt" in refused(out)
    (out / "notes.txt").unlink()
    (out / training_export.UNFINISHED).touch()
    assert "an export that is under way or was cut off" in refused(out)
    (out / training_export.UNFINISHED).unlink()
    assert "is no folder" in refused(tmp_path / "1.2.3.1" / "1" / "1.dcm")
    export(out)
    with pytest.raises(CommandError, match="such as case-"):
        export(out)


def test_without_truths_or_folder(tmp_path: Path, out: Path) -> None:
    examination(tmp_path, "1.2.3.1", label=None)
    assert "no study with a truth can be exported" in refused(out)
    with pytest.raises(CommandError, match="name the folder OUT"):
        export(None)


def test_until_the_end_training_takes_none_of_it(tmp_path: Path, out: Path) -> None:
    """And an export that is broken off, here at its second case, leaves nothing."""
    for number in (1, 2):
        examination(tmp_path, f"1.2.3.{number}", patient=f"P{number}")
    seen = []

    def report(done: int, total: int) -> None:
        with pytest.raises(DataRefused, match=r"truth\.csv: is missing"):
            DicomSource(out).cases()
        seen.append((done, total, len(files(out))))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training_export.export(out, Wish(), report=report)
    assert seen == [(1, 2, 9), (2, 2, 18)]
    assert not out.exists()
    assert not TrainingSet.objects.exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 40 kB: a study of these tests takes 30."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(folder)], capture_output=True, check=False)
    if made.returncode != 0:
        not_here(f"this test mounts a small tmpfs, which needs root: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk(tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2):
        examination(tmp_path, f"1.2.3.{number}", patient=f"P{number}")
    told = refused(small_disk / "set")
    assert "0 MB free, and the set takes 17 MB; make room" in told
    monkeypatch.setattr(training_export, "SPARE", -(10**9))  # as if another program filled the disk meanwhile
    assert "the disk is full: nothing was exported" in refused(small_disk / "set")
    assert os.listdir(small_disk) == []
