"""The short way for the plain case: a new instance of a series that is known and still arriving, as C-STORE brings most.

The same facts are looked at, and the same rows written, as in radapp.archive.recording, by five statements that are written
once instead of twelve that are put together each time. Whatever is not plain goes the long way.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from radapp.archive import arrivals, expectation, headers, quick_rows, rejections
from radapp.archive.arrival_models import SeriesArrival
from radapp.archive.byte_index import row_of
from radapp.archive.errors import StorageFull
from radapp.archive.models import Instance, Series, StudyChange
from radapp.archive.outcomes import StoredInstance
from radapp.archive.recording import Candidate, Origin, instance_of, keep_bytes

KNOWN_FOR_S = 2.0
"""How long what was read of a series is believed; rows that contradict it by then are refused by the database."""
KNOWN_AT_MOST = 1000

Part = tuple[Candidate, Origin]


@dataclass(frozen=True)
class _Known:
    """What was read of a series."""

    series: Series
    stated: Mapping[str, int | None]
    read_at: float


class _NotPlainError(Exception):
    """The series is no longer what it was read to be."""


_COUNT = f"""
UPDATE "{SeriesArrival._meta.db_table}" SET arrivals = arrivals + %s, instances = instances + %s, frames = frames + %s,
carried = carried + %s, last_at = %s WHERE series_id = %s AND NOT complete AND NOT later_begun
AND performed IS NULL RETURNING instances, frames
"""  # noqa: S608 - the table's own name


class PlainInstances:
    """Records what is plain. For one thread; it remembers series for two seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, _Known] = {}

    def record(self, parts: Sequence[Part]) -> dict[str, StoredInstance]:
        """Store what is plain among these; the outcomes by SOP Instance UID. Everything else is left untouched."""
        plain = self._plain(parts)
        if not plain:
            return {}
        try:
            keep_bytes([candidate for candidate, _ in plain])
            with transaction.atomic():
                self._write(plain)
        except (StorageFull, IntegrityError, _NotPlainError):
            self._known.clear()
            return {}
        return {
            candidate.inspected.identity.sop_instance_uid: StoredInstance(candidate.path, candidate.inspected.identity)
            for candidate, _ in plain
        }

    def _plain(self, parts: Sequence[Part]) -> list[Part]:
        likely = [part for part in parts if arrivals.is_live(part[1].source) and self._fits(*part)]
        if not likely:
            return []
        uids = [candidate.inspected.identity.sop_instance_uid for candidate, _ in likely]
        there = _stored(uids)
        return [part for part, uid in zip(likely, uids, strict=True) if uid not in there and uids.count(uid) == 1]

    def _fits(self, candidate: Candidate, origin: Origin) -> bool:
        """Whether the instance continues a series that is known: same study, same patient, nothing else promised."""
        identity, header = candidate.inspected.identity, candidate.inspected.header
        if identity.study_uid not in origin.noted or identity.sop_class_uid == rejections.KEY_OBJECTS:
            return False
        known = self._look_up(identity.series_uid)
        if known is None:
            return False
        study = known.series.study
        patient = headers.text(header, "PatientID", 64)
        same_patient = not patient or not study.patient_id or patient == study.patient_id
        promises = expectation.joined(known.stated, [expectation.read(header)])
        return study.study_instance_uid == identity.study_uid and same_patient and promises == dict(known.stated)

    def _look_up(self, series_uid: str) -> _Known | None:
        known = self._known.get(series_uid)
        if known is not None and self._clock() - known.read_at < KNOWN_FOR_S:
            return known
        series = Series.objects.select_related("study", "arrival").filter(series_instance_uid=series_uid).first()
        arrival = getattr(series, "arrival", None)
        if series is None or arrival is None or _is_special(series, arrival):
            self._known.pop(series_uid, None)
            return None
        if len(self._known) >= KNOWN_AT_MOST:
            self._known.clear()
        self._known[series_uid] = _Known(series, arrival.stated, self._clock())
        return self._known[series_uid]

    def _write(self, plain: Sequence[Part]) -> None:
        """The rows, in the order of UIDs, as the long way writes them."""
        ordered = sorted(plain, key=lambda part: part[0].inspected.identity.sop_instance_uid)
        now = timezone.now()
        series = {uid: known.series for uid, known in self._known.items()}
        rows = [instance_of(candidate, series, origin) for candidate, origin in ordered]
        index = [row_of(candidate.received.sha256, candidate.inspected) for candidate, _ in ordered]
        quick_rows.insert(rows, now)
        quick_rows.insert(index, now, quick_rows.UNLESS_THERE)
        self._count(rows, now)
        changed = sorted({row.series.study.study_instance_uid for row in rows})
        quick_rows.insert([StudyChange(study_instance_uid=uid) for uid in changed], now)

    def _count(self, rows: Iterable[Instance], now: datetime) -> None:
        """Count the instances where their series' arrival is kept, and judge the series whose promise they may fulfil."""
        by_series: dict[str, list[Instance]] = {}
        for row in rows:
            by_series.setdefault(row.series.series_instance_uid, []).append(row)
        at = connection.ops.adapt_datetimefield_value(now)
        for uid, images in sorted(by_series.items(), key=lambda item: item[1][0].series_id):
            frames, known = sum(image.number_of_frames for image in images), self._known[uid]
            with connection.cursor() as cursor:
                cursor.execute(_COUNT, [1, len(images), frames, frames, at, known.series.pk])
                counted = cursor.fetchone()
            if counted is None:
                raise _NotPlainError(uid)
            promise = expectation.expected(known.stated, *counted)
            if promise is not None and promise[0] >= promise[1]:
                arrivals.weigh(known.series.pk)
                self._known.pop(uid)


def _is_special(series: Series, arrival: SeriesArrival) -> bool:
    """Whether more than counting is to be done for an instance of the series."""
    return arrival.complete or arrival.performed is not None or rejections.concern(series.series_instance_uid)


def _stored(uids: Sequence[str]) -> set[str]:
    """Those of the UIDs that are stored."""
    with connection.cursor() as cursor:
        table = Instance._meta.db_table
        marks = ", ".join(["%s"] * len(uids))
        cursor.execute(f'SELECT sop_instance_uid FROM "{table}" WHERE sop_instance_uid IN ({marks})', list(uids))  # noqa: S608
        return {uid for (uid,) in cursor.fetchall()}
