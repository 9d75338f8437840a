"""A real PACS behind the demo: the page of sources, and a radiologist who takes a study in from the viewer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.phantoms import Examination, make_examination
from tests.e2e.test_worklist import violations
from tests.orthanc import Orthanc


@pytest.fixture
def examination(tmp_path: Path) -> Examination:
    """One that the PACS alone has."""
    return make_examination(tmp_path / "examination", first=90)


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


def test_a_radiologist_takes_a_study_in_from_the_viewer(
    sign_in: Callable[..., Page], application: Application, token: str, pacs: Orthanc, examination: Examination
) -> None:
    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/{examination.uid}/")
    elsewhere = page.get_by_test_id("elsewhere")
    expect(elsewhere).to_contain_text("This study is not held here. It lies in Main PACS.")
    assert violations(page) == []
    assert application.get("/api/worklist/?search=zzz", token)[0] == 200
    elsewhere.get_by_role("button", name="Take it in").click()
    expect(elsewhere).to_have_count(0, timeout=180_000)
    expect(page.locator("canvas").first).to_be_visible(timeout=120_000)
    result = application.wait_for_state(examination.uid, "done", token)
    assert result["state"] == "done"
    assert application.get(f"/api/upstream/{examination.uid}/", token)[1]["state"] == "held"
