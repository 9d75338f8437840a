"""QIDO-RS (PS3.18 section 10.6): search for studies, series and instances among what a person may see."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from radapp.accounts import audit
from radapp.accounts.models import User
from radapp.archive import selectors
from radapp.archive.models import ByteIndex, Instance, Series, Study
from radapp.dicomweb import elsewhere, further, metadata, whereabouts
from radapp.dicomweb.attributes import (
    Level,
    element,
    instance_attributes,
    request_attributes,
    series_attributes,
    study_attributes,
)
from radapp.dicomweb.elsewhere import Found
from radapp.dicomweb.errands import errand_of
from radapp.dicomweb.formats import chosen_format, several
from radapp.dicomweb.matching import Row, Search, narrow, parse
from radapp.dicomweb.paging import Page, page_of, page_of_studies, rest_of
from radapp.dicomweb.refusals import answering


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _begin(request: HttpRequest) -> Search:
    """The parsed query; what cannot be told in any format that the client takes is refused before it is looked for."""
    chosen_format(request)
    return parse(request.GET)


def _answer(request: HttpRequest, results: Sequence[dict[str, Any]], search: Search, page: Page[Any]) -> HttpResponseBase:
    response = several(results, chosen_format(request))
    if not page.more:
        response["X-Total-Count"] = str(page.total)
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Accept, Cookie, Authorization"
    errand = errand_of(request)
    if search.ignored:
        errand.warn(f"These parameters were not used: {', '.join(sorted(set(search.ignored)))}")
    for words in (*search.warnings, *rest_of(page, search, len(results))):
        errand.warn(words)
    return response


def _merged(
    request: HttpRequest, results: list[dict[str, Any]], search: Search, held: Page[Any], found: Found
) -> HttpResponseBase:
    """The page of what is held here, then of what other systems have: their records follow ours."""
    start = max(0, search.offset - held.total)
    end = start + search.most - len(results)
    told = [*results, *found.results[start:end]]
    return _answer(request, told, search, Page([], held.total + len(found.results), held.more))


def _url(study: Study, series: Series | None = None) -> str:
    base = f"{settings.PUBLIC_URL}/dicom-web/studies/{study.study_instance_uid}"
    return f"{base}/series/{series.series_instance_uid}" if series else base


def study_results(studies: Sequence[Study]) -> list[dict[str, Any]]:
    """Study records with what is counted below them; one query for the whole page."""
    series: dict[int, set[int]] = defaultdict(set)
    modalities: dict[int, set[str]] = defaultdict(set)
    classes: dict[int, set[str]] = defaultdict(set)
    instances: dict[int, int] = defaultdict(int)
    held = Instance.objects.filter(series__study_id__in=[study.pk for study in studies]).order_by()
    columns = ("series__study_id", "series_id", "series__modality", "sop_class_uid")
    for key, one, modality, sop_class, number in held.values_list(*columns).annotate(number=Count("pk")):
        series[key].add(one)
        modalities[key].add(modality)
        classes[key].add(sop_class)
        instances[key] += number
    return [
        study_attributes(study)
        | {
            "00080005": element("CS", "ISO_IR 192"),
            "00080056": element("CS", "ONLINE"),
            "00080061": element("CS", *sorted(filter(None, modalities[study.pk]))),
            "00080062": element("UI", *sorted(classes[study.pk])),
            "00081190": element("UR", _url(study)),
            "00201206": element("IS", len(series[study.pk])),
            "00201208": element("IS", instances[study.pk]),
        }
        for study in studies
    ]


def series_results(series: Sequence[Series], *, with_study: bool) -> list[dict[str, Any]]:
    """Series records with their counts; study attributes too where the search ran over several studies."""
    counted = Instance.objects.filter(series__in=[one.pk for one in series]).order_by().values_list("series_id")
    instances = dict(counted.annotate(number=Count("pk")))
    studies: dict[int, dict[str, Any]] = {}
    if with_study:
        distinct = list({one.study_id: one.study for one in series}.values())
        studies = {study.pk: result for study, result in zip(distinct, study_results(distinct), strict=True)}
    return [
        studies.get(one.study_id, {})
        | series_attributes(one)
        | request_attributes(one)
        | {
            "00080005": element("CS", "ISO_IR 192"),
            "00080056": element("CS", "ONLINE"),
            "00081190": element("UR", _url(one.study, one)),
            "0020000D": element("UI", one.study.study_instance_uid),
            "00201209": element("IS", instances.get(one.pk, 0)),
        }
        for one in series
    ]


def instance_results(instances: Sequence[Instance], *, with_study: bool, with_series: bool) -> list[dict[str, Any]]:
    """Instance records; series and study attributes too where the search ran over several."""
    above: dict[int, dict[str, Any]] = {}
    if with_series:
        distinct = list({one.series_id: one.series for one in instances}.values())
        written = series_results(distinct, with_study=with_study)
        above = {series.pk: result for series, result in zip(distinct, written, strict=True)}
    indexed = ByteIndex.objects.in_bulk({one.sha256 for one in instances})
    results = []
    for one in instances:
        study_uid, series_uid = one.series.study.study_instance_uid, one.series.series_instance_uid
        results.append(
            above.get(one.series_id, {})
            | instance_attributes(one)
            | {
                "00080005": element("CS", "ISO_IR 192"),
                "00080056": element("CS", "ONLINE"),
                "00081190": element("UR", metadata.instance_url(study_uid, series_uid, one.sop_instance_uid)),
                "0020000D": element("UI", study_uid),
                "0020000E": element("UI", series_uid),
            }
            | _bits(indexed.get(one.sha256))
        )
    return results


def _completed(
    results: list[dict[str, Any]], page: Sequence[Row], level: Level, search: Search, above: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """With what the client asked for beside it."""
    if not search.fields:
        return results
    completed, cut = further.complete(results, page, level, search.fields, above)
    if cut:
        search.warnings.append(f"Only the first {further.ROWS_AT_MOST} records tell what their headers alone hold")
    return completed


def _bits(index: ByteIndex | None) -> dict[str, Any]:
    """BitsAllocated, which the index of bytes knows; nothing of objects without pixels."""
    if index is None or not index.keyword or not index.bits_allocated:
        return {}
    return {"00280100": element("US", index.bits_allocated)}


@answering
def studies(request: HttpRequest) -> HttpResponseBase:
    """Search for studies, the latest received first."""
    search = _begin(request)
    found = narrow(selectors.clinical_studies(_user(request)), Level.STUDY, search)
    others = elsewhere.search_in(request, Level.STUDY, search) or Found()
    page = page_of_studies(found, search)
    results = _completed(study_results(page.rows), page.rows, Level.STUDY, search, {})
    return _merged(request, results, search, page, others)


def _in_study(
    request: HttpRequest, level: Level, search: Search, study_uid: str, series_uid: str = ""
) -> HttpResponseBase | None:
    """Lists inside one study tell its content: they count as opening it.

    None where the study is held here, the whole answer where another system has it, else 404.
    """
    if whereabouts.is_held(study_uid):
        selectors.study_or_404(_user(request), study_uid)
        found = None
    else:
        found = elsewhere.search_in(request, level, search, study_uid, series_uid)
        if found is None:
            raise Http404
    audit.record_opening(_user(request), study_uid)
    return None if found is None else _merged(request, [], search, Page([], 0), found)


@answering
def series(request: HttpRequest, study_uid: str = "") -> HttpResponseBase:
    """Search for series, in one study or in all."""
    search = _begin(request)
    found = selectors.shown_series().filter(study__in=selectors.clinical_studies(_user(request))).select_related("study")
    others = Found()
    if study_uid:
        answer = _in_study(request, Level.SERIES, search, study_uid)
        if answer is not None:
            return answer
        found = found.filter(study__study_instance_uid=study_uid)
    else:
        others = elsewhere.search_in(request, Level.SERIES, search) or others
    found = narrow(found, Level.SERIES, search).order_by("-study__received_at", "-study_id", "series_number", "id")
    page = page_of(found, search)
    above: dict[int, dict[str, Any]] = {}
    if study_uid and search.fields.tags and page.rows:
        (study,) = study_results([page.rows[0].study])
        above = {one.pk: study for one in page.rows}
    results = series_results(page.rows, with_study=not study_uid)
    results = _completed(results, page.rows, Level.SERIES, search, above)
    return _merged(request, results, search, page, others)


@answering
def instances(request: HttpRequest, study_uid: str = "", series_uid: str = "") -> HttpResponseBase:
    """Search for instances: in one series, one study, or all."""
    search = _begin(request)
    visible = selectors.clinical_studies(_user(request))
    found = Instance.objects.filter(series__study__in=visible).select_related("series__study")
    others = Found()
    if study_uid:
        answer = _in_study(request, Level.INSTANCE, search, study_uid, series_uid)
        if answer is not None:
            return answer
        found = found.filter(series__study__study_instance_uid=study_uid)
    else:
        others = elsewhere.search_in(request, Level.INSTANCE, search) or others
    if series_uid:
        selectors.series_or_404(_user(request), study_uid, series_uid)
        found = found.filter(series__series_instance_uid=series_uid)
    order = (
        "-series__study__received_at",
        "-series__study_id",
        "series__series_number",
        "series_id",
        "instance_number",
        "id",
    )
    found = narrow(found, Level.INSTANCE, search).order_by(*order)
    page = page_of(found, search)
    above: dict[int, dict[str, Any]] = {}
    if study_uid and search.fields.tags:
        distinct = list({one.series_id: one.series for one in page.rows}.values())
        written = dict(zip((one.pk for one in distinct), series_results(distinct, with_study=True), strict=True))
        above = {one.pk: written[one.series_id] for one in page.rows}
    results = instance_results(page.rows, with_study=not study_uid, with_series=not series_uid)
    results = _completed(results, page.rows, Level.INSTANCE, search, above)
    return _merged(request, results, search, page, others)
