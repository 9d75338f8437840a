"""How a source stood when its inputs were frozen, and what everything of a report says of it. No Django."""

from dataclasses import dataclass

SYNTHETIC = "synthetic or simulated data: nothing here is about patients"
NOT_LOCKED = "PRELIMINARY: the study is not locked; answers and reference may still change"
NOT_UNBLINDED = "made before unblinding"


@dataclass(frozen=True, kw_only=True)
class Stand:
    """Where the study stood: its key and title, and whether its answers are final and have met the reference standard.

    `made_by`: name and version of the program.
    """

    key: str
    title: str
    state: str
    locked: bool
    unblinded: bool
    made_by: str


def labels_of(*, locked: bool, unblinded: bool, synthetic: bool) -> tuple[str, ...]:
    """What everything of a report bears."""
    labels = {NOT_LOCKED: not locked, NOT_UNBLINDED: not unblinded, SYNTHETIC: synthetic}
    return tuple(words for words, holds in labels.items() if holds)
