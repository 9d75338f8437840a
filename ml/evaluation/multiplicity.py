"""Several comparisons at once: Bonferroni and Holm. No torch.

Bonferroni: Dunn, J Am Stat Assoc 1961;56:52-64; the paper has it for three comparisons (P < 0.0167). Holm, Scand J Stat
1979;6:65-70: as strict on the whole family, never weaker on one.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Adjusted:
    """One comparison in its family of `family`: `p` as tested, `adjusted` to be held against `alpha` itself."""

    p: float | None
    adjusted: float | None
    rejected: bool
    family: int
    alpha: float
    method: str
    reason: str = ""


def bonferroni(ps: Sequence[float | None], alpha: float = 0.05) -> tuple[Adjusted, ...]:
    """Each p times the number of comparisons. One without p (None) counts in the family and is not rejected."""
    found = _checked(ps, alpha)
    return tuple(
        _adjusted(p, None if p is None else min(1.0, p * len(found)), len(found), alpha, "Bonferroni") for p in found
    )


def holm(ps: Sequence[float | None], alpha: float = 0.05) -> tuple[Adjusted, ...]:
    """Step down: the smallest p times the number of comparisons, the next times one fewer, and none below the one before.

    One without p (None) counts in the family, as if it were the largest.
    """
    found = _checked(ps, alpha)
    order = sorted((index for index, p in enumerate(found) if p is not None), key=lambda index: found[index] or 0.0)
    adjusted: dict[int, float] = {}
    reached = 0.0
    for step, index in enumerate(order):
        reached = max(reached, min(1.0, (found[index] or 0.0) * (len(found) - step)))
        adjusted[index] = reached
    return tuple(_adjusted(p, adjusted.get(index), len(found), alpha, "Holm") for index, p in enumerate(found))


def _checked(ps: Sequence[float | None], alpha: float) -> tuple[float | None, ...]:
    if not 0 < alpha < 1 or any(p is not None and not 0 <= p <= 1 for p in ps):
        raise ValueError(f"alpha is {alpha} and the p's are {list(ps)}; expected values from 0 to 1, or None.")
    return tuple(ps)


def _adjusted(p: float | None, adjusted: float | None, family: int, alpha: float, method: str) -> Adjusted:
    reason = "the comparison is not estimable, and still one of the family" if p is None else ""
    return Adjusted(p, adjusted, adjusted is not None and adjusted <= alpha, family, alpha, method, reason)
