"""pROC's aSAH data set and what pROC made of it, where the shared material is."""

import csv
import json
from typing import Any

import numpy as np

from tests.shared import SHARED, not_here

MARKERS = ("wfns_n", "s100b", "ndka")


def markers() -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Scores by name, who had a poor outcome, and who is male: 113 patients."""
    if SHARED is None:
        not_here("shared/oracles is not beside this checkout")
    with (SHARED / "oracles" / "aSAH.csv").open() as file:
        rows = list(csv.DictReader(file))
    scores = {name: np.array([float(row[name]) for row in rows]) for name in MARKERS}
    return scores, np.array([row["outcome"] == "Poor" for row in rows]), np.array([row["gender"] == "Male" for row in rows])


def proc() -> dict[str, Any]:
    """What R pROC 1.18.0 printed."""
    if SHARED is None:
        not_here("shared/oracles is not beside this checkout")
    return dict(json.loads((SHARED / "oracles" / "roc_pROC_1.18.0.json").read_text()))
