"""URLs of radapp.reports; who may call each stands in access.py."""

from django.urls import path

from radapp.accounts import pages
from radapp.reports.paper_api import PaperView

urlpatterns = [
    path("reports/", pages.index, name="page-reports"),
    path("reports/<str:key>/", pages.index, name="page-report"),
    path("reports/<str:kind>/<str:key>/", pages.index, name="page-reports-of"),
    path("api/reports/paper/", PaperView.as_view(), name="api-reports-paper"),
]
