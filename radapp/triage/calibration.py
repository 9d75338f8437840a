"""What a score meant in calibration: of the patients nearest to it, how many had recurrence (DOMAIN, "Beside a score")."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

NEAREST = 100
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Nearest:
    """`recurrences` of the `of` calibration patients nearest to the score, with a 95 % Wilson interval (0–1)."""

    of: int
    recurrences: int
    low: float
    high: float


def wilson(positives: int, total: int) -> tuple[float, float]:
    """95 % score interval of a proportion (Wilson 1927)."""
    share, z2 = positives / total, Z_95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z_95 * sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return max(0.0, centre - half), min(1.0, centre + half)


def nearest(calibration: Mapping[str, Any], score: float) -> Nearest | None:
    """The neighbours of a T1_T2 score among `calibration["cases"]`, a list of [score, 0 or 1]; None without any."""
    cases = calibration.get("cases") or []
    near = sorted(cases, key=lambda case: abs(case[0] - score))[:NEAREST]
    if not near:
        return None
    recurrences = sum(int(case[1]) for case in near)
    low, high = wilson(recurrences, len(near))
    return Nearest(len(near), recurrences, low, high)
