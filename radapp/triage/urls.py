"""URLs of radapp.triage; who may call each stands in access.py."""

from django.urls import URLPattern, URLResolver, path

from radapp.triage import api, explanation_api, worker_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/worklist/", api.WorklistView.as_view(), name="api-worklist"),
    path("api/worklist/neighbours/", api.NeighboursView.as_view(), name="api-worklist-neighbours"),
    path("api/studies/<str:uid>/result/", api.ResultView.as_view(), name="api-study-result"),
    path("api/studies/<str:uid>/scope/", api.ScopeView.as_view(), name="api-study-scope"),
    path("api/studies/<str:uid>/confirmation/", api.ConfirmationView.as_view(), name="api-study-confirmation"),
    path("api/studies/<str:uid>/retry/", api.RetryView.as_view(), name="api-study-retry"),
    path(
        "api/studies/<str:uid>/explanations/",
        explanation_api.ExplanationsView.as_view(),
        name="api-study-explanations",
    ),
    path("api/workers/", worker_api.WorkersView.as_view(), name="api-workers"),
]
