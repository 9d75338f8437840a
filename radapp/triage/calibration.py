"""What a score meant in calibration: of the patients nearest to it, how many had recurrence (DOMAIN, "Beside a score")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml.evaluation import calibration as statistics


@dataclass(frozen=True)
class Nearest:
    """`recurrences` of the `of` calibration patients nearest to the score, with a 95 % Wilson interval (0–1)."""

    of: int
    recurrences: int
    low: float | None
    high: float | None


def nearest(calibration: Mapping[str, Any], score: float) -> Nearest | None:
    """The neighbours of a T1_T2 score among `calibration["cases"]`, a list of [score, 0 or 1]; None without any.

    A hundred, or more where several are as far away as the hundredth.
    """
    cases = calibration.get("cases") or []
    found = statistics.nearest(score, [case[0] for case in cases], [case[1] for case in cases])
    if found is None:
        return None
    return Nearest(found.observed.n, found.observed.count, found.observed.low, found.observed.high)
