"""Signing in and out: passwords, throttle, session rotation, CSRF, audit rows."""

from collections.abc import Callable

import pytest
from axes.models import AccessAttempt
from django.test import Client

from radapp.accounts.models import AuditEntry, User

PASSWORD = "harbour-violet-lantern-29"


@pytest.fixture
def li(db: None) -> User:
    return User.objects.create_user("li", password=PASSWORD, first_name="Li", last_name="Wei", is_radiologist=True)


def sign_in(client: Client, password: str = PASSWORD, name: str = "li", **headers: str) -> object:
    body = {"username": name, "password": password}
    return client.post("/api/session/", body, content_type="application/json", headers=headers)


@pytest.fixture
def browser() -> Client:
    """A client that is held to CSRF tokens, as a browser is."""
    return Client(enforce_csrf_checks=True)


def csrf(client: Client) -> dict[str, str]:
    client.get("/sign-in/")
    return {"X-CSRFToken": client.cookies["csrftoken"].value}


def test_sign_in_tells_who_and_which_version(li: User, settings: object) -> None:
    client = Client()
    response = sign_in(client)
    expected = {
        "user": {"username": "li", "display_name": "Li Wei", "roles": ["radiologist"]},
        "version": settings.VERSION,  # type: ignore[attr-defined]
    }
    assert response.status_code == 200
    assert response.json() == expected
    assert client.get("/api/session/").json() == expected
    assert client.get("/worklist/").status_code in {200, 503}  # 503: the front end is not built


def test_nobody_gets_401_in_words(db: None) -> None:
    response = Client().get("/api/session/")
    assert response.status_code == 401
    assert response.json()["code"] == "not_signed_in"
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("name", "password"), [("li", "wrong"), ("nobody-of-that-name", PASSWORD)])
def test_wrong_name_and_wrong_password_read_the_same(li: User, name: str, password: str) -> None:
    response = sign_in(Client(), password, name)
    assert response.status_code == 401
    assert response.json() == {
        "code": "wrong_password",
        "detail": "The name or the password is not right.",
        "reference": None,
    }
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("body", ["{}", '{"username": "li"}', "[]", "no json", '{"username": "li", "password": {"$ne": 1}}'])
def test_a_malformed_body_is_refused(li: User, body: str) -> None:
    response = Client().post("/api/session/", body, content_type="application/json")
    assert response.status_code == 400
    assert set(response.json()) == {"code", "detail", "reference"}


def test_an_inactive_person_cannot_sign_in(li: User) -> None:
    User.objects.filter(pk=li.pk).update(is_active=False)
    assert sign_in(Client()).status_code == 401


def test_signing_in_needs_the_csrf_token(li: User, browser: Client) -> None:
    assert sign_in(browser).status_code == 403
    assert sign_in(browser, **csrf(browser)).status_code == 200


def test_changes_by_cookie_need_the_csrf_token(li: User, browser: Client) -> None:
    sign_in(browser, **csrf(browser))
    assert browser.delete("/api/session/").status_code == 403
    token = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    assert browser.delete("/api/session/", headers=token).status_code == 204


def test_signing_in_rotates_session_and_csrf_token(li: User, browser: Client) -> None:
    """A session or token planted before signing in is worth nothing afterwards."""
    headers = csrf(browser)
    planted = Client()
    planted.force_login(li, backend="django.contrib.auth.backends.ModelBackend")
    before_key, before_csrf = planted.cookies["sessionid"].value, browser.cookies["csrftoken"].value
    browser.cookies["sessionid"] = before_key
    assert sign_in(browser, **headers).status_code == 200
    assert browser.cookies["sessionid"].value != before_key
    assert browser.cookies["csrftoken"].value != before_csrf


def test_sign_in_and_out_are_audited(li: User) -> None:
    client = Client()
    sign_in(client)
    assert client.delete("/api/session/").status_code == 204
    assert client.get("/api/session/").status_code == 401
    assert list(AuditEntry.objects.order_by("id").values_list("action", "actor_name", "actor")) == [
        ("sign_in", "li", li.pk),
        ("sign_out", "li", li.pk),
    ]


def test_session_cookie_is_httponly_and_lax(li: User) -> None:
    client = Client()
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_five_wrong_passwords_lock_the_pair(li: User) -> None:
    client = Client()
    statuses = [sign_in(client, "wrong").status_code for _ in range(5)]
    assert statuses[:4] == [401] * 4
    locked = sign_in(client)  # even with the right password
    assert locked.status_code == 429
    assert locked.json()["code"] == "locked_out"
    assert "15 minutes" in locked.json()["detail"]


def test_a_lock_holds_for_name_and_address_alone(li: User) -> None:
    User.objects.create_user("wang", password=PASSWORD)
    here = Client()
    for _ in range(5):
        sign_in(here, "wrong")
    assert sign_in(here).status_code == 429
    assert sign_in(here, name="wang").status_code == 200
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7")).status_code == 200


def test_an_unknown_name_is_locked_like_a_known_one(li: User) -> None:
    statuses = {name: [sign_in(Client(), "wrong", name).status_code for _ in range(6)] for name in ("li", "nobody")}
    assert statuses["li"] == statuses["nobody"]
    assert statuses["li"][-1] == 429


def test_signing_in_forgets_earlier_mistakes(li: User) -> None:
    client = Client()
    for _ in range(3):
        sign_in(client, "wrong")
    sign_in(client)
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize("name", ["radiologist", "reader", "investigator", "administrator", "newcomer"])
def test_every_person_sees_their_own_session(signed_in: Callable[[str], Client], name: str) -> None:
    roles = [] if name == "newcomer" else [name]
    assert signed_in(name).get("/api/session/").json()["user"]["roles"] == roles
