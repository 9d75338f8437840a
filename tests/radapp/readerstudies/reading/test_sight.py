"""What is in sight of whom and when, through the blinded DICOMweb itself: by arm and stage, not before and not after."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from radapp.archive.models import Study
from radapp.readerstudies import chain
from radapp.readerstudies.models import Case, ReaderStudy, ReadingEvent
from radapp.triage.models import StudyTriage
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding import maps
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import NO, Reader


@pytest.fixture
def examinations(db: None) -> list[Study]:
    return [scene.examination(number, slices=2) for number in (1, 2, 3)]


def frame(one: Reader, images: dict[str, Any], series: dict[str, Any] | None = None) -> int:
    """The status of asking for a series' metadata, and for its first frame where there is one."""
    chosen = series or images["series"][0]
    base = f"{images['root']}/dicom-web/studies/{images['study_uid']}/series/{chosen['series_uid']}"
    listed = one.client.get(f"{base}/metadata", headers={"Accept-Encoding": ""})
    if listed.status_code != 200:
        return listed.status_code
    uid = listed.json()[0]["00080018"]["Value"][0]
    return one.client.get(f"{base}/instances/{uid}/frames/1").status_code


def roles(images: dict[str, Any]) -> list[str]:
    return [series["role"] for series in images["series"]]


@pytest.mark.once
def test_the_arm_says_which_sequences(examinations: list[Study]) -> None:
    arms = [
        {"key": "unenhanced", "name": {"en": "Unenhanced"}, "images": "unenhanced"},
        {"key": "complete", "name": {"en": "Complete"}, "images": "complete"},
    ]
    study = rows.opened(rows.content(kind="washout", arms=arms), examinations=examinations)
    complete = rows.reader(study, "bob", sessions=("complete",)).open()
    one = rows.reader(study, sessions=("unenhanced", "complete"))
    unenhanced = one.open()
    assert roles(unenhanced["images"]) == roles(unenhanced["ahead"]) == ["T1WI", "T2WI"]
    assert roles(complete["images"]) == ["T1WI", "T2WI", "T1WIC"]
    assert frame(one, unenhanced["images"]) == frame(one, unenhanced["ahead"]) == 200
    assert frame(one, complete["images"]) == 404, "another reader's"


def test_only_this_case_and_the_next_are_in_sight(examinations: list[Study]) -> None:
    one = rows.reader(rows.opened(examinations=examinations))
    first = one.open()
    assert frame(one, first["images"]) == frame(one, first["ahead"]) == 200
    assert one.ask("GET", f"readings/{first['ahead']['root'].rsplit('/', 1)[1]}/")[0] == 404, "it is not opened"
    assert one.submit(first["key"], NO)[0] == 200
    assert frame(one, first["images"]) == 404, "locked"
    assert frame(one, first["ahead"]) == 404, "nothing is open"
    second = one.open()
    assert frame(one, second["images"]) == 200
    assert second["images"] == first["ahead"], "the names stay, so that what came ahead is of use"
    assert frame(one, first["images"]) == 404


def _pause(one: Reader, _: ReaderStudy, __: dict[str, Any]) -> None:
    assert one.pause()[1]["state"] == "paused"


def _close(_: Reader, study: ReaderStudy, __: dict[str, Any]) -> None:
    ReaderStudy.objects.filter(pk=study.pk).update(state="closed")


def _withdraw(_: Reader, study: ReaderStudy, __: dict[str, Any]) -> None:
    with transaction.atomic():
        Case.objects.filter(study=study).update(state="withdrawn", reason="Moved.", withdrawn_at=study.opened_at)
        chain.record(study, actor=scene.person("desk"), action=chain.Action.CASE_WITHDRAWN)


def _replace(one: Reader, study: ReaderStudy, __: dict[str, Any]) -> None:
    one.membership.ended_at, one.membership.ended_reason = study.opened_at, "Left."
    one.membership.save()


@pytest.mark.once
@pytest.mark.parametrize("end", [_pause, _close, _withdraw, _replace])
def test_sight_ends_at_once(examinations: list[Study], end: Callable[[Reader, ReaderStudy, dict[str, Any]], None]) -> None:
    study = rows.opened(examinations=examinations)
    one = rows.reader(study)
    case = one.open()
    assert frame(one, case["images"]) == 200
    end(one, study, case)
    assert [frame(one, case["images"]), frame(one, case["ahead"])] == [404, 404]


@pytest.mark.once
def test_going_on_after_a_pause(examinations: list[Study]) -> None:
    one = rows.reader(rows.opened(examinations=examinations))
    case = one.open()
    one.pause()
    assert one.case(case["key"])[1]["code"] == "paused"
    assert one.submit(case["key"], NO)[1]["code"] == "paused"
    assert one.draft(case["key"], NO, 1)[0] == 200, "what was on its way when it paused is kept"
    assert one.open()["key"] == case["key"]
    assert frame(one, case["images"]) == 200
    assert list(ReadingEvent.objects.values_list("kind", flat=True)) == ["opened", "paused", "resumed"]


@pytest.mark.once
def test_what_may_be_corrected_can_be_seen(examinations: list[Study]) -> None:
    one = rows.reader(rows.opened(rows.content(lock="session"), examinations=examinations[:1]))
    case = one.open()
    one.submit(case["key"], NO)
    assert frame(one, case["images"]) == 200
    one.lock_session(1)
    assert frame(one, case["images"]) == 404


@pytest.mark.once
def test_a_practice_case_stays_until_the_next_is_opened(examinations: list[Study]) -> None:
    one = rows.reader(rows.opened(examinations=examinations), practice=1)
    case = one.open()
    one.submit(case["key"], NO)
    assert frame(one, case["images"]) == 200
    one.open()
    assert frame(one, case["images"]) == 404


def aided(examinations: list[Study], content: dict[str, Any]) -> Reader:
    """A reader of a study whose examinations have results, with heatmaps of all three networks."""
    study = rows.opened(content, examinations=examinations)
    for case in Case.objects.filter(study=study):
        result = maps.result(case, score=0.7311)
        for sequence in ("T1WI", "T2WI", "T1WIC"):
            maps.heatmap(case, sequence)
        StudyTriage.objects.update_or_create(
            study=case.examination, defaults={"state": "done", "run": result.run, "result": result, "tier": result.tier}
        )
    return rows.reader(study)


@pytest.mark.once
def test_aid_appears_when_the_unaided_answer_is_locked(examinations: list[Study]) -> None:
    one = aided(examinations[:2], scene.SEQUENTIAL)
    unaided = one.open()
    assert (unaided["aid"], unaided["images"]["heatmaps"], unaided["ahead"]["heatmaps"]) == (None, [], [])
    assert "0.7311" not in str(unaided)
    seen = one.submit(unaided["key"], NO, "unaided")[1]["case"]
    assert (seen["stage"], seen["first"]) == ("aided", {"answers": NO})
    assert seen["aid"]["scores"] == {"T1WI": 0.7311, "T2WI": 0.7311, "T1_T2": 0.7311, "T1WIC": None}
    assert (seen["aid"]["cutoffs"]["first"] is None, seen["aid"]["cutoffs"]["T1WIC"]) == (False, None)
    assert [each["sequence"] for each in seen["aid"]["heatmaps"]] == ["T1WI", "T2WI"], "the arm shows no T1WIC"
    assert seen["images"]["series"] == unaided["images"]["series"]
    assert seen["ahead"]["heatmaps"] == []
    heat = seen["aid"]["heatmaps"][0]
    assert frame(one, seen["images"], heat) == 200
    for _ in range(2):
        assert one.event(seen["key"], "aid_shown", "aided", overlay="T1WI")[0] == 204
    assert one.event(seen["key"], "aid_hidden", "aided", overlay="T1WI")[0] == 204
    shown = ReadingEvent.objects.get(kind="aid_shown")
    assert (shown.stage, shown.detail["overlay"], shown.detail["scores"]["T1_T2"]) == ("aided", "T1WI", 0.7311)
    assert one.submit(seen["key"], NO, "aided")[0] == 200
    assert frame(one, seen["images"], heat) == 404


@pytest.mark.once
def test_an_arm_with_ai_that_is_read_once_shows_it_at_once(examinations: list[Study]) -> None:
    arm = {"key": "aided", "name": {"en": "With AI"}, "images": "complete", "ai": True}
    one = aided(examinations[:2], rows.content(arms=[arm]))
    case = one.open()
    assert [each["sequence"] for each in case["aid"]["heatmaps"]] == ["T1WI", "T2WI", "T1WIC"]
    assert case["aid"]["scores"]["T1WIC"] == 0.7311
    assert (case["ahead"]["heatmaps"], case["first"]) == ([], None)


@pytest.mark.once
def test_without_a_result_there_is_nothing_to_show(examinations: list[Study]) -> None:
    arm = {"key": "aided", "name": {"en": "With AI"}, "images": "complete", "ai": True}
    aid = rows.reader(rows.opened(rows.content(arms=[arm]), examinations=examinations[:1])).open()["aid"]
    assert set(aid["scores"].values()) == set(aid["cutoffs"].values()) == {None}


@pytest.mark.once
def test_an_arm_without_ai_hears_nothing_of_a_result(examinations: list[Study]) -> None:
    case = aided(examinations[:1], scene.PAPER).open()
    assert (case["aid"], case["images"]["heatmaps"]) == (None, [])
    assert "0.7311" not in str(case)


@pytest.mark.once
@pytest.mark.parametrize("prior", [True, False])
def test_a_prior_is_in_sight_where_the_arm_has_one(examinations: list[Study], prior: bool) -> None:
    arm = {"key": "complete", "name": {"en": "Complete"}, "images": "complete", "prior": prior}
    study = rows.opened(rows.content(arms=[arm]), examinations=examinations[:1])
    Case.objects.filter(study=study).update(prior=examinations[2])
    found = [series["prior"] for series in rows.reader(study).open()["images"]["series"]]
    assert found == [False] * 3 + [True] * 3 * prior
