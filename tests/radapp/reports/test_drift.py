"""Drift: periods, what scores are held against, what needs a truth, and how many comparisons were made."""

import json
from typing import Any

import pytest

from ml.evaluation.plain import plain
from radapp.reports.analyses import drift
from radapp.reports.inputs.clinical import Advised, Calibrated, ExaminationRow
from tests.radapp.reports.test_ledger import inputs, row

pytestmark = pytest.mark.once
CALIBRATED = {
    "test 1": Calibrated(
        scores={"T1_T2": tuple(n / 100 for n in range(100)), "T1WIC": ()}, labels=tuple(n > 50 for n in range(100))
    )
}


def read(case: int, month: int | None, score: float, truth: bool | None = None, **facts: Any) -> ExaminationRow:
    scores = dict.fromkeys(("T1WI", "T2WI", "T1_T2"), score)
    bundles = {"T1WI": "a", "T2WI": "b", "T1WIC": "c"}
    return row(case, truth, month=month, scores=scores, bundles=bundles, **facts)


def two_quarters(moved: float = 0.0) -> list[ExaminationRow]:
    """Forty examinations each, evenly spread, every second with recurrence above 0.5; the later ones moved up."""
    early = [read(n, n % 3, n / 40, n % 4 == 0 if n < 20 else n % 4 != 0) for n in range(40)]
    late = [read(40 + n, 3 + n % 3, min(1.0, n / 40 + moved), n % 4 == 0 if n < 20 else n % 4 != 0) for n in range(40)]
    return early + late


def tracks(*rows: ExaminationRow, **options: Any) -> dict[str, drift.Track]:
    found = drift.drift(inputs(*rows, calibrated=CALIBRATED), drift.Options(**options))
    return {one.network: one for one in found.tracks}


def test_periods_and_what_they_are_held_against() -> None:
    found = tracks(*two_quarters(0.3))
    assert [(one.first, one.last, one.examinations) for one in found["T1_T2"].periods] == [(0, 2, 40), (3, 5, 40)]
    assert [[other.reference for other in one.against] for one in found["T1_T2"].periods] == [
        ["calibration"],
        ["calibration", "first period"],
    ]
    assert [[other.reference for other in one.against] for one in found["T1WI"].periods] == [[], ["first period"]]
    assert (found["T1WI"].bundle, found["T1_T2"].bundle) == ("a", "")
    still, moved = (one.against[0].shift for one in found["T1_T2"].periods)
    assert (still.index.value or 0) < (moved.index.value or 0)
    change = next(one for one in found["T1_T2"].changes if one.measure == "mean score")
    assert (change.difference.low or 0) > 0
    assert (change.before, change.after) == (0, 3)


def test_nothing_moved() -> None:
    found = tracks(*two_quarters())["T1_T2"]
    assert found.periods[1].against[1].shift.index.value == pytest.approx(0)
    assert all(one.difference.value == pytest.approx(0) for one in found.changes)


def test_comparisons_are_counted_and_p_corrected_together() -> None:
    rows = two_quarters(0.3)
    found = drift.drift(inputs(*rows, calibrated=CALIBRATED), drift.Options())
    distances = [one for track in found.tracks for period in track.periods for one in period.against]
    changes = [one for track in (*found.tracks, *found.tactics) for one in track.changes]  # type: ignore[attr-defined]
    assert found.comparisons == len(distances) + len(changes) == (3 + 1 + 1) + (2 * 3 + 5)
    for one in distances:
        assert one.adjusted is not None
        assert one.adjusted.family == len(distances)
        assert (one.adjusted.adjusted or 0) >= (one.shift.distance.p or 0)


def test_what_needs_truths_says_why_there_is_none() -> None:
    period = tracks(*(read(n, 0, n / 10, n > 5 if n < 8 else None) for n in range(10)))["T1_T2"].periods[0]
    assert (period.examinations, period.with_truth, period.diseased) == (10, 8, 2)
    assert period.brier.value is not None
    for one in (period.slope, period.intercept, period.error):
        assert one.value is None
        assert "with a truth" in one.reason
    assert period.small
    whole = tracks(*two_quarters())["T1_T2"].periods[0]
    assert whole.slope.value is not None
    assert whole.error.value is not None


def test_new_weights_are_a_new_track() -> None:
    rows = [*two_quarters(), read(99, 6, 0.5, protocol="test 2")]
    assert [(one.network, one.protocols) for one in drift.drift(inputs(*rows), drift.Options()).tracks] == [
        ("T1WI", ("test 1", "test 2")),
        ("T2WI", ("test 1", "test 2")),
        ("T1_T2", ("test 1",)),
        ("T1_T2", ("test 2",)),
    ]


def test_tiers_guards_and_withheld_advice() -> None:
    rows = [read(n, 0, 0.1) for n in range(8)]
    rows += [read(8, 0, 0.9, tier="positive", guarded=True, advised=Advised.WITHHELD), read(9, 0, 0.9, tier="")]
    rows += [read(10 + n, 4, 0.9, tier="positive") for n in range(10)]
    (found,) = drift.drift(inputs(*rows), drift.Options()).tactics
    first = found.uses[0]
    assert {name: one.count for name, one in first.tiers.items()} == {
        "positive": 1,
        "suspicious": 0,
        "negative": 8,
        "no tier": 1,
    }
    assert (first.guarded.count, first.withheld.count) == (1, 1)
    positive = next(one for one in found.changes if one.measure == "tier positive")
    assert positive.difference.value == pytest.approx(0.9)


def test_examinations_without_a_day_and_none_at_all() -> None:
    found = drift.drift(inputs(read(1, None, 0.5)), drift.Options())
    assert (found.without_day, found.tracks, found.tactics, found.comparisons) == (1, (), (), 0)
    json.dumps(plain(drift.drift(inputs(), drift.Options())), allow_nan=False)


def test_a_period_of_another_length() -> None:
    assert len(tracks(*two_quarters(), months=1)["T1WI"].periods) == 6
    with pytest.raises(ValueError, match="expected 1, 3, 6, 12"):
        drift.Options(months=2)
