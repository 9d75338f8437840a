"""Ways of doing one thing, timed in turn: whatever else the machine does meets them alike."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

One = TypeVar("One")
Found = TypeVar("Found")
AT_LEAST_S = 0.1


def in_turn(them: Sequence[One], rounds: int) -> Iterator[tuple[int, One]]:
    """(number of the round, one of them), each once a round; the order turns round by round."""
    for number in range(rounds):
        for one in reversed(them) if number % 2 else them:
            yield number, one


def take_turns(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every way in every round; the order turns round by round."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _, name in in_turn(list(ways), rounds):
        start = time.perf_counter()
        ways[name]()
        seconds[name].append(time.perf_counter() - start)
    return seconds


def timed(way: Callable[[], Found]) -> tuple[float, Found]:
    """Seconds of one call, and what it gave: in its turn a short way is repeated until AT_LEAST_S are over, as in R."""
    calls, start = 0, time.perf_counter()
    while True:
        found, calls = way(), calls + 1
        spent = time.perf_counter() - start
        if spent >= AT_LEAST_S:
            return spent / calls, found
