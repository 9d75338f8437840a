"""What `kill -9` and a broker that forgets everything leave behind: exactly one result for each study, without a hand.

And what a worker says of itself meanwhile: how it stands, and that it has stopped when it was told to.

Reduced by default; `EVIDENCE=full` kills a hundred times (resumable) and writes docs/evidence/kill-worker.md.
"""

import json
import os
import random
import signal
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from django.db import connection

from radapp import broker
from radapp.archive.models import Study
from radapp.triage import runs
from radapp.triage.models import Heatmap, Report, Result, Run, WorkerProcess
from radapp.triage.workers import overview
from tests.services import ROOT, CeleryProcess, RedisServer, wait_until
from tests.worker.objects import in_the_archive, named_by_rows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

FULL = os.environ.get("EVIDENCE") == "full"
KILLS = 100 if FULL else 1
RECORDS = ROOT / "var" / "evidence" / "kill-worker.jsonl"
TABLE = ROOT / "docs" / "evidence" / "kill-worker.md"
Start = Callable[[], CeleryProcess]


def _states() -> dict[str, int]:
    states = list(Run.objects.values_list("state", flat=True))
    return {state: states.count(state) for state in set(states)}


def _all_done(count: int) -> bool:
    return Run.objects.filter(state=Run.State.DONE).count() == count


def _exactly_one_result_each(studies: int) -> None:
    assert _states() == {"done": studies}
    assert Result.objects.count() == studies
    assert Result.objects.filter(heatmaps_at__isnull=True).count() == 0
    # Three networks, three maps a study and one report, whatever was written before the kill; and nothing beside them.
    assert Heatmap.objects.count() == 3 * studies
    assert Report.objects.count() == Report.objects.filter(superseded_at__isnull=True).count() == studies
    assert all(in_the_archive(study) == named_by_rows(study) for study in Study.objects.all())


@pytest.mark.once
def test_a_worker_finds_what_no_bell_told_is_seen_and_takes_its_child_with_it(
    take_in: Callable[[int], str], workers: Start, redis_server: RedisServer
) -> None:
    """Taken in while the broker was down, and no beat runs: the worker looks for itself when it boots."""
    redis_server.kill()
    take_in(1)
    assert Run.objects.get().sent_at is None
    redis_server.start()
    worker = workers()
    wait_until(lambda: _all_done(1), 240, f"the run is done: {worker.said()}")
    _exactly_one_result_each(1)
    assert [one.name for one in broker.alive_workers() or []] == ["worker-0@test"]
    _says_how_it_stands(worker)
    # A pool child that outlived its killed parent would go on writing heartbeats, and keep its run from everyone.
    children = _children(worker.process.pid)
    assert children
    worker.kill()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), 120, f"the children {children} end")


def test_redis_killed_and_emptied_in_mid_work(
    take_in: Callable[[int], str], workers: Start, beats: Start, redis_server: RedisServer
) -> None:
    worker, beat = workers(), beats()
    wait_until(lambda: "ready." in worker.said(), 240, "the worker is ready")
    for seed in (1, 2):
        take_in(seed)
    wait_until(lambda: Run.objects.filter(state=Run.State.RUNNING).exists(), 240, f"a run runs: {worker.said()}")
    redis_server.flush()
    redis_server.kill()
    time.sleep(1)
    redis_server.start()
    redis_server.flush()
    wait_until(lambda: _all_done(2), 240, f"both done: {_states()} {worker.said()} {beat.said()}")
    _exactly_one_result_each(2)
    os.kill(worker.process.pid, signal.SIGTERM)
    wait_until(lambda: overview().workers[0].standing == "stopped", 60, f"it signs off: {worker.said()}")


def _says_how_it_stands(worker: CeleryProcess) -> None:
    """It writes its row: place, device, networks kept ready, what it did."""
    wait_until(lambda: WorkerProcess.objects.filter(warm_at__isnull=False).exists(), 60, "it says that it is ready")
    (row,) = overview().workers
    assert (row.name, row.device, row.threads, row.batch) == ("worker-0@test/0", "cpu", 1, 1)
    assert row.standing in {"ready", "working"}
    assert {network["role"] for network in row.networks} == {"T1WI", "T2WI", "T1WIC"}
    assert {network["backend"] for network in row.networks} == {"openvino"}
    assert (row.done_last_hour, row.last_error) == (1, "")
    assert row.memory_mb > 100
    assert Path(f"/proc/{row.pid}").exists()
    assert Run.objects.get().worker == row.name


@dataclass(frozen=True)
class Kill:
    """One kill: where the run stood, how long until its study was done again, and what was left."""

    seed: int
    database: str
    stage: str
    attempts: int
    seconds: float
    results: int
    heatmaps: int


def _recorded() -> list[Kill]:
    """The kills of earlier, interrupted rounds on this database."""
    if not (FULL and RECORDS.is_file()):
        return []
    kills = [Kill(**json.loads(line)) for line in RECORDS.read_text().splitlines()]
    return [kill for kill in kills if kill.database == connection.vendor]


def _record(kill: Kill) -> None:
    RECORDS.parent.mkdir(parents=True, exist_ok=True)
    with RECORDS.open("a") as file:
        file.write(json.dumps(asdict(kill)) + "\n")


@pytest.mark.evidence
def test_kill_9_of_the_worker_in_mid_run(
    take_in: Callable[[int], str], workers: Start, beats: Start, redis_server: RedisServer
) -> None:
    beats()
    kills = _recorded()
    worker = workers()
    for seed in range(len(kills) + 1, KILLS + 1):
        kill, worker = _kill_once(take_in, workers, worker, seed)
        assert (kill.results, kill.heatmaps) == (1, 3), kill
        kills.append(kill)
        if FULL:
            _record(kill)
            _write_table(kills)


def _kill_once(
    take_in: Callable[[int], str], workers: Start, victim: CeleryProcess, seed: int
) -> tuple[Kill, CeleryProcess]:
    """Take a study in, kill the worker up to two seconds into the run, start another, and see what is there in the end."""
    wait_until(lambda: "ready." in victim.said(), 240, "the worker is ready")
    uid = take_in(seed)
    run = Run.objects.get(study__study_instance_uid=uid)
    wait_until(lambda: _is(run, Run.State.RUNNING), 240, f"the run runs: {victim.said()}", every=0.01)
    time.sleep(random.Random(seed).uniform(0, 2))
    victim.kill()
    killed_at = time.monotonic()
    run.refresh_from_db()
    stage = run.stage if run.state == Run.State.RUNNING else f"nothing: {run.state} already"
    rescuer = workers()
    wait_until(lambda: _is(run, Run.State.DONE), 240, f"done again: {_states()} {rescuer.said()}")
    run.refresh_from_db()
    kill = Kill(
        seed=seed,
        database=connection.vendor,
        stage=stage,
        attempts=run.attempts,
        seconds=round(time.monotonic() - killed_at, 1),
        results=Result.objects.filter(run__study__study_instance_uid=uid).count(),
        heatmaps=_heatmaps(uid),
    )
    return kill, rescuer


def _heatmaps(uid: str) -> int:
    """How many, where the archive holds what the study's result and its one report name and nothing else; else -1."""
    study = Study.objects.get(study_instance_uid=uid)
    whole = in_the_archive(study) == named_by_rows(study) and study.reports.count() == 1
    return Heatmap.objects.filter(result__run__study=study).count() if whole else -1


def _is(run: Run, state: str) -> bool:
    return Run.objects.filter(pk=run.pk, state=state).exists()


def _write_table(kills: list[Kill]) -> None:
    seconds = [kill.seconds for kill in kills]
    lines = [
        "# kill -9 of the worker in mid-run",
        "",
        "Written by `make evidence` (tests/worker/test_kill.py): a real worker, beat, Redis and "
        f"{connection.vendor}; synthetic studies; untrained networks of the shipped kind. "
        f"{len(kills)} of {KILLS} kills so far.",
        "",
        "| killed while | kills | exactly one result | heatmaps each | second attempt needed |",
        "|---|---|---|---|---|",
    ]
    for stage in sorted({kill.stage for kill in kills}):
        of_stage = [kill for kill in kills if kill.stage == stage]
        one = sum(kill.results == 1 for kill in of_stage)
        again = sum(kill.attempts > 1 for kill in of_stage)
        lines.append(f"| {stage} | {len(of_stage)} | {one} | {sorted({kill.heatmaps for kill in of_stage})} | {again} |")
    lines += [
        "",
        f"From the kill to the study's being done again (a new worker's start and {runs.STALE_AFTER.seconds} s without a "
        f"heartbeat included): median {statistics.median(seconds):.0f} s, longest {max(seconds):.0f} s.",
        "",
    ]
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text("\n".join(lines))


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
