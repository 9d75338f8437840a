"""A cable between browser and server that can be cut, or pulled so that neither end notices."""

import contextlib
import socket
import threading
from collections.abc import Iterator

BLOCK = 64 * 1024


class Cable:
    """Passes TCP connections on to a port of this machine."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._sockets: list[socket.socket] = []
        self._whole = threading.Event()
        self._whole.set()
        self._cut = False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._whole.clear()

    def cut(self) -> None:
        """Every connection breaks, and new ones are not taken on."""
        self._cut = True
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._sockets.clear()

    def mend(self) -> None:
        """As it was."""
        self._cut = False
        self._whole.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if self._cut:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._sockets += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(BLOCK):
                self._whole.wait()
                target.sendall(block)
        for one in (source, target):
            one.close()

    def close(self) -> None:
        """End it."""
        self._whole.set()
        self.cut()
        self._listening.close()


@contextlib.contextmanager
def cable(to: int) -> Iterator[Cable]:
    """A cable to this port, for as long as the context lasts."""
    laid = Cable(to)
    try:
        yield laid
    finally:
        laid.close()
