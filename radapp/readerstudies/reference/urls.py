"""Addresses of tagging and of the reference standard; who may call each stands in radapp.readerstudies.permissions."""

from django.urls import path

from radapp.readerstudies.blinding.urls import routes
from radapp.readerstudies.reference import api, table_api

TAGGING = "api/tagging/<str:key>"
REFERENCE = "api/reader-studies/<str:key>/reference"

urlpatterns = [
    path(f"{TAGGING}/", api.TaggingRoomView.as_view(), name="api-tagging"),
    path(f"{TAGGING}/cases/<str:case>/", api.TaggingCaseView.as_view(), name="api-tagging-case"),
    path(f"{TAGGING}/cases/<str:case>/steps/", api.TaggingStepView.as_view(), name="api-tagging-step"),
    *routes(f"{TAGGING}/cases/<str:subject>", "tagging", api.case_sight),
    *routes(f"{TAGGING}/comparisons/<str:subject>", "tagging-comparison", api.comparison_sight),
    path(f"{REFERENCE}/", table_api.ReferenceView.as_view(), name="api-reference"),
    path(f"{REFERENCE}/overview/", table_api.ReferenceOverviewView.as_view(), name="api-reference-overview"),
    path(f"{REFERENCE}/archive/", table_api.ArchiveTruthsView.as_view(), name="api-reference-archive"),
]
