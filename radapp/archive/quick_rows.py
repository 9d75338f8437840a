"""New rows by statements that are written once; Django puts its own together anew each time, field by field."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models
from django.utils import timezone

UNLESS_THERE = " ON CONFLICT DO NOTHING"


def insert(rows: Sequence[models.Model], now: datetime | None = None, end: str = "") -> None:
    """Insert rows of one model, as `bulk_create` does, which learn nothing of their keys. Raises IntegrityError.

    Times that the model sets by itself as a row is made are `now`.
    """
    if rows:
        at = now or timezone.now()
        with connection.cursor() as cursor:
            cursor.executemany(_statement(type(rows[0]), end), [_values(row, at) for row in rows])


def add_unless_there(rows: Iterable[models.Model]) -> list[models.Model]:
    """Insert rows one by one and give each its key; returns those that some row's unique value kept out."""
    out, at = [], timezone.now()
    with connection.cursor() as cursor:
        for row in rows:
            key = row._meta.pk
            assert key is not None, "every model has a key"
            cursor.execute(f'{_statement(type(row), UNLESS_THERE)} RETURNING "{key.column}"', _values(row, at))
            made = cursor.fetchone()
            if made is None:
                out.append(row)
            else:
                row.pk, row._state.adding = made[0], False
    return out


@cache
def _statement(model: type[models.Model], end: str) -> str:
    """An INSERT of a whole row (of its automatic key, nothing)."""
    columns = [field.column for field in _fields(model)]
    named = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{model._meta.db_table}" ({named}) VALUES ({", ".join(["%s"] * len(columns))}){end}'  # noqa: S608


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    kept = model._meta.concrete_fields
    return [field for field in kept if not isinstance(field, models.AutoField) and not field.generated]


def _values(row: models.Model, now: datetime) -> list[Any]:
    """A row's values as its columns hold them."""
    return [
        field.get_db_prep_save(now if getattr(field, "auto_now_add", False) else getattr(row, field.attname), connection)
        for field in _fields(type(row))
    ]
