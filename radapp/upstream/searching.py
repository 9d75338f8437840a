"""QIDO-RS over the sources: all asked at once, each for a bounded time; what is held here is left out."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from radapp.archive.models import Study
from radapp.dicomweb.attributes import ATTRIBUTES, Level, element
from radapp.dicomweb.elsewhere import Found
from radapp.dicomweb.errands import Errand
from radapp.dicomweb.matching import Search, condition_on
from radapp.upstream import circuit, fitting, inventory, records
from radapp.upstream.circuit import OfflineError
from radapp.upstream.inventory import SEARCH_S
from radapp.upstream.models import CachedInstance, CachedSeries, CachedStudy, UpstreamSource
from radapp.upstream.peer import Answer, Conditions, Query, SourceError, plain
from radapp.upstream.records import Record
from radapp.upstream.waiting import waits

MOST = 1000
"""Records of one source in one search; what it has beyond them is said to be left out."""
REMEMBERED_S = 15.0
REMEMBERED_AT_MOST = 64

SILENT = "{name} was not searched: {words}. What is kept of it here is in the answer"
TRUNCATED = "{name} has more than {most}; narrow the search"


@dataclass(frozen=True)
class _Remembered:
    at: float
    answer: Answer


_answers: dict[tuple[int, Level, Conditions], _Remembered] = {}


def _conditions(level: Level, search: Search) -> Conditions:
    """The conditions that the level knows, each checked as the archive checks it (400), in every protocol's form."""
    found = []
    for attribute, value in search.conditions:
        condition_on(attribute, value, "")
        if attribute.level.value > level.value:
            search.ignored.append(attribute.keyword)
        else:
            found.append((attribute, plain(attribute, value)))
    return tuple(found)


def across(errand: Errand, level: Level, search: Search) -> Found:
    """Studies, series or instances of all sources that are not held here: by priority, then the latest first."""
    return Found(_described(level, not_held(errand, level, search)))


def not_held(errand: Errand, level: Level, search: Search) -> list[tuple[UpstreamSource, Record]]:
    """The same as the sources' own records, each with its source."""
    sources, conditions = circuit.sources(), _conditions(level, search)
    if not sources:
        return []
    seen: set[str] = set()
    found: list[tuple[UpstreamSource, Record]] = []
    for source, answer in _ask(errand, sources, Query(level, conditions, most=MOST)):
        if answer is None:
            fitting_ones = _kept_records(source, level, conditions)
        else:
            fitting_ones = fitting.sifted(answer.records, level, conditions)
            if answer.truncated:
                errand.warn(TRUNCATED.format(name=source.name, most=MOST))
        for record in sorted(fitting_ones, key=_latest_first, reverse=True):
            uid = records.text_of(record, records.UID_OF[level])
            if uid not in seen:
                seen.add(uid)
                found.append((source, record))
    here = held({records.text_of(record, records.STUDY_UID) for _, record in found})
    return [(source, record) for source, record in found if records.text_of(record, records.STUDY_UID) not in here]


def _ask(errand: Errand, sources: Sequence[UpstreamSource], query: Query) -> Iterable[tuple[UpstreamSource, Answer | None]]:
    """Each source's answer, remembered for a few seconds so that the pages of one search agree; None where it is silent."""
    remembered = {source.pk: _recall(source, query) for source in sources}
    asked = [source for source in sources if remembered[source.pk] is None]
    if any(not circuit.is_paused(source) for source in asked):
        waits(errand)
    answered = {one.source.pk: one for one in circuit.ask_all(asked, lambda peer: peer.find(query, SEARCH_S), SEARCH_S + 1)}
    for source in sources:
        known = remembered[source.pk]
        if known is not None:
            yield source, known
            continue
        one = answered[source.pk]
        if one.answer is None:
            errand.warn(SILENT.format(name=source.name, words=one.words))
        else:
            _remember(source, query, one.answer)
        yield source, one.answer


def _recall(source: UpstreamSource, query: Query) -> Answer | None:
    found = _answers.get((source.pk, query.level, query.conditions))
    fresh = found is not None and time.monotonic() - found.at < REMEMBERED_S
    return found.answer if found is not None and fresh and source.retry_at is None else None


def _remember(source: UpstreamSource, query: Query, answer: Answer) -> None:
    if len(_answers) >= REMEMBERED_AT_MOST:
        _answers.clear()
    _answers[source.pk, query.level, query.conditions] = _Remembered(time.monotonic(), answer)


def _kept_records(source: UpstreamSource, level: Level, conditions: Conditions) -> list[Record]:
    """What fits of what is known of a silent source. Instances are not searched for across studies."""
    if level is Level.STUDY:
        return fitting.sifted(source.studies.values_list("record", flat=True), level, conditions)
    if level is Level.SERIES:
        series = CachedSeries.objects.filter(study__source=source).select_related("study")
        return fitting.sifted([one.study.record | one.record for one in series], level, conditions)
    return []


def _latest_first(record: Record) -> tuple[str, str, str]:
    return (
        records.text_of(record, "00080020"),
        records.text_of(record, "00080030"),
        records.text_of(record, records.STUDY_UID),
    )


def held(uids: set[str]) -> set[str]:
    """Which of these studies the archive has; not those whose images were deleted."""
    if not uids:
        return set()
    found = Study.objects.filter(study_instance_uid__in=uids, images_deleted_at__isnull=True)
    return set(found.values_list("study_instance_uid", flat=True))


def within(errand: Errand, level: Level, search: Search, study: CachedStudy, series_uid: str) -> Found | None:
    """Series or instances of one source's study."""
    conditions = _conditions(level, search)
    listed = [one for one in study.series.all() if series_uid in {"", one.series_instance_uid}]
    if series_uid and not listed:
        return None
    if level is Level.SERIES:
        written = [study.record | one.record | _count(one) for one in listed]
    else:
        written = [study.record | one.record | record for one in listed for record in _instances(errand, study, one)]
    fitting_ones = fitting.sifted(written, level, conditions)
    return Found(_described(level, [(study.source, record) for record in sorted(fitting_ones, key=_by_number)]))


def _count(series: CachedSeries) -> Record:
    return {} if series.expected is None else {records.INSTANCE_COUNT: element("IS", series.expected)}


def _instances(errand: Errand, study: CachedStudy, series: CachedSeries) -> list[Record]:
    """The instances of one series: as they lie here, or as the source lists them."""
    series.study = study
    if not series.whole:
        if not circuit.is_paused(study.source):
            waits(errand)
        try:
            return list(inventory.list_instances(series).values())
        except (OfflineError, SourceError) as error:
            errand.warn(SILENT.format(name=study.source.name, words=error))
    return [_as_record(one) for one in series.instances.all()]


def _as_record(instance: CachedInstance) -> Record:
    fields = [one for one in ATTRIBUTES if one.level is Level.INSTANCE and hasattr(instance, one.field)]
    return {one.tag: element(one.vr, getattr(instance, one.field)) for one in fields}


def _by_number(record: Record) -> tuple[int, str, int, str]:
    numbers = [records.value_of(record, tag) for tag in ("00200011", "00200013")]
    first, second = (2**31 if number is None else number for number in numbers)
    return first, records.text_of(record, records.SERIES_UID), second, records.text_of(record, records.SOP_UID)


def _described(level: Level, found: Sequence[tuple[UpstreamSource, Record]]) -> list[dict[str, Any]]:
    """The records as we answer them: our addresses, and how soon each can be read (PS3.3 C.4.23.1.1)."""
    if not found:
        return []  # as for every search where there is no source: it shall cost nothing
    whole = _whole([record for _, record in found])
    offline = {source.pk: circuit.is_offline(source) for source, _ in found}
    return [
        record
        | {
            "00080005": element("CS", "ISO_IR 192"),
            "00080056": element(
                "CS", "ONLINE" if _key(record) in whole else "OFFLINE" if offline[source.pk] else "NEARLINE"
            ),
            "00081190": element("UR", _address(level, record)),
        }
        for source, record in found
    ]


def _key(record: Record) -> tuple[str, str]:
    return records.text_of(record, records.STUDY_UID), records.text_of(record, records.SERIES_UID)


def _whole(found: Sequence[Record]) -> set[tuple[str, str]]:
    """(study, series) of what is wholly in the cache; a study with an empty series UID where all its series are."""
    studies = {records.text_of(record, records.STUDY_UID) for record in found}
    rows = CachedSeries.objects.filter(study__study_instance_uid__in=studies, study__listed_at__isnull=False)
    whole: set[tuple[str, str]] = set()
    partly: set[str] = set()
    for study, series, is_whole in rows.values_list("study__study_instance_uid", "series_instance_uid", "whole"):
        if is_whole:
            whole |= {(study, series), (study, "")}
        else:
            partly.add(study)
    return whole - {(study, "") for study in partly}


def _address(level: Level, record: Record) -> str:
    parts = zip(("studies", "series", "instances"), records.UID_OF.values(), strict=True)
    below = "".join(f"/{name}/{records.text_of(record, tag)}" for name, tag in list(parts)[: level.value + 1])
    return f"{settings.PUBLIC_URL}/dicom-web{below}"
