"""The analyses on cohorts made by hand: what is pre-specified, what enters a figure, what is not estimable or small."""

import json
import os
from dataclasses import replace
from typing import Any

import pytest

from radapp.readerstudies.canonical import canonical
from radapp.reports.analyses import areas, economics, economics_sensitivity, performance, tactic
from radapp.reports.analyses.judges import NotAssessable
from radapp.reports.analyses.standing import CLUSTERED, NO_EQUIVALENCE, THIS_READER, Standing, notes_of
from radapp.reports.behind import cases_behind
from radapp.reports.document import of_tactic
from radapp.reports.document.blocks import TableBlock
from radapp.reports.document.spoken import LANGUAGES
from radapp.reports.files import drawing
from radapp.reports.files.figures.pictures import Source
from radapp.reports.files.figures.written import svgs
from radapp.reports.files.rendering import FORMATS, files_of
from radapp.reports.inputs.values import Cutoffs, Named
from radapp.reports.recipes import ANALYSES, OF_STUDIES, Stand, make
from tests.radapp.reports.made import PLAN, analysis, answer, case, inputs, said

pytestmark = pytest.mark.once

FULL = os.environ.get("EVIDENCE") == "full"
TRUTHS = [True] * 6 + [False] * 6
TIERS = ["positive", "positive", "positive", "suspicious", "suspicious", "negative"] * 2


def read(call: Any, **facts: Any) -> list[Any]:
    return [answer(number, call(truth), **facts) for number, truth in enumerate(TRUTHS, start=1)]


def cohort() -> list[Any]:
    """Twelve cases, six of a kind; the fused network and the tactic call positive and suspicious ones."""
    return [
        case(
            number,
            truth,
            {
                "T1_T2": said(tier == "positive", 0.8 if tier == "positive" else 0.3 + number / 100),
                "T1WIC": said(truth, 0.9 if truth else 0.1),
                "DARNDEST": said(tier == "positive" or (tier == "suspicious" and truth), tier=tier),
            },
        )
        for number, (truth, tier) in enumerate(zip(TRUTHS, TIERS, strict=True), start=1)
    ]


def table(*answers: Any, plan: Any = PLAN, cases: Any = None, **options: Any) -> performance.Performance:
    return performance.performance(inputs(cases or cohort(), answers, plan), performance.Options(**options))


def row(found: performance.Performance, name: str, stage: str = "") -> performance.Row:
    return next(one for one in found.cohorts[0].rows if one.judge.name == name and stage in {"", one.judge.stage})


def test_pre_specified_and_exploratory() -> None:
    plan = replace(
        PLAN,
        analyses=(
            analysis("alone", "sensitivity", "network:T1_T2", hypothesis="estimate"),
            analysis("against", "accuracy", "seniority:senior", "network:T1_T2"),
            analysis("amended", "specificity", "network:T1_T2", named=Named.AFTER_OPENING),
            analysis("late", "ppv", "network:T1_T2", named=Named.AFTER_UNBLINDING),
            analysis("pooled", "npv", "reader:all", "network:T1_T2"),
            analysis("margin", "npv", "network:DARNDEST", "network:T1_T2", hypothesis="non_inferiority", margin=0.05),
        ),
    )
    found = table(*read(bool), *read(bool, reader="junior_1"), plan=plan)
    figures = row(found, "T1_T2").figures
    assert figures["sensitivity"].standing == Standing.PRE_SPECIFIED
    assert figures["specificity"].standing == Standing.ADDED
    assert {figures[name].standing for name in ("ppv", "accuracy", "auc")} == {Standing.EXPLORATORY}
    family = next(one for one in found.cohorts[0].families if one.name.startswith("networks against senior_1"))
    assert family.pairs[0].measures["accuracy"].standing == Standing.PRE_SPECIFIED, "in either order"
    assert family.pairs[0].measures["npv"].standing == Standing.EXPLORATORY, "all readers are not this one"
    assert found.not_here == ("pooled", "margin")


def test_a_sequential_designs_sides_are_stages() -> None:
    plan = replace(PLAN, sequential=True, analyses=(analysis("aid", "sensitivity", "stage:aided", "stage:unaided"),))
    answers = [*read(lambda truth: False, stage="unaided"), *read(bool, stage="aided")]
    found = table(*answers, plan=plan)
    family = next(one for one in found.cohorts[0].families if one.name == "aided against unaided")
    tested = family.pairs[0].measures["sensitivity"]
    assert (tested.comparison.value, tested.standing) == (1.0, Standing.PRE_SPECIFIED)
    assert found.not_here == ()
    assert row(found, "senior_1", "unaided").figures["sensitivity"].estimate.value == 0


@pytest.mark.parametrize(
    ("rule", "positive", "cases"), [(NotAssessable.SENT_TO_CONTRAST, 7, 12), (NotAssessable.LEFT_OUT, 6, 11)]
)
def test_not_assessable_is_sent_to_contrast_or_left_out(rule: NotAssessable, positive: int, cases: int) -> None:
    answers = read(bool)
    answers[-1] = replace(answers[-1], call=None)
    found = row(table(*answers, not_assessable=rule), "senior_1")
    assert (found.true_positive + found.false_positive, found.cases, found.not_assessable) == (positive, cases, 1)


def test_without_t1wic_a_case_is_left_out_of_t1wics_own_figures() -> None:
    cases = cohort()
    cases[0] = replace(cases[0], networks={**cases[0].networks, "T1WIC": said(None)})
    found = row(table(cases=cases), "T1WIC")
    assert (found.cases, found.not_assessable) == (11, 1)
    assert found.figures["auc"].estimate.n == 11


def test_a_case_without_an_established_truth_is_counted_and_in_no_figure() -> None:
    cases = cohort()
    cases[0] = replace(cases[0], truth=None)
    found = table(cases=cases)
    assert (found.cohorts[0].cases, found.cohorts[0].without_truth, row(found, "T1_T2").cases) == (12, 1, 11)
    assert row(found, "T1_T2").without_truth == 1
    tiers = tactic.tactic(inputs(cases), tactic.Options()).cohorts[0]
    assert (tiers.cases, tiers.without_truth) == (11, 1)


def test_hidden_repeats_are_no_second_opinion() -> None:
    once = table(*read(bool))
    assert table(*read(bool), answer(1, False, repeat=True, position=20)) == once


def test_calls_without_scores_have_no_area_and_say_so() -> None:
    area = row(table(*read(bool)), "senior_1").figures["auc"].estimate
    assert (area.value, area.reason) == (None, areas.NO_SCORES)


def test_small_cells_are_flagged() -> None:
    found = table(*read(bool))
    assert row(found, "senior_1").small, "no false positive: below five"
    many = [case(number, number % 2 == 0, {"T1_T2": said(number % 4 < 2, 0.5)}) for number in range(40)]
    assert not row(table(cases=many), "T1_T2").small


def test_prevalence_is_beside_ppv() -> None:
    """At 3 % the paper's positive tier has a PPV of about 15 % (DOMAIN.md): 166 of 197 found, 34 of 236 called wrongly."""
    numbers = [(True, True)] * 166 + [(True, False)] * 31 + [(False, True)] * 34 + [(False, False)] * 202
    cases = [case(place, truth, {"T1_T2": said(call)}) for place, (truth, call) in enumerate(numbers, start=1)]
    figures = row(table(cases=cases, prevalence=0.03), "T1_T2").figures
    assert figures["ppv"].estimate.value == pytest.approx(0.83)
    assert figures["ppv_at_prevalence"].estimate.value == pytest.approx(0.153, abs=0.001)


def test_withheld_advice_is_a_tier_of_its_own_and_sent_to_contrast() -> None:
    cases = cohort()
    cases[5] = replace(cases[5], networks={**cases[5].networks, "DARNDEST": said(True)})
    found = tactic.tactic(inputs(cases), tactic.Options()).cohorts[0]
    assert [(one.tier, one.cases, one.detected, one.enhanced) for one in found.tiers] == [
        ("positive", 6, 3, True),
        ("suspicious", 4, 2, True),
        ("negative", 1, 0, False),
        ("no advice", 1, 1, True),
    ]
    assert (found.enhanced.count, found.enhanced.n) == (11, 12)
    money = economics.economics(inputs(cases), economics.Options()).cohorts[0].own
    assert money.tactic.cost == pytest.approx(1000 * (2444 * 11 + 2246) / 12)


def test_a_suspicious_case_without_t1wic_counts_as_called_everywhere() -> None:
    """In its tier as in Table 2, in the costs, and as the cell opens it: it was sent to contrast."""
    undecided = {"T1_T2": said(False, 0.4), "DARNDEST": said(None, tier="suspicious")}
    rows = [*cohort(), case(13, True, undecided), case(14, False, undecided)]
    given = inputs(rows)
    (found,) = tactic.tactic(given, tactic.Options()).cohorts
    suspicious = next(one for one in found.tiers if one.tier == "suspicious")
    assert (suspicious.detected, suspicious.missed, suspicious.false_alarms, found.without_t1wic) == (3, 0, 1, 2)
    sensitivity = found.tactic["sensitivity"].estimate
    assert sum(one.detected for one in found.tiers) / 7 == sensitivity.value
    behind = {"tier": "suspicious", "truth": "yes", "judge": "DARNDEST", "call": "yes"}
    assert [row.case for row in cases_behind(given, behind, NotAssessable.SENT_TO_CONTRAST)] == [4, 5, 13]
    ways = [one for one in economics_sensitivity.pathways_of(rows) if one.tier == "suspicious" and one.called]
    assert sum(one.diseased for one in ways) == suspicious.detected
    blocks = of_tactic.sections(tactic.tactic(given, tactic.Options()))[0].blocks
    notes = [note.en for block in blocks if isinstance(block, TableBlock) for note in block.notes]
    assert any("without T1WIC: 2." in note for note in notes)


def test_whether_sensitivity_is_apparent() -> None:
    assert not tactic.tactic(inputs(cohort()), tactic.Options()).apparent
    assert tactic.tactic(inputs(cohort(), cutoffs=Cutoffs.THESE_CASES), tactic.Options()).apparent


def test_a_study_that_no_network_read_has_no_tactic_and_no_costs() -> None:
    plain = inputs([case(number, truth) for number, truth in enumerate(TRUTHS, start=1)], read(bool))
    assert tactic.tactic(plain, tactic.Options()).cohorts == ()
    assert economics.economics(plain, economics.Options()).cohorts == ()
    assert [one.judge.name for one in performance.performance(plain, performance.Options()).cohorts[0].rows] == ["senior_1"]


def test_no_sentence_about_seniority_of_one_reader_each() -> None:
    assert THIS_READER in notes_of(inputs(cohort(), [*read(bool), *read(bool, reader="junior_1")]))
    two = [*read(bool), *read(bool, reader="senior_2")]
    assert THIS_READER not in notes_of(inputs(cohort(), two))
    assert NO_EQUIVALENCE in notes_of(inputs(cohort(), two))


def test_patients_with_several_cases_are_told() -> None:
    cases = cohort()
    assert CLUSTERED not in notes_of(inputs(cases))
    assert CLUSTERED in notes_of(inputs([*cases[:-1], replace(cases[-1], patient=1)]))


def test_a_tier_that_is_called_whole_has_no_cells_within() -> None:
    """Positive: 5 and 5. Suspicious: T1WIC calls 6 of 6 and 4 of 10. Negative: 5 and 4."""
    kinds = [("positive", True, True)] * 5 + [("positive", False, True)] * 5 + [("suspicious", True, True)] * 6
    kinds += [("suspicious", False, True)] * 4 + [("suspicious", False, False)] * 6
    kinds += [("negative", True, False)] * 5 + [("negative", False, False)] * 4
    cases = [case(place, truth, {"DARNDEST": said(call, tier=tier)}) for place, (tier, truth, call) in enumerate(kinds)]
    tiers = tactic.tactic(inputs(cases), tactic.Options()).cohorts[0].tiers
    assert [(one.tier, one.small) for one in tiers] == [("positive", False), ("suspicious", True), ("negative", True)]


@pytest.mark.evidence
@pytest.mark.parametrize("name", sorted(OF_STUDIES))
@pytest.mark.parametrize("truths", [[], [True], [False], [True, False], [None, None], [True] * 4, [False] * 4])
def test_whatever_the_cases_a_figure_or_a_reason(
    monkeypatch: pytest.MonkeyPatch, name: str, truths: list[bool | None]
) -> None:
    """No NaN, no stack trace: JSON takes it all.

    Reduced: pictures are the whole report's, which has them all: English SVGs, and once Chinese SVGs, coarse PNGs and a PDF.
    """
    monkeypatch.setattr(drawing, "DOTS_PER_INCH", 200 if FULL else 50)
    whole = name == "all"
    some = ("json", "csv", "data", *(("figures", "pdf") if whole and truths == [True, False] else ()))
    networks = {one: said(True, 0.5, "suspicious") for one in ("T1WI", "T2WI", "T1_T2", "T1WIC", "DARNDEST")}
    cases = [case(number, truth, networks) for number, truth in enumerate(truths, start=1)]
    answers = [answer(number, None) for number in range(1, len(truths) + 1)]
    stand = Stand(key="k", title="t", state="locked", locked=True, unblinded=False, made_by="test")
    report = make(ANALYSES[name], inputs(cases, answers), ANALYSES[name].options(), stand)
    files = files_of(report, *((FORMATS, LANGUAGES) if FULL else (some, ["zh"])))
    assert json.loads(files[f"{name}.json"])["labels"] == ["made before unblinding"]
    assert canonical(json.loads(files[f"{name}.json"]))
    if whole:
        assert all(svgs(report.result, Source((), report.inputs.sha256), "en").values())


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (performance.Options, {"intervals": "bayes"}),
        (performance.Options, {"prevalence": 1.0}),
        (performance.Options, {"correction": "hope"}),
        (tactic.Options, {"intervals": ""}),
        (economics.Options, {"prevalence": 0.0}),
    ],
)
def test_options_that_nothing_can_be_made_with_are_refused(kind: type, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        kind(**wrong)


def test_cohorts_stand_apart() -> None:
    cases = [replace(one, cohort="b" if one.case % 2 else "a") for one in cohort()]
    found = performance.performance(inputs(cases), performance.Options())
    assert [(one.name, one.cases) for one in found.cohorts] == [("b", 6), ("a", 6)]
