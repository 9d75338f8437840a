from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles, sign-in, tokens and the audit trail."""

    name = "radapp.accounts"
