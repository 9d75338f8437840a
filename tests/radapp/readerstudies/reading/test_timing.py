"""How long a stage took: pure arithmetic on its events, and the same through the API with the clock in the test's hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from radapp.readerstudies.models import Answer, ReadingEvent
from radapp.readerstudies.reading.timing import measure
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import NO, Clock

BEGAN = datetime(2026, 11, 27, 8, tzinfo=UTC)
Event = tuple[str, float] | tuple[str, float, dict[str, Any]]
CASES: dict[str, tuple[list[Event], dict[str, float | None]]] = {
    "nothing happened": ([], {"total": 100, "work": 100, "first_image": None}),
    "an image": ([("first_image", 2), ("first_image", 9)], {"first_image": 2, "work": 100}),
    "away and back": ([("away", 10), ("back", 40)], {"work": 70, "away": 30}),
    "away to the end": ([("away", 90)], {"work": 90, "away": 10}),
    "silent": ([("away", 10, {"silent": True}), ("back", 60, {"silent": True})], {"work": 50, "silent": 50, "away": 0}),
    "paused while away": ([("away", 10), ("paused", 20), ("resumed", 50)], {"work": 60, "away": 10, "paused": 30}),
    "a clock that was set back": ([("away", 50), ("back", 20)], {"total": 100, "work": 100, "away": 0}),
    "a clock that was set forward and back": ([("away", 500), ("back", 60)], {"total": 100, "work": 100, "away": 0}),
    "other events": ([("aid_shown", 10), ("seat_taken", 20), ("aid_hidden", 30)], {"work": 100}),
}


@pytest.mark.once
@pytest.mark.parametrize(("events", "wanted"), CASES.values(), ids=CASES)
def test_a_stage_is_measured(events: list[Event], wanted: dict[str, float | None]) -> None:
    made = [
        ReadingEvent(kind=kind, at=BEGAN + timedelta(seconds=after), detail=more[0] if more else {})
        for kind, after, *more in events
    ]
    found = measure(BEGAN, BEGAN + timedelta(seconds=100), made)
    assert {name: found[name] for name in wanted} == {
        name: None if seconds is None else seconds * 1000 for name, seconds in wanted.items()
    }
    assert found["total"] == sum(found[name] or 0 for name in ("work", "away", "silent", "paused"))


@pytest.mark.once
def test_what_ended_before_it_began_took_no_time() -> None:
    assert measure(BEGAN, BEGAN - timedelta(hours=1), [])["total"] == 0


def test_each_stage_has_its_own_time(db: None, clock: Clock) -> None:
    one = rows.reader(rows.opened(scene.SEQUENTIAL))
    key = one.open()["key"]
    for after, act in (
        (3, lambda: one.event(key, "first_image", "unaided")),
        (20, lambda: one.event(key, "away", "unaided")),
        (35, lambda: one.event(key, "back", "unaided")),
        (50, lambda: one.submit(key, NO, "unaided")),
        (60, lambda: one.pause()),
        (400, lambda: one.next()),
        (410, lambda: one.submit(key, NO, "aided")),
    ):
        clock.set(seconds=after)
        assert act()[0] in {200, 204}, after
    found = {
        answer.stage: {name: None if ms is None else round(ms / 1000) for name, ms in answer.timing.items()}
        for answer in Answer.objects.all()
    }
    assert found["unaided"] == {"total": 50, "first_image": 3, "work": 35, "away": 15, "silent": 0, "paused": 0}
    assert found["aided"] == {"total": 360, "first_image": None, "work": 20, "away": 0, "silent": 0, "paused": 340}
