"""Drafting a reader study in the browser where two pages are open at once; the whole way is in test_paper_study."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

TITLE = "Set up in the browser"


@pytest.fixture
def drafted(sign_in: Callable[..., Page]) -> Page:
    """The investigator's new study with the paper's design, at the first step that wants something."""
    page = sign_in("investigator")
    page.wait_for_url("**/studies/")
    page.get_by_test_id("new-study").click()
    page.get_by_label("Title").fill(TITLE)
    expect(page.get_by_label("The paper's design")).to_be_checked()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/studies/*/")
    return page


def test_two_pages_at_one_draft_are_told_and_one_decides(sign_in: Callable[..., Page], drafted: Page) -> None:
    first, second = drafted, sign_in("investigator")
    second.goto(first.url.split("?")[0] + "?step=form")
    expect(second.get_by_label("Prevalence")).to_have_value("")
    first.get_by_test_id("go-form").click()
    first.get_by_label("Prevalence").fill("Said first")
    expect(first.get_by_test_id("save-state")).to_contain_text("Saved")
    second.get_by_label("Clinical facts").fill("Said second")
    state = second.get_by_test_id("save-state")
    expect(state).to_contain_text("Somebody else changed this draft")
    state.get_by_role("button", name="Take theirs").click()
    expect(second.get_by_label("Prevalence")).to_have_value("Said first")
    second.get_by_label("Clinical facts").fill("Said second, again")
    expect(state).to_contain_text("Saved")
