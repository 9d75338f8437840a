"""A private PostgreSQL cluster for one test run: its own folder, its own port, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=127.0.0.1"


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL's initdb is not under /usr/lib/postgresql/*/bin: apt-get install postgresql")
    return found[-1].parent


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class PrivateCluster:
    """A running cluster; `url` names its only user and database."""

    folder: Path
    url: str
    prefix: tuple[str, ...]

    @classmethod
    def start(cls) -> "PrivateCluster":
        """Make and start the cluster; as root by the system's postgres user, since PostgreSQL refuses root."""
        binaries = _binaries()
        folder = Path(tempfile.mkdtemp(prefix="darndest-pg-"))
        prefix: tuple[str, ...] = ()
        if os.geteuid() == 0:
            prefix = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
            shutil.chown(folder, "postgres", "postgres")
        data, port = folder / "data", _free_port()
        run = [
            *prefix,
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "darndest",
            "--auth=trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(run, check=True, capture_output=True, cwd=folder)
        options = f"-p {port} -k {folder} {FAST}"
        start = [*prefix, str(binaries / "pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        return cls(folder, f"postgresql://darndest@127.0.0.1:{port}/postgres", prefix)

    def stop(self) -> None:
        """Stop at once and forget."""
        stop = [*self.prefix, str(_binaries() / "pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True, cwd=self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)
