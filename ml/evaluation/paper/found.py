"""What a figure's counts give, before it is held against what is printed. No torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

Value = float | tuple[float | None, ...] | None

NOT_PRINTED = "The paper does not print it: it follows from the counts, and there is nothing to hold it against."


@dataclass(frozen=True, kw_only=True)
class Found:
    """`value` in the figure's unit, full precision, by `method`; `parts` are further figures by name.

    `implied`: what the inputs that are themselves figures must be, by the counts they stand for. `claim`: whether a claim
    in words holds. `undecided` says why the counts alone cannot tell, and `note` what else is worth knowing.
    `text`: how it is written, where that is more than the value in its unit.
    """

    value: Value
    method: str
    parts: Mapping[str, Any] = field(default_factory=dict)
    implied: Mapping[str, Any] = field(default_factory=dict)
    claim: bool | None = None
    undecided: str = ""
    note: str = ""
    text: str = ""


def half_up(value: float | Fraction, decimals: int) -> float:
    """Rounded as a paper rounds: a half goes up, away from 0."""
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else Decimal(repr(value))
    return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def per_thousand(count: float, n: float) -> int:
    """Patients of a thousand, in whole ones."""
    return int(half_up(1000 * count / n, 0))


def percent(share: float | None) -> float:
    """Of a share that there is; ValueError where there is none."""
    if share is None:
        raise ValueError("There is no case to take a share of.")
    return 100 * share
