"""Who may see reports of which study, address by address and method by method: a table apart from the rules in the code.

Two studies with everybody in them: a report of ours is as far from their investigator as from anybody.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from radapp import broker
from radapp.readerstudies.models import Membership, NetworkCall, ReaderStudy
from radapp.reports.models import SavedReport
from tests.radapp.addresses import Address, walk
from tests.radapp.readerstudies import house, scene
from tests.radapp.readerstudies.house import OUTSIDE, PEOPLE, Wing
from tests.radapp.reports.saved import small

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ABSENT = "A" * 22
SIGNED_IN = frozenset(PEOPLE)
DESK = frozenset({"investigator_in", "investigator_out", "deputy", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})
OURS = DESK - {"investigator_out"}
"""Who may see what is made of our study; DESK: who may have anything to do with reports at all."""
WITH_ACCOUNT = {
    ("page-reports", "GET"): SIGNED_IN,
    ("page-report", "GET"): SIGNED_IN,
    ("page-reports-of", "GET"): SIGNED_IN,
    ("api-reports-paper", "GET"): DESK,
    ("api-reports", "GET"): DESK,
    ("api-reports", "POST"): DESK,
    ("api-report-analyses", "GET"): DESK,
    ("api-report-sources", "GET"): DESK,
    ("api-report-cohorts", "GET"): ADMINISTRATORS,
    ("api-report-cohorts", "POST"): ADMINISTRATORS,
    ("api-cutoff-sources", "GET"): DESK,
}
OF_OURS = {
    **{(f"api-report{name}", "GET"): OURS for name in ("", "-changes", "-document", "-figure", "-file", "-cases")},
    ("api-report-again", "POST"): OURS,
    ("api-cutoff-data", "GET"): OURS,
    ("api-cutoff-drafts", "GET"): OURS,
    ("api-cutoff-drafts", "POST"): OURS,
}
MAY = WITH_ACCOUNT | OF_OURS
FIGURE = "cohort-1-figure"
"""Of the one cohort that the studies have, which has no name."""
TEXT = re.compile(r"'[^']*'")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROOTS = ("reports/", "api/reports/", "api/cutoff-desk/")
ADDRESSES = tuple(one for one in walk() if one.route.startswith(ROOTS))


@dataclass(frozen=True)
class Place:
    """A study and the key of a report of it that is done."""

    wing: Wing
    report: str

    def values(self) -> dict[str, str]:
        """Of the addresses' parameters."""
        return {"key": self.report, "source": f"study:{self.wing.study.key}", "kind": "study"}


@pytest.fixture(scope="module")
def places(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Place, Place]]:
    """Ours and theirs, built once, in a transaction that ends with the tests here."""
    folder = tmp_path_factory.mktemp("house")
    own = override_settings(STORAGE_DIR=folder / "archive", VAR_DIR=folder)
    with pytest.MonkeyPatch.context() as patch, own, django_db_blocker.unblock(), _undone():
        patch.setattr(broker, "ring", lambda *said, queue: True)
        wings = house.two_wings("unblinded")
        ours, theirs = wings
        yield (
            Place(ours, _report(ours, "investigator_in", "json", "figures")),
            Place(theirs, _report(theirs, "investigator_out", "json")),
        )


def _report(wing: Wing, name: str, *formats: str) -> str:
    for case in wing.cases:
        if not NetworkCall.objects.filter(case=case).exists():
            for network in ("T1_T2", "T1WIC", "DARNDEST"):
                NetworkCall.objects.create(
                    case=case, network=network, positive=True, tier="positive" if network == "DARNDEST" else "",
                    score=None if network == "DARNDEST" else 0.8, cutoff=None if network == "DARNDEST" else 0.5,
                )  # fmt: skip
    answer = small.asked(house.client_of(name), wing.study, "tactic")
    assert answer.status_code == 201, answer.content
    return small.worked(answer.json()["key"], *formats).key


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, method: str, path: str) -> Any:
    """The answer; what it changed is changed back."""
    with _undone():
        response = client.generic(method, path, b"{}", content_type="application/json")
    assert response.status_code != 500, f"{method} {path} failed"
    return response


def path_of(address: Address, values: dict[str, str]) -> str:
    names = {"api-report-figure": f"{FIGURE}.en", "api-report-file": "tactic.json"}
    return address.filled(values | {"name": names.get(address.name, "")})


def expected(name: str, method: str, person: str) -> str:
    """What the table says, as a status or 'allowed'. 404 where an account may ask, but not of this study."""
    if person == "anonymous":
        return "302" if name.startswith("page-") else "401"
    row = MAY.get((name, method))
    if row is not None and person in row:
        return "allowed"
    asking = SIGNED_IN if name.startswith("page-") else DESK
    if name == "api-report-cohorts":
        asking = ADMINISTRATORS
    if person not in asking:
        return "403"
    return "405" if row is None else "404"


def seen(response: Any) -> str:
    return str(response.status_code) if response.status_code in {302, 401, 403, 404, 405} else "allowed"


def test_the_table_knows_every_address() -> None:
    assert {name for name, _ in MAY} == {one.name for one in ADDRESSES}


@pytest.mark.parametrize("person", ["anonymous", *PEOPLE])
def test_matrix(places: tuple[Place, Place], person: str) -> None:
    """Every address and method for one person, on our study and its report."""
    ours, _ = places
    client, wrong = house.client_of(person), {}
    for address in ADDRESSES:
        path = path_of(address, ours.values())
        for method in METHODS:
            want, got = expected(address.name, method, person), seen(ask(client, method, path))
            if want != got:
                wrong[f"{method} {path} ({address.name})"] = f"table: {want}, server: {got}"
    assert wrong == {}


def answers(client: Client, values: dict[str, str]) -> dict[str, tuple[int, bytes, list[str]]]:
    """{what was asked: status, body, and which questions that put to the database, without its texts}."""
    found = {}
    for address in ADDRESSES:
        for method in (method for name, method in OF_OURS if name == address.name):
            with CaptureQueriesContext(connection) as asked:
                response = ask(client, method, path_of(address, values))
            said = [TEXT.sub("…", one["sql"]) for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
            found[f"{method} {address.name}"] = (response.status_code, response.content, said)
    return found


def nothing_is_told(client: Client, place: Place) -> None:
    """What is there and not theirs is as what is not there: in status, words, and work that takes time."""
    assert answers(client, place.values()) == answers(client, {"key": ABSENT, "source": f"study:{ABSENT}", "kind": "study"})
    there: dict[str, Any] = {"source": f"study:{place.wing.study.key}", "analysis": "tactic"}
    absent = {**there, "source": f"study:{ABSENT}"}
    told = []
    wanted: tuple[dict[str, Any], ...] = (
        there,
        absent,
        there | {"analysis": "none"},
        there | {"options": {"no": 1}},
        there | {"definition": {}},
    )
    for said in wanted:
        with CaptureQueriesContext(connection) as asked, _undone():
            response = client.post("/api/reports/", said, content_type="application/json")
        told.append((response.status_code, response.content, len(asked)))
    assert told == [told[0]] * len(told)
    assert told[0][0] in {403, 404}
    if told[0][0] == 403:
        return
    assert client.get(f"/api/reports/?source=study:{place.wing.study.key}").json() == []
    for path in ("/api/reports/", "/api/reports/sources/", "/api/cutoff-desk/"):
        content = client.get(path).content.decode()
        assert place.wing.study.key not in content
        assert place.report not in content
        assert place.wing.study.title not in content


@pytest.mark.parametrize("person", sorted({*OUTSIDE, "reader_in", "coder", "tagger", "adjudicator"}))
def test_whose_it_is_not_hears_nothing(places: tuple[Place, Place], person: str) -> None:
    nothing_is_told(house.client_of(person), places[0])


@pytest.mark.parametrize("person", ["investigator_in", "deputy"])
def test_our_investigators_hear_nothing_of_theirs(places: tuple[Place, Place], person: str) -> None:
    nothing_is_told(house.client_of(person), places[1])
    shown = {one["key"] for one in house.client_of(person).get("/api/reports/").json()}
    assert shown == {places[0].report}


@pytest.mark.parametrize("part", [Membership.Part.READER, Membership.Part.TAGGER, Membership.Part.CODER])
@pytest.mark.parametrize("person", ["investigator_in", "administrator"])
def test_who_is_blinded_hears_nothing_before_unblinding(places: tuple[Place, Place], person: str, part: str) -> None:
    """An investigator, or an administrator, who also reads, tags or codes; a report that was made before is there."""
    ours, _ = places
    scene.member(ours.wing.study, house.account(person), part)
    ReaderStudy.objects.filter(pk=ours.wing.study.pk).update(state="locked", unblinded_at=None)
    client = house.client_of(person)
    nothing_is_told(client, ours)
    assert house.client_of("deputy").get(f"/api/reports/{ours.report}/").status_code == 200
    assert SavedReport.objects.filter(key=ours.report).exists()
