from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ConsoleConfig(AppConfig):
    """The screen at the scanner: examinations on the table, their advice, decisions by PIN, shadow mode."""

    name = "radapp.console"

    def ready(self) -> None:
        from radapp.console import append_only

        pre_migrate.connect(append_only.before_migrate, sender=self)
        post_migrate.connect(append_only.after_migrate, sender=self)
