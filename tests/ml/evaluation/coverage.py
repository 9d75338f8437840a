"""What is drawn to see how often an interval holds the truth: one row an interval, with the truth it should hold."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

from ml.evaluation.agreement import cohen_kappa, pabak, specific_agreement, weighted_kappa
from ml.evaluation.agreement_many import fleiss_kappa, gwet_ac, krippendorff_alpha
from ml.evaluation.agreement_weights import Metric
from ml.evaluation.bland_altman import bland_altman, repeatability
from ml.evaluation.bootstrap import Bootstrap
from ml.evaluation.calibration import brier, calibration_line
from ml.evaluation.clustered import clustered_difference, clustered_proportion
from ml.evaluation.clustered_auc import cluster_bootstrap_auc, clustered_auc, compare_clustered_auc
from ml.evaluation.decision import decision_point
from ml.evaluation.diagnostic import diagnostic, likelihood_ratios, predictive_values
from ml.evaluation.durations import quantile, trend
from ml.evaluation.estimate import Estimate, Interval, proportion
from ml.evaluation.intraclass import Form, icc
from ml.evaluation.lroc import lroc_area
from ml.evaluation.mrmc.fixed_modality import against_readers
from ml.evaluation.mrmc.obuchowski_rockette import obuchowski_rockette
from ml.evaluation.mrmc.readings import Design
from ml.evaluation.mrmc.u_statistics import u_statistics
from ml.evaluation.paired import PairedTable, paired_difference
from ml.evaluation.paired_predictive import compare_predictive_values
from ml.evaluation.partial_auc import Part, partial_auc
from ml.evaluation.resampled_auc import bootstrap_auc, bootstrap_compare_auc
from ml.evaluation.roc import auc, compare_auc, compare_auc_unpaired
from ml.evaluation.shift import difference_of_means, difference_of_shares
from tests.ml.evaluation.roe_metz import masks, roe_metz
from tests.ml.evaluation.test_clustered import cohort
from tests.ml.evaluation.test_lroc import study

Rng = np.random.Generator
FEW = Bootstrap(400)


@dataclass(frozen=True)
class Row:
    """An interval of 95 % in a setting. `low` to `high`: how often it holds the truth, with `why` where that is not 95 %."""

    name: str
    setting: str
    draw: Callable[[Rng], Estimate]
    truth: Callable[[], float]
    kind: Literal["closed", "resampled"] = "closed"
    low: float = 0.95
    high: float = 0.95
    why: str = ""


def of_share(share: float, n: int, interval: Interval, **known: float | str) -> Row:
    return Row(
        f"proportion, {interval.words}", f"{share:g} of {n}", lambda rng: proportion(rng.binomial(n, share), n, interval),
        lambda: share, **known,  # type: ignore[arg-type]
    )  # fmt: skip


def rated(rng: Rng, n: int, apart: float) -> tuple[np.ndarray, np.ndarray]:
    """Scores of n cases of each kind from normals of deviation 1, and labels."""
    return np.concatenate([rng.normal(apart, 1, n), rng.normal(0, 1, n)]), np.arange(2 * n) < n


def two_rated(rng: Rng, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two scores of the same cases, equally good, correlated by half."""
    y = np.arange(2 * n) < n
    shared = rng.normal(size=2 * n)
    a, b = ((shared + rng.normal(size=2 * n)) / 2**0.5 + y for _ in range(2))
    return a, b, y


def called(rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """150 cases with, 250 without recurrence; sensitivity 0.85, specificity 0.8."""
    y = np.arange(400) < 150
    return np.where(y, rng.random(400) < 0.85, rng.random(400) < 0.2), y


def calls_of_two(rng: Rng, n: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two judges who share half of their errors."""
    y, shared = rng.random(n) < 0.4, rng.normal(size=n)
    a, b = (y + 0.4 * shared + 0.4 * rng.normal(size=n) > 0.5 for _ in range(2))
    return a, b, y


CELLS = np.array([[0.3, 0.06, 0.02], [0.05, 0.2, 0.05], [0.02, 0.06, 0.24]])
"""How often two raters put a thing into which of three categories."""


def pairs(rng: Rng, n: int = 120) -> tuple[list[int], list[int]]:
    cell = rng.choice(9, n, p=CELLS.ravel())
    return (cell // 3).tolist(), (cell % 3).tolist()


def kappa_of(weights: np.ndarray) -> float:
    chance = np.outer(CELLS.sum(axis=1), CELLS.sum(axis=0))
    apart = 1 - weights
    return float(1 - (apart * CELLS).sum() / (apart * chance).sum())


def judged(rng: Rng, n: int = 80) -> list[list[int]]:
    """Four raters of n things in three categories: right in 8 of 10, else any."""
    true = rng.choice(3, n, p=[0.6, 0.3, 0.1])[:, None]
    return np.where(rng.random((n, 4)) < 0.8, true, rng.integers(0, 3, (n, 4))).tolist()


def measured(rng: Rng, raters: float) -> np.ndarray:
    """40 cases by 6 raters: variance 1 between cases, `raters` between raters, 0.5 left."""
    whole = rng.normal(size=(40, 1)) + raters**0.5 * rng.normal(size=(1, 6))
    return whole + 0.5**0.5 * rng.normal(size=(40, 6))


@cache
def many(figure: Callable[[list[list[int]]], Estimate]) -> float:
    """Its value over very many things."""
    value = figure(judged(np.random.default_rng(0), 100_000)).value
    assert value is not None
    return value


@cache
def located() -> float:
    """The LROC area of very many cases."""
    value = lroc_area(*study(np.random.default_rng(0), 400_000)).value
    assert value is not None
    return value


def scored(rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    s = rng.beta(2, 3, 300)
    return s, rng.random(300) < s


def netted(rng: Rng) -> Estimate:
    y = rng.random(300) < 0.3
    return decision_point(rng.random(300) < np.where(y, 0.8, 0.3), y, 0.2).net_benefit


def in_patients(rng: Rng) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    of = np.repeat(np.arange(60), 4)
    a, b = rng.random((2, 240)) < rng.beta(2, 1, 60)[of]
    return a, b, of


def arms(design: Design, inference: str) -> Callable[[Rng], Estimate]:
    def draw(rng: Rng) -> Estimate:
        readings = roe_metz(rng, masks(design), 60)
        if inference == "U-statistics":
            return u_statistics(readings).differences[0]
        return getattr(obuchowski_rockette(readings), inference).differences[0]  # type: ignore[no-any-return]

    return draw


def quantile_of(share: float) -> Callable[[Rng], Estimate]:
    return lambda rng: quantile(rng.lognormal(size=40), share)


def quantile_truth(share: float) -> Callable[[], float]:
    return lambda: float(np.exp(norm.ppf(share)))


def zero() -> float:
    return 0.0


def linear(categories: int) -> np.ndarray:
    return 1 - np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))) / (categories - 1)


AREA = float(norm.cdf(1 / 2**0.5))
PARTIAL = float(quad(lambda rate: norm.sf(norm.isf(rate) - 1), 0, 0.2)[0])
PPV = 0.85 * 0.03 / (0.85 * 0.03 + 0.2 * 0.97)
ROWS = (
    of_share(0.5, 400, Interval.WALD),
    of_share(0.9, 50, Interval.WALD, low=0.86, high=0.9, why="too short near 0 and 1, and it has no width there"),
    of_share(0.9, 50, Interval.WILSON, low=0.93, high=0.975, why="a count jumps, and so does coverage about 95 %"),
    of_share(0.9, 50, Interval.WILSON_CORRECTED, low=0.95, high=0.99, why="too wide by design"),
    of_share(0.9, 50, Interval.EXACT, low=0.95, high=0.99, why="never below 95 % by design"),
    Row("likelihood ratio of a positive call", "150 and 250 cases",
        lambda rng: likelihood_ratios(diagnostic(*called(rng))).positive, lambda: 0.85 / 0.2),
    Row("PPV at 3 %", "150 and 250 cases", lambda rng: at_three(rng), lambda: PPV),
    Row("paired difference, Tango", "100 cases, 12 and 6 of 100 discordant",
        lambda rng: paired_difference(PairedTable(*rng.multinomial(100, [0.7, 0.12, 0.06, 0.12]))), lambda: 0.06),
    Row("difference of PPVs", "400 cases", lambda rng: compare_predictive_values(*calls_of_two(rng)).positive, zero),
    Row("area, DeLong", "60 and 60 cases, area 0.76", lambda rng: auc(*rated(rng, 60, 1)), lambda: AREA, low=0.935,
    high=0.95,
        why="a little short with so few cases: a normal interval on the plain scale"),
    Row("area, DeLong", "30 and 30 cases, area 0.96", lambda rng: auc(*rated(rng, 30, 2.5)),
        lambda: float(norm.cdf(2.5 / 2**0.5)), low=0.82, high=0.9,
        why="far too short near 1; none where the kinds are separated"),
    Row("paired areas, DeLong", "60 and 60 cases", lambda rng: compare_auc(*two_rated(rng, 60)), zero),
    Row("areas of two samples", "50 and 50, 30 and 30 cases",
        lambda rng: compare_auc_unpaired(rated(rng, 50, 1), rated(rng, 30, 1)), zero),
    Row("LROC area", "40 and 40 cases", lambda rng: lroc_area(*study(rng)), located, low=0.93, high=0.95,
        why="as DeLong's, with few cases"),
    Row("kappa", "120 things", lambda rng: cohen_kappa(*pairs(rng)), lambda: kappa_of(np.eye(3))),
    Row("weighted kappa", "120 things", lambda rng: weighted_kappa(*pairs(rng), range(3)), lambda: kappa_of(linear(3))),
    Row("PABAK", "120 things", lambda rng: pabak(*pairs(rng), range(3)),
        lambda: float((3 * np.trace(CELLS) - 1) / 2)),
    Row("agreement on one category", "120 things", lambda rng: specific_agreement(*pairs(rng), 0),
        lambda: float(2 * CELLS[0, 0] / (CELLS[0].sum() + CELLS[:, 0].sum())), low=0.93, high=0.95,
        why="a normal interval near 1"),
    Row("Fleiss' kappa", "80 things, 4 raters", lambda rng: fleiss_kappa(judged(rng)), lambda: many(fleiss_kappa)),
    Row("Gwet's AC1", "80 things, 4 raters", lambda rng: gwet_ac(judged(rng)), lambda: many(gwet_ac)),
    Row("Krippendorff's alpha", "80 things, 4 raters", lambda rng: krippendorff_alpha(judged(rng), Metric.INTERVAL),
        lambda: many(interval_alpha), low=0.925, high=0.95,
        why="linearised: a little short with so few things"),
    Row("ICC(1,1)", "40 cases, 6 raters", lambda rng: icc(measured(rng, 0), Form.ONE_WAY), lambda: 2 / 3),
    Row("ICC(C,1)", "40 cases, 6 raters", lambda rng: icc(measured(rng, 0.3), Form.CONSISTENCY), lambda: 2 / 3),
    Row("ICC(A,1)", "40 cases, 6 raters", lambda rng: icc(measured(rng, 0.3), Form.AGREEMENT), lambda: 1 / 1.8, low=0.925,
    high=0.95,
        why="McGraw and Wong's approximate degrees of freedom, six raters"),
    Row("Bland-Altman, bias", "40 cases", lambda rng: bland_altman(rng.normal(size=40), np.zeros(40)).bias, zero),
    Row("Bland-Altman, upper limit", "40 cases", lambda rng: bland_altman(rng.normal(size=40), np.zeros(40)).upper,
        lambda: 1.959964, low=0.93, high=0.95,
        why="an approximate standard error of the limit"),
    Row("repeatability", "40 cases", lambda rng: repeatability(rng.normal(size=40), rng.normal(size=40)).within,
        lambda: 1.0),
    Row("Brier score", "300 cases", lambda rng: brier(*scored(rng)), lambda: 0.2),
    Row("calibration slope", "300 cases", lambda rng: calibration_line(*scored(rng)).slope, lambda: 1.0),
    Row("calibration intercept", "300 cases", lambda rng: calibration_line(*scored(rng)).intercept, zero),
    Row("net benefit", "300 cases", netted, lambda: 0.3 * 0.8 - 0.7 * 0.3 * 0.25),
    Row("proportion in clusters", "60 patients of 4", lambda rng: clustered_proportion(in_patients(rng)[0],
    in_patients_of()),
        lambda: 2 / 3),
    Row("paired difference in clusters", "60 patients of 4", lambda rng: clustered_difference(*in_patients(rng)), zero),
    Row("area in clusters", "60 patients of 1 to 4", lambda rng: clustered_auc(*one_of(rng)), lambda: AREA, low=0.92,
    high=0.95,
        why="as DeLong's, with few patients"),
    Row("paired areas in clusters", "60 patients of 1 to 4", lambda rng: compare_clustered_auc(*cohort(rng)), zero),
    Row("area, bootstrap", "60 and 60 cases", lambda rng: bootstrap_auc(*rated(rng, 60, 1), FEW), lambda: AREA,
        "resampled"),
    Row("paired areas, bootstrap", "60 and 60 cases", lambda rng: bootstrap_compare_auc(*two_rated(rng, 60), FEW), zero,
        "resampled"),
    Row("partial area", "60 and 60 cases, specificity 0.8 to 1",
        lambda rng: partial_auc(*rated(rng, 60, 1), Part(0.8, 1.0), FEW), lambda: PARTIAL, "resampled"),
    Row("area, cluster bootstrap", "60 patients of 1 to 4", lambda rng: cluster_bootstrap_auc(*one_of(rng), FEW),
        lambda: AREA, "resampled"),
    *(Row(f"arms, {inference.replace('_', ' ')}", f"6 readers, 120 cases: {design}", arms(design, inference), zero,
          "resampled")
      for inference, designs in (("random", Design), ("U-statistics", (Design.CROSSED, Design.BLOCKS)))
      for design in designs),
    *(Row("quantile, order statistics", f"{share:g}, 40 lognormal values", quantile_of(share), quantile_truth(share),
          low=exact, high=exact, why=f"{100 * exact:.1f} %: by the binomial, never below 95 %")
      for share, exact in ((0.5, 0.9615), (0.25, 0.9724))),
    Row("trend, Theil and Sen", "40 lognormal values in order", lambda rng: in_order(rng), lambda: 0.9),
    Row("difference of two shares, Newcombe", "0.8 of 60, 0.7 of 90", lambda rng: shares_apart(rng), lambda: 0.1),
    Row("difference of two means, Welch", "30 and 50 cases", lambda rng: means_apart(rng), lambda: 0.5),
    Row("a network against the readers' mean, random", "6 readers, 120 cases", lambda rng: against_the_readers(rng),
        lambda: network_area() - readers_area(), "resampled"),
)  # fmt: skip


def shares_apart(rng: Rng) -> Estimate:
    return difference_of_shares(proportion(rng.binomial(60, 0.8), 60), proportion(rng.binomial(90, 0.7), 90))


def means_apart(rng: Rng) -> Estimate:
    return difference_of_means(rng.normal(0.5, 1, 30), rng.normal(0, 2, 50))


NETWORK, READERS, AMONG_READERS, NOISE = 1.6, 1.2, 0.3, 1.5
"""How far recurrences lie above the others: to the network, to readers with their spread; variance of one rating."""


def against_the_readers(rng: Rng) -> Estimate:
    y = np.arange(120) < 60
    case = rng.normal(size=120)
    apart = rng.normal(READERS, AMONG_READERS, (6, 1))
    ratings = apart * y + case + (NOISE - 1) ** 0.5 * rng.normal(size=(6, 120))
    network = NETWORK * y + case + (NOISE - 1) ** 0.5 * rng.normal(size=120)
    return against_readers(network, ratings, y).random


def network_area() -> float:
    return float(norm.cdf(NETWORK / (2 * NOISE) ** 0.5))


def readers_area() -> float:
    """Over all readers: a normal distribution in a normal one."""
    return float(norm.cdf(READERS / (2 * NOISE + AMONG_READERS**2) ** 0.5))


def in_order(rng: Rng) -> Estimate:
    return trend(np.exp(rng.normal(size=40)) * 0.9 ** (np.arange(40) / 10), np.arange(40), over=10)


def at_three(rng: Rng) -> Estimate:
    table = diagnostic(*called(rng))
    return predictive_values(table.sensitivity, table.specificity, 0.03).positive


def interval_alpha(ratings: list[list[int]]) -> Estimate:
    return krippendorff_alpha(ratings, Metric.INTERVAL)


def in_patients_of() -> list[int]:
    return np.repeat(np.arange(60), 4).tolist()


def one_of(rng: Rng) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, _, y, of = cohort(rng)
    return a, y, of
