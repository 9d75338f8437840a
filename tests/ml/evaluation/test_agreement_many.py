"""Agreement of several raters and weighted kappa: against vcd, irrCAC, krippendorff, the oracles, and each other."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.evaluation.agreement import NOTHING, ONE_CATEGORY, cohen_kappa, pabak, weighted_kappa
from ml.evaluation.agreement_many import (
    NO_PAIR,
    ONE_KNOWN,
    ONE_THING,
    brennan_prediger,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
)
from ml.evaluation.agreement_weights import Metric, Weighting, weight_matrix
from tests.ml.evaluation.test_agreement import rated
from tests.shared import SHARED, not_here

LEVELS = ["Never Fun", "Fairly Often", "Very Often", "Always fun"]
RATINGS = st.lists(st.lists(st.sampled_from([1, 2, 3, 4, None]), min_size=3, max_size=3), min_size=0, max_size=20)
COMPLETE = st.lists(st.lists(st.sampled_from([1, 2, 3]), min_size=3, max_size=3), min_size=1, max_size=20)


def couples() -> tuple[list[str], list[str]]:
    """Agresti's 91 couples as vcd has them: what husband and wife said."""
    if SHARED is None:
        not_here("shared/oracles is not beside this checkout")
    with (SHARED / "oracles" / "vcd_SexualFun.csv").open() as file:
        rows = [row for row in csv.DictReader(file) for _ in range(int(row["Freq"]))]
    return [row["Husband"] for row in rows], [row["Wife"] for row in rows]


def krippendorffs() -> list[list[int | None]]:
    """His example of 12 units and 4 raters, with missing ratings."""
    if SHARED is None:
        not_here("shared/oracles is not beside this checkout")
    with (SHARED / "oracles" / "krippendorff_4x12_units_by_raters.csv").open() as file:
        return [[int(one) if one else None for one in row] for row in list(csv.reader(file))[1:]]


def test_kappas_are_those_of_vcd() -> None:
    """R vcd 1.4-11, Kappa(SexualFun) and with weights "Fleiss-Cohen": value, ASE."""
    husband, wife = couples()
    linear, quadratic = (weighted_kappa(husband, wife, LEVELS, kind) for kind in (Weighting.LINEAR, Weighting.QUADRATIC))
    for found, value, error in (
        (cohen_kappa(husband, wife), 0.12933025, 0.068598532),
        (linear, 0.23738063, 0.078316335),
        (quadratic, 0.33204559, 0.097297522),
    ):
        assert found.value == pytest.approx(value, abs=5e-9)
        assert (found.high - found.low) / 2 / 1.959963985 == pytest.approx(error, abs=5e-9)


def test_alpha_is_krippendorffs() -> None:
    """His book's values of this example, by the krippendorff package 0.9; intervals by irrCAC 0.4.4."""
    expected = {
        Metric.NOMINAL: (0.743421052631579, 0.41906),
        Metric.ORDINAL: (0.8153875037548814, None),
        Metric.INTERVAL: (0.8491071428571428, 0.56139),
        Metric.RATIO: (0.7974027747116121, None),
    }
    for metric, (value, low) in expected.items():
        found = krippendorff_alpha(krippendorffs(), metric)
        assert found.value == pytest.approx(value, abs=1e-12)
        assert low is None or found.low == pytest.approx(low, abs=5e-6)
        assert (found.high, found.n) == (1.0, 11)


@pytest.mark.parametrize(
    ("weighting", "fleiss", "gwet", "even"),
    [
        (Weighting.NONE, (0.76117, 0.42438), (0.77544, 0.46081), (0.77273, 0.45421)),
        (Weighting.LINEAR, (0.81794, 0.49109), (0.85874, 0.60050), (0.84848, 0.57698)),
        (Weighting.QUADRATIC, (0.86494, 0.54352), (0.91400, 0.68518), (0.90152, 0.65744)),
        (Weighting.ORDINAL, (0.85021, 0.52658), (0.89894, 0.66365), (0.88636, 0.63566)),
    ],
)
def test_coefficients_are_those_of_irrcac(
    weighting: Weighting, fleiss: tuple[float, float], gwet: tuple[float, float], even: tuple[float, float]
) -> None:
    """irrCAC 0.4.4 on the same example: value and lower limit, five decimals."""
    ratings = krippendorffs()
    for found, expected in (
        (fleiss_kappa(ratings, weighting=weighting), fleiss),
        (gwet_ac(ratings, weighting=weighting), gwet),
        (brennan_prediger(ratings, [1, 2, 3, 4, 5], weighting), even),
    ):
        assert (found.value, found.low) == pytest.approx(expected, abs=6e-6)
        assert found.n == 12


def test_fleiss_own_example() -> None:
    """Wikipedia's table of ten subjects and fourteen raters: 0.210."""
    table = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    ratings = [[category for category, count in enumerate(row) for _ in range(count)] for row in table]
    assert fleiss_kappa(ratings).value == pytest.approx(0.210, abs=5e-4)


@given(COMPLETE)
def test_alpha_is_fleiss_kappa_corrected_for_few(ratings: list[list[int]]) -> None:
    """With nothing missing: 1 - alpha = (1 - 1/N)(1 - kappa), N judgements."""
    alpha, kappa = krippendorff_alpha(ratings), fleiss_kappa(ratings)
    assert (alpha.value is None) == (kappa.value is None)
    if alpha.value is not None:
        assert 1 - alpha.value == pytest.approx((1 - 1 / (3 * len(ratings))) * (1 - kappa.value))


@given(RATINGS, st.permutations([0, 1, 2]))
def test_exchange_of_raters_labels_and_scale(ratings: list[list[int | None]], order: list[int]) -> None:
    categories = [1, 2, 3, 4]
    turned = [[row[index] for index in order] for row in ratings]
    scaled = [[None if one is None else 10 * one for one in row] for row in ratings]
    shifted = [[None if one is None else 10 * one + 3 for one in row] for row in ratings]
    risen = [[None if one is None else one**3 for one in row] for row in ratings]
    mirrored = [[None if one is None else 5 - one for one in row] for row in ratings]
    for weighting in Weighting:
        for figure in (fleiss_kappa, gwet_ac, brennan_prediger):
            found = figure(ratings, categories, weighting)
            assert figure(turned, categories, weighting) == found
            assert (found.low is None) == bool(found.reason)
            if found.value is not None:
                assert found.value <= 1
                assert figure(mirrored, categories, weighting).value == pytest.approx(found.value)
    for metric, alike in (
        (Metric.NOMINAL, (turned, scaled, shifted, risen, mirrored)),
        (Metric.ORDINAL, (turned, scaled, shifted, risen, mirrored)),
        (Metric.INTERVAL, (turned, scaled, shifted, mirrored)),
        (Metric.RATIO, (turned, scaled)),
    ):
        found = krippendorff_alpha(ratings, metric)
        for other in alike:
            again = krippendorff_alpha(other, metric)
            assert again.reason == found.reason
            if found.value is not None:
                assert again.value == pytest.approx(found.value)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=30))
def test_two_raters_have_one_pabak(pairs: list[tuple[str, str]]) -> None:
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    found = pabak(first, second, "abc")
    assert found.value == pytest.approx(brennan_prediger(pairs, "abc").value)
    assert found.low <= found.value <= found.high
    # Unweighted weights give the unweighted kappa, whatever the order of the categories.
    plain, weighted = cohen_kappa(first, second), weighted_kappa(first, second, "cab", Weighting.NONE)
    assert (plain.value is None) == (weighted.value is None)
    if plain.value is not None:
        assert weighted.value == pytest.approx(plain.value)
        linear, back = weighted_kappa(first, second, "abc"), weighted_kappa(second, first, "cba")
        assert linear.value == pytest.approx(back.value)


def test_rare_findings_and_the_paradox_of_kappa() -> None:
    """118 of 125 agreements, nearly all negative (after Gwet 2008): kappa falls, AC1 and PABAK stand."""
    first, second = rated([[118, 5], [2, 0]])
    assert cohen_kappa(first, second).value == pytest.approx(-0.0234, abs=5e-4)
    pairs = list(zip(first, second, strict=True))
    assert gwet_ac(pairs, [0, 1]).value == pytest.approx(0.9408, abs=5e-4)
    assert pabak(first, second, [0, 1]).value == pytest.approx(2 * 118 / 125 - 1)


def test_what_is_missing_and_what_is_constant() -> None:
    nan = float("nan")
    assert cohen_kappa(["a", None, "b", nan], ["a", "b", "b", "a"]).n == 2
    assert weighted_kappa([None], [1], [1, 2]).reason == NOTHING
    assert weighted_kappa([1, 1], [1, 1], [1, 2]).reason == ONE_CATEGORY
    assert pabak([], [], [0, 1]).reason == NOTHING
    assert pabak(["a"], ["a"], ["a"]).reason == ONE_CATEGORY
    alone = [[1, None], [None, 2], [None, None]]
    for found in (fleiss_kappa(alone), gwet_ac(alone), krippendorff_alpha(alone), brennan_prediger(alone, [1, 2])):
        assert (found.value, found.reason) == (None, NO_PAIR)
    assert gwet_ac([]).reason == NO_PAIR
    constant = [[1, 1], [1, 1]]
    assert gwet_ac(constant).reason == ONE_KNOWN
    assert gwet_ac(constant, [1, 2]).value == 1
    assert fleiss_kappa(constant).value is None
    assert krippendorff_alpha(constant).value is None
    assert gwet_ac([[1, 1]], [1, 2]).reason == ONE_THING
    with pytest.raises(ValueError, match="name all of them"):
        weighted_kappa([1], [7], [1, 2])
    with pytest.raises(ValueError, match="name all of them"):
        gwet_ac([[1, 9]], [1, 2])
    with pytest.raises(ValueError, match="no value below 0"):
        krippendorff_alpha([[-1, 2]], Metric.RATIO)


def test_weights_fall_with_distance() -> None:
    for weighting in Weighting:
        found = weight_matrix(weighting, 5)
        assert np.allclose(found, found.T)
        assert (np.diff(found[0]) <= 0).all()
        assert (found.min(), found.max()) == (0, 1)
