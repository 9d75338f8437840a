"""URLs of radapp.reports; who may call each stands in access.py."""

from django.urls import path

from radapp.accounts import pages
from radapp.reports import api, cohort_api
from radapp.reports.cutoff_desk import api as cutoff_desk
from radapp.reports.paper_api import PaperView

ONE = "api/reports/<str:key>/"

urlpatterns = [
    path("reports/", pages.index, name="page-reports"),
    path("reports/<str:key>/", pages.index, name="page-report"),
    path("reports/<str:kind>/<str:key>/", pages.index, name="page-reports-of"),
    path("api/reports/paper/", PaperView.as_view(), name="api-reports-paper"),
    path("api/cutoff-desk/", cutoff_desk.CutoffSourcesView.as_view(), name="api-cutoff-sources"),
    path("api/cutoff-desk/<str:source>/", cutoff_desk.CutoffDataView.as_view(), name="api-cutoff-data"),
    path("api/cutoff-desk/<str:source>/drafts/", cutoff_desk.DraftsView.as_view(), name="api-cutoff-drafts"),
    path("api/reports/", api.ReportsView.as_view(), name="api-reports"),
    path("api/reports/analyses/", api.AnalysesView.as_view(), name="api-report-analyses"),
    path("api/reports/sources/", api.SourcesView.as_view(), name="api-report-sources"),
    path("api/reports/cohorts/", cohort_api.CohortsView.as_view(), name="api-report-cohorts"),
    path(ONE, api.ReportView.as_view(), name="api-report"),
    path(f"{ONE}changes/", api.ChangesView.as_view(), name="api-report-changes"),
    path(f"{ONE}document/", api.DocumentView.as_view(), name="api-report-document"),
    path(f"{ONE}figures/<str:name>.svg", api.FigureView.as_view(), name="api-report-figure"),
    path(f"{ONE}files/<str:name>", api.DownloadView.as_view(), name="api-report-file"),
    path(f"{ONE}cases/", api.CasesView.as_view(), name="api-report-cases"),
    path(f"{ONE}again/", api.AgainView.as_view(), name="api-report-again"),
]
