"""Makes the metadata of series before somebody asks: those of studies that changed, once they have been quiet a moment."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from radapp.archive.models import Instance, StudyChange
from radapp.dicomweb import cache, metadata

# A series that is still coming in would be made again with each slice.
QUIET = timedelta(seconds=5)
# Rows of the change counter may become visible this much later than higher ones.
SETTLED = timedelta(seconds=30)
BUDGET_S = 5.0
_NOTE = "metadata-ready-upto"


def make_ready(budget_s: float = BUDGET_S) -> int:
    """Make what is missing, for about so long; the next call goes on. Returns how many series were made."""
    end = time.monotonic() + budget_s
    upto = _noted()
    if upto is None:
        _note(StudyChange.objects.aggregate(newest=Max("id"))["newest"] or 0)
        return 0
    made, reached = 0, upto
    for number, at, study_uid in _changes(upto):
        if at > timezone.now() - QUIET or time.monotonic() > end:
            break
        if not StudyChange.objects.filter(study_instance_uid=study_uid, id__gt=number).exists():
            made += sum(_made(one) for one in _series_of(study_uid))
        if at < timezone.now() - SETTLED:
            reached = number
    if reached != upto:
        _note(reached)
    return made


def _changes(upto: int) -> Iterator[tuple[int, datetime, str]]:
    rows = StudyChange.objects.filter(id__gt=upto).order_by("id").values_list("id", "at", "study_instance_uid")
    return iter(rows.iterator(chunk_size=500))


def _series_of(study_uid: str) -> Iterator[list[Instance]]:
    """The instances of each series, in the order in which they are sent."""
    rows = (
        Instance.objects.filter(series__study__study_instance_uid=study_uid)
        .select_related("series__study")
        .order_by("series_id", "instance_number", "id")
    )
    for _, members in groupby(rows, key=lambda one: one.series_id):
        yield list(members)


def _made(instances: list[Instance]) -> bool:
    """Make one series' metadata, unless it is there; a series whose bytes are not is left to verify_archive."""
    if cache.is_kept(metadata.KIND, metadata.series_digest(instances)):
        return False
    series = instances[0].series
    with suppress(FileNotFoundError):
        metadata.series_json(instances, series.study.study_instance_uid, series.series_instance_uid)
        return True
    return False


def _noted() -> int | None:
    with suppress(OSError, ValueError):
        return int((Path(settings.VAR_DIR) / _NOTE).read_text())
    return None


def _note(number: int) -> None:
    path = Path(settings.VAR_DIR) / _NOTE
    aside = path.with_suffix(".new")
    aside.write_text(str(number))
    aside.replace(path)
