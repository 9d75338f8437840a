"""What is shown of a study: progress without content, the audit without answers, and to members no more than is theirs."""

import json
from typing import Any

import pytest

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import progress, readings, timetable
from radapp.readerstudies.models import Membership, ReaderStudy
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench
from tests.radapp.readerstudies.desk.test_acts import CROSSOVER
from tests.radapp.readerstudies.reading import rows

pytestmark = pytest.mark.once


def get(user: User, path: str) -> Any:
    response = bench.client(user).get(f"/api/reader-studies/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def test_progress_tells_states_alone(db: None) -> None:
    study = bench.opened(number=2)
    first, *_ = bench.assignments(study)
    bench.answer(first)
    found = get(bench.investigator(), f"{study.key}/progress/")
    assert (found["done"], found["total"]) == (1, 4)
    rana, rolf = found["readers"]
    assert (rana["done"], rana["total"], rolf["done"]) == (1, 2, 0)
    assert [(one["number"], one["done"], one["total"]) for one in rana["sessions"]] == [(1, 1, 2)]
    states = {one["case"]: one["state"] for one in rana["cells"]}
    assert states == {first.case.number: "locked", 3 - first.case.number: "waiting"}
    assert [one["case"] for one in rana["cells"]] == [1, 2]
    assert not {"recurrence", "likelihood", "answers", first.key} & set(_words(found))


def _words(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(word for one in value.values() for word in _words(one))]
    if isinstance(value, list):
        return [word for one in value for word in _words(one)]
    return [str(value)]


def answered(study: ReaderStudy) -> None:
    """What the reading room writes into the chain."""
    from django.db import transaction

    with transaction.atomic():
        chain.record(
            study,
            actor=bench.person("rana"),
            action=chain.Action.ANSWERED,
            target="assignment secret-key",
            after={"recurrence": True},
        )
        chain.record(
            study, actor=bench.person("cora"), action=chain.Action.CODED, target="item x", after={"primary": "necrosis"}
        )


@pytest.mark.parametrize("stages", [("unaided",), ("unaided", "aided")])
def test_an_unaided_answer_alone_is_not_read(db: None, stages: tuple[str, ...]) -> None:
    study = rows.opened(scene.SEQUENTIAL, cases=1)
    one = rows.reader(study)
    key = one.open()["key"]
    for stage in stages:
        one.submit(key, rows.NO, stage)
    found = progress.of(study)
    assert (found["done"], found["total"]) == (int("aided" in stages), 1)
    assert [count for _, count in readings.lagging(study)] == ([] if "aided" in stages else [1])


def test_a_session_is_answered_before_it_is_locked(db: None) -> None:
    study = rows.opened(rows.content(lock="session"), cases=2)
    one = rows.reader(study, practice=1)
    states = []
    for act in (one.read, one.read, lambda: one.lock_session(1)):
        act()
        (session,) = progress.of(study)["readers"][0]["sessions"]
        states.append((session["done"], session["total"], session["locked"]))
    assert states == [(0, 1, False), (1, 1, False), (1, 1, True)], "practice is in no number"


@pytest.mark.parametrize("state", ["open", "locked"])
def test_the_audit_shows_answers_after_the_lock_alone(db: None, state: str) -> None:
    study = bench.opened(number=2)
    answered(study)
    if state == "locked":
        study = bench.sign(bench.sign(study, "close"), "lock", reason="enough")
    page = get(bench.investigator(), f"{study.key}/audit/?action=answered")
    (entry,) = page["results"]
    assert entry["withheld"] is (state == "open")
    assert entry["after"] == (None if state == "open" else {"recurrence": True})
    assert ("secret-key" in json.dumps(page)) is (state == "locked")


def test_who_codes_sees_no_codes_in_the_audit(db: None) -> None:
    study = bench.opened(number=2)
    answered(study)
    path = f"{study.key}/audit/?action=coded"
    assert get(bench.investigator(), path)["results"][0]["after"] == {"primary": "necrosis"}
    scene.member(study, bench.investigator(), "coder")
    assert get(bench.investigator(), path)["results"][0]["withheld"]


def test_the_audit_comes_in_pages(db: None) -> None:
    study = bench.opened(number=2)
    first = get(bench.investigator(), f"{study.key}/audit/?size=3")
    sequences = [one["sequence"] for one in first["results"]]
    rest = get(bench.investigator(), f"{study.key}/audit/?before={first['next_before']}&size=1000")
    sequences += [one["sequence"] for one in rest["results"]]
    assert sequences == list(range(first["count"], 0, -1))
    assert rest["next_before"] is None


@pytest.mark.parametrize("part", ["reader", "coder", "tagger", "adjudicator"])
def test_a_member_sees_the_study_and_nothing_of_its_desk(db: None, part: str) -> None:
    study = bench.opened(number=2)
    bench.answer(bench.assignments(study)[0])
    if part == "reader":
        user = bench.person("rana")
    else:
        user = bench.person("somebody")
        scene.member(study, user, part)
    one = get(user, f"{study.key}/")
    assert one["desk"] is None
    (row,) = get(user, "")["results"]
    assert (row["counts"], row["created_at"], row["parts"]) == (None, None, [part])
    assert row["progress"] == ({"done": 1, "total": 2} if part == "reader" else None)
    allowed = {"key", "title", "state", "synthetic", "imported", "parts", "progress", "done", "total", "desk"}
    assert set(_keys(one)) <= allowed


def _keys(value: Any) -> list[str]:
    return [key for one in value.values() for key in _keys(one)] + list(value) if isinstance(value, dict) else []


def test_each_sees_the_studies_that_they_take_part_in(db: None) -> None:
    study = bench.draft()
    other = bench.person("otto", "investigator")
    boss = bench.person("boss", "administrator")
    assert [one["key"] for one in get(bench.investigator(), "")["results"]] == [study.key]
    assert get(other, "") == {"may_found": True, "results": []}
    assert [one["key"] for one in get(boss, "")["results"]] == [study.key]
    assert get(boss, f"{study.key}/")["desk"]["revision"] == 1
    assert not get(bench.person("rana", "reader"), "")["may_found"]


def blocks(found: dict[str, Any]) -> list[list[list[tuple[str, int]]]]:
    return [
        [[(block["arm"], block["cases"]) for block in session["blocks"]] for session in reader["sessions"]]
        for reader in found["readers"]
    ]


def test_the_timetable_before_there_are_cases_or_readers(db: None) -> None:
    found = timetable.of(bench.draft({**CROSSOVER, "targets": {"positive": 4, "negative": 4}}))
    assert (found["stored"], found["supposed_cases"], found["problem"]) == (False, True, "")
    assert [one["name"] for one in found["readers"]] == ["Reader 1", "Reader 2"]
    assert [one["key"] for one in found["readers"]] == ["", ""]
    for reader in blocks(found):
        assert [sorted(session) for session in reader] == [[("full", 4), ("plain", 4)]] * 2
    assert [session["earliest_day"] for session in found["readers"][0]["sessions"]] == [0, 35]
    assert timetable.of(bench.draft())["problem"]


def test_the_timetable_of_an_open_study_is_the_stored_one(db: None) -> None:
    study = bench.opened(CROSSOVER, number=2)
    found = timetable.of(study)
    assert found["stored"]
    assert [one["name"] for one in found["readers"]] == ["Senior reader 1", "Junior reader 1"]
    assert sum(count for reader in blocks(found) for session in reader for _, count in session) == 8


def test_the_list_costs_a_bounded_number_of_queries(db: None, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        study = scene.study(f"study {number}")
        scene.member(study, bench.person("rana", "reader"), "reader")
    client = bench.client(bench.person("rana"))
    with django_assert_max_num_queries(20):
        client.get("/api/reader-studies/")
    assert Membership.objects.count() == 3
