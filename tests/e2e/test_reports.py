"""From locked readings to the files of a report, in a browser, by an administrator who never saw a terminal.

The study is the one that the application ships: 635 synthetic cases that give the paper's counts.
"""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import ROOT, Application
from tests.e2e.paper_study.camera import Camera
from tests.radapp.reports.files.test_data import read_imrmc
from tests.services import wait_until

STUDY = "Readings with the paper's counts"
CASES = ROOT / "radapp" / "readerstudies" / "data" / "synthetic_cases.csv"
MADE_WITHIN_MS = 240_000
LOADED = "[...document.querySelectorAll('figure img')].every(one => one.complete && one.naturalWidth > 100)"
INTERNAL = "T1WIC"
SENSITIVITY = "84.26 (166/197)"
"""Of T1WIC among the internal cases, as the paper prints it."""


@pytest.fixture(scope="module")
def study(application: Application) -> str:
    """Its key; locked and unblinded elsewhere, and read here by nobody."""
    told = application.manage("import_finished_reader_study", str(CASES), "--title", STUDY, "--synthetic")
    assert told.returncode == 0, told.stderr
    found = re.search(r" as (\S+): 635 cases", told.stdout)
    assert found, told.stdout
    return found[1]


@pytest.fixture
def camera(tmp_path: Path) -> Camera:
    """Looks at both widths."""
    return Camera(tmp_path / "pictures")


@dataclass
class Desk:
    """The page of reports in an administrator's hands."""

    page: Page
    folder: Path

    def make(self, analysis: str) -> None:
        """Choose it at the left, leave its options as they are, and wait until it is a page."""
        self.page.locator(f"[data-testid=analysis][data-name={analysis}]").click()
        self.page.get_by_test_id("make").click()
        expect(self.page.get_by_test_id("sheet")).to_be_visible(timeout=MADE_WITHIN_MS)

    def again(self, analysis: str, title: str) -> None:
        """The newest that an earlier test made, from the list; made now, where there is none."""
        saved = self.page.get_by_test_id("saved-reports").get_by_role("link", name=title, exact=True).first
        expect(saved.or_(self.page.get_by_text("Nothing was made of this source yet."))).to_be_visible()
        if saved.is_visible():
            saved.click()
            expect(self.page.get_by_test_id("sheet")).to_be_visible()
        else:
            self.make(analysis)

    def key(self) -> str:
        found = re.search(r"/reports/([^/]+)/$", self.page.url)
        assert found, self.page.url
        return found[1]

    def save(self, name: str) -> bytes:
        """Download one file of the open dialog; its bytes have the digest that the page tells."""
        link = self.page.get_by_test_id("exports").locator(f'[data-testid=report-file][data-name="{name}"]')
        told = (link.get_attribute("title") or "").split()[-1]
        with self.page.expect_download() as download:
            link.click()
        content = Path(download.value.path()).read_bytes()
        assert download.value.suggested_filename == name
        assert hashlib.sha256(content).hexdigest() == told
        return content

    def names(self) -> list[str]:
        """Of the files that the open dialog offers."""
        links = self.page.get_by_test_id("exports").get_by_test_id("report-file").all()
        return [str(link.get_attribute("data-name")) for link in links]


@pytest.fixture
def desk(sign_in: Callable[..., Page], application: Application, study: str, tmp_path: Path) -> Desk:
    page = sign_in("administrator")
    page.get_by_role("link", name="Reports").click()
    expect(page.get_by_test_id("choices")).to_be_visible()
    page.get_by_test_id("source").select_option(label=STUDY)
    expect(page.get_by_role("heading", name=STUDY)).to_be_visible()
    return Desk(page, tmp_path)


def column(content: bytes, name: str, **wanted: str) -> list[float]:
    """Of the rows that are wanted, as pandas reads them without being told anything."""
    table = pandas.read_csv(io.BytesIO(content))
    for key, value in wanted.items():
        table = table[table[key] == value]
    return [float(one) for one in table[name]]


def exported(application: Application, study: str) -> dict[str, str]:
    """{file: SHA-256} of every export in the study's audit chain."""
    token = application.token("administrator")
    status, body = application.get(f"/api/reader-studies/{study}/audit/?size=100", token)
    assert status == 200, body
    found: dict[str, str] = {}
    for entry in body["results"]:
        after: dict[str, Any] = entry["after"] or {}
        found |= after.get("files") or {}
    return found


def test_from_locked_readings_to_files(desk: Desk, application: Application, study: str, camera: Camera) -> None:
    page = desk.page
    camera.look(page, "source", of="reports")
    desk.make("performance")
    sheet = page.get_by_test_id("sheet")
    expect(sheet).to_contain_text(SENSITIVITY)
    expect(sheet).to_contain_text("synthetic")
    camera.look(page, "performance", of="reports")

    # The cases behind a cell are as many as it says, and each leads somewhere.
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=INTERNAL, exact=True))
    cell = row.filter(has_text="(166/197)").get_by_role("button").filter(has_text="(166/197)").first
    cell.click()
    behind = page.get_by_test_id("case-behind")
    expect(behind.first).to_be_visible()
    assert behind.count() in {166, 197}
    expect(behind.first.get_by_role("link").first).to_have_attribute("href", f"/studies/{study}/")
    camera.look(page, "cases", of="reports")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("cases-behind")).to_be_hidden()
    expect(cell).to_be_focused()

    page.get_by_test_id("export").click()
    expect(page.get_by_test_id("leaving-note")).to_contain_text("audit chain")
    camera.look(page, "export", of="reports")
    saved = {name: desk.save(name) for name in wanted(desk.names())}
    check(saved)
    digests = exported(application, study)
    assert {name: hashlib.sha256(content).hexdigest() for name, content in saved.items()}.items() <= digests.items()
    assert camera.complaints == []


def wanted(names: list[str]) -> list[str]:
    """One of each kind: the PDF, the workbook, the figures, raw readings, iMRMC's input, the JSON."""
    endings = ("en.pdf", ".xlsx", "performance-figures.csv", "-readings.csv", "-internal.imrmc", "performance.json")
    found = [next((name for name in names if name.endswith(ending)), "") for ending in endings]
    assert all(found), (endings, names)
    return found


def check(saved: dict[str, bytes]) -> None:
    """Each file opens in a program of its own, and has the study's figures."""
    by_kind = {name.rpartition(".")[2]: content for name, content in saved.items()}
    assert by_kind["pdf"].startswith(b"%PDF-")
    book = openpyxl.load_workbook(io.BytesIO(by_kind["xlsx"]), read_only=True)
    values = {value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row}
    assert any(isinstance(one, float) and abs(one - 166 / 197) < 1e-9 for one in values)
    figures = next(content for name, content in saved.items() if name.endswith("figures.csv"))
    found = column(figures, "value", cohort="internal", judge=INTERNAL, measure="sensitivity")
    assert found == [166 / 197]
    imrmc = read_imrmc(by_kind["imrmc"])
    assert (imrmc.sizes["N0"], imrmc.sizes["N1"]) == (236, 197)


def test_another_prevalence_is_another_report(desk: Desk, study: str) -> None:
    desk.again("performance", "Diagnostic performance")
    before = desk.key()
    tool = desk.page.get_by_test_id("prevalence").first
    tool.get_by_role("textbox").fill("10")
    tool.get_by_role("button").click()
    desk.page.wait_for_url(lambda url: "/reports/" in url and before not in url)
    expect(desk.page.get_by_test_id("sheet")).to_be_visible(timeout=MADE_WITHIN_MS)
    expect(desk.page.get_by_test_id("recipe")).to_contain_text("10 %")
    expect(desk.page.get_by_test_id("recipe")).not_to_contain_text("Since the report before")  # of the same inputs
    desk.page.get_by_role("link", name="Saved reports").click()
    expect(desk.page.get_by_test_id("saved-report").nth(1)).to_be_visible()


def test_figures_in_the_pages_language(desk: Desk, camera: Camera) -> None:
    desk.make("tactic")
    pictures = desk.page.get_by_test_id("report-figure").locator("img")
    expect(pictures.first).to_be_visible()
    wait_until(lambda: desk.page.evaluate(LOADED), 60, "the pictures are there")
    desk.page.get_by_role("button", name=re.compile("^中")).click()
    expect(desk.page.get_by_test_id("sheet")).to_contain_text("分层策略")
    assert "zh.svg" in (pictures.first.get_attribute("src") or "")
    wait_until(lambda: desk.page.evaluate(LOADED), 60, "the Chinese pictures are there")
    camera.look(desk.page, "tactic in Chinese", of="reports")
    assert camera.complaints == []


def test_a_cohort_of_the_archive_is_defined_and_reported_on(
    sign_in: Callable[..., Page], application: Application, cohort: list[str], camera: Camera
) -> None:
    page = sign_in("administrator")
    page.goto(f"{application.url}/reports/cohort/new/?analysis=ledger")
    expect(page.get_by_test_id("cohort-counted")).to_contain_text("count")
    expect(page.get_by_test_id("cohort-counted")).not_to_contain_text("No examination")
    camera.look(page, "cohort", of="reports")
    page.get_by_label("Title").fill("Imported")
    page.get_by_role("checkbox", name="imported on the command line").check()
    page.get_by_test_id("make").click()
    expect(page.get_by_test_id("sheet")).to_contain_text("Imported", timeout=MADE_WITHIN_MS)
    camera.look(page, "ledger", of="reports")
    page.get_by_test_id("source").select_option(label="Imported")
    expect(page.get_by_test_id("cohort-asked")).to_contain_text("How it came: imported on the command line")
    camera.look(page, "source of a cohort", of="reports")
    assert camera.complaints == []


def test_the_paper_reproduced(sign_in: Callable[..., Page], application: Application, camera: Camera) -> None:
    page = sign_in("administrator")
    page.goto(f"{application.url}/reports/paper/")
    for verdict, count in {"reproduced": 226, "explained": 13, "not_decidable": 122}.items():
        expect(page.get_by_test_id(f"sum-{verdict}")).to_contain_text(str(count))
    page.get_by_test_id("sum-explained").click()
    expect(page.get_by_test_id("paper-figure")).to_have_count(13)
    expect(page.get_by_test_id("paper-figure").first).to_contain_text("Misprint: 82.57")
    camera.look(page, "paper", of="reports")
    page.get_by_test_id("paper-part").select_option("Table 1")
    expect(page.get_by_test_id("paper-figure")).to_have_count(2)
    assert camera.complaints == []


@pytest.mark.parametrize("username", ["radiologist", "reader"])
def test_reports_are_for_administrators_and_investigators(
    sign_in: Callable[..., Page], application: Application, username: str
) -> None:
    page = sign_in(username)
    page.get_by_role("navigation", name="Pages").wait_for()
    assert page.get_by_role("link", name="Reports").count() == 0
    page.goto(f"{application.url}/reports/")
    expect(page.get_by_role("alert")).to_contain_text("not allowed")
