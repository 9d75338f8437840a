"""The audit chain for people: pages of it, with what would tell answers or codes withheld."""

from typing import Any

from radapp.readerstudies.chain import Action
from radapp.readerstudies.models import ChainEntry, Membership, ReaderStudy
from radapp.readerstudies.permissions import Admitted

State = ReaderStudy.State
OF_READING = frozenset(
    {
        Action.READING_OPENED,
        Action.READING_EVENT,
        Action.ANSWERED,
        Action.ANSWER_CORRECTED,
        Action.READING_LOCKED,
        Action.SESSION_LOCKED,
    }
)
"""Withheld until the study is locked: they hold answers, or tell which case stands where in an order."""
OF_ERRORS = frozenset({Action.NETWORKS_TAKEN, Action.CODING_BEGUN, Action.CODED, Action.ADJUDICATED, Action.PROPOSED})
"""Withheld from whoever codes or adjudicates in the study: they hold who erred, and the other one's code."""
CODING = frozenset({Membership.Part.CODER, Membership.Part.ADJUDICATOR})


def page(admitted: Admitted, *, before: int | None, action: str, size: int) -> dict[str, Any]:
    """Entries below a sequence, newest first (AuditPageSerializer)."""
    found = ChainEntry.objects.filter(study=admitted.study)
    if action:
        found = found.filter(action=action)
    count = found.count()
    if before is not None:
        found = found.filter(sequence__lt=before)
    rows = list(found.order_by("-sequence")[: size + 1])
    hidden = withheld(admitted)
    return {
        "count": count,
        "results": [_shape(one, hidden=one.action in hidden) for one in rows[:size]],
        "next_before": rows[size - 1].sequence if len(rows) > size else None,
    }


def withheld(admitted: Admitted) -> frozenset[Action]:
    """The actions whose content this person may not see now."""
    hidden: frozenset[Action] = frozenset()
    if admitted.study.state not in {State.LOCKED, State.UNBLINDED}:
        hidden |= OF_READING
    if any(one.part in CODING for one in admitted.memberships):
        hidden |= OF_ERRORS
    return hidden


def _shape(entry: ChainEntry, *, hidden: bool) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "actor": entry.actor_name,
        "action": entry.action,
        "target": "" if hidden else entry.target,
        "before": None if hidden else entry.before,
        "after": None if hidden else entry.after,
        "reason": "" if hidden else entry.reason,
        "digest": entry.digest,
        "withheld": hidden,
    }
