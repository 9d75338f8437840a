"""Drafts, contradictions, what is missing, corrections and the session's lock, practice, repeats, cases that leave."""

import uuid
from typing import Any

import pytest

from radapp.readerstudies.form import about
from radapp.readerstudies.form_questions import Option, Question
from radapp.readerstudies.models import Answer, Case, ChainEntry, Draft, Reading, ReadingEvent, SessionLock
from radapp.readerstudies.sight import COMPLETE, UNENHANCED
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import CONTRADICTING, NO, YES, Reader

BY_SESSION = rows.content(lock="session")


@pytest.fixture
def one(db: None) -> Reader:
    return rows.reader(rows.opened())


def test_an_older_draft_never_replaces_a_newer_one(one: Reader) -> None:
    key = one.open()["key"]
    for revision, likelihood, kept in ((1, 10, 1), (4, 40, 4), (3, 30, 4), (4, 41, 4), (5, 50, 5)):
        status, saved = one.draft(key, {"likelihood": likelihood}, revision)
        assert (status, saved["revision"]) == (200, kept)
    assert one.case(key)[1]["draft"]["answers"] == {"likelihood": 50}
    assert Draft.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"likelihood": 101}, "likelihood"),
        ({"likelihood": "80"}, "likelihood"),
        ({"recurrence": "yes"}, "recurrence"),
        ({"recurrence": True, "location": {"point": [1, 2], "sequence": "T1WI"}}, "location"),
        ({"truth": True}, "truth"),
    ],
)
@pytest.mark.once
def test_a_draft_of_no_valid_shape_is_refused(one: Reader, answers: dict[str, Any], field: str) -> None:
    key = one.open()["key"]
    status, body = one.draft(key, answers, 1)
    assert (status, body["code"], [each["field"] for each in body["problems"]]) == (400, "invalid", [field])
    assert not Draft.objects.exists()


@pytest.mark.once
def test_what_is_missing_is_named(one: Reader) -> None:
    key = one.open()["key"]
    status, body = one.submit(key, {"recurrence": True, "likelihood": 90})
    assert (status, body["code"]) == (400, "invalid")
    assert {each["field"] for each in body["problems"]} == {"location", "site", "side", "decided_by", "quality"}
    assert not Answer.objects.exists()


@pytest.mark.once
def test_a_forced_point_is_asked_of_everyone(db: None) -> None:
    one = rows.reader(rows.opened(rows.content(lroc=True)))
    key = one.open()["key"]
    assert one.room()["lroc"] is True
    assert [each["field"] for each in one.submit(key, NO)[1]["problems"]] == ["location"]
    assert one.submit(key, {**NO, "location": YES["location"]})[0] == 200


@pytest.mark.once
def test_a_contradiction_is_queried_and_kept_as_it_is(one: Reader) -> None:
    key, name = one.open()["key"], str(uuid.uuid4())
    for _ in range(2):
        status, body = one.submit(key, CONTRADICTING, submission=name)
        assert (status, body["code"]) == (409, "contradiction")
    assert not Answer.objects.exists()
    assert ReadingEvent.objects.filter(kind="contradiction_queried").count() == 1
    assert one.submit(key, CONTRADICTING, submission=name, contradiction_confirmed=True)[0] == 200
    assert Answer.objects.get().answers == CONTRADICTING
    assert ChainEntry.objects.get(action="answered").after["contradiction_confirmed"] is True


def test_until_the_session_is_locked_a_correction_is_a_version_with_a_reason(db: None) -> None:
    one = rows.reader(rows.opened(BY_SESSION, cases=2))
    key = one.read(NO)
    [done] = one.room()["done"]
    assert (done["key"], done["correctable"]) == (key, True)
    seen = one.case(key)[1]
    assert (seen["answered"], seen["correctable"], seen["submitted"]) == (True, True, {"answers": NO})
    assert one.correct(key, YES, reason="")[0] == 400
    name = str(uuid.uuid4())
    first = one.correct(key, YES, submission=name)
    assert (first[0], first[1]["version"]) == (200, 2)
    assert one.correct(key, YES, submission=name)[1]["version"] == 2
    assert one.correct(key, CONTRADICTING)[1]["code"] == "contradiction"
    entry = ChainEntry.objects.get(action="answer_corrected")
    assert (entry.before["answers"], entry.after["answers"], entry.reason) == (NO, YES, "Slipped.")
    assert Answer.objects.filter(assignment__key=key).count() == 2


def test_a_locked_session_is_final(db: None) -> None:
    one = rows.reader(rows.opened(BY_SESSION, cases=2))
    key = one.read(NO)
    assert one.lock_session(1)[1]["code"] == "session_unfinished"
    one.read(NO)
    room = one.room()
    assert (room["state"], room["session"]["lockable"], room["session"]["locked"]) == ("finished", True, False)
    assert set(Reading.objects.values_list("state", flat=True)) == {"answered"}
    assert one.lock_session(1)[1]["session"] == {
        "number": 1, "of": 1, "opens_at": None, "locked": True, "lockable": False,
    }  # fmt: skip
    assert one.lock_session(1)[0] == 200
    assert (SessionLock.objects.count(), ChainEntry.objects.filter(action="session_locked").count()) == (1, 1)
    assert set(Reading.objects.values_list("state", flat=True)) == {"locked"}
    assert one.correct(key, YES)[1]["code"] == "session_locked"
    assert one.case(key)[0] == 404


@pytest.mark.once
def test_the_next_session_waits_for_the_lock_of_the_one_before(db: None) -> None:
    arms = [{"key": key, "name": {"en": key}, "images": "complete"} for key in ("first", "second")]
    one = rows.reader(
        rows.opened(rows.content(kind="washout", lock="session", arms=arms), cases=1), sessions=("first", "second")
    )
    one.read(NO)
    room = one.room()
    assert (room["state"], room["session"]["number"], room["session"]["lockable"]) == ("waiting", 1, True)
    assert one.next()[1]["code"] == "session_not_locked"
    assert one.lock_session(1)[1]["session"]["number"] == 2
    assert one.next()[1]["code"] == "washout"


@pytest.mark.once
@pytest.mark.parametrize("number", [0, 2, 99])
def test_there_is_no_other_session_to_lock(db: None, number: int) -> None:
    one = rows.reader(rows.opened(BY_SESSION, cases=1))
    assert one.lock_session(number)[0] == (400 if number == 0 else 404)


@pytest.mark.once
def test_where_each_reading_locks_no_session_does(one: Reader) -> None:
    one.read()
    assert one.lock_session(1)[0] == 404


@pytest.mark.once
@pytest.mark.parametrize("lock", ["reading", "session"])
def test_practice_gives_feedback_and_is_final(db: None, lock: str) -> None:
    one = rows.reader(rows.opened(rows.content(lock=lock), cases=3), practice=1)
    case = one.open()
    assert (case["practice"], case["position"], case["of"], case["feedback"]) == (True, 1, 1, None)
    told = one.submit(case["key"], NO)[1]["case"]
    assert told["feedback"] == {"recurrence": True, "sites": [], "rt_stage": "", "kinds": []}
    assert one.case(case["key"])[1]["feedback"] == told["feedback"]
    assert ReadingEvent.objects.filter(kind="feedback_shown").count() == 1
    assert one.correct(case["key"], YES)[1]["code"] == "stage_locked"
    following = one.open()
    assert (following["practice"], following["position"], following["of"]) == (False, 1, 2)
    assert one.case(case["key"])[0] == 404, "the next case is open"
    assert one.submit(following["key"], NO)[1].get("case") is None or lock == "session"
    progress = one.room()["progress"]
    assert progress == {"done": 1, "total": 2, "practice_done": 1, "practice_total": 1}


@pytest.mark.once
def test_feedback_of_an_aided_arm_comes_after_its_last_stage(db: None) -> None:
    one = rows.reader(rows.opened(rows.content(scene.SEQUENTIAL)), practice=1)
    key = one.open()["key"]
    assert one.submit(key, NO, "unaided")[1]["case"]["feedback"] is None
    assert one.submit(key, NO, "aided")[1]["case"]["feedback"] is not None


def _withdraw(number: int) -> None:
    case = Case.objects.get(number=number)
    case.state, case.reason, case.withdrawn_at = Case.State.WITHDRAWN, "Moved.", rows.timezone.now()
    case.save()


def test_a_case_that_was_withdrawn_is_passed_over(one: Reader) -> None:
    key = one.open()["key"]
    _withdraw(1)
    for status, body in (one.draft(key, NO, 1), one.submit(key, NO), one.hold(key)):
        assert (status, body["code"]) == (409, "case_withdrawn")
    assert one.case(key)[0] == 404
    following = one.open()
    assert (following["key"] != key, following["position"], following["of"]) == (True, 1, 2)
    _withdraw(3)
    assert following["ahead"] is not None
    assert one.case(following["key"])[1]["ahead"] is None
    assert one.submit(following["key"], NO)[0] == 200
    assert one.room()["state"] == "finished"


@pytest.mark.once
def test_a_hidden_repeat_looks_like_any_case(db: None) -> None:
    """Another key, another place, nothing that says so, and its answer is its own."""
    study = rows.opened(cases=2)
    one = rows.reader(study)
    [first, *_] = one.membership.sessions.get().assignments.all()
    session = one.membership.sessions.get()
    session.assignments.create(position=3, case=first.case, arm=first.arm, repeat=True)
    seen = [one.open()]
    for place in (1, 2):
        assert one.submit(seen[-1]["key"], NO)[0] == 200
        seen.append(one.open())
        assert seen[-1]["position"] == place + 1
    assert set(seen[0]) == set(seen[2])
    assert "repeat" not in str(seen)
    assert seen[0]["images"]["study_uid"] != seen[2]["images"]["study_uid"]


@pytest.mark.once
def test_before_a_study_is_opened_its_readers_hear_its_title_alone(db: None) -> None:
    study = scene.study("Not yet", content={**scene.PAPER, "told": {"prevalence": "Nearly half."}})
    one = Reader(scene.member(study, scene.person("ann", is_reader=True), "reader"))
    room = one.room()
    assert (room["state"], room["told"]["prevalence"]) == ("waiting", "")
    assert one.next()[1]["code"] == "study_not_open"


@pytest.mark.once
def test_the_same_is_told_to_all(db: None) -> None:
    study = rows.opened({**scene.PAPER, "told": {"prevalence": "Nearly half.", "clinical_facts": "After radiotherapy."}})
    readers = [rows.reader(study, name) for name in ("ann", "bob")]
    rooms = [one.room() for one in readers]
    assert rooms[0]["told"] == rooms[1]["told"]
    assert rooms[0]["told"]["prevalence"] == "Nearly half."
    forms = [one.open()["form"] for one in readers]
    assert forms[0] == forms[1]
    assert [question["key"] for question in forms[0]][:2] == ["recurrence", "likelihood"]


@pytest.mark.once
@pytest.mark.parametrize(("images", "options"), [("complete", ["t1wi", "t2wi", "t1wic"]), ("unenhanced", ["t1wi", "t2wi"])])
def test_what_an_arm_does_not_show_cannot_have_decided(db: None, images: str, options: list[str]) -> None:
    """Neither offered nor taken: not in a draft, not submitted."""
    arms = [{"key": "plain", "name": {"en": "Plain"}, "images": images}]
    one = rows.reader(rows.opened(rows.content(arms=arms), cases=1))
    case = one.open()
    (question,) = [question for question in case["form"] if question["meaning"] == "decided_by"]
    assert [option["key"] for option in question["options"]] == options
    enhanced = {**NO, "decided_by": ["t1wic"]}
    there = "t1wic" in options
    assert one.draft(case["key"], {"decided_by": ["t1wic"]}, 1)[0] == (200 if there else 400)
    status, body = one.submit(case["key"], enhanced)
    assert status == (200 if there else 400)
    if not there:
        assert [problem["field"] for problem in body["problems"]] == ["decided_by"]
        assert one.submit(case["key"], {**NO, "decided_by": ["t1wi", "t2wi"]})[0] == 200


@pytest.mark.once
def test_a_question_without_an_option_left_is_not_asked() -> None:
    """Options that are no sequence stay; the question goes with its last one, and what hangs on it is not asked."""
    label = {"en": "?"}
    options = [Option(key=key, label=label) for key in ("t1wic", "none")]
    decided = Question(key="by", kind="choice", meaning="decided_by", label=label, options=tuple(options))
    other = Question(key="kind", kind="choice", label=label, options=tuple(options))
    assert [[one.key for one in question.options] for question in about([decided, other], UNENHANCED)] == [
        ["none"],
        ["t1wic", "none"],
    ]
    assert about([decided.model_copy(update={"options": decided.options[:1]})], UNENHANCED) == []
    assert about([decided, other], COMPLETE) == [decided, other]


@pytest.mark.once
def test_whoever_is_done_is_told(one: Reader) -> None:
    for _ in range(3):
        one.read()
    assert one.next()[1]["code"] == "finished"
