"""Several readers, simulated: what is alike is seldom told apart (reduced by default), and what must not change."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.evaluation.mrmc.covariances import NOTHING, Covariance, Figure
from ml.evaluation.mrmc.obuchowski_rockette import (
    OWN_CASES,
    obuchowski_rockette,
)
from ml.evaluation.mrmc.readings import Design, Readings
from ml.evaluation.mrmc.results import Inference
from ml.evaluation.mrmc.u_statistics import u_statistics
from tests.ml.evaluation.roe_metz import masks, roe_metz

FULL = os.environ.get("EVIDENCE") == "full"
DRAWS, MOST = (400, 0.09) if FULL else (30, 0.2)
"""Simulated studies, and the largest share of p's below 0.05: three standard errors and a half above 5 in 100."""


@pytest.mark.evidence
@pytest.mark.parametrize("design", Design)
def test_arms_that_are_alike_are_seldom_told_apart(design: Design) -> None:
    """Of studies without a difference: about 5 in 100 p's below 0.05, and intervals that hold 0 as often."""
    rng, low, outside, u_outside = np.random.default_rng(12), 0, 0, 0
    for _ in range(DRAWS):
        study = roe_metz(rng, masks(design), 60)
        assert study.design() is design
        found, other = obuchowski_rockette(study), u_statistics(study).differences[0]
        assert found.reason == ""
        low += found.random.test.p < 0.05
        difference = found.random.differences[0]
        outside += not difference.low <= 0 <= difference.high
        u_outside += other.low is not None and not other.low <= 0 <= other.high
    assert low == outside
    assert max(low, u_outside) / DRAWS < MOST


@pytest.mark.parametrize("design", Design)
def test_a_difference_is_found(design: Design) -> None:
    study = roe_metz(np.random.default_rng(2), masks(design), 60, gain=2.0)
    found = obuchowski_rockette(study)
    assert found.random.differences[0].high < 0
    assert found.fixed_readers.differences[0].high < 0
    if design is Design.CASES_NESTED:
        assert found.fixed_cases.test.reason == OWN_CASES
    else:
        assert found.fixed_cases.differences[0].high < 0
    assert len(found.readers) == (0 if design is Design.READERS_NESTED else 6)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**31), st.sampled_from(list(Design)), st.sampled_from([Covariance.DELONG, Covariance.JACKKNIFE]))
def test_exchange_of_readers_arms_labels_and_scale(seed: int, design: Design, covariance: Covariance) -> None:
    rng = np.random.default_rng(seed)
    study = roe_metz(rng, masks(design), 60)
    # A scale of six, so that there are ties.
    x = np.clip(np.round(2 * study.ratings), -2, 3)
    order = rng.permutation(len(study.readers))
    plain = Readings.of(x, study.labels)
    base = obuchowski_rockette(plain, covariance)
    for other, sign in (
        (Readings.of(x[:, order], study.labels), 1),
        (Readings.of(np.exp(x), study.labels), 1),
        (Readings.of(-x, ~study.labels), 1),
        (Readings.of(x[::-1], study.labels), -1),
    ):
        found = obuchowski_rockette(other, covariance)
        for one, again in zip((base.random, base.fixed_readers), (found.random, found.fixed_readers), strict=True):
            assert again.differences[0].reason == one.differences[0].reason
            assert again.differences[0].value == pytest.approx(sign * one.differences[0].value, abs=1e-12)
            assert again.test.p == pytest.approx(one.test.p, rel=1e-6)
        u, again = u_statistics(plain).differences[0], u_statistics(other).differences[0]
        assert again.value == pytest.approx(sign * u.value, abs=1e-12)
        assert again.reason == u.reason
        if u.standard_error is not None:
            assert again.standard_error == pytest.approx(u.standard_error, rel=1e-6)
    narrow = obuchowski_rockette(plain, covariance, 0.8).random.differences[0]
    assert narrow.low >= base.random.differences[0].low


def test_sensitivities_and_specificities() -> None:
    """One reader's difference is that of two paired means; an area of calls is the mean of both shares."""
    study = roe_metz(np.random.default_rng(9), np.ones((2, 5, 80), bool), 40)
    calls = Readings.of(study.ratings > 0.75, study.labels)
    found = {kind: obuchowski_rockette(calls, figure=kind) for kind in Figure}
    called, y = calls.ratings.astype(bool), calls.labels
    assert np.allclose(found[Figure.SENSITIVITY].values, called[:, :, y].mean(axis=2))
    assert np.allclose(found[Figure.SPECIFICITY].values, 1 - called[:, :, ~y].mean(axis=2))
    both = (found[Figure.SENSITIVITY].values + found[Figure.SPECIFICITY].values) / 2
    assert np.allclose(found[Figure.AREA].values, both)
    apart = called[0, 2, y].astype(float) - called[1, 2, y]
    reader = found[Figure.SENSITIVITY].readers[2]
    assert (reader.value, reader.standard_error) == pytest.approx((apart.mean(), apart.std(ddof=1) / 40**0.5))
    assert found[Figure.SENSITIVITY].n == 40
    assert "sensitivity" in found[Figure.SENSITIVITY].random.test.method
    # Cases of one kind are enough, and a call that is none is refused.
    alone = obuchowski_rockette(calls.of_kind(True), figure=Figure.SENSITIVITY)
    assert alone.random.test == found[Figure.SENSITIVITY].random.test
    assert obuchowski_rockette(calls.of_kind(True), figure=Figure.SPECIFICITY).reason == NOTHING
    few = Readings.of(calls.ratings[:, :, 39:], y[39:])
    assert "for the sensitivity two" in obuchowski_rockette(few, figure=Figure.SENSITIVITY).reason
    with pytest.raises(ValueError, match="other than 0 and 1"):
        obuchowski_rockette(study, figure=Figure.SENSITIVITY)
    holes = np.where(np.random.default_rng(1).random(calls.ratings.shape) < 0.1, np.nan, calls.ratings)
    missing = obuchowski_rockette(Readings.of(holes, y), figure=Figure.SENSITIVITY)
    assert missing.design is Design.INCOMPLETE
    assert missing.random.differences[0].value == pytest.approx(
        found[Figure.SENSITIVITY].random.differences[0].value, abs=0.06
    )


@pytest.mark.evidence
@pytest.mark.parametrize("design", Design)
def test_sensitivities_that_are_alike_are_seldom_told_apart(design: Design) -> None:
    rng, low = np.random.default_rng(21), 0
    for _ in range(DRAWS):
        study = roe_metz(rng, masks(design), 60)
        calls = Readings.of(np.where(np.isnan(study.ratings), np.nan, study.ratings > 0.75), study.labels)
        p = obuchowski_rockette(calls, figure=Figure.SENSITIVITY).random.test.p
        low += p is not None and p < 0.05
    assert low / DRAWS < MOST


def test_three_arms() -> None:
    study = roe_metz(np.random.default_rng(4), np.ones((3, 5, 80), bool), 40)
    found = obuchowski_rockette(study)
    assert [(one.first, one.second) for one in found.random.differences] == [("1", "2"), ("1", "3"), ("2", "3")]
    assert found.random.test.freedom[0] == 2
    assert len(found.readers) == 15
    assert sum(one.value for one in found.random.differences if one.first == "1") == pytest.approx(
        2 * found.values[0].mean() - found.values[1].mean() - found.values[2].mean()
    )


def test_two_readers_are_these_two() -> None:
    found = obuchowski_rockette(roe_metz(np.random.default_rng(1), np.ones((2, 2, 60), bool), 30))
    assert (found.advised, "2 reader(s)" in found.note) == (Inference.FIXED_READERS, True)
    assert "taken as fixed" in found.random.test.reason
    assert found.fixed_readers.differences[0].p is not None
    u = u_statistics(roe_metz(np.random.default_rng(1), np.ones((2, 2, 60), bool), 30))
    assert (u.advised, "taken as fixed" in u.differences[0].reason) == (Inference.FIXED_READERS, True)
    assert u.fixed_differences[0].standard_error is not None
    three = obuchowski_rockette(roe_metz(np.random.default_rng(1), np.ones((2, 3, 60), bool), 30))
    assert (three.advised, "3 readers are few" in three.note) == (Inference.FIXED_READERS, True)
    assert three.random.differences[0].p is not None
