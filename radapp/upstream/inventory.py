"""What a source says that it has of a study: found where it is not known yet, listed anew where the list is old."""

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from radapp.dicomweb.attributes import BY_NAME, Level
from radapp.upstream import cache, circuit, locks, records
from radapp.upstream.circuit import Asked, OfflineError
from radapp.upstream.models import CachedSeries, CachedStudy, UpstreamSource
from radapp.upstream.peer import Answer, Peer, Query, SourceError
from radapp.upstream.records import Record

FRESH = timedelta(seconds=60)
"""How old a list of a study's series may be before the source is asked again."""
SEARCH_S = 5.0
SERIES_AT_MOST, INSTANCES_AT_MOST = 2000, 20_000
LISTING_WAIT_S = 30.0
_ABSENT_S = 5.0


class UnreachableError(Exception):
    """The study is known nowhere, but some sources did not answer: it may be theirs."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"{', '.join(names)} does not answer")


_absent: dict[str, float] = {}


def known(study_uid: str) -> CachedStudy | None:
    """The study, if a source in use was found to have it."""
    return CachedStudy.objects.select_related("source").filter(study_instance_uid=study_uid, source__enabled=True).first()


def locate(study_uid: str) -> CachedStudy | None:
    """The study, known or asked for at every source. Raises UnreachableError where one that might have it is silent."""
    found = known(study_uid)
    if found is not None:
        return found
    if time.monotonic() - _absent.get(study_uid, float("-inf")) < _ABSENT_S:
        return None
    answers = who_has(study_uid, circuit.sources())
    for asked in answers:
        record = _record(asked.answer, study_uid)
        if record is not None:
            return _note(asked.source, study_uid, record)
    silent = [asked.source.name for asked in answers if asked.words]
    if silent:
        raise UnreachableError(silent)
    if len(_absent) > 1000:
        _absent.clear()
    _absent[study_uid] = time.monotonic()
    return None


def who_has(study_uid: str, asked: Sequence[UpstreamSource]) -> list[Asked[Answer]]:
    """Each source's answer to the search for one study."""
    return circuit.ask_all(asked, lambda peer: _find_study(peer, study_uid), SEARCH_S + 1)


def has_study(peer: Peer, study_uid: str) -> bool:
    """Whether it has the study now."""
    return _record(_find_study(peer, study_uid), study_uid) is not None


def _find_study(peer: Peer, study_uid: str) -> Answer:
    return peer.find(Query(Level.STUDY, ((BY_NAME["StudyInstanceUID"], study_uid),), most=5), SEARCH_S)


def _record(answer: Answer | None, study_uid: str) -> Record | None:
    found = records.cleaned(answer.records if answer else (), Level.STUDY)
    return next((one for one in found if records.value_of(one, records.STUDY_UID) == study_uid), None)


def _note(source: UpstreamSource, study_uid: str, record: Record) -> CachedStudy:
    """Keep what the source says. A study that another source was found to have before goes over to this one."""
    found = {"source": source, "record": record}
    study, _ = CachedStudy.objects.update_or_create(study_instance_uid=study_uid, defaults=found)
    return study


def note_study(source: UpstreamSource, record: Record) -> CachedStudy:
    """A study that a search brought up (prefetching): keep it, unless it is known."""
    study_uid = records.text_of(record, records.STUDY_UID)
    return known(study_uid) or _note(source, study_uid, record)


def refresh(study: CachedStudy) -> bool:
    """Have a list of the study's series that is fresh, or as fresh as can be had. False: no source has it any more.

    Raises OfflineError or SourceError where the source does not give one; what was listed before stands.
    """
    if is_fresh(study):
        return True
    held = locks.try_exclusive("listing", study.study_instance_uid)
    if held is None:
        if study.listed_at is not None:
            return True  # somebody lists it right now; the last list will do
        held = locks.exclusive("listing", study.study_instance_uid, LISTING_WAIT_S)
    with held:
        now = CachedStudy.objects.select_related("source").filter(pk=study.pk).first()
        if now is None:
            return False
        study.listed_at, study.source = now.listed_at, now.source
        return is_fresh(study) or _list(study)


def is_fresh(study: CachedStudy) -> bool:
    """Whether its series were listed a moment ago."""
    now = timezone.now()
    return study.listed_at is not None and now - FRESH < study.listed_at <= now


def _list(study: CachedStudy) -> bool:
    try:
        listed = _listed(study)
    except (OfflineError, SourceError):
        if not _moved(study):
            raise
        listed = _listed(study)
    if not listed and _moved(study):
        listed = _listed(study)
    if not listed:
        cache.forget_study(study)
        return False
    _keep_list(study, listed)
    return True


def _listed(study: CachedStudy) -> dict[str, Record]:
    query = Query(Level.SERIES, within=(study.study_instance_uid, ""), most=SERIES_AT_MOST)
    answer = circuit.ask(study.source, lambda peer: peer.find(query, SEARCH_S))
    own = {None, study.study_instance_uid}
    found = [one for one in records.cleaned(answer.records, Level.SERIES) if records.value_of(one, records.STUDY_UID) in own]
    return {records.text_of(record, records.SERIES_UID): record for record in found}


def _moved(study: CachedStudy) -> bool:
    """Whether another source has the study, too: then it is that one's from now on."""
    others = [source for source in circuit.sources() if source.pk != study.source_id and not circuit.is_paused(source)]
    for asked in who_has(study.study_instance_uid, others) if others else ():
        record = _record(asked.answer, study.study_instance_uid)
        if record is not None:
            CachedStudy.objects.filter(pk=study.pk).update(source=asked.source, record=record)
            study.refresh_from_db()
            return True
    return False


def _keep_list(study: CachedStudy, listed: dict[str, Record]) -> None:
    """Take the source's list over: new series, grown ones, and those that it has no more."""
    have = {one.series_instance_uid: one for one in study.series.all()}
    for gone in [series for uid, series in have.items() if uid not in listed]:
        cache.give_up(gone)
        gone.delete()
    now = timezone.now()
    with transaction.atomic():
        for uid, record in listed.items():
            expected = records.value_of(record, records.INSTANCE_COUNT)
            series = have.get(uid)
            if series is None:
                _add(study, uid, record, expected)
                continue
            CachedSeries.objects.filter(pk=series.pk).update(record=record, expected=expected)
            if series.whole and expected != series.instances.count():
                CachedSeries.objects.filter(pk=series.pk).update(whole=False)
        CachedStudy.objects.filter(pk=study.pk).update(listed_at=now)
    study.listed_at = now


def _add(study: CachedStudy, uid: str, record: Record, expected: int | None) -> None:
    try:
        with transaction.atomic():
            CachedSeries.objects.create(
                study=study, series_instance_uid=uid, record=record, expected=expected, used_at=timezone.now()
            )
    except IntegrityError:
        return  # listed a moment ago by another process, or under another study, where it then stays


def list_instances(series: CachedSeries) -> dict[str, Record]:
    """The instances that the source names in a series, by SOP Instance UID. Raises OfflineError, SourceError."""
    study_uid = series.study.study_instance_uid
    query = Query(Level.INSTANCE, within=(study_uid, series.series_instance_uid), most=INSTANCES_AT_MOST)
    answer = circuit.ask(series.study.source, lambda peer: peer.find(query, SEARCH_S * 2))
    found = records.cleaned(answer.records, Level.INSTANCE)
    return {records.text_of(record, records.SOP_UID): record for record in found}


def by_number(series: CachedSeries) -> tuple[int, int]:
    """Its place among the series of its study: by number, those without one last."""
    number = records.value_of(series.record, "00200011")
    return (number if number is not None else 2**31, series.pk)
