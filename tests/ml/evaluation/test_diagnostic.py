"""Likelihood ratios against printed examples and simulation; every proportion's reason where there is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.evaluation.diagnostic import Interval, diagnostic, diagnostic_of_counts, likelihood_ratios, predictive_values

COUNTS = st.integers(0, 60)


def test_ratios_are_those_of_epir() -> None:
    """R epiR 2.0.57, epi.tests(c(670, 202, 74, 640))."""
    table = diagnostic_of_counts(true_positive=670, false_negative=74, false_positive=202, true_negative=640)
    found = likelihood_ratios(table)
    positive, negative = found.positive, found.negative
    expected = (3.7537261791, 3.3206884355, 4.2432346488)
    assert (positive.value, positive.low, positive.high) == pytest.approx(expected, abs=1e-9)
    expected = (0.1308551747, 0.1050643235, 0.1629770809)
    assert (negative.value, negative.low, negative.high) == pytest.approx(expected, abs=1e-9)


def test_their_interval_is_that_of_a_simulation() -> None:
    """Of the ratio's logarithm, by its spread over studies."""
    table = diagnostic_of_counts(true_positive=178, false_negative=19, false_positive=42, true_negative=194)
    rng = np.random.default_rng(11)
    se, sp = rng.binomial(197, 178 / 197, 200_000) / 197, rng.binomial(236, 194 / 236, 200_000) / 236
    found = likelihood_ratios(table)
    for ratio, drawn in ((found.positive, se / (1 - sp)), (found.negative, (1 - se) / sp)):
        assert np.log(ratio.high / ratio.low) / 2 / 1.959964 == pytest.approx(np.log(drawn).std(), rel=0.05)


@given(tp=COUNTS, fn=COUNTS, fp=COUNTS, tn=COUNTS)
def test_a_figure_or_a_reason_whatever_the_table(tp: int, fn: int, fp: int, tn: int) -> None:
    table = diagnostic_of_counts(true_positive=tp, false_negative=fn, false_positive=fp, true_negative=tn)
    ratios = likelihood_ratios(table)
    values = predictive_values(table.sensitivity, table.specificity, 0.03)
    for found in (ratios.positive, ratios.negative, values.positive, values.negative, table.accuracy, table.sensitivity):
        assert (found.low is None) == bool(found.reason)
        if found.low is not None:
            assert found.low <= found.value <= found.high
    # Exchange of labels and calls: the ratios turn into each other's reciprocals.
    turned = likelihood_ratios(
        diagnostic_of_counts(true_positive=tn, false_negative=fp, false_positive=fn, true_negative=tp)
    )
    if ratios.positive.low and turned.negative.low:
        assert turned.negative.value == pytest.approx(1 / ratios.positive.value)
        assert turned.negative.low == pytest.approx(1 / ratios.positive.high)


@given(tp=COUNTS, fn=COUNTS, interval=st.sampled_from(list(Interval)))
def test_a_higher_level_is_never_narrower(tp: int, fn: int, interval: Interval) -> None:
    found = [
        diagnostic_of_counts(
            true_positive=tp, false_negative=fn, false_positive=0, true_negative=0, interval=interval, level=level
        ).sensitivity
        for level in (0.8, 0.95, 0.99)
    ]
    if found[0].low is None:
        assert tp + fn == 0
        return
    assert found[0].low >= found[1].low >= found[2].low >= 0
    assert found[0].high <= found[1].high <= found[2].high <= 1


def test_counts_and_calls_say_the_same() -> None:
    called, labels = [1, 1, 0, 0, 1], [1, 0, 0, 1, 1]
    counts = diagnostic_of_counts(true_positive=2, false_negative=1, false_positive=1, true_negative=1)
    assert diagnostic(called, labels) == counts
    with pytest.raises(ValueError, match="none below 0"):
        diagnostic_of_counts(true_positive=-1, false_negative=1, false_positive=1, true_negative=1)


def test_ratios_say_why_there_are_none() -> None:
    perfect = likelihood_ratios(diagnostic([1, 0], [1, 0]))
    assert (perfect.positive.value, perfect.negative.value, perfect.negative.low) == (None, 0.0, None)
    assert "no bound" in perfect.positive.reason
    everybody = likelihood_ratios(diagnostic([1, 1], [1, 0]))
    assert (everybody.positive.value, everybody.positive.low) == (1.0, None)
    assert "no cases" in likelihood_ratios(diagnostic([], [])).positive.reason
