"""Addresses of the reading room; who may call each stands in radapp.readerstudies.permissions."""

from django.urls import path

from radapp.readerstudies.blinding.urls import routes
from radapp.readerstudies.reading import api
from radapp.readerstudies.reading.looks import sight_of

ROOM = "api/reading/<str:key>"
CASE = f"{ROOM}/readings/<str:assignment>"

urlpatterns = [
    path(f"{ROOM}/", api.RoomView.as_view(), name="api-reading"),
    path(f"{ROOM}/next/", api.NextView.as_view(), name="api-reading-next"),
    path(f"{ROOM}/pause/", api.PauseView.as_view(), name="api-reading-pause"),
    path(f"{ROOM}/session-lock/", api.SessionLockView.as_view(), name="api-reading-session-lock"),
    path(f"{CASE}/", api.CaseView.as_view(), name="api-reading-case"),
    path(f"{CASE}/draft/", api.DraftView.as_view(), name="api-reading-draft"),
    path(f"{CASE}/submission/", api.SubmissionView.as_view(), name="api-reading-submission"),
    path(f"{CASE}/correction/", api.CorrectionView.as_view(), name="api-reading-correction"),
    path(f"{CASE}/events/", api.EventsView.as_view(), name="api-reading-events"),
    path(f"{CASE}/seat/", api.SeatView.as_view(), name="api-reading-seat"),
    *routes(f"{ROOM}/readings/<str:subject>", "reading", sight_of),
]
