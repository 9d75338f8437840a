"""URLs of radapp.dicomweb; who may call each stands in access.py."""

from django.urls import URLPattern, URLResolver, path, re_path

from radapp.dicomweb import retrieve

_STUDY = "dicom-web/studies/<str:study_uid>"
_SERIES = f"{_STUDY}/series/<str:series_uid>"
_INSTANCE = f"{_SERIES}/instances/<str:instance_uid>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_STUDY}/metadata", retrieve.study_metadata, name="dicomweb-study-metadata"),
    path(_SERIES, retrieve.series, name="dicomweb-series"),
    path(f"{_SERIES}/metadata", retrieve.series_metadata, name="dicomweb-series-metadata"),
    path(_INSTANCE, retrieve.instance, name="dicomweb-instance"),
    path(f"{_INSTANCE}/metadata", retrieve.instance_metadata, name="dicomweb-instance-metadata"),
    path(f"{_INSTANCE}/frames/<str:numbers>", retrieve.frames, name="dicomweb-frames"),
    re_path(
        r"^dicom-web/studies/(?P<study_uid>[^/]+)/series/(?P<series_uid>[^/]+)/instances/(?P<instance_uid>[^/]+)"
        r"/bulkdata/(?P<tag>[0-9A-F]{8})$",
        retrieve.bulkdata,
        name="dicomweb-bulkdata",
    ),
    path(_STUDY, retrieve.study, name="dicomweb-study"),
]
