"""An association that a peer opens: who calls is looked up, what it may do is negotiated, what it asks is served."""

import logging
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import cast

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from pynetdicom import evt
from pynetdicom._globals import MODE_ACCEPTOR
from pynetdicom.ae import ApplicationEntity
from pynetdicom.dimse_primitives import C_GET, C_MOVE, DimseServiceType
from pynetdicom.pdu_primitives import A_ASSOCIATE
from pynetdicom.transport import AddressInformation

from radapp.archive.group_commit import GroupCommit
from radapp.dimse import contexts, finding, performed_steps, retrieving
from radapp.dimse.admission import CONGESTED, Caller, Directory, Rejection, admit
from radapp.dimse.association import PeerAssociation
from radapp.dimse.models import Peer
from radapp.dimse.peers import Service, allowed
from radapp.dimse.sessions import Session, Sessions
from radapp.dimse.slots import Slots
from radapp.dimse.sparing import SparingLog
from radapp.dimse.spool import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION
from radapp.dimse.storing import Storing
from radapp.dimse.upper_layer import MAXIMUM_PDU
from radapp.dimse.wire import Wire, unhurried

logger = logging.getLogger(__name__)
warnings = SparingLog(logger)

STRANGERS_PATIENCE_S = 5


def entity() -> ApplicationEntity:
    """This archive as an application entity, with the times of the settings."""
    ae = ApplicationEntity(ae_title=settings.DIMSE.ae_title)
    ae.maximum_pdu_size = MAXIMUM_PDU
    ae.implementation_class_uid = IMPLEMENTATION_CLASS_UID
    ae.implementation_version_name = IMPLEMENTATION_VERSION
    ae.acse_timeout = ae.connection_timeout = settings.DIMSE.acse_timeout
    ae.dimse_timeout = settings.DIMSE.dimse_timeout
    ae.network_timeout = settings.DIMSE.network_timeout
    ae.maximum_associations = 1_000_000  # counted over all processes, by radapp.dimse.slots
    return ae


@dataclass
class House:
    """What the associations of one process share."""

    slots: Slots
    ae: ApplicationEntity = field(default_factory=entity)
    directory: Directory = field(default_factory=Directory)
    sessions: Sessions = field(default_factory=Sessions)
    commit: GroupCommit = field(default_factory=GroupCommit)


class Acceptor(PeerAssociation):
    """One connection that a peer has opened. Start it; it closes what it was given."""

    def __init__(
        self, house: House, connection: socket.socket, address: tuple[str, int], tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(house.ae, MODE_ACCEPTOR)
        self.name = f"association with {address[0]}"
        self._house = house
        self._connection = connection
        self._address = address
        self._tls = tls
        self._peer: Peer | None = None
        self._session: Session | None = None
        self._begun_at = time.monotonic()

    def run_reactor(self) -> None:
        """Everything from the first byte to the last."""
        try:
            self._meet()
        except (DatabaseError, InterfaceError) as error:
            warnings.warning("%s: the database does not answer: %s", self.name, error)
        except OSError as error:
            warnings.warning("%s: %s", self.name, error)
        finally:
            self._part()

    def _meet(self) -> None:
        """Hear who it is. Connections from addresses of no peer are few and short."""
        stranger = not self._house.directory.knows(self._address[0])
        if stranger and not self._house.slots.meet_stranger():
            return
        try:
            if stranger:
                self.acse_timeout = min(STRANGERS_PATIENCE_S, settings.DIMSE.acse_timeout)
            self._listen()
            request = self.dul.receive_pdu(wait=True, timeout=self.acse_timeout)
            if isinstance(request, A_ASSOCIATE):
                self._answer(request)
            elif request is None:
                self.trouble = self.trouble or "no association was requested in time"
        finally:
            if stranger:
                self._house.slots.part_from_stranger()

    def _listen(self) -> None:
        """Begin to read: TLS first, in this thread, so that a peer that stalls in it holds up nobody else."""
        unhurried(self._connection)
        if self._tls is not None:
            self._connection.settimeout(self.acse_timeout)
            self._connection = self._tls.wrap_socket(self._connection, server_side=True)
        self.set_socket(Wire(self, client_socket=self._connection))
        self.requestor.address_info = AddressInformation.from_tuple(self._address)
        self.acceptor.address_info = AddressInformation.from_tuple(self._connection.getsockname()[:2])
        self.acceptor.ae_title = self.ae.ae_title
        self.acceptor.maximum_length = MAXIMUM_PDU
        self.acceptor.implementation_class_uid = self.ae.implementation_class_uid
        self.acceptor.implementation_version_name = self.ae.implementation_version_name
        self._started_dul = True
        self.dul.start()

    def _answer(self, request: A_ASSOCIATE) -> None:
        """Reject, or accept and serve."""
        self.requestor.primitive = request
        caller = Caller(self._address[0], tls=self._tls is not None)
        try:
            found = admit(request, caller, self._house.directory, self._house.slots)
        except (DatabaseError, InterfaceError):
            found = CONGESTED
        if isinstance(found, Rejection):
            title = (request.calling_ae_title or "").strip()
            warnings.warning("association of %r at %s rejected: %s", title, self._address[0], found.words)
            self.acse.send_reject(found.result, found.source, found.diagnostic)
            return
        try:
            self._serve(found, request)
        finally:
            self._house.slots.give_back()

    def _serve(self, peer: Peer, request: A_ASSOCIATE) -> None:
        self._peer, services = peer, allowed(peer)
        self.name = f"association with {peer.ae_title} at {self._address[0]}"
        proposed = request.presentation_context_definition_list
        self.acceptor.supported_contexts = contexts.supported(proposed, services)
        self.bind(evt.EVT_SOP_EXTENDED, finding.negotiate)
        self.bind(evt.EVT_C_FIND, finding.handle)
        self.bind(evt.EVT_N_CREATE, performed_steps.handle_create, [peer.ae_title])
        self.bind(evt.EVT_N_SET, performed_steps.handle_set, [peer.ae_title])
        self._session = self._house.sessions.join(peer.ae_title)
        self.storing = Storing(self._session, self._house.commit, allowed=Service.STORE in services)
        try:
            self.acse.negotiate_association()
            if self.is_established:
                self._run_reactor()
        finally:
            # What a peer was sending when it was lost has not come to its end: only a release says that.
            ended = list(self.storing.series_uids) if self.is_released else []
            self._house.sessions.leave(self._session, list(self.storing.study_uids), ended)

    def _serve_request(self, msg: DimseServiceType, context_id: int) -> None:
        """C-MOVE and C-GET are served here, since pynetdicom would decode and write anew what it sends."""
        context = self._accepted_cx.get(context_id)
        if isinstance(msg, C_MOVE | C_GET) and msg.is_valid_request and context is not None and self._peer is not None:
            self.dimse.cancel_req = {}
            self._is_paused = True
            retrieving.serve(self, self._peer, msg, context)
            self._is_paused = False
        else:
            super()._serve_request(msg, context_id)

    def end_soon(self) -> None:
        """The listener ends: the peer is told by an abort."""
        if self.is_established:
            self.abort(block=False)

    def _part(self) -> None:
        """Close everything, and say in a line what this was."""
        if self._started_dul:
            self.kill()
            cast(Wire, self.dul.socket)._shutdown_socket()
            self.dul.join()
        self.layer.bell.put_away()
        self._connection.close()
        connections.close_all()
        if self.trouble:
            warnings.warning("%s: %s", self.name, self.trouble)
        if self.storing is not None and any(self.storing.counts.values()):
            seconds = time.monotonic() - self._begun_at
            logger.info("%s: %s in %.1f s", self.name, self.storing.told(), seconds)
