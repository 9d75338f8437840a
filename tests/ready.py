"""manage.py without its second of start: a process that has loaded the application, and forks for each command.

What a command is given (arguments, environment, standard streams) and what it leaves (exit status, output) are a process's
of its own; the settings are read anew in its environment. Not for what is about the start itself, or is killed.
"""

import atexit
import contextlib
import gc
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_LENGTH = 1 << 20
_LOOKS_EVERY_S = 5
_guard = threading.Lock()
_servers: dict[str, "Ready"] = {}


@dataclass(frozen=True)
class Ready:
    """The process, and the socket on which it takes commands."""

    process: "subprocess.Popen[bytes]"
    path: str

    @classmethod
    def start(cls, environment: Mapping[str, str]) -> "Ready":
        """One for a kind of database; it ends with the process that asked for it."""
        folder = Path(tempfile.mkdtemp(prefix="darndest-ready-"))
        path = str(folder / "socket")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(path)
        listener.listen(8)
        command = [sys.executable, "-m", "tests.ready", str(listener.fileno()), str(os.getpid())]
        own = {**environment, "VAR_DIR": str(folder / "var")}
        process = subprocess.Popen(
            command, cwd=ROOT, env=own, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=[listener.fileno()]
        )
        listener.close()
        made = cls(process, path)
        atexit.register(made.stop)
        return made

    def stop(self) -> None:
        """End it; what it forked has ended."""
        self.process.kill()
        self.process.communicate()


def _ready(environment: Mapping[str, str]) -> Ready:
    kind = environment.get("DATABASE_URL", "sqlite").split(":")[0]
    with _guard:
        if kind not in _servers:
            _servers[kind] = Ready.start(environment)
        return _servers[kind]


def manage(words: Sequence[str], environment: Mapping[str, str], feed: str = "") -> "subprocess.CompletedProcess[str]":
    """`manage.py` with these words in this environment, whatever becomes of it; `feed` is its standard input."""
    server = _ready(environment)
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write(feed.encode())
        files[0].seek(0)
        client = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        client.connect(server.path)
        order = json.dumps({"words": ["manage.py", *words], "environment": dict(environment)}).encode()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LENGTH)
        socket.send_fds(client, [order], [file.fileno() for file in files])
        answer = client.recv(64)
        assert answer, "the process that forks manage.py's commands ended; its standard error says why"
        texts = []
        for file in files[1:]:
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess(["manage.py", *words], int(answer), *texts)


def _load() -> None:
    """All that a command loads before it does anything."""
    import django
    from django.urls import get_resolver

    os.environ["DJANGO_SETTINGS_MODULE"] = "radapp.settings"
    django.setup()
    _ = get_resolver().url_patterns


def _waited(child: int) -> int:
    """A process's exit status as subprocess gives it: negative where a signal ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _next_order(listener: socket.socket, asked_by: int) -> dict[str, Any]:
    """The next command, in a process of its own; this one goes on waiting for others, while who asked for it lives."""
    while True:
        while not select.select([listener], [], [], _LOOKS_EVERY_S)[0]:
            if os.getppid() != asked_by:  # killed: its atexit never ran
                sys.exit()
        connection, _ = listener.accept()
        if os.fork():  # commands may run side by side: each has one process that waits for it
            connection.close()
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            continue
        content, handles, _, _ = socket.recv_fds(connection, _LENGTH, 3)
        child = os.fork()
        if child:
            for handle in handles:
                os.close(handle)
            connection.send(str(_waited(child)).encode())
            os._exit(0)
        connection.close()
        listener.close()
        for number, handle in enumerate(handles):
            os.dup2(handle, number)
            os.close(handle)
        return dict(json.loads(content))


def _settle(environment: Mapping[str, str]) -> None:
    """The settings as a new process in this environment would have them."""
    from importlib import import_module, reload

    from django.conf import settings
    from django.db import connections

    os.environ.clear()
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "radapp.settings"
    fresh = reload(import_module("radapp.settings"))
    for name in dir(fresh):
        if name.isupper():
            setattr(settings, name, getattr(fresh, name))
    for connection in connections.all(initialized_only=True):
        assert connection.connection is None, "a database was opened before the fork"
        del connections[connection.alias]
    connections.settings = connections.configure_settings(None)


def main() -> None:
    """Load, then run each command in a fork."""
    from django.core.management import execute_from_command_line

    listener = socket.socket(fileno=int(sys.argv[1]))
    _load()
    gc.freeze()  # what is there stays, in every fork
    order = _next_order(listener, int(sys.argv[2]))
    sys.argv = list(order["words"])
    _settle(order["environment"])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
