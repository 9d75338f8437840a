"""The worklist's search, filters, order and paging, and neighbours under the same."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from radapp.archive.models import Study, StudyChange
from radapp.triage import worklist
from radapp.triage.models import State, StudyTriage
from radapp.triage.worklist import ORDERINGS
from tests.radapp.triage import examinations as given

pytestmark = pytest.mark.django_db

SignedIn = Callable[[str], Client]


@pytest.fixture
def four() -> dict[str, Study]:
    """Four studies; d was never weighed."""
    studies = {
        "a": given.study(patient_name="Adam^One", patient_id="P-1", accession_number="ACC1", study_date=date(2026, 1, 1)),
        "b": given.study(patient_name="Berta^Two", patient_id="P-2", study_date=date(2026, 2, 1), source="page"),
        "c": given.study(patient_name="Cäsar^Three", study_description="NPC follow-up", study_date=date(2026, 3, 1)),
        "d": given.study(patient_name="Dora^100%", study_date=None, source="stow"),
    }
    for name, state, tier, score in (
        ("a", State.DONE, "negative", 0.1),
        ("b", State.RUNNING, "positive", 0.9),
        ("c", State.FAILED, "", None),
    ):
        StudyTriage.objects.create(study=studies[name], state=state, tier=tier, score=score)
    return studies


def _found(client: Client, studies: dict[str, Study], **query: Any) -> str:
    response = client.get("/api/worklist/", query)
    assert response.status_code == 200, response.content
    names = {study.study_instance_uid: name for name, study in studies.items()}
    return "".join(names[row["uid"]] for row in response.json()["results"])


QUERIES = [
    ({}, "dcba"),
    ({"search": "berta"}, "b"),
    ({"search": "P-1"}, "a"),
    ({"search": "acc1"}, "a"),
    ({"search": "npc three"}, "c"),
    ({"search": "follow-up adam"}, ""),
    ({"search": "%"}, "d"),
    ({"search": "_"}, ""),
    ({"tier": "positive"}, "b"),
    ({"tier": "positive,negative"}, "ba"),
    ({"tier": ["positive", "negative"]}, "ba"),
    ({"tier": "none"}, "dc"),
    ({"tier": "none,negative"}, "dca"),
    ({"state": "waiting"}, "d"),
    ({"state": "done,failed"}, "ca"),
    ({"source": "page,stow"}, "db"),
    ({"date_from": "2026-02-01"}, "cb"),
    ({"date_to": "2026-02-01"}, "ba"),
    ({"date_from": "2026-01-15", "date_to": "2026-02-15", "tier": "positive"}, "b"),
    ({"ordering": "received_at"}, "abcd"),
    ({"ordering": "study_date"}, "abcd"),
    ({"ordering": "-study_date"}, "cbad"),
    ({"ordering": "tier"}, "badc"),
    ({"ordering": "-tier"}, "dcab"),
    ({"ordering": "score"}, "abdc"),
    ({"ordering": "-score"}, "badc"),
    ({"ordering": "patient"}, "abcd"),
    ({"ordering": "state"}, "acbd"),
    ({"page_size": 3}, "dcb"),
    ({"page_size": 3, "page": 2}, "a"),
    ({"page": 9}, ""),
]


def test_queries(signed_in: SignedIn, four: dict[str, Study]) -> None:
    client = signed_in("radiologist")
    for query, expected in QUERIES:
        assert _found(client, four, **query) == expected, query


@pytest.mark.parametrize(
    "query",
    [
        {"tier": "green"},
        {"state": "asleep"},
        {"source": "fax"},
        {"ordering": "age"},
        {"date_from": "May"},
        {"page": 0},
        {"page_size": 1000},
    ],
)
@pytest.mark.once
def test_unknown_choices_are_refused_with_the_known_ones(signed_in: SignedIn, query: dict[str, Any]) -> None:
    response = signed_in("radiologist").get("/api/worklist/", query)
    assert response.status_code == 400
    assert response.json()["code"] == "invalid"


def test_counts_are_of_all_pages_and_totals_of_all_studies(signed_in: SignedIn, four: dict[str, Study]) -> None:
    body = signed_in("radiologist").get("/api/worklist/", {"tier": "none", "page_size": 1}).json()
    assert (body["count"], len(body["results"])) == (2, 1)
    assert body["totals"] == {"studies": 4, "running": 1, "need_person": 1}


EITHER_WAY = [sign + name for name in ORDERINGS for sign in ("", "-")]


def test_neighbours_walk_the_list_as_it_is_shown(signed_in: SignedIn, four: dict[str, Study]) -> None:
    client = signed_in("radiologist")
    for ordering in EITHER_WAY:
        shown = [four[name].study_instance_uid for name in _found(client, four, ordering=ordering)]
        for place, uid in enumerate(shown):
            found = client.get("/api/worklist/neighbours/", {"uid": uid, "ordering": ordering}).json()
            assert found == {
                "previous": shown[place - 1] if place else None,
                "next": shown[place + 1] if place + 1 < len(shown) else None,
                "position": place + 1,
                "count": len(shown),
            }, ordering


def test_a_study_outside_the_filters_has_no_place(signed_in: SignedIn, four: dict[str, Study]) -> None:
    query = {"uid": four["a"].study_instance_uid, "tier": "positive"}
    found = signed_in("radiologist").get("/api/worklist/neighbours/", query).json()
    assert found == {"previous": None, "next": None, "position": 0, "count": 1}


def test_the_number_of_queries_does_not_grow_with_the_page(signed_in: SignedIn, four: dict[str, Study]) -> None:
    client = signed_in("radiologist")
    client.get("/api/worklist/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/api/worklist/", {"page_size": 1})
    with CaptureQueriesContext(connection) as many:
        client.get("/api/worklist/", {"page_size": 50})
    assert len(many) == len(one)


@pytest.mark.parametrize("size", [1, 3])
def test_pages_put_together_are_the_list(signed_in: SignedIn, four: dict[str, Study], size: int) -> None:
    """Pages nearer the end are read from there."""
    client = signed_in("radiologist")
    for ordering in EITHER_WAY:
        whole = _found(client, four, ordering=ordering)
        pages = range(1, len(whole) // size + 2)
        found = "".join(_found(client, four, ordering=ordering, page=page, page_size=size) for page in pages)
        assert found == whole, ordering


def test_a_study_is_found_by_its_uid_or_the_beginning_of_it(signed_in: SignedIn, four: dict[str, Study]) -> None:
    uid = four["c"].study_instance_uid
    assert _found(signed_in("radiologist"), four, search=uid) == "c"
    assert "c" in _found(signed_in("radiologist"), four, search=uid[:-1])
    assert _found(signed_in("radiologist"), four, search=f"{uid}.99") == ""


@pytest.mark.usefixtures("four")
def test_a_large_number_is_counted_again_once_something_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "KEPT_FROM", 4)
    monkeypatch.setattr(worklist, "_counts", {})
    assert worklist.counted(Study.objects.all()) == 4
    assert worklist.counted(Study.objects.filter(source="stow")) == 1
    given.study(source="stow")
    assert worklist.counted(Study.objects.all()) == 4
    assert worklist.counted(Study.objects.filter(source="stow")) == 2, "a small number is counted each time"
    StudyChange.objects.create(study_instance_uid="1.2")
    assert worklist.counted(Study.objects.all()) == 5
    assert worklist.counted(Study.objects.none()) == 0
