"""What stands in the way of an installation is said in one line."""

import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def setup() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(ROOT / "deploy" / "setup.py")))


def test_missing_venv_module_names_the_package(tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError('No module named ensurepip')\n")
    done = subprocess.run(
        [sys.executable, "deploy/setup.py", "run"],
        cwd=ROOT,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "make: Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"
    )


def test_small_disk_is_refused_before_anything_is_installed(setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(total=1e9, used=0.5e9, free=0.5e9)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    with pytest.raises(SystemExit, match=r"^make: 0\.5 GB free here, 3 GB needed for the venv; free some space$"):
        setup.check_disk("venv")


def test_a_failed_step_shows_its_last_lines_and_a_full_disk_is_named(
    setup: SimpleNamespace, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(setup.run.__globals__, "LOG", tmp_path / "log" / "setup.log")
    monkeypatch.setitem(setup.run.__globals__, "ROOT", tmp_path)
    full = "import sys; print('before'); print('OSError: [Errno 28] No space left on device'); sys.exit(1)"
    with pytest.raises(SystemExit, match=r"^make: the disk is full; free some space and run the same command again$"):
        setup.run("trying", [sys.executable, "-c", full], tmp_path)
    assert "before" in capsys.readouterr().err


def test_a_changed_pin_changes_the_stamp(setup: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(setup.digest.__globals__, "ROOT", tmp_path)
    pins = tmp_path / "requirements.txt"
    pins.write_text("numpy==1\n")
    first = setup.digest([pins], "")
    assert setup.digest([pins], "") == first
    pins.write_text("numpy==2\n")
    assert setup.digest([pins], "") != first


def test_reset_refuses_a_folder_that_is_not_the_demos(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work")
    done = subprocess.run(
        [sys.executable, "deploy/reset.py"],
        cwd=ROOT,
        env={"VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "does not look like the demo's folder" in done.stderr
    assert (tmp_path / "thesis.doc").is_file()
