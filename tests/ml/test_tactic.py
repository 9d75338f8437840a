"""The tactic: counted by hand, by exhaustion, and on the paper's own tables."""

import csv
import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.tactic import Attainment, Cutoffs, FinalCall, Tier, final_call, fuse, second_cutoff, tier, youden_cutoff
from tests.shared import SHARED, not_here

CUTOFFS = Cutoffs(first=0.49, second=0.197, t1wic=0.5)


@pytest.mark.parametrize(
    ("score", "expected"),
    [(1, "positive"), (0.49, "positive"), (np.nextafter(0.49, 0), "suspicious"), (0.197, "suspicious"),
     (np.nextafter(0.197, 0), "negative"), (0, "negative")],
)  # fmt: skip
def test_a_score_at_a_cutoff_counts_as_above_it(score: float, expected: str) -> None:
    assert tier(score, CUTOFFS) == expected


@pytest.mark.parametrize(
    ("found", "t1wic", "expected"),
    [(Tier.POSITIVE, None, "positive"), (Tier.POSITIVE, 0.1, "positive"), (Tier.NEGATIVE, None, "negative"),
     (Tier.NEGATIVE, 0.9, "negative"), (Tier.SUSPICIOUS, None, "pending"), (Tier.SUSPICIOUS, 0.5, "positive"),
     (Tier.SUSPICIOUS, 0.499, "negative")],
)  # fmt: skip
def test_t1wic_decides_suspicious_cases_only(found: Tier, t1wic: float | None, expected: str) -> None:
    assert final_call(found, t1wic, CUTOFFS) == FinalCall(expected)


def test_fusion() -> None:
    assert fuse(0.2, 0.6) == pytest.approx(0.4)
    assert fuse(0.2, 0.6, (0.25, 0.75)) == pytest.approx(0.5)
    for wrong in [(0.5, 0.6), (-0.5, 1.5)]:
        with pytest.raises(ValueError, match="add up to 1"):
            fuse(0.2, 0.6, wrong)
    for t1wi in (1.2, float("nan")):
        with pytest.raises(ValueError, match="T1WI score"):
            fuse(t1wi, 0.6)


@pytest.mark.parametrize("wrong", [(0.4, 0.5, 0.5), (1.1, 0.5, 0.5), (0.5, -0.1, 0.5), (0.5, 0.1, 2.0)])
def test_cutoffs_out_of_order_cannot_be_made(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="expected 0 <= second <= first <= 1"):
        Cutoffs(*wrong)


def test_youden_takes_the_lowest_of_equals() -> None:
    # At 0.4: 3/3 and 1/3 false, J = 2/3. At 0.6: 2/3 and none false, J = 2/3.
    assert youden_cutoff([0.9, 0.6, 0.4, 0.5, 0.2, 0.1], [1, 1, 1, 0, 0, 0]) == 0.4


CASES = st.lists(
    st.tuples(st.integers(0, 12), st.booleans(), st.one_of(st.none(), st.integers(0, 12))), min_size=4, max_size=40
)


@settings(max_examples=150, deadline=None)
@given(cases=CASES, target=st.sampled_from(["0.9", "0.95", "0.5", "1"]))
def test_cutoffs_against_exhaustion(cases: list[tuple[int, bool, int | None]], target: str) -> None:
    s = [score / 12 for score, _, _ in cases]
    y = [truth for _, truth, _ in cases]
    if all(y) or not any(y):
        return
    enhanced = [None if value is None else value / 12 for _, _, value in cases]

    def youden(c: float) -> Fraction:
        called = [score >= c for score in s]
        hit = Fraction(sum(c and t for c, t in zip(called, y, strict=True)), sum(y))
        return hit - Fraction(sum(c and not t for c, t in zip(called, y, strict=True)), len(y) - sum(y))

    first = youden_cutoff(s, y)
    best = max(youden(c) for c in s)
    assert youden(first) == best
    assert not any(youden(c) == best for c in s if c < first)

    def detected(c2: float) -> int:
        rescued = [score >= c2 and value is not None and value >= 0.5 for score, value in zip(s, enhanced, strict=True)]
        return sum(t and (score >= first or r) for score, t, r in zip(s, y, rescued, strict=True))

    result = second_cutoff(s, y, enhanced, first, 0.5, target)
    wanted = Fraction(target) * sum(y)
    reaching = [c for c in {*s, first} if c <= first and detected(c) >= wanted]
    if not reaching:
        assert result.attainment is Attainment.UNATTAINABLE
        assert result.value is None
        assert result.sensitivity == pytest.approx(detected(0) / sum(y))
    else:
        assert result.value == max(reaching)
        assert result.sensitivity == pytest.approx(detected(max(reaching)) / sum(y))
        assert (result.attainment is Attainment.NOT_NEEDED) == (result.value == first)
    assert result.missing_t1wic == sum(
        t and score < first and value is None for score, t, value in zip(s, y, enhanced, strict=True)
    )


def test_the_share_is_exact() -> None:
    # 0.9 of 10 is 9, though 0.9 * 10 rounds up in binary for some shares, as 0.7 * 10 does.
    scores, truth = [*np.linspace(0.5, 0.59, 7), 0.1, 0.1, 0.1, 0.0], [1] * 10 + [0]
    result = second_cutoff(scores, truth, [0.9] * 11, 0.5, 0.5, 0.7)
    assert result.attainment is Attainment.NOT_NEEDED


def test_both_kinds_of_case_are_needed() -> None:
    with pytest.raises(ValueError, match="both kinds are needed"):
        youden_cutoff([0.1, 0.2], [1, 1])
    with pytest.raises(ValueError, match="not a number"):
        youden_cutoff([0.1, float("nan")], [1, 0])
    with pytest.raises(ValueError, match="expected as many"):
        second_cutoff([0.1, 0.2], [1, 0], [None], 0.5, 0.5)


@pytest.mark.parametrize(("cohort", "published"), [("internal", (0.490, 0.197)), ("external", (0.460, 0.282))])
def test_the_papers_cutoffs_and_tables(cohort: str, published: tuple[float, float]) -> None:
    if SHARED is None:
        not_here("the paper's synthetic cases are not beside this checkout")
    with (SHARED / "paper" / "synthetic_cases.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["cohort"] == cohort]
    expected = json.loads((SHARED / "paper" / "synthetic_expected.json").read_text())["results"][cohort]
    s, y = [float(row["score_t1_t2"]) for row in rows], [row["truth"] == "1" for row in rows]
    t1wic = [float(row["score_t1wic"]) for row in rows]
    cutoffs = {name: youden_cutoff([float(row[f"score_{name}"]) for row in rows], y) for name in ("t1wi", "t2wi", "t1wic")}
    assert cutoffs == {name: pytest.approx(expected[name]["cutoff"], abs=1e-9) for name in cutoffs}
    first = youden_cutoff(s, y)
    second = second_cutoff(s, y, t1wic, first, cutoffs["t1wic"]).value
    assert second is not None
    assert (round(first, 3), round(second, 3)) == published
    tactic = Cutoffs(first, second, cutoffs["t1wic"])
    tiers = [tier(score, tactic) for score in s]
    assert tiers == [row["tier"] for row in rows]
    final = [final_call(t, value, tactic) for t, value in zip(tiers, t1wic, strict=True)]
    hits = [truth for call, truth in zip(final, y, strict=True) if call is FinalCall.POSITIVE]
    assert [sum(hits), len(hits) - sum(hits)] == expected["DARNDEST"]
