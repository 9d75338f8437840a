"""Fetching ahead: the day's MR studies of the sources, and the earlier ones of the day's patients, while there is room."""

import logging
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from radapp.archive.models import Study
from radapp.dicomweb import whereabouts
from radapp.dicomweb.attributes import BY_NAME, Attribute, Level
from radapp.upstream import circuit, fetching, fitting, inventory, records
from radapp.upstream.cache import CacheFullError
from radapp.upstream.circuit import OfflineError
from radapp.upstream.models import UpstreamSource
from radapp.upstream.peer import Query, SourceError
from radapp.upstream.records import Record

logger = logging.getLogger(__name__)

STUDIES_AT_MOST, EARLIER_AT_MOST = 300, 2
"""Of one day; of one patient."""
SEARCH_S = 20.0
SPARED = timedelta(hours=12)
"""What was used within this time is not given up for what may never be looked at."""
# A day has begun somewhere and not ended elsewhere: hospitals write their own zone's date, which is not known here.
_BEHIND, _AHEAD = timedelta(hours=12), timedelta(hours=14)

FAILED_S = 3600.0
"""So long a series that could not be had is not tried again."""
_failed: dict[str, float] = {}
_MR = (BY_NAME["ModalitiesInStudy"], "MR")


def today() -> tuple[date, date]:
    """The first and last date that is today in some time zone."""
    now = timezone.now()
    return (now - _BEHIND).date(), (now + _AHEAD).date()


def steps() -> Iterator[str]:
    """Fetch series by series, a word on each, so that other work goes on between them. Ends when the cache is full."""
    spare = timezone.now() - SPARED
    try:
        for source in circuit.sources():
            if source.prefetch and not circuit.is_paused(source):
                yield from _of_source(source, spare)
    except CacheFullError as error:
        logger.info("prefetching ends for now: %s", error)


def _of_source(source: UpstreamSource, spare: datetime) -> Iterator[str]:
    try:
        studies = _todays(source)
        for record in studies:
            yield from _fetch(source, record, spare)
        for patient_id in sorted(_patients(studies)):
            for record in _earlier(source, patient_id):
                yield from _fetch(source, record, spare)
    except (OfflineError, SourceError) as error:
        logger.info("prefetching from %s ends for now: %s", source.name, error)


def _search(source: UpstreamSource, *conditions: tuple[Attribute, str]) -> list[Record]:
    query = Query(Level.STUDY, conditions, most=STUDIES_AT_MOST)
    answer = circuit.ask(source, lambda peer: peer.find(query, SEARCH_S))
    return fitting.sifted(answer.records, Level.STUDY, conditions)


def _todays(source: UpstreamSource) -> list[Record]:
    first, last = today()
    return _search(source, (BY_NAME["StudyDate"], f"{first:%Y%m%d}-{last:%Y%m%d}"), _MR)


def _patients(studies: list[Record]) -> set[str]:
    """Of the day's studies, at the source or held here already."""
    first, last = today()
    held = Study.objects.filter(study_date__range=(first, last), series__modality="MR").values_list("patient_id", flat=True)
    return {*held, *(records.text_of(record, "00100020") for record in studies)} - {""}


def _earlier(source: UpstreamSource, patient_id: str) -> list[Record]:
    """The patient's latest MR studies of before today."""
    if set(patient_id) & set("*?\\"):
        return []  # it would be read as a wildcard, and bring other patients' studies
    before = f"{today()[0]:%Y%m%d}"
    found = _search(source, (BY_NAME["PatientID"], patient_id), _MR)
    earlier = [one for one in found if "" < records.text_of(one, "00080020") < before]
    return sorted(earlier, key=lambda one: records.text_of(one, "00080020"), reverse=True)[:EARLIER_AT_MOST]


def _fetch(source: UpstreamSource, record: Record, spare: datetime) -> Iterator[str]:
    """The series of one study that are not here yet. One that cannot be had does not keep the others away."""
    uid = records.text_of(record, records.STUDY_UID)
    if whereabouts.is_held(uid):
        return
    study = inventory.note_study(source, record)
    if not inventory.refresh(study):
        return
    for series in study.series.filter(whole=False).order_by("id"):
        if time.monotonic() - _failed.get(series.series_instance_uid, float("-inf")) < FAILED_S:
            continue
        try:
            fetching.make_whole(series, spare=spare)
        except (fetching.IncompleteError, SourceError) as error:
            _failed[series.series_instance_uid] = time.monotonic()
            logger.warning("source %s: a series could not be prefetched: %s", source.name, error)
        yield f"prefetched a series from {source.name}"
