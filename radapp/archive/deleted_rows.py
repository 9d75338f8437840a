"""Rows that go, kept as they are: every column of every row that a deletion takes along, and the way back."""

import gzip
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core import serializers
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.deletion import Collector

# What is made by the collector first is what others point at.
_FIRST = ("archive.study", "archive.series", "archive.instance")


class _Everything(Collector):
    """Collects rows one by one, also those that could be deleted unseen."""

    def can_fast_delete(self, objs: Any, from_field: Any = None) -> bool:
        """Never: unseen rows cannot be kept."""
        return False


def collect(roots: Sequence[models.Model]) -> list[models.Model]:
    """The rows that deleting these would take along, and these. ProtectedError where one must stay."""
    collector = _Everything(using=DEFAULT_DB_ALIAS, origin=roots[0] if roots else None)
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for root in roots:
        by_model.setdefault(type(root), []).append(root)
    for some in by_model.values():
        collector.collect(some)
    return [row for rows in collector.data.values() for row in rows]


def pack(rows: Iterable[models.Model]) -> bytes:
    """The rows in a few bytes, whatever they are."""
    plain = serializers.serialize("python", rows)
    return gzip.compress(json.dumps(plain, default=_written).encode(), mtime=0)


def _written(value: object) -> str:
    """Dates and times to the microsecond, which Django's own JSON cuts; everything else by its text."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def unpack(octets: bytes) -> list[Any]:
    """The rows again, ready to be saved, those that others point at first. Columns that are no more are left out."""
    plain = json.loads(gzip.decompress(octets))
    ordered = sorted(plain, key=lambda row: _FIRST.index(row["model"]) if row["model"] in _FIRST else len(_FIRST))
    return list(serializers.deserialize("python", ordered, ignorenonexistent=True))
