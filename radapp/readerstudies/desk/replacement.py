"""A reader who leaves in the middle, and who takes their place: new rows, by the rule that the protocol fixed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import independence, member_selectors, members, orders, readings
from radapp.readerstudies.desk.members import Facts
from radapp.readerstudies.desk.state import begin
from radapp.readerstudies.desk.transitions import Action
from radapp.readerstudies.models import Answer, Assignment, Case, Membership, ReaderStudy, Session
from radapp.readerstudies.models.readings import LAST_STAGES
from radapp.readerstudies.ordering import Planned
from radapp.readerstudies.terms import protocol_in_force

NO_READER = "{name} does not read here now: only an active reader can be replaced."
NOT_INDEPENDENT = "{username} {detail} (case {number}). Waive it with a reason first, or choose somebody else."
WORDS = {
    "drop_readings": "The new reader reads everything ({assigned} places). The {dropped} readings of the old one count in "
    "no analysis.",
    "keep_submitted": "The new reader reads what is left ({assigned} places). The {kept} readings of the old one count.",
}


@dataclass(frozen=True)
class Replaced:
    """What became of the order and of the old reader's readings."""

    member: Membership
    rule: str
    assigned: int
    kept: int
    dropped: int

    def as_shape(self) -> dict[str, Any]:
        """ReplacedSerializer."""
        words = WORDS[self.rule].format(assigned=self.assigned, kept=self.kept, dropped=self.dropped)
        return {
            "member": member_selectors.described(self.member),
            "rule": self.rule,
            "assigned": self.assigned,
            "kept": self.kept,
            "dropped": self.dropped,
            "words": words,
        }


def replace(
    old: Membership, user: User | None, facts: Facts, *, reason: str, actor: User, simulated: bool = False
) -> Replaced:
    """End the old reader's part and give its order, whole or what is left of it, to the new one.

    ApiError 409 where the old one does not read now, or the new one does not fit or is not independent.
    """
    facts.check(Membership.Part.READER)
    with transaction.atomic():
        study = begin(old.study, Action.REPLACE_READER)
        old = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=old.pk)
        if old.part != Membership.Part.READER or old.ended_at is not None:
            raise ApiError(409, "not_reading", NO_READER.format(name=old.name))
        old.study = study
        if user is not None:
            members.check_fit(study, user, Membership.Part.READER)
            _check_independent(study, user)
        members.close(study, old, reason=reason, actor=actor)
        new = members.create(study, user, Membership.Part.READER, facts, actor=actor, simulated=simulated, replaces=old)
        found = _hand_over(study, old, new)
        chain.record(
            study,
            actor=actor,
            action=chain.Action.READER_REPLACED,
            target=f"member {old.key}",
            after={
                "by": new.key,
                "rule": found.rule,
                "assigned": found.assigned,
                "kept": found.kept,
                "dropped": found.dropped,
            },
            reason=reason.strip(),
        )
        _record_order(study, new, actor)
    return found


def _check_independent(study: ReaderStudy, user: User) -> None:
    for one in independence.conflicts(study, [user]).get(user.pk, []):
        if not one.waived and one.case is not None:
            words = NOT_INDEPENDENT.format(username=user.username, detail=one.detail, number=one.number)
            raise ApiError(409, "not_independent", words)


def _hand_over(study: ReaderStudy, old: Membership, new: Membership) -> Replaced:
    protocol = protocol_in_force(study)
    rule = protocol.rules.replaced_reader
    done, _ = readings.done(readings.places(study, readers=[old]))
    planned = _planned(old, new, only_left=rule == "keep_submitted")
    assigned, _ = orders.store(study, [new], planned, protocol.design)
    kept = done if rule == "keep_submitted" else 0
    return Replaced(new, rule, assigned, kept, done - kept)


def _planned(old: Membership, new: Membership, *, only_left: bool) -> list[Planned]:
    """The old order in its sessions and sequence, without what was withdrawn; `only_left`: what was submitted is left out.

    Practice is always whole: the new reader has not met the form. A hidden repeat goes where its first reading is another
    person's: it would measure nothing.
    """
    answered = Answer.objects.filter(assignment=OuterRef("pk"), stage__in=LAST_STAGES)
    rows = list(
        Assignment.objects.filter(session__reader=old)
        .exclude(case__state=Case.State.WITHDRAWN)
        .annotate(submitted=Exists(answered))
        .select_related("session", "case")
        .order_by("session__number", "position")
    )
    left = [row for row in rows if row.practice or not only_left or not row.submitted]
    firsts = {(row.case_id, row.arm) for row in left if not row.repeat and not row.practice}
    left = [row for row in left if not row.repeat or (row.case_id, row.arm) in firsts]
    return [
        Planned(new.key, row.session.number, position, row.case.key, row.arm, row.practice, row.repeat)
        for position, row in _numbered(left)
    ]


def _numbered(rows: Sequence[Assignment]) -> list[tuple[int, Assignment]]:
    """Each with its position in its session, from 1 without a gap."""
    found: list[tuple[int, Assignment]] = []
    position, session = 0, None
    for row in rows:
        position = position + 1 if row.session_id == session else 1
        session = row.session_id
        found.append((position, row))
    return found


def _record_order(study: ReaderStudy, new: Membership, actor: User) -> None:
    rows = Assignment.objects.filter(session__reader=new).select_related("session__reader", "case").order_by("pk")
    told = [orders.told(row) for row in rows]
    chain.record(
        study,
        actor=actor,
        action=chain.Action.ORDER_MADE,
        target=f"member {new.key}",
        after={"assignments": len(told), "sha256": orders.digest_of(told)},
        rows=Session.objects.filter(reader=new).prefetch_related("assignments__case"),
    )
