"""A reader study from the investigator's first click to the opened study, in the real application."""

import json
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deploy.cohort import SEED
from tests.e2e.application import Application
from tests.e2e.conftest import CASES
from tests.e2e.test_worklist import violations

TITLE = "Set up in the browser"
COHORT = frozenset(f"SYN{SEED}{number:04d}" for number in range(1, CASES + 1))
"""Accession numbers of the demo's own patients: other tests take in more."""
TOLD = "About half of the patients have local recurrence."


@pytest.fixture(scope="module")
def accessions(application: Application, token: str) -> list[str]:
    """The demo's own synthetic patients, whose truths the archive knows once all of them are taken in."""
    deadline = time.monotonic() + 300
    progress = application.var / "demo-progress.json"
    while json.loads(progress.read_text())["preparing"] and time.monotonic() < deadline:
        time.sleep(0.5)
    found = application.get("/api/worklist/?search=SYN-&page_size=200", token)[1]["results"]
    own = sorted({row["accession_number"] for row in found} & COHORT)
    assert len(own) == CASES, application.logs()
    return own


@pytest.fixture
def drafted(sign_in: Callable[..., Page], accessions: list[str]) -> Page:
    """The investigator's new study with the paper's design, at the first step that wants something."""
    page = sign_in("investigator")
    page.wait_for_url("**/studies/")
    page.get_by_test_id("new-study").click()
    page.get_by_label("Title").fill(TITLE)
    expect(page.get_by_label("The paper's design")).to_be_checked()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/studies/*/")
    return page


def add_cases(page: Page, accessions: list[str]) -> None:
    """Each is picked; their truths come along, and the flow diagram grows."""
    expect(page.get_by_test_id("step-cases")).to_be_visible()
    for accession in accessions:
        page.get_by_test_id("candidates").get_by_label(accession).check()
    page.get_by_test_id("add-picked").click()
    expect(page.get_by_test_id("added")).to_contain_text(f"{CASES} cases added")
    expect(page.get_by_test_id("truth-bars")).not_to_contain_text("not established")
    assert violations(page) == []
    expect(page.get_by_test_id("stard-flow")).to_contain_text(f"Included (n\u00a0=\u00a0{CASES})")


def add_readers(page: Page) -> None:
    """A senior and a junior one."""
    page.get_by_test_id("go-members").click()
    form = page.get_by_test_id("new-reader")
    for name, years in (("Senior reader 1", "12"), ("Junior reader 1", "5")):
        form.get_by_label("Years").fill(years)
        form.get_by_role("button", name="Add as reader").click()
        expect(page.get_by_test_id("members-reader")).to_contain_text(name)


def sign(page: Page, word: str, password: str) -> None:
    dialog = page.get_by_test_id("sign-dialog")
    dialog.get_by_label("Your password, as signature").fill(password)
    dialog.get_by_role("button", name=word).click()


def test_an_investigator_sets_up_the_papers_study_and_opens_it(
    drafted: Page, accessions: list[str], sign_in: Callable[..., Page], application: Application
) -> None:
    page = drafted
    add_cases(page, accessions)
    add_readers(page)
    page.get_by_test_id("go-form").click()
    page.get_by_label("Prevalence").fill(TOLD)
    expect(page.get_by_test_id("save-state")).to_contain_text("Saved")
    page.reload()
    expect(page.get_by_label("Prevalence")).to_have_value(TOLD)

    page.get_by_test_id("go-blinding").click()
    page.get_by_test_id("run-check").click()
    expect(page.get_by_test_id("findings")).to_have_attribute("data-fit", "true", timeout=120_000)
    expect(page.get_by_test_id("certificate")).to_have_attribute("data-ok", "true")
    for accession in accessions:
        expect(page.get_by_test_id("certificate")).not_to_contain_text(accession)

    assert violations(page) == []

    page.get_by_test_id("go-open").click()
    page.get_by_test_id("sign-open").click()
    sign(page, "Sign and open", "not the password")
    expect(page.get_by_test_id("sign-dialog")).to_contain_text("nothing was signed")
    sign(page, "Sign and open", application.password("investigator"))
    rows = page.get_by_test_id("matrix").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first.locator("td[data-state=waiting]")).to_have_count(CASES)

    assert violations(page) == []

    page.goto(page.url.split("?")[0] + "?view=audit")
    page.get_by_role("button", name="Verify the chain now").click()
    expect(page.get_by_test_id("verification")).to_have_attribute("data-whole", "true")

    reading = page.url.split("?")[0].replace(f"{application.url}/studies/", "/reading/")
    for username in ("reader", "reader2"):
        row = sign_in(username).get_by_test_id("study-row").filter(has_text=TITLE)
        expect(row).to_contain_text(f"0 of {CASES} cases read")
        expect(row.get_by_role("link", name="Read:")).to_have_attribute("href", reading)


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
