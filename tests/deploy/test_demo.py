"""What stands in the way of `make demo` is said in one line that says what to do, before anything starts."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


def _refused(var: Path, *words: str, **environment: str) -> str:
    """What a start that is refused says."""
    done = subprocess.run(
        [sys.executable, "deploy/demo.py", *words],
        cwd=ROOT,
        env=os.environ | {"VAR_DIR": str(var)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert not (var / "log").exists(), "something was started"
    return done.stderr


@pytest.mark.parametrize("port", ["abc", "0", "80000", "-1", "²"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    line = f"make demo: PORT is {port!r}; expected a number from 1 to 65535, such as `make demo PORT=8000`\n"
    assert _refused(tmp_path, f"--port={port}") == line
    assert _refused(tmp_path, PORT=port) == line
    line = line.replace("PORT", "DIMSE_PORT").replace("8000`", "11112`")
    assert _refused(tmp_path, "--port", str(free_port()), DIMSE_PORT=port) == line


@pytest.mark.parametrize("many", ["none", "0", "-1", "²"])
def test_web_processes_that_are_none(tmp_path: Path, many: str) -> None:
    line = f"make demo: WEB_PROCESSES is {many!r}; expected a number from 1, such as `make demo WEB_PROCESSES=2`\n"
    assert _refused(tmp_path, "--port", str(free_port()), WEB_PROCESSES=many) == line


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        line = f"make demo: port {port} is taken; choose another with `make demo PORT={port + 1}`\n"
        assert _refused(tmp_path, "--port", str(port)) == line


def test_an_address_of_another_machine(tmp_path: Path) -> None:
    said = _refused(tmp_path, "--host", "192.0.2.1", "--port", "18599")
    assert said.startswith("make demo: cannot listen on 192.0.2.1, port 18599: ")
    assert said.count("\n") == 1
