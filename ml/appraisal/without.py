"""The same synthetic patient without one of its imitators, and where that imitator lies: what a false alarm hangs on.

A false alarm usually has several imitators, and a heatmap's cells are too large to say which one the network took for
recurrence. The phantom can be asked instead: painted again without one of them, everything else the same to the last random
number (head, scanner, noise), does the network still call the case?
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ml.phantom.anatomy import paint_contour, paint_face, paint_neck
from ml.phantom.canvas import Canvas, Field, Pose
from ml.phantom.case import ROLES, Case, Cohort, Patient, _axial_case, _Drawn, _lesion
from ml.phantom.cranium import paint_cranium, paint_skull_base, paint_spine
from ml.phantom.disease import paint_nodal_recurrence, paint_recurrence
from ml.phantom.pharynx import paint_pharynx, sample_pharynx
from ml.phantom.sequelae import SEQUELAE
from ml.phantom.tissues import Tissue
from ml.volume import Volume


def generate_without(seed: int, cohort: Cohort, label: int, imitator: str) -> Case:
    """The case of `generate_case(seed, cohort, label=label)`, painted without `imitator`; its truth no longer names it.

    ValueError where the case does not hold it.
    """
    drawn, patient = _drawn(seed, cohort, label, imitator)
    case = _axial_case(replace(drawn, patient=patient), ROLES)
    patient.check(seed, case.truth.imitators)
    return case


def imitator_mask(seed: int, cohort: Cohort, label: int, imitator: str) -> Volume:
    """Where the case's `imitator` changed tissues: 0 or 1 at each voxel of the axial images; ValueError as above."""
    drawn, patient = _drawn(seed, cohort, label, imitator)
    canvas, names = patient.paint(drawn.examination.axes(), np.random.default_rng(drawn.streams[2]))
    patient.check(seed, names)
    canvas.recurrence = patient.changed[0]
    return _lesion(canvas, drawn.examination, drawn.examination.affine(), drawn.reference)


def muscle_mask(seed: int, cohort: Cohort, label: int) -> Volume:
    """The case's healthy muscle, what radiologists compare a signal with: 0 or 1 at each voxel of the axial images."""
    drawn = _Drawn.of(seed, cohort, label, kind=None, matrix=None, defect=None)
    canvas, _ = drawn.painted(drawn.examination.axes())
    canvas.recurrence = canvas.labels == Tissue.MUSCLE
    return _lesion(canvas, drawn.examination, drawn.examination.affine(), drawn.reference)


def _drawn(seed: int, cohort: Cohort, label: int, imitator: str) -> "tuple[_Drawn, _Without]":
    drawn = _Drawn.of(seed, cohort, label, kind=None, matrix=None, defect=None)
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

    def paint(self, axes: tuple[Field, Field, Field], rng: np.random.Generator) -> tuple[Canvas, list[str]]:
        """As every patient is painted (a test holds the two to the same bytes), without the one imitator."""
        retraction = float(rng.normal(0.0, 1.8))
        pharynx = sample_pharynx(rng, retraction)
        canvas = Canvas(*axes, Pose.sample(rng), rng)
        for paint in (paint_contour, paint_cranium, paint_skull_base, paint_spine, paint_face, paint_neck):
            paint(canvas)
        paint_pharynx(canvas, pharynx)
        found = self._paint_sequelae(canvas)
        if self.nodal:
            paint_nodal_recurrence(canvas)
        if self.recurrence:
            paint_recurrence(canvas, self.recurrence)
        return canvas, found

    def _paint_sequelae(self, canvas: Canvas) -> list[str]:
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
