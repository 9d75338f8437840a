"""Triggers: the database itself refuses to change what is written once (radapp.triage.frozen).

What is deleted, or changed by somebody who owns the database, is found by `manage.py verify_audit`.
"""

from django.apps import apps

from radapp.accounts.models import AppendOnly
from radapp.triage.frozen import Frozen, Triggers


def triggers() -> Triggers:
    """Of every append-only table of this app."""
    models = apps.get_app_config("readerstudies").get_models()
    return Triggers(tuple(Frozen(model, "it is written once") for model in models if issubclass(model, AppendOnly)))
