"""URLs of radapp.dicomweb; who may call each stands in access.py."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path

from radapp.dicomweb import bulkdata, capabilities, deletion, rendered, retrieve, search, store, thumbnails, wado_uri


def by_method(**views: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """One address whose methods are answered by different views; access.py lets no other method through. HEAD is as GET."""

    def view(request: HttpRequest, **uids: str) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else str(request.method)
        return views[method](request, **uids)

    return view


_STUDY = "dicom-web/studies/<str:study_uid>"
_SERIES = f"{_STUDY}/series/<str:series_uid>"
_INSTANCE = f"{_SERIES}/instances/<str:instance_uid>"

urlpatterns: list[URLPattern | URLResolver] = [
    *(path(base, capabilities.capabilities, name="dicomweb-capabilities") for base in ("dicom-web/", "dicom-web")),
    path(f"{_STUDY}/metadata", retrieve.study_metadata, name="dicomweb-study-metadata"),
    path(_SERIES, by_method(GET=retrieve.series, DELETE=deletion.delete), name="dicomweb-series"),
    path(f"{_SERIES}/metadata", retrieve.series_metadata, name="dicomweb-series-metadata"),
    path(_INSTANCE, by_method(GET=retrieve.instance, DELETE=deletion.delete), name="dicomweb-instance"),
    path(f"{_INSTANCE}/metadata", retrieve.instance_metadata, name="dicomweb-instance-metadata"),
    path(f"{_INSTANCE}/frames/<str:numbers>", retrieve.frames, name="dicomweb-frames"),
    path(f"{_STUDY}/rendered", rendered.study, name="dicomweb-study-rendered"),
    path(f"{_SERIES}/rendered", rendered.series, name="dicomweb-series-rendered"),
    path(f"{_INSTANCE}/rendered", rendered.instance, name="dicomweb-instance-rendered"),
    path(f"{_INSTANCE}/frames/<str:numbers>/rendered", rendered.frames, name="dicomweb-frames-rendered"),
    path(f"{_STUDY}/thumbnail", thumbnails.study, name="dicomweb-study-thumbnail"),
    path(f"{_SERIES}/thumbnail", thumbnails.series, name="dicomweb-series-thumbnail"),
    path(f"{_INSTANCE}/thumbnail", thumbnails.instance, name="dicomweb-instance-thumbnail"),
    path(f"{_INSTANCE}/frames/<str:numbers>/thumbnail", thumbnails.frame, name="dicomweb-frames-thumbnail"),
    path(f"{_STUDY}/bulkdata", bulkdata.values, name="dicomweb-study-bulkdata"),
    path(f"{_SERIES}/bulkdata", bulkdata.values, name="dicomweb-series-bulkdata"),
    path(f"{_INSTANCE}/bulkdata", bulkdata.values, name="dicomweb-instance-bulkdata"),
    path(f"{_STUDY}/pixeldata", bulkdata.pixel_data, name="dicomweb-study-pixeldata"),
    path(f"{_SERIES}/pixeldata", bulkdata.pixel_data, name="dicomweb-series-pixeldata"),
    path(f"{_INSTANCE}/pixeldata", bulkdata.pixel_data, name="dicomweb-instance-pixeldata"),
    # "bulk" is what Orthanc calls it: addresses that a client kept from there are found here, too.
    *(
        re_path(
            r"^dicom-web/studies/(?P<study_uid>[^/]+)/series/(?P<series_uid>[^/]+)/instances/(?P<instance_uid>[^/]+)"
            rf"/{word}/(?P<tag>[0-9A-Fa-f]{{8}})$",
            bulkdata.value,
            name="dicomweb-bulkdata",
        )
        for word in ("bulkdata", "bulk")
    ),
    path("dicom-web/studies", by_method(GET=search.studies, POST=store.store), name="dicomweb-studies"),
    path("dicom-web/series", search.series, name="dicomweb-all-series"),
    path("dicom-web/instances", search.instances, name="dicomweb-all-instances"),
    path(_STUDY, by_method(GET=retrieve.study, POST=store.store, DELETE=deletion.delete), name="dicomweb-study"),
    path(f"{_STUDY}/series", search.series, name="dicomweb-study-series"),
    path(f"{_STUDY}/instances", search.instances, name="dicomweb-study-instances"),
    path(f"{_SERIES}/instances", search.instances, name="dicomweb-series-instances"),
    path("wado", wado_uri.retrieve, name="dicomweb-wado-uri"),
]
