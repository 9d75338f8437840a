"""Drawn orders: the same from the same seed whatever things are called, balanced in every design, repeats far behind."""

from collections import Counter
from itertools import groupby
from math import ceil

import pytest

from radapp.readerstudies.ordering import Planned, Subject, draw
from radapp.readerstudies.ordering.chance import Chance
from radapp.readerstudies.ordering.lists import listed, truth_pattern
from radapp.readerstudies.ordering.squares import williams
from radapp.readerstudies.protocol import Arm, Design, Order

pytestmark = pytest.mark.once
KINDS = ("single", "sequential", "washout", "crossover", "split_plot")


def design(kind: str, arms: int = 2, groups: int = 2) -> Design:
    count = 1 if kind in {"single", "sequential"} else arms
    made = tuple(Arm(key=f"arm{at}", name={"en": f"Arm {at}"}, images="unenhanced", ai=True) for at in range(count))
    return Design(kind=kind, arms=made, groups=groups if kind == "split_plot" else 1)  # type: ignore[arg-type]


def cases(positive: int, negative: int, unknown: int = 0, *, practice: int = 3, each: int = 1) -> list[Subject]:
    """Cases `c0`, `c1` … with truths mixed in the list; `each`: how many a patient has."""
    truths = [True] * positive + [False] * negative + [None] * unknown
    mixed = Chance(99, "truths").shuffled(truths)
    first = [Subject(f"p{at}", at % 2 == 0, True, True) for at in range(practice)]
    return first + [Subject(f"c{at}", one, False, True, f"patient {at // each}") for at, one in enumerate(mixed)]


def sessions(plan: list[Planned]) -> dict[tuple[str, int], list[Planned]]:
    """Each session's places as they come."""
    return {key: list(group) for key, group in groupby(plan, lambda one: (one.reader, one.session))}


def bare(plan: list[Planned]) -> list[tuple[object, ...]]:
    return [(one.reader, one.session, one.position, one.case, one.arm) for one in plan]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_order_and_another_another(kind: str) -> None:
    given = design(kind), Order(repeats=2), ["r1", "r2", "r3"], cases(20, 24, 3)
    assert draw(*given, 7) == draw(*given, 7)
    assert draw(*given, 7) != draw(*given, 8)
    assert len({tuple(bare(draw(*given, seed))) for seed in range(20)}) == 20


@pytest.mark.parametrize("kind", KINDS)
def test_names_do_not_matter_and_a_further_reader_changes_nobody_elses_order(kind: str) -> None:
    def renamed(key: str) -> str:
        return f"{99 - int(key[1:])}{key}"

    material = cases(20, 24)
    other = [
        Subject(renamed(one.key), one.positive, one.practice, one.has_enhanced, one.patient and f"x{one.patient}")
        for one in material
    ]
    plan = draw(design(kind), Order(), ["r1", "r2"], material, 7)
    again = draw(design(kind), Order(), ["zz", "aa"], other, 7)
    assert [(renamed(one.case), one.session, one.position, one.arm) for one in plan] == [
        (one.case, one.session, one.position, one.arm) for one in again
    ]
    assert [one for one in draw(design(kind), Order(), ["r1", "r2", "r3"], material, 7) if one.reader != "r3"] == plan


def test_an_order_that_was_drawn_in_2026() -> None:
    """The generator's first word and one order, written down: a new Python, or a change here, may not draw another."""
    # printf 'ordering 1|1|reader|0|0' | sha256sum
    assert Chance(1, "reader", 0).word() == 0x0CFD1FDF1455F3F9
    plan = draw(design("single"), Order(repeats=1), ["r"], cases(4, 4, practice=0), 2026)
    assert " ".join(one.case for one in plan) == "c2 c4 c1 c7 c6 c0 c3 c1 c5"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_every_case_is_read_once_under_each_arm_that_is_its_readers(kind: str, seed: int) -> None:
    plan = draw(design(kind, arms=3), Order(repeats=3), ["r1", "r2", "r3"], cases(11, 16, 2), seed)
    arms = len(design(kind, arms=3).arms)
    for reader in ("r1", "r2", "r3"):
        read = Counter((one.case, one.arm) for one in plan if one.reader == reader and not (one.practice or one.repeat))
        assert set(read.values()) == {1}
        assert len(read) == len({case for case, _ in read}) * arms
        if kind != "split_plot":
            assert len({case for case, _ in read}) == 29
    if kind == "split_plot":
        assert {one.case for one in plan if not one.practice} == {f"c{at}" for at in range(29)}
    for (_, session), places in sessions(plan).items():
        assert [one.position for one in places] == list(range(1, len(places) + 1))
        assert sum(one.repeat for one in places) == 3
        practised = [one.case for one in places if one.practice]
        assert practised == ([] if kind == "crossover" and session > 1 else ["p0", "p1", "p2"])
        assert [one.practice for one in places] == sorted((one.practice for one in places), reverse=True)
        # What the database holds to be unique.
        assert len({(one.case, one.arm, one.repeat) for one in places}) == len(places)


@pytest.mark.parametrize("repeats", [1, 5, 20])
@pytest.mark.parametrize("seed", range(6))
def test_a_repeat_comes_at_least_half_the_list_after_its_first(repeats: int, seed: int) -> None:
    plan = draw(design("single"), Order(repeats=repeats), ["r"], cases(9, 11), seed)
    read = [one for one in plan if not one.practice]
    half = ceil(len(read) / 2)
    again = [one for one in read if one.repeat]
    firsts = {one.case: one.position for one in read if not one.repeat}
    assert len({one.case for one in again}) == len(again) == repeats
    assert all(one.position - firsts[one.case] >= half for one in again)


@pytest.mark.parametrize(
    ("positive", "negative", "unknown"), [(197, 236, 0), (3, 57, 0), (12, 12, 0), (10, 14, 8), (0, 5, 0)]
)
@pytest.mark.parametrize("sizes", [(2,), (4, 6, 8), (7, 100)])
def test_no_prefix_strays_from_the_studys_share(positive: int, negative: int, unknown: int, sizes: tuple[int, ...]) -> None:
    """At a block's end less than two cases; within one at most half a block more."""
    material = cases(positive, negative, unknown, practice=0)
    for seed in range(10):
        pattern = truth_pattern(material, sizes, Chance(seed))
        assert Counter(pattern) == Counter(one.stratum for one in material)
        for stratum in set(pattern):
            share = pattern.count(stratum) / len(pattern)
            strays = [abs(pattern[:at].count(stratum) - at * share) for at in range(len(pattern) + 1)]
            assert max(strays) < 2 + max(sizes) / 2


def test_blocks_are_of_several_sizes() -> None:
    """With one size the last case of each block would follow from those before; drawn sizes move the ends about."""
    material = cases(50, 50, practice=0)
    ends = [
        {at for at in range(2, 100, 2) if truth_pattern(material, (4, 6, 8), Chance(seed))[:at].count(0) == at // 2}
        for seed in range(10)
    ]
    assert len({tuple(sorted(one)) for one in ends}) == 10


@pytest.mark.parametrize("seed", range(8))
def test_cases_of_one_patient_are_kept_apart(seed: int) -> None:
    order = [place.case.patient for place in listed(cases(20, 20, practice=0, each=2), (4, 6), 0, Chance(seed))]
    seen: dict[str, int] = {}
    for at, patient in enumerate(order):
        assert at - seen.get(patient, -99) >= 4, (patient, order)
        seen[patient] = at


def test_two_cases_of_one_patient_alone_stay_together() -> None:
    assert len(listed(cases(2, 0, practice=0, each=2), (4,), 0, Chance(1))) == 2


@pytest.mark.parametrize("arms", [1, 2, 3, 4, 5, 6])
def test_williams_squares_balance_places_and_successions(arms: int) -> None:
    rows = williams(arms)
    for place in range(arms):
        assert set(Counter(row[place] for row in rows).values()) == {len(rows) // arms}
    follows = Counter((row[at], row[at + 1]) for row in rows for at in range(arms - 1))
    assert len(follows) == arms * (arms - 1)
    assert len(set(follows.values())) <= 1


@pytest.mark.parametrize("seed", range(6))
def test_two_readers_of_a_washout_design_begin_with_different_arms(seed: int) -> None:
    first = [one.arm for one in draw(design("washout"), Order(), ["a", "b"], cases(5, 5), seed) if one.session == 1]
    assert Counter(first) == {"arm0": 13, "arm1": 13}


@pytest.mark.parametrize("seed", range(6))
def test_in_a_crossover_each_share_meets_each_arm_in_each_session_equally_often(seed: int) -> None:
    plan = [one for one in draw(design("crossover"), Order(), ["a", "b"], cases(10, 14), seed) if not one.practice]
    assert set(Counter((one.case, one.arm, one.session) for one in plan).values()) == {1}
    for places in sessions(plan).values():
        assert [len(list(group)) for _, group in groupby(places, lambda one: one.arm)] == [12, 12]
    # Which arm comes first differs between the readers, and between the sessions of one.
    starts = {key: places[0].arm for key, places in sessions(plan).items()}
    assert starts["a", 1] == starts["b", 2] != starts["b", 1] == starts["a", 2]


@pytest.mark.parametrize("seed", range(4))
def test_split_plot_groups_are_of_one_size_and_one_share(seed: int) -> None:
    material = cases(10, 16, 3)
    plan = draw(design("split_plot", groups=3), Order(), [f"r{at}" for at in range(6)], material, seed)
    truth = {one.key: one.stratum for one in material}
    groups = Counter(frozenset(one.case for one in plan if one.reader == f"r{at}" and not one.practice) for at in range(6))
    assert sorted(groups.values()) == [2, 2, 2]
    assert sorted(map(len, groups)) == [9, 10, 10]
    for stratum in set(truth.values()):
        counts = [sum(truth[case] is stratum for case in group) for group in groups]
        assert max(counts) - min(counts) <= 1


@pytest.mark.parametrize(
    ("kind", "order", "readers", "words"),
    [
        ("single", Order(repeats=30), 1, "30 hidden repeats among 20 cases"),
        ("split_plot", Order(), 1, "2 groups of 1 readers"),
    ],
)
def test_what_cannot_be_drawn_is_refused(kind: str, order: Order, readers: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        draw(design(kind), order, [f"r{at}" for at in range(readers)], cases(10, 10), 1)


def test_a_case_without_enhanced_images_is_refused_where_an_arm_is_complete() -> None:
    complete = Design(arms=(Arm(key="complete", name={"en": "Complete"}, images="complete"),))
    material = [*cases(2, 2), Subject("bare", False, False, has_enhanced=False)]
    with pytest.raises(ValueError, match=r"1 of 8 cases have no T1WIC.*bare"):
        draw(complete, Order(), ["r"], material, 1)
    assert draw(design("single"), Order(), ["r"], material, 1)


def test_nothing_to_read_is_refused() -> None:
    with pytest.raises(ValueError, match="0 arms and 4 cases"):
        draw(Design(), Order(), ["r"], cases(2, 2), 1)


def test_numbers_below_n_are_equally_likely() -> None:
    """Chi-square of 60,000 throws of a die, at the 0.1 % level for 5 degrees of freedom (20.5)."""
    chance = Chance(5, "die")
    thrown = Counter(chance.below(6) for _ in range(60_000))
    assert sum((count - 10_000) ** 2 / 10_000 for count in thrown.values()) < 20.5
    places = Counter(tuple(chance.shuffled(range(3))) for _ in range(12_000))
    assert sum((count - 2_000) ** 2 / 2_000 for count in places.values()) < 20.5
