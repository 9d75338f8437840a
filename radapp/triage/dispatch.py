"""Ringing the worker for a run. The row is the truth: a bell that fails leaves it unsent, and `ring_again` rings anew."""

from django.db import transaction
from django.db.models.functions import Now

from radapp import broker
from radapp.triage.models import Run


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
