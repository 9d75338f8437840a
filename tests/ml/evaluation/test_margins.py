"""Margins: non-inferiority and equivalence against hand-made tables and limits; a network against several readers."""

import json
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from ml.evaluation.estimate import Comparison, not_estimable
from ml.evaluation.margins import Hypothesis, Margin, difference_against, paired_against
from ml.evaluation.mrmc.covariances import Figure
from ml.evaluation.mrmc.fixed_modality import against_readers
from ml.evaluation.mrmc.results import Inference
from ml.evaluation.paired import PairedTable, non_inferiority
from ml.evaluation.plain import plain
from ml.evaluation.roc import compare_auc

pytestmark = pytest.mark.once
TABLE = PairedTable(80, 9, 7, 4)
NON_INFERIORITY, EQUIVALENCE = Hypothesis


def difference(value: float, error: float | None, *freedom: float) -> Comparison:
    return Comparison(
        value=value, low=None, high=None, level=0.95, method="m", n=10, statistic=None, p=None, standard_error=error,
        freedom=freedom,
    )  # fmt: skip


def test_paired_is_tangos() -> None:
    one, other = paired_against(TABLE, Margin(hypothesis=NON_INFERIORITY, margin=0.1)), non_inferiority(TABLE, 0.1)
    assert (one.low, one.high, one.p, one.shown) == pytest.approx((other.low, other.high, other.p, other.shown))


@pytest.mark.parametrize("hypothesis", Hypothesis)
@pytest.mark.parametrize("margin", [0.01, 0.05, 0.06, 0.1, 0.11, 0.2])
def test_shown_just_where_the_interval_lies_within(hypothesis: Hypothesis, margin: float) -> None:
    of = Margin(hypothesis=hypothesis, margin=margin)
    for one in (paired_against(TABLE, of), difference_against(difference(0.02, 0.04), of)):
        assert one.low is not None
        assert one.high is not None
        within = one.low > -margin and (hypothesis is NON_INFERIORITY or one.high < margin)
        assert one.shown is within
        assert one.level == pytest.approx(0.95)


def test_exchange_mirrors_equivalence_and_not_non_inferiority() -> None:
    turned = PairedTable(80, 7, 9, 4)
    both = [paired_against(table, Margin(hypothesis=EQUIVALENCE, margin=0.15)) for table in (TABLE, turned)]
    assert both[0].p == pytest.approx(both[1].p)
    assert both[0].low == pytest.approx(-both[1].high)  # type: ignore[operator]
    sides = [paired_against(table, Margin(hypothesis=NON_INFERIORITY, margin=0.1)).p for table in (TABLE, turned)]
    assert sides[0] < sides[1]  # type: ignore[operator]


def test_the_wider_the_margin_the_smaller_p() -> None:
    for hypothesis in Hypothesis:
        ps = [paired_against(TABLE, Margin(hypothesis=hypothesis, margin=one)).p for one in (0.05, 0.1, 0.2, 0.5)]
        assert ps == sorted(ps, reverse=True)  # type: ignore[type-var]


def test_by_standard_error() -> None:
    of = Margin(hypothesis=NON_INFERIORITY, margin=0.05)
    normal = difference_against(difference(-0.01, 0.02), of)
    assert normal.p == pytest.approx(1 - NormalDist().cdf(2))
    few = difference_against(difference(-0.01, 0.02, 3.5), of)
    assert few.p == pytest.approx(student.sf(2, 3.5))
    assert few.low == pytest.approx(-0.01 - student.ppf(0.975, 3.5) * 0.02)


@pytest.mark.parametrize(
    "table", [PairedTable(0, 0, 0, 0), PairedTable(9, 0, 0, 0), PairedTable(0, 0, 0, 9), PairedTable(0, 9, 0, 0)]
)
@pytest.mark.parametrize("hypothesis", Hypothesis)
def test_degenerate_tables(table: PairedTable, hypothesis: Hypothesis) -> None:
    one = paired_against(table, Margin(hypothesis=hypothesis, margin=0.1))
    json.dumps(plain(one), allow_nan=False)
    assert one.reason or one.p is not None
    assert not (one.shown and one.p is None)


def test_no_standard_error_says_why() -> None:
    of = Margin(hypothesis=EQUIVALENCE, margin=0.1)
    none = Comparison(**vars(not_estimable("alike", "m", 0)), statistic=None, p=None)
    for one in (none, difference(0.0, None), difference(0.0, 0.0)):
        found = difference_against(one, of)
        assert found.p is None
        assert found.reason
        assert not found.shown


@pytest.mark.parametrize("wrong", [{"margin": 0}, {"margin": 1}, {"margin": 0.1, "alpha": 0.5}])
def test_what_is_no_margin_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Margin(hypothesis=EQUIVALENCE, **wrong)


def study(readers: int = 5, cases: int = 80, seed: int = 1) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    y = np.arange(cases) < cases // 2
    shared = rng.normal(size=cases) + 1.2 * y
    return shared + rng.normal(size=cases), shared + rng.normal(size=(readers, cases)), y


def test_against_one_reader_it_is_delongs() -> None:
    fixed, ratings, y = study(readers=1)
    found, other = against_readers(fixed, ratings, y), compare_auc(fixed, ratings[0], y)
    assert found.difference.value == pytest.approx(other.value)
    assert found.difference.standard_error == pytest.approx(other.standard_error)
    assert found.random.value is not None
    assert found.random.low is None
    assert "readers are taken as fixed" in found.note


def test_against_several_readers_by_the_formula() -> None:
    """Hillis' one-treatment analysis written out: mean square between readers' differences and their mean covariance."""
    fixed, ratings, y = study()
    found = against_readers(fixed, ratings, y)
    differences = np.array([compare_auc(fixed, one, y).value for one in ratings])
    up, down = [], []
    for one in [fixed, *ratings]:
        wins = (one[y][:, None] > one[~y][None, :]) + 0.5 * (one[y][:, None] == one[~y][None, :])
        up.append(wins.mean(axis=1))
        down.append(wins.mean(axis=0))
    apart = [np.array(one[:1]) - np.array(one[1:]) for one in (up, down)]
    spread = sum(np.cov(one) / one.shape[1] for one in apart)
    r = len(ratings)
    square, shared = differences.var(ddof=1), (spread.sum() - np.trace(spread)) / (r * (r - 1))
    error, freedom = sqrt((square + r * shared) / r), (1 + r * shared / square) ** 2 * (r - 1)
    assert found.advised is Inference.RANDOM
    assert found.difference.value == pytest.approx(differences.mean())
    assert found.difference.standard_error == pytest.approx(error)
    assert found.difference.freedom == pytest.approx((freedom,))


def test_readers_in_another_order_and_turned_scales_change_nothing() -> None:
    fixed, ratings, y = study()
    one = against_readers(fixed, ratings, y).difference
    assert against_readers(fixed, ratings[::-1], y).difference.low == pytest.approx(one.low)
    assert against_readers(np.exp(fixed), 10 * ratings + 3, y).difference.low == pytest.approx(one.low)


@pytest.mark.parametrize("figure", [Figure.SENSITIVITY, Figure.SPECIFICITY])
def test_calls(figure: Figure) -> None:
    fixed, ratings, y = (study()[0] > 0.6).astype(float), (study()[1] > 0.6).astype(float), study()[2]
    found = against_readers(fixed, ratings, y, figure=figure)
    kind = y if figure is Figure.SENSITIVITY else ~y
    right = [(one == y)[kind].mean() for one in (fixed, *ratings)]
    assert found.difference.value == pytest.approx(right[0] - np.mean(right[1:]))
    assert found.n == 40


@pytest.mark.parametrize(
    ("fixed", "ratings", "y"),
    [
        ([], np.zeros((2, 0)), []),
        ([1, 0], [[1, 0]], [1, 0]),
        ([1, 1, 1], np.ones((4, 3)), [1, 1, 1]),
        ([1, 1, 0, 0], np.array([[1, 1, 0, 0]] * 4), [1, 1, 0, 0]),
        ([1, 1, 0, 0], np.zeros((0, 4)), [1, 1, 0, 0]),
    ],
)
@pytest.mark.parametrize("figure", Figure)
def test_degenerate_studies(fixed: Any, ratings: Any, y: Any, figure: Figure) -> None:
    found = against_readers(fixed, ratings, y, figure=figure)
    json.dumps(plain(found), allow_nan=False)
    assert found.difference.reason or found.difference.p is not None


def test_what_was_not_read_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        against_readers([1, 0, 1], [[1, np.nan, 0]], [1, 0, 1])
