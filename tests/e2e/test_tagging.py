"""The reference standard in the browser: from the junior radiologist's first key to the end of the chain."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from playwright.sync_api import Page, expect

from ml.phantom.case import generate_case
from ml.phantom.dicom import write_study
from tests.e2e.application import Application
from tests.e2e.examinations import MATRIX
from tests.e2e.exchange import Exchange, met, unheard

PASSWORD = "tagging-in-the-browser"
TAGGERS = {"junior": "tag-junior", "oncologist_1": "tag-oncologist-1", "oncologist_2": "tag-oncologist-2"}
DAYS = (dt.date(2025, 3, 1), dt.date(2025, 6, 1))
STUDY = f"""
from radapp.accounts.models import User
from radapp.archive.models import Study
from radapp.readerstudies.models import Case, Membership, ReaderStudy, ReferenceStep
from radapp.readerstudies.protocol import Protocol

study = ReaderStudy.objects.create(title="Tagged in the browser", draft=Protocol().content(), synthetic=True)
for chair, name in {TAGGERS!r}.items():
    user = User(username=name)
    user.set_password({PASSWORD!r})
    user.save()
    Membership.objects.create(study=study, user=user, part="tagger", chair=chair, name=name)
for number, examination in enumerate(Study.objects.filter(patient_id="TAGGED-0001").order_by("study_date"), start=1):
    Case.objects.create(study=study, number=number, examination=examination, patient="one", synthetic=True)
said = dict(step="report", recurrence=True, basis="images", remark="Suspicious.")
ReferenceStep.objects.create(case=study.cases.get(number=1), **said)
print("KEY", study.key)
"""


def write_examinations(folder: Path) -> None:
    """One patient, examined twice within three months."""
    for seed, day in enumerate(DAYS, start=8100):
        for path in write_study(generate_case(seed, matrix=MATRIX), folder / str(seed), date=day):
            dataset = pydicom.dcmread(path)
            dataset.PatientID = "TAGGED-0001"
            dataset.save_as(path)


@pytest.fixture(scope="module")
def study(application: Application, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A study of both examinations with three taggers; its key."""
    folder = tmp_path_factory.mktemp("tagged")
    write_examinations(folder)
    taken = application.manage("import_dicom", str(folder))
    assert taken.returncode == 0, taken.stderr
    made = application.manage("shell", "-c", STUDY)
    assert made.returncode == 0, made.stderr
    return made.stdout.split("KEY ")[1].split()[0]


@pytest.fixture
def tagger(new_page: Callable[[], Page], application: Application, study: str) -> Callable[[str], Page]:
    """One of the chain, signed in and at the queue."""

    def act(chair: str) -> Page:
        page = new_page()
        page.goto(f"{application.url}/sign-in/?next=/tagging/{study}/")
        page.get_by_label("User name").fill(TAGGERS[chair])
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        return page

    return act


def ready(page: Page, number: int) -> None:
    """The case of this number and its first picture are there."""
    expect(page.locator(f'[data-testid="tagging-case"][data-case="{number}"]')).to_be_visible()
    expect(page.locator('[data-testid="blinded-T2WI"] [data-pane][data-status="ready"]')).to_be_visible(timeout=90_000)


def test_a_case_goes_through_the_chain_by_the_keyboard(tagger: Callable[[str], Page]) -> None:
    junior = tagger("junior")
    ready(junior, 1)
    expect(junior.get_by_test_id("chain")).to_contain_text("Suspicious.")
    junior.keyboard.press("v")  # the later examination stands below and scrolls along
    expect(junior.locator('[data-testid="blinded-prior-T2WI"] [data-pane][data-status="ready"]')).to_be_visible(
        timeout=90_000
    )
    junior.keyboard.press("2")
    junior.get_by_test_id("when").get_by_text("92 days after").click()
    junior.keyboard.press("c")
    junior.keyboard.press("x")  # a mark in the middle of the image
    expect(junior.get_by_test_id("marks").get_by_role("listitem")).to_have_count(1)
    expect(junior.get_by_test_id("lesion").first).to_be_visible()
    junior.keyboard.press("+")
    expect(junior.get_by_test_id("marks")).to_contain_text("9 mm")
    junior.get_by_test_id("sites-skull_base").click()
    junior.keyboard.press("Control+Enter")
    ready(junior, 2)
    expect(junior.get_by_text("Case 1 is stored.")).to_be_visible()
    expect(junior.get_by_test_id("counts")).to_contain_text("1 done")

    for chair in ("oncologist_1", "oncologist_2"):
        page = tagger(chair)
        ready(page, 1)
        expect(page.get_by_test_id("chain")).to_contain_text(re.compile("growth, 92 days after"))
        page.keyboard.press("0")
        expect(page.get_by_test_id("choice-growth")).to_have_attribute("aria-checked", "true")
        expect(page.get_by_test_id("stage-rT1")).to_have_attribute("aria-checked", "true")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_test_id("tagging-standing")).to_contain_text("Case 1 is stored.")


def test_what_is_missing_is_said_and_nothing_is_sent(
    tagger: Callable[[str], Page], application: Application, study: str
) -> None:
    page = tagger("junior")
    ready(page, 2)
    exchange = Exchange(page)
    page.reload()
    ready(page, 2)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Choose a conclusion.")).to_be_visible()
    page.keyboard.press("5")
    expect(page.get_by_text("Say which day it is compared with.")).to_be_visible()
    assert not sent
    # No name of the patient, no original UID, no date is in the page.
    text = page.content()
    assert "TAGGED-0001" not in text
    assert "SYN0" not in text
    assert not re.search(r"1\.2\.826|2025-0", text)
    # Nor in anything that the browser got or keeps, and no score.
    words = unheard(application, study, TAGGERS["junior"])
    assert met(exchange.read(), [*words["always"], *words["before"]]) == []
