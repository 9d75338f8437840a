"""Restores a backup into an empty installation: everything is verified before anything is switched."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.migrations.loader import MigrationLoader

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry
from radapp.archive import storage
from radapp.archive.errors import StorageFull
from radapp.archive.models import Instance, Study
from radapp.archive.verification import PREFIXES
from radapp.backup import databases, layout
from radapp.backup.layout import BackupRefusedError, Snapshot
from radapp.triage.models import InstalledBundle

BATCH_FILES = 200
BATCH_BYTES = 256 * 1024 * 1024
SHOWN = 5


@dataclass(frozen=True)
class Restored:
    """What is there now."""

    snapshot: Snapshot
    studies: int
    instances: int
    objects: int


def check(snapshot: Snapshot, on_object: Callable[[], object]) -> list[str]:
    """Read all of a snapshot; returns the objects that are lost or damaged. Raises BackupRefusedError for the rest."""
    facts = snapshot.manifest
    for name, expected in ((facts.database, facts.database_sha256), (layout.OBJECTS, facts.objects_sha256)):
        path = snapshot.folder / name
        found = layout.digest_of(path) if path.is_file() else "no file"
        if found != expected:
            raise BackupRefusedError(f"{path}: found the SHA-256 {found}, expected {expected}: this snapshot is damaged")
    database = databases.database()
    if facts.engine == database.engine:
        database.check(snapshot.folder / facts.database)
    bad = []
    for sha256, _ in snapshot.objects():
        path = layout.object_path(snapshot.root, sha256)
        if not path.is_file() or layout.digest_of(path) != sha256:
            bad.append(sha256)
        on_object()
    return bad


def restore(snapshot: Snapshot, on_object: Callable[[], object], *, despite_losses: bool = False) -> Restored:
    """Verify, then bring bytes, networks, key and database back, the database last. Raises BackupRefusedError."""
    _refuse_where_it_does_not_fit(snapshot)
    bad = check(snapshot, on_object)
    lost = [one for one in bad if one not in snapshot.manifest.missing]
    if lost and not despite_losses:
        shown = ", ".join(lost[:SHOWN]) + (f" and {len(lost) - SHOWN} more" if len(lost) > SHOWN else "")
        raise BackupRefusedError(
            f"{len(lost)} objects of this backup are lost or damaged ({shown}); nothing was restored. "
            "Restore an older snapshot (--snapshot), or this one without them (--despite-losses)"
        )
    _bring_objects(snapshot, set(bad), on_object)
    _bring_bundles(snapshot)
    _bring_key(snapshot)
    databases.database().restore(snapshot.folder / snapshot.manifest.database)
    call_command("migrate", verbosity=0)
    _point_bundles(snapshot)
    restored = _compared(snapshot)
    _note(restored)
    return restored


def _refuse_where_it_does_not_fit(snapshot: Snapshot) -> None:
    facts, database = snapshot.manifest, databases.database()
    if facts.engine != database.engine:
        raise BackupRefusedError(
            f"found a backup of a {facts.engine} database, expected {database.engine}, which DATABASE_URL names: "
            f"restore it where DATABASE_URL names {facts.engine}"
        )
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    apps = {app for app, _ in known}
    newer = [f"{app} {name}" for app, name in facts.migrations.items() if app in apps and (app, name) not in known]
    if newer:
        raise BackupRefusedError(
            f"found a backup of version {facts.version} with {', '.join(newer)}, which this program (version "
            f"{settings.VERSION}) does not know: restore it with the version that wrote it, or a later one"
        )
    database.refuse_unless_idle()
    if not databases.is_empty() or any(next(storage.store().names(prefix), None) for prefix in PREFIXES):
        raise BackupRefusedError(
            "found studies or stored bytes in this installation, expected an empty one: name other places by VAR_DIR, "
            "DATABASE_URL and STORAGE_URL"
        )


def _bring_objects(snapshot: Snapshot, without: set[str], on_object: Callable[[], object]) -> None:
    """Into the archive, some at a time; the archive verifies nothing here, since every one was read a moment ago."""
    waiting: list[tuple[str, int]] = []
    room = BATCH_BYTES
    for sha256, size in snapshot.objects():
        if sha256 not in without:
            waiting.append((sha256, size))
            room -= size
        if len(waiting) >= BATCH_FILES or room <= 0:
            _put(snapshot, waiting)
            waiting, room = [], BATCH_BYTES
        on_object()
    _put(snapshot, waiting)


def _put(snapshot: Snapshot, objects: list[tuple[str, int]]) -> None:
    try:
        with storage.Batch() as batch:
            for sha256, size in objects:
                storage.ensure_room(size)
                with layout.object_path(snapshot.root, sha256).open("rb") as file:
                    found, _ = batch.add_stream(file)
                if found != sha256:
                    raise BackupRefusedError(f"the object {sha256} changed while it was restored; begin again")
            batch.commit()
    except StorageFull as error:
        raise BackupRefusedError(f"{error.detail} The database was not restored yet.") from error


def _bring_bundles(snapshot: Snapshot) -> None:
    for sha256 in snapshot.manifest.bundles:
        target = _bundle_folder(sha256)
        if not target.is_dir():
            shutil.copytree(snapshot.root / "bundles" / sha256, target)


def _bundle_folder(sha256: str) -> Path:
    return Path(settings.VAR_DIR) / "bundles" / sha256


def _point_bundles(snapshot: Snapshot) -> None:
    """A network whose folder is not on this machine lies in VAR_DIR now."""
    for bundle in InstalledBundle.objects.filter(pk__in=snapshot.manifest.bundles):
        if not Path(bundle.path).is_dir():
            InstalledBundle.objects.filter(pk=bundle.pk).update(path=str(_bundle_folder(bundle.sha256)))


def _bring_key(snapshot: Snapshot) -> None:
    """The key that pseudonyms hang on, unless this installation is given one by its environment."""
    path = snapshot.folder / layout.KEY
    if path.is_file() and not os.environ.get("SECRET_KEY"):
        layout.written(Path(settings.VAR_DIR) / "secret-key", path.read_bytes())


def _compared(snapshot: Snapshot) -> Restored:
    """What came out, against the manifest."""
    facts = snapshot.manifest
    found = (Study.objects.count(), Instance._base_manager.count())
    if found != (facts.studies, facts.instances):
        raise BackupRefusedError(
            f"found {found[0]} studies and {found[1]} instances after restoring, expected {facts.studies} and "
            f"{facts.instances}: do not use this installation, and report this"
        )
    return Restored(snapshot, *found, facts.objects - len(facts.missing))


def _note(restored: Restored) -> None:
    """The audit trail that came back ends where the backup was taken; its next row says so."""
    facts = restored.snapshot.manifest
    with transaction.atomic():
        audit.record(
            actor=None,
            actor_name="manage.py restore",
            action=AuditEntry.Action.BACKUP_RESTORED,
            target=f"snapshot {restored.snapshot.folder.name}",
            after={"taken_at": facts.taken_at, "studies": restored.studies, "missing": len(facts.missing)},
        )
