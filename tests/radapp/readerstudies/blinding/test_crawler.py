"""Signed in as a reader, everything reachable is fetched before, while and after reading: the whole application, from its
resolver, with every value that was seen. Nothing of what the reader must not know is in any answer.

What has no words to look for (truth, tier, other readers' answers, prevalence) is shown another way: when it changes and
nothing else does, the reader's world stays the same to the byte. Reduced: by GET and POST alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pytest

from radapp.readerstudies.blinding import look
from radapp.readerstudies.models import Answer as GivenAnswer
from radapp.readerstudies.models import ReaderStudy
from radapp.readerstudies.reading import presentation
from radapp.readerstudies.reference.status import statuses
from radapp.triage.models import StudyTriage
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding import hearing, leaks
from tests.radapp.readerstudies.blinding.crawler import Answer, Crawler
from tests.radapp.readerstudies.blinding.hearing import SCORES, overheard
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import NO, YES, Reader

pytestmark = [pytest.mark.once, pytest.mark.evidence]
ME, OTHER = "zaphod", "trillian"
PATIENTS = (1, 1, 2)


@pytest.fixture
def study(db: None) -> ReaderStudy:
    """Three cases, two of them of one patient, each with a result and heatmaps; read unaided, then with AI."""
    examined = [scene.examination(11 + place, patient=patient) for place, patient in enumerate(PATIENTS)]
    made = rows.opened(scene.SEQUENTIAL, examinations=examined)
    hearing.weighed(made)
    return made


@pytest.fixture
def readers(study: ReaderStudy) -> tuple[Reader, Reader]:
    """The one who crawls, and another who has answered the first case."""
    mine, other = rows.reader(study, ME), rows.reader(study, OTHER)
    mine.client.raise_request_exception = False
    other.read(YES, ("unaided", "aided"))
    return mine, other


def looked_through(study: ReaderStudy, answers: Sequence[Answer], scores: Iterable[float] = SCORES) -> list[str]:
    """All that is wrong with some answers; `scores`: those that are not in sight now."""
    return hearing.looked_through(answers, hearing.words(study, ME, scores=scores))


def test_everything_reachable_while_reading(study: ReaderStudy, readers: tuple[Reader, Reader]) -> None:
    """The whole resolver, with every value seen and with originals that were overheard."""
    mine, _ = readers
    case = mine.open()
    crawler = Crawler(mine.client, seeds=[*overheard(study), case["key"]], methods=hearing.METHODS)
    answers = crawler.crawl()
    assert looked_through(study, answers) == []
    assert hearing.doors(answers) - hearing.OPEN_DOORS == {"/api/reading"}
    assert {"dicomweb-study", "api-worklist", "api-study-case", "tagging-frames"} <= crawler.shut
    frames = [answer for answer in answers if "/frames/" in answer.path and answer.status == 200]
    assert len({answer.path for answer in frames}) >= 2 * 2 * scene.SLICES, "this case's and the next one's"


def test_before_while_and_after(study: ReaderStudy, readers: tuple[Reader, Reader]) -> None:
    """Drafted, open, unaided, aided in each case, locked; and two cases of one patient look like two patients."""
    mine, _ = readers
    seen: list[Answer] = []

    def look_around(*keys: str, shown: float | None = None, known: bool = False) -> None:
        """In all rooms, or where the way is `known` along it."""
        look.forget()
        if known:
            paths = (f"{mine.root}readings/{key}/" for key in keys)
            answers = hearing.visited(mine.client, mine.root, *paths, pixels=True)
        else:
            answers = hearing.at_the_rooms(mine.client, study.key, *keys, rooms=hearing.READING)
        assert looked_through(study, answers, scores=[score for score in SCORES if score != shown]) == []
        seen.extend(answers)

    for state in ("draft", "open"):
        ReaderStudy.objects.filter(pk=study.pk).update(state=state, opened_at=None if state == "draft" else study.opened_at)
        look_around()
    keys = []
    for score in SCORES[: len(PATIENTS)]:
        keys.append(mine.open()["key"])
        if len(keys) == 1:
            look_around(*keys)
        mine.submit(keys[-1], NO, "unaided")
        look_around(*keys, shown=score, known=len(keys) > 1)
        mine.submit(keys[-1], NO, "aided")
    ReaderStudy.objects.filter(pk=study.pk).update(state="locked", locked_at=study.opened_at)
    look_around(*keys)
    cases = {key: leaks.seen(seen, f"/api/reading/{study.key}/readings/{key}/dicom-web/") for key in keys}
    assert all(len(case.values) > 30 for case in cases.values())
    assert leaks.sets_apart(cases) == []
    assert leaks.ties(cases) == []


@pytest.fixture
def turn_over(study: ReaderStudy, readers: tuple[Reader, Reader]) -> Callable[[], None]:
    """Another truth, tier and score of every case, other answers of the other reader, another name of every patient."""

    def act() -> None:
        hearing.truth_turned_over(study.cases.all())
        hearing.weighed_anew(study.cases.all())
        readers[1].read(NO, ("unaided", "aided"))

    return act


@pytest.fixture
def heard(study: ReaderStudy, readers: tuple[Reader, Reader]) -> Callable[[], list[Answer]]:
    """What a reader hears now, unaided in the first case."""
    key = readers[0].open()["key"]

    def crawl() -> list[Answer]:
        look.forget()
        return hearing.at_the_rooms(readers[0].client, study.key, key, rooms=hearing.READING)

    return crawl


def test_what_must_not_be_known_changes_nothing(heard: Callable[[], list[Answer]], turn_over: Callable[[], None]) -> None:
    before = heard()
    turn_over()
    assert hearing.differing(before, heard()) == []


def test_such_a_change_would_be_noticed(
    study: ReaderStudy, readers: tuple[Reader, Reader], turn_over: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the test before can fail: the reading room tells one thing too many."""
    mine, _ = readers
    mine.open()
    tells: dict[str, Callable[[], Any]] = {
        "tier": lambda: list(StudyTriage.objects.order_by("study_id").values_list("tier", flat=True)),
        "truth": lambda: [one.recurrence for one in statuses(study).values()],
        "score": lambda: StudyTriage.objects.order_by("study_id")[0].result.score_t1_t2,  # type: ignore[union-attr]
        "others": lambda: GivenAnswer.objects.count(),
        "prevalence": lambda: sum(bool(one.recurrence) for one in statuses(study).values()),
    }
    plain, leak = presentation.room, ""

    def room(*args: Any) -> dict[str, Any]:
        told = plain(*args)
        return {**told, "study": {**told["study"], "title": f"{told['study']['title']} {tells[leak]()}"}}

    def crawls() -> Iterator[tuple[str, list[Answer]]]:
        nonlocal leak
        for leak in tells:
            yield leak, [Crawler(mine.client).ask("GET", mine.root)]

    monkeypatch.setattr(presentation, "room", room)
    before = dict(crawls())
    turn_over()
    assert [one for one, after in crawls() if not hearing.differing(before[one], after)] == []
