"""The area under one judge's ROC curve, of the cases that have a score."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.estimate import Estimate, not_estimable
from ml.evaluation.roc import DELONG, auc
from radapp.reports.analyses.figures import is_small
from radapp.reports.analyses.judges import Counted

NO_SCORES = "it gives calls without scores: there is no area"


def few_scored(one: Counted) -> bool:
    """Whether fewer than five cases of either kind have a score."""
    truths = one.truths[one.scored]
    return bool(truths.size) and is_small(int(truths.sum()), int((~truths).sum()))


def area_of(one: Counted, level: float) -> Estimate:
    """Of the cases that have a score; how many have none is said, though there is an area."""
    scored = one.scored
    if not scored.any():
        return not_estimable(NO_SCORES, DELONG, 0, level)
    found = auc(scores_of(one), one.truths[scored], level)
    missing = int((~scored).sum())
    words = f"{missing} of {scored.size} cases have no score and are left out"
    return replace(found, reason="; ".join(filter(None, (found.reason, words if missing else ""))))


def scores_of(one: Counted) -> NDArray[np.float64]:
    """Of the cases that have one, in their order."""
    return np.array([score for score in one.scores if score is not None], float)
