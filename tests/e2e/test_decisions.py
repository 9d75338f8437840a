"""What people decide: roles, scope, advice confirmed and overridden, retry, instances set aside. Each in the browser."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.phantoms import Examination, make_examination


@pytest.fixture(scope="module")
def examination(application: Application, token: str, tmp_path_factory: pytest.TempPathFactory) -> Examination:
    """One triaged synthetic study without T1WIC."""
    made = make_examination(tmp_path_factory.mktemp("examination"), first=0)
    done = application.manage("import_dicom", str(made.folder), "--wait")
    assert done.returncode == 0, done.stdout + done.stderr
    application.wait_for_state(made.uid, "done", token)
    return made


@pytest.fixture
def viewer(sign_in: Callable[..., Page], application: Application, examination: Examination) -> Page:
    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/{examination.uid}/")
    expect(page.get_by_test_id("why")).to_be_visible()
    return page


def answer_scope(page: Page, *, yes: str | None = None) -> None:
    """Answer every scope question with no, but `yes`."""
    form = page.get_by_test_id("scope-form")
    if not form.is_visible():
        page.get_by_text("Scope", exact=False).first.click()
    for question in form.locator("fieldset").all():
        radio = question.get_by_label("Yes" if yes and question.locator(f'[name="scope-{yes}"]').count() else "No")
        radio.check()
    page.get_by_test_id("scope-save").click()


def test_scope_then_advice_then_confirmed_then_overridden(
    viewer: Page, application: Application, examination: Examination, token: str
) -> None:
    before = application.result(examination.uid, token)
    assert before["advice"]["given"] is False
    assert before["tier"] is not None, "the tier is the computed one, advice or not"
    expect(viewer.get_by_test_id("confirm")).to_have_count(0)
    answer_scope(viewer)
    expect(viewer.get_by_test_id("confirm")).to_be_visible()
    advised = application.result(examination.uid, token)
    assert advised["advice"]["given"] is True
    assert advised["tier"] == before["tier"]
    viewer.get_by_test_id("confirm").click()
    expect(viewer.get_by_test_id("decided")).to_have_attribute("data-decision", "confirmed")
    viewer.get_by_test_id("decide-anew").click()
    viewer.get_by_test_id("override").click()
    expect(viewer.get_by_test_id("override-submit")).to_be_disabled()
    viewer.get_by_test_id("override-reason").fill("Referring clinician asks for nodes")
    viewer.get_by_test_id("override-submit").click()
    expect(viewer.get_by_test_id("decided")).to_have_attribute("data-decision", "overridden")
    confirmation = application.result(examination.uid, token)["confirmation"]
    assert confirmation["decision"] == "overridden"
    assert confirmation["reason"] == "Referring clinician asks for nodes"
    assert confirmation["by"]


def test_a_yes_to_a_scope_question_withholds_the_advice_and_says_why(
    viewer: Page, application: Application, examination: Examination, token: str
) -> None:
    viewer.locator("summary", has_text="6/6").click()
    viewer.get_by_test_id("scope-rising_ebv_dna-yes").check()
    viewer.get_by_test_id("scope-save").click()
    expect(viewer.get_by_text("No advice: routine protocol.").first).to_be_visible()
    advice = application.result(examination.uid, token)["advice"]
    assert advice["given"] is False
    assert "EBV" in advice["reason"]


def test_changed_role_triages_anew(viewer: Page, application: Application, examination: Examination, token: str) -> None:
    first = application.result(examination.uid, token)
    t2wi = next(one["uid"] for one in first["series"] if one["role"] == "T2WI")
    viewer.get_by_test_id("series-list").locator("summary").click()
    choose_role(viewer, t2wi, "none")
    expect(viewer.get_by_test_id("state")).to_contain_text("T2WI")
    assert application.result(examination.uid, token)["state"] == "waiting"
    choose_role(viewer, t2wi, "recognised")
    again = application.wait_for_state(examination.uid, "done", token)
    assert again["scores"] == first["scores"]
    expect(viewer.get_by_test_id("state")).to_have_count(0)


def choose_role(page: Page, series: str, role: str) -> None:
    select = page.get_by_test_id(f"role-select-{series}")
    if not select.is_visible():
        page.get_by_test_id("series-list").locator("summary").click()
    select.select_option(role)
    page.get_by_test_id(f"role-reason-{series}").fill("Wrong sequence, seen on the console")
    page.get_by_test_id(f"role-apply-{series}").click()
    expect(page.get_by_test_id(f"role-apply-{series}")).to_have_count(0)


@pytest.fixture
def stopped_worker(application: Application) -> Iterator[Callable[[], None]]:
    """The worker's processes, stopped; the yielded call lets them go on."""
    pids = [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if is_worker(path, application)]
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)

    def go_on() -> None:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    yield go_on
    go_on()


def is_worker(cmdline: Path, application: Application) -> bool:
    try:
        words = cmdline.read_bytes().split(b"\0")
        environment = (cmdline.parent / "environ").read_bytes().split(b"\0")
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False
    return b"worker.app" in words and b"worker" in words and f"VAR_DIR={application.var}".encode() in environment


def test_failed_run_says_why_and_is_retried(
    application: Application, sign_in: Callable[..., Page], token: str, tmp_path: Path, stopped_worker: Callable[[], None]
) -> None:
    made = make_examination(tmp_path, first=1)
    stored_before = set((application.var / "archive").rglob("*"))
    assert application.manage("import_dicom", str(made.folder)).returncode == 0
    lost = next(path for path in set((application.var / "archive").rglob("*")) - stored_before if path.is_file())
    aside = lost.with_suffix(".aside")
    lost.rename(aside)
    stopped_worker()
    failed = application.wait_for_state(made.uid, "failed", token)
    assert failed["reason"]
    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/{made.uid}/")
    expect(page.get_by_test_id("state")).to_contain_text(failed["reason"])
    aside.rename(lost)
    page.get_by_test_id("retry").click()
    expect(page.get_by_test_id("retry")).to_have_count(0)
    assert application.wait_for_state(made.uid, "done", token)["tier"]


def test_set_aside_instances_are_accepted_and_refused(
    application: Application, sign_in: Callable[..., Page], examination: Examination, tmp_path: Path
) -> None:
    corrected = []
    for number, path in enumerate(examination.files[:2]):
        dataset = pydicom.dcmread(path)
        dataset.PatientName = f"Synthetic^Corrected{number}"
        corrected.append(tmp_path / f"corrected{number}.dcm")
        dataset.save_as(corrected[-1])
    page = sign_in("administrator")
    page.goto(application.url + "/worklist/")
    page.get_by_test_id("upload").set_input_files(corrected)
    report = page.get_by_test_id("intake-report")
    expect(report.get_by_test_id("intake-set-aside")).to_contain_text("2")
    administrator = application.token("administrator")

    def listed(state: str) -> list[dict[str, Any]]:
        return list(application.get(f"/api/set-aside/?state={state}", administrator)[1]["results"])

    received = {
        one["differences"][0]["received"]: page.get_by_test_id(f"set-aside-{one['id']}") for one in listed("waiting")
    }
    page.goto(application.url + "/set-aside/")
    accepted, refused = received["Synthetic^Corrected1"], received["Synthetic^Corrected0"]
    accepted.get_by_test_id("set-aside-reason").fill("The PACS corrected the name")
    accepted.get_by_test_id("set-aside-accept").click()
    expect(accepted).to_have_count(0)
    refused.get_by_test_id("set-aside-reason").fill("Mistyped at the console")
    refused.get_by_test_id("set-aside-refuse").click()
    expect(refused).to_have_count(0)
    assert [one["reason"] for one in listed("accepted")] == ["The PACS corrected the name"]
    assert [one["reason"] for one in listed("refused")] == ["Mistyped at the console"]
    study = application.get(f"/api/studies/{examination.uid}/", administrator)[1]
    assert "Corrected1" in study["patient"]["name"]
