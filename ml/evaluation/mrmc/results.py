"""What the analyses of several readers answer with."""

from dataclasses import dataclass
from enum import StrEnum
from math import floor

from scipy.stats import t as student

from ml.evaluation.estimate import Comparison, Estimate, two_sided, z_of

FEW_READERS = 2
"""Up to so many readers are taken as fixed: nothing can be said about others."""
ADVISED = 4
"""From so many readers on an answer about readers in general is advised."""
NORMAL_ABOVE = 50
NEGATIVE = "the estimate of the variance is not above 0: not estimable from these readings"


class Inference(StrEnum):
    """Whom an answer is about."""

    RANDOM = "readers like these and cases like these"
    FIXED_READERS = "these readers, and cases like these"
    FIXED_CASES = "readers like these, and these cases"


@dataclass(frozen=True, kw_only=True)
class ArmArea(Estimate):
    """The readers' mean area under an arm."""

    arm: str
    standard_error: float | None
    freedom: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class ArmDifference(Comparison):
    """The readers' mean area (or one `reader`'s) under the `first` arm minus that under the `second`."""

    first: str
    second: str
    reader: str = ""


@dataclass(frozen=True)
class Found:
    """A value with its variance and degrees of freedom (None: normal), on so many cases, by a method; or a reason.

    `whole`: t takes whole degrees, and is normal above 50, as in iMRMC.
    """

    value: float | None
    variance: float | None
    freedom: float | None
    n: int
    method: str
    level: float
    reason: str = ""
    whole: bool = False

    def area(self, arm: str) -> ArmArea:
        """With its interval, cut at 0 and 1."""
        error, low, high, _, _ = self._interval(0.0)
        return ArmArea(
            value=self.value, low=low, high=high, level=self.level, method=self.method, n=self.n, reason=self._why(error),
            arm=arm, standard_error=error, freedom=self._freedom(),
        )  # fmt: skip

    def difference(self, first: str, second: str, reader: str = "") -> ArmDifference:
        """With its interval, cut at -1 and 1, and its test."""
        error, low, high, statistic, p = self._interval(-1.0)
        return ArmDifference(
            value=self.value, low=low, high=high, level=self.level, method=self.method, n=self.n, reason=self._why(error),
            statistic=statistic, p=p, standard_error=error, freedom=self._freedom(),
            first=first, second=second, reader=reader,
        )  # fmt: skip

    def _interval(self, least: float) -> tuple[float | None, ...]:
        if self.value is None or self.variance is None or self.variance <= 0 or self.reason:
            return None, None, None, None, None
        error = self.variance**0.5
        statistic = self.value / error
        if self.freedom is None or (self.whole and self.freedom > NORMAL_ABOVE):
            reach, p = z_of(self.level) * error, two_sided(statistic)
        else:
            freedom = floor(self.freedom) if self.whole else self.freedom
            reach = float(student.ppf((1 + self.level) / 2, freedom)) * error
            p = float(2 * student.sf(abs(statistic), freedom))
        return error, max(least, self.value - reach), min(1.0, self.value + reach), statistic, p

    def _why(self, error: float | None) -> str:
        return self.reason or (NEGATIVE if error is None else "")

    def _freedom(self) -> tuple[float, ...]:
        return () if self.freedom is None else (self.freedom,)
