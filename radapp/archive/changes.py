"""The change counter behind the page's live events."""

from django.db import connection

from radapp.archive import quick_rows
from radapp.archive.models import StudyChange


class OutsideTransactionError(RuntimeError):
    """A change was announced outside the transaction that makes it."""


def announce(study_uid: str) -> None:
    """Say that what a worklist row shows has changed; belongs into the transaction that changes it."""
    if not connection.in_atomic_block:
        raise OutsideTransactionError("announce() outside a transaction; call it inside the one that changes the study")
    quick_rows.insert([StudyChange(study_instance_uid=study_uid)])
