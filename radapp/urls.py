"""Every URL of the application; who may call each is said by the apps' access.py."""

from django.urls import include, path

urlpatterns = [
    path("", include("radapp.accounts.urls")),
    path("", include("radapp.archive.urls")),
    path("", include("radapp.triage.urls")),
    path("", include("radapp.dicomweb.urls")),
]
