"""Associations towards a peer, to store there: the other half of C-MOVE."""

import ssl
from collections.abc import Iterable

from django.conf import settings
from pydicom.uid import UID
from pynetdicom._globals import MODE_REQUESTOR
from pynetdicom.ae import ApplicationEntity
from pynetdicom.presentation import PresentationContext
from pynetdicom.transport import AddressInformation

from radapp.archive.encoding import EXPLICIT_LITTLE, IMPLICIT_LITTLE
from radapp.dimse.association import PeerAssociation
from radapp.dimse.models import Peer
from radapp.dimse.upper_layer import MAXIMUM_PDU
from radapp.dimse.wire import Wire

MOST_CONTEXTS = 128
"""Presentation context IDs are the odd numbers up to 255 (PS3.8 section 9.3.2.2)."""


class CannotAssociateError(ConnectionError):
    """The peer does not answer, or rejects."""


def client_tls() -> ssl.SSLContext:
    """TLS towards a peer. Its certificate must come from DIMSE_TLS_CA (or the system's authorities); hospitals' devices are
    known by address, which certificates seldom name, so the name in it is not compared.
    """
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=_path(settings.DIMSE.tls_ca))
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.DIMSE.tls_cert is not None:
        context.load_cert_chain(settings.DIMSE.tls_cert, settings.DIMSE.tls_key)
    return context


def _path(path: object) -> str | None:
    return None if path is None else str(path)


def proposals(stored: Iterable[tuple[str, str]]) -> list[PresentationContext]:
    """Contexts for (SOP class, transfer syntax) pairs: each as it is stored, then each class uncompressed."""
    pairs = sorted(set(stored))
    alone = [_context(sop_class, [syntax]) for sop_class, syntax in pairs]
    plain = [_context(sop_class, [EXPLICIT_LITTLE, IMPLICIT_LITTLE]) for sop_class in sorted({one for one, _ in pairs})]
    return [*alone, *plain][:MOST_CONTEXTS]


def _context(sop_class: str, syntaxes: list[str]) -> PresentationContext:
    context = PresentationContext()
    context.abstract_syntax = UID(sop_class)
    context.transfer_syntax = [UID(syntax) for syntax in syntaxes]
    return context


def associate(ae: ApplicationEntity, peer: Peer, contexts: list[PresentationContext]) -> PeerAssociation:
    """An association that this side has opened; release it. Raises CannotAssociateError."""
    assert peer.port is not None, "a destination has a port"
    association = PeerAssociation(ae, MODE_REQUESTOR)
    association.name = f"association towards {peer.ae_title}"
    there = AddressInformation(peer.address, peer.port)
    here = AddressInformation("0.0.0.0" if there.is_ipv4 else "::", 0)  # noqa: S104 - where a connection leaves from
    wire = Wire(association, address=here)
    if peer.tls:
        wire.tls_args = (client_tls(), peer.address)
    association.set_socket(wire)
    association.acceptor.ae_title, association.acceptor.address_info = peer.ae_title, there
    association.requestor.ae_title, association.requestor.address_info = ae.ae_title, here
    association.requestor.maximum_length = MAXIMUM_PDU
    association.requestor.implementation_class_uid = ae.implementation_class_uid
    association.requestor.implementation_version_name = ae.implementation_version_name
    for number, context in enumerate(contexts):
        context.context_id = 2 * number + 1
    association.requestor.requested_contexts = contexts
    association.request()
    # No thread of its own: whoever asked for it sends, and waits for each answer.
    association._is_paused = True
    if not association.is_established:
        wire._shutdown_socket()
        association.layer.bell.put_away()
        words = "it rejected the association" if association.is_rejected else association.trouble or "no association"
        raise CannotAssociateError(f"{peer.ae_title} at {peer.address} port {peer.port}: {words}")
    return association


def release(association: PeerAssociation) -> None:
    """End it in an orderly way, if it still lives."""
    if association.is_established:
        association.release()
    association.kill()
    association.layer.wire._shutdown_socket()
    association.layer.bell.put_away()
