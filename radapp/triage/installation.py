"""Installing bundles and protocols: verified, idempotent, audited. What a run used is never changed, only succeeded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from ml.bundle import Bundle
from ml.tactic import Cutoffs
from radapp.accounts import audit
from radapp.accounts.models import AuditEntry
from radapp.environment import ROOT
from radapp.triage.models import InstalledBundle, Protocol
from radapp.triage.protocols import bundles_of

SHIPPED = ROOT / "ml" / "bundles" / "demonstration"
ROLES = ("T1WI", "T2WI", "T1WIC")
DESCRIPTION = "protocol.json"
ACTOR = "install_bundles"


class ProtocolRefused(ValueError):  # noqa: N818 - a refusal
    """A folder that is no usable set of bundles and protocol: what was found, what was expected."""


@dataclass(frozen=True)
class Installed:
    """What an installation found or made: the protocol, and whether it is new and whether it became the active one."""

    protocol: Protocol
    bundles: tuple[InstalledBundle, ...]
    created: bool
    activated: bool


def install(folder: Path, *, activate: bool = False) -> Installed:
    """Install a folder's three bundles and its protocol; the protocol becomes active when none is, or on demand.

    Idempotent: the same bundles and figures are found again, not doubled. BundleRefused and ProtocolRefused leave nothing.
    """
    bundles = {role: Bundle.load(folder / role) for role in ROLES}
    for role, bundle in bundles.items():
        if bundle.role != role:
            raise ProtocolRefused(f"{folder / role} holds a bundle for {bundle.role}; expected one for {role}.")
    described = _described(folder / DESCRIPTION)
    with transaction.atomic():
        installed = {role: _install_bundle(bundle) for role, bundle in bundles.items()}
        protocol, created = _find_or_make(described, installed)
        activated = activate or not Protocol.objects.filter(active=True).exists()
        if activated:
            activate_protocol(protocol)
        return Installed(protocol, tuple(installed.values()), created, activated)


def _described(path: Path) -> dict[str, Any]:
    """protocol.json as the fields of a Protocol, checked."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        cutoffs, weights = values["cutoffs"], values["weights"]
        figures = Cutoffs(first=cutoffs["first"], second=cutoffs["second"], t1wic=cutoffs["T1WIC"])
        share = {role: float(weights[role]) for role in ("T1WI", "T2WI")}
        name, calibration = str(values["name"]), dict(values.get("calibration") or {})
    except (OSError, ValueError, KeyError, TypeError) as error:
        expected = '{"name", "weights": {"T1WI", "T2WI"}, "cutoffs": {"first", "second", "T1WIC"}, "calibration"}'
        raise ProtocolRefused(f"{path} cannot be read: {error!r}. Expected {expected}.") from error
    if abs(sum(share.values()) - 1) > 1e-9:
        raise ProtocolRefused(f"{path}: the weights {weights} do not add up to 1.")
    return {
        "name": name,
        "calibration": calibration,
        "weight_t1wi": share["T1WI"],
        "weight_t2wi": share["T2WI"],
        "first_cutoff": figures.first,
        "second_cutoff": figures.second,
        "t1wic_cutoff": figures.t1wic,
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
