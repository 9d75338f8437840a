"""What one report of an examination says, before it becomes DICOM: plain words and numbers, given by whoever knows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

PLACES = {
    "positive": "at or above the first cutoff",
    "suspicious": "between the cutoffs",
    "negative": "below both cutoffs, which does not exclude recurrence",
}
"""Beside every tier: no word of one stands alone."""
LEAST_DECIMALS, MOST_DECIMALS = 3, 17
RESEARCH = "For research. Not a radiologist's report."


@dataclass(frozen=True)
class Cutoff:
    """One cutoff of a score: `name` as people call it (first, second, T1WIC)."""

    name: str
    value: float


@dataclass(frozen=True)
class Score:
    """One score (0–1) of `sequence` (T1WI, T2WI, T1_T2, T1WIC) and the cutoffs it is compared with."""

    sequence: str
    value: float
    cutoffs: tuple[Cutoff, ...] = ()

    @property
    def words(self) -> str:
        """The score and where it stands, with as many decimals as tell it from its cutoffs."""
        digits = decimals(self.value, [cutoff.value for cutoff in self.cutoffs])
        written = [f"{self.sequence} score {self.value:.{digits}f}"]
        for cutoff in self.cutoffs:
            side = "at or above" if self.value >= cutoff.value else "below"
            written.append(f"{side} the {cutoff.name} cutoff {cutoff.value:.{digits}f}")
        return ", ".join(written)


@dataclass(frozen=True)
class Network:
    """A bundle that scored the examination."""

    sequence: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Statement:
    """One numbered report of one examination.

    `tier` and `final` (the tactic's call) are empty where there is no result. `given` is False where advice is withheld:
    then `advice` says so, and `reason` why. `replaces` is the number of the report this one supersedes, 0 for the first.
    """

    number: int
    tier: str
    final: str
    given: bool
    advice: str
    reason: str
    synthetic: bool
    protocol: str = ""
    weights: tuple[float, float] | None = None
    scores: Sequence[Score] = field(default_factory=tuple)
    networks: Sequence[Network] = field(default_factory=tuple)
    neighbours: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
    limits: Sequence[str] = field(default_factory=tuple)
    software_version: str = "0.1"
    replaces: int = 0

    def __post_init__(self) -> None:
        """Refuse a report that advises and withholds at once, or withholds without a reason."""
        if self.given and (self.reason or not self.tier):
            raise ValueError("A report that gives advice needs a tier and has no reason to withhold it.")
        if not self.given and not self.reason:
            raise ValueError("A report that withholds advice must say why.")

    @property
    def tier_words(self) -> str:
        """The tier as a line; never the bare word where no advice stands on it."""
        if not self.tier:
            return "No tier: there is no result."
        if not self.given:
            return f"Tier by the scores: {self.tier} ({PLACES[self.tier]}). No advice stands on it."
        return f"Tier: {self.tier} ({PLACES[self.tier]})."

    @property
    def replaces_words(self) -> str:
        """Which report this one takes the place of; empty for the first."""
        return f"Replaces report no. {self.replaces} of this examination." if self.replaces else ""


def decimals(value: float, others: Sequence[float]) -> int:
    """Digits after the point with which `value` reads on the same side of every other as it is, and equal only if it is."""
    for digits in range(LEAST_DECIMALS, MOST_DECIMALS):
        written = float(f"{value:.{digits}f}")
        if all(_sign(written - float(f"{other:.{digits}f}")) == _sign(value - other) for other in others):
            return digits
    return MOST_DECIMALS


def _sign(difference: float) -> int:
    return (difference > 0) - (difference < 0)
