"""Ringing the workers. The row is the truth: a bell that fails leaves it unsent, and `ring_again` rings anew."""

from datetime import timedelta
from typing import TypeVar

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from radapp import broker
from radapp.triage.models import Run

Row = TypeVar("Row", bound=models.Model)


def queue_of(*, urgent: bool) -> str:
    """The queue that a run's bell goes to."""
    return broker.TABLE_QUEUE if urgent else broker.TRIAGE_QUEUE


def send(run_id: int) -> bool:
    """Ring for one queued run now; False when the broker is down (no error)."""
    urgent = bool(Run.objects.filter(pk=run_id).values_list("urgent", flat=True).first())
    if not broker.ring(broker.RUN_TASK, run_id, queue=queue_of(urgent=urgent)):
        return False
    Run.objects.filter(pk=run_id, state=Run.State.QUEUED).update(sent_at=Now())
    return True


def send_on_commit(run_id: int) -> None:
    """Ring once the caller's transaction is committed, so that no worker looks for a row that is not there yet."""
    transaction.on_commit(lambda: send(run_id))


def unheard(waiting: QuerySet[Row], queue: str, lost_after: timedelta) -> list[Row]:
    """Of the rows that wait (with `sent_at`), those that nobody will hear of otherwise, by primary key.

    Never rung for; or that long ago (`lost_after`), while fewer bells lie in the queue than rows wait. With the broker down
    none: nobody would hear.
    """
    lying = broker.waiting_rings(queue)
    if lying is None:
        return []
    found = Q(sent_at__isnull=True)
    if lying < waiting.count():
        found |= Q(sent_at__lt=Now() - lost_after)
    return list(waiting.filter(found).order_by("pk"))
