"""The ledger: what counts when, and that who is lost is told."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.evaluation.plain import plain
from radapp.reports.analyses import ledger
from radapp.reports.analyses.ledger import Options, Outcome, outcome_of
from radapp.reports.inputs.clinical import (
    Advised,
    ClinicalInputs,
    Contrast,
    Decided,
    ExaminationRow,
    Withheld,
)
from radapp.reports.inputs.values import Cutoffs

pytestmark = pytest.mark.once
OPTIONS = Options()


def row(case: int, truth: bool | None = None, **facts: Any) -> ExaminationRow:
    """One that left without contrast as advised, two years ago."""
    made = ExaminationRow(
        case=case,
        patient=case,
        month=0,
        elapsed=24,
        protocol="test 1",
        bundles={},
        scores={},
        tier="negative",
        guarded=False,
        advised=Advised.NO_CONTRAST,
        withheld=Withheld.NONE,
        decided=Decided.CONFIRMED,
        decided_contrast=False,
        contrast=Contrast.NOT_GIVEN,
        truth=truth,
        basis="follow_up",
        established_after=None,
        synthetic=False,
    )
    return replace(made, **facts)


def inputs(*rows: ExaminationRow, **facts: Any) -> ClinicalInputs:
    made = ClinicalInputs(cases=rows, calibrated={}, cutoffs=Cutoffs.SET_BEFOREHAND, synthetic=False)
    return replace(made, **facts)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"truth": True}, Outcome.RECURRENCE),
        ({"truth": True, "elapsed": 11}, Outcome.NOT_DUE),
        ({"truth": False}, Outcome.FREE),
        ({"truth": False, "established_after": 11}, Outcome.FREE),
        ({"truth": False, "established_after": 10}, Outcome.TOO_SHORT),
        ({"truth": False, "established_after": 10, "basis": "histopathology"}, Outcome.FREE),
        ({"elapsed": 12}, Outcome.AWAITED),
        ({"elapsed": 15}, Outcome.LOST),
        ({"elapsed": None, "month": None}, Outcome.LOST),
    ],
)
def test_what_turned_out(facts: dict[str, Any], outcome: Outcome) -> None:
    assert outcome_of(row(1, **facts), OPTIONS) is outcome


def test_the_rate_is_of_those_whose_outcome_is_due_and_known() -> None:
    """Twenty free, one missed; two lost, three not due of whom one had a recurrence soon; contrast given enters nothing."""
    rows = [row(number, False) for number in range(20)]
    rows += [row(20, True), row(21), row(22), *(row(number, elapsed=2) for number in (23, 24)), row(25, True, elapsed=2)]
    rows += [row(26, True, contrast=Contrast.GIVEN), row(27, True, contrast=Contrast.UNKNOWN)]
    found = ledger.ledger(inputs(*rows), OPTIONS).left
    assert (found.examinations, found.due, found.established, found.missed) == (26, 23, 21, 1)
    assert (found.not_due, found.without_outcome, found.early) == (3, 2, 1)
    assert found.rate.value == pytest.approx(1 / 21)
    assert found.rate.low == pytest.approx(1 - 0.975 ** (1 / 21))  # Clopper and Pearson's own equations
    high = found.rate.high or 0
    assert (1 - high) ** 21 + 21 * high * (1 - high) ** 20 == pytest.approx(0.025)
    assert (found.worst.count, found.worst.n) == (3, 23)
    assert (found.best.count, found.best.n) == (1, 23)
    assert found.small


def test_the_running_rate_takes_in_all_up_to_its_month() -> None:
    rows = [row(1, False, month=0), row(2, True, month=2), row(3, False, month=5), row(4, True, month=None, elapsed=None)]
    found = ledger.ledger(inputs(*rows), OPTIONS)
    assert [(one.month, one.running.missed, one.running.established) for one in found.running] == [
        (0, 0, 1),
        (2, 1, 2),
        (5, 1, 3),
    ]
    assert found.without_day == 1


def test_paths_overrides_and_reasons() -> None:
    contrast = {"advised": Advised.CONTRAST, "decided": Decided.OVERRIDDEN}
    rows = [
        row(1, False),
        row(2, True, **contrast),
        row(3, False, **contrast, decided_contrast=True, contrast=Contrast.GIVEN),
        row(4, advised=Advised.WITHHELD, withheld=Withheld.GUARD, decided=Decided.NOBODY, decided_contrast=None),
    ]
    found = ledger.ledger(inputs(*rows), OPTIONS)
    assert found.by_path["contrast advised, overridden"].missed == 1
    assert [
        (one.contrast_decided, one.outcomes["recurrence"], one.outcomes["no recurrence"]) for one in found.overrides
    ] == [
        (False, 1, 0),
        (True, 0, 1),
    ]
    assert [(one.reason, one.examinations) for one in found.withheld] == [(Withheld.GUARD, 1)]
    assert sum(one.examinations for one in found.groups) == 4
    assert found.advised == 3


def test_nobody_left_without_contrast() -> None:
    found = ledger.ledger(inputs(), OPTIONS)
    assert found.left.rate.value is None
    assert found.left.rate.reason
    assert found.running == ()
    json.dumps(plain(found), allow_nan=False)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([True, False, None]), st.none() | st.integers(0, 40), st.integers(0, 30)), max_size=25
    )
)
def test_bounds_hold_the_rate_whoever_is_lost(facts: list[tuple[bool | None, int | None, int]]) -> None:
    rows = [row(number, truth, elapsed=elapsed, month=month) for number, (truth, elapsed, month) in enumerate(facts)]
    found = ledger.ledger(inputs(*rows), OPTIONS)
    left = found.left
    assert left.examinations == left.not_due + left.established + left.without_outcome == len(rows)
    if left.rate.value is not None:
        assert left.best.value is not None
        assert left.worst.value is not None
        assert left.best.value <= left.rate.value <= left.worst.value
    assert sum(one.examinations for one in found.groups) == len(rows)
    missed = [one.running.missed for one in found.running]
    assert missed == sorted(missed)


@pytest.mark.parametrize("options", [{"horizon": 0}, {"grace": -1}, {"early": 12}])
def test_options_that_make_no_analysis(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Options(**options)
