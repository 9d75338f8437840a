"""Which reader meets the arms in which order, and with which share of the cases: Latin squares over sessions.

Arms follow each other as in Williams' squares (Aust J Sci Res A 1949;2:149-168): every arm stands in every session equally
often, and follows every other arm equally often, as soon as each row has as many readers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from radapp.readerstudies.ordering.chance import Chance
from radapp.readerstudies.ordering.values import Stratum, Subject


@dataclass(frozen=True)
class Row:
    """A reader's row of the square, and by how much their shares of the cases are turned against the first reader's."""

    number: int
    shift: int


def williams(arms: int) -> list[tuple[int, ...]]:
    """Orders of arms 0 … arms - 1, one a row: `arms` rows where it is even, twice as many where it is odd."""
    first = [0]
    for step in range(1, arms):
        first.append((step + 1) // 2 if step % 2 else arms - step // 2)
    rows = [tuple((one + turn) % arms for one in first) for turn in range(arms)]
    return rows if arms % 2 == 0 or arms == 1 else [*rows, *(row[::-1] for row in rows)]


def row_of(place: int, arms: int, seed: int, group: int = 0) -> Row:
    """The row of the reader at `place` (from 0) in a group: each row once, in drawn order, before any comes again; and with
    every round of rows another shift. A further reader changes nobody's row.
    """
    rows = len(williams(arms))
    turn, number = divmod(place, rows)
    cycle, step = divmod(turn, arms)
    row = Chance(seed, "rows", group, turn).shuffled(range(rows))[number]
    lead = Chance(seed, "shifts", group, cycle).shuffled(range(arms))[step]
    return Row(row, (row + lead) % arms)


def group_of(place: int, groups: int, seed: int) -> tuple[int, int]:
    """(group, place in it) of the reader at `place`, from 0: every group once, in drawn order, before any comes again."""
    turn, number = divmod(place, groups)
    return Chance(seed, "groups", turn).shuffled(range(groups))[number], turn


def shares(cases: Sequence[Subject], count: int, seed: int) -> list[list[Subject]]:
    """The cases dealt out into `count` shares, truth by truth: sizes differ by one at most, as do each truth's."""
    chance = Chance(seed, "shares", count)
    dealt: list[list[Subject]] = [[] for _ in range(count)]
    at = chance.below(count)
    for stratum in Stratum:
        for case in chance.shuffled([one for one in cases if one.stratum is stratum]):
            dealt[at % count].append(case)
            at += 1
    return dealt
