"""How far a point lies from a lesion that was marked by balls. No torch, no SciPy: a web process reads this."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import dist, isfinite


@dataclass(frozen=True)
class Ball:
    """One mark of a lesion: its centre [x, y, z] (LPS, mm) and its radius in mm."""

    centre: tuple[float, float, float]
    radius: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no ball."""
        if not all(map(isfinite, self.centre)) or not (isfinite(self.radius) and self.radius >= 0):
            raise ValueError(f"The mark is {self.centre}, {self.radius} mm; expected finite mm and a radius from 0.")


def distance_to_marks(point: Sequence[float], marks: Sequence[Ball]) -> float:
    """mm from a point (LPS) to the edge of the nearest mark; 0 inside one. ValueError without any mark."""
    if not marks:
        raise ValueError("The lesion has no mark; expected at least one. Leave lesions without marks out.")
    return max(0.0, min(dist(point, mark.centre) - mark.radius for mark in marks))
