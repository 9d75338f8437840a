"""A file system for an archive alone, which can be made full and roomy again while the application runs."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOMY = "size=4g"


@contextmanager
def disk_of_its_own(folder: Path) -> Iterator[None]:
    """Mount one in memory there; whoever may not has a plain folder."""
    folder.mkdir(parents=True)
    words = ["mount", "-t", "tmpfs", "-o", ROOMY, "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(words, check=False).returncode == 0
    try:
        yield
    finally:
        if mounted:
            _run("umount", "--lazy", str(folder))


@contextmanager
def left_on(folder: Path, size: int) -> Iterator[None]:
    """The disk mounted there has room for so many bytes more; afterwards for gigabytes again."""
    now = os.statvfs(folder)
    used = (now.f_blocks - now.f_bfree) * now.f_frsize
    _run("mount", "-o", f"remount,size={used + size}", str(folder))
    try:
        yield
    finally:
        _run("mount", "-o", f"remount,{ROOMY}", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
