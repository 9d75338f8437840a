"""`manage.py export_deidentified`: whole or not there, the same names each time, told and noted."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from django.core.management import CommandError, call_command

from radapp.accounts.models import AuditEntry, User
from radapp.archive import storage
from radapp.archive.ingest import store_generated
from radapp.archive.models import Instance, Study
from radapp.archive.outcomes import IntakeReport
from radapp.confidentiality.models import Export, ExportedStudy, Project
from tests.radapp.archive import makers

TakeIn = Callable[[dict[str, bytes]], IntakeReport]
pytestmark = pytest.mark.django_db(transaction=True)
IDENTIFIERS = (b"Test", b"Anna", b"AB12345", b"ACC99887", b"19700228", f"{makers.SERIES}.1".encode(), b"hush")


def _slice(number: int = 1, **attributes: object) -> pydicom.Dataset:
    values: dict[str, object] = {
        "PatientID": "AB12345",
        "AccessionNumber": "ACC99887",
        "PatientBirthDate": "19700228",
        "InstitutionName": "hush",
        "OperatorsName": "Hush^Dr",
        "PatientComments": "hush",
    }
    return makers.mr(number, **(values | attributes))


@pytest.fixture
def study(take_in: TakeIn) -> Study:
    """Two slices, a screen capture and a report."""
    files = {f"{n}.dcm": makers.content(_slice(n)) for n in (1, 2)}
    capture = _slice(1, series=makers.ROOT + "1.5", SOPClassUID="1.2.840.10008.5.1.4.1.1.7", SeriesDescription="capture")
    files["capture.dcm"] = makers.content(capture)
    report = makers.report()
    report.PatientID = "AB12345"
    files["report.dcm"] = makers.content(report)
    assert take_in(files).refused == []
    return Study.objects.get()


def _export(out: Path, *words: str, project: str = "trial") -> None:
    call_command("export_deidentified", str(out), "--project", project, *words)


def _files(out: Path) -> list[Path]:
    return sorted(out.rglob("*.dcm"))


def _report(out: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((out / "report.json").read_text())
    return found


def test_what_leaves_is_without_its_patient_and_valid(study: Study, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _export(out, "--study", study.study_instance_uid)
    files = _files(out)
    assert len(files) == 2
    for path in [*files, out / "report.json", out / "report.txt"]:
        content = path.read_bytes()
        assert [one for one in IDENTIFIERS if one in content] == [], path
    names = " ".join(str(path.relative_to(out)) for path in files)
    assert [one for one in IDENTIFIERS if one.decode() in names] == []
    first = pydicom.dcmread(files[0])
    assert first.StudyInstanceUID != makers.STUDY
    assert first.PatientID == str(first.PatientName) == files[0].relative_to(out).parts[0]
    assert first.PixelData == _slice(1).PixelData
    assert first.file_meta.MediaStorageSOPInstanceUID == first.SOPInstanceUID
    assert first.PatientIdentityRemoved == "YES"
    assert oct(out.stat().st_mode & 0o077) == "0o0"


def test_writing_in_the_pixels_stays_behind_and_is_told(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _export(tmp_path / "out", "--study", study.study_instance_uid)
    said = capsys.readouterr().out
    assert "left out: 1 objects, because writing may be burned into its pixels: it is a secondary capture" in said
    left = _report(tmp_path / "out")["left_out"]
    assert isinstance(left, list)
    assert sorted(one["reason"].split(":")[0] for one in left) == [
        "it is a Basic Text SR Storage, whose content the profile's table cannot clean",
        "writing may be burned into its pixels",
    ]
    _export(tmp_path / "all", "--study", study.study_instance_uid, "--allow-burned-in")
    assert len(_files(tmp_path / "all")) == 3
    assert "look at their pixels" in (tmp_path / "all" / "report.txt").read_text()


def test_our_own_key_image_stays_behind_and_our_heatmap_goes(study: Study, tmp_path: Path) -> None:
    capture = _slice(1, series=makers.ROOT + "1.6", SOPClassUID="1.2.840.10008.5.1.4.1.1.7", BurnedInAnnotation="NO")
    heatmap = makers.parametric_map()
    heatmap.PatientID, heatmap.SeriesDescription = "AB12345", "Heatmap T2WI"
    store_generated([capture, heatmap], study=study)
    _export(tmp_path / "out", "--study", study.study_instance_uid)
    classes = [pydicom.dcmread(path).SOPClassUID for path in _files(tmp_path / "out")]
    assert pydicom.uid.ParametricMapStorage in classes
    assert pydicom.uid.SecondaryCaptureImageStorage not in classes


def test_the_same_project_gives_the_same_names_and_another_gives_others(study: Study, tmp_path: Path) -> None:
    for name, project in (("a", "trial"), ("b", "trial"), ("c", "other")):
        _export(tmp_path / name, "--study", study.study_instance_uid, project=project)
    a, b, c = ([pydicom.dcmread(path) for path in _files(tmp_path / name)] for name in "abc")
    for one, again, other in zip(a, b, c, strict=True):
        for keyword in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "StudyDate"):
            assert one[keyword].value == again[keyword].value
        for keyword in ("PatientID", "StudyInstanceUID", "SOPInstanceUID"):
            assert one[keyword].value != other[keyword].value
    secrets = set(Project.objects.values_list("secret", flat=True))
    assert len(secrets) == 2
    assert all(secret not in path.read_text(errors="replace") for secret in secrets for path in tmp_path.glob("*/report.*"))


def test_it_is_noted_who_exported_what_and_how(study: Study, tmp_path: Path) -> None:
    user = User.objects.create(username="investigates", password="!", is_investigator=True)
    _export(tmp_path / "out", "--study", study.study_instance_uid, "--retain-device-identity", "--by", "investigates")
    kept = Export.objects.get()
    assert (kept.objects_written, kept.left_out, kept.made_by) == (2, 2, user)
    assert kept.options == {"methods": ["113100", "113105", "113107", "113109"], "burned_in_annotation": False}
    noted = ExportedStudy.objects.get()
    first = pydicom.dcmread(_files(tmp_path / "out")[0])
    assert (noted.study_instance_uid, noted.patient_id, noted.patient) == (
        study.study_instance_uid,
        "AB12345",
        first.PatientID,
    )
    assert noted.new_study_instance_uid == first.StudyInstanceUID
    row = AuditEntry.objects.get(action=AuditEntry.Action.EXPORT)
    assert (row.actor, row.study_instance_uid) == (user, study.study_instance_uid)
    assert "AB12345" not in json.dumps(row.after)


def test_the_report_says_what_was_removed_replaced_and_kept(study: Study, tmp_path: Path) -> None:
    _export(tmp_path / "out", "--study", study.study_instance_uid)
    told = _report(tmp_path / "out")
    attributes = told["attributes"]
    assert isinstance(attributes, dict)
    assert attributes["PatientComments"] == {"removed": 2}
    assert attributes["AccessionNumber"] == {"emptied": 2}
    assert attributes["PatientID"] == {"dummy": 2}
    assert attributes["SOPInstanceUID"] == {"uid replaced": 2}
    assert attributes["StudyDate"] == {"date shifted": 2}
    assert attributes["StudyDescription"] == {"cleaned": 2}
    assert attributes["EchoTime"] == {"kept": 2}
    assert attributes["ReferencedImageSequence/ReferencedSOPInstanceUID"] == {"uid replaced": 2}
    assert (told["patients"], told["studies"], told["series"], told["objects"]) == (1, 1, 1, 2)
    readable = (tmp_path / "out" / "report.txt").read_text()
    for words in ("Removed:", "  PatientComments (2)", "Kept:", "  EchoTime (2)", "Left out:", "113107"):
        assert words in readable


def test_studies_are_found_by_query(
    study: Study, take_in: TakeIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = makers.mr(1, study=makers.ROOT + "2", series=makers.ROOT + "2.1", StudyDate="20261201", PatientID="P77")
    take_in({"later.dcm": makers.content(later)})
    _export(tmp_path / "one", "--query", "StudyDate=20261201-20261231")
    assert "1 objects of 1 studies of 1 patients" in capsys.readouterr().out
    _export(tmp_path / "two", "--query", "ModalitiesInStudy=MR")
    assert _report(tmp_path / "two")["studies"] == 2
    with pytest.raises(CommandError, match="cannot search by"):
        _export(tmp_path / "x", "--query", "EchoTime=3")
    with pytest.raises(CommandError, match="names no DICOM attribute"):
        _export(tmp_path / "x", "--query", "Nonsense=3")
    with pytest.raises(CommandError, match="no study was found"):
        _export(tmp_path / "x", "--query", "PatientID=nobody")


def test_dates_and_descriptions_go_where_asked(study: Study, tmp_path: Path) -> None:
    _export(tmp_path / "out", "--study", study.study_instance_uid, "--remove-dates", "--remove-descriptions")
    first = pydicom.dcmread(_files(tmp_path / "out")[0])
    assert first["StudyDate"].is_empty
    assert "SeriesDescription" not in first
    assert first.LongitudinalTemporalInformationModified == "REMOVED"


def test_an_object_that_still_names_its_patient_stays_behind(take_in: TakeIn, tmp_path: Path) -> None:
    number = "87654321"
    take_in(
        {
            "1.dcm": makers.content(_slice(1, PatientID=number, ReceiveCoilName="Annas coil 87654321")),
            "2.dcm": makers.content(_slice(2, PatientID=number, AcquisitionNumber=number)),
        }
    )
    _export(tmp_path / "out", "--study", makers.STUDY)
    [file] = _files(tmp_path / "out")
    assert "ReceiveCoilName" not in pydicom.dcmread(file)
    [left] = _report(tmp_path / "out")["left_out"]  # type: ignore[misc]
    assert "identity still stands" in left["reason"]


def test_every_transfer_syntax_leaves_as_it_is(take_in: TakeIn, tmp_path: Path) -> None:
    files = {"1.dcm": makers.content(makers.mr(1)), "2.dcm": makers.compressed(2)}
    take_in(files | {"3.dcm": makers.content(makers.mr(3), "1.2.840.10008.1.2")})
    _export(tmp_path / "out", "--study", makers.STUDY)
    syntaxes = [pydicom.dcmread(path).file_meta.TransferSyntaxUID for path in _files(tmp_path / "out")]
    assert syntaxes == ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2"]
    assert pydicom.dcmread(_files(tmp_path / "out")[1]).pixel_array.shape == (32, 32)


def test_nothing_is_written_over_and_nothing_half(study: Study, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("mine")
    with pytest.raises(CommandError, match="no empty folder"):
        _export(out, "--study", study.study_instance_uid)
    assert (out / "mine").read_text() == "mine"
    lost = Instance.objects.filter(series__study=study).first()
    assert lost is not None
    storage.path_of(lost.sha256).unlink()
    with pytest.raises(CommandError, match="is missing"):
        _export(tmp_path / "other", "--study", study.study_instance_uid)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith((".", "other"))) == []
    assert not Export.objects.exists()
    assert not AuditEntry.objects.filter(action=AuditEntry.Action.EXPORT).exists()


@pytest.mark.parametrize(
    ("words", "project", "reason"),
    [
        (("--study", "1.2.3"), "trial", "no study is stored under 1.2.3"),
        ((), "trial", "no study was found"),
        (("--query", "PatientID=*"), "a/b", "the project's name is 'a/b'"),
        (("--query", "PatientID=*", "--by", "nobody"), "trial", "no active investigator"),
    ],
)
def test_what_cannot_be_is_said(words: tuple[str, ...], project: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=reason):
        _export(tmp_path / "out", *words, project=project)
    assert not (tmp_path / "out").exists()


@pytest.mark.once
def test_dciodvfy_finds_nothing_that_was_not_there_before(study: Study, tmp_path: Path) -> None:
    """Emptying and replacing must not break an object that conformed."""
    from ml.phantom.case import generate_case
    from ml.phantom.dicom import write_study
    from radapp.archive.ingest import Ingest
    from radapp.archive.models import Source
    from tests.shared import not_here

    if shutil.which("dciodvfy") is None:
        not_here("dciodvfy is not installed: apt-get install dicom3tools")
    write_study(generate_case(3, matrix=96), tmp_path / "phantom")
    ingest = Ingest(Source.IMPORT)
    ingest.add_path(tmp_path / "phantom", "")
    [uid] = ingest.finish().studies
    _export(tmp_path / "out", "--study", uid)
    before = next((tmp_path / "phantom").rglob("*.dcm"))
    assert _errors(_files(tmp_path / "out")[0]) <= _errors(before)
    assert _report(tmp_path / "out")["objects"] == len(list((tmp_path / "phantom").rglob("*.dcm")))


def _errors(path: Path) -> set[str]:
    said = subprocess.run(["dciodvfy", "-new", str(path)], capture_output=True, text=True, check=False).stderr
    return {line for line in said.splitlines() if line.startswith("Error")}
