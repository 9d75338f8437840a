"""Bearer tokens: made once, kept as a digest, recognised by every kind of view, free of CSRF."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from radapp.accounts.authentication import bearer_text, digest_of, issue_token
from radapp.accounts.models import AccessToken, AuditEntry, User


def test_create_token_prints_the_token_alone_on_its_last_line(people: dict[str, User]) -> None:
    out, words = StringIO(), StringIO()
    call_command("create_token", "radiologist", stdout=out, stderr=words)
    token = out.getvalue().splitlines()[-1]
    assert token == token.strip()
    assert " " not in token
    stored = AccessToken.objects.get()
    assert stored.digest == digest_of(token)
    assert token not in str(vars(stored))
    assert AuditEntry.objects.get().action == "token_created"
    answer = Client().get("/api/session/", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["user"]["username"] == "radiologist"


def test_create_token_for_nobody_names_who_there_is(people: dict[str, User]) -> None:
    with pytest.raises(CommandError, match="no active person is called 'nemo'; known: administrator"):
        call_command("create_token", "nemo")


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "bearer x", "Bearer a b", "Bearer \xff"])
def test_an_unknown_token_is_401_even_beside_a_good_cookie(signed_in: Callable[[str], Client], header: str) -> None:
    response = signed_in("radiologist").get("/api/session/", headers={"Authorization": header})
    assert response.status_code == 401
    assert response.json()["code"] == "not_signed_in"
    assert "token" in response.json()["detail"]


@pytest.mark.parametrize("header", ["Basic dXNlcjpwYXNz", "Bearerx y", ""])
def test_other_schemes_are_no_token(header: str) -> None:
    assert bearer_text(header) is None


def test_a_revoked_token_is_nobody(people: dict[str, User], bearer: Callable[[str], dict[str, str]]) -> None:
    header = bearer("radiologist")
    assert Client().get("/api/session/", headers=header).status_code == 200
    AccessToken.objects.update(revoked_at=timezone.now())
    assert Client().get("/api/session/", headers=header).status_code == 401


def test_an_inactive_owners_token_is_nobody(people: dict[str, User], bearer: Callable[[str], dict[str, str]]) -> None:
    header = bearer("radiologist")
    User.objects.update(is_active=False)
    assert Client().get("/api/session/", headers=header).status_code == 401


def test_a_token_needs_no_csrf_token(bearer: Callable[[str], dict[str, str]]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.delete("/api/session/", headers=bearer("radiologist")).status_code == 204


def test_a_token_outweighs_the_cookie(signed_in: Callable[[str], Client], bearer: Callable[[str], dict[str, str]]) -> None:
    client = signed_in("administrator")
    assert client.get("/api/session/", headers=bearer("reader")).json()["user"]["username"] == "reader"
    assert client.get("/api/status/", headers=bearer("reader")).status_code == 403


def test_use_is_noted_at_most_every_five_minutes(people: dict[str, User]) -> None:
    header = {"Authorization": f"Bearer {issue_token(people['reader'])}"}
    Client().get("/api/session/", headers=header)
    first = AccessToken.objects.get().last_used_at
    assert first is not None
    Client().get("/api/session/", headers=header)
    assert AccessToken.objects.get().last_used_at == first
    AccessToken.objects.update(last_used_at=first - timedelta(minutes=6))
    Client().get("/api/session/", headers=header)
    assert AccessToken.objects.get().last_used_at >= first
