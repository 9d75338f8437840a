"""What triage does when the archive announces something."""

from typing import Any

from radapp.archive import claims as archive_claims
from radapp.archive import signals, trained, waiting
from radapp.triage import claims, protocols, selectors, services


def _received(*, study_uids: list[str], **_: Any) -> None:
    for uid in study_uids:
        services.consider(uid)


def _roles_changed(*, study_uid: str, **_: Any) -> None:
    services.consider(study_uid)


def _deleted(*, study_uid: str, whole: bool, **_: Any) -> None:
    if whole:
        claims.images_gone(study_uid)


def connect() -> None:
    """Connect to the archive's signals, and answer what it asks."""
    signals.studies_received.connect(_received, dispatch_uid="triage.received")
    signals.series_roles_changed.connect(_roles_changed, dispatch_uid="triage.roles_changed")
    signals.images_deleted.connect(_deleted, dispatch_uid="triage.images_deleted")
    archive_claims.register(claims.CLAIMANT)
    waiting.register(selectors.standings)
    trained.register(protocols.trained_saturation)
