"""URLs of radapp.live; who may call each stands in access.py."""

from django.urls import path

from radapp.live import api

urlpatterns = [
    path("health/live/", api.health_live, name="health-live"),
    path("health/ready/", api.health_ready, name="health-ready"),
    path("api/status/", api.StatusView.as_view(), name="api-status"),
    path("api/events/", api.EventsView.as_view(), name="api-events"),
]
