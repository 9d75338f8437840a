from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ReportsConfig(AppConfig):
    """Analyses of finished reader studies: tables and figures that can be traced and repeated."""

    name = "radapp.reports"

    def ready(self) -> None:
        from radapp import broker
        from radapp.reports.frozen import TRIGGERS
        from radapp.reports.models import SavedReport
        from radapp.triage import queues

        queues.show(broker.ANALYSIS_QUEUE, queues.Shown(SavedReport.objects.all, SavedReport.State.WAITING, "made_at"))
        pre_migrate.connect(TRIGGERS.before_migrate, sender=self)
        post_migrate.connect(TRIGGERS.after_migrate, sender=self)
