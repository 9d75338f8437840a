"""Ways of doing one thing, timed in turn: whatever else the machine does meets them alike."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

One = TypeVar("One")


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
