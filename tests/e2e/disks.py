"""A file system for an archive alone, which can be made full and roomy again while the application runs."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOMY = "size=4g"


@contextmanager
def disk_of_its_own(folder: Path) -> Iterator[None]:
    """Mount one in memory there; whoever is not root has a plain folder."""
    folder.mkdir(parents=True)
    if not may_mount():
        yield
        return
    _run("mount", "-t", "tmpfs", "-o", ROOMY, "tmpfs", str(folder))
    try:
        yield
    finally:
        _run("umount", "--lazy", str(folder))


def may_mount() -> bool:
    """Only root may."""
    return os.geteuid() == 0


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
