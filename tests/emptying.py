"""After a test that commits, the tables are emptied: by less work than Django's `flush`, and with the same outcome.

`flush` truncates a hundred tables on PostgreSQL (each gets new files), and then tells every app that the database was
migrated anew, so that content types and triggers are made again, although neither had gone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.db.backends.base.base import BaseDatabaseWrapper

STAYS = {ContentType._meta.db_table, "auth_permission"}
"""Written by `migrate`, and known to this process by key."""


def _statements(_: object, connection: BaseDatabaseWrapper, **__: object) -> list[str]:
    """To be executed in one transaction, at whose end SQLite looks at foreign keys."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names if name not in STAYS]
    deletions = [f"DELETE FROM {table}" for table in tables]
    if connection.vendor == "sqlite":
        return deletions
    # Who still writes is waited for, as TRUNCATE would; nor is there a trigger or a foreign key until all is empty.
    first = ["SET LOCAL session_replication_role = replica", f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE"]
    return [*first, "; ".join(deletions)]


def _nothing(*_: object) -> None:
    """What was migrated still is."""


@contextmanager
def cheap_emptying() -> Iterator[None]:
    """Within the `with` block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "sql_flush", _statements)
        patch.setattr(flush, "emit_post_migrate_signal", _nothing)
        yield
