"""Two coders, apart, then an adjudicator: each in the browser, from the neutral marker to the code in force."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application, in_application
from tests.e2e.exchange import Exchange, met, unheard
from tests.e2e.signing import sign_in_by_form
from tests.e2e.test_viewer import neighbours as neighbours
from tests.e2e.test_worklist import violations


@dataclass(frozen=True)
class Coding:
    """An unblinded study; everybody has the same password."""

    url: str
    key: str
    password: str

    def open(self, page: Page, who: str, listen: Callable[[Page], object] = lambda _: None) -> Page:
        """The coding page, as this person; `listen` is given the page before it is opened."""
        sign_in_by_form(page, self.url, who, self.password)
        listen(page)
        page.goto(f"{self.url}/coding/{self.key}/")
        return page


@pytest.fixture(scope="module")
def coding(application: Application, neighbours: tuple[str, str]) -> Coding:
    """Of the worklist's first study."""
    said = json.loads(in_application(application, "unblind.py", neighbours[0]))
    return Coding(application.url, said["key"], said["password"])


def images_ready(page: Page) -> None:
    """Every original is painted."""
    for role in ("T1WI", "T2WI"):
        pane = page.locator(f'[data-testid="blinded-{role}"] [data-kind="original"]')
        expect(pane).to_have_attribute("data-status", "ready", timeout=120_000)


def code(page: Page, *keys: str) -> None:
    """Choose by keys and lock."""
    expect(page.get_by_test_id("coding-panel")).to_have_attribute("data-state", "to_code")
    for key in keys:
        page.keyboard.press(key)
    expect(page.get_by_test_id("lock")).to_be_enabled()
    page.keyboard.press("Control+Enter")


def test_an_error_from_the_marker_to_the_code_in_force(
    new_page: Callable[[], Page], coding: Coding, application: Application
) -> None:
    exchanges: list[Exchange] = []
    ada = coding.open(new_page(), "ada", lambda page: exchanges.append(Exchange(page)))
    images_ready(ada)
    # The images open on the marker's slice, with the reference lesion beside it; nothing tells whose marker it is.
    expect(ada.locator('[data-testid="blinded-T1WI"] [data-testid="marker"]')).to_have_attribute("data-near", "false")
    expect(ada.locator('[data-testid="blinded-T1WI"] [data-testid="lesion"]')).to_be_visible()
    panel = ada.get_by_test_id("coding-panel")
    expect(panel).to_contain_text("Missed diagnosis")
    expect(panel).to_contain_text("rT1")
    for word in ("Senior", "T1WI", "cutoff", "likelihood"):
        expect(panel).not_to_contain_text(word)
    assert violations(ada) == []
    code(ada, "4")
    expect(ada.get_by_test_id("progress")).to_contain_text("1 of 2")
    code(ada, "4")
    expect(ada.get_by_test_id("locked")).to_contain_text("Focal recurrence")
    expect(ada.get_by_test_id("erred")).to_have_count(0)
    words = unheard(application, coding.key, "ada")
    assert met(exchanges[0].read(), [*words["always"], *words["before"], 'heatmaps":[{']) == []

    bob = coding.open(new_page(), "bob")
    images_ready(bob)
    code(bob, "4")
    expect(bob.get_by_test_id("progress")).to_contain_text("1 of 2")
    code(bob, "6")
    # The last error of the case: all is shown at once, as original | heatmap | fused.
    expect(bob.get_by_test_id("erred")).to_be_visible()
    for kind in ("original", "heatmap", "fused"):
        pane = bob.locator(f'[data-testid="blinded-T1WI"] [data-kind="{kind}"]')
        expect(pane).to_have_attribute("data-status", "ready", timeout=120_000)
    expect(bob.get_by_test_id("proposal")).to_contain_text("mm from the reference lesion, within the hit radius of 15 mm")
    assert violations(bob) == []
    bob.get_by_test_id("group-settled").or_(bob.get_by_test_id("group-differing")).first.click()

    eve = coding.open(new_page(), "eve")
    expect(eve.get_by_test_id("codes")).to_contain_text("Coder 2")
    expect(eve.get_by_test_id("agreement")).to_contain_text("Coders 1 and 2")
    eve.get_by_test_id("category-focal").click()
    eve.get_by_test_id("lock").click()
    expect(eve.get_by_test_id("in-force")).to_contain_text("The decision is in force")
    expect(eve.get_by_test_id("group-settled")).to_contain_text("2")
