"""Agreement: worked by hand on small studies, the imported study's own counts, and whose agreement it is."""

from dataclasses import replace
from typing import Any

import pytest

from ml.evaluation.agreement import cohen_kappa
from ml.evaluation.agreement_many import fleiss_kappa
from ml.evaluation.bland_altman import bland_altman
from radapp.reports.analyses import agreement
from radapp.reports.analyses.agreement import Relation
from radapp.reports.analyses.judges import NotAssessable
from radapp.reports.analyses.standing import Standing
from radapp.reports.files.of_agreement import of_agreement
from radapp.reports.inputs.values import StudyInputs
from tests.radapp.reports.made import PLAN, analysis, answer, case, inputs, said

pytestmark = pytest.mark.once

FIRST = [True] * 5 + [False] * 7
SECOND = [True] * 3 + [False] * 2 + [True] + [False] * 6
"""Both 3, the first alone 2, the second alone 1, neither 6."""


def read(calls: list[Any], reader: str = "senior_1", **facts: Any) -> list[Any]:
    return [answer(number, call, reader, **facts) for number, call in enumerate(calls, start=1)]


def cases(**facts: Any) -> list[Any]:
    return [case(number, None, {"T1_T2": said(call, 0.5)}, **facts) for number, call in enumerate(SECOND, start=1)]


def made(*answers: Any, plan: Any = PLAN, of: Any = None, **options: Any) -> agreement.Agreement:
    return agreement.agreement(inputs(of or cases(), answers, plan), agreement.Options(**options))


def pairs(found: agreement.Agreement, relation: Relation, stratum: str = "all") -> list[agreement.Pair]:
    return [one for one in found.cohorts[0].pairs if one.relation is relation and one.stratum == stratum]


def value(pair: agreement.Pair, name: str) -> float | None:
    return pair.measures[name].estimate.value


def test_two_readers_by_hand() -> None:
    """Agreed on 9 of 12; chance (5 · 4 + 7 · 8) / 144; AC1's with a mean share of 9 / 24."""
    (pair,) = pairs(made(*read(FIRST), *read(SECOND, "junior_1")), Relation.READERS)
    assert (pair.first.name, pair.second.name) == ("senior_1", "junior_1")
    assert (pair.both, pair.first_only, pair.second_only, pair.neither, pair.cases) == (3, 2, 1, 6, 12)
    assert value(pair, "agreement") == pytest.approx(9 / 12)
    assert value(pair, "positive_agreement") == pytest.approx(6 / 9)
    assert value(pair, "negative_agreement") == pytest.approx(12 / 15)
    chance = (5 * 4 + 7 * 8) / 144
    assert value(pair, "kappa") == pytest.approx((0.75 - chance) / (1 - chance))
    gwet = 2 * 0.375 * 0.625
    assert value(pair, "ac1") == pytest.approx((0.75 - gwet) / (1 - gwet))
    assert value(pair, "pabak") == pytest.approx(0.5)
    kappa = pair.measures["kappa"].estimate
    assert kappa == cohen_kappa(FIRST, SECOND)
    assert kappa.low is not None
    assert "icc" not in pair.measures, "nobody gave likelihoods"


def test_a_reader_twice_is_by_hidden_repeats_alone() -> None:
    again = [answer(number, SECOND[number - 1], repeat=True, position=20 + number) for number in (3, 4, 6, 12)]
    found = made(*read(FIRST), *again)
    (pair,) = pairs(found, Relation.TWICE)
    assert (pair.both, pair.first_only, pair.second_only, pair.neither) == (1, 1, 1, 1)
    assert pair.first == pair.second
    assert pairs(found, Relation.READERS) == [], "a repeat is no second reader"
    assert pairs(made(*read(FIRST)), Relation.TWICE) == []


def test_a_repeat_of_another_reader_or_stage_is_not_this_ones() -> None:
    rows = [*read(FIRST, stage="aided"), *read(FIRST, stage="unaided"), *read(FIRST, "senior_2", stage="aided")]
    found = made(*rows, answer(1, False, stage="unaided", repeat=True))
    assert [(one.first.name, one.first.stage, one.cases) for one in pairs(found, Relation.TWICE)] == [
        ("senior_1", "unaided", 1)
    ]
    assert [(one.first.stage, one.second.stage) for one in pairs(found, Relation.READERS)] == [("aided", "aided")]


def test_of_several_repeats_the_first_counts() -> None:
    again = [answer(1, call, repeat=True, position=20 + place) for place, call in enumerate((False, True))]
    (pair,) = pairs(made(*read(FIRST), *again), Relation.TWICE)
    assert (pair.first_only, pair.both) == (1, 0)


def test_a_reader_and_a_network_are_compared_by_calls_alone() -> None:
    (pair,) = pairs(made(*read(FIRST, likelihood=50)), Relation.NETWORK)
    assert (pair.first.name, pair.second.name, pair.first_only, pair.second_only) == ("senior_1", "T1_T2", 2, 1)
    assert "bias" not in pair.measures, "a likelihood of 50 and a score of 0.5 are on two scales"


def test_likelihoods_by_icc_and_bland_altman() -> None:
    high, low = [float(10 + 5 * place) for place in range(12)], [float(8 + 4 * place + place % 3) for place in range(12)]
    rows = [replace(row, likelihood=high[row.case - 1]) for row in read(FIRST)]
    rows += [replace(row, likelihood=low[row.case - 1]) for row in read(SECOND, "senior_2")]
    (pair,) = pairs(made(*rows), Relation.READERS)
    apart = bland_altman(high, low)
    assert pair.measures["bias"].estimate == apart.bias
    assert (apart.bias.value or 0) > 0, "first minus second"
    assert pair.measures["lower_limit"].estimate == apart.lower
    assert pair.measures["upper_limit"].estimate == apart.upper
    assert pair.measures["slope"].estimate == apart.slope
    assert value(pair, "icc") == pytest.approx(0.9, abs=0.1)
    assert "within_deviation" not in pair.measures
    again = [answer(1, True, likelihood=high[0] + 3, repeat=True), answer(2, True, likelihood=high[1] + 1, repeat=True)]
    (twice,) = pairs(made(*rows, *again), Relation.TWICE)
    assert value(twice, "within_deviation") == pytest.approx(((9 + 1) / 2 / 2) ** 0.5)


def test_by_site_and_stage() -> None:
    of = [replace(row, sites=("clivus", "nasopharynx") if row.case < 4 else ("nasopharynx",)) for row in cases()]
    of = [replace(row, rt_stage="rT3" if row.case < 5 else "") for row in of]
    found = made(*read(FIRST), *read(SECOND, "junior_1"), of=of)
    counts = {one.stratum: one.cases for one in found.cohorts[0].pairs if one.relation is Relation.READERS}
    assert counts == {"all": 12, "site: clivus": 3, "site: nasopharynx": 12, "rT stage: rT3": 4}
    (stage,) = pairs(found, Relation.READERS, "rT stage: rT3")
    assert (stage.both, stage.first_only) == (3, 1)


def test_sides_of_a_protocol() -> None:
    plan = replace(
        PLAN,
        analyses=(
            analysis("network", "agreement", "network:T1_T2", "reader:senior_1", hypothesis="estimate"),
            analysis("everybody", "agreement", "reader:all", hypothesis="estimate"),
            analysis("self", "agreement", "reader:junior_1", hypothesis="estimate"),
            analysis("elsewhere", "time", "reader:all", hypothesis="estimate"),
        ),
    )
    of = [replace(row, rt_stage="rT1") for row in cases()]
    rows = [*read(FIRST), *read(SECOND, "junior_1"), answer(1, True, "junior_1", repeat=True)]
    found = made(*rows, plan=plan, of=of)
    assert found.not_here == ("elsewhere",)
    marked = {
        (one.relation, one.first.name, one.stratum)
        for one in found.cohorts[0].pairs
        if one.measures["kappa"].standing == Standing.PRE_SPECIFIED
    }
    assert marked == {(Relation.NETWORK, "senior_1", "all"), (Relation.TWICE, "junior_1", "all")}
    assert found.cohorts[0].groups[0].measures["alpha"].standing == Standing.PRE_SPECIFIED


def test_all_readers_of_two_stages_are_no_group_of_one() -> None:
    plan = replace(PLAN, analyses=(analysis("everybody", "agreement", "reader:all", hypothesis="estimate"),))
    rows = [
        row for stage in ("unaided", "aided") for name in ("senior_1", "junior_1") for row in read(FIRST, name, stage=stage)
    ]
    assert made(*rows, plan=plan).not_here == ("everybody",)


def test_groups_by_seniority_only_from_two_of_each() -> None:
    three = [*read(FIRST), *read(SECOND, "junior_1"), *read(FIRST, "junior_2")]
    (everybody,) = made(*three).cohorts[0].groups
    assert (everybody.seniority, len(everybody.readers)) == ("", 3)
    table = list(zip(FIRST, SECOND, FIRST, strict=True))
    assert everybody.measures["fleiss_kappa"].estimate == fleiss_kappa(table, (False, True))
    groups = made(*three, *read(SECOND, "senior_2")).cohorts[0].groups
    assert [(one.seniority, [reader.name for reader in one.readers]) for one in groups] == [
        ("", ["senior_1", "senior_2", "junior_1", "junior_2"]),
        ("senior", ["senior_1", "senior_2"]),
        ("junior", ["junior_1", "junior_2"]),
    ]
    assert made(*read(FIRST)).cohorts[0].groups == (), "one reader agrees with nobody"


@pytest.mark.parametrize(("rule", "cells"), [(NotAssessable.SENT_TO_CONTRAST, (4, 2)), (NotAssessable.LEFT_OUT, (3, 2))])
def test_not_assessable_counts_as_called_or_is_left_out(rule: NotAssessable, cells: tuple[int, int]) -> None:
    (pair,) = pairs(
        made(*read([*FIRST[:5], None, *FIRST[6:]]), *read(SECOND, "junior_1"), not_assessable=rule), Relation.READERS
    )
    assert (pair.both, pair.first_only) == cells


def test_full_agreement_has_no_interval_and_one_category_no_kappa() -> None:
    (same,) = pairs(made(*read(FIRST), *read(FIRST, "junior_1")), Relation.READERS)
    assert (value(same, "kappa"), same.measures["kappa"].estimate.low) == (1, None)
    assert same.measures["kappa"].estimate.reason
    (one,) = pairs(made(*read([True] * 12), *read([True] * 12, "junior_1")), Relation.READERS)
    assert value(one, "kappa") is None
    assert one.measures["kappa"].estimate.reason
    assert value(one, "negative_agreement") is None
    assert value(one, "pabak") == 1


@pytest.mark.django_db
@pytest.mark.once
def test_the_imported_study(papers: StudyInputs) -> None:
    """Margins of each pair are what the paper prints of each reader: calls with and without recurrence."""
    found = {one.name: one for one in agreement.agreement(papers, agreement.Options()).cohorts}
    called = {"internal": (154 + 13, 166 + 41), "external": (77 + 3, 72 + 4)}
    for name, (senior, junior) in called.items():
        (pair,) = [one for one in found[name].pairs if one.relation is Relation.READERS]
        assert (pair.both + pair.first_only, pair.both + pair.second_only) == (senior, junior)
        assert pair.cases == found[name].cases
        tactic = next(one for one in found[name].pairs if (one.first.name, one.second.name) == ("senior_1", "DARNDEST"))
        assert tactic.both + tactic.second_only == {"internal": 178 + 42, "external": 84 + 19}[name]


def test_tables() -> None:
    tables = {one.name: one.rows for one in of_agreement(made(*read(FIRST), *read(SECOND, "junior_1")))}
    kappa = next(row for row in tables["pairs"] if row["measure"] == "kappa")
    assert (kappa["first"], kappa["second"], kappa["stratum"]) == ("senior_1 complete", "junior_1 complete", "all")
    assert (tables["calls"][0]["first_only"], tables["calls"][0]["second_only"]) == (2, 1)
    assert {row["measure"] for row in tables["groups"]} == {"fleiss_kappa", "ac1", "alpha"}
    assert {row["readers"] for row in tables["groups"]} == {2}
