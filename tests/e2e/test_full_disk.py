"""A full disk during an upload: refused in words, nothing half-stored, and all is well once there is room."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.disks import left_on
from tests.e2e.phantoms import make_examination
from tests.shared import not_here

LEFT = 2 << 20
"""Bytes: fewer than the examination's."""


@pytest.fixture
def archive(application: Application, cohort: list[str]) -> Path:
    """The folder of images, on a disk of its own that nothing else writes to now."""
    folder = application.var / "archive"
    if not folder.is_mount():
        not_here("mounting a small file system needs root")
    assert cohort
    return folder


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_full_disk_is_refused_cleanly(
    application: Application, archive: Path, sign_in: Callable[..., Page], token: str, tmp_path: Path
) -> None:
    made, before = make_examination(tmp_path, first=2), files(archive)
    page = sign_in("radiologist")
    page.goto(application.url + "/worklist/")
    instances = f"/dicom-web/studies/{made.uid}/instances"
    with left_on(archive, LEFT):
        page.get_by_test_id("upload").set_input_files(made.files)
        expect(page.get_by_test_id("intake-panel")).to_contain_text("full")
        stored = application.get(instances, token)
        held = len(stored[1]) if stored[0] == 200 else 0
        assert held == len(files(archive) - before), "a file without its row, or a row without its file"
        assert held < len(made.files)
        assert application.get("/health/ready/")[0] == 200
    page.reload()
    page.get_by_test_id("upload").set_input_files(made.files)
    expect(page.get_by_test_id("intake-report")).to_have_attribute("data-complete", "true")
    application.wait_for_state(made.uid, "done", token)
    assert len(application.get(instances, token)[1]) >= len(made.files)
