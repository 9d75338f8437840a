"""Balance of drawn orders over simulated studies: what the blocks buy against chance alone, and what a reader could guess.

Reduced by default; `EVIDENCE=full` simulates 200 studies and writes docs/evidence/order-balance.md.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from statistics import mean

import pytest

from radapp.readerstudies.ordering import Planned, Subject, draw
from radapp.readerstudies.protocol import Arm, Design, Order

pytestmark = [pytest.mark.once, pytest.mark.evidence]
FULL = os.environ.get("EVIDENCE") == "full"
STUDIES = 200 if FULL else 20
TABLE = Path(__file__).parents[3] / "docs" / "evidence" / "order-balance.md"
KINDS = ("single", "sequential", "washout", "crossover", "split_plot")


@dataclass(frozen=True)
class Simulated:
    """One study: its cases by key, its share of recurrence and what was drawn; and the same cases in one plain shuffle."""

    kind: str
    arms: int
    readers: int
    cases: dict[str, Subject]
    plan: list[Planned]
    shuffled: list[Subject]


def simulate(number: int) -> Simulated:
    """Study `number`: 20 to 240 cases, 3 to 60 % recurrence, up to 12 readers and 3 arms, some patients with two cases."""
    dice = random.Random(number)
    kind, n, share = KINDS[number % len(KINDS)], dice.randint(20, 240), dice.uniform(0.03, 0.6)
    count = 1 if kind in {"single", "sequential"} else dice.choice([2, 2, 3])
    groups = 2 if kind == "split_plot" else 1
    rows = count if count % 2 == 0 or count == 1 else 2 * count
    readers = rows * groups * dice.randint(1, 2)
    cases = [
        Subject(f"c{at}", at < max(1, round(share * n)), False, True, f"p{at - at % 2 if dice.random() < 0.2 else at}")
        for at in dice.sample(range(n), n)
    ]
    arms = tuple(Arm(key=f"arm{at}", name={"en": f"Arm {at}"}, images="unenhanced", ai=True) for at in range(count))
    made = Design(kind=kind, arms=arms, groups=groups)  # type: ignore[arg-type]
    plan = draw(made, Order(repeats=dice.choice([0, 4])), [f"r{at}" for at in range(readers)], cases, dice.getrandbits(62))
    return Simulated(kind, count, readers, {one.key: one for one in cases}, plan, dice.sample(cases, n))


def stretches(study: Simulated) -> Iterator[list[Planned]]:
    """What is one list: one reader, session and arm."""
    for _, group in groupby(study.plan, lambda one: (one.reader, one.session, one.arm)):
        yield list(group)


def stray(truths: list[bool]) -> float:
    """How many recurrences a prefix has too many or too few, at most, against the list's own share."""
    share, found, most = sum(truths) / len(truths), 0, 0.0
    for at, truth in enumerate(truths, start=1):
        found += truth
        most = max(most, abs(found - at * share))
    return most


def guessed(truths: list[bool]) -> float:
    """The share that a reader would hit who knows the prevalence, heard every truth so far and bets on what is overdue.

    What a list of even share lacks is made good within a block or so: of six cases, the mean size.
    """
    share, found, hits = sum(truths) / len(truths), 0, 0
    for at, truth in enumerate(truths):
        hits += (share + (at * share - found) / 6 >= 0.5) == truth
        found += truth
    return hits / len(truths)


def informed(truths: list[bool]) -> float:
    """The share that the same reader would hit by always betting on the commoner truth."""
    share = sum(truths) / len(truths)
    return max(share, 1 - share)


def firsts(study: Simulated) -> list[bool]:
    """The truths of the first reader's first list, repeats left out."""
    return [bool(study.cases[one.case].positive) for one in next(stretches(study)) if not one.repeat]


def arms_are_balanced(study: Simulated) -> bool:
    """Whether every arm is met equally often first, second … by all readers together."""
    met = Counter((one.session, one.arm) for one in study.plan if one.position == 1)
    return len(met) == study.arms**2 and len(set(met.values())) == 1


def distance_of_repeats(study: Simulated) -> float:
    """The shortest way from a first to its repeat, as a share of its list; 1 where nothing is repeated."""
    shares = [1.0]
    for places in stretches(study):
        first = {one.case: at for at, one in enumerate(places) if not one.repeat}
        shares += [(at - first[one.case]) / len(places) for at, one in enumerate(places) if one.repeat]
    return min(shares)


def neighbours(keys: list[Subject]) -> int:
    return sum(one.patient == other.patient for one, other in pairwise(keys))


@dataclass(frozen=True)
class Row:
    """What a line of the table says of the studies of one design."""

    studies: list[Simulated]

    def line(self, name: str) -> str:
        blocked = [stray(firsts(one)) for one in self.studies]
        plain = [stray([bool(case.positive) for case in one.shuffled]) for one in self.studies]
        beside = [
            mean(neighbours([one.cases[place.case] for place in part]) for part in stretches(one)) for one in self.studies
        ]
        apart = min(map(distance_of_repeats, self.studies))
        return (
            f"| {name} | {len(self.studies)} "
            f"| {mean(blocked):.2f}, {max(blocked):.2f} | {mean(plain):.2f}, {max(plain):.2f} "
            f"| {sum(map(arms_are_balanced, self.studies))} | {apart:.2f} | {mean(beside):.2f} "
            f"| {mean(neighbours(one.shuffled) for one in self.studies):.2f} "
            f"| {mean(informed(firsts(one)) for one in self.studies):.1%} "
            f"| {mean(guessed(firsts(one)) for one in self.studies):.1%} |"
        )


def test_orders_are_balanced() -> None:
    studies = [simulate(number) for number in range(STUDIES)]
    for study in studies:
        assert stray(firsts(study)) < 2 + 8 / 2, study.kind
        assert arms_are_balanced(study), study.kind
        assert distance_of_repeats(study) >= 0.5
    assert mean(stray(firsts(one)) for one in studies) < mean(
        stray([bool(case.positive) for case in one.shuffled]) for one in studies
    )
    if FULL:
        _write_table(studies)


def _write_table(studies: list[Simulated]) -> None:
    lines = [
        "# Balance of readers' orders",
        "",
        f"Written by `make evidence` (tests/radapp/readerstudies/test_order_balance.py): {len(studies)} simulated studies "
        "of 20 to 240 cases, 3 to 60 % recurrence, 1 to 24 readers, 1 to 3 arms, blocks of 4, 6 and 8; no images.",
        "",
        "| design | studies | recurrences too many or few in a prefix: mean, most | the same, plain shuffle "
        "| studies whose arms are balanced over sessions and readers | nearest repeat, share of its list "
        "| neighbours of one patient, a list | the same, plain shuffle "
        "| hits by betting on the commoner truth | hits by betting on what is overdue |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(Row([one for one in studies if one.kind == kind]).line(kind.replace("_", "-")) for kind in KINDS),
        Row(studies).line("all"),
        "",
        "Prefixes are those of the first reader's first list. The last two columns show what balance costs: what somebody "
        "could gain who knew the study's share and heard every truth at once. Readers hear none; sizes are hidden.",
        "",
    ]
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text("\n".join(lines))
