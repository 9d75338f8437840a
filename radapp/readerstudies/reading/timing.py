"""How long a stage took, from its events: time at work, away from the window, silent and paused, each apart."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from radapp.readerstudies.models import ReadingEvent

WORK, AWAY, SILENT, PAUSED = "work", "away", "silent", "paused"
_AFTER = {
    ReadingEvent.Kind.AWAY: AWAY,
    ReadingEvent.Kind.BACK: WORK,
    ReadingEvent.Kind.PAUSED: PAUSED,
    ReadingEvent.Kind.RESUMED: WORK,
}


def measure(began: datetime, ended: datetime, events: Iterable[ReadingEvent]) -> dict[str, int | None]:
    """Milliseconds {total, first_image, work, away, silent, paused} between two moments of the server's clock.

    `events`: of this stage, in the order in which they were stored. `total` is the sum of the last four; `first_image` is
    None where no image was reported. Steps back of the clock count as nothing.
    """
    spent = dict.fromkeys((WORK, AWAY, SILENT, PAUSED), timedelta())
    first_image: timedelta | None = None
    doing, since = WORK, began
    for event in events:
        kind = ReadingEvent.Kind(event.kind)
        if kind == ReadingEvent.Kind.FIRST_IMAGE and first_image is None:
            first_image = max(event.at - began, timedelta())
        if kind not in _AFTER:
            continue
        at = max(min(event.at, ended), since)
        spent[doing] += at - since
        doing, since = _AFTER[kind], at
        if kind == ReadingEvent.Kind.AWAY and event.detail.get("silent"):
            doing = SILENT
    spent[doing] += max(ended - since, timedelta())
    found = {name: _ms(time) for name, time in spent.items()}
    return {"total": sum(found.values()), "first_image": None if first_image is None else _ms(first_image), **found}


def _ms(time: timedelta) -> int:
    return round(time / timedelta(milliseconds=1))
