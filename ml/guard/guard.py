"""The guard kept in a bundle: the training inputs' statistics and headers, and how far a new series may lie from them.

Three looks at the statistics. Single ones: how far beyond the training set's middle 99 % does the farthest one lie? All
together: the Mahalanobis distance with a shrunk covariance (Ledoit and Wolf, J Multivar Anal 2004;88:365-411; for
out-of-distribution inputs, Lee et al., NeurIPS 2018). Against the patients' other sequences: Fisher's linear discriminant,
since a T1WI may lie within all that a T2WI can be and is none. Limits come from cases that were not in the training set, by
split-conformal ranks (Vovk et al., Algorithmic Learning in a Random World, 2005), so that all together alarm falsely on at
most a stated share of such cases. No torch here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.guard.headers import Acquired, HeaderRange
from ml.guard.packing import pack, unpack
from ml.guard.statistics import NAMES, THUMB, UNITS, WORDS, Thumb, statistics
from ml.preprocessing import NetworkInput
from ml.survey import Survey

VERSION = 1
METHOD = "single ranges, shrunk Mahalanobis distance, discriminants against other sequences; split-conformal limits"
MOST_NAMED = 3
"""Statistics named in a sentence."""


@dataclass(frozen=True)
class Unusual:
    """What is unusual about a series, in sentences: `guards` withhold advice, `remarks` stand beside the result."""

    guards: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Discriminant:
    """Another sequence's direction: `weights` (p,) on the standardised statistics; above `limit` an image is like it."""

    weights: NDArray[np.float64]
    limit: float


@dataclass(frozen=True, eq=False)
class Guard:
    """Arrays are (p,) in the order of `ml.guard.statistics.NAMES`, `precision` (p, p) of the standardised statistics."""

    average: Thumb
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    precision: NDArray[np.float64]
    farthest: float
    """Limit of the greatest excess of a single statistic beyond low or high, in units of `scale`."""
    distance: float
    """Limit of the Mahalanobis distance."""
    headers: HeaderRange
    rate: float
    """Share of cases like the training set's that the limits together alarm on falsely, at most."""
    trained: int
    """Cases behind mean, ranges and covariance."""
    calibrated: int
    """Further cases behind the limits."""
    others: Mapping[str, Discriminant] = field(default_factory=dict)
    """The other sequences that the training set knew, by role."""

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together."""
        p = len(NAMES)
        shapes = [self.mean.shape, self.scale.shape, self.low.shape, self.high.shape]
        if shapes != [(p,)] * 4 or self.precision.shape != (p, p) or self.average.shape != THUMB:
            raise ValueError(f"The guard's arrays do not hold the {p} statistics of this program.")
        if any(one.weights.shape != (p,) for one in self.others.values()):
            raise ValueError(f"A discriminant does not hold the {p} statistics of this program.")
        if not (np.isfinite(self.precision).all() and (self.scale > 0).all() and self.distance > 0 and self.farthest >= 0):
            raise ValueError("The guard holds values that are not finite, or no limits above 0.")

    def statistics(self, prepared: NetworkInput, seen: Survey) -> NDArray[np.float64]:
        """The statistics (p,) of one input."""
        return statistics(prepared, seen, self.average)

    def look(self, prepared: NetworkInput, seen: Survey, one: Acquired | None = None) -> Unusual:
        """Compare an input and how it was acquired with the training set."""
        image = self._image(self.statistics(prepared, seen))
        grave, slight = self.headers.unusual(one) if one is not None else ([], [])
        acquired = (f"It was acquired unlike the training set: {'; '.join(grave)}.",) if grave else ()
        return Unusual((*image, *acquired), tuple(slight))

    def excess(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each statistic (…, p) lies beyond the middle 99 % of training, in units of `scale`; 0 within."""
        beyond: NDArray[np.float64] = np.maximum(np.maximum(self.low - values, values - self.high), 0) / self.scale
        return beyond

    def distances(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mahalanobis distance of statistics (…, p)."""
        z = (values - self.mean) / self.scale
        squared: NDArray[np.float64] = np.einsum("...i,ij,...j->...", z, self.precision, z)
        return np.sqrt(np.maximum(squared, 0))

    def likeness_to(self, other: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much more statistics (…, p) are like the other sequence than like this one: its limit is the border."""
        found: NDArray[np.float64] = ((values - self.mean) / self.scale) @ self.others[other].weights
        return found

    def _image(self, values: NDArray[np.float64]) -> tuple[str, ...]:
        """At most two sentences: a sequence that it resembles, and what is unusual."""
        taken = max(
            ((float(self.likeness_to(name, values)) - one.limit, name) for name, one in self.others.items()),
            default=(-1.0, ""),
        )
        like = (f"The image looks like {taken[1]} and not like the sequence its network was trained on.",)
        return (*(like if taken[0] > 0 else ()), *self._strange(values))

    def _strange(self, values: NDArray[np.float64]) -> tuple[str, ...]:
        excess, distance = self.excess(values), float(self.distances(values))
        if excess.max() <= self.farthest and distance <= self.distance:
            return ()
        order = np.argsort(-excess)
        named = [int(n) for n in order[:MOST_NAMED] if excess[n] > self.farthest]
        if named:
            told = "; ".join(self._told(n, float(values[n])) for n in named)
            return (f"The image is unlike those that the network was trained on: {told}.",)
        return (
            f"The image is unlike those that the network was trained on: no single measure, but their combination "
            f"(distance {distance:.1f}; limit {self.distance:.1f}), most of all {self._pulled(values)}.",
        )

    def _told(self, n: int, value: float) -> str:
        unit = f" {UNITS[NAMES[n]]}" if NAMES[n] in UNITS else ""
        low, high = (limit for limit in (self.low[n], self.high[n]))
        return f"{WORDS[NAMES[n]]} is {value:.3g}{unit} (training {low:.3g} to {high:.3g}{unit})"

    def _pulled(self, values: NDArray[np.float64]) -> str:
        """The statistic whose return to the training mean would shorten the distance most."""
        z = (values - self.mean) / self.scale
        return WORDS[NAMES[int(np.argmax(z * (self.precision @ z)))]]

    def to_json(self) -> dict[str, Any]:
        """Plain values for bundle.json."""
        return {
            "version": VERSION,
            "method": METHOD,
            "statistics": list(NAMES),
            "rate": self.rate,
            "trained": self.trained,
            "calibrated": self.calibrated,
            "limits": {"farthest": self.farthest, "distance": self.distance},
            "ranges": {name: [float(f"{self.low[n]:.6g}"), float(f"{self.high[n]:.6g}")] for n, name in enumerate(NAMES)},
            "mean": pack(self.mean),
            "scale": pack(self.scale),
            "precision": pack(self.precision),
            "average": pack(self.average),
            "others": {
                name: {"weights": pack(one.weights), "limit": one.limit} for name, one in sorted(self.others.items())
            },
            "headers": self.headers.to_json(),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Guard":
        """Read back what `to_json` wrote; ValueError names what is wrong."""
        if values.get("version") != VERSION or values.get("statistics") != list(NAMES):
            raise ValueError(
                f"The guard has version {values.get('version')!r} and {len(values.get('statistics', ()))} statistics; this "
                f"program knows version {VERSION} and {len(NAMES)} of its own."
            )
        try:
            ranges = np.array([values["ranges"][name] for name in NAMES], np.float64)
            return cls(
                average=unpack(values["average"]),
                mean=unpack(values["mean"]).astype(np.float64),
                scale=unpack(values["scale"]).astype(np.float64),
                low=ranges[:, 0],
                high=ranges[:, 1],
                precision=unpack(values["precision"]).astype(np.float64),
                farthest=float(values["limits"]["farthest"]),
                distance=float(values["limits"]["distance"]),
                headers=HeaderRange.from_json(values["headers"]),
                rate=float(values["rate"]),
                trained=int(values["trained"]),
                calibrated=int(values["calibrated"]),
                others={
                    str(name): Discriminant(unpack(one["weights"]).astype(np.float64), float(one["limit"]))
                    for name, one in values["others"].items()
                },
            )
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise ValueError(f"The guard is incomplete or damaged: {error!r}.") from error
