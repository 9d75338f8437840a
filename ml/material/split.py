"""Training, validation and test patients: drawn once, by patient and stratified, the same for every sequence and network."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml.material.problems import DataRefused, Problem

PARTS = ("training", "validation", "test")
INTERNAL = (8.0, 1.0, 1.0)
EXTERNAL = (1.4, 1.0, 1.0)
"""The paper's two ratios."""


@dataclass(frozen=True)
class Split:
    """Patients of each part, sorted; `fingerprint` is that of patients, labels, ratio and seed it was drawn from."""

    training: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    ratio: tuple[float, float, float]
    seed: int
    fingerprint: str

    def __post_init__(self) -> None:
        """Refuse a patient in two parts: what is learnt from must not be judged on."""
        seen: dict[str, str] = {}
        for part in PARTS:
            for patient in getattr(self, part):
                if patient in seen:
                    raise DataRefused(
                        [
                            Problem(
                                patient,
                                None,
                                f"is in {seen[patient]} and in {part}",
                                "Give each patient one part, or draw a new split.",
                            )
                        ]
                    )
                seen[patient] = part

    def part_of(self, patient: str) -> str:
        """The part that a patient belongs to."""
        for part in PARTS:
            if patient in getattr(self, part):
                return part
        raise KeyError(patient)

    def write(self, path: Path) -> None:
        """As JSON, in one step."""
        unfinished = path.with_suffix(".part")
        unfinished.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        unfinished.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Split":
        """What `write` wrote; DataRefused where a patient is in two parts."""
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        parts = {part: tuple(stored[part]) for part in PARTS}
        return cls(**parts, ratio=tuple(stored["ratio"]), seed=stored["seed"], fingerprint=stored["fingerprint"])


def parse_ratio(text: str) -> tuple[float, float, float]:
    """`8:1:1` or `1.4:1:1` as three numbers; ValueError otherwise."""
    parts = text.split(":")
    try:
        training, validation, test = (float(part) for part in parts)
    except ValueError as error:
        raise ValueError(f"The split is {text!r}; expected three numbers such as 8:1:1 or 1.4:1:1.") from error
    if min(training, validation, test) <= 0:
        raise ValueError(f"The split is {text!r}; expected three numbers above 0, such as 8:1:1.")
    return training, validation, test


def draw_split(labels: Mapping[str, int], ratio: tuple[float, float, float] = INTERNAL, seed: int = 2025) -> Split:
    """Split patients (name to label) by `ratio`, each label apart; the same arguments give the same split.

    Every part gets at least one patient of each label. DataRefused where there are not enough.
    """
    fingerprint = hashlib.sha256(json.dumps([sorted(labels.items()), ratio, seed]).encode()).hexdigest()
    strata: dict[int, list[str]] = defaultdict(list)
    for patient in sorted(labels):
        strata[labels[patient]].append(patient)
    _check_classes(strata)
    rng = np.random.default_rng([seed, len(labels)])
    parts: dict[str, list[str]] = {part: [] for part in PARTS}
    for label in sorted(strata):
        shuffled = [strata[label][i] for i in rng.permutation(len(strata[label]))]
        start = 0
        for part, count in zip(PARTS, _shares(len(shuffled), ratio), strict=True):
            parts[part] += shuffled[start : start + count]
            start += count
    found = {part: tuple(sorted(parts[part])) for part in PARTS}
    return Split(**found, ratio=ratio, seed=seed, fingerprint=fingerprint)


def _check_classes(strata: Mapping[int, Sequence[str]]) -> None:
    counts = {label: len(strata.get(label, ())) for label in (0, 1)}
    if min(counts.values()) < len(PARTS):
        raise DataRefused(
            [
                Problem(
                    None,
                    None,
                    f"{counts[1]} patients with and {counts[0]} without recurrence; each part needs at least one of both",
                    f"Bring at least {len(PARTS)} patients of each kind, or a truth table that tells them apart.",
                )
            ]
        )


def _shares(count: int, ratio: tuple[float, float, float]) -> tuple[int, int, int]:
    """`count` in three whole shares of at least one, by largest remainder."""
    total = sum(ratio)
    ideal = [count * part / total for part in ratio]
    shares = [max(1, int(value)) for value in ideal]
    while sum(shares) < count:
        shares[int(np.argmax([value - share for value, share in zip(ideal, shares, strict=True)]))] += 1
    while sum(shares) > count:
        shares[int(np.argmax(shares))] -= 1
    return shares[0], shares[1], shares[2]
