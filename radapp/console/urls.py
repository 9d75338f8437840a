"""URLs of radapp.console; who may call each stands in access.py."""

from django.urls import path

from radapp.accounts import pages
from radapp.console import api, shadow_api

urlpatterns = [
    path("console/", pages.index, name="page-console"),
    path("console/api/session/", api.ConsoleSessionView.as_view(), name="console-session"),
    path("console/api/table/", api.ConsoleTableView.as_view(), name="console-table"),
    path("console/api/people/", api.ConsolePeopleView.as_view(), name="console-people"),
    path("console/api/examinations/<int:id>/scope/", api.ConsoleScopeView.as_view(), name="console-scope"),
    path("console/api/examinations/<int:id>/decision/", api.ConsoleDecisionView.as_view(), name="console-decision"),
    path("console/events/", api.ConsoleEventsView.as_view(), name="console-events"),
    path("shadow-mode/", pages.index, name="page-shadow-mode"),
    path("api/shadow-mode/", shadow_api.ShadowView.as_view(), name="api-shadow-mode"),
]
