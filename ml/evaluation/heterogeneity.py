"""Does a proportion differ between groups: Pearson's chi-squared test with Cochran's rule, and Fisher's exact test of two.

Pearson, Philos Mag 1900;50:157; Cochran, Biometrics 1954;10:417 (at least four in five expected counts of 5 or more, none
below 1); Fisher, The Design of Experiments, 1935.
"""

from collections.abc import Sequence

import numpy as np

from ml.evaluation.estimate import HypothesisTest

CHI_SQUARED, EXACT = "Pearson's chi-squared test", "Fisher's exact test"
FEWEST, SOME, SHARE = 1.0, 5.0, 0.8


def heterogeneity(counts: Sequence[int], totals: Sequence[int]) -> HypothesisTest:
    """Of `counts` among `totals`, one each a group; groups without cases enter nothing.

    Two groups too small for chi-squared: Fisher's exact test. More: not estimable, with the reason. ValueError unless
    0 <= count <= total.
    """
    if len(counts) != len(totals) or any(not 0 <= count <= total for count, total in zip(counts, totals, strict=True)):
        raise ValueError(f"found {list(counts)} of {list(totals)}; expected one count from 0 to the total for each group")
    groups = [(count, total) for count, total in zip(counts, totals, strict=True) if total]
    n = sum(total for _, total in groups)
    table = np.array([[count, total - count] for count, total in groups], float).reshape(-1, 2)
    if len(groups) < 2:
        return _none(n, f"{len(groups)} group(s) with cases: two are needed")
    if not table.sum(axis=0).all():
        return _none(n, "all groups are of one kind: nothing differs, and no test says more")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    if expected.min() >= FEWEST and (expected >= SOME).mean() >= SHARE:
        return _pearson(table, expected, n)
    if len(groups) == 2:
        from scipy.stats import fisher_exact

        return HypothesisTest(statistic=None, p=float(fisher_exact(table.astype(int)).pvalue), method=EXACT, n=n)
    return _none(n, f"too few cases for {len(groups)} groups: the smallest expected count is {expected.min():.1f}")


def _pearson(table: np.ndarray, expected: np.ndarray, n: int) -> HypothesisTest:
    from scipy.stats import chi2

    statistic, freedom = float(((table - expected) ** 2 / expected).sum()), len(table) - 1
    p = float(chi2.sf(statistic, freedom))
    return HypothesisTest(statistic=statistic, p=p, method=CHI_SQUARED, n=n, freedom=(float(freedom),))


def _none(n: int, reason: str) -> HypothesisTest:
    return HypothesisTest(statistic=None, p=None, method=CHI_SQUARED, n=n, reason=reason)
