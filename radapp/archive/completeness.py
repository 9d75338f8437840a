"""When a series counts as complete: as soon as the evidence allows, not by one fixed timeout.

| evidence | counts when |
|---|---|
| expected | as many images are there as headers promise (radapp.archive.expectation) |
| performed | MPPS says completed, and every instance it lists is there |
| later series | the scanner has begun a later series of the study, and no slice of this one came after that |
| released | an association or request ended that carried more than one of its images |
| quiet | nothing came for 4 s |
| short | fewer images than promised, and nothing came for 20 s: it is read as it is, and says so |

While images are missing that were promised, only the last one counts. Pure: rows are kept in radapp.archive.arrivals.
"""

from dataclasses import dataclass, field
from datetime import datetime, time

from radapp.archive import expectation
from radapp.archive.arrival_models import SeriesArrival
from radapp.archive.expectation import Stated
from radapp.archive.models import Series

QUIET_S = 4.0
SHORT_QUIET_S = 20.0
CARRIED_AT_LEAST = 2
"""Frames that an association carried before its end says anything: some scanners open one for each image."""

COMPLETED = "COMPLETED"
Why = SeriesArrival.Why

WORDS = {
    Why.EXPECTED: "the expected number was reached",
    Why.PERFORMED: "the scanner reported it as performed",
    Why.LATER_SERIES: "the scanner had begun the next series",
    Why.RELEASED: "the transfer had ended",
    Why.QUIET: "no slice had come for 4 s",
    Why.SHORT: "no slice had come for 20 s, although more were expected",
}
"""Why a series counted as complete, as the end of a sentence."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for a series being complete. `quiet_s`: seconds without a slice by a clock that cannot be set back."""

    instances: int
    frames: int
    stated: Stated = field(default_factory=dict)
    performed: int | None = None
    later_begun: bool = False
    released: bool = False
    quiet_s: float = 0.0

    @property
    def missing(self) -> bool:
        """Whether images were promised that are not there."""
        promised = expectation.expected(self.stated, self.instances, self.frames)
        lacks = promised is not None and promised[0] < promised[1]
        return lacks or (self.performed is not None and self.instances < self.performed)


def judge(found: Evidence) -> Why | None:
    """Why the series counts as complete now; None while it is still arriving."""
    if found.missing:
        return Why.SHORT if found.quiet_s >= SHORT_QUIET_S else None
    if found.performed is not None:
        return Why.PERFORMED
    if expectation.expected(found.stated, found.instances, found.frames) is not None:
        return Why.EXPECTED
    if found.later_begun:
        return Why.LATER_SERIES
    if found.released:
        return Why.RELEASED
    return Why.QUIET if found.quiet_s >= QUIET_S else None


def begun_later(one: Series, other: Series) -> bool:
    """Whether the scanner began `other` after `one`: by both times and both numbers, where both have them."""
    times = _clock(one), _clock(other)
    numbers = one.series_number, other.series_number
    said = []
    if times[0] is not None and times[1] is not None:
        said.append(times[1] > times[0])
    if numbers[0] is not None and numbers[1] is not None:
        said.append(numbers[1] > numbers[0])
    return bool(said) and all(said)


def _clock(series: Series) -> datetime | None:
    """Series Date and Time as the scanner's clock had them; None where either is missing or odd."""
    digits = series.series_time.replace(":", "")[:6]
    if series.series_date is None or len(digits) != 6 or not digits.isdigit():
        return None
    hour, minute, second = int(digits[:2]), int(digits[2:4]), min(int(digits[4:]), 59)
    if hour > 23 or minute > 59:
        return None
    return datetime.combine(series.series_date, time(hour, minute, second))
