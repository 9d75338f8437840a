"""The protocol's hypotheses with a margin, several readers' calls at once, and networks against several readers."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from ml.evaluation.paired import non_inferiority, paired_table
from radapp.reports.analyses import behaviour, performance, roc
from radapp.reports.analyses.margins import Answer, Verdict
from radapp.reports.document import of_behaviour as page_of_behaviour
from radapp.reports.document import of_performance as page_of_performance
from radapp.reports.document import of_roc as page_of_roc
from radapp.reports.document.blocks import TableBlock
from radapp.reports.document.of_margins import said as in_words
from radapp.reports.files.of_performance import of_performance
from radapp.reports.files.of_roc import of_roc
from radapp.reports.inputs.values import Named, StudyInputs
from tests.radapp.reports.made import PLAN, analysis, answer, case, inputs, said

pytestmark = pytest.mark.once
READERS = ("senior_1", "senior_2", "junior_1", "junior_2")
NETWORK, ALL = "network:T1_T2", "reader:all"


def study(*analyses: Any, readers: tuple[str, ...] = READERS, stages: tuple[str, ...] = ("only",)) -> StudyInputs:
    """Eighty cases; a network and readers who are right in nearly nine of ten, likelihoods as good."""
    chance, cases, answers = Random(5), [], []
    for number in range(1, 81):
        truth = number % 2 == 0
        score = min(1.0, max(0.0, chance.gauss(0.65 if truth else 0.35, 0.12)))
        tactic = said(score >= 0.5, tier="positive" if score >= 0.5 else "negative")
        cases.append(case(number, truth, {"T1_T2": said(score >= 0.5, score), "DARNDEST": tactic}))
        for reader in readers:
            for stage in stages:
                rating = min(100.0, max(0.0, chance.gauss(65 if truth else 35, 12)))
                facts = {"stage": stage, "likelihood": round(rating, 1)}
                answers.append(answer(number, rating >= 50, reader, **facts))
    return inputs(cases, answers, replace(PLAN, analyses=analyses))


def margin(key: str, endpoint: str, first: str, second: str, by: float = 0.2, **facts: Any) -> Any:
    return analysis(key, endpoint, first, second, **{"hypothesis": "non_inferiority", "margin": by, **facts})


def of_performance_report(*analyses: Any, **facts: Any) -> tuple[dict[str, Answer], performance.Performance]:
    found = performance.performance(study(*analyses, **facts), performance.Options())
    return {one.key: one for one in found.cohorts[0].margins}, found


def test_two_judges_are_held_against_the_margin_by_tango() -> None:
    one = margin("a", "sensitivity", NETWORK, "reader:senior_1")
    made, found = of_performance_report(one, readers=("senior_1",))
    rows = study(readers=("senior_1",))
    diseased = [row for row in rows.cases if row.truth]
    calls = {row.case: row.call for row in rows.answers}
    table = paired_table(
        [bool(row.networks["T1_T2"].positive) for row in diseased], [bool(calls[row.case]) for row in diseased]
    )
    assert made["a"].against.p == pytest.approx(non_inferiority(table, 0.2).p)
    assert made["a"].against.alpha == 0.025
    assert made["a"].against.level == pytest.approx(0.95)
    assert made["a"].words == "non-inferior within the margin 0.2 named before opening"
    assert in_words(made["a"]).zh == "在开放前规定的界值 0.2 内非劣效"
    assert found.not_here == ()


def test_only_what_was_named_before_unblinding_is_claimed() -> None:
    made, _ = of_performance_report(
        margin("before", "accuracy", NETWORK, "reader:senior_1"),
        margin("later", "accuracy", NETWORK, "reader:senior_1", named=Named.AFTER_OPENING),
        margin("late", "accuracy", NETWORK, "reader:senior_1", named=Named.AFTER_UNBLINDING),
        margin("narrow", "accuracy", NETWORK, "reader:senior_1", 0.001),
        margin("alike", "accuracy", NETWORK, "reader:senior_1", hypothesis="equivalence"),
    )
    verdicts = {key: one.verdict for key, one in made.items()}
    assert verdicts == {
        "before": Verdict.SHOWN,
        "later": Verdict.SHOWN,
        "late": Verdict.EXPLORATORY,
        "narrow": Verdict.NOT_SHOWN,
        "alike": Verdict.SHOWN,
    }
    assert not made["late"].against.shown
    assert not made["late"].adjusted.rejected
    assert "nothing is claimed" in made["late"].words
    assert "named after opening, before unblinding" in made["later"].words
    assert made["alike"].words.startswith("equivalent within the margin")
    assert made["before"].adjusted.adjusted == pytest.approx(4 * (made["before"].against.p or 1)), (
        "four of them are a family"
    )


def test_several_readers_and_a_network_against_them() -> None:
    named = [
        margin("network", "sensitivity", NETWORK, ALL),
        margin("turned", "specificity", ALL, NETWORK),
        margin("kinds", "specificity", "seniority:senior", "seniority:junior", 0.3),
        margin("no such", "accuracy", NETWORK, ALL),
        margin("nobody", "accuracy", NETWORK, "network:T1WI"),
        margin("itself", "sensitivity", "reader:senior_1", ALL),
    ]
    made, found = of_performance_report(*named)
    assert set(made) == {"network", "turned", "kinds"}
    assert found.not_here == ("no such", "nobody", "itself")
    assert made["network"].readers == READERS
    assert made["network"].inference is not None
    assert "one fixed" in made["network"].against.method
    several = {(one.measure, one.first, one.second): one for one in found.cohorts[0].several}
    network = several["sensitivity", NETWORK, ALL]
    assert network.difference is not None
    assert network.difference.value == pytest.approx(network.areas[0].value - network.areas[1].value)  # type: ignore[operator]
    assert made["network"].against.value == pytest.approx(network.difference.value)
    other = several["specificity", NETWORK, ALL].difference
    assert other is not None
    assert made["turned"].against.value == pytest.approx(-other.value)  # type: ignore[operator]


def test_the_mean_of_the_readers_is_that_of_their_rows() -> None:
    _, found = of_performance_report()
    rows = [row for row in found.cohorts[0].rows if row.judge.name in READERS]
    for measure in ("sensitivity", "specificity"):
        mean = sum(row.figures[measure].estimate.value for row in rows) / 4  # type: ignore[misc]
        pooled = next(one for one in found.cohorts[0].several if (one.measure, one.first) == (measure, ALL))
        assert pooled.areas[0].value == pytest.approx(mean)
        assert pooled.areas[0].low is not None


def test_areas() -> None:
    named = [
        margin("two", "auc", NETWORK, "reader:senior_1"),
        margin("all", "auc", NETWORK, ALL),
        margin("calls", "sensitivity", NETWORK, ALL),
    ]
    found = roc.roc(study(*named), roc.Options())
    made = {one.key: one for one in found.cohorts[0].margins}
    assert set(made) == {"two", "all"}
    assert "DeLong" in made["two"].against.method
    assert made["all"].verdict is Verdict.SHOWN
    assert found.not_here == ("calls",)
    networks = [one for one in found.cohorts[0].several if one.first.startswith("network:")]
    assert [one.first for one in networks] == [NETWORK], "the tactic has no scores"
    tables = {one.name: one for one in of_roc(found)}
    assert len(tables["margins"].rows) == 2
    page = page_of_roc.sections(found)[0].blocks
    names = [block.name for block in page if isinstance(block, TableBlock)]
    assert {"cohort-1-several", "cohort-1-networks-several", "cohort-1-margins"} <= set(names)


def test_aided_against_unaided_of_one_reader() -> None:
    one = margin("aid", "accuracy", "stage:aided", "stage:unaided")
    several = behaviour.behaviour(study(one, stages=("unaided", "aided")), behaviour.Options())
    assert several.cohorts[0].margins == ()
    assert several.not_here == ("aid",)
    found = behaviour.behaviour(study(one, readers=("senior_1",), stages=("unaided", "aided")), behaviour.Options())
    assert [one.key for one in found.cohorts[0].margins] == ["aid"]
    assert found.not_here == ()
    blocks = page_of_behaviour.sections(found)[-1].blocks
    assert any(isinstance(block, TableBlock) and block.name.endswith("-margins") for block in blocks)


def test_page_and_tables_of_performance() -> None:
    _, found = of_performance_report(margin("a", "sensitivity", NETWORK, ALL))
    names = {one.name for one in of_performance(found)}
    assert names == {"figures", "counts", "comparisons", "several-readers", "margins"}
    blocks = [one for one in page_of_performance.sections(found)[0].blocks if isinstance(one, TableBlock)]
    (table,) = [one for one in blocks if one.name == "cohort-1-margins"]
    assert len(table.rows) == 1
    assert "margins" not in {one.name for one in of_performance(of_performance_report()[1])}
    assert sum("several" in one.name for one in blocks) == 4


def test_what_has_no_variance_claims_nothing() -> None:
    rows = [case(number, number < 7, {"T1_T2": said(number < 7), "T1WI": said(number < 7)}) for number in range(1, 13)]
    plan = replace(PLAN, analyses=(margin("a", "auc", NETWORK, "network:T1WI"), margin("b", "ppv", NETWORK, "network:T1WI")))
    found = roc.roc(inputs(rows, (), plan), roc.Options())
    (one,) = found.cohorts[0].margins
    assert one.verdict is Verdict.NOT_ESTIMABLE
    assert one.against.reason
    assert found.not_here == ("b",)
