"""How far the readers of a study are, and which answers count: questions that desk, coding and reports ask. States only."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from radapp.readerstudies.models import Answer, Assignment, Case, Membership, ReaderStudy, SessionLock
from radapp.readerstudies.reading.acts import READER
from radapp.readerstudies.reading.places import LAST_STAGES
from radapp.readerstudies.reading.terms import protocol_in_force

STATES = ("not_begun", "begun", "answered", "locked")
"""Of one session: nothing, something or everything of it is answered; its answers are final."""


IS_ANSWERED = Exists(Answer.objects.filter(assignment=OuterRef("pk"), stage__in=LAST_STAGES))


def to_be_read(study: ReaderStudy) -> QuerySet[Assignment]:
    """Every assignment of an active reader whose case is in the study."""
    return Assignment.objects.filter(
        session__reader__study=study, session__reader__ended_at=None, case__state=Case.State.INCLUDED
    )


def unfinished(study: ReaderStudy) -> int:
    """How many of them lack their last answer."""
    return to_be_read(study).exclude(IS_ANSWERED).count()


def counts(study: ReaderStudy) -> list[dict[str, Any]]:
    """[{reader, session, done, total, state}] by reader and session, practice left out of the numbers; `reader`: its key."""
    found: dict[tuple[str, int], list[bool]] = defaultdict(list)
    rows = to_be_read(study).annotate(answered=IS_ANSWERED).order_by("session__reader_id", "session__number")
    for reader, session, practice, answered in rows.values_list(
        "session__reader__key", "session__number", "practice", "answered"
    ):
        found[reader, session] += [] if practice else [answered]
    locks = SessionLock.objects.filter(session__reader__study=study)
    locked = set(locks.values_list("session__reader__key", "session__number"))
    by_session = protocol_in_force(study).design.lock == "session"
    return [
        {
            "reader": reader,
            "session": session,
            "done": sum(answered),
            "total": len(answered),
            "state": _state(answered, locked=(reader, session) in locked if by_session else all(answered)),
        }
        for (reader, session), answered in found.items()
    ]


def _state(answered: Iterable[bool], *, locked: bool) -> str:
    answered = list(answered)
    if locked and all(answered):
        return "locked"
    if all(answered):
        return "answered"
    return "begun" if any(answered) else "not_begun"


def answers_that_count(study: ReaderStudy) -> QuerySet[Answer]:
    """The newest version of every stage's answer, by the protocol's rules for cases and readers that left; no practice."""
    newer = Answer.objects.filter(
        assignment=OuterRef("assignment"), stage=OuterRef("stage"), version__gt=OuterRef("version")
    )
    rules = protocol_in_force(study).rules
    found = Answer.objects.filter(assignment__session__reader__study=study, assignment__practice=False).exclude(
        Exists(newer)
    )
    if rules.withdrawn_case == "exclude_readings":
        found = found.exclude(assignment__case__state=Case.State.WITHDRAWN)
    else:
        # An unaided answer without its aided one was not finished when the case left.
        finished = Answer.objects.filter(assignment=OuterRef("assignment"), stage__in=LAST_STAGES)
        found = found.filter(~Q(assignment__case__state=Case.State.WITHDRAWN) | Exists(finished))
    if rules.replaced_reader == "drop_readings":
        replaced = Membership.objects.filter(study=study, part=READER, replaced_by__isnull=False)
        found = found.exclude(assignment__session__reader__in=replaced)
    return found.order_by("id")
