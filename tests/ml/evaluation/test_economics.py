"""Costs per 1000 patients: the paper's printed figures, and what must hold of any tariff and cohort."""

import pytest

from ml.evaluation.economics import UNBOUNDED, Tariff, TierCounts, economics, economics_at, per_thousand, strategy, whole


def tier(cases: int, diseased: int, detected: int, *, enhanced: bool = True) -> TierCounts:
    return TierCounts(cases=cases, diseased=diseased, detected=detected, enhanced=enhanced)


# Deng et al. 2025, Table 2 and Fig. 4, external cohort (published.json, implied_counts).
EXTERNAL = {"positive": tier(97, 79, 79), "suspicious": tier(18, 7, 5), "negative": tier(87, 7, 1, enhanced=False)}


def test_the_papers_external_cohort() -> None:
    found = economics(EXTERNAL, Tariff())
    assert found is not None
    assert [one.patients.value for one in found.tiers.values()] == [480, 89, 431]
    assert [one.diseased.value for one in found.tiers.values()] == [391, 35, 35]
    assert (whole(found.tactic.cost), whole(found.tactic.exchanged), round(found.tactic.hours, 1)) == (
        2358723,
        328971,
        184.5,
    )
    assert (whole(found.saved.cost), whole(found.saved.exchanged), round(found.saved.hours, 1)) == (85277, 11894, 41.9)
    assert [round(found.tiers[name].ratio or 0, 1) for name in ("suspicious", "negative")] == [15.6, 78.2]
    assert found.tiers["negative"].cost_per_detected.reason == UNBOUNDED


def test_at_the_cohorts_own_prevalence_both_ways_agree() -> None:
    own, elsewhere = economics(EXTERNAL, Tariff()), economics_at(EXTERNAL, Tariff(), 93 / 202)
    assert own is not None
    assert elsewhere is not None
    assert elsewhere.tactic.cost == pytest.approx(own.tactic.cost)
    assert elsewhere.tactic.hours == pytest.approx(own.tactic.hours)
    for name, one in own.tiers.items():
        assert elsewhere.tiers[name].patients.value == pytest.approx(one.patients.value, abs=0.5)
        assert elsewhere.tiers[name].detected.value == pytest.approx(one.detected.value, abs=0.5)


def test_fewer_recurrences_make_each_dearer_and_the_tactic_cheaper() -> None:
    found = [economics_at(EXTERNAL, Tariff(), prevalence) for prevalence in (0.01, 0.03, 0.1, 0.5)]
    prices = [one.tiers["positive"].cost_per_detected.value or 0 for one in found if one]
    totals = [one.tactic.cost for one in found if one]
    assert prices == sorted(prices, reverse=True)
    assert totals == sorted(totals)


def test_money_scales_with_the_tariff_and_patients_do_not() -> None:
    once, twice = economics(EXTERNAL, Tariff()), economics(EXTERNAL, Tariff(enhanced=4888, unenhanced=4492))
    assert once is not None
    assert twice is not None
    assert twice.tactic.cost == pytest.approx(2 * once.tactic.cost)
    assert twice.tactic.hours == once.tactic.hours
    assert twice.percent_of_conventional == pytest.approx(once.percent_of_conventional)


def test_the_tactic_lies_between_the_extremes() -> None:
    assert strategy(0, Tariff()).cost == 2246000
    assert strategy(1, Tariff()).cost == 2444000
    assert round(strategy(1, Tariff()).hours, 1) == 226.4
    assert round(strategy(0, Tariff()).hours, 1) == 129.2


def test_where_nothing_is_detected_there_is_a_reason() -> None:
    found = economics({"positive": tier(10, 0, 0), "negative": tier(10, 0, 0, enhanced=False)}, Tariff())
    assert found is not None
    cost = found.tiers["positive"].cost_per_detected
    assert (cost.value, cost.high, found.tiers["negative"].ratio) == (None, None, None)
    assert cost.reason


def test_without_cases_or_without_one_kind_there_is_nothing() -> None:
    assert economics({}, Tariff()) is None
    assert economics({"positive": tier(0, 0, 0)}, Tariff()) is None
    assert economics_at({"positive": tier(3, 3, 3)}, Tariff(), 0.03) is None
    assert per_thousand(0, 0).reason


def test_halves_are_rounded_up() -> None:
    assert [whole(value) for value in (0.5, 1.5, 2.5, 2.4999)] == [1, 2, 3, 2]


def test_what_is_no_tariff_no_count_and_no_prevalence_is_refused() -> None:
    for price in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="above 0"):
            Tariff(enhanced=price)
    with pytest.raises(ValueError, match="detected <= diseased"):
        tier(3, 1, 2)
    with pytest.raises(ValueError, match="between 0 and 1"):
        economics_at(EXTERNAL, Tariff(), 1.0)
