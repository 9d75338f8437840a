"""How many cores this process may use: fewer than the machine has where a control group bounds its share. No torch here."""

import os
from collections.abc import Iterator
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


def usable_cores(cgroups: Path = CGROUPS, own: Path = OWN) -> int:
    """Cores of the affinity mask, or the control group's CPU quota rounded up where that is less; at least 1.

    A container that may use 2 of 64 cores keeps an affinity mask of 64: with 64 threads each waits for the others' turn.
    """
    cores = len(os.sched_getaffinity(0))
    quotas = [quota for folder in _groups(cgroups, own) if (quota := _quota(folder)) is not None]
    return max(1, min([cores, *(-int(-quota // 1) for quota in quotas)]))


def threads_of_process(processes: int = 1) -> int:
    """CPU threads for one of several worker processes: OMP_NUM_THREADS where it is set, else its share of the cores."""
    wished = os.environ.get("OMP_NUM_THREADS", "")
    share = max(1, usable_cores() // max(1, processes))
    return min(share, int(wished)) if wished.isdigit() and int(wished) else share


def _groups(cgroups: Path, own: Path) -> Iterator[Path]:
    """The folders of this process's control groups and of all above them (v2, and the cpu controller of v1)."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        root = cgroups / "cpu" if controllers else cgroups
        folder = root / path.lstrip("/")
        yield from (one for one in (folder, *folder.parents) if one == root or root in one.parents)
    # In a container the group's own path may lie outside what is mounted: its root is then this container's.
    yield from (cgroups, cgroups / "cpu")


def _quota(folder: Path) -> float | None:
    """Cores that one group may use, or None where it is unbounded or there is no such group."""
    try:
        quota, period = (folder / "cpu.max").read_text().split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        pass
    try:
        bound = int((folder / "cpu.cfs_quota_us").read_text())
        return None if bound <= 0 else bound / int((folder / "cpu.cfs_period_us").read_text())
    except (OSError, ValueError):
        return None
