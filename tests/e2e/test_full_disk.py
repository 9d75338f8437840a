"""A full disk during an upload: refused in words, nothing half-stored, and all is well once there is room."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application, running_application
from tests.e2e.phantoms import make_examination
from tests.shared import not_here


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        not_here("mounting a small file system needs root")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def cramped(small_disk: Path, tmp_path: Path) -> Iterator[Application]:
    with running_application(tmp_path / "var", cases=0, STORAGE_URL=f"file://{small_disk}") as application:
        application.wait_until_ready()
        yield application


def test_full_disk_is_refused_cleanly(
    cramped: Application, small_disk: Path, sign_in: Callable[..., Page], tmp_path: Path
) -> None:
    made = make_examination(tmp_path / "made", first=2)
    page = sign_in("radiologist", cramped)
    page.goto(cramped.url + "/worklist/")
    page.get_by_test_id("upload").set_input_files(made.files)
    expect(page.get_by_test_id("intake-panel")).to_contain_text("full")
    token = cramped.token("radiologist")
    stored = cramped.get(f"/dicom-web/studies/{made.uid}/instances", token)
    held = len(stored[1]) if stored[0] == 200 else 0
    whole = [path for path in small_disk.rglob("*") if path.is_file()]
    assert held == len(whole), "a file without its row, or a row without its file"
    assert held < len(made.files)
    assert cramped.get("/health/ready/")[0] == 200
    subprocess.run(["mount", "-o", "remount,size=256m", str(small_disk)], check=True)
    page.reload()
    page.get_by_test_id("upload").set_input_files(made.files)
    expect(page.get_by_test_id("intake-report")).to_have_attribute("data-complete", "true")
    cramped.wait_for_state(made.uid, "done", token)
    assert len(cramped.get(f"/dicom-web/studies/{made.uid}/instances", token)[1]) >= len(made.files)
