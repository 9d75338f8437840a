"""The audit chain's one writer. Every fact of a study has its entry, in the transaction that changes the fact."""

import enum
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils import timezone

from radapp.accounts.audit import AuditOutsideTransactionError, in_transaction
from radapp.accounts.models import User
from radapp.readerstudies.canonical import digest_of
from radapp.readerstudies.facts import facts_of, name_of
from radapp.readerstudies.models import ChainEntry, ReaderStudy

FIRST = "0" * 64
"""What stands in place of a digest before the first entry."""


class Action(enum.StrEnum):
    """What can happen to a study."""

    STUDY_CREATED = "study_created"
    STUDY_COPIED = "study_copied"
    STUDY_IMPORTED = "study_imported"
    STUDY_EXPORTED = "study_exported"
    REPORT_ASKED = "report_asked"
    TITLE_CHANGED = "title_changed"
    PROTOCOL_CHANGED = "protocol_changed"
    PROTOCOL_FROZEN = "protocol_frozen"
    PROTOCOL_AMENDED = "protocol_amended"
    CASES_ADDED = "cases_added"
    CASE_CHANGED = "case_changed"
    CASE_REMOVED = "case_removed"
    CASE_WITHDRAWN = "case_withdrawn"
    MEMBER_ADDED = "member_added"
    MEMBER_CHANGED = "member_changed"
    MEMBER_ENDED = "member_ended"
    READER_REPLACED = "reader_replaced"
    WAIVER_GIVEN = "waiver_given"
    INVITED = "invited"
    INVITATION_REVOKED = "invitation_revoked"
    INVITATION_ACCEPTED = "invitation_accepted"
    REMINDED = "reminded"
    CHECKED = "checked"
    CERTIFIED = "certified"
    SIGNED = "signed"
    STATE_CHANGED = "state_changed"
    ORDER_MADE = "order_made"
    READING_OPENED = "reading_opened"
    READING_EVENT = "reading_event"
    ANSWERED = "answered"
    ANSWER_CORRECTED = "answer_corrected"
    READING_LOCKED = "reading_locked"
    SESSION_LOCKED = "session_locked"
    REFERENCE_STEP = "reference_step"
    REFERENCE_IMPORTED = "reference_imported"
    REFERENCE_EXPORTED = "reference_exported"
    NETWORKS_TAKEN = "networks_taken"
    CODING_BEGUN = "coding_begun"
    CODED = "coded"
    ADJUDICATED = "adjudicated"
    PROPOSED = "proposed"
    HEAD_SIGNED = "head_signed"


def record(  # noqa: PLR0913 - one keyword for each column
    study: ReaderStudy,
    *,
    actor: User | None,
    action: Action,
    target: str = "",
    before: Any = None,
    after: Any = None,
    reason: str = "",
    actor_name: str = "",
    rows: Iterable[Model] = (),
    removed: Iterable[Model] = (),
) -> ChainEntry:
    """Append one entry. `actor_name` is for what no person does (a command, a simulated reader).

    `rows`: every row that this fact wrote or changed, saved before; `removed`: those that it deleted, as they were. The
    entry keeps their digests (radapp.readerstudies.facts), and `verify_audit` misses rows that no entry names.

    Entries of one study wait for each other: the study's row is locked until the transaction ends. Values name rows by their
    keys, never by database numbers: a chain is verified on another machine, too.

    Raises AuditOutsideTransactionError outside `transaction.atomic()`, ValueError where nobody is named.
    """
    if not in_transaction():
        raise AuditOutsideTransactionError(f"{action}: call record() inside the transaction.atomic() that changes the fact")
    name = actor.username if actor is not None else actor_name
    if not name:
        raise ValueError(f"{action}: an entry names who acted; pass actor or actor_name")
    ReaderStudy.objects.select_for_update().only("pk").get(pk=study.pk)
    last = ChainEntry.objects.filter(study=study).order_by("-sequence").only("sequence", "digest").first()
    entry = ChainEntry(
        study=study,
        sequence=last.sequence + 1 if last else 1,
        at=timezone.now(),
        actor=actor,
        actor_name=name,
        action=action.value,
        target=target,
        before=before,
        after=after,
        reason=reason,
        rows=facts_of(rows) | dict.fromkeys(map(name_of, removed)),
        previous=last.digest if last else FIRST,
    )
    entry.digest = digest_of(content_of(entry))
    entry.save()
    return entry


def content_of(entry: ChainEntry) -> dict[str, Any]:
    """What an entry's digest is made over: everything that it says."""
    return {
        "study": entry.study.key,
        "sequence": entry.sequence,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": entry.actor_name,
        "action": entry.action,
        "target": entry.target,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "rows": entry.rows,
        "previous": entry.previous,
    }
