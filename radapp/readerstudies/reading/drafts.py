"""What is filled in and not submitted: kept after every change, newest revision first and last."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from radapp.readerstudies.form import check
from radapp.readerstudies.models import Draft
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.reading import refusals
from radapp.readerstudies.reading.acts import take_up
from radapp.readerstudies.reading.seats import hold


@dataclass(frozen=True)
class Sent:
    """A draft as a page sends it: all answers so far, and how often they were changed."""

    seat: str
    stage: str
    answers: Mapping[str, Any]
    revision: int


def save_draft(admitted: Admitted, key: str, sent: Sent) -> Draft:
    """Keep it, unless a newer revision is kept already; what is kept then.

    Raises ApiError 409 (stage_locked, seat_taken, study_not_open, case_withdrawn), 400 for answers of no valid shape.
    """
    with transaction.atomic():
        act = take_up(admitted, key)
        act.demand_stage(sent.stage)
        hold(act, sent.seat)
        design = act.attendance.protocol.design
        checked = check(act.form, sent.answers, complete=False, forced_point=design.lroc)
        if checked.problems:
            raise refusals.invalid(checked.problems)
        draft, _ = Draft.objects.select_for_update().get_or_create(assignment=act.assignment, stage=sent.stage)
        if sent.revision > draft.revision:
            draft.answers, draft.revision = checked.answers, sent.revision
            draft.save()
        return draft
