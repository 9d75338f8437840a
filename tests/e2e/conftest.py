"""A browser and a running application for the end-to-end tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.e2e.application import Application, running_application, triaged
from tests.e2e.chromium import PUT_TOGETHER_BY_PROCESSOR, chromium
from tests.e2e.disks import disk_of_its_own
from tests.e2e.signing import sign_in_by_form
from tests.services import free_port

CASES = 3
expect.set_options(timeout=30_000)  # the machines are shared and noisy: a wait says what, never how fast


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives the whole application."""
    for item in items:
        if "/tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def ohif_port() -> int:
    """Where OHIF will be served, which the application lets read from other origins."""
    return free_port()


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory, ohif_port: int) -> Iterator[Application]:
    """The demo with a small synthetic cohort, shared by the tests that do not harm it."""
    origins = {"DICOMWEB_CORS_ORIGINS": f"http://127.0.0.1:{ohif_port}"}
    var = tmp_path_factory.mktemp("application") / "var"
    with disk_of_its_own(var / "archive"), running_application(var, cases=CASES, **origins) as running:
        running.wait_until_ready()
        yield running


@pytest.fixture(scope="session")
def cohort(application: Application) -> list[str]:
    """Accession numbers of the demo's patients, once all of them are triaged and their truths known."""
    return triaged(application, CASES)


@pytest.fixture(scope="session")
def token(application: Application) -> str:
    """The radiologist's bearer token."""
    return application.token("radiologist")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Shared by all tests; pages have contexts of their own."""
    with sync_playwright() as playwright, chromium(playwright, PUT_TOGETHER_BY_PROCESSOR) as browser:
        yield browser


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[[], Page]]:
    """Make pages whose console must stay free of errors: a CSP violation or an unhandled rejection fails the test."""
    contexts, complaints = [], []

    def make() -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()

        def listen(message: ConsoleMessage) -> None:
            expected = "Failed to load resource" in message.text  # a refused request is a test's own business
            if message.type == "error" and not expected:
                complaints.append(message.text)

        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    failed = request.node.stash.get(_FAILED, False)
    if failed:
        for number, context in enumerate(contexts):
            for page in context.pages:
                page.screenshot(path=_failure_picture(request, number))
    for context in contexts:
        context.close()
    assert not complaints, "the browser's console:\n" + "\n".join(complaints)


@pytest.fixture
def sign_in(new_page: Callable[[], Page], application: Application) -> Callable[..., Page]:
    """A person's page: signed in by the form, as they do, the first time."""

    def act(username: str, where: Application = application) -> Page:
        page = new_page()
        if not _goes_on(page, where, username):
            sign_in_by_form(page, where.url, username, where.password(username))
            _sessions[where.url, username] = page.context.cookies()
        return page

    return act


def _goes_on(page: Page, where: Application, username: str) -> bool:
    """With the cookies of an earlier test's session, where that lives still: signing in costs more than most tests."""
    kept = _sessions.get((where.url, username))
    if kept is None:
        return False
    page.context.add_cookies(kept)
    page.goto(where.url)
    page.wait_for_url(lambda now: now.rstrip("/") != where.url)
    return "/sign-in/" not in page.url


_FAILED = pytest.StashKey[bool]()
_sessions: dict[tuple[str, str], list[Any]] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.when in {"setup", "call"} and report.failed:
        item.stash[_FAILED] = True
    return report


def _failure_picture(request: pytest.FixtureRequest, number: int) -> Path:
    folder = Path("test-results")
    folder.mkdir(exist_ok=True)
    return folder / f"{request.node.name}-{number}.png"
