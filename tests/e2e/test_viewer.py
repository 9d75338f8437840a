"""The viewer as a reader uses it: from study to study and back, what panes say of themselves, and its refusals."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from deploy.cohort import SEED
from tests.e2e.application import Application
from tests.e2e.pixels import coloured_share, images_of
from tests.e2e.test_worklist import violations
from tests.e2e.words import english

LISTED = f"state=done&ordering=-score&search=SYN{SEED}"
"""The demo's own patients by their accession numbers: what other tests took in is synthetic, too."""


@pytest.fixture(scope="module")
def neighbours(application: Application, cohort: list[str], token: str) -> tuple[str, str]:
    """Two triaged studies beside each other in the worklist's order by score."""
    first, second = application.get(f"/api/worklist/?{LISTED}", token)[1]["results"][:2]
    return str(first["uid"]), str(second["uid"])


def ready(page: Page, role: str, kind: str = "original") -> None:
    pane = page.locator(f'[data-testid="viewer-{role}"] [data-kind="{kind}"]')
    expect(pane).to_have_attribute("data-status", "ready", timeout=120_000)


def test_heatmaps_show_again_on_the_way_back_to_a_study(
    sign_in: Callable[..., Page], application: Application, neighbours: tuple[str, str]
) -> None:
    first, second = neighbours
    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/{first}/?{LISTED}")
    for key, uid in (("", first), ("n", second), ("p", first)):
        if key:
            expect(page.get_by_role("button", name="Next study" if key == "n" else "Previous study")).to_be_enabled()
            page.keyboard.press(key)
        page.wait_for_url(f"**/viewer/{uid}/**")
        ready(page, "T1WI")
        page.keyboard.press("h")
        for role in ("T1WI", "T2WI"):
            ready(page, role, "fused")
    # Whatever the network says of this study, its heatmap alone, at its strongest and unthinned, is not black.
    role = strongest_role(page)
    page.keyboard.press("3")
    ready(page, role, "heatmap")
    page.locator(f'[data-testid="viewer-{role}"] [data-kind="heatmap"]').focus()
    page.keyboard.press("m")
    expect(page.get_by_test_id(f"heatmap-legend-{role}")).to_contain_text("on this slice")
    for _ in range(60):
        if coloured_share(images_of(page.locator(f'[data-testid="viewer-{role}"] [data-kind="heatmap"]'))) > 0.003:
            return
        page.wait_for_timeout(500)
    pytest.fail("the heatmap of the study gone back to is not shown")


def strongest_role(page: Page) -> str:
    """The sequence whose legend names the largest value: one of them is clearly seen in every positive study."""
    found = {}
    for role in ("T1WI", "T2WI"):
        legend = page.get_by_test_id(f"heatmap-legend-{role}")
        expect(legend).to_contain_text(re.compile("strongest|no evidence"))
        value = re.search(r"strongest (\d\.\d+)", legend.inner_text())
        found[role] = float(value[1]) if value else 0.0
    role = max(found, key=lambda one: found[one])
    assert found[role] > 0.15, f"the study with the highest score has no heatmap worth the name: {found}"
    return role


def test_a_key_pressed_before_the_neighbours_are_known_acts_when_they_are(
    sign_in: Callable[..., Page], application: Application, neighbours: tuple[str, str]
) -> None:
    first, second = neighbours
    page = sign_in("radiologist")
    held: list[Route] = []
    page.route("**/api/worklist/neighbours/**", lambda route: held.append(route))  # a built-in it cannot wrap
    page.goto(f"{application.url}/viewer/{first}/?{LISTED}")
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
    sign_in: Callable[..., Page], application: Application, neighbours: tuple[str, str], token: str
) -> None:
    page = sign_in("radiologist")
    page.goto(application.url + "/worklist/")
    page.get_by_role("button", name="中").click()
    expect(page.get_by_role("columnheader", name="层级")).to_be_visible()
    for uid in neighbours:
        state = page.get_by_test_id(f"worklist-row-{uid}").get_by_test_id("state")
        said = f"{state.inner_text()} {state.locator('[title]').get_attribute('title')}"
        assert english(said) == [], said
    for uid in neighbours:
        advice = application.result(uid, token)["advice"]
        assert not advice["given"], "nobody has answered the scope questions"
        page.goto(f"{application.url}/viewer/{uid}/")
        tier = page.get_by_test_id("tier")
        unanswered = advice["reason"].startswith("Scope questions")
        expect(tier).to_contain_text("适用范围问题尚未回答" if unanswered else "与训练图像不同，或质量不佳")
        said = f"{tier.inner_text()} {tier.locator('[title]').last.get_attribute('title')}"
        assert english(said) == [], said
