"""The worklist as a person uses it: doors, keys, filters in the address, live changes in place, refused files, axe."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.application import ROOT, Application
from tests.e2e.phantoms import make_examination

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def rows(page: Page) -> Locator:
    return page.locator("[data-testid^=worklist-row-]")


def order(page: Page) -> list[str]:
    return [str(row.get_attribute("data-uid")) for row in rows(page).all()]


def violations(page: Page) -> list[Any]:
    """What axe-core finds wrong on the page as it stands: rule and elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]  # else it writes down all that is right
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


@pytest.fixture
def worklist(sign_in: Callable[..., Page], application: Application, token: str) -> Page:
    """A radiologist's worklist with at least one study on it."""
    page = sign_in("radiologist")
    page.goto(application.url + "/worklist/")
    expect(rows(page).first).to_be_visible(timeout=120_000)
    return page


@pytest.mark.parametrize("username", ["reader", "investigator"])
def test_who_sees_no_clinical_study_begins_at_reader_studies(
    sign_in: Callable[..., Page], application: Application, username: str
) -> None:
    page = sign_in(username)
    page.wait_for_url(application.url + "/studies/")
    expect(page.get_by_role("heading", name="Reader studies")).to_be_visible()
    expect(page.get_by_test_id("upload")).to_have_count(0)


def test_sign_in_leads_only_to_this_server(new_page: Callable[[], Page], application: Application) -> None:
    page = new_page()
    page.goto(application.url + "/sign-in/?next=//example.org/worklist/")
    assert violations(page) == []
    page.get_by_label("User name").fill("radiologist")
    page.get_by_label("Password").fill(application.password("radiologist"))
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(application.url + "/worklist/")


def test_keys_move_preview_and_open(worklist: Page) -> None:
    first = order(worklist)[0]
    worklist.keyboard.press("/")
    expect(worklist.get_by_role("searchbox")).to_be_focused()
    worklist.keyboard.press("Escape")
    worklist.keyboard.press("j")
    worklist.keyboard.press(" ")
    expect(worklist.get_by_test_id("reasons")).to_be_visible()
    assert violations(worklist) == []
    worklist.keyboard.press("Escape")
    expect(worklist.get_by_test_id("reasons")).to_have_count(0)
    worklist.keyboard.press("?")
    expect(worklist.get_by_test_id("keys-help")).to_be_visible()
    worklist.keyboard.press("Escape")
    worklist.get_by_test_id(f"worklist-row-{first}").focus()
    worklist.keyboard.press("Enter")
    worklist.wait_for_url(f"**/viewer/{first}/")


def test_filters_and_search_live_in_the_address(worklist: Page, application: Application) -> None:
    worklist.get_by_role("searchbox").fill("nobody of this name")
    expect(worklist.get_by_test_id("worklist-empty")).to_be_visible()
    assert "search=nobody" in worklist.url
    worklist.get_by_test_id("worklist-empty").get_by_role("button").click()
    expect(rows(worklist).first).to_be_visible()
    assert worklist.url == application.url + "/worklist/"
    worklist.get_by_role("button", name="Tier", exact=True).click()
    for tier in ("positive", "suspicious", "negative tier", "no advice"):
        expect(worklist.get_by_role("checkbox", name=tier)).to_be_visible()
    worklist.get_by_role("checkbox", name="no advice").check()
    assert "tier=none" in worklist.url


def test_rows_do_not_move_under_the_pointer(worklist: Page, tmp_path: Path) -> None:
    before = order(worklist)
    rows(worklist).first.hover()
    made = make_examination(tmp_path, first=60, roles="T1WI")
    worklist.get_by_test_id("upload").set_input_files(made.files)
    new = worklist.get_by_test_id(f"worklist-row-{made.uid}")
    expect(new).to_be_visible(timeout=60_000)
    assert order(worklist)[: len(before)] == before
    worklist.get_by_test_id("re-sort").click()
    expect(worklist.get_by_test_id("re-sort")).to_have_count(0)
    assert order(worklist)[0] == made.uid
    expect(new.get_by_test_id("state")).to_contain_text("waiting")
    expect(new.get_by_test_id("tier")).to_have_text("no advice")


def test_broken_files_are_named_with_their_reasons(worklist: Page, tmp_path: Path) -> None:
    (tmp_path / "broken.dcm").write_bytes(bytes(200))
    (tmp_path / "readme.txt").write_text("not an examination")
    worklist.get_by_test_id("upload").set_input_files([tmp_path / "broken.dcm", tmp_path / "readme.txt"])
    report = worklist.get_by_test_id("intake-report")
    expect(report).to_have_attribute("data-complete", "true")
    expect(report.get_by_test_id("intake-skipped")).to_contain_text("1")
    expect(report.get_by_test_id("intake-refused")).to_contain_text("1")
    expect(report).to_contain_text("broken.dcm")
    assert violations(worklist) == []


def test_chinese_is_complete_on_the_page(worklist: Page) -> None:
    worklist.get_by_role("button", name="中").click()
    expect(worklist.get_by_role("columnheader", name="层级")).to_be_visible()
    assert worklist.locator("html").get_attribute("lang") == "zh-CN"
    assert violations(worklist) == []
