"""Backups by the commands themselves: taken while studies come in, restored into an empty installation, verified."""

import contextlib
import hashlib
import json
import os
import shutil
import time
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.radapp.archive import makers
from tests.s3 import BUCKET, S3Server, running_s3, s3_server  # noqa: F401 - fixtures
from tests.services import wait_until

pytestmark = pytest.mark.services


@pytest.fixture
def source(tmp_path: Path) -> Installation:
    return Installation.make(tmp_path / "source")


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    return Installation.make(tmp_path / "target", migrated=False)


def take_in(installation: Installation, files: dict[str, bytes]) -> None:
    folder = installation.var / f"in{time.monotonic_ns()}"
    makers.folder(files, folder)
    installation.manage("import_dicom", str(folder))
    shutil.rmtree(folder)


def slices(numbers: range, size: int = 32) -> dict[str, bytes]:
    return {f"{number}.dcm": makers.content(makers.mr(number, size=size)) for number in numbers}


def manifest(backup: Path) -> dict[str, object]:
    return dict(json.loads(sorted((backup / "snapshots").iterdir())[-1].joinpath("manifest.json").read_text()))


_INTAKE = """
import time
from pathlib import Path
from radapp.archive.ingest import Ingest
paths = iter(sorted(Path({folder!r}).iterdir()))
with Ingest("import") as ingest:
    while not Path({stop!r}).exists():
        for _, path in zip(range(20), paths):
            ingest.add_path(path)
        ingest.flush()
        time.sleep(0.01)
ingest.finish()
"""
"""Batches of twenty until it is told to stop: it is under way for as long as the backup takes."""


_REPORT = """
from radapp.accounts.models import User
from radapp.reports import asking, leases
from radapp.reports.making import Made
from radapp.reports.models import SavedReport
from tests.radapp.reports.made import case, inputs
row = SavedReport.objects.create(
    source="cohort:all", definition={"cohort": {}, "examinations": []}, inputs=asking.frozen(inputs([case(1, True)])),
    analysis="tactic", version=1, stand={}, made_by=User.objects.create_user("who"),
)
leases.complete(leases.claim(row.pk), [Made("tactic.json", "json", b"{}"), Made("tactic.en.pdf", "pdf", bytes(range(256)))])
"""
"""A report that is done, without the work of making it."""
_REPORTS = """
import hashlib
from django.db import DatabaseError, transaction
from radapp.reports.models import ReportFile, SavedReport
row = SavedReport.objects.select_related("inputs").get()
files = {one.name: [one.sha256, hashlib.sha256(bytes(one.content)).hexdigest()] for one in row.files.all()}
refused = 0
for change in (lambda: ReportFile.objects.update(size=0), lambda: SavedReport.objects.update(error="x")):
    try:
        with transaction.atomic():
            change()
    except DatabaseError:
        refused += 1
answer = [row.key, row.state, row.inputs.sha256, row.inputs.read().sha256, files, refused]
"""
"""What there is of it: every digest as it is kept, and of the bytes; how many changes of what is final are refused."""


def test_taken_during_an_intake_and_restored(source: Installation, empty: Installation, tmp_path: Path) -> None:
    """Everything that was acknowledged before is in; what came meanwhile is in as a whole or not at all."""
    take_in(source, slices(range(1, 21)))
    source.manage("shell", "--no-imports", "-c", _REPORT)
    before, report_before = source.instances(), source.ask(_REPORTS)
    coming = makers.folder(slices(range(100, 1100)), tmp_path / "coming")
    backup, stop = tmp_path / "backup", tmp_path / "stop"
    script = _INTAKE.format(folder=str(coming), stop=str(stop))
    with source.start("shell", "--no-imports", "-c", script) as intake:
        try:
            wait_until(lambda: len(list(source.archive.glob("??/*"))) > 40, 60, "the intake is under way", every=0.01)
            said = source.manage("backup", str(backup))
            assert intake.poll() is None
        finally:
            stop.touch()
        _, errors = intake.communicate(timeout=120)
        assert intake.returncode == 0, errors
    assert "missing" not in said.lower()
    empty.manage("restore", str(backup))
    after, whole = empty.instances(), source.instances()
    assert before.items() <= after.items() <= whole.items()
    assert len(before) + 20 <= len(after) <= len(whole)
    assert len(after) % 20 == 0
    report = empty.verified()
    assert (report["faults"], report["checked"]) == ([], len(after))
    key, state, kept, computed, files, refused = restored = empty.ask(_REPORTS)
    assert restored == report_before, "reports, what they were made of, and their files are in the database"
    assert (len(key), state, kept == computed, refused) == (22, "done", True, 2)
    assert sorted(files) == ["tactic.en.pdf", "tactic.json"]
    assert all(said == found for said, found in files.values())
    for sha256 in after.values():
        assert hashlib.sha256((empty.archive / sha256[:2] / sha256).read_bytes()).hexdigest() == sha256
    assert (empty.var / "secret-key").read_text() == (source.var / "secret-key").read_text()
    noted = "answer = list(AuditEntry.objects.filter(action='backup_restored').values_list('actor_name', flat=True))"
    assert empty.ask(f"from radapp.accounts.models import AuditEntry\n{noted}") == ["manage.py restore"]
    # The restored installation goes on: the same images are known, new ones are taken in.
    take_in(empty, slices(range(1, 23)))
    assert len(empty.instances()) == len(after) + 2


@pytest.mark.once
def test_a_second_one_copies_what_is_new(source: Installation, empty: Installation, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    take_in(source, slices(range(1, 4)))
    source.manage("backup", "--copy", str(backup))
    take_in(source, slices(range(4, 6)))
    said = source.manage("backup", "--copy", str(backup))
    assert [line.split() for line in said.splitlines() if line.startswith("new")] == [
        ["new", "2", "(0", "MB,", "0", "of", "them", "linked)"]
    ]
    first, second = sorted((backup / "snapshots").iterdir())
    assert [json.loads((one / "manifest.json").read_text())["instances"] for one in (first, second)] == [3, 5]
    assert "instances          3" in empty.manage("restore", str(backup), "--snapshot", first.name)
    source.manage("backup", "--keep", "1", str(backup))
    assert len(list((backup / "snapshots").iterdir())) == 1
    assert len(list((backup / "objects").glob("*/*"))) == 5


@pytest.mark.once
def test_one_turned_bit_is_found_before_anything_is_restored(
    source: Installation, empty: Installation, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    take_in(source, slices(range(1, 4)))
    source.manage("backup", "--copy", str(backup))
    path = sorted((backup / "objects").glob("*/*"))[0]
    content = bytearray(path.read_bytes())
    content[500] ^= 1
    path.write_bytes(content)
    checked = empty.run("restore", str(backup), "--check")
    assert (checked.returncode, path.name in checked.stdout) == (1, True)
    refused = empty.run("restore", str(backup))
    assert refused.returncode == 1
    assert "nothing was restored" in refused.stderr
    assert not list(empty.archive.glob("??/*"))
    restored = empty.run("restore", str(backup), "--despite-losses")
    assert restored.returncode == 0, restored.stderr
    assert [fault["kind"] for fault in empty.verified()["faults"]] == ["missing"]
    # The archive itself still has it: the next backup mends the object.
    source.manage("backup", "--copy", "--recheck", str(backup))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name


@pytest.mark.parametrize("harmed", ["database", "objects.txt", "manifest.json"])
def test_a_damaged_snapshot_is_refused(source: Installation, empty: Installation, tmp_path: Path, harmed: str) -> None:
    backup = tmp_path / "backup"
    take_in(source, slices(range(1, 3)))
    source.manage("backup", str(backup))
    (path,) = (backup / "snapshots").glob(f"*/{harmed}*")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b""
    path.write_bytes(content)
    refused = empty.run("restore", str(backup))
    assert refused.returncode == 1
    assert "damaged" in refused.stderr or "not whole" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.once
def test_an_archive_that_holds_studies_is_left_alone(source: Installation, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    take_in(source, slices(range(1, 3)))
    source.manage("backup", str(backup))
    refused = source.run("restore", str(backup))
    assert (refused.returncode, "expected an empty one" in refused.stderr) == (1, True)
    assert len(source.instances()) == 2


@pytest.mark.once
def test_what_is_no_backup(source: Installation, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear …")
    for command in ("backup", "restore"):
        refused = source.run(command, str(tmp_path / "mine"))
        assert (refused.returncode, "expected" in refused.stderr) == (1, True)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_another_kind_of_database_and_a_newer_program_are_refused(
    source: Installation, empty: Installation, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    source.manage("backup", str(backup))
    (path,) = (backup / "snapshots").glob("*/manifest.json")
    facts = json.loads(path.read_text())
    other = "postgresql" if facts["engine"] == "sqlite" else "sqlite"
    path.write_text(json.dumps({**facts, "engine": other}))
    assert f"found a backup of a {other} database" in empty.run("restore", str(backup)).stderr
    path.write_text(json.dumps({**facts, "migrations": {**facts["migrations"], "archive": "9999_future"}}))
    assert "archive 9999_future" in empty.run("restore", str(backup)).stderr
    path.write_text(json.dumps({**facts, "format": 2}))
    assert "of format 2" in empty.run("restore", str(backup)).stderr


@pytest.mark.once
def test_lost_bytes_are_named_and_the_rest_is_backed_up(source: Installation, empty: Installation, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    take_in(source, slices(range(1, 4)))
    gone, damaged, _ = sorted(source.archive.glob("??/*"))
    gone.unlink()
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    taken = source.run("backup", str(backup))
    assert taken.returncode == 1
    assert gone.name in taken.stdout
    assert damaged.name in taken.stdout
    assert set(manifest(backup)["missing"]) == {gone.name, damaged.name}  # type: ignore[call-overload]
    empty.manage("restore", str(backup))
    assert {fault["name"] for fault in empty.verified()["faults"]} == {gone.name, damaged.name}


@pytest.mark.once
def test_linked_files_and_private_ones(source: Installation, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    take_in(source, slices(range(1, 3)))
    said = source.manage("backup", str(backup))
    assert "keep another copy elsewhere" in said
    assert {os.stat(path).st_nlink for path in (backup / "objects").glob("*/*")} == {2}
    assert os.stat(backup).st_mode & 0o077 == 0
    (key,) = (backup / "snapshots").glob("*/secret-key")
    assert os.stat(key).st_mode & 0o077 == 0


def holders(path: Path) -> set[int]:
    """Which processes have the file open."""
    found = set()
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if os.readlink(handle) == str(path):
                found.add(int(handle.parts[2]))
    return found


def test_a_running_application_is_not_replaced_beneath_its_feet(
    source: Installation, empty: Installation, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    source.manage("backup", str(backup))
    if empty.database_url:
        return  # PostgreSQL's own locks keep others out
    empty.manage("migrate", "--verbosity", "0")
    with empty.start(
        "shell", "--no-imports", "-c", "from django.db import connection; connection.cursor(); import signal; signal.pause()"
    ) as user:
        try:
            wait_until(lambda: user.pid in holders(empty.var / "darndest.sqlite3"), 60, "it is open")
            refused = empty.run("restore", str(backup))
        finally:
            user.kill()
            user.communicate()
        assert f"the processes {user.pid} use" in refused.stderr
    empty.manage("restore", str(backup))


@pytest.mark.once
def test_an_archive_in_a_bucket(empty: Installation, tmp_path: Path, s3_server: S3Server) -> None:  # noqa: F811
    """Backed up from a bucket, verified there, and restored into another."""
    url = f"s3://{BUCKET}/{{}}?endpoint={s3_server.endpoint}&region=us-east-1&addressing=path"
    source = Installation.make(tmp_path / "bucket", STORAGE_URL=url.format("one"))
    take_in(source, slices(range(1, 4)))
    assert source.verified()["checked"] == 3
    shutil.rmtree(source.var / "archive-copies")
    source.manage("backup", str(tmp_path / "backup"))
    other = Installation(empty.var, empty.database_url, {"STORAGE_URL": url.format("two")})
    other.manage("restore", str(tmp_path / "backup"))
    report = other.verified()
    assert (report["faults"], report["checked"]) == ([], 3)
    listed = s3_server.client().list_objects_v2(Bucket=BUCKET)["Contents"]
    assert sorted(one["Key"][:4] for one in listed) == ["one/"] * 3 + ["two/"] * 3
