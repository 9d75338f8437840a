"""Zip archives: members by name, nothing written where a name says, bombs and damage refused, odd names readable."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from radapp.archive import unpacking
from radapp.archive.models import Instance
from radapp.archive.outcomes import IntakeReport
from tests.radapp.archive import makers
from tests.radapp.archive.conftest import files_below

pytestmark = pytest.mark.once

TakeIn = Callable[..., IntakeReport]


def refused(report: IntakeReport) -> dict[str, str]:
    return {entry["path"]: entry["reason"] for entry in report.refused}


def test_members_are_taken_in_one_by_one(take_in: TakeIn, tmp_path: Path) -> None:
    files = {f"disc/{number}.dcm": makers.content(makers.mr(number)) for number in range(1, 6)}
    files |= {"disc/DICOMDIR": makers.directory(), "disc/cut.dcm": makers.content(makers.mr(9))[:-9], "notes.txt": b"hello"}
    report = take_in(makers.zipped(files, tmp_path / "a.zip"))
    assert (report.stored, report.skipped) == (5, 2)
    assert list(refused(report)) == ["/disc/cut.dcm"]


@pytest.mark.parametrize(
    "name", ["../out.dcm", "a/../../out.dcm", "/etc/out.dcm", "C:\\out.dcm", "..\\out.dcm", "\\\\host\\out.dcm"]
)
def test_names_that_leave_the_archive_are_refused(take_in: TakeIn, tmp_path: Path, storage_dir: Path, name: str) -> None:
    sound = makers.content(makers.mr(1))
    before = set(tmp_path.parent.rglob("*"))
    report = take_in(makers.zipped({name: sound, "good.dcm": makers.content(makers.mr(2))}, tmp_path / "a.zip"))
    assert report.stored == 1
    [(path, reason)] = refused(report).items()
    assert path.endswith("out.dcm")
    assert "not read" in reason
    new = {path for path in set(tmp_path.parent.rglob("*")) - before if path.is_file() and storage_dir not in path.parents}
    assert new == {tmp_path / "a.zip"}


def test_a_zip_in_a_zip_is_refused_by_name(take_in: TakeIn, tmp_path: Path) -> None:
    inner = makers.zipped({"1.dcm": makers.content(makers.mr(1))}, tmp_path / "inner.zip").read_bytes()
    report = take_in(makers.zipped({"inner.zip": inner, "2.dcm": makers.content(makers.mr(2))}, tmp_path / "a.zip"))
    assert report.stored == 1
    assert "zip inside a zip" in refused(report)["/inner.zip"]


def test_other_archives_are_refused_not_skipped(take_in: TakeIn) -> None:
    report = take_in({"study.tgz": b"\x1f\x8b\x08" + b"\0" * 100, "study.7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 50})
    assert set(refused(report)) == {"/study.tgz", "/study.7z"}
    assert all("unpack it" in reason for reason in refused(report).values())


def test_encrypted_members_are_refused(take_in: TakeIn, tmp_path: Path) -> None:
    path = makers.zipped({"1.dcm": makers.content(makers.mr(1))}, tmp_path / "a.zip")
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    path.write_bytes(data)
    assert "encrypted" in refused(take_in(path))["/1.dcm"]


def test_a_damaged_member_does_not_stop_the_others(take_in: TakeIn, tmp_path: Path) -> None:
    files = {f"{number}.dcm": makers.content(makers.mr(number)) for number in (1, 2, 3)}
    path = makers.zipped(files, tmp_path / "a.zip", zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[data.index(files["2.dcm"]) + 1500] ^= 0xFF
    path.write_bytes(data)
    report = take_in(path)
    assert report.stored == 2
    assert "damaged in the zip archive" in refused(report)["/2.dcm"]


@pytest.mark.parametrize("keep", [30, 2000])
def test_a_cut_zip_is_refused_whole(take_in: TakeIn, tmp_path: Path, keep: int) -> None:
    path = makers.zipped({"1.dcm": makers.content(makers.mr(1))}, tmp_path / "a.zip")
    path.write_bytes(path.read_bytes()[:keep])
    assert "damaged or cut off" in next(iter(refused(take_in(path)).values()))


@pytest.mark.parametrize("data", [b"", b"hello", b"\0\1\2" * 500])
def test_a_zip_by_name_alone_is_refused_not_skipped(take_in: TakeIn, data: bytes) -> None:
    """Whoever hands over study.zip must hear that nothing of it came in."""
    assert "expected a zip archive" in refused(take_in({"study.zip": data}))["/study.zip"]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_member_damaged_inside_its_packing_is_refused_alone(take_in: TakeIn, tmp_path: Path, method: int) -> None:
    path = makers.zipped({f"{n}.dcm": makers.content(makers.mr(n)) for n in (1, 2)}, tmp_path / "a.zip", method)
    data = bytearray(path.read_bytes())
    data[60:120] = bytes(60)
    path.write_bytes(data)
    report = take_in(path)
    assert report.stored == 1
    assert "damaged in the zip archive" in refused(report)["/1.dcm"]


def test_a_zip_of_a_later_format_is_refused_in_words(take_in: TakeIn, tmp_path: Path) -> None:
    path = makers.zipped({"1.dcm": makers.content(makers.mr(1))}, tmp_path / "a.zip")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 6] = 99  # version needed to extract
    path.write_bytes(data)
    assert "zip file version 9.9" in next(iter(refused(take_in(path)).values()))


def test_a_member_whose_dictionary_would_take_four_gigabytes(take_in: TakeIn, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for number in (1, 2):
            archive.writestr(f"{number}.dcm", makers.content(makers.mr(number)))
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, 30 + len("1.dcm") + 4 + 1, 0xFFFFFFFF)
    path.write_bytes(data)
    report = take_in(path)
    assert report.stored + len(refused(report)) == 2


def test_a_bomb_is_refused_before_it_grows(
    take_in: TakeIn, tmp_path: Path, storage_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Members of zeros behind a DICOM beginning, 1000 : 1. The spare is lowered so that the test stays small."""
    monkeypatch.setattr(unpacking, "SPARE_BYTES", 1024 * 1024)
    beginning = makers.content(makers.mr(1))[:1000]
    path = makers.zipped({f"{number}.dcm": beginning + b"\0" * 8_000_000 for number in range(8)}, tmp_path / "bomb.zip")
    report = take_in(path)
    assert report.stored == 0
    assert any("zip bomb" in reason for reason in refused(report).values())
    assert files_below(storage_dir) == []


def test_overlapping_members_are_a_bomb(take_in: TakeIn, tmp_path: Path) -> None:
    """One member that the directory lists many times."""
    path = makers.zipped({"1.dcm": makers.content(makers.mr(1))}, tmp_path / "a.zip")
    data = path.read_bytes()
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[start:end] * 50
    tail = bytearray(data[end:])
    tail[8:12] = (50).to_bytes(2, "little") * 2
    tail[12:16] = len(entries).to_bytes(4, "little")
    path.write_bytes(data[:start] + entries + bytes(tail))
    assert "overlap" in next(iter(refused(take_in(path)).values()))


@pytest.mark.parametrize("zip64", [False, True])
def test_an_endless_table_of_contents_is_not_read(take_in: TakeIn, tmp_path: Path, zip64: bool) -> None:
    """750 000 entries in 34 MB: of a file four times as large zipfile would make a gigabyte of objects."""
    count = 750_000
    entry = b"PK\1\2" + bytes(42)
    length = count * len(entry)
    start = b"PK\3\4" + bytes(26)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, len(start))
    end64 += struct.pack("<4sLQL", b"PK\6\7", 0, len(start) + length, 1)
    claimed = 0xFFFFFFFF if zip64 else length
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, claimed, len(start), 0)
    path = tmp_path / "many.zip"
    path.write_bytes(start + entry * count + (end64 if zip64 else b"") + end)
    tracemalloc.start()
    report = take_in(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "lists far more than" in next(iter(refused(report).values()))
    assert peak < 8 * 1024 * 1024


def test_a_zip64_archive_is_read(take_in: TakeIn, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive, archive.open("1.dcm", "w", force_zip64=True) as member:
        member.write(makers.content(makers.mr(1)))
    assert take_in(path).stored == 1


def test_names_in_other_encodings_are_readable(take_in: TakeIn, tmp_path: Path) -> None:
    """Windows in Chinese writes GBK without the UTF-8 flag."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("AAAAAAAA/1.dcm", makers.content(makers.mr(1))[:-9])
    path = tmp_path / "a.zip"
    path.write_bytes(out.getvalue().replace(b"AAAAAAAA", "检查图像".encode("gbk")))
    assert list(refused(take_in(path))) == ["/检查图像/1.dcm"]
    assert Instance.objects.count() == 0
