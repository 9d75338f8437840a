"""Processes that serve for days."""

import gc


def keep_what_is_there() -> None:
    """Call when a process has started: what it is made of stays, and the collector needs not go through it every time."""
    gc.collect()
    gc.freeze()
