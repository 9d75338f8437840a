"""How far the readers are, for who works at the desk: states and counts, nothing that tells an answer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from radapp.accounts.models import User
from radapp.readerstudies.desk import readings
from radapp.readerstudies.desk.readings import Place
from radapp.readerstudies.models import Case, Membership, ReaderStudy, Reminder, Session


def of(study: ReaderStudy) -> dict[str, Any]:
    """StudyProgressSerializer: readers whose part has ended as well, who do not count in the sums."""
    readers = list(study.members.filter(part=Membership.Part.READER).order_by("pk"))
    found: dict[int, list[Place]] = defaultdict(list)
    for one in readings.places(study):
        found[one.reader].append(one)
    active = [one for reader in readers if reader.ended_at is None for one in found[reader.pk]]
    done, total = readings.done(active)
    reminded = _reminded(study)
    sessions = _sessions(study)
    return {
        "done": done,
        "total": total,
        "cases": [
            {"number": case.number, "practice": case.practice, "withdrawn": case.state == Case.State.WITHDRAWN}
            for case in study.cases.exclude(state=Case.State.EXCLUDED)
        ],
        "readers": [_reader(one, found[one.pk], sessions[one.pk], reminded.get(one.pk)) for one in readers],
    }


def own(study: ReaderStudy, user: User) -> dict[str, int] | None:
    """How far this person is as a reader (ReadingDoneSerializer); None where they read nothing here."""
    mine = list(study.members.filter(part=Membership.Part.READER, user=user, ended_at=None))
    if not mine:
        return None
    done, total = readings.done(readings.places(study, readers=mine))
    return {"done": done, "total": total}


def _reader(
    reader: Membership, found: Sequence[Place], sessions: Sequence[Session], reminded_at: datetime | None
) -> dict[str, Any]:
    done, total = readings.done(found)
    practice_done, practice_total = readings.done(found, practice=True)
    times = [one.active_at for one in found if one.active_at is not None]
    return {
        "key": reader.key,
        "name": reader.name,
        "seniority": reader.seniority,
        "simulated": reader.simulated,
        "ended": reader.ended_at is not None,
        "done": done,
        "total": total,
        "practice_done": practice_done,
        "practice_total": practice_total,
        "last_active_at": max(times, default=None),
        "reminded_at": reminded_at,
        "sessions": [_session(one, found) for one in sessions],
        "cells": [
            {
                "case": one.number,
                "session": one.session,
                "arm": one.arm,
                "practice": one.practice,
                "repeat": one.repeat,
                "state": one.state,
            }
            # By case, not by place: the matrix is no reader's order.
            for one in sorted(found, key=lambda one: (one.number, one.session, one.repeat))
        ],
    }


def _session(session: Session, found: Sequence[Place]) -> dict[str, Any]:
    mine = [one for one in found if one.session == session.number]
    done, total = readings.done(mine)
    every = [one for one in mine if not one.withdrawn]
    locked = hasattr(session, "lock") or (bool(every) and all(one.state == "locked" for one in every))
    return {
        "number": session.number,
        "done": done,
        "total": total,
        "locked": locked,
        "washout_days": session.washout_days,
    }


def _sessions(study: ReaderStudy) -> Mapping[int, list[Session]]:
    found: dict[int, list[Session]] = defaultdict(list)
    for session in Session.objects.filter(reader__study=study).select_related("lock").order_by("reader", "number"):
        found[session.reader_id].append(session)
    return found


def _reminded(study: ReaderStudy) -> Mapping[int, datetime]:
    rows = Reminder.objects.filter(membership__study=study).values_list("membership").annotate(last=Max("sent_at"))
    return dict(rows.order_by())
