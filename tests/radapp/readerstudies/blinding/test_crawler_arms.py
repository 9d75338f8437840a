"""The hardest arm: a prior examination with its shifted date, AI after the unaided answer, a lock by session that leaves
every answered case in sight, and a practice case whose truth is told after its answer. Everything is fetched at each step
(reduced: by GET and POST alone).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from radapp.readerstudies.blinding import allowed, look, pseudonyms
from radapp.readerstudies.blinding.pseudonyms import Kind
from radapp.readerstudies.models import ReaderStudy, ReferenceStep
from radapp.readerstudies.reading import looks
from radapp.readerstudies.reading.looks import Why
from radapp.readerstudies.sight import Sight
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding import hearing, leaks
from tests.radapp.readerstudies.blinding.crawler import Answer
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import NO, YES, Reader

pytestmark = [pytest.mark.once, pytest.mark.evidence]
ME, OTHER = "zaphod", "trillian"
STAGES = ("unaided", "aided")
PATIENTS = (3, 1, 1, 2)
"""Of the practice case, and of the others, two of which are of one patient."""
LATER = 10
"""So much higher than its prior's is an examination's number, and so many days later is its date."""
LESIONS = {1: ("rT2", "orbit"), 2: ("rT1", "skull_base"), 3: ("rT3", "cavernous_sinus"), 4: ("rT4", "oropharynx")}
ARM = {"key": "all", "name": {"en": "All"}, "images": "unenhanced", "ai": True, "prior": True}


@pytest.fixture
def study(db: None) -> ReaderStudy:
    """Four cases with priors, the first for practice, each with a lesion of its own stage and site."""
    examined = []
    for place, patient in enumerate(PATIENTS, start=1):
        examined.append(scene.examination(place + LATER, patient=patient, roles=("T1WI", "T2WI")))
        scene.examination(place, patient=patient, roles=("T1WI", "T2WI"))
    content = rows.content(scene.SEQUENTIAL, lock="session", arms=[ARM]) | {"blinding": {"dates": "shifted"}}
    made = rows.opened(content, examinations=examined)
    for case in made.cases.all():
        case.prior = scene.Study.objects.get(study_instance_uid=f"{scene.ROOT}.{case.number}")
        case.save()
        stage, site = LESIONS[case.number]
        ReferenceStep.objects.create(
            case=case, step="junior", recurrence=True, basis="histopathology", rt_stage=stage, sites=[site], remark="sure"
        )
    hearing.weighed(made)
    return made


@pytest.fixture
def reader(study: ReaderStudy) -> Reader:
    """The one who crawls; another has read the practice case and one more."""
    mine, other = rows.reader(study, ME, practice=1), rows.reader(study, OTHER, practice=1)
    for answers in (YES, NO):
        other.read(answers, STAGES)
    mine.client.raise_request_exception = False
    return mine


@pytest.fixture
def heard(study: ReaderStudy, reader: Reader) -> Callable[..., list[Answer]]:
    """What the reader hears in the rooms now."""

    def crawl(*keys: str) -> list[Answer]:
        look.forget()
        return hearing.at_the_rooms(reader.client, study.key, *keys, rooms=hearing.READING)

    return crawl


@pytest.fixture
def visited(study: ReaderStudy, reader: Reader) -> Callable[..., list[Answer]]:
    """What the reader hears of the room and of these cases now."""

    def visit(*keys: str) -> list[Answer]:
        look.forget()
        return hearing.visited(reader.client, reader.root, *(root(study, key) for key in keys))

    return visit


def problems(study: ReaderStudy, answers: list[Answer], *, scores: Iterable[float], truths: Iterable[int]) -> list[str]:
    """What is heard that must not be; `scores` and cases whose `truths` are not in sight now."""
    stages = {f'"{LESIONS[number][0].lower()}"' for number in truths}
    of_program = [answer for answer in answers if answer.path.startswith("/api/") and answer.json is not None]
    return [
        *hearing.looked_through(answers, hearing.words(study, ME, scores=scores)),
        *leaks.spoken(of_program, {*stages, "histopathology", "one_year_free"}),
    ]


def root(study: ReaderStudy, key: str) -> str:
    return f"/api/reading/{study.key}/readings/{key}/"


def test_practice_tells_its_own_truth_and_no_other(
    study: ReaderStudy,
    reader: Reader,
    heard: Callable[..., list[Answer]],
    visited: Callable[..., list[Answer]],
) -> None:
    """Not before its answer; and beside it other truths, tiers and scores may change without a byte of difference."""
    key = reader.open()["key"]
    assert problems(study, visited(key), scores=hearing.SCORES, truths=LESIONS) == []
    for stage in STAGES:
        reader.submit(key, NO, stage)
    before = heard(key)
    feedback = next(answer for answer in before if answer.path == root(study, key)).json["feedback"]
    assert feedback == {"recurrence": True, "sites": ["orbit"], "rt_stage": "rT2", "kinds": []}
    assert problems(study, before, scores=hearing.SCORES[1:], truths=[2, 3, 4]) == []
    others = study.cases.exclude(number=1)
    hearing.truth_turned_over(others)
    hearing.weighed_anew(others)
    assert hearing.differing(before, heard(key)) == []
    reader.open()
    assert problems(study, visited(key), scores=hearing.SCORES, truths=LESIONS) == []


def prior_as_it_was(sight: Sight) -> tuple[str, str]:
    assert sight.prior is not None
    return allowed.ANCHOR, f"{sight.prior.study_date:%Y%m%d}"


def one_frame_of_reference_for_all(sight: Sight, kind: Kind, original: str) -> str:
    here = replace(sight, viewpoint="") if kind == Kind.FRAME_OF_REFERENCE else sight
    return pseudonyms.pseudonym(here, kind, original)


def truth_of_every_answer(*args: Any) -> Why | None:
    found = WHY(*args)
    return Why.FEEDBACK if found == Why.CORRECTION else found


WHY = looks._why
LOOSE = (
    (look, "dates_of", prior_as_it_was),
    (allowed, "pseudonym", one_frame_of_reference_for_all),
    (looks, "_why", truth_of_every_answer),
)


def test_a_prior_is_blinded_alike_and_nothing_is_in_sight_after_the_sessions_lock(
    study: ReaderStudy,
    reader: Reader,
    heard: Callable[..., list[Answer]],
    visited: Callable[..., list[Answer]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before it, all that was answered may be looked at again, with its aid; no truth, and nothing ties two cases.

    One rule is loosened at a time: that is found.
    """
    _, *answered = (reader.read(NO, STAGES) for _ in PATIENTS)

    def wrong(answers: list[Answer], scores: Iterable[float]) -> list[str]:
        cases = {key: leaks.seen(answers, f"{root(study, key)}dicom-web/") for key in answered}
        assert all(len(case.values) > 30 for case in cases.values())
        found = problems(study, answers, scores=scores, truths=LESIONS)
        return [*found, *leaks.sets_apart(cases), *leaks.ties(cases)]

    answers = heard(*answered)
    assert wrong(answers, hearing.SCORES[:1]) == []
    text = "".join(answer.text for answer in answers)
    assert text.count('"T1WI prior"') >= len(answered)
    assert '"19991222"' in text, "a prior's date keeps its distance"
    assert wrong(visited(*answered), hearing.SCORES[:1]) == []
    for module, attribute, change in LOOSE:
        with monkeypatch.context() as patch:
            patch.setattr(module, attribute, change)
            assert wrong(visited(*answered), ()), change.__name__
    assert reader.correct(answered[0], YES, "aided")[0] == 200
    assert reader.lock_session(1)[0] == 200
    after = heard(*answered)
    assert problems(study, after, scores=hearing.SCORES, truths=LESIONS) == []
    assert [answer.path for answer in after if answer.status == 200 and "/readings/" in answer.path] == []
