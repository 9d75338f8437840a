"""From the first draft to the unblinded study, by the addresses, with what is stored and chained on the way."""

from django.test import Client

from radapp.readerstudies.canonical import digest_of
from radapp.readerstudies.chain import FIRST, content_of
from radapp.readerstudies.models import Assignment, ChainEntry, CodingItem, ReaderStudy, Session, SignedHead, StudySignature
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench


def call(client: Client, method: str, path: str, body: object = None, *, expect: int = 200) -> dict:
    response = client.generic(
        method, f"/api/reader-studies/{path}", b"" if body is None else _json(body), "application/json"
    )
    assert response.status_code == expect, (response.status_code, response.content[:600])
    return response.json() if response.content else {}


def _json(body: object) -> bytes:
    import json

    return json.dumps(body).encode()


def act(client: Client, key: str, name: str, *, expect: int = 200, **further: object) -> dict:
    return call(client, "POST", f"{key}/acts/", {"act": name, "password": bench.PASSWORD, **further}, expect=expect)


def test_the_whole_way_through_the_addresses(db: None) -> None:
    ines = bench.client(bench.investigator())
    images = [scene.examination(number) for number in range(1, 5)]
    for place, one in enumerate(images):
        bench.tell(one, place % 2 == 0)
    bench.person("rana", "reader")
    bench.person("rolf", "reader")

    founded = call(ines, "POST", "", {"title": "The paper's study", "preset": "paper"}, expect=201)
    key = founded["key"]
    assert (founded["state"], founded["parts"]) == ("draft", ["investigator"])
    protocol = founded["desk"]["protocol"] | {"targets": {"positive": 2, "negative": 2}}
    call(ines, "PUT", f"{key}/protocol/", {"revision": founded["desk"]["revision"], "protocol": protocol})
    found = call(ines, "POST", f"{key}/candidates/", {"truth": "known"})
    assert found["counts"] == {"found": 4, "free": 4, "barred": 0, "positive": 2, "negative": 2, "unknown": 0}
    added = call(ines, "POST", f"{key}/cases/", {"query": {"truth": "known"}, "fill_targets": True}, expect=201)
    assert (added["added"], added["excluded"]) == (4, 0)
    call(ines, "POST", f"{key}/reference/archive/")
    for name, seniority in (("rana", "senior"), ("rolf", "junior")):
        call(
            ines,
            "POST",
            f"{key}/members/",
            {"username": name, "part": "reader", "seniority": seniority, "years": 8},
            expect=201,
        )
    checked = call(ines, "POST", f"{key}/check/")
    assert checked["state"] == "checked", checked["desk"]["check"]
    act(ines, key, "open", expect=403, password="wrong")
    opened = act(ines, key, "open", seed=5)
    assert (opened["state"], opened["desk"]["seed"]) == ("open", "5")
    study = ReaderStudy.objects.get(key=key)
    assert Session.objects.count() == 2
    assert Assignment.objects.count() == 8

    bench.read_all(study)
    progress = call(ines, "GET", f"{key}/progress/")
    assert (progress["done"], progress["total"]) == (8, 8)
    assert act(ines, key, "close")["state"] == "closed"
    assert act(ines, key, "lock")["state"] == "locked"
    unblinded = act(ines, key, "unblind")
    assert unblinded["state"] == "unblinded"
    assert CodingItem.objects.exists()
    assert [one.act for one in StudySignature.objects.all()] == ["open", "close", "lock", "unblind"]

    assert [one.occasion for one in SignedHead.objects.all()] == ["open", "lock", "unblind"]
    entries = list(ChainEntry.objects.filter(study=study))
    assert [one.sequence for one in entries] == list(range(1, len(entries) + 1))
    previous = FIRST
    for one in entries:
        assert (one.previous, one.digest) == (previous, digest_of(content_of(one)))
        previous = one.digest
