"""URLs of radapp.upstream; who may call each stands in access.py."""

from django.urls import URLPattern, URLResolver, path

from radapp.upstream import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/sources/", api.SourcesView.as_view(), name="api-sources"),
    path("api/sources/test/", api.SourceTestView.as_view(), name="api-source-test"),
    path("api/outbox/", api.OutboxView.as_view(), name="api-outbox"),
    path("api/upstream/", api.UpstreamStudiesView.as_view(), name="api-upstream-studies"),
    path("api/upstream/<str:uid>/", api.UpstreamStudyView.as_view(), name="api-upstream-study"),
    path("api/upstream/<str:uid>/retrieval/", api.RetrievalView.as_view(), name="api-upstream-retrieval"),
]
