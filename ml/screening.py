"""Before and beside a network: the bundle's quality gates and its guard, in one look at a prepared series. No torch here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml.guard import Acquired, Guard, acquired
from ml.preprocessing import NetworkInput
from ml.quality import QualityGates, measure
from ml.survey import survey
from ml.volume import Volume

UNGUARDED = "the network's bundle keeps no training range: nothing shows whether these images are like its training images"
UNGATED = "the network's bundle keeps no quality gates: the images' quality was not measured"


@dataclass(frozen=True)
class Screened:
    """`guards`: sentences why advice is withheld; `notes`: what else to say beside the result."""

    guards: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Screening:
    """What one bundle keeps for it; either may be missing in a bundle made before there was any."""

    guard: Guard | None
    gates: QualityGates | None

    @classmethod
    def from_json(cls, guard: Mapping[str, Any], quality: Mapping[str, Any]) -> "Screening":
        """From a manifest's `guard` and `quality`, empty where the bundle has none; ValueError where one is damaged."""
        return cls(
            Guard.from_json(guard) if guard else None,
            QualityGates.from_json(quality) if quality else None,
        )

    def look(self, volume: Volume, prepared: NetworkInput, one: Acquired | None = None) -> Screened:
        """Measure, gate and compare. `one`: how the series was acquired; without it, what the volume itself says.

        VolumeRefused where a gate says that the series cannot be assessed.
        """
        notes = [*([] if self.guard else [UNGUARDED]), *([] if self.gates else [UNGATED])]
        if self.guard is None and self.gates is None:
            return Screened((), tuple(notes))
        one = one or acquired(volume)
        seen = survey(volume, prepared)
        guards: list[str] = []
        if self.gates is not None:
            guards += self.gates.check(measure(volume, prepared, seen, one))
        if self.guard is not None:
            unusual = self.guard.look(prepared, seen, one)
            guards += unusual.guards
            notes += unusual.remarks
        return Screened(tuple(guards), tuple(notes))
