"""What the worklist shows of studies that are not held here: those that a search brings up at a source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict

from radapp.archive.encoding import is_uid
from radapp.archive.serializers import age_in_years
from radapp.dicomweb import matching
from radapp.dicomweb.attributes import Level
from radapp.dicomweb.errands import Errand
from radapp.upstream import circuit, overview, records, searching
from radapp.upstream.models import CachedStudy, UpstreamSource
from radapp.upstream.records import Record

SHOWN_AT_MOST = 50
KNOWN_AT_MOST = 500
SHORTEST_SEARCH = 2
"""Fewer letters name nobody, and no PACS is asked for them."""

Found = dict[str, tuple[UpstreamSource, Record]]
"""By Study Instance UID."""


@dataclass(frozen=True)
class Wanted:
    """The worklist's question as far as sources understand it."""

    search: str = ""
    date_from: date | None = None
    date_to: date | None = None

    @property
    def days(self) -> tuple[str, str]:
        """The first and last day as DICOM writes them; empty where none is asked for."""
        first, last = (f"{one:%Y%m%d}" if one else "" for one in (self.date_from, self.date_to))
        return first, last

    def has_day(self, record: Record) -> bool:
        """Whether a study's date lies within; an unknown one does where none is asked for."""
        day, (first, last) = records.text_of(record, "00080020"), self.days
        return (not first or day >= first) and (not last or "" < day <= last)


def studies(errand: Errand, wanted: Wanted) -> dict[str, Any]:
    """Studies of sources that are not held here, the latest first; without a search those that were opened or prefetched.

    A search asks every source by name, ID and accession number, or by Study Instance UID; each for a bounded time.
    """
    found = _searched(errand, wanted) if wanted.search else _known(wanted)
    sources = circuit.sources()  # as they stand after they were asked
    latest = sorted(found.items(), key=lambda one: records.text_of(one[1][1], "00080020"), reverse=True)
    return {
        "sources": [{"name": one.name, "standing": overview.standing(one)} for one in sources],
        "warnings": errand.warnings,
        "more": len(latest) > SHOWN_AT_MOST,
        "results": _rows(latest[:SHOWN_AT_MOST], {one.pk for one in sources if circuit.is_offline(one)}),
    }


def _known(wanted: Wanted) -> Found:
    known = list(CachedStudy.objects.filter(source__enabled=True).select_related("source")[:KNOWN_AT_MOST])
    held = searching.held({one.study_instance_uid for one in known})
    return {
        one.study_instance_uid: (one.source, one.record)
        for one in known
        if one.study_instance_uid not in held and wanted.has_day(one.record)
    }


def _searched(errand: Errand, wanted: Wanted) -> Found:
    found: Found = {}
    if len(wanted.search) < SHORTEST_SEARCH:
        return found
    for query in _queries(wanted):
        for source, record in searching.not_held(errand, Level.STUDY, matching.parse(query)):
            found.setdefault(records.text_of(record, records.STUDY_UID), (source, record))
    return found


def _queries(wanted: Wanted) -> Iterator[QueryDict]:
    """The search in QIDO-RS's terms: what is typed may be any of these."""
    plain = "".join(" " if character in "*?\\" else character for character in wanted.search).strip()
    asked = [{"StudyInstanceUID": plain}] if is_uid(plain) and "." in plain else []
    asked = asked or [
        {"PatientName": plain, "fuzzymatching": "true"},
        {"PatientID": f"{plain}*"},
        {"AccessionNumber": f"{plain[:15]}*"},
    ]
    for one in asked:
        query = QueryDict(mutable=True)
        query.update(one)
        if any(wanted.days):
            query["StudyDate"] = "-".join(wanted.days)
        if plain:
            yield query


def _rows(found: Sequence[tuple[str, tuple[UpstreamSource, Record]]], paused: set[int]) -> list[dict[str, Any]]:
    known = CachedStudy.objects.filter(study_instance_uid__in=[uid for uid, _ in found], listed_at__isnull=False)
    counted = known.annotate(named=Count("series"), whole=Count("series", filter=Q(series__whole=True)))
    listed = {uid: (named, whole) for uid, named, whole in counted.values_list("study_instance_uid", "named", "whole")}
    rows = []
    for uid, (source, record) in found:
        series, kept = listed.get(uid, (records.value_of(record, records.SERIES_COUNT), 0))
        state = "offline" if source.pk in paused else "online"
        row = {"uid": uid, "source": source.name, "state": state, "series": series, "series_kept": kept}
        rows.append(about(record) | row)
    return rows


def about(record: Record) -> dict[str, Any]:
    """The patient and the examination, as the source tells them."""
    study_date, birth_date = (_day(records.text_of(record, tag)) for tag in ("00080020", "00100030"))
    return {
        "patient": {
            "id": records.text_of(record, "00100020"),
            "name": records.text_of(record, "00100010"),
            "sex": records.text_of(record, "00100040"),
            "birth_date": birth_date,
            "age": age_in_years(birth_date, study_date),
        },
        "accession_number": records.text_of(record, "00080050"),
        "study_date": study_date,
        "description": records.text_of(record, "00081030"),
        "modalities": [str(one) for one in records.values_of(record, records.MODALITIES)],
    }


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None
