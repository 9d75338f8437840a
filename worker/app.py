"""The Celery application: `celery -A worker.app worker` answers the bell, `celery -A worker.app beat` keeps ringing it.

Settings that both ends share are in radapp.broker. torch is loaded in the pool's child, never before the fork: a parent that
ran an operation before it makes its children hang.
"""

import ctypes
import logging
import os
import signal
from typing import Any

import django
from celery import Celery, signals
from django.db import Error as DatabaseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "radapp.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django's settings come first

from radapp import broker  # noqa: E402
from worker import place  # noqa: E402

logger = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
CHILD_READY_S = 5 * 60
"""Celery kills a child that is not up by then, after 4 s if left to itself: torch, three networks and a first pass each,
compiled anew after an update, take longer."""
TIME_LIMIT_S = 15 * 60
"""A run that hangs this long is killed with its child; its heartbeat stops with it and another attempt begins."""

app = Celery("darndest", broker=settings.REDIS_URL, include=["worker.tasks"])
app.conf.update(broker.CONFIGURATION)
app.conf.update(
    task_time_limit=TIME_LIMIT_S,
    worker_proc_alive_timeout=CHILD_READY_S,
    beat_schedule_filename=str(settings.VAR_DIR / "beat-schedule"),
    beat_schedule={
        name: {"task": f"housekeeping.{name}", "schedule": seconds, "options": {"expires": seconds}}
        for name, seconds in (
            ("ring_again", 5.0),
            ("watch_arrivals", 3.0),
            ("consider_forgotten", 30.0),
            ("finish_idle_intakes", 30.0),
            ("expire_waiting", 60.0),
            ("ready_metadata", 10.0),
            ("sweep_removed", 300.0),
        )
    },
)


@signals.worker_init.connect
def _note_node(sender: Any, **_: Any) -> None:
    """What children cannot ask for, before the fork."""
    place.note_node(sender.hostname, sender.concurrency)


@signals.worker_process_init.connect
def _prepare_child(**_: Any) -> None:
    """Die with the parent, whatever killed it, and have the active protocol's networks ready before the first run."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    from worker import devices, report  # torch only from here on

    devices.device()
    reporting = report.begin()
    devices.warm()
    reporting.ready()


@signals.worker_process_shutdown.connect
def _end_child(**_: Any) -> None:
    """Say that this process ends in order."""
    from worker import report

    report.REPORT.end()


@signals.worker_ready.connect
def _ring_at_boot(**_: Any) -> None:
    """Ring for what was queued before this worker came, so that nothing waits for the beat."""
    from radapp.triage import runs

    try:
        runs.ring_again()
    except DatabaseError:
        logger.exception("the database did not answer at boot; the beat will ring")
