"""What a series' headers say of how it was acquired, as far as a network may depend on it; compared with training.

Numbers are compared with the training set's range, names with the names it had. A header that is silent alarms nobody: what
is unusual about the image shows in the image. Fat saturation is not here: a bundle's `fat_saturated` speaks of it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pydicom

from ml.series.facts import SeriesFacts, read_facts
from ml.series.recognition import recognise
from ml.series.role import Role
from ml.unreadable import UNREADABLE
from ml.volume import SeriesVolume, Volume

MARGIN = 0.15
"""A number may lie this share of itself beyond the training set's range."""
NUMBERS: Mapping[str, tuple[str, str]] = {
    "repetition_time": ("TR", "ms"),
    "echo_time": ("TE", "ms"),
    "inversion_time": ("TI", "ms"),
    "field_strength": ("field strength", "T"),
    "slice_distance": ("distance between slices", "mm"),
    "slice_thickness": ("slice thickness", "mm"),
    "pixel": ("pixel spacing", "mm"),
    "extent": ("extent from head to foot", "mm"),
}
"""Each number's name and unit as a fragment says them."""
NAMES: Mapping[str, str] = {
    "weighting": "weighting",
    "sequence": "sequence",
    "contrast": "acquired",
    "plane": "plane",
    "acquisition": "dimensions",
    "manufacturer": "manufacturer",
}
REMARKS = frozenset({"manufacturer", "slice_thickness"})
"""Said beside the result, but advice is not withheld for these alone: the image itself shows whether they matter."""
_MAKERS = {"GE": "GE", "SIEMENS": "Siemens", "PHILIPS": "Philips", "UIH": "United Imaging", "UNITED": "United Imaging",
           "CANON": "Canon", "TOSHIBA": "Canon"}  # fmt: skip


_KINDS = {Role.T1WI: "T1", Role.T1WIC: "T1", Role.T2WI: "T2"}
_CONTRAST = {Role.T1WI: "before a contrast agent", Role.T1WIC: "after a contrast agent"}


@dataclass(frozen=True)
class Acquired:
    """How one series was acquired: `numbers` and `names` by the keys above, without those nothing says.

    `filled` are the volume's slices that no image became: they were filled in from their neighbours.
    """

    numbers: Mapping[str, float] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    filled: tuple[int, ...] = ()


def acquired(volume: Volume, datasets: Sequence[pydicom.Dataset] = (), recognised: Role | None = None) -> Acquired:
    """From a series' headers (one suffices) and its volume, whose spacing and plane are the images' own.

    `recognised` is the role that recognition gave the series among its whole study, which tells better than one header
    whether it came after a contrast agent; a role given by a person does not belong here.
    """
    numbers = {"slice_distance": volume.spacing[0], "pixel": max(volume.spacing[1:]), "extent": extent(volume)}
    names = {"plane": volume.plane}
    if datasets:
        facts = read_facts(datasets[:1])
        numbers |= _numbers(facts, datasets[0])
        names |= _names(facts, recognised)
    return Acquired(numbers, names)


def acquired_as(source: SeriesVolume, recognised: Role | None = None) -> Acquired:
    """The same of a series as loaded, with the slices that were filled in."""
    filled = sorted(set(range(source.volume.shape[0])) - {plane.slice for plane in source.planes})
    return replace(acquired(source.volume, source.datasets, recognised), filled=tuple(filled))


def extent(volume: Volume) -> float:
    """mm from the lowest to the highest edge of the images, along the volume's axis nearest to the patient's."""
    along = abs(volume.axes[2]).argmax()
    return float(volume.shape[along] * volume.spacing[along])


def _numbers(facts: SeriesFacts, header: pydicom.Dataset) -> dict[str, float]:
    values = {
        "repetition_time": facts.repetition_time,
        "echo_time": facts.echo_time,
        "inversion_time": facts.inversion_time,
        "field_strength": _strength(header),
        "slice_thickness": facts.slice_thickness,
    }
    return {name: float(value) for name, value in values.items() if value is not None}


def _strength(header: pydicom.Dataset) -> float | None:
    try:
        value = float(header.get("MagneticFieldStrength") or 0)
    except UNREADABLE:
        return None
    # Some consoles write gauss.
    value = value / 10_000 if value > 100 else value
    return value if value > 0 else None


def _names(facts: SeriesFacts, recognised: Role | None) -> dict[str, str]:
    found = recognise([facts])[0]
    names: dict[str, str] = {}
    enhanced = recognised if recognised in _CONTRAST else found.role
    if enhanced in _CONTRAST:
        names["contrast"] = _CONTRAST[enhanced]
    kind = _KINDS.get(found.role)
    if kind or facts.repetition_time is not None:
        names["weighting"] = kind or "neither T1 nor T2"
    if facts.scanning_sequence & {"SE", "GR"}:
        gradient = "GR" in facts.scanning_sequence and "SE" not in facts.scanning_sequence
        inverted = "IR" in facts.scanning_sequence or (facts.inversion_time or 0) > 0
        names["sequence"] = ("inversion-prepared " if inverted else "") + ("gradient echo" if gradient else "spin echo")
    if found.acquisition:
        names["acquisition"] = found.acquisition
    maker = facts.manufacturer.strip()
    if maker:
        names["manufacturer"] = next((name for word, name in _MAKERS.items() if maker.upper().startswith(word)), maker)
    return names


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


@dataclass(frozen=True)
class HeaderRange:
    """What a training set had: lowest and highest of each number, and how many series had each name."""

    numbers: Mapping[str, tuple[float, float]]
    names: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, series: Sequence[Acquired]) -> "HeaderRange":
        """Over all series of a training set."""
        numbers: dict[str, tuple[float, float]] = {}
        for name in NUMBERS:
            values = [one.numbers[name] for one in series if name in one.numbers]
            if values:
                numbers[name] = (round(min(values), 4), round(max(values), 4))
        names = {name: dict(Counter(one.names[name] for one in series if name in one.names)) for name in NAMES}
        return cls(numbers, {name: counts for name, counts in names.items() if counts})

    def unusual(self, one: Acquired) -> tuple[list[str], list[str]]:
        """What training did not have, in fragments such as "TE 91 ms (training 8 to 15)": grave ones, and mere remarks."""
        grave: list[str] = []
        slight: list[str] = []
        for name, fragment in (*self._names(one), *self._numbers(one)):
            (slight if name in REMARKS else grave).append(fragment)
        return grave, slight

    def _names(self, one: Acquired) -> Iterator[tuple[str, str]]:
        for name, words in NAMES.items():
            found, trained = one.names.get(name), self.names.get(name)
            if found is not None and trained and found not in trained:
                yield name, f"{words} {found} (training {' or '.join(sorted(trained))})"

    def _numbers(self, one: Acquired) -> Iterator[tuple[str, str]]:
        for name, (words, unit) in NUMBERS.items():
            found, trained = one.numbers.get(name), self.numbers.get(name)
            if found is None:
                continue
            if trained is None:
                # A number that no training series had, as a TI of plain spin echoes.
                if name == "inversion_time":
                    yield name, f"{words} {_short(found)} {unit} (training none)"
                continue
            low, high = trained
            if not low * (1 - MARGIN) <= found <= high * (1 + MARGIN):
                span = _short(low) if low == high else f"{_short(low)} to {_short(high)}"
                yield name, f"{words} {_short(found)} {unit} (training {span})"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "numbers": {name: list(span) for name, span in self.numbers.items()},
            "names": {name: dict(counts) for name, counts in self.names.items()},
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "HeaderRange":
        """Read back what `to_json` wrote."""
        numbers = {str(name): (float(span[0]), float(span[1])) for name, span in values["numbers"].items()}
        names = {str(name): {str(k): int(v) for k, v in counts.items()} for name, counts in values["names"].items()}
        return cls(numbers, names)
