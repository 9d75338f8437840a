"""What else the same workers do when no examination waits: a queue each, shown beside that of examinations.

An app above this one says what waits in its own queue (`show`), when it is ready.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet


@dataclass(frozen=True)
class Queue:
    """`name`: as the broker knows it (radapp.broker)."""

    name: str
    queued: int
    running: int
    oldest_queued_at: datetime | None


@dataclass(frozen=True)
class Shown:
    """Where to look: rows, the state in which they wait, and the column that says since when."""

    rows: Callable[[], QuerySet[Any]]
    waiting: str
    since: str

    def counted(self, name: str) -> Queue:
        """Now, in one question."""
        waits = Q(state=self.waiting)
        found = self.rows().aggregate(
            queued=Count("pk", filter=waits),
            running=Count("pk", filter=Q(state="running")),
            oldest_queued_at=Min(self.since, filter=waits),
        )
        return Queue(name=name, **found)


_SHOWN: dict[str, Shown] = {}


def show(name: str, shown: Shown) -> None:
    """Show this queue from now on."""
    _SHOWN[name] = shown


def queues() -> list[Queue]:
    """By name."""
    return [shown.counted(name) for name, shown in sorted(_SHOWN.items())]
