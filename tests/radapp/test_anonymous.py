"""No page, header or error of an anonymous client says anything about a study, not even whether it exists."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from radapp.accounts.access import ANYONE, Rule, registry
from radapp.live import facts
from tests.radapp import secret
from tests.radapp.addresses import ALL_METHODS, Address, walk
from tests.radapp.secret import ABSENT, WORDS, Examination

pytestmark = pytest.mark.once

FULL = os.environ.get("EVIDENCE") == "full"
BODY = '{"username": "li", "password": "x", "decision": "confirmed", "answers": {}, "role": "T1WI", "reason": "x"}'
CREDENTIALS = {
    "nothing": {},
    "a wrong token": {"Authorization": "Bearer darndest_guess"},
    "a wrong cookie": {"Cookie": "sessionid=x"},
}


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    settings.AXES_ENABLED = False  # type: ignore[attr-defined]  # many wrong sign-ins come
    monkeypatch.setattr(facts, "alive_workers", lambda: None)


@pytest.fixture
def present(db: None) -> Examination:
    """The examination that nobody may hear of."""
    return secret.take_in()


def requests_of(
    address: Address, examination: Examination, methods: Sequence[str] = ALL_METHODS
) -> Iterator[tuple[str, str]]:
    """(method, path with query) for one address filled with one examination."""
    filled = address.filled(examination.values(address.route))
    for method in methods:
        yield method, filled
    if not address.parameters:
        yield "GET", filled + examination.query


def said(response: HttpResponse) -> str:
    """Everything that a response tells: status, headers, cookies' names, body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()))
    return f"{response.status_code}\n{headers}\n{sorted(response.cookies)}\n{body.decode('utf-8', 'replace')}"


def ask(client: Client, method: str, path: str, headers: dict[str, str]) -> str:
    return said(client.generic(method, path, BODY, content_type="application/json", headers=headers))


def without(text: str, examination: Examination) -> str:
    """The text with what the client itself sent taken out: a redirect names the page that was asked for."""
    sent = {examination.instance, examination.series, examination.study, examination.intake, examination.reader_study}
    for value in sorted(sent, key=len, reverse=True):
        text = text.replace(quote(value), "·").replace(value, "·")
    return text.replace(f"/{examination.set_aside}/", "/·/")


def secrets_in(text: str) -> list[str]:
    """The examination's own words that stand in a text."""
    parts = {part for word in WORDS.values() for part in word.split("^")}
    return sorted(part for part in parts if part.lower() in text.lower())


@pytest.mark.evidence
@pytest.mark.parametrize("headers", CREDENTIALS.values(), ids=CREDENTIALS.keys())
def test_nothing_is_said_about_a_study(present: Examination, headers: dict[str, str]) -> None:
    """Each address, each method, filled with the UIDs of a study that is there and of one that is not: the same answer,
    and neither one of the study's words nor a UID that was not in the request. Reduced: with wrong credentials by GET and
    POST alone.
    """
    client, count = Client(raise_request_exception=False), 0
    methods = ALL_METHODS if FULL or not headers else ("GET", "POST")
    for address in walk():
        asked = (requests_of(address, examination, methods) for examination in (present, ABSENT))
        for (method, here), (_, there) in zip(*asked, strict=True):
            answer = ask(client, method, here, headers)
            assert secrets_in(answer) == [], f"{method} {here}"
            bare = without(answer, present)
            assert secret.STUDY not in bare, f"{method} {here} names a UID that was not asked for"
            assert bare == without(ask(client, method, there, headers), ABSENT), f"{method} {here} differs from {there}"
            count += 1
    assert count > 200


def test_anonymous_programs_get_401_and_people_the_sign_in_page(present: Examination) -> None:
    client = Client()
    open_names = {rule.url_name for rules in registry().values() for rule in rules if rule.roles is ANYONE}
    for address in walk():
        if address.name in open_names:
            continue
        path = address.filled(present.values(address.route))
        for method in ALL_METHODS:
            response = client.generic(method, path, BODY, content_type="application/json")
            if address.name.startswith("page-"):
                assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={path}")
            else:
                assert response.status_code == 401, f"{method} {path}"
                if method != "HEAD":
                    assert response.json()["code"] == "not_signed_in"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/nowhere/", "/dicom-web", "/dicom-web/", "/dicom-web/nowhere", "/wado/nowhere"]
)
def test_addresses_that_are_not_there_are_401_for_anonymous_programs(db: None, path: str) -> None:
    assert Client().get(path).status_code == 401


def test_an_unknown_page_says_nothing_back(db: None) -> None:
    response = Client().get("/nowhere/<script>/1.2.3/")
    assert response.status_code == 404
    assert "script" not in response.content.decode()
    assert "1.2.3" not in response.content.decode()


def test_the_crawl_would_find_a_leak(present: Examination, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shows that the first test can fail: one open address tells whether a study exists, another its patient."""
    settings.ROOT_URLCONF = LeakyUrls  # type: ignore[attr-defined]
    leaky = {name: (Rule(name, frozenset({"GET"}), ANYONE),) for name in ("api-exists", "api-patient")}
    monkeypatch.setattr("radapp.accounts.access.registry", lambda: leaky)
    exists, patient = walk()
    client = Client()
    here = without(ask(client, "GET", exists.filled(present.values(exists.route)), {}), present)
    there = without(ask(client, "GET", exists.filled(ABSENT.values(exists.route)), {}), ABSENT)
    assert here != there
    assert secrets_in(ask(client, "GET", patient.filled({}), {})) == ["Quintessa", "Zweifelhaft"]


class LeakyUrls:
    """Two addresses as careless people write them."""

    urlpatterns = (
        path(
            "api/exists/<str:uid>/",
            lambda _, uid: HttpResponse(status=200 if uid == secret.STUDY else 404),
            name="api-exists",
        ),
        path("api/patient/", lambda _: HttpResponse(f"Patient {WORDS['PatientName']}"), name="api-patient"),
    )
