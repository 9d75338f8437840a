"""What this worker process says of itself, every five seconds, in a row of the database (radapp.triage.workers)."""

import logging
import os
import resource
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import Error as DatabaseError
from django.db import connection

from ml.memory import device_mebibytes
from radapp.triage import workers
from worker import devices
from worker.place import place

logger = logging.getLogger(__name__)

EVERY_S = 5.0


class Report:
    """The facts that change, and the thread that writes them down."""

    def __init__(self) -> None:
        """Nothing is written before `start`."""
        self._current: tuple[int, ...] = ()
        self._error = ""
        self._warm = False
        self._enrolled = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="worker report", daemon=True)

    def start(self) -> None:
        """Take this process's place and go on reporting until it ends."""
        self._thread.start()

    def ready(self) -> None:
        """The networks are warm."""
        self._warm = True

    def note_error(self, words: str) -> None:
        """What went wrong last; stays until the next, or until another process takes the place."""
        self._error = words

    @contextmanager
    def working_on(self, run_ids: Sequence[int]) -> Iterator[None]:
        """Name the runs for as long as the `with` block lasts."""
        self._current = tuple(run_ids)
        try:
            yield
        finally:
            self._current = ()

    def end(self) -> None:
        """Sign off in order. A process that is killed instead falls silent."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(EVERY_S)

    def _beat(self) -> None:
        try:
            while True:
                self._write()
                if self._ended.wait(EVERY_S):
                    workers.sign_off(self.description())
                    return
        except DatabaseError:
            logger.warning("the database did not hear that this worker ends")
        finally:
            connection.close()

    def _write(self) -> None:
        error, self._error = self._error, ""
        try:
            described = self.description()
            if not self._enrolled:
                workers.enrol(described)
                self._enrolled = True
            workers.heartbeat(described, error)
        except DatabaseError:
            self._error = self._error or error
            logger.warning("the database did not take this worker's report; trying again")

    def description(self) -> workers.Description:
        """What there is to say now."""
        here, on = place(), devices.device()
        kept = list(devices.networks())
        return workers.Description(
            node=here.node,
            slot=here.slot,
            pid=os.getpid(),
            device=on.name,
            device_name=on.title,
            threads=on.threads,
            batch=min([on.batch, *(one.batch_limit for one in kept)]),
            memory_mb=resident_mebibytes(),
            device_memory_mb=device_mebibytes(on.name),
            networks=[
                workers.LoadedNetwork(
                    sha256=one.bundle.sha256,
                    name=one.bundle.name,
                    role=str(one.bundle.role),
                    architecture=one.bundle.network.architecture,
                    backend=one.backend,
                    precision=one.precision,
                    megabytes=round(one.mebibytes, 2),
                    remarks=tuple(one.remarks),
                )
                for one in kept
            ],
            current=self._current,
            warm=self._warm,
        )


def resident_mebibytes() -> float:
    """Memory of this process that lies in RAM, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


REPORT = Report()
"""This process's; made anew in every child, because a fork takes no threads along."""


def begin() -> Report:
    """The report of a process that begins, started."""
    global REPORT
    REPORT = Report()
    REPORT.start()
    return REPORT
