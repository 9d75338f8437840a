"""Every URL of the application; who may call each is said by the apps' access.py."""

from django.urls import include, path

urlpatterns = [
    path("", include("radapp.accounts.urls")),
    path("", include("radapp.live.urls")),
    path("", include("radapp.console.urls")),
    path("", include("radapp.readerstudies.urls")),
    path("", include("radapp.reports.urls")),
    path("", include("radapp.archive.urls")),
    path("", include("radapp.triage.urls")),
    path("", include("radapp.upstream.urls")),
    path("", include("radapp.dicomweb.urls")),
]

handler400 = "radapp.accounts.errors.bad_request"
handler403 = "radapp.accounts.errors.forbidden"
handler404 = "radapp.accounts.errors.not_found"
handler500 = "radapp.accounts.errors.server_error"
