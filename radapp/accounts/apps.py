from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """People, roles, sign-in, tokens and the audit trail."""

    name = "radapp.accounts"

    def ready(self) -> None:
        from radapp.accounts import docs  # noqa: F401 - registers how the schema names bearer tokens
        from radapp.accounts.append_only import after_migrate

        post_migrate.connect(after_migrate, sender=self)
