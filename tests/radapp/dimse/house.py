"""A listener for tests, in this process, and DCMTK's programs to talk to it."""

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.test import override_settings

from radapp.dimse import listener as listening_loop
from radapp.dimse.listener import Listener, open_doors
from radapp.dimse.models import Peer
from radapp.dimse.peers import FLAGS
from radapp.dimse.slots import Board, Slots
from tests.services import free_port, wait_until

AE = "DARNDEST"
SCU = "TEST_SCU"
PATH = os.pathsep.join(
    one for one in os.environ.get("PATH", "").split(os.pathsep) if not (Path(one).parent / "pyvenv.cfg").exists()
)
"""Without the scripts of any virtual environment: pynetdicom's are called as DCMTK's are."""


@contextlib.contextmanager
def listening(*, tick_s: float = 0.05, **dimse: object) -> Iterator[int]:
    """A running listener, which ends within `tick_s` when it is told to; its port. `dimse` overrides settings.DIMSE."""
    port = free_port()
    chosen = replace(settings.DIMSE, **{"ae_title": AE, "host": "127.0.0.1", "port": port, **dimse})
    with override_settings(DIMSE=chosen), mock.patch.object(listening_loop, "TICK_S", tick_s):
        doors = open_doors()
        listener = Listener(doors, Slots(Board.of(1), 0, chosen.max_associations))
        thread = threading.Thread(target=listener.serve, name="listener")
        thread.start()
        try:
            yield chosen.tls_port or port
        finally:
            listener.stop()
            thread.join(30)
            assert not thread.is_alive(), "the listener did not end"
            for door in doors:
                door.listening.close()
            wait_until(lambda: not _threads(), 10, "every association's thread has ended")


def _threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("association")]


def add_peer(ae_title: str = SCU, address: str = "127.0.0.1", port: int | None = None, services: str = "all") -> Peer:
    """A peer on the list, past the command."""
    flags = {flag: services == "all" or service in services.split(",") for service, flag in FLAGS.items()}
    return Peer.objects.create(ae_title=ae_title, address=address, port=port, **flags)


def dcmtk(program: str, port: int, *words: object, ae: str = AE, calling: str = SCU) -> subprocess.CompletedProcess[str]:
    """Run one of DCMTK's SCUs against the listener; the options may have several words each."""
    assert shutil.which(program, path=PATH), f"{program} is missing: apt-get install dcmtk"
    command = [program, "-v", "-aet", calling, "-aec", ae, *map(str, words[:0]), "127.0.0.1", str(port)]
    command[1:1] = map(str, words)
    return _run(command)


def store(port: int, files: list[Path], *options: str, calling: str = SCU) -> subprocess.CompletedProcess[str]:
    """Run storescu with these files."""
    command = ["storescu", "-v", "-R", *options, "-aet", calling, "-aec", AE, "127.0.0.1", str(port), *map(str, files)]
    return _run(command)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=os.environ | {"TCP_NODELAY": "1", "PATH": PATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        timeout=600,
    )


@contextlib.contextmanager
def receiving(folder: Path, ae_title: str, *options: str) -> Iterator[int]:
    """DCMTK's storescp on a free port, writing into the folder byte for byte (`+B`)."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    log = (folder.parent / f"{ae_title}.log").open("wb")
    command = ["storescp", "-v", "--fork", *options, "-od", str(folder), "-aet", ae_title, str(port)]
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=os.environ | {"PATH": PATH})
    try:
        with_port = ["echoscu", "-aec", ae_title, "127.0.0.1", str(port)]
        wait_until(lambda: _run(with_port).returncode == 0, 30, "storescp answers")
        yield port
    finally:
        process.terminate()
        process.wait(10)
        log.close()
