"""A real PACS behind the demo: the page of sources, and a radiologist who takes a study in from the viewer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.phantoms import Examination, make_examination
from tests.e2e.test_worklist import violations
from tests.orthanc import Orthanc


@pytest.fixture(scope="module")
def examination(tmp_path_factory: pytest.TempPathFactory) -> Examination:
    """One that the PACS alone has."""
    return make_examination(tmp_path_factory.mktemp("examination"), first=90)


@pytest.fixture
def pacs(tmp_path: Path, application: Application, examination: Examination) -> Iterator[Orthanc]:
    """The PACS, added as a source by the command that people use, and removed afterwards."""
    orthanc = Orthanc(tmp_path / "orthanc", authenticated=False)
    orthanc.start()
    orthanc.store(*(path.read_bytes() for path in examination.files))
    added = application.manage("source", "add", "dicomweb", "Main PACS", orthanc.url)
    assert "It answers" in added.stdout, added
    yield orthanc
    application.manage("source", "remove", "Main PACS")
    orthanc.kill()


def test_administrators_see_the_source_and_test_it(
    sign_in: Callable[..., Page], application: Application, pacs: Orthanc
) -> None:
    page = sign_in("administrator")
    page.get_by_role("navigation").get_by_role("link", name="Sources").click()
    page.wait_for_url("**/sources/")
    card = page.get_by_test_id("source")
    expect(card).to_contain_text("Main PACS")
    expect(card).to_contain_text(pacs.url)
    expect(card.get_by_test_id("source-standing")).to_have_text("answers")
    assert violations(page) == []
    pacs.kill()
    for _ in range(2):
        card.get_by_role("button", name="Test").click()
        expect(card.get_by_test_id("source-tested")).to_contain_text("it cannot be reached")
        expect(card.get_by_role("button", name="Test")).to_be_enabled()
    expect(card.get_by_test_id("source-standing")).to_have_text("does not answer")
    assert violations(page) == []
    pacs.start()
    expect(card.get_by_test_id("source-standing")).to_have_text("answers", timeout=120_000)  # the courier looks after it


READY = '[data-testid="viewer-{role}"] [data-pane][data-status="ready"]'


def shows_images(page: Page) -> None:
    """Both sequences are on the screen."""
    for role in ("T1WI", "T2WI"):
        expect(page.locator(READY.format(role=role)).first).to_be_visible(timeout=120_000)


def test_a_radiologist_finds_reads_and_takes_in_a_study_of_the_pacs(
    sign_in: Callable[..., Page], application: Application, token: str, pacs: Orthanc, examination: Examination
) -> None:
    page, uid = sign_in("radiologist"), examination.uid
    here, elsewhere = page.get_by_test_id("other-here"), page.get_by_test_id("elsewhere")

    # Found by the worklist's search, below what is held here.
    page.goto(f"{application.url}/worklist/?search={examination.patient_id}")
    expect(page.get_by_test_id("other-source")).to_have_text("Main PACS: answers")
    expect(here).to_have_text("fetched when it is opened")
    assert violations(page) == []

    # Read through: shown as any study, and said where it lies.
    page.get_by_test_id(f"other-row-{uid}").get_by_role("link").click()
    page.wait_for_url(f"**/viewer/{uid}/**")
    shows_images(page)
    expect(elsewhere).to_contain_text("This study is not held here. It lies in Main PACS.")
    kept = page.get_by_test_id("elsewhere-series").locator('[data-kept="true"]')
    expect(kept).to_have_count(len({path.parent for path in examination.files}))
    expect(page.get_by_test_id("synthetic-band")).to_be_visible()
    assert violations(page) == []
    assert application.get(f"/api/studies/{uid}/", token)[0] == 404  # and no part of the archive

    # Down: called offline in the worklist and in the viewer, which shows what is kept.
    pacs.kill()
    for _ in range(2):
        application.manage("source", "test", "Main PACS")
    page.goto(f"{application.url}/worklist/?search={examination.patient_id}")
    expect(here).to_have_text("Offline: all series are kept here")
    expect(page.get_by_test_id("other-source")).to_have_text("Main PACS: does not answer")
    assert violations(page) == []
    page.get_by_test_id(f"other-row-{uid}").get_by_role("link").click()
    shows_images(page)
    expect(page.get_by_test_id("elsewhere-standing")).to_contain_text("Offline: the PACS does not answer now.")

    # Back: taken in for good, and triaged like any other.
    pacs.start()
    assert "It answers" in application.manage("source", "test", "Main PACS").stdout
    elsewhere.get_by_role("button", name="Take it in").click()
    expect(elsewhere).to_have_count(0, timeout=180_000)
    shows_images(page)
    assert application.wait_for_state(uid, "done", token)["state"] == "done"
    assert application.get(f"/api/upstream/{uid}/", token)[1]["state"] == "held"
