from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Studies, series and instances: ingest, storage and what was set aside."""

    name = "radapp.archive"
