"""What becomes of patients under the tactic, and what follows: cost, scanner time, what is found and missed. No torch.

A cohort's cases are split into pathways: sent to contrast or not, called by the tactic or not, and whether contrast for all
would have called. Shares of either kind of patients, a prevalence and a tariff then give everything per 1000 patients. A
share of those who need contrast may have left the scanner before the advice was there, and come back for a second visit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.economics import PER, Tariff

Floats = NDArray[np.float64]
OUTCOMES = ("cost", "saved", "hours", "hours_saved", "detected", "missed", "missed_more", "cost_per_detected")
"""Per 1000 patients. `saved`, `hours_saved`, `missed_more`: against contrast for all. `cost_per_detected`: of the tactic."""


@dataclass(frozen=True, kw_only=True)
class Pathway:
    """Cases with and without recurrence that go one way. `called`: by the tactic; `by_contrast`: by contrast for all."""

    tier: str
    enhanced: bool
    called: bool
    by_contrast: bool
    diseased: int
    healthy: int

    def __post_init__(self) -> None:
        """Refuse counts below 0."""
        if min(self.diseased, self.healthy) < 0:
            raise ValueError(f"{self}; expected no count below 0.")


@dataclass(frozen=True, kw_only=True)
class CallBack:
    """A share of those who need contrast has left the scanner, and comes back: a second visit on top of the first.

    `cost`, `seconds` of the second visit; None: those of an enhanced examination, which is made as a whole.
    """

    share: float = 0.0
    cost: float | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no share, no cost and no time."""
        known = [one for one in (self.cost, self.seconds) if one is not None]
        if not 0 <= self.share <= 1 or not all(isfinite(one) and one >= 0 for one in known):
            raise ValueError(f"{self}; expected a share from 0 to 1, a cost and seconds of at least 0.")


@dataclass(frozen=True, eq=False)
class Prices:
    """A tariff as numbers or arrays (draws,): the unenhanced examination, and what contrast adds to its cost and time."""

    unenhanced: float | Floats
    surcharge: float | Floats
    seconds: float | Floats
    more_seconds: float | Floats
    second_visit: float | Floats
    second_seconds: float | Floats

    @classmethod
    def of(cls, tariff: Tariff, back: CallBack) -> "Prices":
        """As the tariff has them."""
        return cls(
            unenhanced=tariff.unenhanced,
            surcharge=tariff.enhanced - tariff.unenhanced,
            seconds=tariff.seconds_unenhanced,
            more_seconds=tariff.seconds_enhanced - tariff.seconds_unenhanced,
            second_visit=tariff.enhanced if back.cost is None else back.cost,
            second_seconds=tariff.seconds_enhanced if back.seconds is None else back.seconds,
        )


@dataclass(frozen=True, eq=False)
class Shares:
    """Of patients with and without recurrence the share on each pathway, (pathways,) or (draws, pathways)."""

    diseased: Floats
    healthy: Floats
    flags: "Flags"

    @classmethod
    def of(cls, pathways: Sequence[Pathway]) -> "Shares | None":
        """As counted; None where one kind of patient is missing."""
        flags = Flags.of(pathways)
        counts = [np.array([getattr(one, kind) for one in pathways], float) for kind in ("diseased", "healthy")]
        if not pathways or min(one.sum() for one in counts) == 0:
            return None
        return cls(counts[0] / counts[0].sum(), counts[1] / counts[1].sum(), flags)


@dataclass(frozen=True, eq=False)
class Flags:
    """Of each pathway (pathways,), 1 or 0."""

    enhanced: Floats
    called: Floats
    by_contrast: Floats
    tiers: tuple[str, ...]

    @classmethod
    def of(cls, pathways: Sequence[Pathway]) -> "Flags":
        """In their order."""
        enhanced, called, by_contrast = (
            np.array([getattr(one, name) for one in pathways], float) for name in ("enhanced", "called", "by_contrast")
        )
        return cls(enhanced, called, by_contrast, tuple(one.tier for one in pathways))


def outcomes(shares: Shares, prevalence: ArrayLike, prices: Prices, called_back: ArrayLike = 0.0) -> dict[str, Floats]:
    """Each of OUTCOMES, a number or (draws,). `cost_per_detected` is infinite where nothing is detected."""
    p = np.asarray(prevalence, float)
    flags, back = shares.flags, np.asarray(called_back, float)
    enhanced = p * (shares.diseased @ flags.enhanced) + (1 - p) * (shares.healthy @ flags.enhanced)
    detected = PER * p * (shares.diseased @ flags.called)
    by_contrast = PER * p * (shares.diseased @ flags.by_contrast)
    # Who is called back pays for the unenhanced examination and the second visit instead of for one that goes on.
    cost = PER * (prices.unenhanced + enhanced * ((1 - back) * prices.surcharge + back * prices.second_visit))
    used = PER * (prices.seconds + enhanced * ((1 - back) * prices.more_seconds + back * prices.second_seconds))
    all_cost, all_used = PER * (prices.unenhanced + prices.surcharge), PER * (prices.seconds + prices.more_seconds)
    per_detected = np.divide(cost, detected, out=np.full(np.broadcast(cost, detected).shape, np.inf), where=detected > 0)
    return {
        "cost": cost,
        "saved": all_cost - cost,
        "hours": used / 3600,
        "hours_saved": (all_used - used) / 3600,
        "detected": detected,
        "missed": PER * p - detected,
        "missed_more": by_contrast - detected,
        "cost_per_detected": np.asarray(per_detected),
    }


def as_numbers(found: Mapping[str, Floats]) -> dict[str, float | None]:
    """Of single outcomes: plain numbers, None where there is none."""
    return {name: float(one) if np.isfinite(one) else None for name, one in found.items()}
