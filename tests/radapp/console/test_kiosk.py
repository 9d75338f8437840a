"""A kiosk's token: what it opens, and that it opens nothing else."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from radapp.accounts.access import Rule, registry
from radapp.accounts.kiosks import COOKIE
from radapp.accounts.models import AuditEntry, Kiosk, User
from tests.radapp.addresses import ALL_METHODS, Address, walk

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MAY = {
    ("console-session", "GET"),
    ("console-table", "GET"),
    ("console-events", "GET"),
    ("console-people", "GET"),
    ("console-scope", "GET"),
    ("console-scope", "POST"),
    ("console-decision", "POST"),
}
VALUES = {
    **dict.fromkeys(("uid", "study_uid", "series_uid", "instance_uid"), "1.2.3"),
    **dict.fromkeys(("frames", "numbers"), "1"),
    "tag": "00091001",
}


def ways(token: str) -> list[tuple[str, Client, dict[str, str]]]:
    """The token as its cookie, and as whoever stole it might try."""
    clients = [Client(), Client(), Client(), Client()]
    clients[0].cookies[COOKIE] = token
    clients[1].cookies["sessionid"] = token
    return [
        ("cookie", clients[0], {}),
        ("session", clients[1], {}),
        ("bearer", clients[2], {"Authorization": f"Bearer {token}"}),
        ("cookie header elsewhere", clients[3], {"Authorization": f"Kiosk {token}"}),
    ]


def rules(chosen: Callable[[Rule], bool]) -> set[tuple[str, str]]:
    """(URL name, method) of every rule that is chosen."""
    every = (rule for rules in registry().values() for rule in rules)
    return {(rule.url_name, method) for rule in every if chosen(rule) for method in rule.methods}


def path_of(address: Address) -> str:
    """The address with something in each of its parameters that fits their kind."""
    numbered = "<int:id>" in address.route
    values = {"id": "1" if numbered else "00000000-0000-0000-0000-000000000001"}
    others = dict.fromkeys(address.parameters - set(VALUES) - {"id"}, "1")
    return address.filled({**others, **VALUES, **values})


def test_the_token_is_valid_for_the_console_and_nothing_else(token: str) -> None:
    open_to_all, opened = rules(lambda rule: rule.roles is None), set()
    shut = {name for name, _ in rules(lambda rule: rule.roles is not None)}
    for way, client, headers in ways(token):
        for address, method in ((address, method) for address in walk() for method in ALL_METHODS):
            called = (address.name, "GET" if method == "HEAD" else method)
            if called in open_to_all or address.name not in shut:
                continue
            response = client.generic(method, path_of(address), b"{}", content_type="application/json", headers=headers)
            if way == "cookie" and called in MAY:
                assert response.status_code not in {301, 302, 401}, called
                opened.add(called)
            else:
                expected = 302 if address.name.startswith("page-") else 401
                assert response.status_code == expected, (way, *called)
    assert opened == MAY


def test_the_rules_name_no_other_address_for_kiosks() -> None:
    assert rules(lambda rule: rule.kiosk) == MAY


def test_a_browser_becomes_the_kiosk_by_its_token(token: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get("/console/").status_code in {200, 503}
    csrf = client.cookies["csrftoken"].value
    refused = client.post("/console/api/session/", {"token": token}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    headers = {"X-CSRFToken": csrf}
    answer = client.post("/console/api/session/", {"token": token}, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"kiosk": "MR 2"})
    cookie = client.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/console/", True, "Strict")
    assert client.get("/console/api/session/").json() == {"kiosk": "MR 2"}
    assert client.get("/api/worklist/").status_code == 401


@pytest.mark.parametrize("wrong", ["darndest_kiosk_guess", "guess", ""])
def test_a_wrong_token_opens_nothing(db: None, wrong: str) -> None:
    client = Client()
    answer = client.post("/console/api/session/", {"token": wrong}, content_type="application/json")
    assert answer.status_code in {400, 403}
    assert COOKIE not in client.cookies
    assert client.get("/console/api/table/").status_code == 401


def test_a_revoked_or_replaced_token_ends_at_once(kiosk: Client) -> None:
    assert kiosk.get("/console/api/table/").status_code == 200
    address = StringIO()
    call_command("create_kiosk", "MR 2", stdout=address, stderr=StringIO())
    assert kiosk.get("/console/api/table/").status_code == 401
    another = Client()
    another.cookies[COOKIE] = address.getvalue().strip().partition("#")[2]
    assert another.get("/console/api/table/").status_code == 200
    call_command("create_kiosk", "MR 2", "--revoke", stdout=StringIO())
    assert another.get("/console/api/table/").status_code == 401
    with pytest.raises(CommandError, match="no kiosk called 'MR 2'"):
        call_command("create_kiosk", "MR 2", "--revoke")
    actions = list(AuditEntry.objects.filter(target="kiosk MR 2").order_by("id").values_list("action", flat=True))
    assert actions == ["kiosk_created", "kiosk_created", "kiosk_revoked"]
    assert Kiosk.objects.count() == 1


def test_a_person_who_may_see_the_worklist_may_see_the_console(signed_in: Callable[[str], Client]) -> None:
    assert signed_in("radiologist").get("/console/api/table/").status_code == 200
    assert signed_in("reader").get("/console/api/table/").status_code == 403


def test_nobody_is_signed_in_by_a_kiosk(kiosk: Client, people: dict[str, User]) -> None:
    assert kiosk.get("/api/session/").status_code == 401
    assert kiosk.get("/console/api/session/").json() == {"kiosk": "MR 2"}
