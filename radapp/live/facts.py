"""Questions about the running system: database, broker, workers, what is still being prepared. Nothing about one study."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import DatabaseError

from radapp.archive.models import SetAside, Study
from radapp.broker import alive_workers
from radapp.triage.models import Run, StudyTriage

PROGRESS_FILE = "demo-progress.json"


@dataclass(frozen=True)
class Demo:
    """How far the demonstration's preparation has come, and the words that `make demo` left for the page."""

    preparing: bool
    expected: int
    studies: int
    triaged: int
    message: str


@dataclass(frozen=True)
class WorkerAlive:
    """A worker and when it last answered."""

    name: str
    alive_at: datetime


@dataclass(frozen=True)
class Status:
    """What the page's status line shows."""

    workers: list[WorkerAlive]
    queued: int
    running: int
    demo: Demo | None
    set_aside_waiting: int

    def without_times(self) -> dict[str, object]:
        """The same without the moments at which workers answered: what makes a status event when it changes."""
        return {**asdict(self), "workers": [worker.name for worker in self.workers]}


@dataclass(frozen=True)
class Readiness:
    """Whether the system can do its work: ready as soon as database, broker and one worker answer."""

    status: Literal["ready", "not_ready"]
    database: Literal["ok", "down"]
    broker: Literal["ok", "down"]
    workers: int


def _demo() -> Demo | None:
    """What `make demo` says of its preparation, with today's counts; None where no demo was ever started."""
    try:
        noted = json.loads((Path(settings.VAR_DIR) / PROGRESS_FILE).read_text())
        preparing, expected = bool(noted["preparing"]), int(noted["expected"])
        message = str(noted.get("message", ""))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    studies = Study.objects.filter(synthetic=True).count()
    triaged = StudyTriage.objects.filter(study__synthetic=True).exclude(tier="").count()
    return Demo(preparing=preparing, expected=expected, studies=studies, triaged=triaged, message=message)


def status() -> Status:
    """The present facts of the status line."""
    open_runs = Run.objects.values_list("state", flat=True).filter(state__in=[Run.State.QUEUED, Run.State.RUNNING])
    states = list(open_runs)
    return Status(
        workers=[WorkerAlive(worker.name, worker.alive_at) for worker in alive_workers() or []],
        queued=states.count(Run.State.QUEUED),
        running=states.count(Run.State.RUNNING),
        demo=_demo(),
        set_aside_waiting=SetAside.objects.filter(state=SetAside.State.WAITING).count(),
    )


def readiness() -> Readiness:
    """Ask database, broker and workers; never waits more than about a second, whatever is down."""
    try:
        Run.objects.exists()
    except DatabaseError:
        database = False
    else:
        database = True
    workers = alive_workers()
    ready = database and bool(workers)
    return Readiness(
        status="ready" if ready else "not_ready",
        database="ok" if database else "down",
        broker="down" if workers is None else "ok",
        workers=len(workers or ()),
    )
