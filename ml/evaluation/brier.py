"""What a Brier score is made of, against what an uninformed score gives, and a test of calibration. No torch, no SciPy.

Murphy, J Appl Meteorol 1973;12:595-600, with the two terms for scores that differ within a bin, so that the parts add up:
Stephenson, Coelho and Jolliffe, Weather Forecast 2008;23:752-757. Spiegelhalter, Stat Med 1986;5:421-433.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from ml.evaluation.calibration import Binning, bin_of, checked_scores
from ml.evaluation.estimate import Estimate, HypothesisTest, not_estimable, two_sided

NO_CASES = "there are no cases"


@dataclass(frozen=True)
class BrierParts:
    """`score` = `reliability` - `resolution` + `uncertainty` + `within`; all None without cases.

    `reliability`: how far shares lie from scores (0 is best); `resolution`: how far shares differ from the cohort's (large
    is best); `uncertainty`: the score of the cohort's share itself; `within`: what the bins' width adds or takes.
    `scaled`: 1 - score / uncertainty, 0 for an uninformed score; not estimable where all cases are of one kind.
    """

    score: float | None
    reliability: float | None
    resolution: float | None
    uncertainty: float | None
    within: float | None
    scaled: Estimate
    bins: int
    reason: str = ""


def brier_parts(scores: ArrayLike, labels: ArrayLike, bins: int = 10, binning: Binning = Binning.EQUAL_COUNTS) -> BrierParts:
    """Of scores (n,) from 0 to 1 and labels (n,), over at most `bins` bins."""
    s, y = checked_scores(scores, labels)
    method = f"1 - Brier score / that of the cohort's share, {bins} bins of {binning}"
    if s.size == 0:
        return BrierParts(None, None, None, None, None, not_estimable(NO_CASES, method, 0), 0, NO_CASES)
    _, of, counts = np.unique(bin_of(s, bins, binning), return_inverse=True, return_counts=True)
    score = np.bincount(of, s) / counts
    share = np.bincount(of, y) / counts
    base = float(y.mean())
    reliability = float((counts * (score - share) ** 2).sum()) / s.size
    resolution = float((counts * (share - base) ** 2).sum()) / s.size
    uncertainty = base * (1 - base)
    apart = s - score[of]
    within = float((apart**2).mean() - 2 * (apart * (y - share[of])).mean())
    value = float(((s - y) ** 2).mean())
    if uncertainty == 0:
        scaled = not_estimable("all cases are of one kind: their share alone makes no error", method, s.size)
    else:
        reason = "no interval; the Brier score itself has one"
        scaled = Estimate(
            value=1 - value / uncertainty, low=None, high=None, level=0.95, method=method, n=s.size, reason=reason
        )
    return BrierParts(value, reliability, resolution, uncertainty, within, scaled, len(counts))


def spiegelhalter(scores: ArrayLike, labels: ArrayLike) -> HypothesisTest:
    """Whether the Brier score is what it would be were every score the chance itself. A large p shows no calibration."""
    s, y = checked_scores(scores, labels)
    method = "Spiegelhalter's test of calibration"
    variance = float(((1 - 2 * s) ** 2 * s * (1 - s)).sum())
    if variance <= 0:
        reason = "every score is 0, 0.5 or 1: nothing to test" if s.size else NO_CASES
        return HypothesisTest(statistic=None, p=None, method=method, n=s.size, reason=reason)
    z = float(((y - s) * (1 - 2 * s)).sum()) / sqrt(variance)
    return HypothesisTest(statistic=z, p=two_sided(z), method=method, n=s.size)
