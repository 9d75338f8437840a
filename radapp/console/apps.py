from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ConsoleConfig(AppConfig):
    """The screen at the scanner: examinations on the table, their advice, decisions by PIN, shadow mode."""

    name = "radapp.console"

    def ready(self) -> None:
        from radapp.console.frozen import TRIGGERS

        pre_migrate.connect(TRIGGERS.before_migrate, sender=self)
        post_migrate.connect(TRIGGERS.after_migrate, sender=self)
