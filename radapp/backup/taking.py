"""Takes a backup while the application runs: the database first, then the bytes that it names, each verified."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from radapp.archive import storage
from radapp.archive.errors import StorageUnreachable
from radapp.archive.models import Instance, Study
from radapp.backup import databases, layout
from radapp.backup.layout import BackupRefusedError, Manifest, Snapshot
from radapp.environment import ROOT
from radapp.triage.models import InstalledBundle


@dataclass
class Taken:
    """What a backup did."""

    snapshot: Snapshot
    new: int = 0
    linked: int = 0
    octets: int = 0
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ways:
    """How to take one. `link`: share files with the archive on the same disk; `recheck`: read earlier objects again."""

    link: bool = True
    recheck: bool = False
    on_object: Callable[[], object] = lambda: None


def take(root: Path, ways: Ways) -> Taken:
    """Take a snapshot into the backup at `root`, which may hold earlier ones. Raises BackupRefusedError."""
    _prepare(root)
    now = datetime.now(UTC)
    folder = Path(tempfile.mkdtemp(prefix=layout.UNFINISHED, dir=root / "snapshots"))
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        taken = _fill(root, folder, now, ways)
        final = root / "snapshots" / now.strftime("%Y%m%dT%H%M%SZ")
        while final.exists():  # two within a second
            final = final.with_name(final.name + "x")
        layout.synced(folder)
        folder.rename(final)
        undo.pop_all()
        layout.synced(final.parent)
    taken.snapshot = Snapshot(final, taken.snapshot.manifest)
    return taken


def _prepare(root: Path) -> None:
    if root.exists() and any(root.iterdir()) and not (root / "snapshots").is_dir():
        raise BackupRefusedError(f"found other files in {root}, expected an empty folder or an earlier backup")
    for part in ("snapshots", "objects", "bundles"):
        (root / part).mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)


def _fill(root: Path, folder: Path, now: datetime, ways: Ways) -> Taken:
    database = databases.database()
    dump = folder / database.file
    octets = objects = 0
    with database.dumped(dump) as reader, (folder / layout.OBJECTS).open("w") as listed:
        for sha256, size in databases.named_bytes(reader):
            if size is None:
                size = storage.store().size_of(sha256)
                if size is None:
                    continue  # the audit trail remembers bytes that were deleted since
            listed.write(f"{sha256} {size}\n")
            octets, objects = octets + size, objects + 1
        facts = (databases.count(reader, Study), databases.count(reader, Instance), databases.migrations(reader))
    taken = _copied(root, folder, ways)
    bundles = list(_bundles(root))
    if not os.environ.get("SECRET_KEY"):
        layout.written(folder / layout.KEY, settings.SECRET_KEY.encode())
    manifest = Manifest(
        taken_at=now.isoformat(timespec="seconds"),
        version=settings.VERSION,
        engine=database.engine,
        database=database.file,
        database_sha256=layout.digest_of(dump),
        objects=objects,
        octets=octets,
        objects_sha256=layout.digest_of(folder / layout.OBJECTS),
        studies=facts[0],
        instances=facts[1],
        migrations=facts[2],
        missing=taken.missing,
        bundles=bundles,
    )
    manifest.write(folder)
    taken.snapshot = Snapshot(folder, manifest)
    return taken


def _copied(root: Path, folder: Path, ways: Ways) -> Taken:
    """Every object that the backup lacks."""
    taken = Taken(Snapshot(folder, None))  # type: ignore[arg-type] # filled in by the caller
    for sha256, size in layout.objects_in(folder / layout.OBJECTS):
        target = layout.object_path(root, sha256)
        if _held(target, sha256, size, ways):
            ways.on_object()
            continue
        linked = _copy(sha256, target, ways)
        if linked is None:
            taken.missing.append(sha256)
        else:
            taken.new, taken.linked, taken.octets = taken.new + 1, taken.linked + linked, taken.octets + size
        ways.on_object()
    return taken


def _held(target: Path, sha256: str, size: int, ways: Ways) -> bool:
    try:
        if target.stat().st_size != size:
            return False
    except FileNotFoundError:
        return False
    return not ways.recheck or layout.digest_of(target) == sha256


def _copy(sha256: str, target: Path, ways: Ways) -> bool | None:
    """Link or copy one object, and verify it; None where the archive itself has lost or damaged it."""
    target.parent.mkdir(exist_ok=True)
    aside = target.with_name(f"{layout.UNFINISHED}{uuid.uuid4().hex}")
    try:
        source = storage.path_of(sha256)
        linked = ways.link and settings.STORAGE_BUCKET is None and _linked(source, aside)
        if not linked:
            shutil.copyfile(source, aside)
            with aside.open("rb") as file:
                os.fsync(file.fileno())
        if layout.digest_of(aside) != sha256:
            return None
        aside.replace(target)
        return linked
    except StorageUnreachable as error:
        raise BackupRefusedError(str(error.detail)) from error
    except FileNotFoundError:
        return None
    finally:
        aside.unlink(missing_ok=True)


def _linked(source: Path, target: Path) -> bool:
    if not source.exists():
        raise FileNotFoundError(source)
    with suppress(OSError):
        os.link(source, target)
        return True
    return False


def _bundles(root: Path) -> Iterator[str]:
    """Networks that lie elsewhere than in the program's folder, which everybody has; each is copied once."""
    for bundle in InstalledBundle.objects.all():
        source = Path(bundle.path)
        if not source.is_absolute() or source.is_relative_to(ROOT) or not source.is_dir():
            continue
        target = root / "bundles" / bundle.sha256
        if not target.is_dir():
            aside = Path(tempfile.mkdtemp(prefix=layout.UNFINISHED, dir=target.parent))
            shutil.copytree(source, aside, dirs_exist_ok=True)
            aside.rename(target)
        yield bundle.sha256


def prune(root: Path, keep: int) -> int:
    """Remove all but the newest snapshots, and objects that none of them names; returns how many objects went."""
    found = layout.snapshots(root)
    for one in found[:-keep]:
        shutil.rmtree(one.folder)
    wanted = {bytes.fromhex(sha256) for one in found[-keep:] for sha256, _ in one.objects()}
    gone = 0
    for path in (root / "objects").glob("[0-9a-f][0-9a-f]/*"):
        if not storage.is_name(path.name) or bytes.fromhex(path.name) not in wanted:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
