"""What keeps a conclusion from being stored, field by field."""

import datetime as dt
from typing import Any

import pytest

from radapp.archive.models import Study
from radapp.readerstudies.reference.conclusion import Conclusion, Mark, problems
from radapp.readerstudies.reference.criteria import shortfall

EXAMINED = dt.date(2025, 3, 1)
GROWTH: dict[str, Any] = {"recurrence": True, "basis": "growth", "basis_date": EXAMINED + dt.timedelta(days=92)}
FREE: dict[str, Any] = {"recurrence": False, "basis": "one_year_free", "basis_date": EXAMINED + dt.timedelta(days=365)}


def after(days: int) -> dt.date:
    return EXAMINED + dt.timedelta(days=days)


def found(facts: dict[str, Any], step: str = "junior", day: dt.date | None = EXAMINED) -> list[str]:
    return [one.field for one in problems(Conclusion(**facts), step, Study(study_date=day))]


RIGHT = [
    GROWTH,
    {**GROWTH, "basis_date": after(-61)},
    FREE,
    {"recurrence": True, "basis": "histopathology"},
    {"recurrence": False, "basis": "histopathology", "basis_date": after(5)},
    {"recurrence": None, "basis": "images"},
    {"recurrence": False, "basis": "images", "nodal_only": True},
    {"recurrence": True, "basis": "shrinkage", "basis_date": after(1)},
    {**GROWTH, "rt_stage": "rT4", "sites": ("orbit", "skull_base"), "kinds": ("necrotic",)},
    {**GROWTH, "marks": (Mark((-1.5, 2.0, 3.25), 1.0), Mark((0.0, 0.0, 999.0), 60.0))},
]
WRONG = [
    ({**GROWTH, "recurrence": False}, "basis"),
    ({**FREE, "recurrence": True}, "basis"),
    ({"recurrence": None, "basis": "histopathology"}, "basis"),
    ({"recurrence": True, "basis": "intuition"}, "basis"),
    ({"recurrence": True, "basis": "follow_up"}, "basis"),
    ({"recurrence": True, "basis": "unstated"}, "basis"),
    ({**GROWTH, "nodal_only": True}, "nodal_only"),
    ({**GROWTH, "basis_date": None}, "basis_date"),
    ({**GROWTH, "basis_date": after(10)}, "basis_date"),
    ({**GROWTH, "basis_date": after(-300)}, "basis_date"),
    ({**GROWTH, "basis_date": dt.date.today() + dt.timedelta(days=2)}, "basis_date"),
    ({**FREE, "basis_date": after(364)}, "basis_date"),
    ({**FREE, "basis_date": None}, "basis_date"),
    ({"recurrence": True, "basis": "shrinkage", "basis_date": after(0)}, "basis_date"),
    ({"recurrence": True, "basis": "images", "basis_date": after(90)}, "basis_date"),
    ({**FREE, "rt_stage": "rT1"}, "rt_stage"),
    ({**GROWTH, "rt_stage": "T1"}, "rt_stage"),
    ({**GROWTH, "sites": ("moon",)}, "sites"),
    ({**GROWTH, "sites": ("orbit", "orbit")}, "sites"),
    ({**GROWTH, "kinds": ("orbit",)}, "kinds"),
    ({**FREE, "sites": ("orbit",)}, "sites"),
    ({**FREE, "marks": (Mark((0.0, 0.0, 0.0), 5.0),)}, "sites"),
    ({**GROWTH, "marks": (Mark((0.0, 0.0, 1000.5), 5.0),)}, "marks"),
    ({**GROWTH, "marks": (Mark((0.0, 0.0, float("nan")), 5.0),)}, "marks"),
    ({**GROWTH, "marks": (Mark((0.0, 0.0, 0.0), 60.5),)}, "marks"),
    ({**GROWTH, "marks": (Mark((0.0, 0.0, 0.0), 5.0),) * 21}, "marks"),
    ({**GROWTH, "remark": "x" * 5001}, "remark"),
]


@pytest.mark.once
@pytest.mark.parametrize("facts", RIGHT)
def test_what_fits(facts: dict[str, Any]) -> None:
    assert found(facts) == []


@pytest.mark.once
@pytest.mark.parametrize(("facts", "field"), WRONG)
def test_what_does_not_fit(facts: dict[str, Any], field: str) -> None:
    assert found(facts) == [field]


@pytest.mark.once
def test_a_report_may_say_what_was_established_elsewhere() -> None:
    assert found({"recurrence": True, "basis": "follow_up"}, "report") == []
    assert found({"recurrence": None, "basis": "follow_up"}, "report") == ["basis"]


@pytest.mark.once
def test_without_the_day_of_the_examination_no_distance_is_asked_for() -> None:
    assert found({**GROWTH, "basis_date": after(300)}, day=None) == []
    assert found({**GROWTH, "basis_date": None}, day=None) == ["basis_date"]


@pytest.mark.once
def test_why_a_criterion_is_not_met_is_said_in_days() -> None:
    assert "10 days after" in shortfall("growth", after(10), EXAMINED)
    assert "1 day before" in shortfall("shrinkage", after(-1), EXAMINED)
    assert "364 days after" in shortfall("one_year_free", after(364), EXAMINED)
    assert "365 days" in shortfall("one_year_free", after(364), EXAMINED)
