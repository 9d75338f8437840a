"""An instance that comes again although it is stored puts its bytes back, should the archive have lost them."""

import logging
from collections.abc import Sequence

from radapp.archive import byte_index, storage
from radapp.archive.errors import StorageFull
from radapp.archive.models import Instance
from radapp.archive.receiving import Received

logger = logging.getLogger(__name__)


def heal(again: Sequence[tuple[str, Received, byte_index.ByteIndex]]) -> int:
    """Look whether the bytes of stored instances are there, and write those that are not; returns how many were.

    `again`: SOP Instance UID, what came, and its index. The data set is the stored one; its encoding may be another.
    """
    stored = {one.sop_instance_uid: one for one in Instance.every.filter(sop_instance_uid__in=[uid for uid, *_ in again])}
    store, healed = storage.store(), 0
    for uid, received, index in again:
        one = stored.get(uid)
        if one is None or store.size_of(one.sha256) == one.size:
            continue
        try:
            with storage.Batch() as batch:
                received.hand_over(batch)
                batch.commit()
        except StorageFull:
            return healed
        if one.sha256 != received.sha256:
            byte_index.write([index])
            one.sha256, one.size, one.transfer_syntax_uid = received.sha256, received.size, index.transfer_syntax_uid
            one.save(update_fields=["sha256", "size", "transfer_syntax_uid"])
        healed += 1
        logger.warning("instance %s: its lost bytes came again and are stored", uid)
    return healed
