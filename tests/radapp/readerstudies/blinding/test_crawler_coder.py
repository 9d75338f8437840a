"""Signed in as a coder, everything reachable is fetched before one code is locked, and after one, and after both.

Until both are, nothing tells who erred, how sure, by which tier, where a heatmap lies, or what the other coder said: an
error of a reader and one of a network at one place of one case look the same, but for names that say nothing. Once both are,
and nothing of the case is left to code, that is told of these errors alone; identity never is.
Reduced: by GET and POST alone.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from radapp.readerstudies.blinding import look
from radapp.readerstudies.coding import selectors, sight
from radapp.readerstudies.coding.codes import submit_code
from radapp.readerstudies.coding.items import begin_coding
from radapp.readerstudies.models import CodingItem, ReaderStudy
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.sight import COMPLETE, UNENHANCED, Sight
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding import hearing, leaks
from tests.radapp.readerstudies.blinding.crawler import Answer, Crawler
from tests.radapp.readerstudies.blinding.maps import heatmap, result
from tests.radapp.readerstudies.coding import erring

pytestmark = [pytest.mark.once, pytest.mark.evidence]
ME, OTHER, READER = "fenchurch", "agrajag", "trillian"
PLACE = [10.0, -4.0, 12.0]
PEAK = [10.3719, -4.21, 11.93]
"""Where a reader clicked and where a heatmap peaks: the same whole millimetres."""
SAID = "said by the other coder"
Item = tuple[int, str]


@pytest.fixture
def items(db: None) -> dict[Item, CodingItem]:
    """By case and who erred: in case 1 a reader and a network, in 2 (the same patient) and 3 a network."""
    study = scene.study(content={"design": scene.SEQUENTIAL["design"]}, imported=True)
    reader = scene.member(study, scene.person(READER, is_reader=True), "reader")
    for number, (patient, score) in enumerate(zip((1, 1, 2), hearing.SCORES, strict=False), start=1):
        case = scene.case(study, number, examined=scene.examination(10 + number, patient=patient), truth=True)
        found = result(case, tier="negative", score=score)
        heatmap(case, "T1WI")
        erring.call(case, "T1WI", False, result=found, score=score, cutoff=0.9, peak=PEAK)
        if number == 1:
            erring.reading(reader, case, False, stage="unaided", arm="aided", point=PLACE)
    for name in (ME, OTHER):
        erring.coder(study, name)
    erring.coder(study, "deepthought", "adjudicator")
    erring.unblinded(study)
    with transaction.atomic():
        begin_coding(study, None, actor_name="test")
    return {
        (one.case.number, one.call.network if one.call else READER): one
        for one in CodingItem.objects.filter(case__study=study).select_related("case", "call")
    }


@pytest.fixture
def study(items: dict[Item, CodingItem]) -> ReaderStudy:
    return ReaderStudy.objects.get()


@pytest.fixture
def lock(study: ReaderStudy, items: dict[Item, CodingItem]) -> Callable[..., None]:
    """A coder codes an error."""

    def act(name: str, *which: Item) -> None:
        for one in which:
            submit_code(items[one], study.members.get(name=name), ["focal"], SAID if name == OTHER else "")

    return act


@pytest.fixture
def heard(study: ReaderStudy, items: dict[Item, CodingItem]) -> Callable[[], list[Answer]]:
    """What the coder hears of the queue and of every error now."""
    client = erring.client_of(scene.person(ME))

    def visit() -> list[Answer]:
        look.forget()
        return hearing.visited(client, f"/api/coding/{study.key}/", *map(root, items.values()))

    return visit


def unheard(study: ReaderStudy) -> set[str]:
    """What a coder must not hear: all that nobody blinded may, and what waits for both codes."""
    return hearing.words(study, ME) | {SAID.lower(), str(PEAK[0])}


def problems(study: ReaderStudy, answers: Sequence[Answer]) -> list[str]:
    """What is wrong with answers before both codes are locked."""
    return [*hearing.looked_through(answers, unheard(study)), *leaks.heatmaps(answers)]


def root(item: CodingItem) -> str:
    return f"/api/coding/{item.case.study.key}/items/{item.key}/"


def told(answers: Sequence[Answer], item: CodingItem) -> set[str]:
    """What is answered of an error, and at which address below its own; without the names that say nothing."""
    own = (answer for answer in answers if answer.path.startswith(root(item)) and answer.status == 200)
    texts = (f"{answer.path}: {answer.text}".replace(root(item), "") for answer in own)
    return {re.sub(r"2\.25\.[0-9]{39}", "name", text.replace(item.key, "item")) for text in texts}


def who_erred(answers: Sequence[Answer], items: dict[Item, CodingItem]) -> set[str]:
    """What tells a reader's error from a network's."""
    return told(answers, items[1, READER]) ^ told(answers, items[1, "T1WI"])


def test_everything_reachable_before_any_code(study: ReaderStudy, items: dict[Item, CodingItem]) -> None:
    """The whole resolver; who erred cannot be told, nor two cases of one patient."""
    client = erring.client_of(scene.person(ME))
    client.raise_request_exception = False
    crawler = Crawler(client, seeds=hearing.overheard(study), sparing=True, methods=("GET", "POST"))
    answers = crawler.crawl(hearing.THE_SAME)
    assert problems(study, answers) == []
    assert hearing.doors(answers) - hearing.OPEN_DOORS == {"/api/coding"}
    assert len(told(answers, items[1, READER])) > 5
    assert who_erred(answers, items) == set()
    cases = {one[0]: leaks.seen(answers, f"{root(items[one])}dicom-web/") for one in items if one[1] == "T1WI"}
    assert all(len(case.values) > 30 for case in cases.values())
    cases = {str(number): case for number, case in cases.items()}
    assert [*leaks.sets_apart(cases), *leaks.ties(cases)] == []


def test_what_is_told_after_both_codes_and_of_what(
    study: ReaderStudy, items: dict[Item, CodingItem], heard: Callable[[], list[Answer]], lock: Callable[..., None]
) -> None:
    first, second = (1, READER), (1, "T1WI")
    lock(OTHER, first, second, (2, "T1WI"))
    assert problems(study, heard()) == [], "the other's codes"
    lock(ME, first)
    assert problems(study, heard()) == [], "another error of the case is still to be coded"
    lock(ME, second)
    look.forget()
    answers = hearing.at_the_rooms(erring.client_of(scene.person(ME)), study.key, rooms=hearing.CODING)
    revealed = tuple(root(items[one]) for one in (first, second))
    others = [answer for answer in answers if not answer.path.startswith(revealed)]
    assert problems(study, others) == []
    shown = [answer for answer in answers if answer.path.startswith(revealed)]
    assert hearing.looked_through(shown, unheard(study) - let_out(study)) == []
    text = "".join(answer.text.lower() for answer in shown)
    assert [word for word in sorted(let_out(study)) if word not in text] == []
    assert leaks.heatmaps(shown)


def let_out(study: ReaderStudy) -> set[str]:
    """What both codes let out of case 1: who erred, how sure, where, and the other's words."""
    return {READER, SAID.lower(), str(hearing.SCORES[0]), str(PEAK[0])}


def test_each_loosened_rule_is_found(
    study: ReaderStudy,
    items: dict[Item, CodingItem],
    heard: Callable[[], list[Answer]],
    lock: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marker, look_at = selectors._marker, sight.sight_on

    def as_read(admitted: Admitted, item: CodingItem) -> Sight:
        return replace(look_at(admitted, item), roles=UNENHANCED if item.answer else COMPLETE)

    def unnoticed(*changes: tuple[str, Any]) -> list[str]:
        found = []
        for name, change in changes:
            with monkeypatch.context() as patch:
                for module in (selectors, sight):
                    patch.setattr(module, name, change, raising=False)
                answers = heard()
            if not [*problems(study, answers), *who_erred(answers, items)]:
                found.append(name)
        return found

    assert unnoticed(("CODERS", sight.CODERS)) == ["CODERS"], "nothing is wrong before"
    always = ("is_revealed", lambda item, still_open: True)
    exact = ("_marker", lambda item, exact: marker(item, exact=True))
    assert unnoticed(always, exact, ("sight_on", as_read)) == []
    lock(OTHER, (1, READER), (1, "T1WI"))
    lock(ME, (1, READER))
    by_one_code = ("is_revealed", lambda item, still_open: bool(item.codes.all()))
    assert unnoticed(("open_cases", lambda *_: set()), by_one_code) == []
