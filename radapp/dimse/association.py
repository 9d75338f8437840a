"""One association, opened by a peer or towards one: pynetdicom's, woken by what happens instead of looking all the time."""

import logging
import threading
import time
from collections.abc import Mapping
from typing import cast

from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.presentation import PresentationContext

from radapp.dimse import commands
from radapp.dimse.commands import Command, CommandSet
from radapp.dimse.message import Incoming
from radapp.dimse.storing import Storing
from radapp.dimse.upper_layer import MAXIMUM_PDU, ProtocolError, UpperLayer

logger = logging.getLogger(__name__)

LOOKS_AFTER_S = 1.0
PATIENCE_AT_THE_END_S = 5.0


class Messages(DIMSEServiceProvider):
    """pynetdicom's message provider, in PDUs of a bounded size also where the peer would take any."""

    @property
    def maximum_pdu_size(self) -> int:
        """What is sent to the peer at once."""
        theirs = super().maximum_pdu_size
        return min(theirs, MAXIMUM_PDU) if theirs else MAXIMUM_PDU


class PeerAssociation(Association):
    """What both kinds of association share: the upper layer's thread, and messages put together in it."""

    def __init__(self, ae: ApplicationEntity, mode: str) -> None:
        super().__init__(ae, mode)
        self.dul = UpperLayer(self)
        self.dimse = Messages(self)
        # The timers of the layer that was just replaced had these.
        self.acse_timeout, self.network_timeout = ae.acse_timeout, ae.network_timeout
        self.daemon = True
        self.trouble = ""
        self.storing: Storing | None = None
        self._incoming: Incoming | None = None
        self._rung = threading.Event()
        self._at_rest = threading.Event()
        self._at_rest.set()

    @property
    def layer(self) -> UpperLayer:
        """The upper layer."""
        return cast(UpperLayer, self.dul)

    def ring(self) -> None:
        """Called in the upper layer's thread: something may have happened."""
        self._rung.set()

    def take(self, context_id: int, control: int, fragment: memoryview) -> None:
        """Called in the upper layer's thread: a fragment of a message has come. Raises ProtocolError."""
        if self._incoming is None:
            contexts: Mapping[int, PresentationContext] = self._accepted_cx
            self._incoming = Incoming(contexts, self.storing, self._deliver, self._respond)
        self._incoming.take(context_id, control, fragment)

    def forget_message(self) -> None:
        """Called in the upper layer's thread at its end: what had begun to come will not end."""
        if self._incoming is not None:
            self._incoming.discard()

    def _deliver(self, command: CommandSet, primitive: P_DATA) -> None:
        """A whole message for the association's thread."""
        if not command.field & commands.RESPONSE and command.field != Command.C_CANCEL:
            self._at_rest.clear()
        self.dimse.receive_primitive(primitive)
        self.ring()

    def _respond(self, response: bytes) -> None:
        """An answer to C-STORE. One whole message at a time: whatever the association's thread is sending ends first."""
        if not self._at_rest.wait(self.dimse_timeout):
            raise ProtocolError("a C-STORE request while another request is not answered")
        self.layer.wire.send(response)
        self.layer._idle_timer.restart()

    def _run_reactor(self) -> None:
        """Serve requests until the association ends (pynetdicom's loop, waiting for the bell)."""
        while not self._kill:
            self._is_paused = True
            self._rung.wait(LOOKS_AFTER_S)
            self._rung.clear()
            self._reactor_checkpoint.wait()
            self._is_paused = False
            self._serve_all()
            if self._has_ended():
                return

    def _serve_all(self) -> None:
        """Serve every request that waits."""
        while self.is_established:
            context_id, message = self.dimse.get_msg(block=False)
            if message is None or context_id is None:
                break
            self._serve_request(message, context_id)
            self.layer._idle_timer.restart()
        if self.dimse.msg_queue.empty():
            self._at_rest.set()

    def kill(self) -> None:
        """End the upper layer's thread; a peer that keeps it waiting is cut off."""
        self._reactor_checkpoint.set()
        self._kill = self._is_paused = True
        self.is_established = False
        deadline = time.monotonic() + PATIENCE_AT_THE_END_S
        while self.dul.is_alive() and not self.dul.stop_dul():
            if time.monotonic() > deadline:
                self.layer.wire.cut()
            time.sleep(0.002)

    def _has_ended(self) -> bool:
        """Whether the peer has released or aborted, the connection is gone, or nothing came for too long."""
        if self.is_established and self.acse.is_release_requested():
            self.acse.send_release(is_response=True)
            self.is_released, self.is_established = True, False
        elif self.acse.is_aborted():
            self.dul.receive_pdu(wait=False)
            self.is_aborted, self.is_established = True, False
        elif self.dul.is_alive() and not self.dul.idle_timer_expired():
            return False
        elif self.dul.is_alive():
            self.trouble = self.trouble or "nothing came within the network timeout"
            self.abort()
        self.kill()
        return True
