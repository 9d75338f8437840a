"""The paper's reader study in a real browser: from the investigator's first click to the locked and unblinded study.

A senior and a junior reader read complete examinations; then a copy of the study is read without and with the networks' aid.
Reduced by default to the demo's few patients; `EVIDENCE=full` takes 24 cases and pictures every page at both widths in
`test-results/paper-study/`.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import ROOT, Application, running_application, triaged
from tests.e2e.conftest import CASES
from tests.e2e.paper_study.camera import Camera
from tests.e2e.paper_study.desk import Desk
from tests.e2e.paper_study.room import COMPLETE, UNENHANCED, Room
from tests.e2e.signing import sign_in_by_form

pytestmark = pytest.mark.evidence

FULL = os.environ.get("EVIDENCE") == "full"
POSITIVE = NEGATIVE = 12
COHORT = 40
"""Synthetic patients that hold so many of either truth with enhanced images."""
READ = POSITIVE + NEGATIVE if FULL else CASES
READ_AIDED = READ if FULL else 1
PICTURES = ROOT / "test-results" / "paper-study"
PAPER, AIDED = "Two readers, complete examinations", "Two readers, without and with AI"
THIRD, PASSWORD = "reader3", "comes-in-when-another-leaves"
ADD_THIRD = f"""
from radapp.accounts.models import Role
from radapp.accounts.people import add_person
add_person(username={THIRD!r}, password={PASSWORD!r}, roles=[Role.READER], added_by="a test")
"""


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The demo: in full with a cohort of its own."""
    if not FULL:
        yield request.getfixturevalue("application")
        return
    with running_application(tmp_path_factory.mktemp("paper-study") / "var", cases=COHORT) as running:
        running.wait_until_ready()
        yield running


@pytest.fixture(scope="module")
def cohort(house: Application) -> list[str]:
    """Accession numbers of its patients, once all of them are triaged and their truths known."""
    return triaged(house, COHORT if FULL else CASES)


@pytest.fixture(scope="module")
def camera() -> Camera:
    """One for the whole journey."""
    if FULL:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for old in PICTURES.glob("*.png"):
            old.unlink()
    return Camera(PICTURES if FULL else None)


@pytest.fixture
def desk(sign_in: Callable[..., Page], house: Application, camera: Camera) -> Desk:
    return Desk(sign_in("investigator", house), camera, house.password("investigator"), "paper")


@pytest.fixture
def third(new_page: Callable[[], Page], house: Application) -> Page:
    """A reader whom nobody thought of when the study was opened."""
    added = house.manage("shell", "-c", ADD_THIRD)
    assert added.returncode == 0, added.stderr
    page = new_page()
    sign_in_by_form(page, house.url, THIRD, PASSWORD)
    return page


@pytest.fixture
def reader(sign_in: Callable[..., Page], house: Application) -> Callable[[str], Page]:
    return lambda username: sign_in(username, house)


def set_up(desk: Desk, cohort: list[str]) -> None:
    """The paper's study with its cases."""
    desk.found(PAPER)
    desk.aim("How well do a senior and a junior reader tell local recurrence on complete examinations?")
    if FULL:
        desk.fill_targets(POSITIVE, NEGATIVE)
    else:
        desk.pick_cases(cohort)


def accept(page: Page, link: str, camera: Camera) -> None:
    """The junior reader follows the link and takes the part."""
    page.goto(link)
    expect(page.get_by_test_id("offer")).to_be_visible()
    camera.look(page, "invitation", of="paper")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_test_id("offer")).to_contain_text("accepted")


def read_all(page: Page, camera: Camera, *, aided: bool = False) -> None:
    """From the list of studies to the last case."""
    room = in_room(page, camera, aided=aided)
    room.read(READ_AIDED if aided else READ)
    room.finish()


def in_room(page: Page, camera: Camera, *, aided: bool = False) -> Room:
    room = Room(page, camera, "aided" if aided else "paper", UNENHANCED if aided else COMPLETE, aided=aided)
    room.enter(AIDED if aided else PAPER)
    return room


def look_over(desk: Desk) -> None:
    """Every page of an unblinded study."""
    for view in ("cases", "reference", "members", "protocol", "coding"):
        desk.view(view)
        desk.page.wait_for_load_state("networkidle")
        desk.look(f"view of {view}")
    desk.page.goto(f"{desk.address}?view=certificate")
    desk.page.wait_for_load_state("networkidle")
    desk.look("certificate")
    desk.verify()


def test_the_papers_study_from_the_first_click_to_the_unblinded_study(
    desk: Desk, cohort: list[str], reader: Callable[[str], Page], camera: Camera
) -> None:
    set_up(desk, cohort)
    desk.add_readers(("Senior reader 1", "12"))
    link = desk.invite_reader("junior@example.org", "junior", "5")
    junior = reader("reader2")
    accept(junior, link, camera)
    desk.page.reload()
    expect(desk.page.get_by_test_id("members-reader")).to_contain_text("Junior reader 1")
    desk.design("The paper's design")
    desk.tell()
    desk.check()
    for accession in cohort:
        expect(desk.page.get_by_test_id("certificate")).not_to_contain_text(accession)
    desk.open(READ, readers=2)

    read_all(reader("reader"), camera)
    assert desk.states() == {"locked": READ, "waiting": READ}
    desk.look("half read")
    desk.act("close")
    junior.goto(desk.address.replace("/studies/", "/reading/"))
    expect(junior.get_by_test_id("reading-start")).to_have_attribute("data-state", "closed")
    camera.look(junior, "reading closed", of="paper")
    desk.act("reopen", reason="The pause is over.")
    junior.goto(desk.address.split("/studies/")[0] + "/studies/")
    read_all(junior, camera)
    assert desk.states() == {"locked": 2 * READ}
    desk.act("close")
    desk.act("lock")
    desk.look("locked")
    desk.act("unblind")
    desk.look("unblinded")
    look_over(desk)
    assert camera.complaints == []


def test_a_copy_is_read_without_and_with_the_aid_and_a_reader_replaced(
    desk: Desk, cohort: list[str], reader: Callable[[str], Page], camera: Camera, third: Page
) -> None:
    set_up(desk, cohort[:READ_AIDED])
    desk.copy(AIDED)
    aided = replace(desk, name="aided")
    aided.design("Unaided, then aided")
    aided.add_readers(("Senior reader 1", "12"), ("Junior reader 1", "5"))
    aided.tell()
    aided.check()
    aided.open(READ_AIDED, readers=2)
    in_room(reader("reader2"), camera, aided=True).read(1)
    aided.replace("Junior reader 1", "On leave.")
    for page in (reader("reader"), third):
        read_all(page, camera, aided=True)
    for act in ("close", "lock", "unblind"):
        aided.act(act)
    look_over(aided)
    assert camera.complaints == []
