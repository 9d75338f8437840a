"""How far two people who judged the same things agree: kappa, and agreement on one category. No torch.

Cohen's kappa: Cohen, Educ Psychol Meas 1960;20:37-46. Its standard error: Fleiss, Cohen and Everitt, Psychol Bull
1969;72:323-327, formula 13. Agreement on one category: Cicchetti and Feinstein, J Clin Epidemiol 1990;43:551-558, with the
standard error by the delta method on the multinomial table (Mackinnon, Comput Biol Med 2000;30:127-134).
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from math import sqrt

from ml.evaluation.estimate import LEVEL, Estimate, not_estimable, z_of

KAPPA = "Cohen's kappa, asymptotic interval (Fleiss, Cohen and Everitt)"
SPECIFIC = "specific agreement, delta-method interval"
NOTHING = "nothing was judged by both"
ONE_CATEGORY = "both put everything into one and the same category: chance alone gives full agreement"
NOWHERE = "neither used this category"
ROUNDING = 1e-12
NO_SPREAD = "the asymptotic standard error of such a table is 0: no interval"


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable], level: float = LEVEL) -> Estimate:
    """Unweighted kappa of two raters' categories (n,) each, of the same things in the same order.

    The interval is cut at -1 and 1. Not estimable without anything judged, or where chance alone gives full agreement. There
    is no interval where the standard error is 0, as for full agreement: a width of 0 would claim certainty.
    """
    n = _paired(first, second)
    if n == 0:
        return not_estimable(NOTHING, KAPPA, 0, level)
    table, rows, columns = Counter(zip(first, second, strict=True)), Counter(first), Counter(second)
    # Products of whole counts, so that full agreement by chance is found exactly.
    by_chance = sum(rows[one] * columns[one] for one in rows)
    if by_chance == n * n:
        return not_estimable(ONE_CATEGORY, KAPPA, n, level)
    expected = by_chance / n**2
    kappa = (sum(table[one, one] for one in rows) / n - expected) / (1 - expected)
    agreeing, apart = 0.0, 0.0
    for (one, other), count in table.items():
        if one == other:
            agreeing += count / n * (1 - (rows[one] + columns[one]) / n * (1 - kappa)) ** 2
        else:
            apart += count / n * ((columns[one] + rows[other]) / n) ** 2
    variance = agreeing + (1 - kappa) ** 2 * apart - (kappa - expected * (1 - kappa)) ** 2
    # Below rounding it is 0: a sum of terms of order 1 that cancel.
    error = sqrt(variance / n) / (1 - expected) if variance > ROUNDING else 0.0
    return _estimate(kappa, error, -1.0, level=level, method=KAPPA, n=n)


def specific_agreement(
    first: Sequence[Hashable], second: Sequence[Hashable], category: Hashable, level: float = LEVEL
) -> Estimate:
    """Of all that either called `category`, the share on which both did: positive agreement for True, negative for False.

    2a / (2a + b + c), with a: both, b and c: one alone. The interval is cut at 0 and 1; there is none where
    the standard error is 0.
    """
    n = _paired(first, second)
    if n == 0:
        return not_estimable(NOTHING, SPECIFIC, 0, level)
    pairs = [(one == category, other == category) for one, other in zip(first, second, strict=True)]
    both, alone = sum(one and other for one, other in pairs), sum(one != other for one, other in pairs)
    named = 2 * both + alone
    if named == 0:
        return not_estimable(NOWHERE, SPECIFIC, n, level)
    error = 2 * sqrt(both * alone * (both + alone)) / named**2
    return _estimate(2 * both / named, error, 0.0, level=level, method=SPECIFIC, n=n)


def _estimate(value: float, error: float, least: float, *, level: float, method: str, n: int) -> Estimate:
    if error == 0:
        return Estimate(value=value, low=None, high=None, level=level, method=method, n=n, reason=NO_SPREAD)
    reach = z_of(level) * error
    return Estimate(
        value=value, low=max(least, value - reach), high=min(1.0, value + reach), level=level, method=method, n=n
    )


def _paired(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    if len(first) != len(second):
        raise ValueError(f"{len(first)} judgements of one and {len(second)} of the other; expected as many.")
    return len(first)
