"""Obuchowski and Rockette's analysis of several readers, with Hillis' degrees of freedom.

Obuchowski and Rockette, Commun Stat Simul 1995;24:285-308; Hillis, Stat Med 2007;26:596-619; one arm, fixed readers, fixed
cases: Hillis, Obuchowski and Berbaum, Acad Radiol 2011;18:129-142, and Iowa's OR-DBM; nested and split-plot designs: Hillis,
Stat Med 2014;33:330-360. With two readers, readers are taken as fixed.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2
from scipy.stats import f as fisher

from ml.evaluation.estimate import LEVEL, HypothesisTest
from ml.evaluation.mrmc.components import CaseComponents, Components, MeanSquares, Table, case_components
from ml.evaluation.mrmc.covariances import Covariance, Figure, Figures, figures
from ml.evaluation.mrmc.readings import Design, Readings
from ml.evaluation.mrmc.results import (
    ADVISED,
    FEW_READERS,
    NEGATIVE,
    ArmArea,
    ArmDifference,
    Found,
    Inference,
)

Floats = NDArray[np.float64]
OTHER_DESIGN = "the design is none that has this test: use the U-statistics, which take any"
UNEQUAL = "the arms have different numbers of readers: use the U-statistics"
INCOMPLETE = "readings are missing, or blocks differ in size: covariances are the unbiased ones, averaged over all readers"
TWO_READERS = "with {0} reader(s) nothing can be said of others: readers are taken as fixed"
OWN_CASES = "each arm has its own cases: these cases alone compare nothing"
SINGLE_BLOCKS = "each reader has cases of their own: readers' spread and cases' cannot be told apart"
ONE_ARM = "there is one arm: nothing to compare"


@dataclass(frozen=True)
class Inferred:
    """One kind of inference: `test` of all arms alike, the arms' means, and every difference."""

    inference: Inference
    test: HypothesisTest
    arms: tuple[ArmArea, ...]
    differences: tuple[ArmDifference, ...]


@dataclass(frozen=True, eq=False)
class ObuchowskiRockette:
    """All three inferences; `advised` is the one to report, `note` says why where it is not the general one.

    `values` (arms, readers). `readers`: each reader's differences, of this reader and cases like these. All are empty or
    None with a `reason` where the design or the readings do not allow the analysis.
    """

    design: Design | None
    figure: Figure
    covariance: Covariance
    values: Floats
    components: Components | None
    case_components: CaseComponents | None
    mean_squares: MeanSquares | None
    random: Inferred | None
    fixed_readers: Inferred | None
    fixed_cases: Inferred | None
    readers: tuple[ArmDifference, ...]
    advised: Inference
    note: str
    n: int
    left_out: int
    reason: str = ""


def obuchowski_rockette(
    readings: Readings,
    covariance: Covariance = Covariance.DELONG,
    level: float = LEVEL,
    *,
    figure: Figure = Figure.AREA,
) -> ObuchowskiRockette:
    """The readers' mean areas under the arms compared; or sensitivities, specificities of calls (0 and 1).

    Where single readings are missing the covariances are the unbiased ones, always.
    """
    if figure is not Figure.AREA:
        readings = readings.of_kind(figure is Figure.SENSITIVITY)
    design = readings.design()
    if design is Design.INCOMPLETE:
        covariance = Covariance.UNBIASED
    found = figures(readings, covariance, figure) if design is not None or not readings.read.any() else OTHER_DESIGN
    table = tabulated(found, readings, design) if design is not None and not isinstance(found, str) else found
    if isinstance(table, str) or not isinstance(table, Table):
        return _nothing(readings, design, (figure, covariance), str(table))
    components = table.components()
    advised, note = advice(table.readers)
    if design is Design.INCOMPLETE:
        note = f"{note}; {INCOMPLETE}" if note else INCOMPLETE
    names, n = readings.arms, readings.labels.size
    crossed = table.design is Design.CROSSED
    return ObuchowskiRockette(
        design=design,
        figure=figure,
        covariance=covariance,
        values=table.values,
        components=components,
        case_components=case_components(components, n) if crossed else None,
        mean_squares=table.mean_squares(),
        random=inferred(table, Inference.RANDOM, names, n, level, figure=figure),
        fixed_readers=inferred(table, Inference.FIXED_READERS, names, n, level, figure=figure),
        fixed_cases=inferred(table, Inference.FIXED_CASES, names, n, level, figure=figure),
        readers=_each_reader(table, readings, level),
        advised=advised,
        note=note,
        n=n,
        left_out=readings.left_out,
    )


def tabulated(found: Figures, readings: Readings, design: Design) -> Table | str:
    """Figures as a table of arms by readers, or why they make none."""
    t, r = len(readings.arms), len(found.arm) // max(len(readings.arms), 1)
    if r * t != len(found.arm) or (np.bincount(found.arm, minlength=t) != r).any():
        return UNEQUAL
    blocks = readings.blocks() if design is Design.BLOCKS else np.zeros(r, np.intp)
    order = np.lexsort((found.reader, found.arm))
    covariance = found.covariance[np.ix_(order, order)].reshape(t, r, t, r)
    return Table(found.values[order].reshape(t, r), covariance, design, blocks)


def inferred(
    table: Table,
    inference: Inference,
    arms: tuple[str, ...],
    n: int,
    level: float = LEVEL,
    *,
    figure: Figure = Figure.AREA,
) -> Inferred:
    """One kind of inference from a table; every part that is not estimable says why."""
    method = f"Obuchowski-Rockette, {figure}: {inference}"
    variance, freedom, reason = _of_comparison(table, inference)
    pairs = list(combinations(range(table.arms), 2))
    means = table.values.mean(axis=1)
    blank = Found(None, None, freedom, n, method, level, reason)
    differences = tuple(
        replace(
            blank, value=float(means[i] - means[j]), variance=None if variance is None else 2 / table.readers * variance
        ).difference(arms[i], arms[j])
        for i, j in pairs
    )
    single = tuple(_of_arm(table, arm, inference, blank).area(name) for arm, name in enumerate(arms))
    return Inferred(inference, _test(table, variance, freedom, reason, blank), single, differences)


def _of_comparison(table: Table, inference: Inference) -> tuple[float | None, float | None, str]:
    """Of the test: what the mean square between arms is held against, its degrees of freedom, or a reason."""
    one, squares = table.components(), table.mean_squares()
    if table.arms < 2:
        return None, None, ONE_ARM
    square, own = squares.readers_by_arms, squares.readers_by_arms_freedom
    shared = max(one.same_arm - one.neither, 0.0) * table.sharing
    if inference is Inference.FIXED_READERS:
        lone = (
            one.same_arm if table.design is Design.READERS_NESTED else one.same_reader + max(one.same_arm - one.neither, 0)
        )
        fixed = one.error - lone + shared
        return (fixed, None, "") if fixed > 0 else (None, None, NEGATIVE)
    if table.readers <= FEW_READERS:
        return None, None, TWO_READERS.format(table.readers)
    if inference is Inference.FIXED_CASES:
        if table.design is Design.CASES_NESTED:
            return None, None, OWN_CASES
        shared = 0.0
    if own < 1:
        return None, None, SINGLE_BLOCKS
    whole = square + shared
    if whole <= 0:
        return None, None, NEGATIVE
    return whole, own * (whole / square) ** 2 if square > 0 else None, ""


def _test(table: Table, variance: float | None, freedom: float | None, reason: str, blank: Found) -> HypothesisTest:
    """F, or chi-square where nothing is estimated from readers."""
    if variance is None:
        return HypothesisTest(statistic=None, p=None, method=blank.method, n=blank.n, reason=reason)
    between = float(table.arms - 1)
    statistic = table.mean_squares().arms / variance
    of: tuple[float, ...] = (between,) if freedom is None else (between, freedom)
    if freedom is None:
        statistic *= between
    p = float((chi2 if freedom is None else fisher).sf(statistic, *of))
    return HypothesisTest(statistic=statistic, p=p, method=blank.method, n=blank.n, freedom=of)


def _of_arm(table: Table, arm: int, inference: Inference, blank: Found) -> Found:
    """One arm's mean area, from its own readings alone."""
    value = float(table.values[arm].mean())
    error, same_arm = table.of_arm(arm)
    square, own = table.of_readers(arm)
    sharing = table.sharing
    whole = replace(blank, value=value, freedom=None, reason="")
    if inference is Inference.FIXED_READERS:
        return replace(whole, variance=(error + (sharing - 1) * max(same_arm, 0.0)) / table.readers)
    if table.readers <= FEW_READERS:
        return replace(whole, reason=TWO_READERS.format(table.readers))
    if own < 1:
        return replace(whole, reason=SINGLE_BLOCKS)
    spread = square + (sharing * max(same_arm, 0.0) if inference is Inference.RANDOM else 0.0)
    freedom = own * (spread / square) ** 2 if square > 0 else None
    return replace(whole, variance=spread / table.readers, freedom=freedom)


def _each_reader(table: Table, readings: Readings, level: float) -> tuple[ArmDifference, ...]:
    """Each reader's own differences, cases random; none where readers have one arm each."""
    if table.design is Design.READERS_NESTED:
        return ()
    blank = Found(None, None, None, readings.labels.size, "one reader, cases like these", level)
    return tuple(
        replace(
            blank,
            value=float(table.values[i, reader] - table.values[j, reader]),
            variance=table.of_reader(reader, i, j),
        ).difference(readings.arms[i], readings.arms[j], readings.readers[reader])
        for reader in range(table.readers)
        for i, j in combinations(range(table.arms), 2)
    )


def advice(readers: int) -> tuple[Inference, str]:
    """Which inference so many readers allow to report, and why where it is not the general one."""
    if readers <= FEW_READERS:
        return Inference.FIXED_READERS, TWO_READERS.format(readers)
    if readers < ADVISED:
        return Inference.FIXED_READERS, f"{readers} readers are few: an answer about readers in general takes {ADVISED}"
    return Inference.RANDOM, ""


def _nothing(readings: Readings, design: Design | None, asked: tuple[Figure, Covariance], reason: str) -> ObuchowskiRockette:
    advised, note = advice(len(readings.readers))
    return ObuchowskiRockette(
        design=design, figure=asked[0], covariance=asked[1], values=np.zeros((0, 0)), components=None, case_components=None,
        mean_squares=None, random=None, fixed_readers=None, fixed_cases=None, readers=(), advised=advised, note=note,
        n=readings.labels.size, left_out=readings.left_out, reason=reason,
    )  # fmt: skip
