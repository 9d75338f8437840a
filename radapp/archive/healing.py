"""An instance that comes again although it is stored puts its bytes back, should the archive have lost them."""

import logging
from collections.abc import Sequence

from django.db import transaction

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry
from radapp.archive import byte_index, storage
from radapp.archive.errors import StorageFull
from radapp.archive.models import Instance
from radapp.archive.receiving import Received

logger = logging.getLogger(__name__)


def _note(one: Instance, received: Received, index: byte_index.ByteIndex) -> None:
    """The row names what came, should it be encoded otherwise; the audit trail says so."""
    before = one.sha256
    with transaction.atomic():
        if before != received.sha256:
            byte_index.write([index])
            one.sha256, one.size, one.transfer_syntax_uid = received.sha256, received.size, index.transfer_syntax_uid
            one.save(update_fields=["sha256", "size", "transfer_syntax_uid"])
        audit.record(
            actor=None,
            actor_name="intake",
            action=AuditEntry.Action.BYTES_REPAIRED,
            study_uid=one.series.study.study_instance_uid,
            target=f"instance {one.sop_instance_uid}",
            before={"kind": "missing", "sha256": before},
            after={"done": "written again from what came again", "sha256": received.sha256},
        )


def heal(again: Sequence[tuple[str, Received, byte_index.ByteIndex]]) -> int:
    """Look whether the bytes of stored instances are there, and write those that are not; returns how many were.

    `again`: SOP Instance UID, what came, and its index. The data set is the stored one; its encoding may be another.
    """
    rows = Instance.every.filter(sop_instance_uid__in=[uid for uid, *_ in again]).select_related("series__study")
    stored = {one.sop_instance_uid: one for one in rows}
    store, healed = storage.store(), 0
    for uid, received, index in again:
        one = stored.get(uid)
        try:
            if one is None or store.size_of(one.sha256) == one.size:
                continue
            with storage.Batch() as batch:
                received.hand_over(batch)
                batch.commit()
        except StorageFull:  # or a store that does not answer: what came is stored already as far as anybody knows
            return healed
        _note(one, received, index)
        healed += 1
        logger.warning("instance %s: its lost bytes came again and are stored", uid)
    return healed
