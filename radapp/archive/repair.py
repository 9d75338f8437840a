"""What can be done about a fault: bytes from another copy, rows for bytes without one, and quarantine for the rest."""

import logging
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path

from django.utils import timezone

from radapp.archive import references, storage
from radapp.archive.errors import StorageFull
from radapp.archive.ingest import Ingest
from radapp.archive.models import Discarded, Source
from radapp.archive.outcomes import PutAside, StoredInstance, readable
from radapp.archive.removal import REMOVED_FOR
from radapp.archive.verification import DAMAGED, FOREIGN, MISSING, ORPHAN, STRAY, Finding

logger = logging.getLogger(__name__)

ACTOR = "verify_archive"


def repair(finding: Finding, copies: Sequence[Path]) -> tuple[str, bool]:
    """Do what can be done; returns it in words, and whether all is well now.

    `copies`: folders that may hold the same bytes as `ab/abcdef…`, such as a backup's objects.
    """
    prefix = finding.prefix
    if finding.kind == STRAY:
        Discarded.objects.get_or_create(
            sha256=finding.name, defaults={"step": Discarded.Step.REMOVED, "due_at": timezone.now() + REMOVED_FOR}
        )
        return "marked to go in a day", True
    if finding.kind == FOREIGN:
        return _quarantined(prefix, finding.name), True
    if finding.kind == ORPHAN:
        return _indexed(finding.name)
    if finding.kind == MISSING and storage.store().restore(finding.name) and _is_whole(finding.name):
        return "brought back from the removed ones", True
    done = _quarantined(prefix, finding.name) if finding.kind == DAMAGED else ""
    source = next(filter(None, (_whole_copy(finding.name, folder) for folder in copies)), None)
    if source is None:
        lost = bool(references.named([finding.name]))
        return (f"{done}; no copy found: take the same files in again" if lost else done).lstrip("; "), not lost
    with source.open("rb") as file:
        storage.put(file)
    return f"{done}; written again from {source.parent.parent.name}".lstrip("; "), True


def _whole_copy(name: str, folder: Path) -> Path | None:
    path = folder / name[:2] / name
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return path if file_digest(file, "sha256").hexdigest() == name else None


def _is_whole(name: str) -> bool:
    return storage.store().digest_of(name)[0] == name


def _quarantined(prefix: str, name: str) -> str:
    place = storage.store().quarantine(prefix, name)
    logger.warning("%s: put into quarantine as %s", readable(name), readable(place))
    return f"put into {place}"


def _indexed(name: str) -> tuple[str, bool]:
    """Take the orphan in as if it came now: its bytes are there already."""
    try:
        with Ingest(Source.IMPORT, actor_name=ACTOR) as ingest:
            ingest.add_path(storage.path_of(name), name)
        ingest.finish()
    except StorageFull:
        return "", False
    outcome = ingest.report.outcomes[-1]
    if isinstance(outcome, StoredInstance):
        return "given a row", True
    if isinstance(outcome, PutAside):
        return "set aside for an administrator", True
    if ingest.report.storage_full:
        return "", False
    reason = getattr(outcome, "reason", "its data set is stored in another encoding")
    return f"{_quarantined(name[:2], name)} ({reason})", True
