"""Guard and gates fitted once a process on small phantoms, for every test that needs some.

Reduced to the fewest cases that make a guard and to coarse pixels; with `EVIDENCE=full` on forty cases of 96 pixels a side.
"""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ml.crops import COMPACT_CROP
from ml.material.cohort import CohortPlan
from ml.screening import Screening
from ml.series.role import Role
from ml.training.guarding import Safeguards, cohort_safeguards

FITTED, MATRIX = (40, 96) if os.environ.get("EVIDENCE") == "full" else (20, 64)
CROP = COMPACT_CROP


@cache
def safeguards() -> dict[Role, Safeguards]:
    """From `FITTED` training and as many calibration cases of the internal cohort."""
    plans = [CohortPlan(name, FITTED, seed) for name, seed in (("training", 8101), ("calibration", 8102))]
    with TemporaryDirectory() as folder:
        return cohort_safeguards(*plans, CROP, Path(folder), most=FITTED, matrix=MATRIX)


@cache
def screenings() -> dict[Role, Screening]:
    """The same as a bundle would hand it to its predictor."""
    return {role: Screening.from_json(one.guard, one.quality) for role, one in safeguards().items()}
