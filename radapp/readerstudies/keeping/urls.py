"""URLs of keeping, below /api/."""

from django.urls import path

from radapp.readerstudies.keeping import api

urlpatterns = [path("reader-studies/<str:key>/archive/", api.ArchiveView.as_view(), name="api-study-archive")]
