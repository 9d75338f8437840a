"""Two judges of the same cases: McNemar's test, the difference of two paired proportions, and non-inferiority. No torch.

McNemar, Psychometrika 1947;12:153-157. Exact and mid-p: Fagerland, Lydersen and Laake, BMC Med Res Methodol 2013;13:91.
Score interval and non-inferiority: Tango, Stat Med 1998;17:891-908.

Each is about right and wrong calls. For a sensitivity give the cases with recurrence, for a specificity those without. It is
not valid for predictive values (`ml.evaluation.paired_predictive`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import comb, sqrt

from numpy.typing import ArrayLike

from ml.evaluation.estimate import LEVEL, Comparison, Estimate, HypothesisTest, not_estimable, two_sided, z_of
from ml.evaluation.flags import true_or_false

TANGO = "paired difference, Tango's score interval"
NO_DISCORDANT = "no discordant pair: both are right and wrong on the same cases"
NO_CASES = "there is no case that both judged"
NOTHING_APART = "every case is right for both and the margin allows no difference: the score has no variance"


class McNemar(StrEnum):
    """The kinds of McNemar's test. The paper's is `Z`; `MID_P` keeps its level where discordant pairs are few."""

    Z = "McNemar's Z"
    EXACT = "McNemar, exact"
    MID_P = "McNemar, mid-p"


@dataclass(frozen=True)
class PairedTable:
    """Cases that both, only the first, only the second, or neither has right."""

    both: int
    first_only: int
    second_only: int
    neither: int

    def __post_init__(self) -> None:
        if min(self.both, self.first_only, self.second_only, self.neither) < 0:
            raise ValueError(f"{self}; expected no count below 0.")

    @property
    def n(self) -> int:
        """Cases in all."""
        return self.both + self.first_only + self.second_only + self.neither

    @property
    def discordant(self) -> int:
        """Cases that only one has right."""
        return self.first_only + self.second_only

    @property
    def difference(self) -> float:
        """The first's proportion minus the second's; 0 without cases."""
        return (self.first_only - self.second_only) / self.n if self.n else 0.0


@dataclass(frozen=True, kw_only=True)
class NonInferiority(Estimate):
    """Is the first less than `margin` below the second? `p` is one-sided; `shown` where it is at most `alpha`.

    The interval has the level 1 - 2·alpha, so that its lower limit lies above -margin just where it is shown.
    """

    margin: float
    alpha: float
    statistic: float | None
    p: float | None
    shown: bool


def paired_table(first: ArrayLike, second: ArrayLike) -> PairedTable:
    """From two arrays (n,) of true (right, or called) and false, of the same cases in the same order."""
    a, b = true_or_false(first, "calls"), true_or_false(second, "calls")
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"Shapes {a.shape} and {b.shape}; expected one value of each for every case.")
    return PairedTable(*(int(v.sum()) for v in (a & b, a & ~b, ~a & b, ~a & ~b)))


def mcnemar(table: PairedTable, kind: McNemar = McNemar.Z) -> HypothesisTest:
    """Whether both are right equally often. Z = (b - c) / √(b + c), without continuity correction; two-sided.

    Without a discordant pair Z is not estimable, and the exact p's are 1; `reason` says so.
    """
    b, c = table.first_only, table.second_only
    if b + c == 0:
        p = None if kind is McNemar.Z or table.n == 0 else 1.0
        reason = NO_DISCORDANT if table.n else NO_CASES
        return HypothesisTest(statistic=None, p=p, method=str(kind), n=table.n, reason=reason)
    if kind is McNemar.Z:
        z = (b - c) / sqrt(b + c)
        return HypothesisTest(statistic=z, p=two_sided(z), method=str(kind), n=table.n)
    here, up_to = _halves(min(b, c), b + c)
    exact = 1.0 if b == c else min(1.0, 2 * up_to)
    half = here / 2 if b == c else here
    return HypothesisTest(statistic=None, p=exact if kind is McNemar.EXACT else exact - half, method=str(kind), n=table.n)


def _halves(count: int, n: int) -> tuple[float, float]:
    """Of a binomial with chance one half: the probability of `count`, and of at most so many."""
    # Whole numbers: exact, and no overflow where there are thousands.
    chances, chance = 0, 1
    for k in range(count + 1):
        chances += chance
        chance = chance * (n - k) // (k + 1)
    return comb(n, count) / 2**n, chances / 2**n


def paired_difference(table: PairedTable, level: float = LEVEL) -> Comparison:
    """First proportion minus second, with Tango's score interval; statistic and p are McNemar's Z."""
    if table.n == 0:
        none = not_estimable(NO_CASES, TANGO, 0, level)
        return Comparison(**vars(none), statistic=None, p=None)
    low, high = tango_limits(table, z_of(level))
    test = mcnemar(table)
    return Comparison(
        value=table.difference, low=low, high=high, level=level, method=TANGO, n=table.n,
        reason=test.reason, statistic=test.statistic, p=test.p,
    )  # fmt: skip


def tango_score(table: PairedTable, difference: float) -> float | None:
    """Tango's statistic against a true `difference`, -1 to 1; None where its variance is 0 (nothing could be otherwise)."""
    above = table.first_only - table.second_only - table.n * difference
    variance = table.n * (2 * _second_only(table, difference) + difference * (1 - difference))
    return above / sqrt(variance) if variance > 1e-12 * table.n else None


def _second_only(table: PairedTable, difference: float) -> float:
    """The likeliest share on which only the second is right, given the difference: the larger root of Tango's equation."""
    n, b, c = table.n, table.first_only, table.second_only
    linear = (2 * n - b + c) * difference - b - c
    inner = linear**2 + 8 * n * c * difference * (1 - difference)
    # Below 0 by rounding alone; a share below that of the difference itself has no table.
    return max((sqrt(max(inner, 0.0)) - linear) / (4 * n), 0.0, -difference)


def tango_limits(table: PairedTable, z: float) -> tuple[float, float]:
    """Differences whose score is z and -z, within -1 and 1; the score falls as the difference grows."""
    middle = table.difference
    low = _crossing(lambda d: _score_or(table, d, 1.0) > z, -1.0, middle)
    return low, _crossing(lambda d: _score_or(table, d, -1.0) >= -z, middle, 1.0)


def _score_or(table: PairedTable, difference: float, sign: float) -> float:
    score = tango_score(table, difference)
    if score is not None:
        return score
    away = table.first_only - table.second_only - table.n * difference
    return 0.0 if abs(away) < 1e-9 * table.n else sign * float("inf")


def _crossing(before: Callable[[float], bool], low: float, high: float) -> float:
    """Where `before` turns from true to false, by halving."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if before(middle) else (low, middle)
    return (low + high) / 2


def non_inferiority(table: PairedTable, margin: float, alpha: float = 0.025) -> NonInferiority:
    """Tango's one-sided test of a difference of at most -`margin`; the margin is named before the data are seen."""
    if not (0 < margin < 1 and 0 < alpha < 0.5):
        raise ValueError(f"Margin {margin}, alpha {alpha}; expected 0 to 1, and 0 to 0.5.")
    level, method = 1 - 2 * alpha, "non-inferiority, Tango's score test"
    if table.n == 0:
        none = not_estimable(NO_CASES, method, 0, level)
        return NonInferiority(**vars(none), margin=margin, alpha=alpha, statistic=None, p=None, shown=False)
    low, high = tango_limits(table, z_of(level))
    score = tango_score(table, -margin)
    p = None if score is None else two_sided(score) / 2 if score > 0 else 1 - two_sided(score) / 2
    return NonInferiority(
        value=table.difference, low=low, high=high, level=level, method=method, n=table.n,
        reason=NOTHING_APART if score is None else "",
        margin=margin, alpha=alpha, statistic=score, p=p, shown=p is not None and p <= alpha,
    )  # fmt: skip
