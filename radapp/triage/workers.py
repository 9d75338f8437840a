"""Worker processes: what each says of itself, kept in the database, and how they and the queue stand now.

A worker writes its row every few seconds; one that has not done so for SILENT_AFTER is shown as silent, whatever it said
last. Times are the database's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F
from django.db.models.functions import Now
from django.utils import timezone

from radapp.triage.models import Run, WorkerProcess
from radapp.triage.queues import Queue, queues

SILENT_AFTER = timedelta(seconds=20)
FORGOTTEN_AFTER = timedelta(days=7)
WINDOW = timedelta(hours=1)
Standing = Literal["starting", "ready", "working", "silent", "stopped"]


@dataclass(frozen=True)
class LoadedNetwork:
    """One bundle's network kept ready: how it is computed, what it takes, what there is to remark."""

    sha256: str
    name: str
    role: str
    architecture: str
    backend: str
    precision: str
    megabytes: float
    remarks: Sequence[str] = ()


@dataclass(frozen=True)
class Description:
    """What a worker process says of itself."""

    node: str
    slot: int
    pid: int
    device: str
    device_name: str
    threads: int
    batch: int
    memory_mb: float
    device_memory_mb: float | None = None
    networks: Sequence[LoadedNetwork] = ()
    current: Sequence[int] = ()
    warm: bool = False

    @property
    def name(self) -> str:
        """As runs name who worked on them."""
        return f"{self.node}/{self.slot}"


@dataclass(frozen=True)
class WorkerRow:
    """One worker process as shown: what it said, whether it is still heard, and what it got done in the last hour."""

    name: str
    node: str
    slot: int
    pid: int
    standing: Standing
    device: str
    device_name: str
    threads: int
    batch: int
    memory_mb: float
    device_memory_mb: float | None
    networks: Sequence[Mapping[str, object]]
    current: Sequence[int]
    done_last_hour: int
    seconds_a_run: float | None
    last_error: str
    last_error_at: datetime | None
    started_at: datetime
    heartbeat_at: datetime


@dataclass(frozen=True)
class Overview:
    """The queue of examinations, what else the workers do, and all worker processes."""

    queued: int
    running: int
    oldest_queued_at: datetime | None
    done_last_hour: int
    queues: Sequence[Queue] = field(default_factory=list)
    workers: Sequence[WorkerRow] = field(default_factory=list)


def enrol(described: Description) -> None:
    """A process takes its place, with a clean slate; places silent for a week are forgotten."""
    WorkerProcess.objects.filter(heartbeat_at__lt=Now() - FORGOTTEN_AFTER).delete()
    fresh = {"started_at": Now(), "warm_at": None, "stopped_at": None, "last_error": "", "last_error_at": None}
    WorkerProcess.objects.update_or_create(
        node=described.node, slot=described.slot, defaults={**_columns(described), **fresh, "heartbeat_at": Now()}
    )


def heartbeat(described: Description, error: str = "") -> None:
    """The same process says how it stands; `error` is what went wrong since it last did."""
    mine = WorkerProcess.objects.filter(node=described.node, slot=described.slot, pid=described.pid)
    if described.warm:
        mine.filter(warm_at__isnull=True).update(warm_at=Now())
    said = {"last_error": error, "last_error_at": Now()} if error else {}
    mine.update(**_columns(described), **said, heartbeat_at=Now())


def sign_off(described: Description) -> None:
    """The process ends in order."""
    mine = WorkerProcess.objects.filter(node=described.node, slot=described.slot, pid=described.pid)
    mine.update(stopped_at=Now(), heartbeat_at=Now(), current=[])


def _columns(described: Description) -> dict[str, object]:
    networks = [{**vars(network), "remarks": list(network.remarks)} for network in described.networks]
    names = ("pid", "device", "device_name", "threads", "batch", "memory_mb", "device_memory_mb")
    return {
        **{name: getattr(described, name) for name in names},
        "networks": networks,
        "current": list(described.current),
    }


def overview() -> Overview:
    """How the queue and the workers stand now."""
    now = timezone.now()
    queued = Run.objects.filter(state=Run.State.QUEUED)
    done = Run.objects.filter(state=Run.State.DONE, finished_at__gte=now - WINDOW)
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    work = {
        row["worker"]: row for row in done.values("worker").annotate(count=Count("pk"), each=Avg(took)).order_by("worker")
    }
    return Overview(
        queued=queued.count(),
        running=Run.objects.filter(state=Run.State.RUNNING).count(),
        oldest_queued_at=queued.order_by("created_at").values_list("created_at", flat=True).first(),
        done_last_hour=sum(row["count"] for row in work.values()),
        queues=queues(),
        workers=[_row(worker, work.get(str(worker)), now) for worker in WorkerProcess.objects.all()],
    )


def _row(worker: WorkerProcess, work: Mapping[str, object] | None, now: datetime) -> WorkerRow:
    each = work["each"] if work else None
    count = work["count"] if work else 0
    names = ("node", "slot", "pid", "device", "device_name", "threads", "batch", "memory_mb", "device_memory_mb")
    more = ("networks", "current", "last_error", "last_error_at", "started_at", "heartbeat_at")
    return WorkerRow(
        name=str(worker),
        standing=standing(worker, now),
        done_last_hour=int(str(count)),
        seconds_a_run=each.total_seconds() if isinstance(each, timedelta) else None,
        **{name: getattr(worker, name) for name in (*names, *more)},
    )


def standing(worker: WorkerProcess, now: datetime) -> Standing:
    """What it does, or that nothing has been heard of it."""
    if worker.stopped_at is not None:
        return "stopped"
    if worker.heartbeat_at < now - SILENT_AFTER:
        return "silent"
    if worker.warm_at is None:
        return "starting"
    return "working" if worker.current else "ready"
