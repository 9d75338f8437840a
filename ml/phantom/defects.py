"""Known faults of an acquisition, for trying the quality gates on: each seeded, each recorded in the truth."""

from dataclasses import replace
from enum import StrEnum

import numpy as np

from ml.phantom.scanner import Acquisition, Examination


class Defect(StrEnum):
    """What is wrong with every axial series of the case."""

    MOTION = "motion"
    """Strong ghosts along the phase-encoding direction."""
    COVERAGE = "coverage"
    """The stack ends before it reaches the nasopharynx, from above or from below."""
    GAP = "gap"
    """One or two slices of the middle of the stack are missing from the written study (`Case.left_out`)."""
    CUT_OFF = "cut off"
    """The field of view is too small or off centre: part of the head lies outside."""


SHORT_STACK = 14
"""Slices of a stack that misses the nasopharynx."""
CLEARANCE = 22.0
"""mm between such a stack and the nasopharynx's middle."""


def spoiled(examination: Examination, defect: Defect, rng: np.random.Generator) -> Examination:
    """The examination with its coverage or field of view spoiled; unchanged by other defects."""
    if defect is Defect.COVERAGE:
        top = CLEARANCE + (SHORT_STACK - 1) * examination.pitch if rng.random() < 0.5 else -CLEARANCE
        return replace(examination, slices=SHORT_STACK, top=float(min(top, 88.0)))
    if defect is Defect.CUT_OFF:
        y, x = examination.offset
        aside = float(rng.choice([-1.0, 1.0])) * float(rng.uniform(38, 55))
        return replace(
            examination,
            field_of_view=float(rng.uniform(120, 150)),
            offset=(y + float(rng.uniform(-25, 25)), x + aside),
        )
    return examination


def applied(acquisition: Acquisition, defect: Defect, rng: np.random.Generator) -> Acquisition:
    """The acquisition with strong motion; unchanged by other defects."""
    if defect is not Defect.MOTION:
        return acquisition
    return replace(acquisition, ghost=float(rng.uniform(0.16, 0.32)))
