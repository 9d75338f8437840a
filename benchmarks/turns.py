"""Ways of doing one thing, timed in turn: whatever else the machine does meets them alike."""

import time
from collections.abc import Callable


def take_turns(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every way in every round; the order turns round by round."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for n in range(rounds):
        for name in sorted(ways, reverse=bool(n % 2)):
            start = time.perf_counter()
            ways[name]()
            seconds[name].append(time.perf_counter() - start)
    return seconds
