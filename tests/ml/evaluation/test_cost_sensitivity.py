"""Sensitivity of costs: the tornado, draws, the sweep and calling back, against hand-made sums and known limits."""

import json
from dataclasses import replace
from typing import Any

import pytest

from ml.evaluation import economics as arithmetic
from ml.evaluation.call_back import ALWAYS, NO_LOSS, NOBODY, NOTHING_SAVED, call_back
from ml.evaluation.cost_sensitivity import Draws, Ranges, Setting, Spread, at, simulate, sweep, tornado
from ml.evaluation.economics import Tariff, TierCounts
from ml.evaluation.pathways import CallBack, Pathway
from ml.evaluation.plain import plain

pytestmark = pytest.mark.once

SETTING = Setting(tariff=Tariff(), prevalence=0.03)


def ways(*counts: tuple[int, int]) -> tuple[Pathway, ...]:
    """(with, without recurrence) on: positive, seen by contrast or not; suspicious, called or not; negative, ditto."""
    kinds = [
        ("positive", True, True, True),
        ("positive", True, True, False),
        ("suspicious", True, True, True),
        ("suspicious", True, False, False),
        ("negative", False, False, True),
        ("negative", False, False, False),
    ]
    return tuple(
        Pathway(tier=tier, enhanced=enhanced, called=called, by_contrast=contrast, diseased=diseased, healthy=healthy)
        for (tier, enhanced, called, contrast), (diseased, healthy) in zip(kinds, counts, strict=True)
    )


MADE = ways((60, 10), (5, 5), (20, 8), (5, 27), (4, 10), (6, 140))
ONE_KIND = ways((3, 0), (0, 0), (0, 0), (1, 0), (0, 0), (1, 0))


def test_it_agrees_with_the_arithmetic_of_fig_4() -> None:
    tiers = {
        "positive": TierCounts(cases=80, diseased=65, detected=65, enhanced=True),
        "suspicious": TierCounts(cases=60, diseased=25, detected=20, enhanced=True),
        "negative": TierCounts(cases=160, diseased=10, detected=4, enhanced=False),
    }
    for prevalence in (0.03, 1 / 3):
        found = at(MADE, replace(SETTING, prevalence=prevalence))
        other = arithmetic.economics_at(tiers, Tariff(), prevalence)
        assert found is not None
        assert other is not None
        assert found["cost"] == pytest.approx(other.tactic.cost)
        assert found["saved"] == pytest.approx(other.saved.cost)
        assert found["saved_exchanged"] == pytest.approx(other.saved.exchanged)
        assert found["hours_saved"] == pytest.approx(other.saved.hours)
        assert found["missed"] == pytest.approx(1000 * prevalence * 0.15)
        assert found["missed_more"] == pytest.approx(1000 * prevalence * (0.84 - 0.85))


def test_the_tornado_moves_one_thing_at_a_time() -> None:
    base = at(MADE, SETTING)
    assert base is not None
    bars = {one.parameter: one for one in tornado(MADE, SETTING, Ranges(prices=0.1, prevalence=(0.03, 0.5)))}
    assert bars["surcharge"].low == pytest.approx(198 * 0.9)
    saved = bars["surcharge"].outcomes["saved"]
    assert saved[0] is not None
    assert saved[1] is not None
    assert saved[0] < base["saved"] < saved[1]  # type: ignore[operator]
    assert saved == pytest.approx((0.9 * base["saved"], 1.1 * base["saved"]))  # type: ignore[operator]
    assert bars["unenhanced"].outcomes["saved"] == pytest.approx((base["saved"],) * 2), "both examinations cost more"
    assert bars["more_seconds"].outcomes["hours_saved"][1] == pytest.approx(1.1 * base["hours_saved"])  # type: ignore[operator]
    assert bars["exchange_rate"].outcomes["saved"] == (base["saved"], base["saved"])
    assert bars["exchange_rate"].outcomes["saved_exchanged"][0] == pytest.approx(base["saved_exchanged"] / 0.9)  # type: ignore[operator]
    assert bars["prevalence"].outcomes["cost"][0] == base["cost"], "its low end is where it was"
    negative = bars["negative_of_healthy"]
    assert negative.base == pytest.approx(150 / 200)
    assert (negative.low, negative.high) == pytest.approx((0.6857, 0.8050), abs=2e-4), "Wilson, of 150 of 200"
    assert negative.outcomes["saved"][0] < negative.outcomes["saved"][1]  # type: ignore[operator]
    assert negative.outcomes["detected"] == pytest.approx((base["detected"],) * 2), "no recurrence moves"
    called = bars["called_of_suspicious_diseased"].outcomes
    assert called["cost"] == pytest.approx((base["cost"],) * 2), "whoever decides, they have had contrast"
    assert called["detected"][0] < base["detected"] < called["detected"][1]  # type: ignore[operator]
    assert bars["positive_of_enhanced_diseased"].outcomes["cost"] == pytest.approx((base["cost"],) * 2)


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    one, same, other = (json.dumps(plain(simulate(MADE, SETTING, Draws(draws=500, seed=seed)))) for seed in (1, 1, 2))
    assert one == same
    assert one != other


@pytest.mark.parametrize("spread", Spread)
def test_draws_lie_about_what_was_counted(spread: Spread) -> None:
    found, base = simulate(MADE, SETTING, Draws(draws=4000, spread=spread)), at(MADE, SETTING)
    assert found is not None
    assert base is not None
    for name in ("cost", "hours", "detected", "saved"):
        one = found.outcomes[name]
        assert one.low < base[name] < one.high  # type: ignore[operator]
        assert one.value == pytest.approx(base[name], rel=0.06)
    # The Dirichlet's own spread: sensitivity is Beta(85 + 1/2, 15 + 1/2), three of six pathways being called.
    assert found.outcomes["detected"].low == pytest.approx(30 * 0.7725, rel=0.02)
    assert [one.called_back for one in found.saves] == list(Draws().called_back)
    assert found.saves[0].probability == 1, "without calling back less contrast costs less"
    chances = [one.probability for one in found.saves]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] == 0, "all called back at the price of a whole examination"


def test_more_cases_are_narrower() -> None:
    many = tuple(replace(one, diseased=20 * one.diseased, healthy=20 * one.healthy) for one in MADE)
    few, more = (simulate(one, SETTING, Draws(spread=Spread.FIXED)) for one in (MADE, many))
    assert few is not None
    assert more is not None
    widths = [one.outcomes["saved"].high - one.outcomes["saved"].low for one in (few, more)]  # type: ignore[operator]
    assert widths[0] / widths[1] == pytest.approx(20**0.5, rel=0.1)


def test_the_sweep() -> None:
    found = sweep(MADE, SETTING)
    ppvs = [one.positive_predictive_value.value for one in found]
    assert ppvs == sorted(ppvs)  # type: ignore[type-var]
    half = next(one for one in found if one.prevalence == 0.5)
    assert half.positive_predictive_value.value == pytest.approx(0.85 / (0.85 + 23 / 200))
    assert half.missed.value == pytest.approx(500 * 0.15)
    assert half.outcomes["missed"] == pytest.approx(half.missed.value)
    costs = [one.outcomes["cost"] for one in found]
    assert costs == sorted(costs), "the more recurrences, the more contrast"  # type: ignore[type-var]


def test_calling_back_uses_up_what_was_saved() -> None:
    found = call_back(MADE, SETTING)
    assert found is not None
    needing = 0.03 * 0.9 + 0.97 * 0.25
    assert found.needing.value == pytest.approx(1000 * needing)
    assert found.of_cost.value == pytest.approx((1 - needing) * 198 / (needing * 2246))
    assert found.of_hours.reason == ALWAYS, "scanner time is saved though all come back"
    at_even = at(MADE, replace(SETTING, back=CallBack(share=found.of_cost.value)))  # type: ignore[arg-type]
    assert at_even is not None
    assert at_even["saved"] == pytest.approx(0, abs=1e-6)
    assert found.of_cost.low < found.of_cost.value < found.of_cost.high  # type: ignore[operator]
    assert found.steps[0].saved == pytest.approx(at(MADE, SETTING)["saved"])  # type: ignore[index]
    assert found.steps[-1].patients == pytest.approx(1000 * needing)


@pytest.mark.parametrize(
    ("ways_of", "tariff", "back", "reason"),
    [
        (MADE, Tariff(enhanced=2246), CallBack(), NOTHING_SAVED),
        (MADE, Tariff(), CallBack(cost=100), NO_LOSS),
        (MADE, Tariff(), CallBack(cost=250), ALWAYS),
        (ways((0, 0), (0, 0), (0, 0), (0, 0), (1, 1), (1, 1)), Tariff(), CallBack(), NOBODY),
    ],
)
def test_no_break_even_says_why(ways_of: Any, tariff: Tariff, back: CallBack, reason: str) -> None:
    found = call_back(ways_of, replace(SETTING, tariff=tariff, back=back))
    assert found is not None
    assert found.of_cost.value is None
    assert found.of_cost.reason == reason


DEGENERATE = {
    "none": (),
    "one kind": ONE_KIND,
    "nothing called": ways((0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (2, 3)),
    "all called": ways((3, 3), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)),
    "one of each": ways((1, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 1)),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_cohorts(name: str) -> None:
    made = DEGENERATE[name]
    found = [
        tornado(made, SETTING),
        simulate(made, SETTING, Draws(draws=200)),
        sweep(made, SETTING),
        call_back(made, SETTING),
    ]
    json.dumps(plain(found), allow_nan=False)
    if name in {"none", "one kind"}:
        assert found == [(), None, (), None]
    else:
        assert all(bar.outcomes or bar.reason for bar in found[0])  # type: ignore[union-attr]


def test_swapping_pathways_changes_nothing_but_the_draws() -> None:
    turned = MADE[::-1]
    assert at(turned, SETTING) == pytest.approx(at(MADE, SETTING))
    assert [one.outcomes["saved"] for one in tornado(turned, SETTING)] == [
        pytest.approx(one.outcomes["saved"]) for one in tornado(MADE, SETTING)
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Setting(tariff=Tariff(), prevalence=0),
        lambda: Ranges(prices=1),
        lambda: Ranges(prevalence=(0.2, 0.1)),
        lambda: CallBack(share=1.1),
        lambda: CallBack(cost=-1),
        lambda: Draws(draws=1),
        lambda: Draws(called_back=(2.0,)),
        lambda: ways((-1, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)),
    ],
)
def test_what_is_no_setting_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        wrong()


def test_a_currency_that_is_worth_ten_times_less_changes_no_comparison() -> None:
    tenfold = Tariff(enhanced=24440, unenhanced=22460, exchange_rate=71.7)
    one, other = (at(MADE, replace(SETTING, tariff=tariff)) for tariff in (Tariff(), tenfold))
    assert one is not None
    assert other is not None
    assert other["saved"] == pytest.approx(10 * (one["saved"] or 0))
    assert other["saved_exchanged"] == pytest.approx(one["saved_exchanged"])
    evens = [call_back(MADE, replace(SETTING, tariff=tariff)) for tariff in (Tariff(), tenfold)]
    assert evens[0] is not None
    assert evens[1] is not None
    assert evens[0].of_cost.value == pytest.approx(evens[1].of_cost.value)
