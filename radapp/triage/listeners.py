"""What triage does when the archive announces something."""

from typing import Any

from radapp.archive import signals, trained, waiting
from radapp.triage import protocols, selectors, services


def _received(*, study_uids: list[str], **_: Any) -> None:
    for uid in study_uids:
        services.consider(uid)


def _roles_changed(*, study_uid: str, **_: Any) -> None:
    services.consider(study_uid)


def connect() -> None:
    """Connect to the archive's signals, and answer what it asks."""
    signals.studies_received.connect(_received, dispatch_uid="triage.received")
    signals.series_roles_changed.connect(_roles_changed, dispatch_uid="triage.roles_changed")
    waiting.register(selectors.standings)
    trained.register(protocols.trained_saturation)
