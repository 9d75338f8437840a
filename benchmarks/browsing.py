"""This application's pages in Chromium, for the benchmarks of what a person at the screen sees."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.peers import PASSWORD, USER

GIVE_UP_MS = 60_000


@contextmanager
def new_page(width: int, height: int) -> Iterator[Any]:
    """A page in a browser of its own with an empty profile."""
    from playwright.sync_api import sync_playwright

    from tests.e2e.chromium import chromium

    with sync_playwright() as playwright, chromium(playwright) as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
        page.set_default_timeout(GIVE_UP_MS)
        yield page


def sign_in(page: Any, port: int) -> None:
    """As the radiologist of `peers.ours`."""
    page.goto(f"http://127.0.0.1:{port}/sign-in/")
    page.get_by_label("User name").fill(USER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
