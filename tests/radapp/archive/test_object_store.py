"""The archive in an S3-compatible store: a real server of the protocol, the same names, checked on the way in and out."""

import hashlib
import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from radapp.archive import byte_index, object_store, storage
from radapp.archive.errors import StorageUnreachable
from radapp.archive.models import Instance, Intake
from radapp.archive.object_store import DamagedBytesError, ObjectStore
from radapp.archive.outcomes import IntakeReport
from radapp.environment import Bucket
from tests.radapp.archive import makers
from tests.radapp.archive.conftest import files_below
from tests.s3 import BUCKET, S3Server, running_s3, s3_server  # noqa: F401 - fixtures

pytestmark = [pytest.mark.services, pytest.mark.once]
TakeIn = Callable[..., IntakeReport]
PREFIX = "darndest/one"


@pytest.fixture
def copies(tmp_path: Path, settings: Any, s3_server: S3Server) -> Iterator[Path]:  # noqa: F811
    """The archive lies in the bucket; the folder of this machine's copies."""
    settings.STORAGE_DIR = tmp_path / "copies"
    settings.STORAGE_BUCKET = Bucket(BUCKET, PREFIX, s3_server.endpoint, "us-east-1", "path")
    byte_index.layout_of.cache_clear()
    yield tmp_path / "copies"
    storage._object_store.cache_clear()


def keys(server: S3Server) -> list[str]:
    found = server.client().list_objects_v2(Bucket=BUCKET)
    return sorted(one["Key"] for one in found.get("Contents", []))


def forget(copies: Path) -> None:
    """As on another machine."""
    for path in files_below(copies):
        path.unlink()


def test_objects_have_the_archive_s_names(take_in: TakeIn, copies: Path, s3_server: S3Server) -> None:  # noqa: F811
    files = {f"{number}.dcm": makers.content(makers.mr(number)) for number in range(1, 13)}
    assert take_in(files).stored == 12
    assert take_in(files).already == 12
    names = [hashlib.sha256(data).hexdigest() for data in files.values()]
    assert keys(s3_server) == sorted(f"{PREFIX}/{name[:2]}/{name}" for name in names)
    forget(copies)
    assert [storage.path_of(name).read_bytes() for name in names] == list(files.values())
    assert files_below(copies / "incoming") == []


def test_frames_and_metadata_come_from_the_store(
    take_in: TakeIn, copies: Path, signed_in: Callable[[str], Client], settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    dataset = makers.mr(1)
    take_in({"1.dcm": makers.content(dataset)})
    forget(copies)
    address = f"/dicom-web/studies/{makers.STUDY}/series/{makers.SERIES}"
    client = signed_in("radiologist")
    frame = client.get(f"{address}/instances/{makers.SERIES}.1/frames/1", headers={"Accept": "application/octet-stream"})
    assert frame.content == dataset.PixelData
    assert client.get(f"{address}/metadata").json()[0]["00100020"]["Value"] == ["P1"]


def test_other_bytes_under_a_name_are_not_taken_for_it(take_in: TakeIn, copies: Path, s3_server: S3Server) -> None:  # noqa: F811
    take_in({"1.dcm": makers.content(makers.mr(1))})
    one = Instance.objects.get()
    (key,) = keys(s3_server)
    s3_server.client().put_object(Bucket=BUCKET, Key=key, Body=b"x" * one.size)
    forget(copies)
    with pytest.raises(DamagedBytesError, match="expected " + one.sha256):
        storage.open_(one.sha256)
    assert files_below(copies) == []


def test_bytes_that_are_in_no_store(copies: Path) -> None:
    with pytest.raises(FileNotFoundError):
        storage.path_of("0" * 64)
    with pytest.raises(ValueError, match="expected the 64"):
        storage.path_of("../../etc/passwd")


def test_a_store_that_does_not_answer_refuses_in_words(
    take_in: TakeIn, copies: Path, settings: Any, announced: list[list[str]]
) -> None:
    settings.STORAGE_BUCKET = Bucket(BUCKET, PREFIX, "http://127.0.0.1:9", "us-east-1", "path")
    report = take_in({f"{number}.dcm": makers.content(makers.mr(number)) for number in (1, 2)})
    assert (report.stored, len(report.refused)) == (0, 2)
    assert {entry["reason"].split(":")[0] for entry in report.refused} == {"the store of images does not answer"}
    assert Instance.objects.count() == 0
    assert Intake.objects.get().storage_full
    assert announced == []
    assert files_below(copies) == []
    with pytest.raises(StorageUnreachable):
        storage.path_of("0" * 64)


def test_copies_are_bounded_and_the_least_recently_used_go(copies: Path, s3_server: S3Server) -> None:  # noqa: F811
    store = ObjectStore(Bucket(BUCKET, PREFIX, s3_server.endpoint, "us-east-1", "path"), copies, 2500)
    names = []
    for number in range(5):
        content = bytes([number]) * 1000
        names.append(hashlib.sha256(content).hexdigest())
        staged = copies / f"staged{number}"
        staged.parent.mkdir(exist_ok=True)
        staged.write_bytes(content)
        store.take({names[-1]: staged}, [])
    old = time.time() - 2 * object_store.USED_S
    for number in (0, 1, 3, 4):
        os.utime(store.place_of(names[number]), (old + number, old + number))
    assert store.trim() == 3
    assert [store.place_of(name).exists() for name in names] == [False, False, True, False, True]
    assert store.path_of(names[0]).read_bytes() == bytes(1000)


def test_removed_objects_come_back_until_they_are_dropped(copies: Path, s3_server: S3Server) -> None:  # noqa: F811
    sha256, size = storage.put(io.BytesIO(b"image"))
    store = storage.store()
    assert store.size_of(sha256) == size
    assert store.remove(sha256)
    assert not store.remove(sha256)
    assert store.size_of(sha256) is None
    assert storage.path_of(sha256).read_bytes() == b"image"
    assert store.size_of(sha256) == size
    store.remove(sha256)
    store.drop(sha256)
    with pytest.raises(FileNotFoundError):
        storage.path_of(sha256)
    assert keys(s3_server) == []


def test_what_the_store_has_is_listed_and_looked_into(copies: Path, s3_server: S3Server) -> None:  # noqa: F811
    sha256, size = storage.put(io.BytesIO(b"image"))
    store = storage.store()
    s3_server.client().put_object(Bucket=BUCKET, Key=f"{PREFIX}/{sha256[:2]}/notes.txt", Body=b"?")
    assert [(one.name, one.size) for one in store.names(sha256[:2])] == [(sha256, size), ("notes.txt", 1)]
    assert list(store.names("zz")) == []
    assert store.digest_of(sha256) == (sha256, size)
    place = store.quarantine(sha256[:2], "notes.txt")
    assert place == f"{PREFIX}/quarantine/notes.txt"
    assert [one.name for one in store.names(sha256[:2])] == [sha256]
