"""Who may do what in a study, address by address: a table written from the issue, apart from the one in the code.

Two of everything: whoever may do something in one study is as far from the other's as anybody.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from radapp.readerstudies.models import Assignment
from radapp.readerstudies.permissions import TABLE
from tests.radapp.addresses import Address, tried, walk
from tests.radapp.readerstudies import house
from tests.radapp.readerstudies.house import INSIDE, OUTSIDE, PEOPLE, Wing

pytestmark = pytest.mark.once

EVERYBODY = frozenset(PEOPLE)
INVESTIGATORS = frozenset({"investigator_in", "deputy"})
WATCHERS = INVESTIGATORS | {"administrator"}
FOUNDERS = frozenset({"investigator_in", "investigator_out", "deputy", "administrator"})
READERS, CODERS, TAGGERS = frozenset({"reader_in"}), frozenset({"coder"}), frozenset({"tagger"})
ADJUDICATORS = frozenset({"adjudicator"})
CODING = CODERS | ADJUDICATORS
IMAGES = ("study-metadata", "series", "series-metadata", "frames")

MAY: dict[tuple[str, str], frozenset[str]] = {
    **{(f"page-{page}", "GET"): EVERYBODY for page in ("reader-studies", "reader-study", "reading", "tagging", "coding")},
    ("page-invitation", "GET"): EVERYBODY,
    ("api-reader-studies", "GET"): EVERYBODY,
    ("api-reader-studies", "POST"): FOUNDERS,
    ("api-reader-study-presets", "GET"): FOUNDERS,
    ("api-invitation", "GET"): EVERYBODY,
    ("api-invitation", "POST"): EVERYBODY,
    ("api-reader-study", "GET"): frozenset(INSIDE) | {"administrator"},
    ("api-reader-study", "PATCH"): INVESTIGATORS,
    ("api-study-case", "PATCH"): INVESTIGATORS,
    ("api-study-case", "DELETE"): INVESTIGATORS,
    ("api-study-member", "PATCH"): INVESTIGATORS,
    ("api-study-invitation", "DELETE"): INVESTIGATORS,
    ("api-study-protocol", "PUT"): INVESTIGATORS,
    ("api-study-people", "GET"): INVESTIGATORS,
    **{
        (f"api-study-{name}", "GET"): WATCHERS
        for name in (
            *("acts", "archive", "audit", "case", "cases", "certificate", "flow", "invitations", "members", "progress"),
            *("timetable", "verification", "waivers"),
        )
    },
    **{
        (f"api-study-{name}", "POST"): INVESTIGATORS
        for name in (
            *("acts", "amendments", "candidates", "cases", "check", "copy", "invitations", "member-end", "members"),
            *("power", "reminders", "replacement", "waivers", "withdrawal"),
        )
    },
    ("api-reading", "GET"): READERS,
    ("api-reading-case", "GET"): READERS,
    ("api-reading-draft", "PUT"): READERS,
    **{
        (f"api-reading-{name}", "POST"): READERS
        for name in ("correction", "events", "next", "pause", "seat", "session-lock", "submission")
    },
    **{(f"reading-{level}", "GET"): READERS for level in IMAGES},
    ("api-tagging", "GET"): TAGGERS,
    ("api-tagging-case", "GET"): TAGGERS,
    ("api-tagging-step", "POST"): TAGGERS,
    **{(f"{kind}-{level}", "GET"): TAGGERS for kind in ("tagging", "tagging-comparison") for level in IMAGES},
    ("api-reference", "GET"): INVESTIGATORS,
    ("api-reference", "POST"): INVESTIGATORS,
    ("api-reference-overview", "GET"): INVESTIGATORS,
    ("api-reference-archive", "POST"): INVESTIGATORS,
    ("api-coding", "GET"): CODING,
    ("api-coding-item", "GET"): CODING,
    ("api-coding-codes", "POST"): CODERS,
    ("api-coding-adjudication", "POST"): ADJUDICATORS,
    **{(f"coding-images-{level}", "GET"): CODING for level in IMAGES},
    ("api-coding-overview", "GET"): INVESTIGATORS,
    ("api-coding-export", "GET"): INVESTIGATORS,
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROOTS = ("studies/", "reading/", "tagging/", "coding/", "invitation/")
API = ("api/reader-studies/", "api/reading/", "api/tagging/", "api/coding/", "api/invitations/")


Houses = Callable[[str], tuple[Wing, Wing]]


@pytest.fixture(scope="module")
def houses(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Houses]:
    """Both studies in one state, built once for all tests here, in a transaction that ends with them."""
    built: dict[str, tuple[Wing, Wing]] = {}
    folder = tmp_path_factory.mktemp("house")
    # Signatures without a password come.
    own = override_settings(STORAGE_DIR=folder / "archive", VAR_DIR=folder, AXES_ENABLED=False)
    with own, django_db_blocker.unblock(), _undone():
        built["open"] = house.two_wings("open")
        built["unblinded"] = house.two_wings("unblinded", first=50)
        yield built.__getitem__


@cache
def addresses() -> tuple[Address, ...]:
    """Every address of reader studies, out of the resolver."""
    return tuple(one for one in walk() if one.route.startswith((*ROOTS, *API)))


def state_for(name: str) -> str:
    """In which state of a study its addresses have something to say."""
    return "unblinded" if name.startswith(("api-coding", "coding-")) else "open"


@contextmanager
def _undone() -> Iterator[None]:
    """What a request changed is changed back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, method: str, path: str) -> HttpResponse:
    with _undone():
        response = client.generic(method, path, b"{}", content_type="application/json")
        if response.streaming:
            response.getvalue()
    assert response.status_code != 500, f"{method} {path} failed"
    return response


def expected(address: Address, method: str, person: str) -> str:
    """What the table says, as a status or 'allowed'."""
    people = MAY.get((address.name, method))
    if person == "anonymous":
        return "302" if address.name.startswith("page-") else "401"
    if people is not None and person in people:
        return "allowed"
    anyone_else = {one for (name, _), row in MAY.items() if name == address.name for one in row}
    if "<str:key>" not in address.route or address.name.startswith("page-"):
        return "405" if people is None and person in anyone_else else "403"
    if people is None:
        return "405"
    return "404" if person in OUTSIDE else "403"


def seen(response: HttpResponse) -> str:
    return str(response.status_code) if response.status_code in {302, 401, 403, 404, 405} else "allowed"


def test_the_table_knows_every_address() -> None:
    assert {name for name, _ in MAY} == {one.name for one in addresses()}


def test_the_codes_table_names_the_same_addresses_and_methods() -> None:
    assert set(MAY) == set(TABLE)


@pytest.mark.evidence
@pytest.mark.parametrize("person", ["anonymous", *PEOPLE])
@pytest.mark.parametrize("state", ["open", "unblinded"])
def test_matrix(houses: Houses, db: None, person: str, state: str) -> None:
    """Every address and method for one person, on the study that is theirs or that they have nothing to do with. Reduced:
    each method that the table does not name for an address by a few people.
    """
    ours, _ = houses(state)
    client = house.client_of(person)
    wrong = {}
    for address in addresses():
        if state_for(address.name) != state:
            continue
        path = address.filled(filled(ours, person, address))
        named = {method for name, method in MAY if name == address.name}
        for method in tried(METHODS, named, ["anonymous", *PEOPLE].index(person)):
            want, got = expected(address, method, person), seen(ask(client, method, path))
            if want != got:
                wrong[f"{method} {path} ({address.name})"] = f"table: {want}, server: {got}"
    assert wrong == {}


def filled(wing: Wing, person: str, address: Address) -> dict[str, str]:
    """Values for an address: of this wing's rows, the person's own where they have some."""
    kind = next((one for one in house.SHOWN if address.name.startswith(f"{one}-") and "subject" in address.parameters), None)
    return wing.values(person) | (wing.images(kind, person) if kind else {})


@pytest.mark.parametrize("person", sorted(set(INSIDE)))
@pytest.mark.parametrize("state", ["open", "unblinded"])
def test_one_studys_keys_open_nothing_of_the_others(houses: Houses, db: None, person: str, state: str) -> None:
    """A row of the other study under this study's address, and this study's row under the other's: as if it were not."""
    ours, theirs = houses(state)
    client = house.client_of(person)
    absent = dict.fromkeys(("case", "member", "assignment", "subject", "item"), "A" * 22) | {"invitation": "987654"}
    differing = {}
    for address in addresses():
        inner = address.parameters & set(absent)
        if not inner or "key" not in address.parameters or state_for(address.name) != state:
            continue
        for method in {method for name, method in MAY if name == address.name}:
            foreign = filled(theirs, person, address) | {"key": ours.study.key}
            nothing = filled(ours, person, address) | {name: absent[name] for name in inner}
            found = [ask(client, method, address.filled(values)) for values in (foreign, nothing)]
            told = [(one.status_code, one.content) for one in found]
            if told[0] != told[1] or told[0][0] not in {400, 403, 404}:
                differing[f"{method} {address.name}"] = told
    assert differing == {}


def test_another_readers_case_is_as_if_it_were_none(houses: Houses, db: None) -> None:
    ours, _ = houses("open")
    client = house.client_of("reader_in")
    other = Assignment.objects.filter(session__reader=ours.members["reader_two"])[0]
    for address in addresses():
        if not address.parameters & {"assignment", "subject"} or not address.route.startswith("api/reading"):
            continue
        values = filled(ours, "reader_in", address)
        for method in {method for name, method in MAY if name == address.name}:
            found = [
                ask(client, method, address.filled(values | {"assignment": key, "subject": key}))
                for key in (other.key, "A" * 22)
            ]
            assert (found[0].status_code, found[0].content) == (found[1].status_code, found[1].content), address.name
            assert found[0].status_code in {400, 404}, address.name


def test_whoever_left_is_as_far_away_as_anybody(houses: Houses, db: None) -> None:
    ours, _ = houses("open")
    member = ours.members["reader_in"]
    member.ended_at, member.ended_reason = house.NOW, "moved"
    member.save()
    client = house.client_of("reader_in")
    assert client.get(f"/api/reading/{ours.study.key}/").status_code == 404
    assert client.get(f"/api/reader-studies/{ours.study.key}/").status_code == 404
