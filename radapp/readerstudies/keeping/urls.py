"""URLs of keeping, below /api/."""

from django.urls import path

from radapp.readerstudies.keeping import api

STUDY = "reader-studies/<str:key>/"

urlpatterns = [
    path(f"{STUDY}archive/", api.ArchiveView.as_view(), name="api-study-archive"),
    path(f"{STUDY}audit/verification/", api.VerificationView.as_view(), name="api-study-verification"),
]
