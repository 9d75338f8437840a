"""The desk's columns: which cases are in them, and that nothing in them names one; the browser's golden numbers."""

import random

import pytest

from radapp.reports.cutoff_desk.columns import SeveralCutoffsError, columns_of, together
from radapp.reports.inputs.values import CaseRow
from tests.radapp.reports.cutoff_desk import golden
from tests.radapp.reports.made import case, inputs, said

pytestmark = pytest.mark.once


def read(
    number: int, truth: bool | None, score: float | None, t1wic: float | None = None, tier: str = "negative"
) -> CaseRow:
    networks = {"T1_T2": said(None, score), "T1WIC": said(None, t1wic), "DARNDEST": said(True, tier=tier)}
    return case(number, truth, networks)


def test_the_browsers_numbers_are_these_of_the_reports() -> None:
    assert golden.FIXTURE.read_text(encoding="utf-8") == golden.text(), "python -m tests.radapp.reports.cutoff_desk.golden"


def test_rows_are_those_with_score_advice_and_truth_in_the_order_of_scores() -> None:
    rows = [
        read(1, True, 0.9, 0.8),
        read(2, False, 0.2),
        read(3, None, 0.4),
        read(4, True, None, tier=""),
        read(5, False, 0.3, 0.1, tier=""),
        case(6, True),
    ]
    random.Random(1).shuffle(rows)
    (found,) = columns_of(inputs(rows))
    assert [(row.score, row.t1wic, row.truth) for row in found.rows] == [(0.2, None, False), (0.9, 0.8, True)]
    assert (found.no_advice_diseased, found.no_advice_healthy, found.without_truth, found.unread) == (1, 1, 1, 1)
    assert found.t1wic_cutoff == 0.5


def test_the_order_tells_nothing_of_the_cases() -> None:
    rows = [read(number, number % 2 == 0, 0.5, 0.1 * (number % 3)) for number in range(1, 9)]
    told = [[(row.score, row.t1wic, row.truth) for row in columns_of(inputs(some))[0].rows] for some in (rows, rows[::-1])]
    assert told[0] == told[1]


def test_one_cohort_has_one_cutoff_of_t1wic() -> None:
    one = case(1, True, {"T1_T2": said(None, 0.5), "T1WIC": said(None, 0.5)})
    two = golden._case(2, 0.4, 0.5, 0, golden.Cutoffs(first=0.5, second=0.2, t1wic=0.6))
    with pytest.raises(SeveralCutoffsError, match="2 cutoffs"):
        columns_of(inputs([one, two]))


def test_cohorts_are_taken_together() -> None:
    rows = [read(1, True, 0.9, 0.8), case(2, False, read(2, False, 0.2).networks, cohort="other")]
    found = together(columns_of(inputs(rows)))
    assert [row.score for row in found.rows] == [0.2, 0.9]
