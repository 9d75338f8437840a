"""The bell: Celery over Redis as radapp (who rings) and worker (who answers) both know it. The database stays the truth.

Settings were measured under kill -9: late acks, nothing lost with a child, publishing with the broker down fails at once.
"""

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from celery import Celery
from django.conf import settings
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError
from redis import Redis, RedisError

TABLE_QUEUE = "table"
TRIAGE_QUEUE = "triage"
HOUSEKEEPING_QUEUE = "housekeeping"
EXPLANATION_QUEUE = "explanations"
REPORT_QUEUE = "reports"
ANALYSIS_QUEUE = "analyses"
RUN_TASK = "triage.run"
REPORT_TASK = "triage.report"
EXPLANATION_TASK = "triage.explain"
ANALYSIS_TASK = "reports.make"

QUEUES = (HOUSEKEEPING_QUEUE, TABLE_QUEUE, REPORT_QUEUE, TRIAGE_QUEUE, EXPLANATION_QUEUE, ANALYSIS_QUEUE)
"""First come first served within each; a worker that reads several empties the earlier ones first. Examinations whose
patient is on the table go before everything that was taken in from folders."""

CONFIGURATION: dict[str, object] = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_ignore_result": True,
    # Each with an exchange and key of its own: under the default ones every message would lie in both.
    "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
    "task_create_missing_queues": False,
    "task_default_queue": HOUSEKEEPING_QUEUE,
    "task_default_exchange": HOUSEKEEPING_QUEUE,
    "task_default_routing_key": HOUSEKEEPING_QUEUE,
    "worker_prefetch_multiplier": 1,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "broker_transport_options": {
        "queue_order_strategy": "priority",
        "visibility_timeout": 6 * 3600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        # Publishing with the broker down fails in 0.1 s, not 6 s.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    },
}

PING_TIMEOUT_S = 1.0
ALIVE_FOR_S = 5.0
STALE_AFTER_S = 15.0


@cache
def celery() -> Celery:
    """This process's Celery: sends tasks by name, asks workers whether they live; holds no task itself."""
    app = Celery("radapp", broker=settings.REDIS_URL, set_as_current=False)
    app.conf.update(CONFIGURATION)
    return app


def ring(task: str, *args: object, queue: str) -> bool:
    """Send one task by name; False when the broker is down, which is no error: the beat rings again."""
    try:
        celery().send_task(task, args=args, queue=queue, retry=False, ignore_result=True)
    except (OperationalError, RedisError, OSError):
        return False
    return True


def waiting_rings(queue: str) -> int | None:
    """How many messages lie in one queue; None when the broker is down."""
    client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PING_TIMEOUT_S, socket_timeout=PING_TIMEOUT_S)
    try:
        return int(client.llen(queue))
    except (RedisError, OSError):
        return None
    finally:
        client.close()


@dataclass(frozen=True)
class AliveWorker:
    """A worker that answered, and when."""

    name: str
    alive_at: datetime


@dataclass
class _Census:
    """The last answer of the workers and its age; one thread asks at a time."""

    workers: list[AliveWorker] | None = None
    asked_at: float = float("-inf")
    lock: threading.Lock = threading.Lock()  # noqa: RUF009 - one per process is meant

    def take(self) -> None:
        """Ask every worker (one second), and keep what they answered."""
        try:
            answers = celery().control.ping(timeout=PING_TIMEOUT_S)
        except (OperationalError, RedisError, OSError):
            self.workers = None
        else:
            now = datetime.now(UTC)
            self.workers = sorted((AliveWorker(name, now) for answer in answers for name in answer), key=lambda it: it.name)
        self.asked_at = time.monotonic()


_census = _Census()


def _refresh() -> None:
    try:
        _census.take()
    finally:
        _census.lock.release()


def alive_workers() -> list[AliveWorker] | None:
    """The workers that answer; None when the broker is down. Asked at most every five seconds.

    A caller waits (one second) only when nothing recent is known; else it gets the last answer and a thread asks anew.
    """
    age = time.monotonic() - _census.asked_at
    if age > ALIVE_FOR_S and _census.lock.acquire(blocking=age > STALE_AFTER_S):
        if age <= STALE_AFTER_S:
            threading.Thread(target=_refresh, name="worker-census", daemon=True).start()
        else:
            if time.monotonic() - _census.asked_at <= ALIVE_FOR_S:  # another thread asked while this one waited
                _census.lock.release()
            else:
                _refresh()
    return _census.workers
