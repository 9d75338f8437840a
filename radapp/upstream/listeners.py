"""What is registered and listened to at start-up."""

import logging
from typing import Any

from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models.signals import post_save

from radapp.archive import borrowed
from radapp.dicomweb import elsewhere
from radapp.triage.models import Report
from radapp.upstream import cache, outbox, reading

logger = logging.getLogger(__name__)


def _reported(*, instance: Report, created: bool, **_: Any) -> None:
    """A report was written: with it the result is complete, and goes where results may go once the transaction is done."""
    if created:
        study_uid = instance.study.study_instance_uid
        transaction.on_commit(lambda: _queue(study_uid))


def _queue(study_uid: str) -> None:
    try:
        outbox.queue_study(study_uid)
    except DatabaseError:
        logger.exception("a result was not put into the outbox; the courier finds it")


def connect() -> None:
    """Answer what DICOMweb asks, and hear of results."""
    elsewhere.register(reading.Elsewhere())
    borrowed.register(cache.path_of)
    post_save.connect(_reported, sender=Report, dispatch_uid="upstream.reported")
