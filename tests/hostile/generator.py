"""Hostile files by seed and number: the same each time, with sound ones between them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.hostile import parts
from tests.hostile.kinds import KINDS
from tests.hostile.parts import GOOD_EVERY

FIRST = 1_000_000
SOUND = "sound"


@dataclass(frozen=True)
class Made:
    """One file. `kind` is SOUND or one of KINDS; `names` are those that it would have were it sound."""

    number: int
    kind: str
    content: bytes

    @property
    def names(self) -> parts.Names:
        return parts.Names(self.number)

    @property
    def name(self) -> str:
        """As a file on a disc may be called; the number comes first."""
        return f"{self.number}.dcm"


def file(seed: int, number: int) -> Made:
    """The file of this number."""
    names = parts.Names(number)
    if number % GOOD_EVERY == 0:
        return Made(number, SOUND, parts.sound(names))
    rng = random.Random(f"{seed} {number}")
    kind = rng.choices(list(KINDS), [weight for _, weight in KINDS.values()])[0]
    return Made(number, kind, KINDS[kind][0](rng, names))


def files(seed: int, hostile: int) -> Iterator[Made]:
    """So many hostile files, and the sound ones between them; every kind comes among the first."""
    number, made = FIRST, 0
    while made < hostile:
        one = file(seed, number)
        if one.kind != SOUND and made < len(KINDS):
            kind = list(KINDS)[made]
            rng = random.Random(f"{seed} {number} {kind}")
            one = Made(number, kind, KINDS[kind][0](rng, one.names))
        made += one.kind != SOUND
        number += 1
        yield one
