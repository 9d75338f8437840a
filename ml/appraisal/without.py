"""The same synthetic patient without one of its imitators, and where that imitator lies: what a false alarm hangs on.

A false alarm usually has several imitators, and a heatmap's cells are too large to say which one the network took for
recurrence. The phantom can be asked instead: painted again without one of them, everything else the same to the last random
number (head, scanner, noise), does the network still call the case?
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ml.phantom.canvas import Canvas
from ml.phantom.case import ROLES, Case, Cohort, Drawn, Patient, axial_case
from ml.phantom.sequelae import SEQUELAE
from ml.phantom.tissues import Tissue
from ml.volume import Volume


def generate_without(seed: int, cohort: Cohort, label: int, imitator: str) -> Case:
    """The case of `generate_case(seed, cohort, label=label)`, painted without `imitator`; its truth no longer names it.

    ValueError where the case does not hold it.
    """
    drawn, patient = _drawn(seed, cohort, label, imitator)
    case = axial_case(replace(drawn, patient=patient), ROLES)
    patient.check(seed, case.truth.imitators)
    return case


def imitator_mask(seed: int, cohort: Cohort, label: int, imitator: str) -> Volume:
    """Where the case's `imitator` changed tissues: 0 or 1 at each voxel of the axial images; ValueError as above."""
    drawn, patient = _drawn(seed, cohort, label, imitator)
    _, names = replace(drawn, patient=patient).painted(drawn.examination.axes())
    patient.check(seed, names)
    return drawn.mask(patient.changed[0])


def muscle_mask(seed: int, cohort: Cohort, label: int) -> Volume:
    """The case's healthy muscle, what radiologists compare a signal with: 0 or 1 at each voxel of the axial images."""
    drawn = Drawn.of(seed, cohort, label, kind=None, matrix=None, defect=None)
    canvas, _ = drawn.painted(drawn.examination.axes())
    return drawn.mask(canvas.labels == Tissue.MUSCLE)


def _drawn(seed: int, cohort: Cohort, label: int, imitator: str) -> "tuple[Drawn, _Without]":
    drawn = Drawn.of(seed, cohort, label, kind=None, matrix=None, defect=None)
    return drawn, _Without(drawn.patient.recurrence, drawn.patient.nodal, cohort, imitator)


@dataclass(frozen=True)
class _Without(Patient):
    """A patient who lacks one imitator: it is painted and taken back, so that every later draw stays the same."""

    imitator: str
    changed: list[NDArray[np.bool_]] = field(default_factory=list)
    """After painting, the voxels of the canvas that the imitator had changed; empty where the case does not hold it."""

    def check(self, seed: int, others: tuple[str, ...] | list[str]) -> None:
        """ValueError where there was nothing to leave out."""
        if not self.changed:
            raise ValueError(f"Case {seed} has no {self.imitator}; expected one of: {', '.join(others) or 'none'}.")

    def paint_sequelae(self, canvas: Canvas) -> list[str]:
        """As every patient's are painted (a test holds the two to the same bytes), without the one imitator."""
        found = []
        for name, chances, paint in SEQUELAE:
            if canvas.rng.random() >= chances[0 if self.cohort == "internal" else 1]:
                continue
            before = canvas.labels.copy()
            paint(canvas)
            if name == self.imitator:
                self.changed.append(canvas.labels != before)
                canvas.labels[:] = before
            else:
                found.append(name)
        return found
