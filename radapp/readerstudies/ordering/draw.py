"""The orders of all readers of a study, from its design and seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from radapp.readerstudies.ordering.chance import Chance
from radapp.readerstudies.ordering.lists import listed
from radapp.readerstudies.ordering.squares import group_of, row_of, shares, williams
from radapp.readerstudies.ordering.values import Planned, Subject

if TYPE_CHECKING:
    # For their types alone: protocols stand beside Django's models.
    from radapp.readerstudies.protocol import Design, Order


@dataclass(frozen=True)
class Part:
    """What is read under one arm in one session, as one list."""

    arm: str
    cases: Sequence[Subject]


@dataclass(frozen=True)
class Sitting:
    """One session: practice first, each with its arm, then the parts one after the other."""

    practice: Sequence[tuple[Subject, str]]
    parts: Sequence[Part]


def draw(design: Design, order: Order, readers: Sequence[str], cases: Sequence[Subject], seed: int) -> list[Planned]:
    """Every reader's order, by reader, session and position.

    `readers` and `cases` in the order in which they were stored: a reader's order follows from the seed, the design, the
    reader's place and the cases, so that a further reader at the end changes nobody else's. Practice cases keep their own
    order, the same for all: they teach. Where a session has several arms, each has a stretch of its own, and `order.repeats`
    are shared among the stretches; a repeat lies half its stretch behind its first.

    Raises ValueError where a design cannot be drawn: no arm, no case, more groups than readers or cases, a case without
    T1WIC where an arm is complete, more repeats than cases.
    """
    _check(design, readers, cases)
    return [
        one
        for place, reader in enumerate(readers)
        for number, sitting in enumerate(_sittings(design, place, cases, seed), start=1)
        for one in _session(reader, number, sitting, order, Chance(seed, "reader", place, "session", number))
    ]


def _check(design: Design, readers: Sequence[str], cases: Sequence[Subject]) -> None:
    read = sum(not one.practice for one in cases)
    if not design.arms or not read:
        raise ValueError(f"{len(design.arms)} arms and {read} cases to read; expected at least one of each")
    if design.kind == "split_plot" and design.groups > min(len(readers), read):
        raise ValueError(f"{design.groups} groups of {len(readers)} readers and {read} cases; expected some in each group")
    lacking = [one.key for one in cases if not one.has_enhanced]
    if lacking and any(arm.images == "complete" for arm in design.arms):
        raise ValueError(
            f"{len(lacking)} of {len(cases)} cases have no T1WIC, which would tell their tier where an arm is complete; "
            f"leave them out: {', '.join(lacking[:5])}"
        )


def _sittings(design: Design, place: int, cases: Sequence[Subject], seed: int) -> list[Sitting]:
    """The sessions of the reader at `place`."""
    practice = [one for one in cases if one.practice]
    mine = [one for one in cases if not one.practice]
    if design.kind == "crossover":
        return _crossover(design, place, practice, mine, seed)
    arms = [arm.key for arm in design.arms]
    group = 0
    if design.kind == "split_plot":
        group, place = group_of(place, design.groups, seed)
        mine = shares(mine, design.groups, seed)[group]
    row = williams(len(arms))[row_of(place, len(arms), seed, group).number]
    # Each session brings an arm that the reader has not met: it is practised again.
    return [Sitting([(one, arms[arm]) for one in practice], [Part(arms[arm], mine)]) for arm in row]


def _crossover(
    design: Design, place: int, practice: Sequence[Subject], cases: Sequence[Subject], seed: int
) -> list[Sitting]:
    """Every session has every arm, each with another share; over all sessions each share meets each arm once."""
    arms = [arm.key for arm in design.arms]
    rows, row, dealt = williams(len(arms)), row_of(place, len(arms), seed), shares(cases, len(arms), seed)
    sittings = []
    for session in range(len(arms)):
        sequence = rows[(row.number + session) % len(rows)]
        parts = [Part(arms[arm], dealt[(arm + session + row.shift) % len(arms)]) for arm in sequence]
        first = [(one, arms[sequence[at % len(arms)]]) for at, one in enumerate(practice)] if session == 0 else []
        sittings.append(Sitting(first, parts))
    return sittings


def _session(reader: str, number: int, sitting: Sitting, order: Order, chance: Chance) -> Iterator[Planned]:
    """One session's places, from 1."""
    for position, (case, arm) in enumerate(sitting.practice, start=1):
        yield Planned(reader, number, position, case.key, arm, practice=True, repeat=False)
    position = len(sitting.practice)
    for at, part in enumerate(sitting.parts):
        repeats = order.repeats * (at + 1) // len(sitting.parts) - order.repeats * at // len(sitting.parts)
        for place in listed(part.cases, order.block_sizes, repeats, chance):
            position += 1
            yield Planned(reader, number, position, place.case.key, part.arm, practice=False, repeat=place.repeat)
