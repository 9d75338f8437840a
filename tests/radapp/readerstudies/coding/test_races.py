"""Codes that arrive at once: two of one coder are one, two of two coders are two places, three leave two."""

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from radapp.readerstudies.coding.codes import CodingRefused, adjudicate, submit_code
from radapp.readerstudies.models import Adjudication, ChainEntry, Code, CodingItem, Membership, Proposal
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.coding import erring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def item() -> CodingItem:
    """A false positive of a network. Somebody codes and somebody adjudicates beside those who do so at once."""
    study = scene.study()
    erring.coder(study, "cass")
    erring.coder(study, "dan")
    erring.coder(study, "ann", "adjudicator")
    erring.call(scene.case(study, 1, examined=None, truth=False), "T1WI", True)
    return erring.begun(study)[1, "T1WI"]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or refused, all begun together."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        start.wait()
        try:
            found[place] = acts[place]()
        except CodingRefused as refused:
            found[place] = refused.code  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def coders(item: CodingItem, *names: str) -> list[Membership]:
    """Coders of its study."""
    return [erring.coder(item.case.study, name) for name in names]


def test_the_same_code_twice_at_once_is_one(item: CodingItem) -> None:
    (ada,) = coders(item, "ada")
    found = at_once(*[lambda: submit_code(item, ada, ["fibrosis"])] * 4)
    assert len({code.pk for code in found}) == 1
    assert ChainEntry.objects.filter(action="coded").count() == Code.objects.count() == 1


def test_two_codes_of_one_coder_at_once_leave_one(item: CodingItem) -> None:
    (ada,) = coders(item, "ada")
    acts = [lambda said=said: submit_code(item, ada, [said]) for said in ("fibrosis", "radiation_necrosis")]
    assert sorted(str(one) == "locked" for one in at_once(*acts)) == [False, True]
    assert Code.objects.count() == 1


def test_three_coders_at_once_leave_two_codes_and_one_proposal(item: CodingItem) -> None:
    acts = [lambda one=one: submit_code(item, one, ["fibrosis"]) for one in coders(item, "ada", "bob", "cyd")]
    assert [str(one) == "coded_by_others" for one in at_once(*acts)].count(True) == 1
    assert sorted(Code.objects.values_list("place", flat=True)) == [1, 2]
    assert Proposal.objects.count() == 1
    entries = list(ChainEntry.objects.order_by("sequence"))
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    assert all(entry.previous == before.digest for before, entry in itertools.pairwise(entries))


def test_two_adjudicators_at_once_leave_one_decision(item: CodingItem) -> None:
    for one, said in zip(coders(item, "ada", "bob"), ("fibrosis", "radiation_necrosis"), strict=True):
        submit_code(item, one, [said])
    judges = [erring.coder(item.case.study, name, "adjudicator") for name in ("eve", "eli")]
    found = at_once(*(lambda one=one: adjudicate(item, one, ["fibrosis"]) for one in judges))
    assert [str(one) == "locked" for one in found].count(True) == 1
    assert Adjudication.objects.count() == 1
