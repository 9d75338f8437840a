from django.apps import AppConfig


class BackupConfig(AppConfig):
    """Copies of the whole application's state, and the way back."""

    name = "radapp.backup"
