"""What one data set may cost, and the two ways in which it may be no good."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one data set may cost. Real objects stay far below; hostile ones are made to exceed them.

    depth: SR trees nest about ten deep. items, elements: 10 000 frames of an enhanced MR have 100 000 items. frames: one-bit
    pixels and video need few bytes for millions.
    A deflated data set may grow to `inflated_freely`, and beyond that by `inflated_ratio` up to `inflated_bytes`.
    """

    depth: int = 32
    items: int = 150_000
    frames: int = 150_000
    elements: int = 1_000_000
    inflated_freely: int = 256 * 1024**2
    inflated_ratio: int = 200
    inflated_bytes: int = 1024**3


LIMITS = Limits()


class MalformedError(ValueError):
    """The bytes are no data set in the encoding they claim; the text says where and what was found."""


class LimitExceededError(ValueError):
    """A data set nested or split beyond Limits."""
