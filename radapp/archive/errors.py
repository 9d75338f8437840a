"""What the archive refuses to do, as errors that its callers can tell apart."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from rest_framework.exceptions import APIException


class StorageFull(APIException):
    """The disk that holds the archive, its database or the upload's temporary files is full. Nothing is half-stored."""

    status_code = 507
    default_code = "storage_full"
    default_detail = (
        "The disk is full: this batch was not stored completely, and nothing is half-stored. "
        "Make room, then take the same files in again; what is already there is not doubled."
    )


class StorageUnreachable(StorageFull):
    """The store of bytes is elsewhere and does not answer, or refuses: as good as full. Nothing is half-stored."""

    status_code = 503
    default_code = "storage_unreachable"

    def __init__(self, found: str = "no answer") -> None:
        super().__init__(
            f"The store of images does not take or give any ({found}). Nothing is half-stored; take the same files in "
            "again once it answers."
        )


FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_full(error: BaseException) -> bool:
    """Whether an error says that a disk (ours, SQLite's or PostgreSQL's) is full."""
    if isinstance(error, StorageFull):
        return True
    if isinstance(error, OSError) and error.errno in FULL_ERRNOS:
        return True
    cause = error.__cause__
    if "disk is full" in str(error) or getattr(cause, "sqlstate", None) == "53100":
        return True
    return cause is not None and is_full(cause)


@contextmanager
def naming_full() -> Iterator[None]:
    """Raise StorageFull in place of an OSError that says so; every other error stays itself."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise StorageFull from error
        raise
