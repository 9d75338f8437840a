"""All rows of the database, to be put back after it was emptied: what made them need not be done again.

Files in the archive stay where they are from test to test; only rows are emptied.
"""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import connection, transaction

MADE_BY_DJANGO = {"contenttypes", "auth", "sessions", "admin"}


@dataclass
class Rows:
    """What was there when it was kept."""

    kept: list[dict[str, Any]] = field(default_factory=list)

    def keep(self) -> None:
        """Everything that the application's tables hold now."""
        models = [one for one in apps.get_models() if one._meta.app_label not in MADE_BY_DJANGO and not one._meta.proxy]
        for model in serializers.sort_dependencies([(None, models)]):  # type: ignore[list-item]
            self.kept += serializers.serialize("python", model._base_manager.order_by("pk"))

    def put_back(self) -> None:
        """The same rows with the same keys."""
        with transaction.atomic(), connection.constraint_checks_disabled():
            for row in serializers.deserialize("python", self.kept):
                row.save()
            connection.check_constraints()
