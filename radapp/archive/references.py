"""Which rows name stored bytes: nothing that one of them names is ever removed."""

from collections.abc import Collection
from functools import cache

from django.apps import apps
from django.db.models import CharField, Model

from radapp.accounts.models import AuditEntry
from radapp.archive.models import ByteIndex, Discarded, Instance

# These say something of bytes without wanting them.
_DESCRIBING: tuple[type[Model], ...] = (ByteIndex, Discarded)


@cache
def naming_models() -> tuple[type[Model], ...]:
    """Every model with a column `sha256`, of whichever app: a new one is heeded without being told here."""
    found = []
    for model in apps.get_models():
        column = next((field for field in model._meta.fields if field.name == "sha256"), None)
        if isinstance(column, CharField) and model not in _DESCRIBING:
            found.append(model)
    return tuple(found)


def named(sha256s: Collection[str]) -> set[str]:
    """Those of them that some row names."""
    found: set[str] = set()
    for model in naming_models():
        found |= set(model._base_manager.filter(sha256__in=sha256s).values_list("sha256", flat=True))
    return found


def kept_before(sha256s: Collection[str]) -> set[str]:
    """Those of them that an instance had before an administrator accepted other ones: they stay as long as the instance."""
    entries = AuditEntry.objects.filter(action=AuditEntry.Action.SET_ASIDE_DECIDED, before__sha256__in=list(sha256s))
    of_instance = {_sha256_in(entry): entry.target.removeprefix("instance ") for entry in entries}
    alive = set(Instance.every.filter(sop_instance_uid__in=of_instance.values()).values_list("sop_instance_uid", flat=True))
    return {sha256 for sha256, uid in of_instance.items() if uid in alive}


def had_before(sop_instance_uid: str) -> set[str]:
    """What an instance had before, by the audit trail."""
    entries = AuditEntry.objects.filter(
        action=AuditEntry.Action.SET_ASIDE_DECIDED, target=f"instance {sop_instance_uid}", before__has_key="sha256"
    )
    return {_sha256_in(entry) for entry in entries}


def _sha256_in(entry: AuditEntry) -> str:
    assert isinstance(entry.before, dict)
    return str(entry.before["sha256"])
