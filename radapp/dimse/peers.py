"""The allow-list: who is added, who is removed, and whether a caller is on it."""

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry
from radapp.dimse.models import Peer
from radapp.environment import AE_TITLE


class Service(StrEnum):
    """What a peer may ask of the archive."""

    ECHO = "echo"
    STORE = "store"
    FIND = "find"
    MOVE = "move"
    GET = "get"
    MPPS = "mpps"


FLAGS = {
    Service.ECHO: "may_echo",
    Service.STORE: "may_store",
    Service.FIND: "may_find",
    Service.MOVE: "may_move",
    Service.GET: "may_get",
    Service.MPPS: "may_report",
}


def allowed(peer: Peer) -> frozenset[Service]:
    """The services that this peer may ask for."""
    return frozenset(service for service, flag in FLAGS.items() if getattr(peer, flag))


@dataclass(frozen=True)
class NewPeer:
    """What a person says of a peer."""

    ae_title: str
    address: str
    port: int | None
    services: Collection[Service]
    tls: bool = False
    description: str = ""


def add_peer(new: NewPeer, *, added_by: str) -> Peer:
    """Put a peer on the list; `added_by` names the command that acts. Raises ValidationError that says what is wrong."""
    address = _address(new.address)
    if not AE_TITLE.fullmatch(new.ae_title):
        raise ValidationError(
            f"found the AE title {new.ae_title!r}, expected 1 to 16 ASCII characters without a backslash, "
            "and no space at either end"
        )
    if new.port is not None and not 1 <= new.port <= 65535:
        raise ValidationError(f"found the port {new.port}, expected a number from 1 to 65535")
    if new.port is not None and "/" in address:
        raise ValidationError(f"found a port for the network {address}, expected one address where a peer listens")
    if Peer.objects.filter(ae_title=new.ae_title).exists():
        raise ValidationError(f"a peer called {new.ae_title} is listed already; remove it first")
    flags = {flag: service in new.services for service, flag in FLAGS.items()}
    peer = Peer(ae_title=new.ae_title, address=address, port=new.port, description=new.description, tls=new.tls, **flags)
    with transaction.atomic():
        peer.save()
        audit.record(
            actor=None,
            actor_name=added_by,
            action=AuditEntry.Action.PEER_ADDED,
            target=f"peer {peer.ae_title}",
            after=model_to_dict(peer, exclude=["id"]),
        )
    return peer


def remove_peer(ae_title: str, *, removed_by: str) -> None:
    """Take a peer off the list; associations that it has open go on. Raises ValidationError for an unknown one."""
    with transaction.atomic():
        peer = Peer.objects.select_for_update().filter(ae_title=ae_title).first()
        if peer is None:
            known = ", ".join(Peer.objects.values_list("ae_title", flat=True)) or "nobody yet"
            raise ValidationError(f"no peer is called {ae_title}; listed: {known}")
        audit.record(
            actor=None,
            actor_name=removed_by,
            action=AuditEntry.Action.PEER_REMOVED,
            target=f"peer {peer.ae_title}",
            before=model_to_dict(peer, exclude=["id"]),
        )
        peer.delete()


def _address(text: str) -> str:
    """The address or network as it is kept, or ValidationError."""
    try:
        if "/" in text:
            return str(ipaddress.ip_network(text))
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise ValidationError(
            f"found the address {text!r}, expected an IP address, or a network such as 10.1.2.0/24 ({error})"
        ) from error


def calls_from(peer: Peer, address: str) -> bool:
    """Whether the peer may call from this IP address."""
    caller = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(caller, ipaddress.IPv6Address) and caller.ipv4_mapped is not None:
        caller = caller.ipv4_mapped
    return caller in ipaddress.ip_network(peer.address)


def destination(ae_title: str) -> Peer | None:
    """The peer to which C-MOVE may send under this title: it is listed, and it is known where it listens."""
    return Peer.objects.filter(ae_title=ae_title, port__isnull=False).first()
