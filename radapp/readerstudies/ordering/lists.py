"""One list of cases: in truth-stratified permuted blocks of hidden size, one patient's cases apart, repeats far behind.

After every block the list holds each truth in the study's share, but for less than two cases. Because a reader does not know
where a block ends, what was read tells no more of the next case than the share itself does.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from radapp.readerstudies.ordering.chance import WORDS, Chance
from radapp.readerstudies.ordering.values import Stratum, Subject

FAR = 20
"""Places between two cases of one patient that are worth an exchange."""


@dataclass(frozen=True)
class Place:
    """A case in a list, or its hidden repeat."""

    case: Subject
    repeat: bool = False


def listed(cases: Sequence[Subject], sizes: Sequence[int], repeats: int, chance: Chance) -> list[Place]:
    """The cases in a drawn order, `repeats` of them a second time, at least half the list (rounded up) after their first.

    Raises ValueError for more repeats than cases.
    """
    if repeats > len(cases):
        raise ValueError(f"{repeats} hidden repeats among {len(cases)} cases; expected at most one of each case")
    if not cases:
        return []
    pattern = truth_pattern(cases, sizes, chance)
    waiting = {stratum: iter(chance.shuffled([one for one in cases if one.stratum is stratum])) for stratum in Stratum}
    order = [next(waiting[stratum]) for stratum in pattern]
    _part_patients(order, chance)
    if not repeats:
        return [Place(case) for case in order]
    return _with_repeats(order, truth_pattern(cases, sizes, chance)[:repeats], chance)


def truth_pattern(cases: Sequence[Subject], sizes: Sequence[int], chance: Chance) -> list[Stratum]:
    """Which truth stands at which place: blocks of drawn sizes, each with its share of every stratum, mixed within.

    Shares are seldom whole: cumulative counts are rounded by systematic sampling with one random start for each list, first
    known against unknown, then positive against negative.
    """
    count = Counter(one.stratum for one in cases)
    known, total = count[Stratum.POSITIVE] + count[Stratum.NEGATIVE], len(cases)
    starts = chance.word(), chance.word()
    pattern: list[Stratum] = []
    known_before = positive_before = 0
    while len(pattern) < total:
        size = min(chance.choose(sizes), total - len(pattern))
        known_now = _rounded(known, len(pattern) + size, total, starts[0])
        positive_now = _rounded(count[Stratum.POSITIVE], known_now, known, starts[1])
        positive, told = positive_now - positive_before, known_now - known_before
        block = [Stratum.POSITIVE] * positive + [Stratum.NEGATIVE] * (told - positive) + [Stratum.UNKNOWN] * (size - told)
        pattern += chance.shuffled(block)
        known_before, positive_before = known_now, positive_now
    return pattern


def _rounded(part: int, done: int, total: int, start: int) -> int:
    """part · done / total, rounded down after adding start / 2^64: exact, 0 at nothing done and `part` at all of it."""
    return (part * done * WORDS + start * total) // (total * WORDS) if total else 0


def _part_patients(order: list[Subject], chance: Chance) -> None:
    """Move cases of one patient apart, by exchange with cases of the same truth; where that cannot be done they stay."""
    often = max(Counter(one.patient for one in order if one.patient).values(), default=1)
    if often < 2:
        return
    gap = min(FAR, max(2, len(order) // (2 * often)))
    while gap >= 2:
        for at in range(len(order)):
            if _crowded(order, at, gap):
                _exchange(order, at, gap, chance)
        gap //= 2


def _crowded(order: Sequence[Subject], at: int, gap: int) -> bool:
    """Whether the same patient comes again less than `gap` places away."""
    patient = order[at].patient
    near = range(max(0, at - gap + 1), min(len(order), at + gap))
    return bool(patient) and any(order[other].patient == patient for other in near if other != at)


def _exchange(order: list[Subject], at: int, gap: int, chance: Chance) -> None:
    start = chance.below(len(order))
    for other in (*range(start, len(order)), *range(start)):
        if other == at or order[other].stratum is not order[at].stratum:
            continue
        order[at], order[other] = order[other], order[at]
        if not _crowded(order, at, gap) and not _crowded(order, other, gap):
            return
        order[at], order[other] = order[other], order[at]


def _with_repeats(order: Sequence[Subject], wanted: Sequence[Stratum], chance: Chance) -> list[Place]:
    """The list with one repeat for each wanted truth, as far as cases of it were read early enough.

    The places of repeats are drawn from the second half. Served from the front, the i-th of them finds at least i cases that
    lie half the list before it, and i - 1 of those are taken: one always remains.
    """
    total = len(order) + len(wanted)
    half = -(-total // 2)
    places = set(chance.shuffled(range(half, total))[: len(wanted)])
    firsts, strata = iter(order), iter(wanted)
    found: list[Place] = []
    repeated: set[str] = set()
    for at in range(total):
        if at not in places:
            found.append(Place(next(firsts)))
            continue
        early = [one.case for one in found[: at - half + 1] if not one.repeat and one.case.key not in repeated]
        suits = partial(_ill, wanted=next(strata), just_seen=found[-2:])
        least = min(map(suits, early))
        again = chance.choose([case for case in early if suits(case) == least])
        repeated.add(again.key)
        found.append(Place(again, repeat=True))
    return found


def _ill(case: Subject, wanted: Stratum, just_seen: Sequence[Place]) -> tuple[bool, bool]:
    """How ill a case suits as a repeat: another truth than wanted; its patient was just seen."""
    return case.stratum is not wanted, bool(case.patient) and case.patient in {one.case.patient for one in just_seen}
