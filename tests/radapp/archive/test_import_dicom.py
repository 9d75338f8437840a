"""The command: its JSON, its table, its exit status, and what --wait waits for."""

import json
import os
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from radapp.archive import waiting
from radapp.archive.management.commands import import_dicom
from radapp.archive.waiting import Standing
from tests.radapp.archive import makers


@pytest.fixture
def listener() -> Iterator[list[list[Standing]]]:
    """Stands in for triage: answers one entry of the list after another."""
    answers: list[list[Standing]] = []
    before = list(waiting._registered)

    def standings(study_uids: Sequence[str]) -> list[Standing]:
        return answers.pop(0)

    waiting.register(standings)
    yield answers
    waiting._registered[:] = before


def run(*arguments: str | Path) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("import_dicom", *map(str, arguments), stdout=out)
    except SystemExit as stopped:
        return int(str(stopped.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db
def test_json_on_the_last_line(tmp_path: Path) -> None:
    files = {"a/1.dcm": makers.content(makers.mr(1)), "a/readme.txt": b"hello"}
    status, printed = run(makers.folder(files, tmp_path / "disc"), "--json")
    assert status == 0
    assert json.loads(printed.splitlines()[-1]) == {
        "stored": 1, "already": 0, "skipped": 1, "set_aside": [], "refused": [], "studies": [makers.STUDY],
    }  # fmt: skip
    status, printed = run(tmp_path / "disc", "--json")
    assert (status, json.loads(printed)["already"]) == (0, 1)


@pytest.mark.django_db
def test_refused_and_set_aside_are_exit_status_1_and_named(tmp_path: Path) -> None:
    sound = makers.folder({"1.dcm": makers.content(makers.mr(1))}, tmp_path / "sound")
    cut = makers.folder({"2.dcm": makers.content(makers.mr(2))[:-9]}, tmp_path / "cut")
    other = makers.folder({"1.dcm": makers.content(makers.mr(1, PatientName="Other^Name"))}, tmp_path / "other")
    status, printed = run(sound, cut)
    assert status == 1
    assert f"{cut}/2.dcm: the data set is damaged" in printed
    status, printed = run(other)
    assert status == 1
    assert f"{other}/1.dcm: the stored data set differs in PatientName" in printed
    status, printed = run(tmp_path / "nothing", "--json")
    assert status == 1
    assert json.loads(printed)["refused"] == [
        {"path": str(tmp_path / "nothing"), "reason": "there is no file or folder of this name"}
    ]


@pytest.mark.django_db
def test_a_pipe_among_the_paths_is_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.dcm")
    status, printed = run(tmp_path / "pipe.dcm", "--json")
    assert (status, json.loads(printed)["skipped"]) == (0, 1)
    assert import_dicom._count(tmp_path) == 1  # what the progress bar asks, which opened it once and waited for ever


@pytest.mark.django_db
def test_names_that_are_no_text_are_reported(tmp_path: Path) -> None:
    """Linux allows any bytes as a name; the report is JSON that every terminal can print."""
    (tmp_path / os.fsdecode(b"bad\xff.dcm")).write_bytes(b"")
    (tmp_path / "坏.dcm").write_bytes(b"")
    status, printed = run(tmp_path, "--json")
    assert status == 1
    assert printed.isascii()
    assert [Path(one["path"]).name for one in json.loads(printed)["refused"]] == ["bad\\udcff.dcm", "坏.dcm"]


@pytest.mark.django_db
def test_the_progress_bar_counts_what_is_walked(tmp_path: Path) -> None:
    sound = {f"{number}.dcm": makers.content(makers.mr(number)) for number in (1, 2)}
    makers.folder(sound | {"cut.zip": b"PK\3\4", "note.txt": b"hello"}, tmp_path / "disc")
    makers.zipped(sound | {"../out.dcm": b""}, tmp_path / "disc" / "a.zip")
    assert import_dicom._count(tmp_path / "disc") == 2 + 2 + 3


@pytest.mark.django_db
def test_wait_returns_when_every_study_is_settled(
    tmp_path: Path, listener: list[list[Standing]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("radapp.archive.management.commands.import_dicom.POLL_SECONDS", 0.01)
    listener += [
        [Standing(makers.STUDY, "queued", "", settled=False)],
        [Standing(makers.STUDY, "running", "", settled=False)],
        [Standing(makers.STUDY, "not_assessable", "gaps between slices", settled=True)],
    ]
    status, printed = run(makers.folder({"1.dcm": makers.content(makers.mr(1))}, tmp_path / "disc"), "--wait")
    assert status == 0
    assert "not_assessable (gaps between slices)" in printed
    assert listener == []


def test_what_is_larger_than_any_instance_is_not_read(db: None, tmp_path: Path) -> None:
    folder = makers.folder({"1.dcm": makers.content(makers.mr(1))}, tmp_path / "in")
    with (folder / "endless.dcm").open("wb") as file:
        file.write(bytes(128) + b"DICM")
        file.truncate(1024**4)
    status, said = run(folder, "--json")
    report = json.loads(said)
    assert (status, report["stored"]) == (1, 1)
    assert "at most 2147483648" in report["refused"][0]["reason"]
