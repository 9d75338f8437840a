"""One process of the listener: accepts connections, each of which becomes an association in a thread of its own."""

import logging
import select
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from pynetdicom import _config

from radapp.dimse.acceptor import Acceptor, House
from radapp.dimse.slots import Slots
from radapp.longlived import keep_what_is_there

logger = logging.getLogger(__name__)

BACKLOG = 128
LETS_OTHERS_GO_FIRST_S = 0.003
TICK_S = 0.5
GRACE_S = 5.0


class CannotListenError(RuntimeError):
    """The address or port is taken, or not this machine's."""


@dataclass(frozen=True)
class Door:
    """A listening socket; with TLS or without."""

    listening: socket.socket
    tls: ssl.SSLContext | None


def server_tls() -> ssl.SSLContext:
    """TLS for those who call (PS3.15 annex B, BCP 195): where DIMSE_TLS_CA is set, they must show a certificate of its."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    assert settings.DIMSE.tls_cert is not None, "radapp.environment asks for it beside a TLS port"
    context.load_cert_chain(settings.DIMSE.tls_cert, settings.DIMSE.tls_key)
    if settings.DIMSE.tls_ca is not None:
        context.load_verify_locations(settings.DIMSE.tls_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def open_doors() -> list[Door]:
    """Listen as the settings say. Raises CannotListenError."""
    wanted = [(settings.DIMSE.port, None)] if settings.DIMSE.port else []
    try:
        if settings.DIMSE.tls_port:
            wanted.append((settings.DIMSE.tls_port, server_tls()))  # type: ignore[arg-type]
    except (ssl.SSLError, OSError) as error:
        raise CannotListenError(f"DIMSE_TLS_CERT, DIMSE_TLS_KEY or DIMSE_TLS_CA cannot be used: {error}") from error
    if not wanted:
        raise CannotListenError("neither DIMSE_PORT nor DIMSE_TLS_PORT is set: there is nothing to listen on")
    return [Door(_listen(port), tls) for port, tls in wanted]


def _listen(port: int) -> socket.socket:
    host = settings.DIMSE.host
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise CannotListenError(f"cannot listen on {host} port {port}: {error.strerror}") from error
    listening.setblocking(False)
    return listening


class Listener:
    """Accepts until it is told to stop. The doors may be shared with other processes."""

    def __init__(self, doors: Sequence[Door], slots: Slots) -> None:
        _config.LOG_HANDLER_LEVEL = "none"
        _config.LOG_REQUEST_IDENTIFIERS = _config.LOG_RESPONSE_IDENTIFIERS = False  # they name patients
        self._doors = doors
        self._slots = slots
        self._house = House(slots)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: set[Acceptor] = set()

    def stop(self) -> None:
        """Accept no more, and end what is open within a few seconds. Safe in a signal handler."""
        self._stopping.set()

    def serve(self) -> None:
        """Accept connections until `stop`."""
        self._house.sessions.start()
        keep_what_is_there()
        poll = select.poll()
        by_handle = {door.listening.fileno(): door for door in self._doors}
        for handle in by_handle:
            poll.register(handle, select.POLLIN)
        while not self._stopping.is_set():
            for handle, _ in poll.poll(TICK_S * 1000):
                if self._slots.busier_than_others():
                    time.sleep(LETS_OTHERS_GO_FIRST_S)
                self._accept(by_handle[handle])
        self._end()

    def _accept(self, door: Door) -> None:
        try:
            connection, address = door.listening.accept()
        except OSError:
            return  # another process was quicker, or the peer has gone already
        if not self._slots.connect():
            connection.close()
            return
        acceptor = Acceptor(self._house, connection, address[:2], door.tls)
        with self._lock:
            self._open.add(acceptor)
        threading.Thread(target=self._attend, args=(acceptor,), name=acceptor.name, daemon=True).start()

    def _attend(self, acceptor: Acceptor) -> None:
        try:
            acceptor.run_reactor()
        finally:
            with self._lock:
                self._open.discard(acceptor)
            self._slots.disconnect()

    def _end(self) -> None:
        """Abort what is open, once what it was doing has come to its end, and finish the intakes."""
        deadline = time.monotonic() + GRACE_S
        with self._lock:
            still_open = list(self._open)
        for acceptor in still_open:
            acceptor.end_soon()
        while time.monotonic() < deadline:
            with self._lock:
                if not self._open:
                    break
            time.sleep(0.05)
        self._house.sessions.close()
        self._house.commit.close()
