"""Installing bundles and protocols: verified, idempotent, audited. What a run used is never changed, only succeeded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from ml.bundle import Bundle
from ml.presets import preset
from ml.protocol import FILE, ROLES, ProtocolFile, ProtocolRefused
from radapp.accounts import audit
from radapp.accounts.models import AuditEntry
from radapp.environment import ROOT
from radapp.triage.models import InstalledBundle, Protocol
from radapp.triage.protocols import bundles_of, calibrated_on, needs_calibration

SHIPPED = ROOT / "ml" / "bundles" / "demonstration"
ACTOR = "install_bundles"
SAME_TACTIC = (
    *("name", "t1wi_id", "t2wi_id", "t1wic_id", "weight_t1wi", "weight_t2wi"),
    *("first_cutoff", "second_cutoff", "t1wic_cutoff"),
)
"""Two protocols that agree in these give every study the same tier."""
__all__ = ["SHIPPED", "Installed", "ProtocolRefused", "activate_protocol", "install"]


@dataclass(frozen=True)
class Installed:
    """What an installation found or made: the protocol, and whether it is new and whether it became the active one."""

    protocol: Protocol
    bundles: tuple[InstalledBundle, ...]
    created: bool
    activated: bool


def install(folder: Path, *, activate: bool = False, preset_name: str = "") -> Installed:
    """Install a folder's three bundles and its protocol; the protocol becomes active when none is, or on demand.

    With `preset_name` the published cutoffs of that preset stand in for the folder's protocol.json. A protocol whose cutoffs
    were found on other bundles is refused; one that does not say on which is installed, and gives no advice until it is
    calibrated. Idempotent: the same bundles and figures are found again, not doubled. BundleRefused and ProtocolRefused
    leave nothing.
    """
    bundles = {role: Bundle.load(folder / role) for role in ROLES}
    for role, bundle in bundles.items():
        if bundle.role != role:
            raise ProtocolRefused(f"{folder / role} holds a bundle for {bundle.role}; expected one for {role}.")
    stated = preset(preset_name).on(bundles["T1WIC"].cutoff) if preset_name else ProtocolFile.load(folder / FILE)
    hashes = {role: bundle.sha256 for role, bundle in bundles.items()}
    described = _described(stated, calibrated_on(hashes) if stated.check(hashes) else "")
    with transaction.atomic():
        installed = {role: _install_bundle(bundle) for role, bundle in bundles.items()}
        protocol, created = _find_or_make(described, installed)
        active = Protocol.objects.filter(active=True).first()
        activated = activate or active is None or _vouches_for(protocol, active)
        if activated:
            activate_protocol(protocol)
        return Installed(protocol, tuple(installed.values()), created, activated)


def _described(stated: ProtocolFile, calibrated: str) -> dict[str, Any]:
    """A protocol.json as the fields of a Protocol."""
    return {
        "name": stated.name,
        "calibration": dict(stated.calibration),
        "calibrated_on": calibrated,
        "weight_t1wi": stated.weights[0],
        "weight_t2wi": stated.weights[1],
        "first_cutoff": stated.cutoffs.first,
        "second_cutoff": stated.cutoffs.second,
        "t1wic_cutoff": stated.cutoffs.t1wic,
    }


def _install_bundle(bundle: Bundle) -> InstalledBundle:
    folder = bundle.folder.resolve()
    path = str(folder.relative_to(ROOT)) if folder.is_relative_to(ROOT) else str(folder)
    installed, created = InstalledBundle.objects.get_or_create(
        sha256=bundle.sha256,
        defaults={
            "name": bundle.name,
            "role": bundle.role.value,
            "architecture": bundle.network.architecture,
            "path": path,
            "manifest": dict(bundle.manifest),
            "synthetic": bundle.synthetic,
            "fat_saturated": bundle.fat_saturated,
        },
    )
    if created:
        audit.record(
            actor=None,
            actor_name=ACTOR,
            action=AuditEntry.Action.BUNDLE_INSTALLED,
            target=f"bundle {bundle.sha256}",
            after={"name": bundle.name, "role": bundle.role.value, "path": path},
        )
    elif installed.path != path:
        # The same bundle in another folder (the checkout moved): the hash is the identity, the path only where it lies now.
        InstalledBundle.objects.filter(pk=installed.pk).update(path=path)
    return installed


def _find_or_make(described: Mapping[str, Any], installed: Mapping[str, InstalledBundle]) -> tuple[Protocol, bool]:
    """The stored protocol with exactly these figures and bundles, or its next version."""
    bundles = {role.lower(): bundle for role, bundle in installed.items()}
    figures = {name: value for name, value in described.items() if name != "calibration"}
    same = Protocol.objects.filter(**figures, **bundles).order_by("version").last()
    if same is not None:
        return same, False
    newest = Protocol.objects.filter(name=described["name"]).aggregate(version=Max("version"))["version"] or 0
    synthetic = any(bundle.synthetic for bundle in installed.values())
    return Protocol.objects.create(**described, **bundles, version=newest + 1, synthetic=synthetic), True


def _vouches_for(protocol: Protocol, active: Protocol) -> bool:
    """Whether it is the active protocol again, but now known to be calibrated on its bundles (0.1.0 named none)."""
    same = all(getattr(protocol, name) == getattr(active, name) for name in SAME_TACTIC)
    return same and needs_calibration(active) and not needs_calibration(protocol)


def activate_protocol(protocol: Protocol) -> None:
    """Make a protocol the one that new runs use; in a transaction."""
    if protocol.active:
        return
    before = Protocol.objects.filter(active=True).first()
    Protocol.objects.filter(active=True).update(active=False)
    Protocol.objects.filter(pk=protocol.pk).update(active=True)
    protocol.active = True
    audit.record(
        actor=None,
        actor_name=ACTOR,
        action=AuditEntry.Action.PROTOCOL_ACTIVATED,
        target=f"protocol {protocol}",
        before={"protocol": str(before) if before else None},
        after={"protocol": str(protocol), "bundles": bundles_of(protocol)},
    )
