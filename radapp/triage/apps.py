from django.apps import AppConfig


class TriageConfig(AppConfig):
    """Bundles installed, protocols, runs, results, scope, confirmation: what turns a study into a tier."""

    name = "radapp.triage"

    def ready(self) -> None:
        from radapp.triage import listeners

        listeners.connect()
