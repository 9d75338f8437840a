"""Signed in as a tagger, everything reachable is fetched before and after tagging: nothing of AI, of readings, of who takes
part, of identity and days is in any answer; of the chain, what was said before this chair and no more.

Other examinations of the patient are offered by their distance in days, so two cases that are examinations of one patient
may be told as such here: taggers know the patients, from the investigator's list (docs/tagging.md).
Reduced: by GET and POST alone.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from radapp.archive.models import Study
from radapp.readerstudies.blinding import look
from radapp.readerstudies.models import Case, Membership, ReaderStudy, ReferenceStep
from radapp.readerstudies.reference import presenting, turns
from radapp.readerstudies.sight import Sight
from radapp.triage.models import Heatmap
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding import hearing, leaks
from tests.radapp.readerstudies.blinding.crawler import Answer, Crawler
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import NO, YES

pytestmark = [pytest.mark.once, pytest.mark.evidence]
EXAMINED = dt.date(2025, 3, 1)
DAYS = {11: 0, 12: 92, 13: 0, 14: -400}
"""Days after EXAMINED by the number of the examination; 14 is in no case."""
CHAIRS = {"junior": "slartibartfast", "oncologist_1": "agrajag"}


@pytest.fixture
def study(db: None) -> ReaderStudy:
    """Cases 1 and 2 of one patient, who was examined a third time, and 3 of another: weighed, read, and to be tagged."""
    for number, days in DAYS.items():
        scene.examination(number, patient=2 if number == 13 else 1, roles=("T1WI", "T2WI"))
        day = EXAMINED + dt.timedelta(days=days)
        Study.objects.filter(study_instance_uid=f"{scene.ROOT}.{number}").update(study_date=day)
    examined = [Study.objects.get(study_instance_uid=f"{scene.ROOT}.{number}") for number in (11, 12, 13)]
    made = rows.opened(scene.SEQUENTIAL, examinations=examined)
    hearing.weighed(made)
    for chair, name in CHAIRS.items():
        scene.member(made, scene.person(name), "tagger", chair=chair)
    rows.reader(made, "trillian").read(YES, ("unaided", "aided"))
    return made


def client_of(name: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(scene.person(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(study: ReaderStudy, me: str) -> set[str]:
    """A tagger knows the cases by their keys."""
    cases = list(study.cases.values_list("key", flat=True))
    return hearing.words(study, me, known=cases)


def root(study: ReaderStudy, number: int = 1) -> str:
    return f"/api/tagging/{study.key}/cases/{study.cases.get(number=number).key}/"


def tag(study: ReaderStudy, chair: str, **facts: Any) -> None:
    """Case 1 grew: by the later examination, or by what the step before names."""
    body = {"submission": str(uuid.uuid4()), "recurrence": True, "basis": "growth", "remark": f"remark of {chair}", **facts}
    sent = client_of(CHAIRS[chair]).post(f"{root(study)}steps/", body, content_type="application/json")
    assert sent.status_code == 201, sent.content


def tag_by_comparison(study: ReaderStudy) -> None:
    shown = client_of(CHAIRS["junior"]).get(root(study)).json()["comparisons"]
    tag(study, "junior", comparison=next(one["key"] for one in shown if one["days"] == 92))


@pytest.fixture
def heard(study: ReaderStudy) -> Callable[[str], list[Answer]]:
    """What a chair hears in its rooms now."""

    def crawl(chair: str) -> list[Answer]:
        look.forget()
        return hearing.at_the_rooms(client_of(CHAIRS[chair]), study.key, rooms=hearing.TAGGING)

    return crawl


@pytest.fixture
def visited(study: ReaderStudy) -> Callable[[str], list[Answer]]:
    """What a chair hears of its queue and of the first case now."""

    def visit(chair: str) -> list[Answer]:
        look.forget()
        return hearing.visited(client_of(CHAIRS[chair]), f"/api/tagging/{study.key}/", root(study))

    return visit


def problems(study: ReaderStudy, answers: list[Answer], chair: str) -> list[str]:
    """What a chair hears that it must not: for the first, what the second says as well."""
    assert sum("/dicom-web/" in answer.path and answer.status == 200 for answer in answers) > 5
    later = {"remark of oncologist"} if chair == "junior" else set()
    return [*hearing.looked_through(answers, words(study, CHAIRS[chair]) | later), *leaks.heatmaps(answers)]


def test_everything_reachable(study: ReaderStudy) -> None:
    """The whole resolver, as the first of the chain; no two cases' names are tied."""
    crawler = Crawler(client_of(CHAIRS["junior"]), seeds=hearing.overheard(study), sparing=True, methods=("GET", "POST"))
    answers = crawler.crawl(hearing.THE_SAME)
    assert [*hearing.looked_through(answers, words(study, CHAIRS["junior"])), *leaks.heatmaps(answers)] == []
    assert hearing.doors(answers) - hearing.OPEN_DOORS == {"/api/tagging"}
    assert {"api-tagging-case", "tagging-frames", "tagging-comparison-frames"} & crawler.shut == set()
    cases = {str(number): leaks.seen(answers, f"{root(study, number)}dicom-web/") for number in (1, 2, 3)}
    assert all(len(case.values) > 30 for case in cases.values())
    assert [*leaks.sets_apart(cases), *leaks.ties(cases)] == []


def test_before_and_after_each_step(
    study: ReaderStudy, heard: Callable[[str], list[Answer]], visited: Callable[[str], list[Answer]]
) -> None:
    """Days come as distances alone, also of what was concluded; each chair hears those before it, by their chairs."""
    tag_by_comparison(study)
    assert problems(study, visited("junior"), "junior") == []
    assert problems(study, heard("oncologist_1"), "oncologist_1") == []
    tag(study, "oncologist_1", as_step="junior")
    assert ReferenceStep.objects.get(step="oncologist_1").basis_date == EXAMINED + dt.timedelta(days=92)
    assert problems(study, visited("oncologist_1"), "oncologist_1") == []
    assert problems(study, heard("junior"), "junior") == []
    said = client_of(CHAIRS["oncologist_1"]).get(root(study)).json()["previous"]
    assert [(one["step"], one["basis_days"], one["remark"]) for one in said][-1] == ("junior", 92, "remark of junior")


def test_what_must_not_be_known_changes_nothing(study: ReaderStudy, heard: Callable[[str], list[Answer]]) -> None:
    before = heard("junior")
    hearing.weighed_anew(study.cases.all())
    rows.Reader(study.members.get(name="trillian")).read(NO, ("unaided", "aided"))
    assert hearing.differing(before, heard("junior")) == []


def test_each_loosened_rule_is_found(
    study: ReaderStudy, visited: Callable[[str], list[Answer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tag_by_comparison(study)
    tag(study, "oncologist_1", as_step="junior")
    said, sight_of = presenting._said, presenting.sight_of_case

    def tells(value: Callable[[ReferenceStep], Any]) -> Callable[..., Any]:
        return lambda case, step: said(case, step) | {"remark": value(step)}

    def with_heatmaps(case: Case, tagger: Membership) -> Sight:
        return replace(sight_of(case, tagger), heatmaps=tuple(Heatmap.objects.filter(result__run__study=case.examination)))

    loose: dict[str, tuple[Any, str, Any]] = {
        "the day": (presenting, "_said", tells(lambda step: step.basis_date)),
        "who said it": (presenting, "_said", tells(lambda step: step.made_by and step.made_by.username)),
        "who says what later": (turns, "said_before", lambda steps, chair: steps),
        "heatmaps": (presenting, "sight_of_case", with_heatmaps),
    }
    unnoticed = []
    for name, (module, attribute, change) in loose.items():
        with monkeypatch.context() as patch:
            patch.setattr(module, attribute, change)
            chair = "oncologist_1" if name == "who said it" else "junior"
            if not problems(study, visited(chair), chair):
                unnoticed.append(name)
    assert unnoticed == []
