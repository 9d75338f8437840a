"""Times, learning, and aid: counts worked by hand, so that a swapped stage or side is another figure."""

from dataclasses import replace
from typing import Any

import pytest

from ml.evaluation.durations import quantile
from ml.evaluation.paired import McNemar, PairedTable, mcnemar
from radapp.reports.analyses import behaviour
from radapp.reports.analyses.behaviour import Among
from radapp.reports.analyses.judges import NotAssessable
from radapp.reports.analyses.standing import Standing
from radapp.reports.files.of_behaviour import of_behaviour
from radapp.reports.inputs.values import ArmSeen, StudyInputs
from tests.radapp.reports.made import PLAN, analysis, answer, case, inputs, said

pytestmark = pytest.mark.once

ROWS = [
    *[(True, True, False, True)] * 4,  # advice right, wrong alone, right with aid
    *[(True, True, True, True)] * 5,
    *[(True, False, True, False)] * 3,  # a miss of the advice, followed
    *[(True, False, True, True)] * 1,  # the same, not followed
    *[(False, False, False, False)] * 7,
    *[(False, False, True, False)] * 2,  # corrected by right advice
    *[(False, True, False, True)] * 1,  # a false alarm of the advice, followed
    *[(False, True, True, True)] * 1,  # wrong together, before and after
    *[(False, False, False, True)] * 1,  # right alone, turned wrong against right advice
]
"""(truth, advice, call without aid, call with aid)."""


def cases(*, advice: bool = True) -> list[Any]:
    return [
        case(number, truth, {"DARNDEST": said(call, tier="positive"), "T1_T2": said(not call, 0.5)} if advice else {})
        for number, (truth, call, _, _) in enumerate(ROWS, start=1)
    ]


def sequential(reader: str = "senior_1", **facts: Any) -> list[Any]:
    return [
        answer(number, call, reader, stage=stage, **facts)
        for number, (_, _, *calls) in enumerate(ROWS, start=1)
        for stage, call in zip(("unaided", "aided"), calls, strict=True)
    ]


def made(*answers: Any, plan: Any = PLAN, of: Any = None, **options: Any) -> behaviour.Behaviour:
    return behaviour.behaviour(inputs(of or cases(), answers, plan), behaviour.Options(**options))


def switches(found: behaviour.Behaviour) -> dict[Among, behaviour.Switches]:
    return {one.among: one for one in found.cohorts[0].switches}


def counts(one: behaviour.Switches) -> tuple[int, ...]:
    return one.stayed_right, one.to_right, one.to_wrong, one.stayed_wrong


def test_switches_by_kind_of_case_and_by_advice() -> None:
    found = {among: counts(one) for among, one in switches(made(*sequential())).items()}
    assert found == {
        Among.ALL: (13, 6, 5, 1),
        Among.DISEASED: (6, 4, 3, 0),
        Among.HEALTHY: (7, 2, 2, 1),
        Among.ADVICE_RIGHT: (12, 6, 1, 0),
        Among.ADVICE_WRONG: (1, 0, 4, 1),
        Among.MISSED: (1, 0, 3, 0),
        Among.FALSE_ALARM: (0, 0, 1, 1),
    }


def test_automation_bias_is_what_wrong_advice_costs() -> None:
    """Of five calls that were right alone where the advice was wrong four were given up."""
    found = switches(made(*sequential()))
    assert (found[Among.ADVICE_WRONG].lost.count, found[Among.ADVICE_WRONG].lost.n) == (4, 5)
    assert (found[Among.ADVICE_RIGHT].gained.count, found[Among.ADVICE_RIGHT].gained.n) == (6, 6)
    assert found[Among.ADVICE_WRONG].difference.value == pytest.approx(-4 / 6), "aided minus unaided"
    assert found[Among.ADVICE_RIGHT].difference.value == pytest.approx(5 / 19)
    assert (found[Among.FALSE_ALARM].gained.count, found[Among.FALSE_ALARM].gained.n) == (0, 1)


def test_tests_are_the_librarys_and_corrected_over_readers() -> None:
    found = made(*sequential(), *sequential("junior_1"), correction="bonferroni")
    diseased = [one for one in found.cohorts[0].switches if one.among is Among.DISEASED]
    assert [one.aided.name for one in diseased] == ["senior_1", "junior_1"]
    table = PairedTable(6, 4, 3, 0)
    for one in diseased:
        assert one.exact == mcnemar(table, McNemar.EXACT)
        assert one.mid_p == mcnemar(table, McNemar.MID_P)
        assert one.adjusted is not None
        assert (one.adjusted.family, one.adjusted.adjusted) == (2, min(1, 2 * (one.exact.p or 0)))


def test_stages_of_a_protocol_are_answered() -> None:
    plan = replace(
        PLAN,
        sequential=True,
        analyses=(
            analysis("aid", "sensitivity", "stage:unaided", "stage:aided"),
            analysis("area", "auc", "stage:unaided", "stage:aided"),
        ),
    )
    found = made(*sequential(), plan=plan)
    standings = {among: one.standing for among, one in switches(found).items()}
    assert [among for among, one in standings.items() if one == Standing.PRE_SPECIFIED] == [Among.DISEASED]
    assert found.not_here == ("area",)


def test_without_advice_there_is_nothing_to_follow() -> None:
    assert set(switches(made(*sequential(), of=cases(advice=False)))) == {Among.ALL, Among.DISEASED, Among.HEALTHY}


def test_a_case_on_which_the_tactic_is_silent_is_in_neither_advice() -> None:
    """No call, and left out by the rule: nothing was advised."""
    of = cases()
    of[0] = replace(of[0], networks={"DARNDEST": said(None)})
    found = switches(made(*sequential(), of=of, not_assessable=NotAssessable.LEFT_OUT))
    assert [found[among].cases for among in (Among.ALL, Among.ADVICE_RIGHT, Among.ADVICE_WRONG)] == [25, 18, 6]


def test_arms_that_differ_in_aid_alone_are_compared() -> None:
    def arm(key: str, images: str, *, aid: bool) -> ArmSeen:
        return ArmSeen(key=key, images=images, aid=aid, prior=False)

    plan = replace(
        PLAN,
        arms=(
            arm("a", "complete", aid=True),
            arm("b", "complete", aid=False),
            arm("c", "unenhanced", aid=False),
            arm("d", "complete", aid=False),
        ),
    )
    rows = [
        answer(number, call, arm=key)
        for number, (_, _, alone, aided) in enumerate(ROWS, start=1)
        for key, call in (("c", True), ("d", True), ("b", alone), ("a", aided))
    ]
    found = made(*rows, plan=plan).cohorts[0].switches
    assert {(one.aided.arm, one.unaided.arm) for one in found} == {("a", "b"), ("a", "d")}
    assert counts(found[0]) == (13, 6, 5, 1)


def test_readers_who_never_had_aid_have_a_reason() -> None:
    found = made(*[answer(number, True) for number in range(1, 9)])
    assert (found.cohorts[0].switches, found.cohorts[0].reason) == ((), behaviour.NO_AID)


def test_cases_without_a_truth_are_in_no_switch() -> None:
    of = cases()
    of[0] = replace(of[0], truth=None)
    assert counts(switches(made(*sequential(), of=of))[Among.ALL]) == (13, 5, 5, 1)


def timed(times: list[int | None], **facts: Any) -> list[Any]:
    """Answers whose time at work is so many ms, and 1 s more in all."""
    return [
        answer(number, True, milliseconds={} if time is None else {"work": time, "total": time + 1000}, **facts)
        for number, time in enumerate(times, start=1)
    ]


def test_times_are_seconds_at_work() -> None:
    times: list[int | None] = [1000 * (30 - place) for place in range(20)]
    (pace,) = made(*timed(times)).paces
    values = {name: one.estimate.value for name, one in pace.measures.items()}
    assert pace.measures["work_median"].estimate == quantile([30 - place for place in range(20)], 0.5)
    assert (values["work_lower_quartile"], values["work_median"], values["work_upper_quartile"]) == (15.75, 20.5, 25.25)
    assert values["total_median"] == 21.5
    assert (values["first_image_median"], pace.measures["first_image_median"].estimate.reason) == (None, behaviour.NO_TIMES)


def test_learning_follows_the_order_of_reading_over_sessions() -> None:
    """Ever faster, though case numbers and positions within a session run otherwise."""
    rows = [
        answer(case, True, session=session, position=position, milliseconds={"work": time})
        for case, session, position, time in (
            (9, 1, 1, 1000000),
            (7, 1, 2, 980000),
            (8, 1, 3, 960400),
            (1, 2, 1, 941192),
            (3, 2, 2, 922368),
            (2, 2, 3, 903921),
        )
    ]
    learning = made(*rows).paces[0].measures["learning"].estimate
    assert learning.value == pytest.approx(0.98**100, rel=1e-3)


def test_a_repeat_takes_a_place_and_gives_no_time() -> None:
    rows = timed([1000000, 980000, None, 941192])
    rows[2] = replace(rows[2], repeat=True, milliseconds={"work": 1})
    (pace,) = made(*rows).paces
    assert (pace.answers, pace.measures["work_median"].estimate.n) == (3, 3)
    assert pace.measures["learning"].estimate.value == pytest.approx(0.98**100, rel=1e-6)


def test_unknown_times_are_left_out_and_told() -> None:
    found = made(*timed([1000, None, 0, 4000])).paces[0].measures["work_median"].estimate
    assert (found.value, found.n) == (2.5, 2)
    assert "2 of 4 answers have no such time" in found.reason


def test_stages_have_times_of_their_own_and_the_protocol_may_name_one() -> None:
    plan = replace(PLAN, sequential=True, analyses=(analysis("t", "time", "stage:aided", hypothesis="estimate"),))
    rows = [*timed([9000] * 6, stage="unaided"), *timed([2000] * 6, stage="aided")]
    found = made(*rows, plan=plan)
    medians = {one.judge.stage: one.measures["work_median"] for one in found.paces}
    assert {stage: one.estimate.value for stage, one in medians.items()} == {"unaided": 9, "aided": 2}
    assert {stage: one.standing for stage, one in medians.items()} == {
        "unaided": Standing.EXPLORATORY,
        "aided": Standing.PRE_SPECIFIED,
    }
    assert found.not_here == ()


@pytest.mark.django_db
@pytest.mark.once
def test_the_imported_study_knows_no_times_and_no_aid(papers: StudyInputs) -> None:
    found = behaviour.behaviour(papers, behaviour.Options())
    assert {one.measures["work_median"].estimate.reason for one in found.paces} == {behaviour.NO_TIMES}
    assert {one.reason for one in found.cohorts} == {behaviour.NO_AID}


def test_tables() -> None:
    tables = {one.name: one.rows for one in of_behaviour(made(*sequential(milliseconds={"work": 1000})))}
    wrong = [row for row in tables["aid"] if row["among"] == Among.ADVICE_WRONG]
    assert [row["measure"] for row in wrong] == ["right_calls", "mcnemar_exact", "mcnemar_mid_p", "lost", "gained"]
    assert wrong[3]["value"] == pytest.approx(0.8)
    row = next(row for row in tables["switches"] if row["among"] == Among.ALL)
    assert (row["aided"], row["unaided"]) == ("senior_1 complete aided", "senior_1 complete unaided")
    assert (row["to_right"], row["to_wrong"]) == (6, 5)
    assert {row["stage"] for row in tables["times"]} == {"aided", "unaided"}


def test_options_that_nothing_can_be_made_with_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        behaviour.Options(correction="hope")
