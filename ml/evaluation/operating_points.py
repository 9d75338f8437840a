"""Where on a ROC curve to call: Youden's index, and the point nearest to the corner. No torch.

Youden, Cancer 1950;3:32-35. Nearest to (0, 1): Perkins and Schisterman, Am J Epidemiol 2006;163:670-675, who advise
against it.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from ml.evaluation.estimate import LEVEL, Interval, Proportion, proportion
from ml.evaluation.roc import checked


class Criterion(StrEnum):
    """What is best: the largest sensitivity + specificity, or the least distance to the corner of no error."""

    YOUDEN = "Youden"
    CORNER = "nearest to the corner"


@dataclass(frozen=True)
class OperatingPoint:
    """A case is called at or above `cutoff`, a score that occurs; `midpoint` lies halfway to the next lower score.

    R's pROC prints midpoints. `ties`: how many cutoffs are equally good; the lowest is taken. The intervals take the
    cutoff as given: found on the same cases, it flatters.
    """

    criterion: Criterion
    cutoff: float
    midpoint: float
    index: float
    sensitivity: Proportion
    specificity: Proportion
    ties: int


def operating_point(
    scores: ArrayLike,
    labels: ArrayLike,
    criterion: Criterion = Criterion.YOUDEN,
    interval: Interval = Interval.WILSON,
    level: float = LEVEL,
) -> OperatingPoint:
    """The best cutoff by whole counts, so that ties are exact. `index` is sensitivity + specificity - 1.

    ValueError unless both kinds of cases are there: no cutoff can be judged then.
    """
    s, y = checked(scores, labels)
    m, n = int(y.sum()), int((~y).sum())
    candidates = np.unique(s)
    found = m - np.searchsorted(np.sort(s[y]), candidates, side="left")
    spared = np.searchsorted(np.sort(s[~y]), candidates, side="left")
    if criterion is Criterion.YOUDEN:
        worth = found.astype(np.int64) * n + spared.astype(np.int64) * m
    else:
        worth = -(((m - found).astype(np.int64) * n) ** 2 + ((n - spared).astype(np.int64) * m) ** 2)
    best = int(np.argmax(worth))
    cutoff = float(candidates[best])
    return OperatingPoint(
        criterion=criterion,
        cutoff=cutoff,
        midpoint=cutoff if best == 0 else float(candidates[best - 1] + cutoff) / 2,
        index=float(found[best] / m + spared[best] / n - 1),
        sensitivity=proportion(int(found[best]), m, interval, level),
        specificity=proportion(int(spared[best]), n, interval, level),
        ties=int((worth == worth[best]).sum()),
    )
