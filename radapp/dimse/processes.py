"""The listener's processes: one or several that accept on the same socket, started again where one dies."""

import ctypes
import logging
import os
import signal
import time
from types import FrameType

from django.conf import settings
from django.db import connections

from radapp.dimse.listener import Door, Listener, open_doors
from radapp.dimse.slots import Board, Slots

logger = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
GRACE_S = 12.0
LONGEST_PAUSE_S = 15.0
WELL_AFTER_S = 60.0


class Processes:
    """Keeps `DIMSE_PROCESSES` processes accepting until it is asked to stop."""

    def __init__(self) -> None:
        self._doors: list[Door] = open_doors()
        self._number = settings.DIMSE.processes
        self._board = Board.of(self._number)
        self._running: dict[int, int] = {}
        self._started_at = [0.0] * self._number
        self._failures = [0] * self._number
        self._start_at: dict[int, float] = {}
        self._stopping = False

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        if self._number == 1:
            _serve(self._doors, self._board, 0)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        for process in range(self._number):
            self._start(process)
        while not self._stopping:
            self._look()
            time.sleep(0.2)
        self._end()

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _start(self, process: int) -> None:
        connections.close_all()
        self._board.clear(process)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _die_with(parent)
            status = 1
            try:
                _serve(self._doors, self._board, process)
                status = 0
            finally:
                os._exit(status)
        self._running[pid] = process
        self._started_at[process] = time.monotonic()

    def _look(self) -> None:
        """Start again what has died, pausing longer after each failure in a row."""
        now = time.monotonic()
        for process, at in list(self._start_at.items()):
            if now >= at:
                del self._start_at[process]
                self._start(process)
        for pid in list(self._running):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            process = self._running.pop(pid)
            self._board.clear(process)
            lived = now - self._started_at[process]
            self._failures[process] = 0 if lived > WELL_AFTER_S else self._failures[process] + 1
            pause = min(LONGEST_PAUSE_S, 0.1 * 2 ** self._failures[process])
            code = os.waitstatus_to_exitcode(status)
            logger.error("listener process %d ended (%d), starting it again in %.1f s", process + 1, code, pause)
            self._start_at[process] = now + pause

    def _end(self) -> None:
        for pid in self._running:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for pid in self._running:
            while not os.waitpid(pid, os.WNOHANG)[0]:
                if time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    break
                time.sleep(0.05)


def _serve(doors: list[Door], board: Board, process: int) -> None:
    """Accept in this process until a signal says stop."""
    listener = Listener(doors, Slots(board, process, settings.DIMSE.max_associations))

    def stop(_number: int, _frame: FrameType | None) -> None:
        listener.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    listener.serve()


def _die_with(parent: int) -> None:
    """End when the parent is gone, even by kill -9."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
