"""One reader that is no sample, such as a network, against the mean of several readers of the same cases.

Each reader's figure minus the network's is taken as one arm of Obuchowski and Rockette's analysis, with Hillis' degrees of
freedom: readers random or fixed, cases random, the network fixed. The one-treatment analysis of Hillis, Obuchowski and
Berbaum (Acad Radiol 2011;18:129-142), applied to differences as Chakraborty has it (Observer Performance Methods for
Diagnostic Imaging, 2017: stand-alone CAD against radiologists). No torch.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.evaluation.estimate import LEVEL
from ml.evaluation.mrmc.covariances import Covariance, Figure, figures
from ml.evaluation.mrmc.obuchowski_rockette import TWO_READERS, advice
from ml.evaluation.mrmc.readings import Readings
from ml.evaluation.mrmc.results import FEW_READERS, ArmDifference, Found, Inference

Floats = NDArray[np.float64]
NO_READER = "there is no reader to hold it against"


@dataclass(frozen=True)
class FixedModality:
    """`difference`: the fixed one's figure minus the readers' mean, by both inferences; `advised` is the one to report.

    `fixed`, `values`: the figures themselves, None and empty with a `reason` where there are none.
    """

    fixed: float | None
    values: tuple[float, ...]
    random: ArmDifference
    fixed_readers: ArmDifference
    advised: Inference
    note: str
    n: int
    reason: str = ""

    @property
    def difference(self) -> ArmDifference:
        """By the inference that is advised."""
        return self.random if self.advised is Inference.RANDOM else self.fixed_readers


def against_readers(
    fixed: ArrayLike,
    ratings: ArrayLike,
    labels: ArrayLike,
    *,
    figure: Figure = Figure.AREA,
    covariance: Covariance = Covariance.DELONG,
    level: float = LEVEL,
    names: tuple[str, str] = ("fixed", "readers"),
) -> FixedModality:
    """`fixed` (cases,) of the one, `ratings` (readers, cases), all of the same cases, each read by all; no NaN.

    Areas of ratings, or sensitivities and specificities of calls (0 and 1).
    """
    x = np.atleast_2d(np.asarray(ratings, float))
    one = np.asarray(fixed, float)
    if x.shape[1:] != one.shape or np.isnan(x).any() or np.isnan(one).any():
        raise ValueError(f"Ratings {x.shape} against {one.shape}; expected (readers, cases), (cases,), all of them read.")
    readings = Readings.of(np.concatenate([one[None], x])[None], labels)
    if figure is not Figure.AREA:
        readings = readings.of_kind(figure is Figure.SENSITIVITY)
    found = figures(readings, covariance, figure) if len(x) else NO_READER
    inference, note = advice(len(x))
    n = readings.labels.size
    blanks = [Found(None, None, None, n, f"Obuchowski-Rockette, {figure}, one fixed: {kind}", level) for kind in _KINDS]
    if isinstance(found, str):
        both = [replace(one, reason=found).difference(*names) for one in blanks]
        return FixedModality(None, (), both[0], both[1], inference, note, n, found)
    less = np.concatenate([np.ones((len(x), 1)), -np.eye(len(x))], axis=1)
    differences, spread = less @ found.values, less @ found.covariance @ less.T
    parts = [_inferred(differences, spread, kind) for kind in _KINDS]
    both = [replace(one, **part).difference(*names) for one, part in zip(blanks, parts, strict=True)]
    values = tuple(float(value) for value in found.values[1:])
    return FixedModality(float(found.values[0]), values, both[0], both[1], inference, note, n)


_KINDS = (Inference.RANDOM, Inference.FIXED_READERS)


def _inferred(differences: Floats, spread: Floats, kind: Inference) -> dict[str, Any]:
    """The mean difference with its variance: of these readers, or (mean square + r·Cov2) / r of readers like these."""
    r = differences.size
    mean = float(differences.mean())
    own, pairs = float(np.trace(spread)) / r, r * (r - 1)
    shared = max(float(spread.sum() - np.trace(spread)) / pairs, 0.0) if pairs else 0.0
    if kind is Inference.FIXED_READERS:
        return {"value": mean, "variance": (own + (r - 1) * shared) / r}
    if r <= FEW_READERS:
        return {"value": mean, "reason": TWO_READERS.format(r)}
    square = float(differences.var(ddof=1))
    whole = square + r * shared
    freedom = (whole / square) ** 2 * (r - 1) if square > 0 else None
    return {"value": mean, "variance": whole / r, "freedom": freedom}
