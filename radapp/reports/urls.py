"""URLs of radapp.reports; who may call each stands in access.py."""

from django.urls import path

from radapp.accounts import pages
from radapp.reports.cutoff_desk import api as cutoff_desk
from radapp.reports.paper_api import PaperView

urlpatterns = [
    path("reports/", pages.index, name="page-reports"),
    path("reports/<str:key>/", pages.index, name="page-report"),
    path("reports/<str:kind>/<str:key>/", pages.index, name="page-reports-of"),
    path("api/reports/paper/", PaperView.as_view(), name="api-reports-paper"),
    path("api/cutoff-desk/", cutoff_desk.CutoffSourcesView.as_view(), name="api-cutoff-sources"),
    path("api/cutoff-desk/<str:source>/", cutoff_desk.CutoffDataView.as_view(), name="api-cutoff-data"),
    path("api/cutoff-desk/<str:source>/drafts/", cutoff_desk.DraftsView.as_view(), name="api-cutoff-drafts"),
]
