"""URLs of radapp.archive; who may call each stands in access.py."""

from django.urls import URLPattern, URLResolver, path

from radapp.archive import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/studies/<str:uid>/", api.StudyView.as_view(), name="api-study"),
    path("api/studies/<str:uid>/series/<str:series_uid>/role/", api.SeriesRoleView.as_view(), name="api-series-role"),
    path("api/intakes/", api.IntakesView.as_view(), name="api-intakes"),
    path("api/intakes/<uuid:id>/", api.IntakeView.as_view(), name="api-intake"),
    path("api/intakes/<uuid:id>/files/", api.IntakeFilesView.as_view(), name="api-intake-files"),
    path("api/intakes/<uuid:id>/finish/", api.IntakeFinishView.as_view(), name="api-intake-finish"),
    path("api/set-aside/", api.SetAsideListView.as_view(), name="api-set-aside"),
    path("api/set-aside/<int:id>/decision/", api.SetAsideDecisionView.as_view(), name="api-set-aside-decision"),
]
