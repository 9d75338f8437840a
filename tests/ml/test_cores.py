"""Cores of a process: what a control group leaves it counts, not what the machine has."""

import os
from pathlib import Path

import pytest

from ml.cores import threads_of_process, usable_cores

AFFINITY = len(os.sched_getaffinity(0))


def _group(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of 64 cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(64)))


@pytest.mark.parametrize(
    ("quota", "cores"), [("max 100000", 64), ("200000 100000", 2), ("250000 100000", 3), ("50000 100000", 1)]
)
def test_v2_quota(tmp_path: Path, many: None, quota: str, cores: int) -> None:
    _group(tmp_path / "fs", cpu__max=quota + "\n")
    (tmp_path / "own").write_text("0::/\n")
    assert usable_cores(tmp_path / "fs", tmp_path / "own") == cores


def test_the_tightest_of_the_groups_above_counts(tmp_path: Path, many: None) -> None:
    _group(tmp_path / "fs" / "pod" / "inner", cpu__max="max 100000")
    _group(tmp_path / "fs" / "pod", cpu__max="400000 100000")
    (tmp_path / "own").write_text("0::/pod/inner\n")
    assert usable_cores(tmp_path / "fs", tmp_path / "own") == 4


def test_v1_quota(tmp_path: Path, many: None) -> None:
    _group(tmp_path / "fs" / "cpu" / "docker", cpu__cfs_quota_us="300000", cpu__cfs_period_us="100000")
    (tmp_path / "own").write_text("9:memory:/elsewhere\n4:cpu,cpuacct:/docker\n0::/\n")
    assert usable_cores(tmp_path / "fs", tmp_path / "own") == 3


def test_without_control_groups_the_affinity_counts(tmp_path: Path) -> None:
    assert usable_cores(tmp_path / "none", tmp_path / "nothing") == AFFINITY
    assert 1 <= usable_cores() <= AFFINITY


def test_processes_share_the_cores_and_omp_num_threads_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert threads_of_process() == usable_cores()
    assert threads_of_process(10_000) == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert threads_of_process() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "100000")
    assert threads_of_process() == usable_cores()
