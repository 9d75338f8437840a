"""Guard and gates fitted once a process on small phantoms (96 pixels a side), for every test that needs some."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ml.crops import COMPACT_CROP
from ml.material.cohort import CohortPlan
from ml.screening import Screening
from ml.series.role import Role
from ml.training.guarding import Safeguards, cohort_safeguards

MATRIX = 96
FITTED = 40
CROP = COMPACT_CROP


@cache
def safeguards() -> dict[Role, Safeguards]:
    """From 40 training and 40 calibration cases of the internal cohort."""
    plans = [CohortPlan(name, FITTED, seed) for name, seed in (("training", 8101), ("calibration", 8102))]
    with TemporaryDirectory() as folder:
        return cohort_safeguards(*plans, CROP, Path(folder), most=FITTED, matrix=MATRIX)


@cache
def screenings() -> dict[Role, Screening]:
    """The same as a bundle would hand it to its predictor."""
    return {role: Screening.from_json(one.guard, one.quality) for role, one in safeguards().items()}
