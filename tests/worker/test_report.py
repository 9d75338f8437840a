"""A real worker writes its row: place, device, networks kept ready; killed it falls silent, stopped it signs off."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from radapp.triage.models import Run, WorkerProcess
from radapp.triage.workers import overview
from tests.services import CeleryProcess, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


def test_a_real_worker_says_how_it_stands(take_in: Callable[[int], str], workers: Callable[[], CeleryProcess]) -> None:
    take_in(1)
    worker = workers()
    wait_until(lambda: Run.objects.filter(state="done").exists(), 240, f"the run is done: {worker.said()}")
    wait_until(lambda: WorkerProcess.objects.filter(warm_at__isnull=False).exists(), 20, "it says that it is ready")
    (row,) = overview().workers
    assert (row.name, row.device, row.threads, row.batch) == ("worker-0@test/0", "cpu", 1, 1)
    assert row.standing in {"ready", "working"}
    assert {network["role"] for network in row.networks} == {"T1WI", "T2WI", "T1WIC"}
    assert {network["backend"] for network in row.networks} == {"openvino"}
    assert (row.done_last_hour, row.last_error) == (1, "")
    assert row.memory_mb > 100
    assert Path(f"/proc/{row.pid}").exists()
    assert Run.objects.get().worker == row.name
    os.kill(worker.process.pid, signal.SIGTERM)
    wait_until(lambda: overview().workers[0].standing == "stopped", 30, f"it signs off: {worker.said()}")
