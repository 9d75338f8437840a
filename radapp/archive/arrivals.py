"""Series on their way in, slice by slice: one row each, kept in the transaction that stores the slices.

The row is the truth. What follows from it (roles recognised, the study announced) is done by `follow`, after the
transaction; a row that changed and was not followed says so (`announced`): whatever dies in between, the next tick does it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pydicom
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from radapp.archive import expectation
from radapp.archive.arrival_models import PerformedSeries, SeriesArrival
from radapp.archive.changes import announce
from radapp.archive.completeness import CARRIED_AT_LEAST, COMPLETED, WORDS, Evidence, Why, begun_later, judge
from radapp.archive.models import Instance, Series, Source, Study
from radapp.archive.roles import recognise_study
from radapp.archive.signals import association_released, performed_step_changed, studies_received

LIVE = frozenset({Source.STOW, Source.DIMSE})
"""The doors that take instances one by one: nobody says there when a series has come."""

LATE = "A slice came {seconds} s after it counted as complete, because {why}."
REPEATED = "A slice came again {seconds} s after it counted as complete, because {why}."
PERFORMED = {"state": COMPLETED, "instances__gt": 0}
RUSH, RUSH_STUDIES = timedelta(seconds=1), 3
WAITS_AT_MOST = timedelta(seconds=30)
"""Images of so many studies within RUSH come from a PACS that sends old ones: these wait, but none longer than this."""
LOST = "lost"
"""Among the promises: images that were sent and found no room on the disk."""


@dataclass(frozen=True)
class Arrived:
    """One stored image of a series: its header and its number of frames."""

    series: Series
    header: pydicom.Dataset
    frames: int


def is_live(source: str) -> bool:
    """Whether series come by this way slice by slice."""
    return source in LIVE


def note(arrived: Sequence[Arrived], begun: Collection[int] = ()) -> None:
    """Keep that these images came; belongs into the transaction that stores them, after their rows.

    `begun`: the keys of the series that this transaction made, of which nothing else can be there.
    """
    by_series: dict[int, list[Arrived]] = {}
    for one in arrived:
        by_series.setdefault(one.series.pk, []).append(one)
    rows = _locked(series__study__in={one.series.study_id for one in arrived})
    known, now = {row.series_id: row for row in rows}, timezone.now()
    siblings = [row for row in rows if row.series_id not in by_series and not row.complete]
    for series_id, images in sorted(by_series.items()):
        row = known.get(series_id)
        if row is None:
            row = _begun(images, now, alone=series_id in begun)
            for sibling in _begun_before(row, images[0], siblings):
                sibling.later_begun = True
                _keep(sibling, now)
        else:
            _add(row, images, now)
        _keep(row, now)


def weigh(series_id: int) -> None:
    """Judge a series that is arriving by what its row counts now; belongs into the transaction that counted."""
    for row in _locked(series_id=series_id, complete=False):
        _keep(row, timezone.now())


def note_again(series_uids: Collection[str]) -> None:
    """Keep that images came again which are stored already, equal or under another header."""
    with transaction.atomic():
        now = timezone.now()
        for row in _locked(series__series_instance_uid__in=set(series_uids)):
            _touch(row, 1, now, REPEATED)
            _keep(row, now)
            announce(row.series.study.study_instance_uid)


def note_lost(series_uids: Sequence[str]) -> None:
    """Keep that images came for which the disk had no room: their series lack them until they are sent again."""
    with transaction.atomic():
        now = timezone.now()
        for row in _locked(series__series_instance_uid__in=set(series_uids)):
            count = series_uids.count(row.series.series_instance_uid)
            row.stated = {**row.stated, LOST: max(row.stated.get(LOST) or 0, row.instances) + count}
            _touch(row, 0, now, LATE)
            _keep(row, now)


def _locked(**which: object) -> list[SeriesArrival]:
    """Arrival rows until the transaction ends, in one order for all, so that no two processes wait in a ring."""
    found = SeriesArrival.objects.select_for_update(of=("self",)).select_related("series__study").filter(**which)
    return list(found.order_by("pk"))


def _begun(images: Sequence[Arrived], now: datetime, *, alone: bool) -> SeriesArrival:
    """The row of a series whose first slices came. Unless `alone`, others may be there by another way; MPPS may know it."""
    series, carried = images[0].series, sum(image.frames for image in images)
    there = {"instances": len(images), "frames": carried}
    if not alone:
        images_there = Instance.objects.filter(series=series)
        there = images_there.aggregate(instances=Count("pk"), frames=Sum("number_of_frames"))
    performed = PerformedSeries.objects.filter(series_instance_uid=series.series_instance_uid, **PERFORMED).first()
    return SeriesArrival(
        series=series,
        arrivals=1,
        instances=there["instances"],
        frames=there["frames"],
        carried=carried,
        stated=expectation.joined({}, (expectation.read(image.header) for image in images)),
        performed=performed.instances if performed else None,
        first_at=now,
        last_at=now,
    )


def _begun_before(row: SeriesArrival, first: Arrived, siblings: Iterable[SeriesArrival]) -> list[SeriesArrival]:
    """Those that the scanner began before this series: that it went on is evidence that they have come."""
    if first.series.modality != "MR" or expectation.is_derived(first.header):
        return []
    return [one for one in siblings if not one.interleaved and begun_later(one.series, row.series)]


def _add(row: SeriesArrival, images: Sequence[Arrived], now: datetime) -> None:
    row.instances += len(images)
    row.frames += sum(image.frames for image in images)
    row.stated = expectation.joined(row.stated, (expectation.read(image.header) for image in images))
    if row.later_begun:
        row.interleaved, row.later_begun = True, False
    _touch(row, sum(image.frames for image in images), now, LATE)


def _touch(row: SeriesArrival, carried: int, now: datetime, words: str) -> None:
    """Something came: count it, and re-open a series that counted as complete."""
    row.arrivals += 1
    row.carried += carried
    row.last_at = now
    if row.complete:
        assert row.complete_at is not None
        seconds = max(0, round((now - row.complete_at).total_seconds()))
        row.remark = words.format(seconds=seconds, why=WORDS[Why(row.why)])
        row.complete, row.why, row.complete_at = False, "", None
        row.reopened, row.reopened_at = row.reopened + 1, now
        row.announced = False


def _keep(row: SeriesArrival, now: datetime, *, released: bool = False, quiet_s: float = 0.0) -> bool:
    """Complete the row where the evidence allows, and write it; True where it became complete. Within a transaction."""
    why = None
    if not row.complete:
        stated = dict(row.stated)
        lost = stated.pop(LOST, None)
        if lost is not None and row.instances < lost:
            stated[expectation.RELATED] = max(stated.get(expectation.RELATED) or 0, lost)
        evidence = Evidence(
            instances=row.instances,
            frames=row.frames,
            stated=stated,
            performed=row.performed,
            later_begun=row.later_begun,
            released=released,
            quiet_s=quiet_s,
        )
        why = judge(evidence)
    if why is not None:
        row.complete, row.why, row.complete_at, row.announced = True, why, now, False
    row.save()
    return why is not None


def settle_quiet(quiet: Mapping[int, tuple[int, float]]) -> None:
    """Complete series that have been quiet: by row, how often something had come, and for how many seconds nothing did."""
    with transaction.atomic():
        now = timezone.now()
        for row in _locked(pk__in=set(quiet), complete=False):
            arrivals, seconds = quiet[row.pk]
            if row.arrivals == arrivals and _keep(row, now, quiet_s=seconds):
                announce(row.series.study.study_instance_uid)


def release(series_uids: Collection[str]) -> None:
    """An association that carried these series has ended."""
    _release(series__series_instance_uid__in=set(series_uids))


def release_studies(study_uids: Collection[str]) -> None:
    """A request that carried images of these studies has ended."""
    _release(series__study__study_instance_uid__in=set(study_uids))


def _release(**which: object) -> None:
    with transaction.atomic():
        now = timezone.now()
        for row in _locked(carried__gt=0, **which):
            released, row.carried = row.carried >= CARRIED_AT_LEAST, 0
            if _keep(row, now, released=released):
                announce(row.series.study.study_instance_uid)


def perform(study_uid: str, state: str, series: Mapping[str, int]) -> None:
    """Keep what an MPPS says: its state, and how many instances of each series it lists."""
    with transaction.atomic():
        for uid, instances in sorted(series.items()):
            PerformedSeries.objects.update_or_create(
                series_instance_uid=uid,
                defaults={"study_instance_uid": study_uid, "instances": max(instances, 0), "state": state},
            )
    heed_performed()


def heed_performed() -> None:
    """Take over what completed MPPS list of series that are still arriving, whichever came first."""
    listed = PerformedSeries.objects.filter(series_instance_uid=OuterRef("series__series_instance_uid"), **PERFORMED)
    unheeded = SeriesArrival.objects.filter(complete=False, performed=None).annotate(
        listed=Subquery(listed.values("instances"))
    )
    numbers = dict(unheeded.filter(listed__isnull=False).values_list("pk", "listed"))
    if not numbers:
        return
    with transaction.atomic():
        now = timezone.now()
        for row in _locked(pk__in=set(numbers)):
            row.performed = numbers[row.pk]
            if _keep(row, now):
                announce(row.series.study.study_instance_uid)


def unheard(study_uids: Collection[str] | None = None, *, urgent: bool = False) -> list[str]:
    """The studies (among these, where any are named) with a series whose standing nobody has heard of; today's first.

    `urgent`: only those that cannot wait for a quieter time.
    """
    rows = SeriesArrival.objects.filter(announced=False)
    if study_uids is not None:
        rows = rows.filter(series__study__study_instance_uid__in=study_uids)
    if urgent:
        rows = _urgent(rows)
    newest_first = rows.order_by(F("series__study__study_date").desc(nulls_last=True), "id")
    return list(dict.fromkeys(newest_first.values_list("series__study__study_instance_uid", flat=True)))


def due(study_uids: Collection[str] | None = None) -> list[str]:
    """Those whose turn it is: while a PACS sends many examinations of other days, these wait, so that it gets on."""
    now = timezone.now()
    lately = SeriesArrival.objects.filter(last_at__gt=now - RUSH, last_at__lte=now)
    rush = lately.aggregate(studies=Count("series__study", distinct=True))["studies"] >= RUSH_STUDIES
    return unheard(study_uids, urgent=rush)


def _urgent(rows: QuerySet[SeriesArrival]) -> QuerySet[SeriesArrival]:
    """Of today (or yesterday, where the scanner's clock says so), of an unknown day, or waiting for long."""
    now = timezone.now()
    recent = Q(series__study__study_date__gte=timezone.localdate(now) - timedelta(days=1))
    return rows.filter(recent | Q(series__study__study_date=None) | Q(first_at__lt=now - WAITS_AT_MOST))


def follow(study_uid: str) -> None:
    """Recognise the study's series and announce it, then note of each series that this was done for its standing.

    Nothing where somebody else has done so meanwhile.
    """
    rows = list(SeriesArrival.objects.filter(announced=False, series__study__study_instance_uid=study_uid))
    study = Study.objects.filter(study_instance_uid=study_uid).first()
    if study is None or not rows:
        return
    recognise_study(study)
    studies_received.send(sender=SeriesArrival, study_uids=[study_uid])
    for row in rows:
        SeriesArrival.objects.filter(pk=row.pk, complete=row.complete, reopened=row.reopened).update(announced=True)


def follow_all(study_uids: Collection[str]) -> None:
    """Follow those of these studies that have news and whose turn it is; the others are left to the watch."""
    for study_uid in due(study_uids):
        follow(study_uid)


def promised(row: SeriesArrival) -> int | None:
    """How many objects or frames this series is to have, whichever its headers or MPPS say; None where nothing does."""
    if row.performed is not None:
        return row.performed
    found = expectation.expected(row.stated, row.instances, row.frames)
    return found[1] if found else None


def versions() -> dict[int, int]:
    """By row, how often something came for a series that is still arriving."""
    return dict(SeriesArrival.objects.filter(complete=False).values_list("pk", "arrivals"))


def of_studies(studies: Iterable[Study]) -> dict[int, list[SeriesArrival]]:
    """The arrival rows of each study, by primary key, with their series; in one query."""
    found: dict[int, list[SeriesArrival]] = {study.pk: [] for study in studies}
    for row in SeriesArrival.objects.filter(series__study__in=found).select_related("series"):
        found[row.series.study_id].append(row)
    return found


def _released(*, study_uids: list[str], series_uids: list[str], **_: Any) -> None:
    release(series_uids)
    follow_all(study_uids)


def _performed(*, study_uid: str, state: str, series: dict[str, int], **_: Any) -> None:
    perform(study_uid, state, series)
    follow_all([study_uid])


def connect() -> None:
    """Connect to what DIMSE tells."""
    association_released.connect(_released, dispatch_uid="arrivals.released")
    performed_step_changed.connect(_performed, dispatch_uid="arrivals.performed")
