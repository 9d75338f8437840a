from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Analyses of finished reader studies: tables and figures that can be traced and repeated."""

    name = "radapp.reports"
