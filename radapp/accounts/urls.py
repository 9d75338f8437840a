"""URLs of radapp.accounts; who may call each stands in access.py."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from radapp.accounts import pages
from radapp.accounts.api import SessionView
from radapp.accounts.docs import ApiDocsView

urlpatterns = [
    path("", pages.home, name="page-home"),
    path("sign-in/", pages.index, name="page-sign-in"),
    path("worklist/", pages.index, name="page-worklist"),
    path("viewer/<str:uid>/", pages.index, name="page-viewer"),
    path("set-aside/", pages.index, name="page-set-aside"),
    path("workers/", pages.index, name="page-workers"),
    path("sources/", pages.index, name="page-sources"),
    path("api/session/", SessionView.as_view(), name="api-session"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", ApiDocsView.as_view(url_name="api-schema"), name="api-docs"),
]
