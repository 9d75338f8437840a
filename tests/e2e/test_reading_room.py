"""The reading room as a reader uses it: by keyboard alone, through a dropped network, in two tabs, with the aid."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.application import Application, in_application
from tests.e2e.exchange import Exchange, met, unheard
from tests.e2e.pixels import coloured_share, images_of, lit_share
from tests.e2e.test_worklist import violations

WRITES = re.compile(r"/api/reading/.+/(draft|submission|events|seat)/$")
Opened = dict[str, Any]


@pytest.fixture(scope="module")
def open_study(application: Application, cohort: list[str]) -> Callable[..., Opened]:
    """Opens a study on the demo's examinations, once all are triaged."""
    assert cohort

    def act(**asked: Any) -> Opened:
        return dict(json.loads(in_application(application, "reading_study.py", json.dumps({"cases": 1, **asked}))))

    return act


@pytest.fixture
def begin(sign_in: Callable[..., Page], application: Application) -> Callable[..., Page]:
    """The reader at the first case of a study, its images on the screen; `listen` is given the page before it begins."""

    def act(study: Opened, listen: Callable[[Page], object] = lambda _: None) -> Page:
        page = sign_in("reader")
        listen(page)
        page.goto(f"{application.url}/reading/{study['study']}/")
        expect(page.get_by_test_id("begin")).to_be_focused()
        page.keyboard.press("Enter")
        for pane in ("T1WI", "T2WI"):
            shown(page, pane)
        return page

    return act


def shown(page: Page, sequence: str, kind: str = "original") -> None:
    pane = page.locator(f'[data-testid="blinded-{sequence}"] [data-kind="{kind}"]')
    expect(pane).to_have_attribute("data-status", "ready", timeout=120_000)


def loaded(page: Page) -> None:
    """Every image has come: a reload or a lock then cuts none off, about which Cornerstone would complain."""
    page.wait_for_load_state("networkidle", timeout=120_000)


def kept(page: Page) -> list[str]:
    """The names under which this browser keeps answers."""
    return [name for name in page.evaluate("Object.keys(localStorage)") if name.startswith("darndest-reading")]


def stored(application: Application, study: Opened) -> Opened:
    """{answers: [{stage, version, answers, timing}], events: [[kind, stage, detail]]} as the database has them."""
    return dict(json.loads(in_application(application, "reading_answers.py", study["study"])))


def answer_no(page: Page) -> None:
    """No, 10, by T2, good: without a look at the mouse."""
    page.keyboard.press("n")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(page.locator('[data-question="decided_by"]')).to_have_attribute("data-active", "true")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator('[data-question="quality"]')).to_have_attribute("data-active", "true")
    page.keyboard.press("1")
    expect(page.get_by_test_id("quality-good")).to_have_attribute("aria-checked", "true")


def test_a_case_is_read_by_keyboard_alone(
    begin: Callable[..., Page], open_study: Callable[..., Opened], application: Application
) -> None:
    study = open_study()
    page = begin(study)
    shown(page, "T1WIC")
    assert lit_share(images_of(page.get_by_test_id("blinded-images"))) > 0.05
    page.keyboard.press("y")
    page.keyboard.type("70")
    expect(page.get_by_test_id("likelihood-value")).to_have_text("70")
    page.keyboard.press("Enter")
    page.keyboard.press("x")
    # The point stands at one place of the patient in all series, and on its own slice only.
    crosses = page.get_by_test_id("cross-hair")
    expect(crosses).to_have_count(3)
    first = crosses.first.get_attribute("data-x")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    expect(crosses.first).not_to_have_attribute("data-x", str(first))
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(crosses).to_have_count(0)
    page.keyboard.press("5")
    expect(page.locator('[data-question="side"]')).to_have_attribute("data-active", "true")
    for key in ("2", "1", "2", "Enter", "1"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d$"))
    assert kept(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("case-locked")).to_be_visible()
    assert kept(page) == [], "what is locked is not kept"
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reading-start")).to_have_attribute("data-state", "finished")
    said = stored(application, study)
    [answer] = said["answers"]
    assert answer["answers"] | {"location": None} == {
        "recurrence": True,
        "likelihood": 70,
        "location": None,
        "site": "skull_base",
        "side": "right",
        "decided_by": ["t1wi", "t2wi"],
        "quality": "good",
    }
    assert answer["answers"]["location"]["sequence"] == "T1WI"
    assert ["first_image", "only", {}] in said["events"]


def test_the_page_is_images_and_form_and_names_nothing(
    begin: Callable[..., Page], open_study: Callable[..., Opened]
) -> None:
    study = open_study()
    page = begin(study)
    images, window = page.get_by_test_id("blinded-images").bounding_box(), page.viewport_size
    assert images is not None
    assert window is not None
    assert images["width"] * images["height"] >= 0.7 * window["width"] * window["height"]
    assert page.get_by_role("navigation").count() == 0
    assert violations(page) == []
    names = page.content() + page.title() + json.dumps(page.evaluate("({...localStorage, ...sessionStorage})"))
    for word in (*study["assignments"], "2.25.", "1.2.826", "SYN-", "Synthetic^", "DARNDEST-"):
        assert word not in names.replace(*_own_key(study)), f"{word} stands in the page"
    page.keyboard.press("?")
    expect(page.get_by_test_id("keys")).to_be_visible()
    page.keyboard.press("y")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("recurrence-yes")).to_have_attribute("aria-checked", "false")


def _own_key(study: Opened) -> tuple[str, str]:
    """Answers are kept under the assignment's key: there, and there alone, it may stand."""
    return f"darndest-reading:{study['study']}:{study['assignments'][0]}", ""


def test_a_browser_meets_no_word_that_it_must_not_from_the_first_image_to_the_last_answer(
    begin: Callable[..., Page], open_study: Callable[..., Opened], application: Application
) -> None:
    """Addresses, headers, bodies, console, page, cookies, storage, databases and caches; words from the database."""
    study = open_study(base="SEQUENTIAL", other="reader2")
    words = unheard(application, study["study"], "reader")
    exchanges: list[Exchange] = []
    page = begin(study, lambda page: exchanges.append(Exchange(page)))
    answer_no(page)
    expect(page.get_by_test_id("saved")).to_contain_text("Saved")
    loaded(page)
    before = exchanges[0].read()
    assert sum("/frames/" in where and where.startswith("answer") for where in before) > 20
    assert met({"storage": before["storage"]}, [study["assignments"][0].lower()]), "one's own key, where answers are kept"
    assert met(before, [*words["always"], *words["before"], 'heatmaps":[{']) == []
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("aid")).to_be_visible()
    page.keyboard.press("h")
    shown(page, "T1WI", "fused")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("case-locked")).to_be_visible()
    loaded(page)
    after = exchanges[0].read()
    assert met(after, words["always"]) == []
    assert met(after, words["before"]), "scores are told after the lock: such words are found where they stand"


def test_a_dropped_network_loses_nothing(
    begin: Callable[..., Page], open_study: Callable[..., Opened], application: Application
) -> None:
    study = open_study()
    page = begin(study)
    shown(page, "T1WIC")
    loaded(page)
    page.context.route(WRITES, lambda route: route.abort())
    answer_no(page)
    expect(page.get_by_test_id("saved")).to_contain_text("Not saved: no connection; kept here")
    # A reload in the middle: the case is open again, with what only this browser knew.
    page.reload()
    shown(page, "T1WI")
    loaded(page)
    expect(page.get_by_test_id("recurrence-no")).to_have_attribute("aria-checked", "true")
    expect(page.get_by_test_id("likelihood-value")).to_have_text("10")
    page.context.unroute(WRITES)
    expect(page.get_by_test_id("saved")).to_contain_text("Saved")
    # The act arrives and its answer does not: it is sent again, and stays one.
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(str(route.fetch().json()["submission"]))
            route.abort()

    page.context.route(re.compile(r"/submission/$"), lose)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("case-locked")).to_be_visible()
    assert len(lost) == 1
    assert kept(page) == []
    assert [one["version"] for one in stored(application, study)["answers"]] == [1]


def test_a_second_tab_is_told_and_may_take_over(begin: Callable[..., Page], open_study: Callable[..., Opened]) -> None:
    study = open_study()
    page = begin(study)
    page.keyboard.press("n")
    expect(page.get_by_test_id("saved")).to_contain_text("Saved")
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.get_by_test_id("seat-taken")).to_be_visible()
    second.get_by_test_id("take-over").click()
    expect(second.get_by_test_id("recurrence-no")).to_have_attribute("aria-checked", "true")
    page.bring_to_front()
    page.keyboard.type("7")
    expect(page.get_by_test_id("seat-taken")).to_be_visible()
    # Back again: what was typed here and never saved is still there.
    page.get_by_test_id("take-over").click()
    expect(page.get_by_test_id("likelihood-value")).to_have_text("7")


def test_the_aid_comes_after_the_lock_with_the_first_answer_in_sight(
    begin: Callable[..., Page], open_study: Callable[..., Opened], application: Application
) -> None:
    study = open_study(base="SEQUENTIAL", practice=1)
    page = begin(study)
    page.emulate_media(reduced_motion="reduce")
    expect(page.get_by_test_id("stage")).to_contain_text("without AI")
    assert page.get_by_test_id("aid").count() == 0
    page.keyboard.press("h")  # no heatmap yet, and no key for one
    answer_no(page)
    page.keyboard.type("90")  # the quality in hand has no options under these keys
    expect(page.get_by_test_id("likelihood-value")).to_have_text("90")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("contradiction")).to_contain_text("likelihood of 90")
    page.get_by_test_id("meant").click()
    expect(page.get_by_test_id("aid")).to_be_visible()
    assert page.get_by_test_id("aid").evaluate("one => getComputedStyle(one).animationName") == "none"
    expect(page.get_by_test_id("first-likelihood")).to_have_text("first: 90")
    expect(page.get_by_test_id("first-recurrence")).to_have_text("first: No")
    page.keyboard.press("h")
    for sequence in ("T1WI", "T2WI"):
        shown(page, sequence, "fused")
    page.keyboard.press("t")
    shown(page, "T1WI", "heatmap")
    assert coloured_share(page.get_by_test_id("heatmap-legend-T1WI").screenshot()) > 0
    page.keyboard.type("20")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("feedback")).to_contain_text("Reference standard of this practice case")
    said = stored(application, study)
    assert [(one["stage"], one["answers"]["likelihood"]) for one in said["answers"]] == [("unaided", 90), ("aided", 20)]
    overlays = {detail["overlay"] for kind, stage, detail in said["events"] if kind == "aid_shown" and stage == "aided"}
    assert overlays == {"scores", "T1WI", "T2WI"}
    kinds = [kind for kind, _, _ in said["events"]]
    assert "contradiction_queried" in kinds
    assert not [kind for kind, stage, _ in said["events"] if kind.startswith("aid") and stage == "unaided"]


def test_an_answer_is_corrected_with_a_reason_until_the_session_is_locked(
    begin: Callable[..., Page], open_study: Callable[..., Opened], application: Application
) -> None:
    study = open_study(design={"lock": "session"})
    page = begin(study)
    answer_no(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("case-locked")).to_contain_text("may be corrected")
    page.keyboard.press("Enter")
    page.get_by_test_id("correct-1").click()
    shown(page, "T1WI")
    page.keyboard.type("30")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("correction-reason")).to_be_focused()
    page.keyboard.type("A second look.")
    page.keyboard.press("Control+Enter")
    page.get_by_test_id("lock-session").click()
    page.get_by_test_id("lock-session-now").click()
    expect(page.get_by_test_id("correct-1")).to_have_count(0)
    expect(page.get_by_test_id("reading-start")).to_have_attribute("data-state", "finished")
    said = stored(application, study)["answers"]
    assert [(one["version"], one["answers"]["likelihood"]) for one in said] == [(1, 10), (2, 30)]
