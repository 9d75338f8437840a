from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ReportsConfig(AppConfig):
    """Analyses of finished reader studies: tables and figures that can be traced and repeated."""

    name = "radapp.reports"

    def ready(self) -> None:
        from radapp.reports.frozen import TRIGGERS

        pre_migrate.connect(TRIGGERS.before_migrate, sender=self)
        post_migrate.connect(TRIGGERS.after_migrate, sender=self)
