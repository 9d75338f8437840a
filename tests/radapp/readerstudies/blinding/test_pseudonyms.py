"""Pseudonyms: of one length, the same again, and shared by no two viewpoints, studies, kinds or installations."""

import re
from dataclasses import replace
from itertools import combinations

import pytest

from radapp.archive.models import Study
from radapp.readerstudies.blinding.pseudonyms import LENGTH, Kind, pseudonym
from radapp.readerstudies.models import ReaderStudy
from radapp.readerstudies.sight import COMPLETE, Sight

pytestmark = pytest.mark.once
ORIGINALS = [f"1.2.826.0.1.{number}" for number in range(200)]


def sight(salt: str = "a" * 64, viewpoint: str = "reading x") -> Sight:
    return Sight(ReaderStudy(salt=salt), viewpoint, Study(study_instance_uid="1.2.3"), COMPLETE)


def names(of: Sight, kind: Kind = Kind.INSTANCE) -> set[str]:
    return {pseudonym(of, kind, original) for original in ORIGINALS}


def test_all_are_uids_of_one_length_and_none_is_another() -> None:
    found = names(sight())
    assert len(found) == len(ORIGINALS)
    for one in found:
        assert re.fullmatch(r"2\.25\.[1-9][0-9]{38}", one)
        assert len(one) == LENGTH <= 64
        assert int(one.removeprefix("2.25.")) < 2**128


def test_the_same_again() -> None:
    assert names(sight()) == names(sight())


def test_nothing_is_shared() -> None:
    one = sight()
    others = [
        one,
        replace(one, viewpoint="reading y"),
        replace(one, viewpoint="coding x"),
        sight(salt="b" * 64),
    ]
    for here, there in combinations(others, 2):
        assert not names(here) & names(there)
    for here_kind, there_kind in combinations(Kind, 2):
        assert not names(one, here_kind) & names(one, there_kind)


def test_another_installation_has_others(settings: object) -> None:
    before = names(sight())
    settings.SECRET_KEY = "another secret, of another installation"  # type: ignore[attr-defined]
    assert not before & names(sight())


def test_they_spread_over_all_numbers() -> None:
    """As a draw would: the middle number is neither low nor high, and each leading digit that may stand comes up."""
    found = sorted(int(one.removeprefix("2.25.")) for one in names(sight()))
    low, high = 10**38, 2**128
    assert low + 0.35 * (high - low) < found[len(found) // 2] < low + 0.65 * (high - low)
    assert {str(one)[0] for one in found} == {"1", "2", "3"}
