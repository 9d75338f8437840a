"""Signed in as a reader, everything reachable is fetched before, while and after reading: the whole application, from its
resolver, with every value that was seen. Nothing of what the reader must not know is in any answer.

What has no words to look for (truth, tier, other readers' answers, prevalence) is shown another way: when it changes and
nothing else does, the reader's world stays the same to the byte.
"""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import pytest

from radapp.archive.models import Instance, Study
from radapp.readerstudies.blinding import look
from radapp.readerstudies.models import Answer as GivenAnswer
from radapp.readerstudies.models import Assignment, ReaderStudy, ReferenceStep, Session
from radapp.readerstudies.reading import presentation
from radapp.readerstudies.reference.status import statuses
from radapp.triage.models import Result, Run, StudyTriage
from tests.radapp.addresses import walk
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding import leaks
from tests.radapp.readerstudies.blinding.crawler import Answer, Crawler
from tests.radapp.readerstudies.blinding.maps import heatmap, result
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import NO, YES, Reader

pytestmark = pytest.mark.once
ME, OTHER = "zaphod", "trillian"
PATIENTS = (1, 1, 2)
SCORES = (0.7311, 0.2977, 0.5123)
_runs = count(100)


@pytest.fixture
def study(db: None) -> ReaderStudy:
    """Three cases, two of them of one patient, each with a result and heatmaps; read unaided, then with AI."""
    examined = [scene.examination(11 + place, patient=patient) for place, patient in enumerate(PATIENTS)]
    made = rows.opened(scene.SEQUENTIAL, examinations=examined)
    for case, score in zip(made.cases.all(), SCORES, strict=True):
        found = result(case, tier="positive" if score > 0.5 else "negative", score=score)
        for sequence in ("T1WI", "T2WI"):
            heatmap(case, sequence)
        StudyTriage.objects.update_or_create(
            study=case.examination, defaults={"state": "done", "run": found.run, "result": found, "tier": found.tier}
        )
    return made


@pytest.fixture
def readers(study: ReaderStudy) -> tuple[Reader, Reader]:
    """The one who crawls, and another who has answered the first case."""
    mine, other = rows.reader(study, ME), rows.reader(study, OTHER)
    mine.client.raise_request_exception = False
    other.read(YES, ("unaided", "aided"))
    return mine, other


def overheard(study: ReaderStudy) -> list[str]:
    """Values that a reader should not have, but may have heard of: keys of cases and sessions, original UIDs."""
    found = [study.key, *study.cases.values_list("key", flat=True), *Session.objects.values_list("key", flat=True)]
    one = Instance.objects.select_related("series__study")[0]
    return [*found, one.series.study.study_instance_uid, one.series.series_instance_uid, one.sop_instance_uid]


def words(study: ReaderStudy, *, scores: Iterable[float] = SCORES) -> set[str]:
    """What must not be heard; `scores`: those that are not in sight now."""
    mine = Assignment.objects.filter(session__reader__user__username=ME)
    others = Assignment.objects.exclude(pk__in=mine).values_list("key", flat=True)
    sessions = Session.objects.values_list("key", flat=True)
    found = leaks.forbidden(study, ME) | {str(score) for score in scores}
    return found | {key.lower() for key in (*others, *sessions)}


def looked_through(study: ReaderStudy, answers: Iterable[Answer], asked: Iterable[str] = (), **facts: Any) -> list[str]:
    """All that is wrong with some answers. A word in an address that was asked for is no news."""
    unnamed = [answer for answer in answers if not any(one in answer.path for one in asked)]
    return [*leaks.spoken(unnamed, words(study, **facts)), *leaks.unruly(unnamed), *leaks.uneven_refusals(answers)]


def test_everything_reachable_while_reading(study: ReaderStudy, readers: tuple[Reader, Reader]) -> None:
    """The whole resolver, with every value seen and with originals that were overheard."""
    mine, _ = readers
    case = mine.open()
    crawler = Crawler(mine.client, seeds=[*overheard(study), case["key"]])
    answers = crawler.crawl()
    assert looked_through(study, answers) == []
    assert {"api-reading", "api-reading-case", "reading-frames", "reading-series-metadata"} & crawler.shut == set()
    assert {"dicomweb-study", "api-worklist", "api-study-case", "tagging-frames"} <= crawler.shut
    frames = [answer for answer in answers if "/frames/" in answer.path and answer.status == 200]
    assert len({answer.path for answer in frames}) >= 2 * 2 * scene.SLICES, "this case's and the next one's"


ROOMS = ("api-reading", "api-reader-studies", "api-session", "page-home")


def at_the_rooms(client: Any, *seeds: str, rooms: tuple[str, ...] = ROOMS) -> list[Answer]:
    """A crawl of what is a reader's own; images where they lead."""
    shut = {address.name for address in walk() if not address.name.startswith(rooms)}
    return Crawler(client, seeds=seeds, sparing=True).crawl(shut)


def test_before_while_and_after(study: ReaderStudy, readers: tuple[Reader, Reader]) -> None:
    """Drafted, open, unaided, aided in each case, locked; and two cases of one patient look like two patients."""
    mine, _ = readers
    seen: list[Answer] = []

    def look_around(*keys: str, shown: float | None = None) -> None:
        look.forget()
        answers = at_the_rooms(mine.client, study.key, *keys)
        assert looked_through(study, answers, scores=[score for score in SCORES if score != shown]) == []
        seen.extend(answers)

    for state in ("draft", "open"):
        ReaderStudy.objects.filter(pk=study.pk).update(state=state, opened_at=None if state == "draft" else study.opened_at)
        look_around()
    keys = []
    for score in SCORES:
        keys.append(mine.open()["key"])
        if len(keys) == 1:
            look_around(*keys)
        mine.submit(keys[-1], NO, "unaided")
        look_around(*keys, shown=score)
        mine.submit(keys[-1], NO, "aided")
    ReaderStudy.objects.filter(pk=study.pk).update(state="locked", locked_at=study.opened_at)
    look_around(*keys)
    cases = {key: leaks.seen(seen, f"/api/reading/{study.key}/readings/{key}/dicom-web/") for key in keys}
    assert all(len(case.values) > 30 for case in cases.values())
    assert leaks.sets_apart(cases) == []
    assert leaks.ties(cases) == []


def turned_over(study: ReaderStudy, other: Reader) -> None:
    """Another truth, tier and score of every case, other answers of the other reader, another name of every patient."""
    for case in study.cases.all():
        step = ReferenceStep.objects.filter(case=case).latest("id")
        ReferenceStep.objects.create(
            case=case, step=step.step, version=step.version + 1, recurrence=not step.recurrence,
            basis="one_year_free" if step.recurrence else "histopathology", reason="Turned over.",
            rt_stage="" if step.recurrence else "rT1", sites=[] if step.recurrence else ["skull_base"],
        )  # fmt: skip
        before = Result.objects.get(run__study=case.examination)
        run = Run.objects.create(
            study=case.examination, protocol=before.run.protocol, fingerprint=f"g{next(_runs)}", inputs={}, state="done"
        )
        after = Result.objects.create(
            run=run, score_t1wi=0.01, score_t2wi=0.02, score_t1_t2=0.015, tier="suspicious", series=[], bundles={},
            synthetic=True,
        )  # fmt: skip
        StudyTriage.objects.filter(study=case.examination).update(run=run, result=after, tier="suspicious", score=0.015)
    Study.objects.update(patient_name="Somebody^Else", accession_number="ELSE", study_description="else")
    other.read(NO, ("unaided", "aided"))


def differing(before: Iterable[Answer], after: Iterable[Answer]) -> list[str]:
    """Where two crawls of the same world differ."""
    then = {(one.method, one.path): one.text for one in before}
    now = {(one.method, one.path): one.text for one in after}
    return [
        f"{key}: {then.get(key)} then, {now.get(key)} now" for key in sorted({*then, *now}) if then.get(key) != now.get(key)
    ]


@pytest.fixture
def changed(study: ReaderStudy, readers: tuple[Reader, Reader]) -> Callable[..., list[str]]:
    """What a reader notices, unaided in the first case, when all that must not be known is turned over."""

    def found(rooms: tuple[str, ...] = ROOMS) -> list[str]:
        mine, other = readers
        key = mine.open()["key"]
        crawls = []
        for turn in (lambda: None, lambda: turned_over(study, other)):
            turn()
            look.forget()
            crawls.append(at_the_rooms(mine.client, study.key, key, rooms=rooms))
        return differing(*crawls)

    return found


def test_what_must_not_be_known_changes_nothing(changed: Callable[..., list[str]]) -> None:
    assert changed() == []


@pytest.mark.parametrize("leak", ["tier", "truth", "score", "others", "prevalence"])
def test_such_a_change_would_be_noticed(
    study: ReaderStudy, changed: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    """Shows that the test before can fail: the reading room tells one thing too many."""
    tells: dict[str, Callable[[], Any]] = {
        "tier": lambda: list(StudyTriage.objects.order_by("study_id").values_list("tier", flat=True)),
        "truth": lambda: [one.recurrence for one in statuses(study).values()],
        "score": lambda: StudyTriage.objects.order_by("study_id")[0].result.score_t1_t2,  # type: ignore[union-attr]
        "others": lambda: GivenAnswer.objects.count(),
        "prevalence": lambda: sum(bool(one.recurrence) for one in statuses(study).values()),
    }
    plain = presentation.room

    def room(*args: Any) -> dict[str, Any]:
        told = plain(*args)
        return {**told, "study": {**told["study"], "title": f"{told['study']['title']} {tells[leak]()}"}}

    monkeypatch.setattr(presentation, "room", room)
    assert changed(rooms=("api-reading",)) != []
