"""verify_archive: a turned bit, lost bytes, bytes without a row and strange files are found, mended where possible."""

import io
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from radapp.accounts.models import AuditEntry, User
from radapp.archive import removal, set_aside, storage, verification
from radapp.archive.management.commands import verify_archive
from radapp.archive.models import Discarded, Instance, SetAside, Study
from radapp.archive.outcomes import IntakeReport
from tests.radapp.archive import makers

pytestmark = pytest.mark.once

TakeIn = Callable[..., IntakeReport]


@pytest.fixture(autouse=True)
def own_notes(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path


@pytest.fixture
def slices(take_in: TakeIn) -> list[Instance]:
    take_in({f"{number}.dcm": makers.content(makers.mr(number)) for number in range(1, 6)})
    return list(Instance.objects.order_by("instance_number"))


def verify(*words: str) -> tuple[int, dict[str, Any]]:
    """Exit status and report."""
    out = io.StringIO()
    try:
        call_command("verify_archive", "--json", "--throttle", "0", *words, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def aged(path: Path) -> Path:
    """As if it had been written long ago."""
    long_ago = time.time() - 2 * verification.YOUNG_S
    os.utime(path, (long_ago, long_ago))
    return path


def turn_a_bit(one: Instance) -> bytes:
    path = storage.path_of(one.sha256)
    content = bytearray(path.read_bytes())
    content[-100] ^= 0x10
    path.write_bytes(content)
    return bytes(content)


def test_a_sound_archive(slices: list[Instance], capsys: pytest.CaptureFixture[str]) -> None:
    status, report = verify()
    assert (status, report["faults"], report["checked"], report["complete"]) == (0, [], 5, True)
    assert report["octets"] == sum(one.size for one in slices)
    call_command("verify_archive")
    assert "every byte is what it was" in capsys.readouterr().out


def test_one_turned_bit_is_found(slices: list[Instance]) -> None:
    turn_a_bit(slices[2])
    status, report = verify()
    assert status == 1
    (fault,) = report["faults"]
    assert (fault["kind"], fault["name"], fault["instances"]) == (
        "damaged",
        slices[2].sha256,
        [slices[2].sop_instance_uid],
    )


def test_damaged_bytes_are_put_aside_and_heal_when_they_come_again(slices: list[Instance], take_in: TakeIn) -> None:
    broken = turn_a_bit(slices[0])
    status, report = verify("--repair")
    assert status == 1
    assert "take the same files in again" in report["faults"][0]["done"]
    assert not storage.path_of(slices[0].sha256).exists()
    assert (Path(storage.store().root) / "quarantine" / slices[0].sha256).read_bytes() == broken  # type: ignore[attr-defined]
    status, report = verify()
    assert [fault["kind"] for fault in report["faults"]] == ["missing"]
    assert take_in({"1.dcm": makers.content(makers.mr(1))}).already == 1
    assert verify()[0] == 0


def test_lost_bytes_heal_from_another_encoding_of_the_same_data_set(slices: list[Instance], take_in: TakeIn) -> None:
    storage.path_of(slices[0].sha256).unlink()
    other = makers.content(makers.mr(1), "1.2.840.10008.1.2")
    assert take_in({"1.dcm": other}).already == 1
    one = Instance.objects.get(pk=slices[0].pk)
    assert storage.path_of(one.sha256).read_bytes() == other
    assert one.transfer_syntax_uid == "1.2.840.10008.1.2"
    noted = AuditEntry.objects.get(action=AuditEntry.Action.BYTES_REPAIRED)
    assert (noted.study_instance_uid, noted.after["sha256"]) == (makers.STUDY, one.sha256)
    assert verify()[0] == 0


def test_lost_bytes_cannot_be_compared(slices: list[Instance], take_in: TakeIn) -> None:
    storage.path_of(slices[0].sha256).unlink()
    report = take_in({"1.dcm": makers.content(makers.mr(1, PatientName="Other^Name"))})
    assert "are lost" in report.refused[0]["reason"]


def test_bytes_come_back_from_a_backup(slices: list[Instance], tmp_path: Path) -> None:
    folder = tmp_path / "backup" / "objects"
    for one in slices[:2]:
        path = folder / one.sha256[:2] / one.sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(storage.path_of(one.sha256).read_bytes())
    turn_a_bit(slices[0])
    storage.path_of(slices[1].sha256).unlink()
    status, report = verify("--repair", "--copies", str(tmp_path / "backup"))
    assert (status, len(report["faults"])) == (0, 2)
    assert all("written again" in fault["done"] for fault in report["faults"])
    assert verify()[0] == 0


def test_a_damaged_copy_is_no_copy(slices: list[Instance], tmp_path: Path) -> None:
    one = slices[0]
    path = tmp_path / "backup" / "objects" / one.sha256[:2] / one.sha256
    path.parent.mkdir(parents=True)
    path.write_bytes(turn_a_bit(one))
    assert verify("--repair", "--copies", str(tmp_path / "backup"))[0] == 1


def test_what_a_crash_left_without_a_row_gets_one(slices: list[Instance], announced: list[list[str]]) -> None:
    with transaction.atomic():
        Instance.objects.filter(pk=slices[1].pk).delete()
        Discarded.objects.all().delete()
    aged(storage.path_of(slices[1].sha256))
    status, report = verify()
    assert (status, [fault["kind"] for fault in report["faults"]]) == (1, ["orphan"])
    status, report = verify("--repair")
    assert (status, report["faults"][0]["done"]) == (0, "given a row")
    assert Instance.objects.get(sop_instance_uid=slices[1].sop_instance_uid).sha256 == slices[1].sha256
    assert announced == [[makers.STUDY]]
    assert verify()[0] == 0


def test_what_is_no_instance_is_put_aside(slices: list[Instance], caplog: pytest.LogCaptureFixture) -> None:
    content = io.BytesIO(b"no DICOM at all" * 100)
    name, _ = storage.put(content)
    other, _ = storage.put(io.BytesIO(makers.content(makers.mr(1), "1.2.840.10008.1.2")))
    for one in (name, other):
        aged(storage.path_of(one))
    (storage.path_of(name).parent / "notes.txt").write_text("mine")
    strange = os.fsencode(storage.path_of(name).parent) + b"/no\xffname"
    Path(os.fsdecode(strange)).write_text("whose?")
    status, report = verify("--repair")
    assert status == 0
    assert sorted(fault["kind"] for fault in report["faults"]) == ["foreign", "foreign", "orphan", "orphan"]
    root = storage.path_of(name).parent.parent
    assert {path.name for path in (root / "quarantine").iterdir()} == {name, other, "notes.txt", "no\udcffname"}
    assert caplog.text.encode(), "a log in UTF-8 can hold every name"
    assert AuditEntry.objects.filter(action=AuditEntry.Action.BYTES_REPAIRED).count() == 4
    assert verify()[0] == 0


def test_bytes_on_their_way_in_or_out_are_no_orphans(
    slices: list[Instance], people: dict[str, User], take_in: TakeIn
) -> None:
    """Young ones without a row, those of a deleted study, and what an accepted correction replaced."""
    storage.put(io.BytesIO(b"just written"))
    take_in({"1.dcm": makers.content(makers.mr(1, PatientName="Right^Name"))})
    set_aside.decide(set_aside_id=SetAside.objects.get().pk, accept=True, user=people["administrator"], reason="")
    aged(storage.path_of(slices[0].sha256))
    assert verify()[0] == 0
    with transaction.atomic():
        Study.objects.all().delete()
    for one in slices:
        aged(storage.path_of(one.sha256))
    assert verify()[0] == 0


def test_removed_bytes_that_nothing_deletes_are_marked_again(slices: list[Instance]) -> None:
    with transaction.atomic():
        Study.objects.all().delete()
    Discarded.objects.update(due_at=timezone.now())
    removal.sweep()
    Discarded.objects.all().delete()
    status, report = verify("--repair")
    assert status == 0
    assert {fault["kind"] for fault in report["faults"]} == {"stray"}
    assert Discarded.objects.filter(step="removed").count() == 5


def test_removed_bytes_that_a_row_names_come_back(slices: list[Instance]) -> None:
    storage.store().remove(slices[0].sha256)
    status, report = verify("--repair")
    assert status == 0
    assert report["faults"][0]["done"] == "brought back from the removed ones"


def test_a_run_that_was_ended_goes_on(slices: list[Instance], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turn_a_bit(slices[0])
    parts = iter(range(300))
    seen = verification.Look.prefix

    def ended(self: verification.Look, prefix: str) -> Any:
        if next(parts) == 128:
            raise KeyboardInterrupt
        return seen(self, prefix)

    monkeypatch.setattr(verification.Look, "prefix", ended)
    with pytest.raises(KeyboardInterrupt):
        verify()
    assert json.loads((tmp_path / verify_archive.STATE).read_text())["parts"] == 128
    status, report = verify()
    assert (status, len(report["faults"]), report["checked"]) == (1, 1, 5)
    assert not (tmp_path / verify_archive.STATE).exists()


def test_reading_is_slowed_down() -> None:
    throttle = verification.Throttle(1_000_000)
    began = time.monotonic()
    for _ in range(4):
        throttle(100_000)
    assert time.monotonic() - began > 0.3
