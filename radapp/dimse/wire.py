"""One connection: whole messages within a time, in both directions. pynetdicom waits for ever where a peer stalls."""

import select
import socket
import ssl
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from pynetdicom.timer import Timer
from pynetdicom.transport import AddressInformation, AssociationSocket

if TYPE_CHECKING:
    from pynetdicom.association import Association

LEAST_BYTES_A_SECOND = 10_000
"""A peer slower than this is given up: it would keep one of a limited number of associations for days."""


class EndedError(OSError):
    """The peer has closed the connection."""


class StalledError(OSError):
    """The peer has begun a message and does not go on, or takes none."""


class SteadyTimer(Timer):
    """pynetdicom's timer by a clock that nobody sets back."""

    @property
    def remaining(self) -> float:
        """Seconds until it expires; the whole time while it has not started."""
        if self.timeout is None:
            return 1
        if self._start_time is None:
            return self.timeout
        end = time.monotonic() if self._end_time is None else self._end_time
        return self.timeout - (end - self._start_time)

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._start_time is not None and self._end_time is None

    def start(self) -> None:
        """Begin anew."""
        self._start_time, self._end_time = time.monotonic(), None

    def stop(self) -> None:
        """Stand still."""
        self._end_time = time.monotonic()


def unhurried(connection: socket.socket) -> None:
    """Send at once: C-STORE is a message to and fro, and Nagle's delay would make each take 40 ms."""
    with suppress(OSError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


class Wire(AssociationSocket):
    """pynetdicom's socket with ends to its waiting. Only the upper layer's thread reads and writes."""

    def __init__(
        self,
        assoc: "Association",
        client_socket: socket.socket | None = None,
        address: AddressInformation | None = None,
    ) -> None:
        super().__init__(assoc, client_socket=client_socket, address=address)
        self._closing = threading.Lock()

    def pending(self) -> bool:
        """Whether TLS holds decrypted bytes that poll() does not see."""
        return isinstance(self.socket, ssl.SSLSocket) and self.socket.pending() > 0

    @property
    def ready(self) -> bool:
        """Whether something can be read now."""
        if self.socket is None or not self._is_connected:
            return False
        if self.pending():
            return True
        poll = select.poll()
        try:
            poll.register(self.socket, select.POLLIN)
        except (OSError, ValueError):
            self.event_queue.put("Evt17")
            return False
        return bool(poll.poll(0))

    def read_into(self, view: memoryview, seconds: float) -> None:
        """Fill the view. Raises EndedError, StalledError, OSError."""
        if self.socket is None:
            raise EndedError("closed here")
        deadline = time.monotonic() + seconds + len(view) / LEAST_BYTES_A_SECOND
        got = 0
        while got < len(view):
            self._wait_at_most(deadline)
            try:
                count = self.socket.recv_into(view[got:])
            except TimeoutError as error:
                raise StalledError(f"{got} of {len(view)} bytes came, and nothing more") from error
            if not count:
                raise EndedError(f"the connection ended after {got} of {len(view)} bytes")
            got += count

    def drop(self) -> bool:
        """Read what is there now for nothing; False where the peer has closed."""
        if self.socket is None:
            return False
        self.socket.settimeout(0.1)
        try:
            return bool(self.socket.recv(65536))
        except (TimeoutError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False

    def send(self, bytestream: bytes) -> None:
        """Send all of it; a peer that takes none of it counts as gone (Evt17), as one that has closed does."""
        if self.socket is None:
            return
        deadline = time.monotonic() + (self.assoc.network_timeout or 60) + len(bytestream) / LEAST_BYTES_A_SECOND
        try:
            view = memoryview(bytestream)
            while view:
                self._wait_at_most(deadline)
                view = view[self.socket.send(view) :]
        except OSError:
            self.event_queue.put("Evt17")

    def _wait_at_most(self, deadline: float) -> None:
        remaining = deadline - time.monotonic()
        if remaining <= 0 or self.socket is None:
            raise StalledError("too slow")
        self.socket.settimeout(remaining)

    def connect(self, primitive: object) -> None:
        """Connect as pynetdicom does, and send at once from then on."""
        if self.socket is not None:
            unhurried(self.socket)
        super().connect(primitive)  # type: ignore[arg-type]

    def cut(self) -> None:
        """Wake whoever waits on the connection, which is over; it is closed by the one who reads it."""
        connection = self.socket
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _shutdown_socket(self) -> None:
        """Close in any case: pynetdicom leaves it open where the peer was first."""
        with self._closing:
            connection = self.socket
            if connection is not None:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                connection.close()
