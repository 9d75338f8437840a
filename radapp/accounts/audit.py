"""The audit trail's two writers. Every row is written in the transaction of the fact that it tells."""

import threading
import time
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from radapp.accounts.models import AuditEntry, Opening, User

IDLE = timedelta(minutes=30)
REMEMBERED_SECONDS = 60.0
REMEMBERED_AT_MOST = 10_000


class AuditOutsideTransactionError(RuntimeError):
    """An audit row was to be written on its own; it belongs into the transaction of what it tells."""


def in_transaction() -> bool:
    """Whether code opened a transaction; the one that Django's TestCase wraps around each test does not count."""
    blocks = connection.atomic_blocks
    return connection.in_atomic_block and not all(getattr(block, "_from_testcase", False) for block in blocks)


def record(  # noqa: PLR0913 - one keyword for each column
    *,
    actor: User | None,
    action: str,
    study_uid: str = "",
    target: str = "",
    before: object = None,
    after: object = None,
    reason: str = "",
    actor_name: str = "",
) -> AuditEntry:
    """Write one row. `actor_name` is for what no person does (a command, the worker); a person's user name is taken.

    Raises AuditOutsideTransactionError outside `transaction.atomic()`, ValueError for an unknown action or nobody.
    """
    if not in_transaction():
        raise AuditOutsideTransactionError(f"{action}: call record() inside the transaction.atomic() that changes the fact")
    name = actor.username if actor is not None else actor_name
    if not name:
        raise ValueError(f"{action}: an audit row names who acted; pass actor or actor_name")
    return AuditEntry.objects.create(
        actor=actor,
        actor_name=name,
        action=AuditEntry.Action(action),
        study_instance_uid=study_uid,
        target=target,
        before=before,
        after=after,
        reason=reason,
    )


class _RecentlySeen:
    """(person, study) pairs that this process noted within the last minute, so that frame requests cost no query."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, str], float] = {}
        self._lock = threading.Lock()

    def holds(self, key: tuple[int, str]) -> bool:
        noted = self._seen.get(key)
        return noted is not None and time.monotonic() - noted < REMEMBERED_SECONDS

    def add(self, key: tuple[int, str]) -> None:
        with self._lock:
            if len(self._seen) >= REMEMBERED_AT_MOST:
                self._seen.clear()
            self._seen[key] = time.monotonic()

    def clear(self) -> None:
        with self._lock:
            self._seen.clear()


recently_seen = _RecentlySeen()


def _is_new_opening(user: User, study_uid: str, now: datetime) -> bool:
    """Renew the person's opening of this study, or begin one. Safe when several requests arrive at once:
    exactly one of them changes the idle row (conditional UPDATE) or inserts the first one (unique constraint).
    """
    mine = Opening.objects.filter(user=user, study_instance_uid=study_uid)
    if mine.filter(last_seen_at__gte=now - IDLE).update(last_seen_at=now):
        return False
    if mine.filter(last_seen_at__lt=now - IDLE).update(opened_at=now, last_seen_at=now):
        return True
    _, created = Opening.objects.get_or_create(
        user=user, study_instance_uid=study_uid, defaults={"opened_at": now, "last_seen_at": now}
    )
    return created


def record_opening(user: User, study_uid: str) -> None:
    """Note that this person looks at this study: one audit row for each opening, which ends after 30 idle minutes."""
    key = (user.pk, study_uid)
    if recently_seen.holds(key):
        return
    with transaction.atomic():
        if _is_new_opening(user, study_uid, timezone.now()):
            record(actor=user, action=AuditEntry.Action.EXAMINATION_OPENED, study_uid=study_uid)
        transaction.on_commit(lambda: recently_seen.add(key))
