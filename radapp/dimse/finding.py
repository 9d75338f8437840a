"""C-FIND (PS3.4 annex C.4.1), patient and study root, by the matching that QIDO-RS uses."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from pydicom import Dataset
from pynetdicom.events import Event

from radapp.archive import selectors
from radapp.archive.models import Instance, Series, Study
from radapp.dicomweb.attributes import Level, element
from radapp.dicomweb.matching import Row, Search, narrow
from radapp.dicomweb.refusals import Refusal
from radapp.dicomweb.search import instance_results, series_results, study_results
from radapp.dimse import identifiers
from radapp.dimse.identifiers import LEVELS, PATIENT, IdentifierError, Query

PENDING = 0xFF00
PENDING_WITHOUT_SOME_KEYS = 0xFF01
CANCELLED = 0xFE00
MISMATCH = 0xA900
PAGE = 200

Record = dict[str, Any]


def negotiate(event: Event) -> dict[str, bytes]:
    """Extended negotiation: relational queries and retrievals, nothing else (PS3.4 C.5.1.1, C.5.2.1)."""
    asked: dict[str, bytes] = event.app_info  # type: ignore[attr-defined]
    return {uid: b"\1" + b"\0" * (len(said) - 1) for uid, said in asked.items() if said}


def handle(event: Event) -> Iterator[tuple[int | Dataset, Dataset | None]]:
    """Answer one C-FIND request with a pending response for each match."""
    try:
        query = identifiers.read(event.identifier, str(event.request.AffectedSOPClassUID))
        records = matches(query)
        status = PENDING_WITHOUT_SOME_KEYS if query.unknown else PENDING
        for record in records:
            if event.is_cancelled:
                yield CANCELLED, None
                return
            yield status, identifiers.answer(query, record, settings.DIMSE.ae_title)
    except (IdentifierError, Refusal) as error:
        yield _failed(MISMATCH, str(error)), None


def _failed(status: int, comment: str) -> Dataset:
    dataset = Dataset()
    dataset.Status, dataset.ErrorComment = status, comment.encode("ascii", "replace").decode()[:64]
    return dataset


def matches(query: Query) -> Iterator[Record]:
    """Each match as a record in DICOM JSON, a page of them at a time. Raises Refusal for a value that cannot be one."""
    search = Search(conditions=query.conditions())
    if query.level == PATIENT:
        yield from _patients(search)
        return
    level = LEVELS[query.level]
    if level is Level.STUDY:
        for studies in _pages(narrow(_studies(), level, search).order_by("-received_at", "-id")):
            yield from study_results(studies)
    elif level is Level.SERIES:
        found = narrow(_series(), level, search).order_by("-study__received_at", "-study_id", "series_number", "id")
        for series in _pages(found):
            yield from series_results(series, with_study=True)
    else:
        found_instances = narrow(Instance.objects.select_related("series__study"), level, search)
        order = ("-series__study_id", "series__series_number", "series_id", "instance_number", "id")
        for instances in _pages(found_instances.order_by(*order)):
            yield from instance_results(instances, with_study=True, with_series=True)


def _studies() -> QuerySet[Study]:
    """Studies that have images."""
    return Study.objects.filter(images_deleted_at__isnull=True)


def _series() -> QuerySet[Series]:
    return selectors.shown_series().filter(study__images_deleted_at__isnull=True).select_related("study")


def _pages(found: QuerySet[Row]) -> Iterator[list[Row]]:
    rows = found.iterator(chunk_size=PAGE)
    while page := list(islice(rows, PAGE)):
        yield page


PATIENT_KEYS = ("00100010", "00100020", "00100021", "00100030", "00100040")


def _patients(search: Search) -> Iterator[Record]:
    """A record for each patient, who is an ID and its issuer, as the latest study has the rest."""
    found = narrow(_studies(), Level.STUDY, search).exclude(patient_id="")
    named = found.order_by("patient_id", "issuer_of_patient_id").values_list("patient_id", "issuer_of_patient_id")
    for patient_id, issuer in named.distinct().iterator(chunk_size=PAGE):
        studies = Study.objects.filter(patient_id=patient_id, issuer_of_patient_id=issuer)
        latest = studies.order_by("-received_at", "-id").first()
        if latest is None:
            continue
        record = study_results([latest])[0]
        counted = studies.aggregate(studies=Count("pk", distinct=True), series=Count("series", distinct=True))
        instances = Instance.objects.filter(series__study__in=studies).count()
        yield {tag: record[tag] for tag in PATIENT_KEYS} | {
            "00080056": element("CS", "ONLINE"),
            "00201200": element("IS", counted["studies"]),
            "00201202": element("IS", counted["series"]),
            "00201204": element("IS", instances),
        }
