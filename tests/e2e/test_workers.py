"""The administrators' page of workers, with the demo's own worker: what it shows is what the worker says and does."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.phantoms import make_examination
from tests.e2e.test_worklist import violations


def test_page_shows_device_load_networks_and_throughput_live(
    sign_in: Callable[..., Page], application: Application, token: str, tmp_path: Path
) -> None:
    first, second = (make_examination(tmp_path / name, first=number) for name, number in (("one", 80), ("two", 81)))
    assert application.manage("import_dicom", str(first.folder), "--wait").returncode == 0
    application.wait_for_state(first.uid, "done", token)

    page = sign_in("administrator")
    page.get_by_role("navigation").get_by_role("link", name="Workers").click()
    page.wait_for_url("**/workers/")
    card = page.get_by_test_id("worker")
    expect(card).to_have_count(1)
    expect(card.get_by_test_id("worker-standing")).to_contain_text(re.compile("ready|working"))
    administrator = application.token("administrator")
    worker = application.get("/api/workers/", administrator)[1]["workers"][0]
    for words in (
        worker["name"],
        f"{worker['device']}: {worker['device_name']}",
        "1 study at a time",
        "of the last hour",
        "MB",
    ):
        expect(card).to_contain_text(words)
    active = {bundle: sha256[:8] for bundle, sha256 in application.result(first.uid, token)["bundles"].items() if sha256}
    rows = card.get_by_role("row")
    expect(rows).to_have_count(1 + len(worker["networks"]))
    for role, sha256 in active.items():
        row = rows.filter(has=page.get_by_role("cell", name=role, exact=True))
        expect(row).to_contain_text(sha256)
        expect(row).to_contain_text(re.compile("(openvino|torch), float32"))
    expect(card).to_contain_text(re.compile(r"\d+\.\d s each"))
    assert violations(page) == []

    page.evaluate("window.neverReloaded = true")
    done = int(application.get("/api/workers/", administrator)[1]["done_last_hour"])
    assert application.manage("import_dicom", str(second.folder), "--wait").returncode == 0
    application.wait_for_state(second.uid, "done", token)
    expect(page.get_by_test_id("workers-queue")).to_contain_text(f"done in the last hour{done + 1}")
    assert page.evaluate("window.neverReloaded") is True


def test_others_are_refused(sign_in: Callable[..., Page], application: Application, token: str) -> None:
    page = sign_in("radiologist")
    expect(page.get_by_role("link", name="Workers")).to_have_count(0)
    page.goto(application.url + "/workers/")
    expect(page.get_by_role("heading", name="Your role does not include this.")).to_be_visible()
    expect(page.get_by_test_id("workers-queue")).to_have_count(0)
    assert application.get("/api/workers/", token)[0] == 403
