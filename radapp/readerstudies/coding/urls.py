"""Addresses of error coding; who may call each stands in radapp.readerstudies.permissions."""

from django.urls import path

from radapp.readerstudies.blinding.urls import routes
from radapp.readerstudies.coding import api
from radapp.readerstudies.coding.sight import sight_of

CODING = "api/coding/<str:key>"
ITEM = f"{CODING}/items/<str:subject>"
STUDY = "api/reader-studies/<str:key>/coding"

urlpatterns = [
    path(f"{CODING}/", api.CodingQueueView.as_view(), name="api-coding"),
    path(f"{ITEM}/", api.CodingItemView.as_view(), name="api-coding-item"),
    path(f"{ITEM}/codes/", api.CodesView.as_view(), name="api-coding-codes"),
    path(f"{ITEM}/adjudication/", api.AdjudicationView.as_view(), name="api-coding-adjudication"),
    path(f"{STUDY}/", api.CodingOverviewView.as_view(), name="api-coding-overview"),
    path(f"{STUDY}/export/", api.CodesExportView.as_view(), name="api-coding-export"),
    *routes(ITEM, "coding-images", sight_of),
]
