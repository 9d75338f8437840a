"""A full disk, on a real small file system: refused in words, nothing half-stored, and all goes on once there is room."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from radapp.archive import storage
from radapp.archive.errors import StorageFull
from radapp.archive.models import Instance, Intake, SetAside, Study
from radapp.archive.outcomes import IntakeReport
from tests.radapp.archive import makers
from tests.radapp.archive.conftest import files_below
from tests.shared import not_here

TakeIn = Callable[..., IntakeReport]
SLICE = 100  # rows and columns: 20 kB of pixels


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode != 0:
        not_here(f"this test mounts a small tmpfs, which needs root: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_archive(small_disk: Path, settings: Any) -> Path:
    """The archive on the small disk."""
    settings.STORAGE_DIR = small_disk / "archive"
    return small_disk / "archive"


def slices(numbers: range) -> dict[str, bytes]:
    return {f"{number:02d}.dcm": makers.content(makers.mr(number, size=SLICE)) for number in numbers}


def check_nothing_is_half_stored(folder: Path) -> None:
    """Every row has its bytes, whole; no temporary file is left."""
    for row in Instance.objects.all():
        assert storage.path_of(row.sha256).stat().st_size == row.size
    assert files_below(folder / "incoming") == []


def test_import_stops_cleanly_and_goes_on_when_there_is_room(
    take_in: TakeIn, small_archive: Path, small_disk: Path, announced: list[list[str]]
) -> None:
    report = take_in(slices(range(1, 31)))
    assert 0 < report.stored < 15
    assert report.stored + len(report.refused) == 30
    assert {entry["reason"].split(":")[0] for entry in report.refused} == {"the disk is full"}
    assert Instance.objects.count() == report.stored
    assert Intake.objects.get().storage_full
    check_nothing_is_half_stored(small_archive)
    # Half an examination is not announced: a tactic that read it would not know what is missing.
    assert announced == []
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    again = take_in(slices(range(1, 31)))
    assert (again.already, again.stored, again.refused) == (report.stored, 30 - report.stored, [])
    assert announced == [[makers.STUDY]]
    check_nothing_is_half_stored(small_archive)


def test_the_page_is_told_507(signed_in: Callable[[str], Client], small_archive: Path, db: None) -> None:
    client = signed_in("radiologist")
    intake = client.post("/api/intakes/").json()["id"]
    uploads = [SimpleUploadedFile(name, data) for name, data in slices(range(1, 31)).items()]
    answer = client.post(f"/api/intakes/{intake}/files/", {"files": uploads})
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert "Make room" in answer.json()["detail"]
    report = client.get(f"/api/intakes/{intake}/").json()
    assert report["stored"] == Instance.objects.count() > 0
    assert report["stored"] + len(report["refused"]) == 30
    check_nothing_is_half_stored(small_archive)


def test_a_full_spool_is_told_the_same(signed_in: Callable[[str], Client], small_disk: Path, settings: Any) -> None:
    """The upload itself does not fit where it is received."""
    settings.FILE_UPLOAD_TEMP_DIR = small_disk
    client = signed_in("radiologist")
    intake = client.post("/api/intakes/").json()["id"]
    large = makers.content(makers.mr(1, size=600))
    answer = client.post(f"/api/intakes/{intake}/files/", {"files": [SimpleUploadedFile("1.dcm", large)]})
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert Study.objects.count() == 0
    assert files_below(small_disk) == []


def test_set_aside_needs_room_too(take_in: TakeIn, small_archive: Path) -> None:
    take_in({"1.dcm": makers.content(makers.mr(1, size=250))})
    report = take_in({"1.dcm": makers.content(makers.mr(1, size=250, PatientName="Right^Name"))})
    if not report.set_aside:
        assert "the disk is full" in report.refused[0]["reason"]
    third = take_in({"1.dcm": makers.content(makers.mr(1, size=250, PatientName="Third^Name"))})
    assert "the disk is full" in third.refused[0]["reason"]
    assert SetAside.objects.count() == len(report.set_aside)
    check_nothing_is_half_stored(small_archive)


def test_putting_one_file_says_so(small_archive: Path, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(os.urandom(500_000))
    with large.open("rb") as file, pytest.raises(StorageFull):
        storage.put(file)
    assert files_below(small_archive) == []
