from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TriageConfig(AppConfig):
    """Bundles installed, protocols, runs, results, scope, confirmation: what turns a study into a tier."""

    name = "radapp.triage"

    def ready(self) -> None:
        from radapp import broker
        from radapp.triage import frozen, listeners, queues
        from radapp.triage.models import Explanation

        queues.show(broker.EXPLANATION_QUEUE, queues.Shown(Explanation.objects.all, Explanation.State.QUEUED, "asked_at"))
        listeners.connect()
        pre_migrate.connect(frozen.TRIGGERS.before_migrate, sender=self)
        post_migrate.connect(frozen.TRIGGERS.after_migrate, sender=self)
