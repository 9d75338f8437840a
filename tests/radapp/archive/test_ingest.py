"""Taking in: bytes kept exactly, nothing doubled, each broken file named, contradictions refused or set aside."""

import hashlib
import io
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from ml import phantom
from ml.volume import load_series
from radapp.accounts.models import AuditEntry
from radapp.archive import storage
from radapp.archive.ingest import Ingest
from radapp.archive.models import Instance, Intake, Series, SetAside, Source, Study, StudyChange
from radapp.archive.outcomes import Already, IntakeReport, PutAside, Refused, Skipped, StoredInstance
from radapp.archive.selectors import series_paths
from tests.radapp.archive import makers
from tests.radapp.archive.conftest import files_below
from tests.shared import real_head_mr

TakeIn = Callable[..., IntakeReport]


def slices(count: int, **attributes: object) -> dict[str, bytes]:
    return {f"{number:03d}.dcm": makers.content(makers.mr(number, **attributes)) for number in range(1, count + 1)}


def test_bytes_are_kept_exactly_and_named_by_their_hash(take_in: TakeIn, storage_dir: Path) -> None:
    files = slices(3) | {"bare": makers.bare(makers.mr(4)), "big.dcm": makers.content(makers.mr(5), ExplicitVRBigEndian)}
    report = take_in(files)
    assert report.as_json() == {
        "stored": 5, "already": 0, "skipped": 0, "set_aside": [], "refused": [], "studies": [makers.STUDY],
    }  # fmt: skip
    stored = {row.sha256: row for row in Instance.objects.all()}
    for data in files.values():
        sha256 = hashlib.sha256(data).hexdigest()
        assert storage.path_of(sha256).read_bytes() == data
        assert stored[sha256].size == len(data)
    assert len(files_below(storage_dir)) == 5


def test_rows_tell_what_the_headers_say(take_in: TakeIn) -> None:
    take_in({"1.dcm": makers.content(makers.enhanced(4))})
    study, series, instance = Study.objects.get(), Series.objects.get(), Instance.objects.get()
    assert (study.patient_id, study.patient_name, study.accession_number) == ("P1", "Test^Anna", "A1")
    assert (str(study.study_date), study.patient_birth_date) == ("2026-11-20", None)
    assert (study.source, study.synthetic) == (Source.IMPORT, False)
    assert (series.series_number, series.series_description, series.generated) == (3, "t2_tse_tra", False)
    assert (instance.rows, instance.columns, instance.number_of_frames, instance.instance_number) == (32, 32, 4, 1)


def test_a_phantom_is_known_as_synthetic(take_in: TakeIn) -> None:
    take_in({"1.dcm": makers.content(makers.mr(PatientName="Synthetic^001", ImageComments=phantom.SYNTHETIC_COMMENT))})
    assert Study.objects.get().synthetic


def test_a_name_alone_makes_nobody_synthetic(take_in: TakeIn) -> None:
    take_in({"1.dcm": makers.content(makers.mr(PatientName="Synthetic^001"))})
    assert not Study.objects.get().synthetic


@pytest.mark.parametrize("again", ["same bytes", "another encoding", "another file meta", "compressed without loss"])
def test_the_same_instance_again_is_no_error_and_no_copy(take_in: TakeIn, storage_dir: Path, again: str) -> None:
    take_in(slices(3))
    before = files_below(storage_dir)
    files = {
        "same bytes": slices(3),
        "another encoding": {
            f"{number}.dcm": makers.content(makers.mr(number), ImplicitVRLittleEndian) for number in (1, 2, 3)
        },
        "compressed without loss": {f"{number}.dcm": makers.compressed(number) for number in (1, 2, 3)},
        "another file meta": {name: data.replace(b"PYDICOM", b"ANOTHER") for name, data in slices(3).items()},
    }[again]
    report = take_in(files)
    assert (report.stored, report.already, report.studies) == (0, 3, [makers.STUDY])
    assert files_below(storage_dir) == before
    assert (Study.objects.count(), Series.objects.count(), Instance.objects.count()) == (1, 1, 3)


@pytest.mark.once
def test_fifty_broken_among_two_hundred_good(take_in: TakeIn, storage_dir: Path) -> None:
    quick = [kind for kind in makers.BROKEN if kind.name not in {"200 000 empty items", "a deflate bomb"}]
    good = {f"good/{number:03d}.dcm": makers.content(makers.mr(number)) for number in range(1, 201)}
    broken = {f"broken/{number:03d}.dcm": quick[number % len(quick)] for number in range(50)}
    report = take_in(good | {path: kind.make(1000 + number) for number, (path, kind) in enumerate(broken.items())})
    assert report.stored == 200
    named = {entry["path"].lstrip("/"): entry["reason"] for entry in report.refused}
    assert set(named) == set(broken)
    assert all(named[path] for path in broken)
    assert Instance.objects.count() == len(files_below(storage_dir)) == 200  # nothing half-stored


def test_clutter_is_counted_and_not_named(take_in: TakeIn) -> None:
    clutter = {
        "DICOMDIR": makers.directory(), "autorun.inf": b"[autorun]", "README.TXT": b"hello", "__MACOSX/._001.dcm": b"\0\5",
        ".DS_Store": b"\0\0\0\1", "viewer/viewer.exe": b"MZ\0\0", "report.pdf": b"%PDF", "photo.JPG": b"\xff\xd8\xff",
    }  # fmt: skip
    report = take_in(slices(2) | clutter)
    assert (report.stored, report.skipped, report.refused) == (2, len(clutter), [])


def test_reports_structured_reports_and_maps_are_stored(take_in: TakeIn) -> None:
    report = take_in({"sr.dcm": makers.content(makers.report()), "pm.dcm": makers.content(makers.parametric_map())})
    assert (report.stored, report.refused) == (2, [])


def test_equal_pixels_other_attributes_are_set_aside(take_in: TakeIn, storage_dir: Path) -> None:
    take_in(slices(2))
    corrected = makers.content(makers.mr(1, PatientName="Right^Name"))
    report = take_in({"corrected.dcm": corrected})
    assert [entry["path"] for entry in report.set_aside] == ["/corrected.dcm"]
    assert "PatientName" in report.set_aside[0]["reason"]
    row = SetAside.objects.get()
    assert row.differences == [
        {"keyword": "PatientName", "tag": "(0010,0010)", "stored": "Test^Anna", "received": "Right^Name"}
    ]
    assert storage.path_of(row.sha256).read_bytes() == corrected
    assert Study.objects.get().patient_name == "Test^Anna"  # nothing stored changes by itself
    assert take_in({"again.dcm": corrected}).set_aside[0]["path"] == "/again.dcm"
    assert SetAside.objects.count() == 1


def test_compressed_and_corrected_is_set_aside(take_in: TakeIn) -> None:
    take_in({"1.dcm": makers.compressed(1)})
    report = take_in({"1.dcm": makers.content(makers.mr(1, PatientName="Right^Name"))})
    assert "PatientName" in report.set_aside[0]["reason"]
    assert [one["keyword"] for one in SetAside.objects.get().differences] == ["PatientName"]


def test_a_difference_inside_a_sequence_is_named(take_in: TakeIn) -> None:
    take_in(slices(1))
    other = makers.mr(1)
    other.ReferencedImageSequence[0].ReferencedSOPInstanceUID = makers.ROOT + "78"
    take_in({"other.dcm": makers.content(other)})
    [difference] = SetAside.objects.get().differences
    assert difference["keyword"] == "ReferencedImageSequence[1].ReferencedSOPInstanceUID"
    assert (difference["tag"], difference["received"]) == ("(0008,1155)", makers.ROOT + "78")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"PixelData": b"\0" * 2048}, "other pixels"),
        ({"series": makers.ROOT + "1.2", "SOPInstanceUID": f"{makers.SERIES}.1"}, "stored in another series"),
        ({"study": makers.ROOT + "2", "SOPInstanceUID": f"{makers.SERIES}.1"}, "stored in another series"),
        ({"study": makers.ROOT + "2", "SOPInstanceUID": makers.ROOT + "6"}, "stored under another study"),
        ({"PatientID": "P2", "SOPInstanceUID": makers.ROOT + "6"}, "one patient in a study"),
    ],
)
def test_contradictions_are_refused(take_in: TakeIn, storage_dir: Path, change: dict[str, object], says: str) -> None:
    take_in(slices(1))
    before = files_below(storage_dir)
    report = take_in({"x.dcm": makers.content(makers.mr(1, **change))})  # type: ignore[arg-type]
    assert report.refused[0]["path"] == "/x.dcm"
    assert says in report.refused[0]["reason"]
    assert files_below(storage_dir) == before
    assert (Instance.objects.count(), SetAside.objects.count()) == (1, 0)


def test_one_batch_is_compared_with_itself(take_in: TakeIn) -> None:
    report = take_in(
        {
            "1.dcm": makers.content(makers.mr(1)),
            "2.dcm": makers.content(makers.mr(1), ImplicitVRLittleEndian),
            "3.dcm": makers.content(makers.mr(1, PatientName="Right^Name")),
            "4.dcm": makers.content(makers.mr(1, PixelData=b"\0" * 2048)),
            "5.dcm": makers.content(makers.mr(1, series=makers.ROOT + "1.2", SOPInstanceUID=f"{makers.SERIES}.1")),
        }
    )
    kinds = {outcome.path: type(outcome) for outcome in report.outcomes}
    assert kinds == {"/1.dcm": StoredInstance, "/2.dcm": Already, "/3.dcm": PutAside, "/4.dcm": Refused, "/5.dcm": Refused}


def test_bytes_without_a_row_are_used_again(take_in: TakeIn, storage_dir: Path) -> None:
    """What a crash between bytes and rows leaves."""
    data = makers.content(makers.mr(1))
    orphan = storage.path_of(hashlib.sha256(data).hexdigest())
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(data)
    written = orphan.stat().st_mtime_ns
    assert take_in({"1.dcm": data}).stored == 1
    assert orphan.stat().st_mtime_ns == written
    assert files_below(storage_dir) == [orphan]


@pytest.mark.parametrize("zeros", [False, True])
def test_a_torn_file_in_the_archive_is_written_anew(take_in: TakeIn, zeros: bool) -> None:
    """What a machine that lost its power may leave: a name without all of its content, or with zeros in its place."""
    data = makers.content(makers.mr(1))
    torn = storage.path_of(hashlib.sha256(data).hexdigest())
    torn.parent.mkdir(parents=True)
    torn.write_bytes(data[:100] + bytes(len(data) - 100 if zeros else 0))
    take_in({"1.dcm": data})
    assert torn.read_bytes() == data


@pytest.mark.once
def test_large_files_are_spooled_and_kept_exactly(take_in: TakeIn, storage_dir: Path) -> None:
    large = makers.mr(1, size=4200)
    data = makers.content(large)
    assert len(data) > 32 * 1024 * 1024
    report = take_in({"large.dcm": data, "cut.dcm": makers.content(makers.mr(2, size=4200))[:-5]})
    assert (report.stored, len(report.refused)) == (1, 1)
    [path] = files_below(storage_dir)
    assert path.read_bytes() == data


def test_folders_links_and_missing_paths(db: None, tmp_path: Path) -> None:
    makers.folder(slices(2), tmp_path / "disc" / "a" / "b")
    (tmp_path / "disc" / "loop").symlink_to(tmp_path / "disc")
    (tmp_path / "disc" / "gone.dcm").symlink_to(tmp_path / "nowhere")
    with Ingest(Source.IMPORT) as ingest:
        ingest.add_path(tmp_path / "disc", "disc")
        ingest.add_path(tmp_path / "missing", "missing")
    assert ingest.report.stored == 2
    assert ingest.report.refused == [{"path": "missing", "reason": "there is no file or folder of this name"}]
    skipped = {one.path: one.reason for one in ingest.report.outcomes if isinstance(one, Skipped)}
    assert set(skipped) == {"disc/gone.dcm", "disc/loop"}
    assert "a link to a folder" in skipped["disc/loop"]


@pytest.fixture
def deep_folder(tmp_path: Path) -> Iterator[Path]:
    """A file 1200 folders deep; Python's own tools, which recurse, could neither make nor remove it."""
    top = tmp_path / "deep"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    with os.fdopen(os.open("1.dcm", os.O_CREAT | os.O_WRONLY, dir_fd=here), "wb") as file:
        file.write(makers.content(makers.mr(1)))
    os.close(here)
    yield top
    subprocess.run(["rm", "-r", str(top)], check=True)


def test_folders_nested_deeper_than_python_recurses(db: None, deep_folder: Path) -> None:
    with Ingest(Source.IMPORT) as ingest:
        ingest.add_path(deep_folder, "deep")
    assert (ingest.report.stored, ingest.report.refused) == (1, [])


def test_what_dead_processes_left_goes_after_a_day(storage_dir: Path, tmp_path: Path, settings: Any) -> None:
    """Half-written files of an import, and browsers' uploads: nobody else would ever remove them."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "spool"
    for folder in (storage.incoming(), settings.FILE_UPLOAD_TEMP_DIR):
        folder.mkdir(exist_ok=True)
        for name, age in (("fresh", 3600), ("stale", 25 * 3600)):
            (folder / name).write_bytes(b"half")
            os.utime(folder / name, (time.time() - age,) * 2)
    assert storage.remove_stale() == 2
    assert [path.name for path in files_below(tmp_path)] == ["fresh", "fresh"]


def test_a_slow_import_tells_that_it_goes_on(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would count as ended after a minute, and half a study would be triaged."""
    monkeypatch.setattr("radapp.archive.ingest.FLUSH_SECONDS", 0.0)
    with Ingest(Source.IMPORT) as ingest:
        for number, (name, content) in enumerate((slices(2) | {"note.txt": b"hello"}).items(), 1):
            ingest.add_stream(io.BytesIO(content), name)
            row = Intake.objects.get(id=ingest.intake.id)
            assert row.stored + row.skipped == number


def test_a_failing_archive_is_not_a_file_that_cannot_be_read(db: None, tmp_path: Path, settings: Any) -> None:
    """200 files wait for their batch: the archive's own error must end the import, not become the last file's reason."""
    settings.STORAGE_DIR = tmp_path / "taken"
    settings.STORAGE_DIR.write_bytes(b"a file where the archive's folder should be")
    makers.folder(slices(201), tmp_path / "disc")
    with pytest.raises(OSError, match="taken"), Ingest(Source.IMPORT) as ingest:
        ingest.add_path(tmp_path / "disc")
    assert Instance.objects.count() == 0


@pytest.mark.django_db
def test_the_end_of_an_intake_is_announced_once_with_its_studies(take_in: TakeIn, announced: list[list[str]]) -> None:
    take_in(slices(2) | {"other.dcm": makers.content(makers.mr(1, study="1.2.9", series="1.2.9.1"))})
    take_in({"nothing.txt": b"text"})
    assert announced == [sorted([makers.STUDY, "1.2.9"])]
    assert set(StudyChange.objects.values_list("study_instance_uid", flat=True)) == {makers.STUDY, "1.2.9"}
    intake = Intake.objects.order_by("started_at").first()
    assert intake is not None
    assert intake.finished_at is not None
    assert (intake.stored, sorted(intake.studies)) == (3, sorted([makers.STUDY, "1.2.9"]))
    received = AuditEntry.objects.filter(action="study_received")
    assert set(received.values_list("study_instance_uid", "actor_name")) == {
        (makers.STUDY, "import_dicom"),
        ("1.2.9", "import_dicom"),
    }


@pytest.mark.django_db
def test_hostile_texts_reach_the_database_as_text(take_in: TakeIn) -> None:
    """NUL bytes and control characters, which PostgreSQL refuses, and values longer than their columns."""
    data = makers.content(makers.mr(1, StudyDescription="x" * 500, AccessionNumber="A" * 100, InstanceNumber="99999999999"))
    take_in({"1.dcm": data.replace(b"t2_tse_tra", b"t2\0tse\x1btra")})
    assert Series.objects.get().series_description == "t2 tse tra"
    assert (len(Study.objects.get().study_description), len(Study.objects.get().accession_number)) == (256, 64)
    assert Instance.objects.get().instance_number is None


@pytest.mark.once
@pytest.mark.django_db
def test_flipped_bytes_go_through_the_whole_way(take_in: TakeIn) -> None:
    import random

    rng = random.Random(11)
    files = {}
    for number in range(250):
        data = bytearray(makers.content(makers.mr(number)))
        for _ in range(3):
            data[rng.randrange(132, 1100)] = rng.randrange(256)
        files[f"{number}.dcm"] = bytes(data)
    report = take_in(files)
    assert len(report.outcomes) == 250
    assert report.stored == Instance.objects.count() > 30
    assert len(report.refused) > 30


@pytest.mark.once
def test_the_real_examination(take_in: TakeIn) -> None:
    report = take_in(real_head_mr())
    assert (report.stored, report.skipped, report.set_aside, report.refused) == (232, 0, [], [])
    counts = {series.series_description: series.instances.count() for series in Series.objects.all()}
    assert sorted(counts.values()) == [1, 1, 55, 175], counts
    roles = {series.series_description: series.recognised_role for series in Series.objects.all()}
    by_count = {counts[name]: role for name, role in roles.items() if counts[name] > 1}
    assert by_count == {55: "T2WI", 175: "T1WI"}
    assert all(Series.objects.values_list("evidence", flat=True))
    instance = Instance.objects.order_by("id").first()
    assert instance is not None
    assert pydicom.dcmread(storage.path_of(instance.sha256)).SOPInstanceUID == instance.sop_instance_uid


@pytest.mark.parametrize("syntax", [ExplicitVRBigEndian, ImplicitVRLittleEndian])
def test_bare_data_sets_are_read_as_a_volume(take_in: TakeIn, syntax: str) -> None:
    """What is accepted without a preamble can be used: the networks' reader sees the same values."""
    numbers = range(1, 15)
    take_in({f"IM_{n:04d}": makers.bare(makers.mr(n), syntax) for n in numbers})
    volume = load_series(series_paths(Series.objects.get())).volume
    stored = np.stack([makers.mr(n).pixel_array for n in numbers])
    assert {tuple(plane.ravel()) for plane in volume.voxels} == {tuple(plane.ravel().astype(np.float32)) for plane in stored}
