"""DICOM's upper layer (PS3.8) on pynetdicom's state machine: woken by what happens, bounded in time and memory.

pynetdicom's own loop looks every millisecond whether something happened, reads any length that a peer claims, and waits for
ever for the rest of a message; its states, events, PDUs and negotiation are used as they are. The thread of this class is
the only one that reads and writes the connection. C-STORE is served in it, so that nothing is read before what came is
stored; every other message goes to the association's thread.
"""

import logging
import os
import queue
import select
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from pynetdicom.dul import DULServiceProvider
from pynetdicom.fsm import InvalidEventError
from pynetdicom.pdu import A_ABORT_RQ, P_DATA_TF
from pynetdicom.pdu_primitives import P_DATA

from radapp.dimse.wire import EndedError, StalledError, SteadyTimer, Wire

if TYPE_CHECKING:
    from radapp.dimse.association import PeerAssociation

logger = logging.getLogger(__name__)

MAXIMUM_PDU = 256 * 1024
"""What we say we can take, and the most we send: a slice travels in one or two (PS3.8 annex D.1)."""

_SLACK = 6
MOST_OF_A_PDU = MAXIMUM_PDU + _SLACK
DATA = 0x04
KNOWN = frozenset(range(1, 8))
QUEUED_PDUS = 32
"""How many PDUs wait to be sent before whoever makes them has to wait, too."""
QUEUED_MESSAGES = 8
LONGEST_WAIT_S = 1.0


class ProtocolError(ValueError):
    """What came is no DICOM message, or none that may come now; the association is aborted."""


class Bell:
    """Wakes a thread that polls; ringing a bell that is put away is no error."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handle: int | None = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def fileno(self) -> int:
        """For poll()."""
        return -1 if self._handle is None else self._handle

    def ring(self) -> None:
        """Wake the thread."""
        with self._lock, suppress(BlockingIOError):
            if self._handle is not None:
                os.eventfd_write(self._handle, 1)

    def hush(self) -> None:
        """Be ready for the next ring."""
        with suppress(BlockingIOError, OSError):
            if self._handle is not None:
                os.eventfd_read(self._handle)

    def put_away(self) -> None:
        """Give its handle back."""
        with self._lock:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None


def pdvs(body: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """Each (presentation context, control header, fragment) of a P-DATA-TF (PS3.8 section 9.3.5). Raises ProtocolError."""
    position = 0
    while position < len(body):
        if len(body) - position < 6:
            raise ProtocolError("a P-DATA-TF PDU ends within an item's head")
        length, context_id, control = struct.unpack_from(">LBB", body, position)
        if length < 2 or position + 4 + length > len(body):
            raise ProtocolError(f"an item of a P-DATA-TF PDU claims {length} bytes, {len(body) - position - 4} are there")
        yield context_id, control, body[position + 6 : position + 4 + length]
        position += 4 + length


class UpperLayer(DULServiceProvider):
    """The upper layer of one association."""

    def __init__(self, assoc: "PeerAssociation") -> None:
        super().__init__(assoc)
        self.daemon = True
        self._idle_timer = SteadyTimer(60)
        self.artim_timer: SteadyTimer = SteadyTimer(30)
        self.bell = Bell()
        self._peer = assoc
        self._buffer = bytearray()
        self._room = threading.Semaphore(QUEUED_PDUS)

    @property
    def wire(self) -> Wire:
        """The connection."""
        return cast(Wire, self.socket)

    def run_reactor(self) -> None:
        """Act on what happens until the association has ended."""
        self._idle_timer.start()
        try:
            while not self._kill_thread:
                self.assoc._dul_ready.set()
                if self._step():
                    self._peer.ring()
        except Exception as error:  # noqa: BLE001 - the thread's outermost boundary: peers send anything
            self._peer.trouble = self._peer.trouble or f"{type(error).__name__}: {error}"
            self._give_up()
        finally:
            self._kill_thread = True
            self.assoc._dul_ready.set()
            self.wire._ready.set()
            self._peer.forget_message()
            self._peer.ring()

    def _give_up(self) -> None:
        """Tell the peer, past the state machine, and close."""
        abort = A_ABORT_RQ()
        abort.source, abort.reason_diagnostic = 0x02, 0x00
        self.wire.send(abort.encode())
        self.assoc.is_aborted, self.assoc.is_established = True, False
        self.wire._shutdown_socket()
        self.assoc.dimse.msg_queue.put((None, None))

    def _step(self) -> bool:
        """Wait for one thing, and let the state machine act on it; whether the association has something to look at."""
        if self.artim_timer.expired:
            self.event_queue.put("Evt18")
        elif self.event_queue.empty() and not self._process_recv_primitive():
            self._await_peer()
        try:
            event = self.event_queue.get_nowait()
        except queue.Empty:
            return False
        before = self.state_machine.current_state
        try:
            self.state_machine.do_action(event)
        except InvalidEventError as error:
            raise ProtocolError(f"{event} in state {before}") from error
        if before == "Sta2" and self.state_machine.current_state != "Sta3":
            self.to_user_queue.put(None)  # no request will come: nobody need wait for it
        return True

    def _process_recv_primitive(self) -> bool:
        """Whether something is to be sent. Once the association ends, what still waited for it is dropped."""
        if self.state_machine.current_state == "Sta13":
            self._drop_queued()
            return False
        return super()._process_recv_primitive()

    def _drop_queued(self) -> None:
        with suppress(queue.Empty):
            while True:
                if isinstance(self.to_provider_queue.get_nowait(), P_DATA):
                    self._room.release()

    def _await_peer(self) -> None:
        """Wait until the peer sends, or this side has something for it, or a timer may have expired."""
        if self.state_machine.current_state == "Sta13":
            self._see_off()
            return
        if self.wire.socket is None or not self.wire._is_connected:
            self.bell_or(LONGEST_WAIT_S)
            return
        crowded = self.assoc.dimse.msg_queue.qsize() >= QUEUED_MESSAGES
        if crowded:
            self.bell_or(0.02)
        elif self.wire.pending() or self._readable():
            self._read_pdu_data()
            self._idle_timer.restart()

    def _see_off(self) -> None:
        """The association is over: drop what the peer still sends, then close. The ARTIM timer ends this in any case."""
        if not self.wire.ready or not self.wire.drop():
            self.wire.close()

    def _readable(self) -> bool:
        """Wait; whether the connection has something to read or has ended."""
        poll = select.poll()
        try:
            poll.register(self.wire.socket, select.POLLIN)  # type: ignore[arg-type]
        except (OSError, ValueError):
            self.event_queue.put("Evt17")
            return False
        poll.register(self.bell, select.POLLIN)
        seconds = max(0.0, self.artim_timer.remaining) + 0.001 if self.artim_timer.running else None
        found = poll.poll(None if seconds is None else seconds * 1000)
        handles = {handle for handle, _ in found}
        bell = self.bell.fileno()
        if bell in handles:
            self.bell.hush()
        return bool(handles - {bell})

    def bell_or(self, seconds: float) -> None:
        """Wait for the bell, at most so long."""
        poll = select.poll()
        poll.register(self.bell, select.POLLIN)
        poll.poll(seconds * 1000)
        self.bell.hush()

    def _read_pdu_data(self) -> None:
        """Read one PDU. P-DATA goes to the message it is part of; everything else to the state machine, as an event."""
        try:
            head = bytearray(6)
            self.wire.read_into(memoryview(head), self._patience)
            kind, _, length = struct.unpack(">BBL", head)
            if kind not in KNOWN or length > MOST_OF_A_PDU:
                raise ProtocolError(
                    f"a PDU of the type {kind} and {length} bytes; known are 1 to 7, at most {MOST_OF_A_PDU}"
                )
            body = self._body(length)
            self.wire.read_into(body, self._patience)
            if kind == DATA and self.state_machine.current_state == "Sta6":
                for context_id, control, fragment in pdvs(body):
                    self._peer.take(context_id, control, fragment)
                return
            pdu, event = self._decode_pdu(head + body)
        except EndedError:
            self.event_queue.put("Evt17")
            return
        except (ProtocolError, StalledError) as error:
            self._peer.trouble = str(error)
            self.event_queue.put("Evt19")
            return
        except OSError as error:
            self._peer.trouble = str(error)
            self.event_queue.put("Evt17")
            return
        self._recv_pdu.put(pdu)
        self.event_queue.put(event)

    @property
    def _patience(self) -> float:
        """How long a PDU that has begun may stand still."""
        waiting_for_request = self.state_machine.current_state == "Sta2"
        return (self.assoc.acse_timeout if waiting_for_request else self.assoc.network_timeout) or 60

    def _body(self, length: int) -> memoryview:
        """Room for a PDU's body; the same bytes are used for the next one."""
        if len(self._buffer) < length:
            self._buffer = bytearray(length)
        return memoryview(self._buffer)[:length]

    def _send(self, pdu: object) -> None:
        """Send a PDU; one of those that waited is gone."""
        super()._send(pdu)  # type: ignore[arg-type]
        if isinstance(pdu, P_DATA_TF):
            self._room.release()

    def send_pdu(self, primitive: object) -> None:
        """Hand over something to send; waits where the peer does not take what waits already."""
        if isinstance(primitive, P_DATA):
            while not self._room.acquire(timeout=0.5):
                if not self.is_alive():
                    return
        super().send_pdu(primitive)  # type: ignore[arg-type]
        self.bell.ring()

    def kill_dul(self) -> None:
        """Ask the thread to end."""
        super().kill_dul()
        self.bell.ring()

    def stop_dul(self) -> bool:
        """End the thread if the association has ended; whether it did."""
        if self.state_machine.current_state != "Sta1":
            return False
        self.kill_dul()
        if self.is_alive() and threading.current_thread() is not self:
            self.join()
        return True
