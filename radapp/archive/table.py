"""Which examinations are on the table: sent slice by slice, acquired today, the last slice not long ago."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from radapp.archive.arrival_models import SeriesArrival
from radapp.archive.models import Study

ON_TABLE_FOR = timedelta(hours=2)
"""After its last slice an examination is over, whatever came of it."""
YESTERDAY = timedelta(days=1)
"""Study Date names no zone; and a PACS that sends an old examination does not put it on the table."""


def is_on_table(study: Study, rows: Iterable[SeriesArrival], now: datetime | None = None) -> bool:
    """Whether the study with these arrivals is being examined. A clock that was set back ends no examination."""
    rows = list(rows)
    if not rows or study.study_date is None:
        return False
    first, last = min(row.first_at for row in rows), max(row.last_at for row in rows)
    return study.study_date >= (first - YESTERDAY).date() and last > (now or timezone.now()) - ON_TABLE_FOR


def lately_arrived(now: datetime | None = None) -> QuerySet[Study]:
    """The studies that got a slice within the time an examination takes; not all of them are on the table."""
    rows = SeriesArrival.objects.filter(last_at__gt=(now or timezone.now()) - ON_TABLE_FOR)
    return Study.objects.filter(pk__in=rows.values("series__study"))
