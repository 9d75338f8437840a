"""How bytes go once no row names them: marked, moved among the removed ones, deleted; never at once, never while one does.

Deleting a row marks its bytes in the same transaction. After the grace period they are moved to where a read still brings
them back (two processes may have weighed the same bytes at once), and deleted a day later.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models.signals import post_delete
from django.utils import timezone

from radapp.archive import references, storage
from radapp.archive.models import ByteIndex, Discarded, Instance, SetAside

logger = logging.getLogger(__name__)

REMOVED_FOR = timedelta(days=1)
AT_ONCE = 200


@dataclass
class Swept:
    """What one sweep did."""

    removed: int = 0
    deleted: int = 0
    spared: int = 0


def mark(sha256s: Iterable[str]) -> None:
    """Mark bytes to go after the grace period (DELETED_KEPT_DAYS); belongs into the transaction that unnames them.

    Marking what some row still names does no harm: it is spared when its turn comes.
    """
    due = timezone.now() + timedelta(days=settings.DELETED_KEPT_DAYS)
    rows = [Discarded(sha256=sha256, due_at=due) for sha256 in sorted(set(sha256s))]
    Discarded.objects.bulk_create(rows, update_conflicts=True, unique_fields=["sha256"], update_fields=["step", "due_at"])


def sweep(most: int = 2000) -> Swept:
    """Take the next step with up to `most` bytes that are due."""
    swept = Swept()
    due = list(Discarded.objects.filter(due_at__lte=timezone.now()).order_by("due_at")[:most])
    for first in range(0, len(due), AT_ONCE):
        rows = due[first : first + AT_ONCE]
        wanted = references.named([row.sha256 for row in rows])
        for row in rows:
            if row.sha256 in wanted:
                storage.store().restore(row.sha256)
                row.delete()
                swept.spared += 1
            elif row.step == Discarded.Step.MARKED:
                _remove(row)
                swept.removed += 1
            else:
                _delete(row)
                swept.deleted += 1
    if due:
        logger.info("bytes of deleted instances: %d moved out, %d deleted, %d spared", *vars(swept).values())
    return swept


def _remove(row: Discarded) -> None:
    """Out of the archive, to where a read brings them back."""
    row.step, row.due_at = Discarded.Step.REMOVED, timezone.now() + REMOVED_FOR
    row.save(update_fields=["step", "due_at"])
    storage.store().remove(row.sha256)


def _delete(row: Discarded) -> None:
    """For good; unless somebody's read brought them back, then they begin again."""
    store = storage.store()
    if store.size_of(row.sha256) is not None:
        row.step, row.due_at = Discarded.Step.MARKED, timezone.now()
        row.save(update_fields=["step", "due_at"])
        return
    store.drop(row.sha256)
    ByteIndex.objects.filter(pk=row.sha256).delete()
    row.delete()


def connect() -> None:
    """Mark the bytes of whatever row is deleted; called once, at start-up."""
    post_delete.connect(_instance_deleted, sender=Instance, dispatch_uid="archive.removal.instance")
    post_delete.connect(_set_aside_deleted, sender=SetAside, dispatch_uid="archive.removal.set_aside")


def _instance_deleted(sender: Any, instance: Instance, **_: Any) -> None:
    mark([instance.sha256])


def _set_aside_deleted(sender: Any, instance: SetAside, **_: Any) -> None:
    """Where it was accepted, the bytes that it took the place of go, too; the row of its instance is still there."""
    accepted = instance.state == SetAside.State.ACCEPTED
    before = references.had_before(instance.instance.sop_instance_uid) if accepted else set()
    mark([instance.sha256, *before])
