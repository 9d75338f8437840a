"""Which tab of which machine reads a case: one at a time, the second is told, and whoever takes over is alone."""

from datetime import timedelta

from django.db import transaction

from radapp.readerstudies.models import Reading, ReadingEvent
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.reading import refusals
from radapp.readerstudies.reading.acts import Act, take_up

SILENT_AFTER = timedelta(seconds=45)
"""A page gives a sign of life every 15 seconds; after three that did not come it counts as away, and its seat as free."""
PRESENCE = (
    ReadingEvent.Kind.OPENED,
    ReadingEvent.Kind.AWAY,
    ReadingEvent.Kind.BACK,
    ReadingEvent.Kind.PAUSED,
    ReadingEvent.Kind.RESUMED,
)


def keep_seat(admitted: Admitted, key: str, seat: str, *, take: bool) -> None:
    """A sign of life, or taking over.

    Raises ApiError 409 (seat_taken, stage_locked, study_not_open, case_withdrawn).
    """
    with transaction.atomic():
        act = take_up(admitted, key)
        act.demand_in_study()
        if act.stage is None:
            raise refusals.stage_locked()
        hold(act, seat, take=take)


def hold(act: Act, seat: str, *, take: bool = False) -> None:
    """Let this seat hold the reading, or refuse (409 seat_taken) while another one does and is alive.

    A silence that ends here is noted as time away, from the last sign of life on.
    """
    reading, now = act.reading, act.attendance.now
    if reading.seat not in {"", seat}:
        if _is_fresh(act) and not take:
            raise refusals.seat_taken()
        act.note(ReadingEvent.Kind.SEAT_TAKEN, {"seat": seat, "before": reading.seat, "asked": take})
    if reading.state == Reading.State.OPENED and not _is_fresh(act) and not is_away(act):
        act.note(ReadingEvent.Kind.AWAY, {"silent": True}, at=reading.seat_seen_at)
        act.note(ReadingEvent.Kind.BACK, {"silent": True})
    reading.seat, reading.seat_seen_at = seat, now
    reading.save(update_fields=["seat", "seat_seen_at"])


def _is_fresh(act: Act) -> bool:
    seen = act.reading.seat_seen_at
    return seen is not None and abs(act.attendance.now - seen) <= SILENT_AFTER


def is_away(act: Act) -> bool:
    """Whether the last that was heard of the reader is that they are away."""
    last = ReadingEvent.objects.filter(assignment=act.assignment, kind__in=PRESENCE).order_by("-id").first()
    return last is not None and last.kind == ReadingEvent.Kind.AWAY
