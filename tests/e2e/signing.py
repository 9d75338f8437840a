"""Signing in by the form, as people do."""

from playwright.sync_api import Page


def sign_in_by_form(page: Page, url: str, username: str, password: str) -> None:
    """From the sign-in page to wherever this person begins."""
    page.goto(f"{url}/sign-in/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda now: "/sign-in/" not in now)
