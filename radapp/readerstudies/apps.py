from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ReaderStudiesConfig(AppConfig):
    """Reader studies: protocol, blinded reading, reference standard, error coding, audit chain."""

    name = "radapp.readerstudies"
    verbose_name = "Reader studies"

    def ready(self) -> None:
        from radapp.readerstudies.frozen import triggers

        found = triggers()
        self.triggers = found  # signals hold their receivers weakly
        pre_migrate.connect(found.before_migrate, sender=self)
        post_migrate.connect(found.after_migrate, sender=self)
