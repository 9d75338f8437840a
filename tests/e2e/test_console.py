"""The console in a browser, at both widths, with the simulated scanner and the demo's own worker."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import ROOT, Application
from tests.e2e.cable import cable
from tests.e2e.test_worklist import violations

WIDTHS = (1920, 1280)
BELOW = 8125
"""Of this seed the first patient is below both cutoffs."""
SLOW = 180_000  # a phantom is made first, on a machine that others use too
SMALL_TEXT = """
() => [...document.querySelectorAll('body *')].filter(element =>
    [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) &&
    element.getClientRects().length > 0 && !element.closest('.visually-hidden') &&
    parseFloat(getComputedStyle(element).fontSize) < 28
).map(element => `${element.tagName} ${getComputedStyle(element).fontSize} ${element.textContent.trim().slice(0, 40)}`)
"""
WORDS = re.compile("Enhanced examination advised|Does not exclude recurrence|a radiologist must read")
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Scanner:
    """A running `manage.py simulate_scanner`."""

    told: Future["subprocess.CompletedProcess[str]"]

    def ended(self) -> dict[str, object]:
        """Its figures, once it has ended well."""
        done = self.told.result(timeout=300)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture
def scan(application: Application) -> Iterator[Callable[..., Scanner]]:
    """Begins to examine patients in the background; a test ends when all of them are."""
    with ThreadPoolExecutor() as pool:

        def begin(seed: int, **facts: object) -> Scanner:
            words = [word for name, value in facts.items() for word in (f"--{name}", str(value))]
            return Scanner(pool.submit(application.manage, "simulate_scanner", "--json", "--seed", str(seed), *words))

        yield begin


def noted(application: Application) -> dict[str, dict[str, str]]:
    """The console's address and the radiographer's PIN, as `make demo` tells them."""
    return dict(json.loads((application.var / "demo-console.json").read_text()))


@pytest.fixture
def console(new_page: Callable[[], Page], application: Application) -> Callable[[int], Page]:
    """Opens the console's address once, as whoever sets up the screen does."""

    def open_at(width: int) -> Page:
        page = new_page()
        page.set_viewport_size({"width": width, "height": width * 9 // 16})
        page.goto(noted(application)["console"]["address"])
        expect(page.get_by_test_id("console")).to_be_visible()
        return page

    return open_at


def sign(page: Page, url: str, password: str, name: str) -> None:
    """One signature on the page of shadow mode."""
    page.goto(f"{url}/shadow-mode/")
    form = page.get_by_test_id(f"sign-{name}")
    form.get_by_label("Your password, as signature").fill(password)
    form.get_by_role("button").click()
    expect(form).to_have_count(0)


@pytest.fixture
def shown(sign_in: Callable[..., Page], application: Application) -> None:
    """Both have signed."""
    for name in ("administrator", "radiologist"):
        page = sign_in(name)
        page.goto(f"{application.url}/shadow-mode/")
        expect(page.get_by_test_id("shadow-switch")).to_be_visible()
        if page.get_by_test_id(f"sign-{name}").count():
            sign(page, application.url, application.password(name), name)
    expect(page.get_by_test_id("shadow-switch")).to_have_attribute("data-shown", "true")


def readable(page: Page) -> None:
    """Nothing smaller than 28 px, nothing beyond the edge, nothing that axe finds."""
    assert page.evaluate(SMALL_TEXT) == []
    assert page.evaluate(WIDER) <= 0
    assert violations(page) == []


def test_in_shadow_mode_advice_is_kept_and_not_shown(
    console: Callable[[int], Page], scan: Callable[..., Scanner], sign_in: Callable[..., Page], application: Application
) -> None:
    """First of the tests here: a new installation is in shadow mode."""
    page = console(1920)
    expect(page.get_by_test_id("console-shadow")).to_be_visible()
    running = scan(6001, examinations=1, seconds=5, evidence="headers")
    row = page.get_by_test_id("examination")
    expect(row).to_have_count(1, timeout=SLOW)
    expect(row.get_by_test_id("segment-T2WI")).to_have_attribute("data-state", "complete", timeout=SLOW)
    (one,) = running.ended()["each"]  # type: ignore[misc]
    assert one["decision_s"] is not None, "it was computed"
    expect(row.get_by_test_id("console-advice")).to_have_text(re.compile(r"^No advice: routine protocol\.\s*Shadow mode\.$"))
    expect(row.get_by_test_id("console-confirm")).to_have_count(0)
    readable(page)
    administrator = sign_in("administrator")
    administrator.goto(f"{application.url}/shadow-mode/")
    cells = administrator.locator("[data-testid^=cell-]")
    expect(cells).to_have_count(12)
    assert sum(int(text) for text in cells.all_inner_texts()) >= 1, "and kept, beside what was done"
    assert violations(administrator) == []


def test_an_examination_from_first_slice_to_decision(
    console: Callable[[int], Page], scan: Callable[..., Scanner], shown: None, application: Application
) -> None:
    pages = {width: console(width) for width in WIDTHS}
    page = pages[WIDTHS[0]]
    known = page.get_by_test_id("examination").count()
    running = scan(8020, examinations=1, seconds=12, evidence="mpps")
    expect(page.get_by_test_id("examination")).to_have_count(known + 1, timeout=SLOW)
    row = page.get_by_test_id("examination").first  # the newest slice first
    expect(row.get_by_test_id("segment-T1WI")).to_have_attribute("data-state", "arriving")
    expect(row.get_by_test_id("console-advice")).to_contain_text("No advice: routine protocol.")
    expect(row.get_by_test_id("since")).to_contain_text("s since the last slice")
    readable(page)
    (one,) = running.ended()["each"]  # type: ignore[misc]
    for width, page in pages.items():
        row = page.get_by_test_id("examination").first
        decision = row.get_by_test_id("console-advice")
        expect(decision).not_to_have_attribute("data-tier", "none")
        expect(decision).to_contain_text(WORDS)
        if one["contrast"]:
            expect(row.get_by_test_id("segment-T1WIC")).to_have_attribute("data-state", "complete")
        if one["tier"] == "suspicious":
            expect(decision).to_contain_text("a radiologist must read")
        readable(page)
        (ROOT / "test-results").mkdir(exist_ok=True)
        page.screenshot(path=ROOT / "test-results" / f"console-{width}.png")


def test_a_radiographer_overrides_by_pin_with_a_reason(
    console: Callable[[int], Page], scan: Callable[..., Scanner], shown: None, application: Application
) -> None:
    """A patient below both cutoffs: contrast does not follow by itself."""
    pages = {width: console(width) for width in WIDTHS}
    page = pages[WIDTHS[0]]
    known = page.get_by_test_id("examination").count()
    scan(BELOW, examinations=1, seconds=5, evidence="released")
    expect(page.get_by_test_id("examination")).to_have_count(known + 1, timeout=SLOW)
    for page in pages.values():
        row = page.get_by_test_id("examination").first
        row.get_by_test_id("console-override").click(timeout=SLOW)
        dialog = page.get_by_test_id("console-dialog")
        dialog.get_by_label("Ho Lan (radiographer)").check()
        dialog.get_by_test_id("pin").fill("000111")
        dialog.get_by_test_id("console-reason").fill("New symptoms")
        expect(dialog.get_by_label("with contrast", exact=True)).to_be_checked()
        readable(page)
    dialog.get_by_test_id("console-submit").click()
    expect(dialog.get_by_test_id("console-problem")).to_contain_text("The PIN is not right")
    dialog.get_by_test_id("pin").fill(noted(application)["radiographer"]["pin"])
    dialog.get_by_test_id("console-submit").click()
    expect(dialog).to_have_count(0)
    for page in pages.values():
        told = page.get_by_test_id("examination").first.get_by_test_id("console-decided")
        expect(told).to_have_text("Goes on with contrast. Overridden by Ho Lan (radiographer): New symptoms")


@pytest.mark.parametrize("how", ["cut", "pulled"])
def test_a_lost_connection_turns_the_page_to_stripes(
    new_page: Callable[[], Page], application: Application, shown: None, how: str
) -> None:
    """At once where the browser is told; within four seconds where nobody is."""
    page = new_page()
    page.set_viewport_size({"width": 1280, "height": 720})
    with cable(application.port) as laid:
        page.goto(f"http://127.0.0.1:{laid.port}/console/#{noted(application)['console']['token']}")
        expect(page.get_by_test_id("console")).to_be_visible()
        if how == "cut":
            laid.cut()
        else:
            laid.pull()
        expect(page.get_by_test_id("console-void")).to_be_visible(timeout=2_000 if how == "cut" else 6_000)
        expect(page.get_by_test_id("console-void")).to_contain_text("No advice: routine protocol.")
        expect(page.get_by_test_id("examination")).to_have_count(0)
        readable(page)
        laid.mend()
        expect(page.get_by_test_id("console")).to_be_visible()


def test_the_screen_opens_nothing_but_the_console(console: Callable[[int], Page], application: Application) -> None:
    page = console(1280)
    assert page.url == f"{application.url}/console/", "the token is not left in the address"
    page.goto(f"{application.url}/worklist/")
    assert "/sign-in/" in page.url
    for path in ("/api/worklist/", "/api/events/", "/dicom-web/studies", "/api/shadow-mode/"):
        assert page.request.get(application.url + path).status == 401, path
    page.goto(f"{application.url}/console/")
    expect(page.get_by_test_id("console")).to_be_visible()


def test_a_new_screen_asks_for_its_token(new_page: Callable[[], Page], application: Application) -> None:
    page = new_page()
    page.goto(f"{application.url}/console/")
    page.get_by_test_id("kiosk-token").fill("darndest_kiosk_guess")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_test_id("console-problem")).to_contain_text("not known or was revoked")
    page.get_by_test_id("kiosk-token").fill(noted(application)["console"]["token"])
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_test_id("console")).to_be_visible()


def test_in_chinese(console: Callable[[int], Page]) -> None:
    page = console(1280)
    page.get_by_role("button", name="中").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("操作台")
    readable(page)


def test_the_same_patients_are_not_examined_twice(scan: Callable[..., Scanner]) -> None:
    """Those of the first test."""
    again = scan(6001, examinations=1, seconds=5)
    done = again.told.result(timeout=120)
    assert done.returncode == 1
    assert "were examined before; take another --seed" in done.stderr
