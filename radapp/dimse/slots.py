"""How many associations and connections there are, over all processes of the listener."""

import ctypes
import threading
from dataclasses import dataclass
from multiprocessing.sharedctypes import RawArray

STRANGERS = 8
"""Connections at once from addresses of no peer: each is told why it is rejected, or is closed if it says nothing."""
WAITING = 32
"""Connections beyond the limit of associations that are still told so; what comes on top is closed at once."""


@dataclass(frozen=True)
class Board:
    """Counts that all processes see, one cell each; a cell is written by its own process alone."""

    associations: ctypes.Array[ctypes.c_int]
    connections: ctypes.Array[ctypes.c_int]

    @classmethod
    def of(cls, processes: int) -> "Board":
        """An empty one in memory that forked processes share."""
        return cls(RawArray(ctypes.c_int, processes), RawArray(ctypes.c_int, processes))

    def clear(self, process: int) -> None:
        """Forget a process that has died."""
        self.associations[process] = self.connections[process] = 0


class Slots:
    """One process's view of the board. Two processes may take the last slot at once: one more than the limit, not more."""

    def __init__(self, board: Board, process: int, most: int) -> None:
        self._board = board
        self._process = process
        self._most = most
        self._strangers = 0
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take a slot for an association, if one is free."""
        with self._lock:
            if sum(self._board.associations) >= self._most:
                return False
            self._board.associations[self._process] += 1
            return True

    def give_back(self) -> None:
        """The association has ended."""
        with self._lock:
            self._board.associations[self._process] -= 1

    def connect(self) -> bool:
        """Note a connection; False where there are so many that it is closed unheard."""
        with self._lock:
            if sum(self._board.connections) >= self._most + WAITING:
                return False
            self._board.connections[self._process] += 1
            return True

    def disconnect(self) -> None:
        """The connection is gone."""
        with self._lock:
            self._board.connections[self._process] -= 1

    def meet_stranger(self) -> bool:
        """Note a connection from an address of no peer; False where there are enough of those."""
        with self._lock:
            if self._strangers >= STRANGERS:
                return False
            self._strangers += 1
            return True

    def part_from_stranger(self) -> None:
        """The stranger's connection is gone."""
        with self._lock:
            self._strangers -= 1

    def busier_than_others(self) -> bool:
        """Whether another process has fewer connections: it should take the next one."""
        return self._board.connections[self._process] > min(self._board.connections)
