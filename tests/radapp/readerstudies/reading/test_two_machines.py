"""One person, two tabs or two machines: the second is told, may take over, and then the first is told."""

from collections.abc import Callable
from typing import Any

import pytest

from radapp.readerstudies.models import Answer, ChainEntry, Draft, ReadingEvent
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import NO, OTHER_SEAT, Clock, Reader

ACTS: dict[str, Callable[[Reader, str], tuple[int, Any]]] = {
    "next": lambda one, key: one.next(),
    "draft": lambda one, key: one.draft(key, NO, 7),
    "submission": lambda one, key: one.submit(key, NO),
    "event": lambda one, key: one.event(key, "away"),
    "sign of life": lambda one, key: one.hold(key),
    "pause": lambda one, key: one.pause(),
}


@pytest.fixture
def first(db: None) -> Reader:
    return rows.reader(rows.opened())


def test_the_second_is_told_and_changes_nothing(first: Reader) -> None:
    key, second = first.open()["key"], first.at(OTHER_SEAT)
    for name, act in ACTS.items():
        status, body = act(second, key)
        assert (status, body["code"]) == (409, "seat_taken"), name
        assert "another window or on another machine" in body["detail"], name
        assert (Draft.objects.count(), Answer.objects.count()) == (0, 0), name
        assert ReadingEvent.objects.exclude(kind="opened").count() == 0, name


@pytest.mark.once
def test_whoever_takes_over_is_alone(first: Reader) -> None:
    key, second = first.open()["key"], first.at(OTHER_SEAT)
    assert first.draft(key, {"recurrence": True}, 3)[0] == 200
    assert second.case(key)[1]["seat_held"] is False
    assert second.hold(key, take=True) == (200, {"seat_held": True})
    found = second.open()
    assert (found["key"], found["seat_held"]) == (key, True)
    assert found["draft"]["answers"] == {"recurrence": True}
    for name, act in ACTS.items():
        status, body = act(first, key)
        assert (status, body["code"]) == (409, "seat_taken"), name
        assert first.case(key)[1]["seat_held"] is False, name
    [event] = ReadingEvent.objects.filter(kind="seat_taken")
    assert event.detail == {"seat": OTHER_SEAT, "before": first.seat, "asked": True}
    assert ChainEntry.objects.get(action="reading_event").after["kind"] == "seat_taken"


@pytest.mark.once
def test_a_seat_that_gives_no_sign_of_life_is_free(first: Reader, clock: Clock) -> None:
    key, second = first.open()["key"], first.at(OTHER_SEAT)
    clock.set(seconds=40)
    assert second.hold(key)[0] == 409
    assert first.hold(key)[0] == 200
    clock.set(seconds=80)
    assert second.hold(key)[0] == 409, "the sign of life renewed it"
    clock.set(seconds=130)
    assert second.draft(key, NO, 4)[0] == 200
    assert first.draft(key, NO, 5)[1]["code"] == "seat_taken"
    assert ReadingEvent.objects.get(kind="seat_taken").detail["asked"] is False


def test_a_silence_is_time_away(first: Reader, clock: Clock) -> None:
    key = first.open()["key"]
    clock.set(seconds=30)
    assert first.hold(key)[0] == 200
    clock.set(seconds=330)
    assert first.draft(key, NO, 1)[0] == 200
    away, back = ReadingEvent.objects.filter(kind__in=["away", "back"])
    assert (away.detail, back.detail) == ({"silent": True}, {"silent": True})
    assert round((back.at - away.at).total_seconds()) == 300
    clock.set(seconds=340)
    assert first.submit(key, NO)[0] == 200
    timing = Answer.objects.get().timing
    assert {name: round(timing[name] / 1000) for name in ("total", "work", "silent", "away")} == {
        "total": 340, "work": 40, "silent": 300, "away": 0,
    }  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("seat", ["", "short", "with space 1", "x" * 65, "<script>alert</script>"])
def test_a_seats_name_is_a_plain_word(first: Reader, seat: str) -> None:
    assert first.at(seat).next()[0] == 400
