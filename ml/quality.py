"""Quality gates: may a network look at this series at all? The paper's exclusion (a), "artefacts or incomplete images".

Each gate has a measure, a unit, a limit kept in the bundle, and an outcome decided as a radiologist would: without the
nasopharynx in the images there is nothing to assess; with ghosts over it a score may be shown, but no advice stands on it.
What cannot be read as a volume at all is refused earlier (ml.volume, ml.preprocessing). No torch here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from ml.guard.headers import Acquired
from ml.preprocessing import NetworkInput
from ml.resampling import inside_source
from ml.survey import Survey
from ml.volume import Volume, VolumeRefused

VERSION = 1
REACH = 60.0
"""mm above and below the nasopharynx that count as its coverage."""
SEND_AGAIN = "Repeat the series, or choose another one for this role."


class Outcome(StrEnum):
    """What a gate that fails does."""

    NOT_ASSESSABLE = "not assessable"
    """No network looks: no score, no tier."""
    WITHHELD = "advice withheld"
    """Scores are shown, advice is not."""


@dataclass(frozen=True)
class Gate:
    """One gate. `least`: the measure must reach the limit; else it must not pass it. `words` name it in a sentence."""

    words: str
    unit: str
    least: bool
    outcome: Outcome
    remedy: str
    default: float
    """The limit where calibration asks for less: never stricter than what a radiologist would ask for."""
    fixed: bool = False
    """The limit is a decision and not found by calibration: sound material has none of it."""

    def fails(self, value: float, limit: float) -> bool:
        """Whether a measure is on the wrong side."""
        return value < limit if self.least else value > limit

    def sentence(self, value: float, limit: float) -> str:
        """What was found and what was expected."""
        bound = "at least" if self.least else "at most"
        return f"{self.words}: {value:.3g} {self.unit}; {bound} {limit:.3g} {self.unit} can be accepted."


GATES: Mapping[str, Gate] = {
    "depth": Gate(
        "Images within 60 mm above and below the nasopharynx", "mm", True, Outcome.NOT_ASSESSABLE,
        "Choose a series that reaches from the sella to the second cervical vertebra.", 70.0, fixed=True,
    ),
    "coverage": Gate(
        "Images within 60 mm above and below the nasopharynx", "mm", True, Outcome.WITHHELD,
        "Choose a series that reaches from the sella to the second cervical vertebra.", 90.0,
    ),
    "missing": Gate(
        "Part of the region around the nasopharynx outside the field of view", "%", False, Outcome.NOT_ASSESSABLE,
        "Choose a series whose field of view holds the whole head.", 5.0, fixed=True,
    ),
    "cut off": Gate(
        "Edge of the head that the border of the images cuts off", "mm", False, Outcome.WITHHELD,
        "Choose a series whose field of view holds the whole head.", 60.0,
    ),
    "filled": Gate(
        "Slices that are missing around the nasopharynx and were filled in", "mm", False, Outcome.WITHHELD,
        "Send the whole series again.", 5.0, fixed=True,
    ),
    "gap": Gate(
        "Gap between slices", "mm", False, Outcome.WITHHELD,
        "Choose a series with a smaller gap.", 2.0, fixed=True,
    ),
    "motion": Gate(
        "Ghosts of moving tissue beside the head", "% of its signal", False, Outcome.WITHHELD,
        SEND_AGAIN, 3.0,
    ),
}  # fmt: skip
Measures = Mapping[str, float | None]
"""Value by gate; None where it cannot be measured."""


def measure(volume: Volume, prepared: NetworkInput, seen: Survey, one: Acquired) -> dict[str, float | None]:
    """Every gate's measure of one series."""
    thickness = one.numbers.get("slice_thickness")
    # A volume's slices abut by design; the header's thickness is that of interpolated partitions on some scanners.
    apart = one.names.get("acquisition") != "3D" and thickness is not None
    depth = min(seen.above, REACH) + min(seen.below, REACH)
    return {
        "depth": depth,
        "coverage": depth,
        "missing": _missing(volume, prepared),
        "cut off": seen.cut,
        "filled": _filled(volume, prepared, one.filled),
        "gap": max(volume.spacing[0] - thickness, 0.0) if apart and thickness is not None else None,
        "motion": seen.ghost,
    }


def _missing(volume: Volume, prepared: NetworkInput) -> float:
    """Share of the crop that lies beside, before or behind the images, %: of its slices that they cover at all."""
    step = [max(1, n // 12) for n in prepared.voxels.shape]
    coarse = prepared.affine @ np.diag([*step, 1.0])
    shape = tuple(-(-n // s) for n, s in zip(prepared.voxels.shape, step, strict=True))
    to_source = np.linalg.inv(volume.affine) @ coarse
    inside = inside_source(to_source, (shape[0], shape[1], shape[2]), volume.shape)
    covered = inside[inside.any(axis=(1, 2))]
    return 100.0 * (1.0 - float(covered.mean())) if covered.size else 100.0


def _filled(volume: Volume, prepared: NetworkInput, filled: tuple[int, ...]) -> float:
    """mm of the crop's depth that rest on filled-in slices."""
    if not filled:
        return 0.0
    corners = np.array([[k, i, j] for k in (0, prepared.voxels.shape[0] - 1) for i in (0, prepared.voxels.shape[1] - 1)
                        for j in (0, prepared.voxels.shape[2] - 1)], np.float64)  # fmt: skip
    slices = volume.to_indices(corners @ prepared.affine[:3, :3].T + prepared.affine[:3, 3])[:, 0]
    within = [k for k in filled if slices.min() - 0.5 <= k <= slices.max() + 0.5]
    return float(len(within) * volume.spacing[0])


@dataclass(frozen=True)
class QualityGates:
    """The limits of a bundle, by gate; `rate`: share of sound cases that each calibrated gate stops falsely, of `cases`."""

    limits: Mapping[str, float]
    cases: int
    rate: float

    def __post_init__(self) -> None:
        """Refuse gates this program does not know, and gates it knows that are missing."""
        if set(self.limits) != set(GATES) or not all(np.isfinite(limit) for limit in self.limits.values()):
            raise ValueError(f"The quality gates are {sorted(self.limits)}; expected a finite limit for {sorted(GATES)}.")

    def failed(self, measures: Measures) -> list[str]:
        """The gates that a series fails, in the order of `GATES`; what cannot be measured stops nobody."""
        values = {name: measures.get(name) for name in GATES}
        return [name for name, value in values.items() if value is not None and GATES[name].fails(value, self.limits[name])]

    def check(self, measures: Measures) -> tuple[str, ...]:
        """Sentences that withhold advice; VolumeRefused where a network must not look."""
        failed = self.failed(measures)
        for name in failed:
            if GATES[name].outcome is Outcome.NOT_ASSESSABLE:
                raise VolumeRefused(self._said(name, measures), GATES[name].remedy)
        return tuple(f"{self._said(name, measures)} {GATES[name].remedy}" for name in failed)

    def _said(self, name: str, measures: Measures) -> str:
        value = measures[name]
        assert value is not None
        return GATES[name].sentence(value, self.limits[name])

    def to_json(self) -> dict[str, Any]:
        """Plain values for bundle.json, each gate with its unit and outcome for whoever reads it."""
        gates = {
            name: {
                "limit": self.limits[name],
                "side": "least" if gate.least else "most",
                "unit": gate.unit,
                "outcome": str(gate.outcome),
                "found_by": "decision" if gate.fixed else "calibration",
            }
            for name, gate in GATES.items()
        }
        return {"version": VERSION, "cases": self.cases, "rate": self.rate, "gates": gates}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "QualityGates":
        """Read back what `to_json` wrote; ValueError names what is wrong."""
        if values.get("version") != VERSION:
            raise ValueError(f"The quality gates have version {values.get('version')!r}; this program knows {VERSION}.")
        try:
            limits = {str(name): float(gate["limit"]) for name, gate in values["gates"].items()}
            return cls(limits, int(values["cases"]), float(values["rate"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"The quality gates are incomplete or damaged: {error!r}.") from error
