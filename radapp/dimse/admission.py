"""Who is let in: the peers as they are listed now, and how many associations there may be at once."""

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from pynetdicom.pdu_primitives import A_ASSOCIATE

from radapp.dimse.models import Peer
from radapp.dimse.peers import calls_from
from radapp.dimse.slots import Slots

APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
HEEDS_CHANGES_AFTER_S = 2.0


@dataclass(frozen=True)
class Rejection:
    """An A-ASSOCIATE-RJ: result, source and diagnostic of PS3.8 table 9-21, and the same in words."""

    result: int
    source: int
    diagnostic: int
    words: str


NO_SUCH_CONTEXT = Rejection(1, 1, 2, "application context name not supported")
UNKNOWN_CALLER = Rejection(1, 1, 3, "calling AE title not recognised")
UNKNOWN_CALLED = Rejection(1, 1, 7, "called AE title not recognised")
CONGESTED = Rejection(2, 3, 1, "temporary congestion")
TOO_MANY = Rejection(2, 3, 2, "local limit exceeded")


class Directory:
    """The listed peers; read again every two seconds at most, so that a flood of callers costs no query each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._peers: dict[str, Peer] = {}
        self._read_at = float("-inf")

    def peers(self) -> dict[str, Peer]:
        """Every peer by its AE title. Raises DatabaseError."""
        with self._lock:
            if self._clock() - self._read_at > HEEDS_CHANGES_AFTER_S:
                self._peers = {peer.ae_title: peer for peer in Peer.objects.all()}
                self._read_at = self._clock()
            return self._peers

    def knows(self, address: str) -> bool:
        """Whether any peer may call from this address; as it was last known where the database does not answer."""
        try:
            peers = self.peers()
        except (DatabaseError, InterfaceError):
            peers = self._peers
        try:
            return any(calls_from(peer, address) for peer in peers.values())
        except ipaddress.AddressValueError:
            return False


@dataclass(frozen=True)
class Caller:
    """Where an association comes from."""

    address: str
    tls: bool


def admit(request: A_ASSOCIATE, caller: Caller, directory: Directory, slots: Slots) -> Peer | Rejection:
    """The peer that calls, or why it is rejected. A peer that is admitted holds a slot. Raises DatabaseError."""
    if str(request.application_context_name) != APPLICATION_CONTEXT:
        return NO_SUCH_CONTEXT
    if (request.called_ae_title or "").strip() != settings.DIMSE.ae_title:
        return UNKNOWN_CALLED
    peer = directory.peers().get((request.calling_ae_title or "").strip())
    if peer is None or not calls_from(peer, caller.address) or (peer.tls and not caller.tls):
        return UNKNOWN_CALLER
    return peer if slots.take() else TOO_MANY
