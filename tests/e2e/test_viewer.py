"""The viewer as a reader uses it: from study to study and back, what panes say of themselves, and its refusals."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.application import Application
from tests.e2e.conftest import CASES
from tests.e2e.pixels import coloured_share
from tests.e2e.test_worklist import violations


@pytest.fixture(scope="module")
def neighbours(application: Application, token: str) -> tuple[str, str]:
    """Two triaged studies beside each other in the worklist's order by score."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        rows = application.get("/api/worklist/?state=done&ordering=-score", token)[1]["results"]
        if len(rows) >= CASES:
            return str(rows[0]["uid"]), str(rows[1]["uid"])
        time.sleep(0.5)
    raise AssertionError(f"the demo's {CASES} studies were not done in 300 s\n{application.logs()}")


def ready(page: Page, role: str, kind: str = "original") -> None:
    pane = page.locator(f'[data-testid="viewer-{role}"] [data-kind="{kind}"]')
    expect(pane).to_have_attribute("data-status", "ready", timeout=120_000)


def test_heatmaps_show_again_on_the_way_back_to_a_study(
    sign_in: Callable[..., Page], application: Application, neighbours: tuple[str, str]
) -> None:
    first, second = neighbours
    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/{first}/?state=done&ordering=-score")
    for key, uid in (("", first), ("n", second), ("p", first)):
        if key:
            expect(page.get_by_role("button", name="Next study" if key == "n" else "Previous study")).to_be_enabled()
            page.keyboard.press(key)
        page.wait_for_url(f"**/viewer/{uid}/**")
        ready(page, "T1WI")
        page.keyboard.press("h")
        for role in ("T1WI", "T2WI"):
            ready(page, role, "fused")
    page.locator('[data-testid="viewer-T1WI"] [data-pane]').focus()
    page.keyboard.press("m")
    expect(page.locator('[data-testid="viewer-T1WI"] [data-slice]')).to_be_visible()
    for _ in range(60):
        if coloured_share(page.get_by_test_id("viewer-T1WI").screenshot()) > 0.003:
            return
        page.wait_for_timeout(500)
    pytest.fail("the heatmap of the study gone back to is not shown")


def test_a_key_pressed_before_the_neighbours_are_known_acts_when_they_are(
    sign_in: Callable[..., Page], application: Application, neighbours: tuple[str, str]
) -> None:
    first, second = neighbours
    page = sign_in("radiologist")
    held: list[Route] = []
    page.route("**/api/worklist/neighbours/**", lambda route: held.append(route))  # a built-in it cannot wrap
    page.goto(f"{application.url}/viewer/{first}/?state=done&ordering=-score")
    ready(page, "T1WI")
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    assert f"/viewer/{first}/" in page.url
    assert held, "the page asked for no neighbours"
    for route in held:
        route.continue_()
    page.unroute("**/api/worklist/neighbours/**")
    page.wait_for_url(f"**/viewer/{second}/**")


def test_a_pane_is_called_fused_only_while_it_is(
    sign_in: Callable[..., Page], application: Application, neighbours: tuple[str, str]
) -> None:
    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/{neighbours[0]}/")
    pane = page.locator('[data-testid="viewer-T1WI"] [data-pane]')
    ready(page, "T1WI")
    assert violations(page) == []
    page.keyboard.press("h")
    expect(pane).to_contain_text("T1WI fused")
    page.keyboard.press("h")
    expect(pane).not_to_contain_text("fused")
    expect(pane).to_have_attribute("aria-label", re.compile("original"))


def test_an_unknown_study_is_said_to_be_none(sign_in: Callable[..., Page], application: Application) -> None:
    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/1.2.3.4/")
    expect(page.get_by_role("alert")).to_contain_text("There is no such study")
    assert violations(page) == []


def test_chinese_readers_meet_no_english_reason(
    sign_in: Callable[..., Page], application: Application, neighbours: tuple[str, str]
) -> None:
    page = sign_in("radiologist")
    page.goto(application.url + "/worklist/")
    page.get_by_role("button", name="中").click()
    row = page.get_by_test_id(f"worklist-row-{neighbours[0]}")
    expect(row.get_by_test_id("state")).to_contain_text("适用范围问题尚未回答")
    page.goto(f"{application.url}/viewer/{neighbours[0]}/")
    expect(page.get_by_test_id("tier")).to_contain_text("适用范围问题尚未回答")
