"""Power of comparisons by several readers on the same cases (Obuchowski and Rockette's model): pure functions, no torch.

Obuchowski and Rockette, Commun Stat Simul 1995;24:285-308; power and degrees of freedom as in Hillis, Obuchowski and
Berbaum, Acad Radiol 2011;18:129-142. With two or three readers treat them as fixed: the answer is then about these readers.
Approximate: the components of variance are a pilot's, or assumed.
"""

from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

from ml.evaluation.power import Power, area_variance, below, solved, z_above

RANDOM = "Obuchowski-Rockette, random readers and cases"
FIXED = "Obuchowski-Rockette, fixed readers, random cases"
SOURCE = "Hillis, Obuchowski and Berbaum, Acad Radiol 2011;18:129-142"


@dataclass(frozen=True)
class Components:
    """Components of variance of one reader's figure under one arm, from `cases` cases.

    `reader_by_arm`: how differently readers profit, whatever the cases; `error`: a figure's own; `same_reader`, `same_arm`,
    `neither`: covariances of two figures that share the cases and, beside them, the reader, the arm, or nothing (Cov1 to 3).
    """

    reader_by_arm: float
    error: float
    same_reader: float
    same_arm: float
    neither: float
    cases: int

    def __post_init__(self) -> None:
        if self.error <= 0 or self.cases < 2:
            raise ValueError(
                f"An error variance of {self.error} from {self.cases} cases; expected one above 0, from 2 cases."
            )
        if max(self.same_reader, self.same_arm, self.neither) > self.error:
            raise ValueError(f"A covariance exceeds the error variance {self.error}; expected none to.")


def assumed(
    area: float,
    *,
    positives: int,
    negatives: int,
    correlations: tuple[float, float, float],
    reader_by_arm: float = 0.0,
) -> Components:
    """Components where there is no pilot: an area's binormal variance, and correlations of two areas that share the reader,
    the arm, or neither. Say beside a figure where they come from, and vary them: it depends on them more than on anything.
    """
    error = area_variance(area, negatives / positives) / positives
    one, two, three = (correlation * error for correlation in correlations)
    return Components(reader_by_arm, error, one, two, three, positives + negatives)


def readers(
    components: Components,
    difference: float,
    count: int,
    *,
    n: int | None = None,
    power: float | None = None,
    alpha: float = 0.05,
    kind: Literal["random", "fixed"] = "random",
) -> Power:
    """Two arms, each with all `n` cases in the pilot's mix of truths read by `count` readers; `difference` of means."""
    if count < (2 if kind == "random" else 1):
        raise ValueError(f"{count} readers; expected at least 2 where readers are random, else 1.")

    def power_at(cases: int) -> float:
        return _power(components, difference, count, cases, alpha, kind)

    found = solved(power_at, n, power)
    method = RANDOM if kind == "random" else FIXED
    return Power(n=found[0], power=found[1], reason=found[2], alpha=alpha, sides=2, method=method, source=SOURCE)


def _power(components: Components, difference: float, count: int, cases: int, alpha: float, kind: str) -> float:
    scale = components.cases / cases
    spread = max(components.same_arm - components.neither, 0.0)
    error = (components.error - components.same_reader + (count - 1) * spread) * scale
    if kind == "fixed":
        return _chi_square(count * difference**2 / 2 / error if error > 0 else inf, alpha)
    # A negative component is none: it is estimated by a difference.
    among = max(components.reader_by_arm, 0.0)
    whole, own = among + error, among + (components.error - components.same_reader - spread) * scale
    if own <= 0:
        raise ValueError(
            "These components leave no variance between readers; expected covariances that do, or fixed readers."
        )
    return _f(count * difference**2 / 2 / whole, (count - 1) * (whole / own) ** 2, alpha)


def _chi_square(noncentrality: float, alpha: float) -> float:
    """Power of a chi-square test with one degree of freedom."""
    z = z_above(alpha / 2)
    return below(sqrt(noncentrality) - z, 1.0) + below(-sqrt(noncentrality) - z, 1.0)


def _f(noncentrality: float, freedom: float, alpha: float) -> float:
    """Power of an F test with 1 and `freedom` degrees of freedom."""
    from scipy.stats import f, ncf

    return float(ncf.sf(f.isf(alpha, 1, freedom), 1, freedom, noncentrality))
