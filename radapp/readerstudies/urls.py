"""URLs of radapp.readerstudies; who may call each stands in permissions.py."""

from django.urls import include, path

from radapp.accounts import pages

urlpatterns = [
    path("studies/", pages.index, name="page-reader-studies"),
    path("studies/<str:key>/", pages.index, name="page-reader-study"),
    path("reading/<str:key>/", pages.index, name="page-reading"),
    path("tagging/<str:key>/", pages.index, name="page-tagging"),
    path("coding/<str:key>/", pages.index, name="page-coding"),
    path("invitation/<str:token>/", pages.index, name="page-invitation"),
    path("", include("radapp.readerstudies.reading.urls")),
    path("api/", include("radapp.readerstudies.desk.urls")),
    path("api/", include("radapp.readerstudies.keeping.urls")),
    path("", include("radapp.readerstudies.reference.urls")),
    path("", include("radapp.readerstudies.coding.urls")),
]
