"""Pictures of every page of the running demo, for `docs/images/` and for looking at: `python -m tests.e2e.take_screenshots`.

Takes the address and the passwords from `var/`, as every manage.py command does; makes 1280 and 1920 wide pictures in
`test-results/pages/` and the few that the documentation shows in `docs/images/`.
"""

import json
import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.chromium import chromium

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
PAGES = ROOT / "test-results" / "pages"
SHOWN = ROOT / "docs" / "images"
READY = '[data-testid="viewer-{role}"] [data-pane][data-status="ready"]'


def sign_in(browser: Browser, url: str, username: str, width: int) -> Page:
    """A page of this width with this person signed in."""
    page = browser.new_context(viewport={"width": width, "height": width * 5 // 8}).new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{url}/sign-in/")
    if username == "radiologist":
        page.screenshot(path=PAGES / f"sign-in-{width}.png")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(json.loads((VAR / "demo-users.json").read_text())[username]["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)
    return page


def worklist(page: Page, url: str, width: int) -> str:
    """The worklist and its preview; returns a positive study with three sequences."""
    page.goto(f"{url}/worklist/?ordering=-score")
    rows = page.locator('[data-testid^="worklist-row-"]')
    rows.first.wait_for()
    page.wait_for_timeout(800)  # rows fade in
    page.screenshot(path=PAGES / f"worklist-{width}.png")
    page.keyboard.press("j")
    page.keyboard.press(" ")
    page.get_by_test_id("reasons").wait_for()
    page.wait_for_timeout(800)
    page.screenshot(path=PAGES / f"worklist-reasons-{width}.png")
    chosen = rows.filter(has_text="T1C").first
    return str(chosen.get_attribute("data-testid")).removeprefix("worklist-row-")


def viewer(page: Page, url: str, uid: str, width: int) -> None:
    """The viewer at opening, with the heatmap fused, and with originals beside."""
    page.goto(f"{url}/viewer/{uid}/")
    for role in ("T1WI", "T2WI"):
        page.locator(READY.format(role=role)).first.wait_for()
    page.wait_for_timeout(3000)
    page.screenshot(path=PAGES / f"viewer-{width}.png")
    page.keyboard.press("h")
    page.locator('[data-testid="viewer-T2WI"] [data-pane]').first.focus()
    page.keyboard.press("m")
    page.wait_for_timeout(8000)
    page.screenshot(path=PAGES / f"viewer-fused-{width}.png")
    page.keyboard.press("3")
    page.wait_for_timeout(9000)
    page.screenshot(path=PAGES / f"viewer-three-{width}.png")


def console(browser: Browser, width: int) -> None:
    """The console as it stands; `manage.py simulate_scanner` beside it puts somebody on the table."""
    page = browser.new_context(viewport={"width": width, "height": width * 9 // 16}).new_page()
    page.goto(json.loads((VAR / "demo-console.json").read_text())["console"]["address"])
    page.get_by_test_id("console").wait_for()
    page.wait_for_timeout(1500)
    page.screenshot(path=PAGES / f"console-{width}.png")


def main() -> None:
    url = f"http://127.0.0.1:{(VAR / 'port').read_text().strip()}"
    PAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, chromium(playwright) as browser:
        for width in (1280, 1920):
            page = sign_in(browser, url, "radiologist", width)
            viewer(page, url, worklist(page, url, width), width)
            administrator = sign_in(browser, url, "administrator", width)
            administrator.goto(f"{url}/set-aside/")
            administrator.wait_for_timeout(1500)
            administrator.screenshot(path=PAGES / f"set-aside-{width}.png")
            administrator.goto(f"{url}/workers/")
            administrator.get_by_test_id("worker").first.wait_for()
            administrator.wait_for_timeout(1500)
            administrator.screenshot(path=PAGES / f"workers-{width}.png")
            administrator.goto(f"{url}/shadow-mode/")
            administrator.get_by_test_id("shadow-comparison").wait_for()
            administrator.screenshot(path=PAGES / f"shadow-mode-{width}.png")
            administrator.goto(f"{url}/sources/")
            administrator.wait_for_timeout(1500)
            administrator.screenshot(path=PAGES / f"sources-{width}.png")
            console(browser, width)
            reader = sign_in(browser, url, "reader", width)
            reader.wait_for_timeout(1000)
            reader.screenshot(path=PAGES / f"home-{width}.png")
    for name in ("sign-in", "worklist", "viewer-fused", "viewer-three", "workers"):
        shutil.copyfile(PAGES / f"{name}-1280.png", SHOWN / f"{name}.png")


if __name__ == "__main__":
    main()
