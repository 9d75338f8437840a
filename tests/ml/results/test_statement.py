"""What a report says in words: no tier's word alone, no score that reads into another tier."""

from dataclasses import replace

import pytest

from ml.results.statement import Cutoff, Score, decimals
from tests.ml.results.said import ALL, NEGATIVE, WITHHELD


@pytest.mark.parametrize(
    ("value", "cutoffs", "words"),
    [
        (0.32897, (0.6, 0.32902), "below the first cutoff 0.60000, below the second cutoff 0.32902"),
        (0.7, (0.6, 0.3), "at or above the first cutoff 0.600, at or above the second cutoff 0.300"),
        (0.6, (0.6, 0.3), "at or above the first cutoff 0.600"),
    ],
)
def test_a_score_reads_on_the_side_of_its_cutoffs_that_it_is_on(
    value: float, cutoffs: tuple[float, float], words: str
) -> None:
    first, second = cutoffs
    assert words in Score("T1_T2", value, (Cutoff("first", first), Cutoff("second", second))).words


def test_two_numbers_that_differ_in_their_last_digit_are_told_apart() -> None:
    assert decimals(0.3 + 0.1 + 0.2, [0.6]) > 14
    assert decimals(0.5, []) == 3


@pytest.mark.parametrize("name", ALL)
def test_no_bare_tier(name: str) -> None:
    said = ALL[name]
    assert said.tier_words != f"Tier: {said.tier}."
    if said.tier == "negative":
        assert "does not exclude recurrence" in said.tier_words
    assert ("No advice stands on it" in said.tier_words) is (bool(said.tier) and not said.given)


def test_a_report_neither_advises_without_a_tier_nor_withholds_without_a_reason() -> None:
    with pytest.raises(ValueError, match="needs a tier"):
        replace(NEGATIVE, tier="")
    with pytest.raises(ValueError, match="say why"):
        replace(WITHHELD, reason="")
