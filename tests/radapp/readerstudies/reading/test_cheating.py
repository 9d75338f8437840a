"""Attempts to cheat the lock: editing, racing, setting the clock, replaying, another's session, forging what was seen."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from radapp.readerstudies.models import Answer, Assignment, ChainEntry, Draft, Reading, ReadingEvent
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import NO, YES, Clock, Reader

LATE: dict[str, Callable[[Reader, str], tuple[int, Any]]] = {
    "another submission": lambda one, key: one.submit(key, YES),
    "a correction": lambda one, key: one.correct(key, YES),
    "a draft": lambda one, key: one.draft(key, YES, 99),
    "an event": lambda one, key: one.event(key, "first_image"),
    "a seat": lambda one, key: one.hold(key, take=True),
}


@pytest.mark.once
def test_nothing_changes_a_locked_answer(db: None) -> None:
    one = rows.reader(rows.opened())
    key = one.read(NO)
    before = ChainEntry.objects.count()
    for name, attempt in LATE.items():
        status, body = attempt(one, key)
        assert (status, body["code"]) == (409, "stage_locked"), name
        [answer] = Answer.objects.all()
        assert (answer.answers, answer.version) == (NO, 1), name
        assert (Draft.objects.count(), ChainEntry.objects.count()) == (0, before), name


def test_neither_does_the_database(db: None) -> None:
    one = rows.reader(rows.opened())
    one.read(NO)
    [answer] = Answer.objects.all()
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        Answer.objects.filter(pk=answer.pk).update(answers=YES)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(
            assignment=answer.assignment,
            stage="only",
            answers=YES,
            submission=uuid.uuid4(),
            submitted_at=answer.submitted_at,
        )


def test_the_same_submission_again_is_the_same_answer(db: None) -> None:
    one = rows.reader(rows.opened())
    key, name = one.open()["key"], str(uuid.uuid4())
    first = one.submit(key, YES, submission=name)
    entries = ChainEntry.objects.count()
    assert first[0] == 200
    assert one.submit(key, YES, submission=name) == first
    assert one.at(rows.OTHER_SEAT).submit(key, YES, submission=name) == first
    assert (Answer.objects.count(), ChainEntry.objects.count()) == (1, entries)


@pytest.mark.once
def test_a_replay_that_says_something_else_is_refused(db: None) -> None:
    one = rows.reader(rows.opened())
    key, name = one.open()["key"], str(uuid.uuid4())
    assert one.submit(key, YES, submission=name)[0] == 200
    assert one.submit(key, NO, submission=name)[1]["code"] == "stage_locked"
    following = one.open()["key"]
    status, body = one.submit(following, YES, submission=name)
    assert (status, body["code"]) == (400, "invalid")
    assert Answer.objects.count() == 1


def test_another_readers_uuid_is_no_key_to_their_answer(db: None) -> None:
    study = rows.opened()
    one, other = rows.reader(study), rows.reader(study, "bob")
    name = str(uuid.uuid4())
    assert one.submit(one.open()["key"], YES, submission=name)[0] == 200
    status, body = other.submit(other.open()["key"], YES, submission=name)
    assert (status, body["code"]) == (400, "invalid")


OTHERS: dict[str, Callable[[Reader, str], tuple[int, Any]]] = {
    "the case": lambda one, key: one.case(key),
    "a draft": lambda one, key: one.draft(key, YES, 1),
    "a submission": lambda one, key: one.submit(key, YES),
    "a correction": lambda one, key: one.correct(key, YES),
    "an event": lambda one, key: one.event(key, "away"),
    "a seat": lambda one, key: one.hold(key, take=True),
}


@pytest.mark.once
def test_another_readers_assignment_is_none(db: None) -> None:
    """Theirs, one of another study, one that was not opened, and a word that is no key: the same 404."""
    study = rows.opened()
    mine, other = rows.reader(study), rows.reader(study, "bob")
    elsewhere = rows.reader(rows.opened(examinations=[rows.bare(9)], title="Another"), "ann")
    theirs, far, own = other.open()["key"], elsewhere.open()["key"], mine.open()["key"]
    unopened = Assignment.objects.filter(session__reader=mine.membership).exclude(key=own).last()
    assert unopened is not None
    for name, attempt in OTHERS.items():
        answers = [attempt(mine, key) for key in (theirs, far, unopened.key, "no-key-at-all")]
        assert [status for status, _ in answers] == [404] * 4, name
        assert all(body == answers[0][1] for _, body in answers), name


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [False, True], ids=["two submissions", "one submission sent eight times"])
def test_of_submissions_at_once_exactly_one_wins(same: bool) -> None:
    one = rows.reader(rows.opened(cases=1))
    key, name = one.open()["key"], str(uuid.uuid4())
    start, statuses = threading.Barrier(8), []
    readers = [one.at(one.seat) for _ in range(8)]

    def send(number: int) -> None:
        answers = YES if same else {**NO, "likelihood": number}
        more = {"submission": name} if same else {}
        try:
            start.wait()
            statuses.append(readers[number].submit(key, answers, **more)[0])
        finally:
            connection.close()

    _at_once(send)
    assert sorted(statuses) == ([200] * 8 if same else [200] + [409] * 7)
    assert Answer.objects.count() == 1
    assert ChainEntry.objects.filter(action="answered").count() == 1
    assert list(Reading.objects.values_list("state", flat=True)) == ["locked"]


@pytest.mark.django_db(transaction=True)
def test_of_openings_at_once_one_seat_wins() -> None:
    one = rows.reader(rows.opened(cases=2))
    start, statuses = threading.Barrier(8), []
    readers = [one.at(f"seat-number-{number}") for number in range(8)]

    def send(number: int) -> None:
        try:
            start.wait()
            statuses.append(readers[number].next()[0])
        finally:
            connection.close()

    _at_once(send)
    assert sorted(statuses) == [200] + [409] * 7
    assert Reading.objects.count() == 1


def _at_once(send: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


WASHOUT = rows.content(
    kind="washout",
    arms=[
        {"key": "unenhanced", "name": {"en": "Unenhanced"}, "images": "unenhanced"},
        {"key": "complete", "name": {"en": "Complete"}, "images": "complete"},
    ],
)
SESSIONS = ("unenhanced", "complete")


def _first_session(cases: int = 2) -> Reader:
    one = rows.reader(rows.opened(WASHOUT, cases=cases), sessions=SESSIONS)
    for _ in range(cases):
        one.read()
    return one


def test_the_next_session_waits_for_the_washout(db: None, clock: Clock) -> None:
    one = _first_session()
    room = one.room()
    assert (room["state"], room["session"]["number"], room["session"]["of"]) == ("waiting", 2, 2)
    assert room["session"]["opens_at"] is not None
    assert one.next()[1]["code"] == "washout"
    clock.set(days=27, hours=23)
    one = rows.again(one)
    assert one.next()[1]["code"] == "washout"
    clock.set(days=28, minutes=1)
    one = rows.again(one)
    assert (one.room()["state"], one.room()["session"]["opens_at"]) == ("ready", None)
    assert one.open()["arm"]["images"] == "complete"


@pytest.mark.once
def test_a_reader_sees_when_later_sessions_open_at_the_earliest(db: None, clock: Clock) -> None:
    """While one reads: as if all were read now. While one waits: from the day on which the waiting ends. Never later ones
    than there are.
    """
    one = rows.reader(rows.opened(WASHOUT, cases=1), sessions=(*SESSIONS, "unenhanced"))

    def later() -> list[tuple[int, int]]:
        """(session, days from now)"""
        found = rows.again(one).room()["later"]
        return [(each["number"], (datetime.fromisoformat(each["earliest"]) - clock.now()).days) for each in found]

    assert later() == [(2, 28), (3, 56)]
    one.read()
    clock.set(days=8)
    assert later() == [(3, 48)]
    clock.set(days=30)
    assert later() == [(3, 28)]
    rows.again(one).read()
    assert later() == []


@pytest.mark.once
def test_later_sessions_count_from_the_last_answer_where_only_the_lock_is_missing(db: None, clock: Clock) -> None:
    one = rows.reader(rows.opened(rows.content(WASHOUT, lock="session"), cases=1), sessions=SESSIONS)
    one.read()
    clock.set(days=5)
    (found,) = rows.again(one).room()["later"]
    assert (datetime.fromisoformat(found["earliest"]) - clock.now()).days == 23


@pytest.mark.once
def test_a_clock_set_back_while_reading_gains_nothing(db: None, clock: Clock) -> None:
    """By the clock every answer is a month old; the chain has seen later."""
    one = rows.reader(rows.opened(WASHOUT, cases=1), sessions=SESSIONS)
    key = one.open()["key"]
    clock.set(days=-40)
    assert rows.again(one).submit(key, NO)[0] == 200
    clock.set(days=0)
    one = rows.again(one)
    assert one.next()[1]["code"] == "washout"
    clock.set(days=27)
    assert rows.again(one).next()[1]["code"] == "washout"


@pytest.mark.once
def test_a_clock_set_forward_opens_nothing_once_it_is_right_again(db: None, clock: Clock) -> None:
    one = _first_session()
    clock.set(days=29)
    key = rows.again(one).open()["key"]
    assert rows.again(one).submit(key, NO)[0] == 200
    clock.set(days=0)
    assert rows.again(one).next()[1]["code"] == "washout"


SEQUENTIAL = rows.content(scene.SEQUENTIAL)


@pytest.mark.once
@pytest.mark.parametrize("kind", ["aid_shown", "aid_hidden"])
def test_no_aid_before_the_unaided_answer_is_locked(db: None, kind: str) -> None:
    one = rows.reader(rows.opened(SEQUENTIAL))
    case = one.open()
    key = case["key"]
    assert (case["stage"], case["stages"], case["aid"]) == ("unaided", ["unaided", "aided"], None)
    assert case["images"]["heatmaps"] == []
    assert one.event(key, kind, "unaided", overlay="scores")[1]["code"] == "invalid"
    assert one.event(key, kind, "aided", overlay="scores")[1]["code"] == "stage_locked"
    assert one.draft(key, YES, 1, "aided")[1]["code"] == "stage_locked"
    assert one.submit(key, YES, "aided")[1]["code"] == "stage_locked"
    assert one.submit(key, YES, "only")[1]["code"] == "stage_locked"
    assert (Answer.objects.count(), ReadingEvent.objects.filter(kind=kind).count()) == (0, 0)


def test_with_aid_in_sight_the_unaided_answer_is_final(db: None) -> None:
    """By session or not: what was said before the aid stays as it was said."""
    one = rows.reader(rows.opened(rows.content(scene.SEQUENTIAL, lock="session")))
    key = one.open()["key"]
    assert one.submit(key, NO, "unaided")[1]["case"]["first"] == {"answers": NO}
    for attempt in (one.submit, one.correct):
        assert attempt(key, YES, "unaided")[1]["code"] == "stage_locked"
    assert one.draft(key, YES, 50, "unaided")[1]["code"] == "stage_locked"
    assert one.submit(key, YES, "aided")[0] == 200
    assert one.correct(key, YES, "unaided")[1]["code"] == "stage_locked"
    assert one.correct(key, NO, "aided")[0] == 200
    assert list(Answer.objects.values_list("stage", "version")) == [("unaided", 1), ("aided", 1), ("aided", 2)]


OF_THE_SERVER = (
    "opened", "paused", "resumed", "seat_taken", "contradiction_queried", "feedback_shown", "set_aside", "locked",
)  # fmt: skip


@pytest.mark.once
def test_what_the_server_notes_itself_nobody_forges(db: None) -> None:
    one = rows.reader(rows.opened())
    key = one.open()["key"]
    before = ReadingEvent.objects.count()
    for kind in OF_THE_SERVER:
        assert one.event(key, kind)[0] == 400, kind
        assert ReadingEvent.objects.count() == before, kind


@pytest.mark.once
def test_an_events_time_is_the_servers(db: None, clock: Clock) -> None:
    one = rows.reader(rows.opened())
    key = one.open()["key"]
    body = {"seat": one.seat, "stage": "only", "kind": "first_image", "at": "2001-01-01T00:00:00Z"}
    assert one.ask("POST", f"readings/{key}/events/", {**body, "detail": {"at": 0, "total": 1}})[0] == 204
    event = ReadingEvent.objects.get(kind="first_image")
    assert (abs(event.at - clock.now()).total_seconds() < 60, event.detail) == (True, {})


@pytest.mark.once
def test_reports_that_are_sent_again_change_nothing(db: None) -> None:
    one = rows.reader(rows.opened(rows.content(kind="single", arms=[_aided()])))
    key = one.open()["key"]
    for kind, detail in (("first_image", {}), ("away", {}), ("back", {}), ("aid_shown", {"overlay": "T1WI"})):
        assert [one.event(key, kind, **detail)[0] for _ in range(3)] == [204] * 3
        assert ReadingEvent.objects.filter(kind=kind).count() == 1
    assert one.event(key, "aid_shown", overlay="T1WIC")[0] == 400, "not in this arm"
    assert one.event(key, "aid_hidden", overlay="scores")[0] == 204
    assert not ReadingEvent.objects.filter(kind="aid_hidden").exists()


def _aided() -> dict[str, Any]:
    return {"key": "aided", "name": {"en": "With AI"}, "images": "unenhanced", "ai": True}


@pytest.mark.once
@pytest.mark.parametrize("state", ["closed", "locked", "unblinded"])
def test_nobody_reads_in_a_study_that_is_not_open(db: None, state: str) -> None:
    study = rows.opened()
    one = rows.reader(study)
    key = one.open()["key"]
    study.state, study.closed_at = state, study.opened_at
    study.locked_at = None if state == "closed" else study.opened_at
    study.unblinded_at = study.opened_at if state == "unblinded" else None
    study.save()
    assert one.room()["state"] == "closed"
    assert one.case(key)[0] == 404
    for status, body in (one.next(), one.draft(key, YES, 5), one.submit(key, YES), one.event(key, "away"), one.pause()):
        assert (status, body["code"]) == (409, "study_not_open")
    assert Answer.objects.count() == 0


@pytest.mark.once
def test_a_reader_who_was_replaced_is_out_at_once(db: None) -> None:
    study = rows.opened()
    one = rows.reader(study)
    key = one.open()["key"]
    one.membership.ended_at, one.membership.ended_reason = study.opened_at, "Left."
    one.membership.save()
    for status, _ in (one.ask("GET", ""), one.next(), one.case(key), one.submit(key, YES), one.draft(key, YES, 5)):
        assert status == 404
