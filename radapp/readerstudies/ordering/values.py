"""What goes into a drawn order and what comes out of it."""

import enum
from dataclasses import dataclass


class Stratum(enum.IntEnum):
    """What orders are balanced by. UNKNOWN: the reference standard has not said yet."""

    POSITIVE = 0
    NEGATIVE = 1
    UNKNOWN = 2


@dataclass(frozen=True)
class Subject:
    """One case. `patient`: cases of one patient are kept apart; empty: nobody else's."""

    key: str
    positive: bool | None
    practice: bool
    has_enhanced: bool
    patient: str = ""

    @property
    def stratum(self) -> Stratum:
        """By its truth."""
        if self.positive is None:
            return Stratum.UNKNOWN
        return Stratum.POSITIVE if self.positive else Stratum.NEGATIVE


@dataclass(frozen=True)
class Planned:
    """One case at one place of one reader's order; `session` and `position` from 1. `reader` and `case` are keys."""

    reader: str
    session: int
    position: int
    case: str
    arm: str
    practice: bool
    repeat: bool
