"""Every sentence that guard and quality gates can say, made by them: what the front end must know in Chinese.

`python -m tests.ml.sentences` writes the list that the front end's tests read; test_sentences.py holds it to the code.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.guard import Acquired, Guard, HeaderRange
from ml.guard.guard import Discriminant
from ml.guard.headers import NUMBERS
from ml.guard.statistics import NAMES, THUMB
from ml.preprocessing import NetworkInput
from ml.quality import GATES, Outcome, QualityGates
from ml.screening import UNGATED, UNGUARDED
from ml.survey import Survey
from ml.volume import VolumeRefused

FIXTURE = Path(__file__).resolve().parents[2] / "frontend" / "src" / "shared" / "guardSentences.fixture.json"
P = len(NAMES)
NAMED: Mapping[str, tuple[str, ...]] = {
    "weighting": ("T1", "T2", "neither T1 nor T2"),
    "sequence": ("spin echo", "gradient echo", "inversion-prepared spin echo", "inversion-prepared gradient echo"),
    "contrast": ("before a contrast agent", "after a contrast agent"),
    "plane": ("axial", "sagittal", "coronal", "oblique"),
    "acquisition": ("2D", "3D"),
    "manufacturer": ("GE", "Siemens", "Philips", "United Imaging", "Canon"),
}
"""What a header can be read as, by the names of `ml.guard.headers.NAMES`."""
NOTHING = NetworkInput(np.zeros((1, 1, 1), np.float32), np.eye(4), resampled=False)
UNSEEN = Survey(width=0, length=0, ahead=0, aside=0, cut=0, ghost=None, above=0, below=0)


@dataclass(frozen=True, eq=False)
class Told(Guard):
    """A guard that is told its statistics (p,), so that every one of them can be unusual."""

    values: NDArray[np.float64] | None = None

    def statistics(self, prepared: NetworkInput, seen: Survey) -> NDArray[np.float64]:
        """What it was told."""
        assert self.values is not None
        return self.values


def sentences() -> list[str]:
    """All of them, in a fixed order, without the role that the worker puts in front."""
    found = [*_image(), *_headers(), *_gates(), f"{UNGUARDED}.", f"{UNGATED}."]
    return list(dict.fromkeys(found))


def _image() -> Iterator[str]:
    within = np.full(P, 0.5)
    guard = Told(
        average=np.zeros(THUMB, np.float32),
        mean=within,
        scale=np.ones(P),
        low=np.zeros(P),
        high=np.ones(P),
        precision=np.eye(P),
        farthest=0.1,
        distance=1e6,
        headers=HeaderRange({}, {}),
        rate=0.01,
        trained=40,
        calibrated=40,
        values=within,
    )
    for n in range(P):
        far = within.copy()
        far[n] = -1234.5 if n % 2 else 12.34
        yield from replace(guard, values=far).look(NOTHING, UNSEEN).guards
        pulled = within.copy()
        pulled[n] = 0.9
        yield from replace(guard, values=pulled, distance=0.1).look(NOTHING, UNSEEN).guards
    everything = np.linspace(2, 3, P)
    yield from replace(guard, values=everything).look(NOTHING, UNSEEN).guards
    for role in ("T1WI", "T2WI", "T1WIC"):
        other = {role: Discriminant(np.ones(P), -1.0)}
        yield from replace(guard, others=other).look(NOTHING, UNSEEN).guards


def _headers() -> Iterator[str]:
    numbers = dict.fromkeys(NUMBERS, (4.0, 15.5))
    for name in NUMBERS:
        for span in ((4.0, 15.5), (1500.0, 1500.0)):
            yield from _unusual(HeaderRange({**numbers, name: span}, {}), Acquired({name: 0.0125}))
    yield from _unusual(HeaderRange({}, {}), Acquired({"inversion_time": 1234.5}))
    for name, values in NAMED.items():
        for found in values:
            others = {value: 1 for value in values if value != found}
            yield from _unusual(HeaderRange({}, {name: others}), Acquired({}, {name: found}))


def _unusual(trained: HeaderRange, one: Acquired) -> Iterator[str]:
    """As the guard and the worker say it: grave fragments in one sentence, each slight one as a note."""
    grave, slight = trained.unusual(one)
    if grave:
        yield f"It was acquired unlike the training set: {'; '.join(grave)}."
    yield from (f"{fragment}." for fragment in slight)


def _gates() -> Iterator[str]:
    gates = QualityGates({name: gate.default for name, gate in GATES.items()}, cases=40, rate=0.01)
    for name, gate in GATES.items():
        measures = {name: gate.default + (-1 if gate.least else 1) * 1.25}
        try:
            yield from gates.check(measures)
        except VolumeRefused as refused:
            assert gate.outcome is Outcome.NOT_ASSESSABLE
            yield f"{refused.reason} {refused.remedy}"


def write() -> None:
    """Renew the front end's list."""
    FIXTURE.write_text(json.dumps(sentences(), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write()
