"""What only the page knows: first image, away and back, which overlay. Its time is the server's, and it cannot be forged
for another case, another stage, or before there is aid.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from radapp.accounts.errors import ApiError
from radapp.readerstudies.models import Reading, ReadingEvent
from radapp.readerstudies.models.readings import Stage
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.reading.acts import Act, take_up
from radapp.readerstudies.reading.aid import current_result, provenance_of
from radapp.readerstudies.reading.seats import hold, is_away
from radapp.readerstudies.sight import roles_of
from radapp.triage.models import Result

Kind = ReadingEvent.Kind
SCORES = "scores"
NO_AID = "There is no such overlay in this part of the case."


@dataclass(frozen=True)
class Report:
    """As a page sends it. `overlay`: of aid_shown and aid_hidden, 'scores' or a sequence."""

    seat: str
    stage: str
    kind: str
    overlay: str = ""


def report(admitted: Admitted, key: str, sent: Report) -> None:
    """Note it, unless it says what is known already: reports that are sent again change nothing.

    Raises ApiError 409 (stage_locked, seat_taken, study_not_open, case_withdrawn), 400 (invalid: there is no such overlay).
    """
    with transaction.atomic():
        act = take_up(admitted, key)
        act.demand_stage(sent.stage)
        hold(act, sent.seat)
        if act.reading.state == Reading.State.OPENED:
            _NOTE[Kind(sent.kind)](act, sent)


def _first_image(act: Act, sent: Report) -> None:
    if not ReadingEvent.objects.filter(assignment=act.assignment, stage=sent.stage, kind=Kind.FIRST_IMAGE).exists():
        act.note(Kind.FIRST_IMAGE)


def _away(act: Act, _: Report) -> None:
    if not is_away(act):
        act.note(Kind.AWAY)


def _back(act: Act, _: Report) -> None:
    if is_away(act):
        act.note(Kind.BACK)


def _aid(act: Act, sent: Report) -> None:
    roles = roles_of(act.arm.images)
    in_sight = act.arm.ai and act.stage in {Stage.ONLY, Stage.AIDED}
    if not in_sight or sent.overlay not in {SCORES, *(role.value for role in roles)}:
        raise ApiError(400, "invalid", NO_AID)
    kind = Kind(sent.kind)
    if (kind == Kind.AID_SHOWN) == _is_shown(act, sent.overlay):
        return
    shown = provenance_of(_result(act), roles) if kind == Kind.AID_SHOWN else {}
    act.note(kind, {"overlay": sent.overlay, **shown})


def _result(act: Act) -> Result | None:
    examination = act.assignment.case.examination
    return current_result(examination) if examination is not None else None


def _is_shown(act: Act, overlay: str) -> bool:
    events = ReadingEvent.objects.filter(assignment=act.assignment, kind__in=(Kind.AID_SHOWN, Kind.AID_HIDDEN)).order_by(
        "-id"
    )
    last = next((one for one in events if one.detail.get("overlay") == overlay), None)
    return last is not None and last.kind == Kind.AID_SHOWN


_NOTE: dict[ReadingEvent.Kind, Callable[[Act, Report], None]] = {
    Kind.FIRST_IMAGE: _first_image,
    Kind.AWAY: _away,
    Kind.BACK: _back,
    Kind.AID_SHOWN: _aid,
    Kind.AID_HIDDEN: _aid,
}
