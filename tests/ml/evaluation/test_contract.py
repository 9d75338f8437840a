"""One promise of the whole library: whatever the data, a figure or a reason; never NaN, never a stack trace.

Every function that takes data gets the same degenerate ones: no case, one case, one kind, constants, full separation, ties,
full agreement, one reader, missing ratings. `plain` refuses NaN and infinity; warnings are errors.
"""

import json
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

import ml.evaluation
from ml.evaluation.agreement import cohen_kappa, pabak, specific_agreement, weighted_kappa
from ml.evaluation.agreement_many import brennan_prediger, fleiss_kappa, gwet_ac, krippendorff_alpha
from ml.evaluation.agreement_weights import Metric, Weighting
from ml.evaluation.bland_altman import bland_altman, repeatability
from ml.evaluation.bootstrap import Bootstrap
from ml.evaluation.brier import brier_parts, spiegelhalter
from ml.evaluation.calibration import brier, calibration_line, nearest, reliability
from ml.evaluation.clustered import clustered_diagnostic, clustered_difference
from ml.evaluation.clustered_auc import (
    cluster_bootstrap_auc,
    cluster_bootstrap_compare_auc,
    clustered_auc,
    compare_clustered_auc,
)
from ml.evaluation.decision import decision_curve
from ml.evaluation.diagnostic import diagnostic, likelihood_ratios, predictive_values
from ml.evaluation.estimate import Estimate, HypothesisTest, Interval
from ml.evaluation.intraclass import Form, icc
from ml.evaluation.lroc import compare_lroc_areas, lroc_area
from ml.evaluation.mrmc.covariances import Covariance
from ml.evaluation.mrmc.obuchowski_rockette import obuchowski_rockette
from ml.evaluation.mrmc.readings import Readings
from ml.evaluation.mrmc.u_statistics import u_statistics
from ml.evaluation.paired import McNemar, mcnemar, non_inferiority, paired_difference, paired_table
from ml.evaluation.paired_predictive import compare_predictive_values
from ml.evaluation.partial_auc import compare_partial_auc, partial_auc
from ml.evaluation.plain import plain
from ml.evaluation.resampled_auc import bootstrap_auc, bootstrap_compare_auc, bootstrap_compare_auc_unpaired
from ml.evaluation.roc import auc, compare_auc, compare_auc_unpaired

FEW = Bootstrap(40)
CASES: dict[str, tuple[list[float], list[float], list[int]]] = {
    "no case": ([], [], []),
    "one case": ([0.5], [0.2], [1]),
    "one of each": ([0.2, 0.9], [0.4, 0.3], [0, 1]),
    "one kind": ([0.1, 0.6, 0.8], [0.2, 0.2, 0.9], [1, 1, 1]),
    "the other kind": ([0.1, 0.6, 0.8], [0.2, 0.2, 0.9], [0, 0, 0]),
    "constant": ([0.5] * 6, [0.5] * 6, [0, 1, 0, 1, 0, 1]),
    "full separation": ([0.1, 0.2, 0.3, 0.7, 0.8, 0.9], [0.1, 0.1, 0.2, 0.9, 0.9, 0.9], [0, 0, 0, 1, 1, 1]),
    "separated wrongly": ([0.9, 0.8, 0.7, 0.1, 0.2, 0.3], [0.9, 0.9, 0.9, 0.1, 0.1, 0.1], [0, 0, 0, 1, 1, 1]),
    "alike": ([0.1, 0.6, 0.4, 0.8], [0.1, 0.6, 0.4, 0.8], [0, 0, 1, 1]),
    "certain": ([0.0, 1.0, 1.0, 0.0], [1.0, 1.0, 0.0, 0.0], [0, 1, 1, 1]),
    "ties": ([0.1, 0.1, 0.1, 0.9, 0.9], [0.1, 0.9, 0.9, 0.9, 0.1], [0, 1, 0, 1, 1]),
}
Paired = Callable[[np.ndarray, np.ndarray, np.ndarray], Any]
PAIRED: dict[str, Paired] = {
    "diagnostic": lambda a, b, y: [diagnostic(a > 0.5, y, kind) for kind in Interval],
    "likelihood ratios": lambda a, b, y: likelihood_ratios(diagnostic(a > 0.5, y)),
    "predictive values": lambda a, b, y: predictive_values(
        diagnostic(a > 0.5, y).sensitivity, diagnostic(a > 0.5, y).specificity, 0.03
    ),
    "McNemar": lambda a, b, y: [mcnemar(paired_table(a > 0.5, b > 0.5), kind) for kind in McNemar],
    "paired difference": lambda a, b, y: paired_difference(paired_table(a > 0.5, b > 0.5)),
    "non-inferiority": lambda a, b, y: non_inferiority(paired_table(a > 0.5, b > 0.5), 0.1),
    "predictive comparison": lambda a, b, y: compare_predictive_values(a > 0.5, b > 0.5, y),
    "area": lambda a, b, y: auc(a, y),
    "paired areas": compare_auc,
    "unpaired areas": lambda a, b, y: compare_auc_unpaired((a, y), (b, y)),
    "bootstrap": lambda a, b, y: bootstrap_auc(a, y, FEW),
    "bootstrap, paired": lambda a, b, y: bootstrap_compare_auc(a, b, y, FEW),
    "bootstrap, unpaired": lambda a, b, y: bootstrap_compare_auc_unpaired((a, y), (b, y), FEW),
    "partial area": lambda a, b, y: partial_auc(a, y, bootstrap=FEW),
    "partial areas": lambda a, b, y: compare_partial_auc(a, b, y, bootstrap=FEW),
    "LROC": lambda a, b, y: lroc_area(a, y, b > 0.3),
    "LROC, paired": lambda a, b, y: compare_lroc_areas((a, b > 0.3), (b, a > 0.3), y),
    "Brier": lambda a, b, y: [brier(a, y), brier_parts(a, y), spiegelhalter(a, y)],
    "reliability": lambda a, b, y: [reliability(a, y), nearest(0.5, a, y)],
    "calibration line": lambda a, b, y: calibration_line(a, y),
    "decision": lambda a, b, y: [decision_curve(a, y), decision_curve(a, y, [0.1], 0.03)],
    "in clusters": lambda a, b, y: clustered_diagnostic(a > 0.5, y, whose(y)),
    "difference in clusters": lambda a, b, y: clustered_difference(a > 0.5, b > 0.5, whose(y)),
    "area in clusters": lambda a, b, y: [clustered_auc(a, y, whose(y)), cluster_bootstrap_auc(a, y, whose(y), FEW)],
    "areas in clusters": lambda a, b, y: [
        compare_clustered_auc(a, b, y, whose(y)), cluster_bootstrap_compare_auc(a, b, y, whose(y), FEW)
    ],
    "kappa": lambda a, b, y: [cohen_kappa(rated(a), rated(b)), specific_agreement(rated(a), rated(b), 1)],
    "weighted kappa": lambda a, b, y: [weighted_kappa(rated(a), rated(b), range(6), kind) for kind in Weighting],
    "PABAK": lambda a, b, y: pabak(rated(a), rated(b), range(6)),
    "Bland-Altman": lambda a, b, y: [bland_altman(a, b), repeatability(a, b)],
}  # fmt: skip


def whose(y: np.ndarray) -> list[int]:
    """Two examinations a patient."""
    return [index // 2 for index in range(len(y))]


def rated(scores: np.ndarray) -> list[int]:
    """On a scale from 0 to 5."""
    return [round(5 * float(one)) for one in scores]


def results(value: Any) -> Iterator[Estimate | HypothesisTest]:
    """Every figure and test in it."""
    if isinstance(value, Estimate | HypothesisTest):
        yield value
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from results(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from results(one)


def holds(value: Any) -> None:
    """A figure or a reason, and nothing that JSON cannot hold."""
    json.dumps(plain(value), allow_nan=False)
    for one in results(value):
        if isinstance(one, HypothesisTest):
            assert one.reason or one.p is not None
            continue
        assert (one.low is None) == (one.high is None)
        assert one.low is not None or one.reason, one
        assert one.value is not None or one.low is None
        assert one.method
        if one.low is not None:
            assert one.low <= one.value + 1e-9
            assert one.value <= one.high + 1e-9


@pytest.mark.parametrize("data", CASES)
@pytest.mark.parametrize("function", PAIRED)
def test_cases(function: str, data: str) -> None:
    a, b, y = CASES[data]
    holds(PAIRED[function](np.array(a, float), np.array(b, float), np.array(y, bool)))


@pytest.mark.parametrize("wrong", [None, float("nan"), 2, -1, 0.5, "yes", "1"])
@pytest.mark.parametrize(
    "function",
    [
        lambda y: auc([0.1, 0.2, 0.3], y),
        lambda y: brier([0.1, 0.2, 0.3], y),
        lambda y: diagnostic(y, [1, 0, 1]),
        lambda y: paired_table([1, 0, 1], y),
        lambda y: compare_predictive_values([1, 0, 1], y, [1, 0, 1]),
        lambda y: lroc_area([0.1, 0.2, 0.3], [1, 0, 1], [y[2], 1, 0]),
        lambda y: clustered_difference([1, 0, 1], y, [1, 2, 3]),
        lambda y: Readings.of(np.ones((2, 2, 3)), y),
    ],
)
def test_a_missing_call_or_label_is_no_negative_one(function: Callable[[list[Any]], Any], wrong: Any) -> None:
    function([1, 0, True])
    with pytest.raises(ValueError, match="neither true nor false"):
        function([1, 0, wrong])


NONE = None
RATED: dict[str, list[list[float | None]]] = {
    "nothing": [],
    "one thing": [[1, 2, 3]],
    "one rater": [[1], [2], [3]],
    "constant": [[2, 2, 2]] * 4,
    "full agreement": [[1, 1, 1], [2, 2, 2], [3, 3, 3]],
    "never two": [[1, NONE, NONE], [NONE, 2, NONE]],
    "nobody": [[NONE, NONE], [NONE, NONE]],
    "holes": [[1, NONE, 2], [2, 2, NONE], [NONE, 3, 3], [1, 1, 2]],
    "no agreement": [[1, 2, 3], [2, 3, 1], [3, 1, 2]],
    "offset": [[1, 2, 3], [2, 3, 4], [3, 4, 5]],
    "zeros": [[0, 0, 0], [0, 0, 0]],
}
MANY: dict[str, Callable[[list[list[float | None]]], Any]] = {
    "Fleiss": lambda x: [fleiss_kappa(x, weighting=kind) for kind in Weighting],
    "Gwet": lambda x: [gwet_ac(x, weighting=kind) for kind in Weighting] + [gwet_ac(x, range(6))],
    "Brennan-Prediger": lambda x: brennan_prediger(x, range(6)),
    "Krippendorff": lambda x: [krippendorff_alpha(x, metric) for metric in Metric],
    "ICC": lambda x: [
        icc(np.array(x, dtype=float), form, average) for form in Form for average in (False, True)
    ],
}  # fmt: skip


@pytest.mark.parametrize("data", RATED)
@pytest.mark.parametrize("function", MANY)
def test_ratings(function: str, data: str) -> None:
    holds(MANY[function](RATED[data]))


def studies() -> dict[str, Readings]:
    """Readings that leave something out."""
    rng = np.random.default_rng(1)
    y = np.arange(24) < 12
    noise = rng.normal(size=(2, 4, 24))
    one_way = noise.copy()
    one_way[1] = one_way[0]
    holes = noise + y
    holes[rng.random(holes.shape) < 0.2] = np.nan
    apart = np.where(np.arange(4)[:, None] == np.arange(24) % 4, noise + y, np.nan)
    shapes = {
        "no reader": np.zeros((2, 0, 24)),
        "no arm": np.zeros((0, 4, 24)),
        "one reader": noise[:, :1],
        "two readers": noise[:, :2],
        "one arm": noise[:1],
        "constant": np.ones((2, 4, 24)),
        "full separation": np.broadcast_to(y, (2, 4, 24)).astype(float),
        "arms alike": one_way,
        "readers alike": np.broadcast_to(noise[:, :1], (2, 4, 24)).copy(),
        "ties": np.round(noise + y),
        "holes": holes,
        "own cases": apart,
        "nobody": np.full((2, 4, 24), np.nan),
        "an arm unread": np.where(np.arange(2)[:, None, None] == 0, noise, np.nan),
    }
    found = {name: Readings.of(x, y) for name, x in shapes.items()}
    found["no case"] = Readings.of(np.zeros((2, 4, 0)), np.zeros(0))
    found["one kind"] = Readings.of(noise, np.ones(24))
    found["one of each"] = Readings.of(noise[:, :, :2], [1, 0])
    return found


@pytest.mark.parametrize("name", studies())
def test_several_readers(name: str) -> None:
    readings = studies()[name]
    holds(u_statistics(readings))
    for covariance in Covariance:
        found = obuchowski_rockette(readings, covariance)
        holds(found)
        assert found.reason or found.fixed_readers is not None


def test_it_stands_on_numpy_and_scipy_alone() -> None:
    found = pkgutil.walk_packages(ml.evaluation.__path__, "ml.evaluation.")
    names = ", ".join(sorted(module.name for module in found))
    code = f"import sys, {names}; print(*sorted({{n.partition('.')[0] for n in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {"numpy", "scipy"} <= set(loaded)
    assert not {"torch", "captum", "torchio", "django", "pydicom", "highdicom", "sklearn", "pandas"} & set(loaded)
